"""Deliveries as they stand, for commands and the web. Writes nothing."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from storage.history import delivery_view
from storage.models import Alert, Delivery, Digest, Notice, Policy
from storage.views import OutboxView

__all__ = ["deliveries"]


def deliveries(session: Session, *, states: Sequence[str] | None = None) -> list[OutboxView]:
    """Return deliveries of every kind, oldest first; only those in `states`, where given."""
    query = (
        select(Delivery, Policy.name, Digest.cadence, Notice.kind)
        .outerjoin(Alert, col(Alert.id) == Delivery.alert_id)
        .outerjoin(Policy, col(Policy.id) == Alert.policy_id)
        .outerjoin(Digest, col(Digest.id) == Delivery.digest_id)
        .outerjoin(Notice, col(Notice.id) == Delivery.notice_id)
        .order_by(col(Delivery.id))
    )
    if states is not None:
        query = query.where(col(Delivery.state).in_(states))
    return [
        OutboxView(delivery_view(row), row.kind, row.alert_id, policy or cadence or notice or "")
        for row, policy, cadence, notice in session.exec(query)
    ]
