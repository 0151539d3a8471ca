"""Which policies are due, claimed for one worker at a time.

A claim is a lease: a worker that dies holds it no longer than `lease`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, or_, update
from sqlmodel import Session, col, select

from storage.errors import NotFound
from storage.models import Policy
from storage.policies import Target, target_of

__all__ = ["claim_due", "claim_named", "release"]

_MOST_NAMED = 500  # bound parameters in one statement


def claim_due(
    session: Session, *, now: datetime, limit: int, worker: str, lease: timedelta
) -> list[Target]:
    """Claim at most `limit` policies that are due, the longest due first. One statement."""
    due = (
        select(Policy.id)
        .where(*_free(now), col(Policy.next_check_at) <= now)
        .order_by(col(Policy.next_check_at), col(Policy.id))
        .limit(limit)
        .with_for_update(skip_locked=True)  # said to PostgreSQL only; SQLite has one writer
    )
    found = _claimed(session, _claim(now, worker, lease).where(col(Policy.id).in_(due)))
    found.sort(key=lambda policy: (policy.next_check_at, policy.id))
    return [target_of(policy, slot_at=policy.next_check_at) for policy in found]


def claim_named(
    session: Session,
    policy_ids: Sequence[int],
    *,
    now: datetime,
    worker: str,
    lease: timedelta,
) -> list[Target]:
    """Claim the named policies, due or not, in the order given; those that another holds are left out."""
    claim = _claim(now, worker, lease).where(*_free(now))
    found: dict[int | None, Policy] = {}
    for first in range(0, len(policy_ids), _MOST_NAMED):
        some = policy_ids[first : first + _MOST_NAMED]
        for policy in _claimed(session, claim.where(col(Policy.id).in_(some))):
            found[policy.id] = policy
    ordered = [found[policy_id] for policy_id in dict.fromkeys(policy_ids) if policy_id in found]
    return [target_of(policy, slot_at=_slot(policy, now)) for policy in ordered]


def release(
    session: Session,
    policy_id: int,
    *,
    next_check_at: datetime,
    failures: int,
) -> None:
    """Give a claim back and say when the policy is due next.

    `failures` counts fetches in a row that failed or were held.
    """
    policy = session.get(Policy, policy_id)
    if policy is None:
        raise NotFound(f"no policy has the id {policy_id}")
    # A policy that was retired while it was fetched stays so.
    policy.next_check_at = next_check_at if policy.retired_at is None else None
    policy.claimed_by = policy.claimed_until = None
    policy.failures = failures
    session.add(policy)
    session.flush()


def _free(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Policy.retired_at).is_(None),
        or_(col(Policy.claimed_until).is_(None), col(Policy.claimed_until) <= now),
    )


def _claim(now: datetime, worker: str, lease: timedelta) -> Update:
    return update(Policy).values(claimed_by=worker, claimed_until=now + lease)


def _claimed(session: Session, claim: Update) -> list[Policy]:
    statement = claim.returning(Policy).execution_options(synchronize_session=False)
    return list(session.scalars(statement, execution_options={"populate_existing": True}))


def _slot(policy: Policy, now: datetime) -> datetime | None:
    due = policy.next_check_at
    return due if due is not None and due <= now else None
