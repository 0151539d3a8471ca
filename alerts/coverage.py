"""How much of what somebody asked for was looked at in the last day. Reads rows, writes nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from alerts.digest_content import Coverage, Needing
from storage.models import Fetch, Policy, Subscription

__all__ = ["coverage_of"]

_DAY = timedelta(days=1)
_GRACE = timedelta(hours=1)  # a daily check may be an hour late before a digest says so
_SEEN = ("first", "changed", "unchanged")
_MOST_NAMED = 20


def coverage_of(session: Session, recipient: str, *, now: datetime) -> Coverage:
    """Return how many policies that `recipient` asked for were read in the last day, and which not."""
    policies = list(_asked_for(session, recipient, now))
    needs = [need for policy in policies if (need := _need(session, policy, now)) is not None]
    return Coverage(
        checked=sum(_was_read(session, policy, now) for policy in policies),
        watched=len(policies),
        needing=len(needs),
        needs=tuple(sorted(needs, key=lambda need: need.policy)[:_MOST_NAMED]),
    )


def _asked_for(session: Session, recipient: str, now: datetime) -> Iterator[Policy]:
    ended = col(Subscription.ended_at)
    wishes = session.exec(
        select(Subscription).where(
            Subscription.recipient == recipient,
            or_(ended.is_(None), ended > now),
            col(Subscription.operator).is_(False),
        )
    ).all()
    watched = select(Policy).where(col(Policy.retired_at).is_(None)).order_by(col(Policy.name))
    for policy in session.exec(watched):
        if any(_covers(wish, policy) for wish in wishes):
            yield policy


def _covers(wish: Subscription, policy: Policy) -> bool:
    return (
        wish.policy_id in (None, policy.id)
        and wish.service.casefold() in ("", policy.service.casefold())
        and (not wish.tag or wish.tag in policy.tags)
    )


def _was_read(session: Session, policy: Policy, now: datetime) -> bool:
    query = select(Fetch.id).where(
        Fetch.policy_id == policy.id,
        col(Fetch.observed_at) >= now - _DAY - _GRACE,
        col(Fetch.outcome).in_(_SEEN),
    )
    return session.exec(query.limit(1)).first() is not None


def _need(session: Session, policy: Policy, now: datetime) -> Needing | None:
    """Return what a person must look at: a page held, or failing for a day."""
    if not policy.failures:
        return None
    last = session.exec(
        select(Fetch.outcome, Fetch.cause)
        .where(Fetch.policy_id == policy.id)
        .order_by(col(Fetch.observed_at).desc(), col(Fetch.id).desc())
        .limit(1)
    ).first()
    if last is None or (last[0] == "failed" and _was_read(session, policy, now)):
        return None  # it was read within the day: it mends itself, or is told of later
    return Needing(policy.name, policy.service, last[0], last[1])
