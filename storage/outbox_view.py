"""Deliveries as they stand, for commands and the web. Writes nothing."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from storage.rows import ask
from storage.standing import DELIVERY_COLUMNS, delivery_view
from storage.views import OutboxView

if TYPE_CHECKING:
    from storage.rows import Source

__all__ = ["deliveries"]

_COLUMNS = 9  # of the delivery itself
_KIND = (  # as Delivery.kind says it
    "CASE WHEN d.digest_id IS NOT NULL THEN 'digest'"
    " WHEN d.notice_id IS NOT NULL THEN 'notice' ELSE 'alert' END"
)


def deliveries(source: "Source", *, states: Sequence[str] | None = None) -> list[OutboxView]:
    """Return deliveries of every kind, oldest first; only those in `states`, where given."""
    wanted = {f"s{number}": state for number, state in enumerate(states or ())}
    named = ", ".join(f":{name}" for name in wanted) or "NULL"
    rows = ask(
        source,
        f"SELECT {DELIVERY_COLUMNS}, {_KIND}, d.alert_id, p.name, g.cadence, n.kind"
        " FROM delivery d LEFT JOIN alert a ON a.id = d.alert_id"
        " LEFT JOIN policy p ON p.id = a.policy_id"
        " LEFT JOIN digest g ON g.id = d.digest_id"
        " LEFT JOIN notice n ON n.id = d.notice_id"
        f" WHERE {'1 = 1' if states is None else f'd.state IN ({named})'} ORDER BY d.id",
        **wanted,
    )
    return [
        OutboxView(
            delivery_view(row[:_COLUMNS]), row[9], row[10], row[11] or row[12] or row[13] or ""
        )
        for row in rows
    ]
