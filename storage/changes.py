"""Changes across policies, by what people filter by: the next text of a policy after the one before.

A change that readers were told of may lead over texts in between; such a one is
listed by its steps here, and as it was told under alerts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.filters import Filters, conditions
from storage.history import CHANGE_COLUMNS, change_view
from storage.rows import ask
from storage.views import ChangeView

if TYPE_CHECKING:
    from storage.rows import Source

__all__ = ["STEP", "ListedChange", "changes", "listed"]

# The change leads from the text that stands just before.
STEP = (
    "c.from_snapshot_id = (SELECT s.id FROM snapshot s"
    " JOIN snapshot t ON t.id = c.to_snapshot_id WHERE s.policy_id = c.policy_id"
    " AND (s.first_seen, s.digest) < (t.first_seen, t.digest)"
    " ORDER BY s.first_seen DESC, s.digest DESC LIMIT 1)"
)


@dataclass(frozen=True, slots=True)
class ListedChange:
    policy: str  # its name
    service: str
    document: str
    change: ChangeView


def changes(source: "Source", filters: Filters, *, limit: int) -> list[ListedChange]:
    """Return the newest `limit` changes that `filters` let through, newest first."""
    wanted, given = conditions(filters)
    rows = ask(
        source,
        f"SELECT p.name, p.service, p.kind, {CHANGE_COLUMNS} FROM change c"
        f" JOIN policy p ON p.id = c.policy_id WHERE {' AND '.join([*wanted, STEP])}"
        " ORDER BY c.at DESC, c.id DESC LIMIT :limit",
        **given,
        limit=limit,
    )
    return [listed(row) for row in rows]


def listed(row: Sequence[Any]) -> ListedChange:
    """Return the change that a row of name, service, kind and CHANGE_COLUMNS holds."""
    return ListedChange(row[0], row[1], row[2], change_view(row[3:]))
