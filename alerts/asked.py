"""What readers asked for, read from their subscriptions."""

from collections.abc import Iterator
from datetime import datetime
from typing import cast

from sqlalchemy import Integer, bindparam, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from alerts.rules import Wish
from alerts.timing import When
from storage.instants import Instant
from storage.models import Subscription

__all__ = ["wish_of", "wishes"]

# Built once, and read without objects: an alert is raised while other writers wait.
_ASKED = (
    sa_select(
        *(col(Subscription.id), col(Subscription.recipient), col(Subscription.channel)),
        *(col(Subscription.policy_id), col(Subscription.service), col(Subscription.tag)),
        *(col(Subscription.topics), col(Subscription.min_severity), col(Subscription.direction)),
        *(col(Subscription.cadence), col(Subscription.at_time), col(Subscription.weekday)),
        *(col(Subscription.timezone), col(Subscription.quiet), col(Subscription.language)),
        col(Subscription.paused_until),
    )
    .where(
        or_(
            col(Subscription.ended_at).is_(None),
            col(Subscription.ended_at) > bindparam("now", type_=Instant),
        ),
        col(Subscription.operator).is_(False),
        col(Subscription.awaits_consent).is_(False),
    )
    .order_by(col(Subscription.id))
)
_ASKED_OF = _ASKED.where(
    or_(
        col(Subscription.policy_id).is_(None),
        col(Subscription.policy_id) == bindparam("policy", type_=Integer),
    )
)


def wishes(session: Session, now: datetime, *, policy_id: int | None = None) -> Iterator[Wish]:
    """Return what readers asked for and agreed to, in the order they did.

    With `policy_id`, without what is for other policies alone.
    """
    query = _ASKED if policy_id is None else _ASKED_OF
    for row in session.connection().execute(query, {"now": now, "policy": policy_id}):
        yield wish_of(cast("Subscription", row))


def wish_of(row: Subscription) -> Wish:
    """Return what one subscription asks for."""
    return Wish(
        recipient=row.recipient,
        channel=row.channel,
        policy_id=row.policy_id,
        service=row.service,
        tag=row.tag,
        topics=tuple(row.topics),
        min_severity=row.min_severity,
        direction=row.direction,
        when=When(row.cadence, row.at_time, row.weekday, row.timezone, row.quiet),
        language=row.language,
        paused_until=row.paused_until,
        id=row.id or 0,
    )
