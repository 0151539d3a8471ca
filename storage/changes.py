"""Changes across policies, by what people filter by: the next text of a policy after the one before.

A change that readers were told of may lead over texts in between; such a one is
listed by its steps here, and as it was told under alerts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from storage.history import CHANGE_COLUMNS, change_view
from storage.rows import ask
from storage.views import ChangeView

if TYPE_CHECKING:
    from storage.rows import Source

__all__ = ["STEP", "Filters", "ListedChange", "changes", "conditions", "listed"]

_LEVELS = ("low", "medium", "high")  # of severity, least first
# The change leads from the text that stands just before.
STEP = (
    "c.from_snapshot_id = (SELECT s.id FROM snapshot s"
    " JOIN snapshot t ON t.id = c.to_snapshot_id WHERE s.policy_id = c.policy_id"
    " AND (s.first_seen, s.digest) < (t.first_seen, t.digest)"
    " ORDER BY s.first_seen DESC, s.digest DESC LIMIT 1)"
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a listing is narrowed to; what is empty narrows nothing. `severity`: at least."""

    policy: str = ""
    service: str = ""
    document: str = ""  # privacy, cookies, terms, ...
    kind: str = ""  # material, editorial, administrative, noise
    topic: str = ""
    direction: str = ""
    severity: str = ""
    since: datetime | None = None
    until: datetime | None = None


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


def conditions(filters: Filters) -> tuple[list[str], dict[str, Any]]:
    """Return SQL conditions over policy `p` and change `c`, and the values they name."""
    levels = _LEVELS[_LEVELS.index(filters.severity) :] if filters.severity else ()
    parts: list[tuple[object, str, dict[str, Any]]] = [
        (filters.policy, "p.name = :policy", {"policy": filters.policy}),
        (filters.service, "lower(p.service) = :service", {"service": filters.service.lower()}),
        (filters.document, "p.kind = :document", {"document": filters.document}),
        (filters.kind, "c.kind = :kind", {"kind": filters.kind}),
        # The list is JSON; a topic is a word of our own, so that this cannot be another's part.
        (filters.topic, "CAST(c.topics AS TEXT) LIKE :topic", {"topic": f'%"{filters.topic}"%'}),
        (filters.direction, "c.direction = :direction", {"direction": filters.direction}),
        (
            levels,
            f"c.severity IN ({', '.join(f':level{number}' for number in range(len(levels)))})",
            {f"level{number}": level for number, level in enumerate(levels)},
        ),
        (filters.since, "c.at >= :since", {"since": filters.since}),
        (filters.until, "c.at <= :until", {"until": filters.until}),
    ]
    used = [(condition, values) for value, condition, values in parts if value]
    given = {name: value for _, values in used for name, value in values.items()}
    return [condition for condition, _ in used], given
