"""Which policies are due, claimed for one worker at a time.

A claim is a lease: a worker that dies holds it no longer than `lease`.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import BindParameter, ColumnElement, Integer, Update, bindparam, or_, tuple_, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from storage.errors import NotFound
from storage.instants import Instant
from storage.models import Host, Policy
from storage.policies import Target, target_of
from storage.rows import ask, write

__all__ = [
    "Schedule",
    "anything_due",
    "claim_due",
    "claim_named",
    "give_back",
    "give_back_of",
    "release",
    "schedule_of",
    "workers",
]

_MOST_NAMED = 500  # bound parameters in one statement


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a policy says itself of when it is checked."""

    url_key: str
    every_s: int | None  # None: as the settings say
    at_times: str
    window: str
    failures: int  # in a row


def _free(now: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Policy.retired_at).is_(None),
        or_(col(Policy.claimed_until).is_(None), col(Policy.claimed_until) <= now),
    )


# Built once: building them costs more than running them.
_NOW = bindparam("now", type_=Instant)
_RESTING = sa_select(col(Host.host)).where(col(Host.asked_until) > _NOW)
# The order of the index ix_policy_due, so that nothing is sorted.
_WALK = (col(Policy.next_check_at), col(Policy.host), col(Policy.id))
_DUE = (
    sa_select(col(Policy.id), col(Policy.host), col(Policy.next_check_at))
    .where(
        *_free(_NOW),
        col(Policy.next_check_at) <= _NOW,
        col(Policy.host).not_in(bindparam("closed", expanding=True)),
    )
    .order_by(*_WALK)
    .limit(bindparam("limit", type_=Integer))
)
_TARGET = (
    *(col(Policy.id), col(Policy.name), col(Policy.url), col(Policy.next_check_at)),
    *(col(Policy.etag), col(Policy.last_modified), col(Policy.validated_url), col(Policy.read_at)),
    *(col(Policy.select_css), col(Policy.remove_css), col(Policy.browser), col(Policy.robots)),
    *(col(Policy.browser_needed_at), col(Policy.tls), col(Policy.language)),
    *(col(Policy.also), col(Policy.also_validators)),
    *(col(Policy.current_snapshot_id), col(Policy.stable_snapshot_id)),
)
_DUE_AFTER = _DUE.where(
    tuple_(*_WALK) > tuple_(bindparam("at", type_=Instant), bindparam("host"), bindparam("last"))
)


def claim_due(
    session: Session,
    *,
    now: datetime,
    limit: int,
    worker: str,
    lease: timedelta,
    per_host: int | None = None,
    but: Collection[str] = (),
) -> list[Target]:
    """Claim at most `limit` policies that are due, the longest due first.

    At most `per_host` of one server, none of the servers in `but`, and none of one that
    asked to be left alone: who has many policies must not keep the others waiting.
    Costs what is passed over, not what is watched: see `_slice`.
    """
    chosen = _slice(session, now=now, limit=limit, per_host=per_host, but=but)
    if not chosen:
        return []
    # Said to PostgreSQL only, SQLite has one writer.
    locked = (
        select(Policy.id)
        .where(col(Policy.id).in_(chosen), *_free(now))
        .with_for_update(skip_locked=True)
    )
    found = _claimed(session, _claim(now, worker, lease).where(col(Policy.id).in_(locked)))
    found.sort(key=lambda policy: (policy.next_check_at, policy.id))
    return [target_of(policy, slot_at=policy.next_check_at, now=now) for policy in found]


def anything_due(session: Session, *, now: datetime, but: Collection[str] = ()) -> bool:
    """Whether `claim_due` would find something; takes no lock."""
    return bool(_slice(session, now=now, limit=1, per_host=None, but=but))


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
    return [target_of(policy, slot_at=_slot(policy, now), now=now) for policy in ordered]


def schedule_of(session: Session, policy_id: int) -> Schedule:
    """Return what a policy's next check depends on. Raises NotFound."""
    found = ask(
        session,
        'SELECT url_key, every_s, at_times, "window", failures FROM policy WHERE id = :policy',
        policy=policy_id,
    )
    if not found:
        raise _unknown(policy_id)
    return Schedule(*found[0])


def release(
    session: Session,
    policy_id: int,
    *,
    next_check_at: datetime,
    failures: int,
) -> None:
    """Give a claim back and say when the policy is due next. Raises NotFound.

    `failures` counts fetches in a row that failed or were held.
    """
    met = write(
        session,
        # A policy that was retired while it was fetched stays so.
        "UPDATE policy SET next_check_at = CASE WHEN retired_at IS NULL THEN :at END,"
        " claimed_by = NULL, claimed_until = NULL, failures = :failures WHERE id = :policy",
        at=next_check_at,
        failures=failures,
        policy=policy_id,
    )
    if not met:
        raise _unknown(policy_id)


def give_back(session: Session, policy_ids: Collection[int], *, worker: str) -> None:
    """Give claims back unanswered: due as before, for whoever comes next."""
    mine = col(Policy.claimed_by) == worker
    _unclaim(session, mine & col(Policy.id).in_(policy_ids))


def workers(session: Session) -> list[str]:
    """Return who holds claims."""
    query = select(Policy.claimed_by).where(col(Policy.claimed_by).is_not(None)).distinct()
    return [worker for worker in session.exec(query) if worker is not None]


def give_back_of(session: Session, dead: Collection[str]) -> None:
    """Give back what workers held that are known to be dead, without waiting for the lease."""
    _unclaim(session, col(Policy.claimed_by).in_(dead))


def _slice(
    session: Session,
    *,
    now: datetime,
    limit: int,
    per_host: int | None,
    but: Collection[str],
) -> list[int]:
    """Choose from what is due, walking its index in order until there is enough.

    A server that has its share is left out of the rest of the walk: its rows are
    passed over in the index, about a microsecond each.
    """
    resting = session.scalars(_RESTING, {"now": now})
    closed = {*but, *resting}
    shares = Counter[str]()
    chosen: list[int] = []
    given = {"now": now, "limit": limit, "closed": [*closed]}
    page = session.execute(_DUE, given).all()
    while page:
        for policy_id, host, _ in page:
            if len(chosen) < limit and host not in closed:
                chosen.append(policy_id)
                shares[host] += 1
                if shares[host] == per_host:
                    closed.add(host)
        if len(chosen) == limit or len(page) < limit:
            break
        policy_id, host, at = page[-1]
        given |= {"closed": [*closed], "last": policy_id, "host": host, "at": at}
        page = session.execute(_DUE_AFTER, given).all()
    return chosen


def _unknown(policy_id: int) -> NotFound:
    return NotFound(f"no policy has the id {policy_id}")


def _unclaim(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(update(Policy).where(which).values(claimed_by=None, claimed_until=None))


def _claim(now: datetime, worker: str, lease: timedelta) -> Update:
    return update(Policy).values(claimed_by=worker, claimed_until=now + lease)


def _claimed(session: Session, claim: Update) -> list[Policy]:
    """Return what was claimed: rows with what `target_of` reads of a policy, half as dear as one."""
    statement = claim.returning(*_TARGET).execution_options(synchronize_session=False)
    return [cast("Policy", row) for row in session.execute(statement)]


def _slot(policy: Policy, now: datetime) -> datetime | None:
    due = policy.next_check_at
    return due if due is not None and due <= now else None
