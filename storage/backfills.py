"""What archives were asked for each policy, and how far that is.

A Backfill row is the cursor: one address, one archive, how far its index was read. What the
index lists, and what became of it, is `storage.archived`. Claims are leases: a worker that
dies holds one no longer than it lasts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, or_, update
from sqlmodel import Session, col, select

from storage.errors import NotFound
from storage.models import Backfill, Policy

__all__ = [
    "OPEN",
    "BackfillView",
    "backfills_of",
    "begin_backfill",
    "claim_backfills",
    "claimants",
    "end_backfill",
    "give_back",
    "postpone",
    "release_backfill",
    "renew_claim",
    "row_of",
]

OPEN = ("listing", "fetching")
_REASONS = ("asked", "fallback", "added", "gap")  # in the order they are worked


@dataclass(frozen=True, slots=True)
class BackfillView:
    """One address of a policy, asked of one archive, and how far that is."""

    id: int
    policy_id: int
    policy: str  # its name
    archive: str
    url: str
    reason: str
    alone: bool
    since: datetime | None
    until: datetime
    every: timedelta
    finest: timedelta
    state: str
    resume_key: str
    listed: int
    unreadable: int
    cause: str
    detail: str
    failures: int
    begun_at: datetime
    due_at: datetime
    claimed_until: datetime | None
    ended_at: datetime | None


def begin_backfill(
    session: Session,
    policy_id: int,
    *,
    archive: str,
    url: str,
    reason: str,
    since: datetime | None,
    until: datetime,
    every: timedelta,
    finest: timedelta = timedelta(0),
    alone: bool = False,
    now: datetime,
) -> int:
    """Ask `archive` for the captures of `url`; returns the row's id.

    `alone` asks no other archive where this one has nothing. One that is open for the same address and archive is begun again with what is asked
    now: what it listed and fetched is kept.
    """
    row = session.exec(
        select(Backfill).where(
            Backfill.policy_id == policy_id,
            Backfill.archive == archive,
            Backfill.url == url,
            col(Backfill.state).in_(OPEN),
        )
    ).first()
    if row is None:
        row = Backfill(policy_id=policy_id, archive=archive, url=url, begun_at=now, due_at=now,
                       until=until, every_s=0)  # fmt: skip
    elif (row.since, row.until) == (since, until) and row.reason == reason:
        row.due_at = min(row.due_at, now)
    else:
        row.state, row.resume_key, row.due_at = "listing", "", now
    row.reason, row.since, row.until, row.alone = reason, since, until, alone
    row.every_s, row.finest_s = int(every.total_seconds()), int(finest.total_seconds())
    row.cause = row.detail = ""
    session.add(row)
    session.flush()
    return _id(row.id)


def claim_backfills(
    session: Session,
    *,
    now: datetime,
    worker: str,
    lease: timedelta,
    limit: int = 1,
    ids: Sequence[int] | None = None,
) -> list[BackfillView]:
    """Claim open backfills that are due, those that people asked for first; `ids`: only these."""
    order = case(
        {reason: place for place, reason in enumerate(_REASONS)},
        value=col(Backfill.reason),
        else_=len(_REASONS),
    )
    chosen = (
        select(Backfill.id)
        .where(col(Backfill.state).in_(OPEN), col(Backfill.due_at) <= now, _free(now))
        .order_by(order, col(Backfill.due_at), col(Backfill.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if ids is not None:
        chosen = chosen.where(col(Backfill.id).in_(ids))
    claim = (
        update(Backfill)
        .where(col(Backfill.id).in_(chosen))
        .values(claimed_by=worker, claimed_until=now + lease)
        .returning(col(Backfill.id))
        .execution_options(synchronize_session=False)
    )
    taken = list(session.scalars(claim))
    return _views(session, col(Backfill.id).in_(taken))


def renew_claim(session: Session, backfill_id: int, *, until: datetime) -> None:
    """Hold a claim for longer."""
    row = row_of(session, backfill_id)
    row.claimed_until = until
    session.add(row)


def claimants(session: Session) -> list[str]:
    """Return who holds claims."""
    held = session.exec(
        select(Backfill.claimed_by).where(col(Backfill.claimed_by).is_not(None)).distinct()
    )
    return [worker for worker in held if worker]


def give_back(session: Session, workers: Sequence[str]) -> None:
    """Free what these held: they are gone."""
    session.execute(
        update(Backfill)
        .where(col(Backfill.claimed_by).in_(workers))
        .values(claimed_by=None, claimed_until=None)
    )


def release_backfill(session: Session, backfill_id: int) -> None:
    """Give a claim back; the work goes on whenever somebody claims it again."""
    row = row_of(session, backfill_id)
    row.claimed_by = row.claimed_until = None
    session.add(row)


def backfills_of(
    session: Session, policy_id: int | None = None, *, ids: Sequence[int] | None = None
) -> list[BackfillView]:
    """Return backfills, the oldest first: of one policy, of these ids, or all."""
    conditions: list[ColumnElement[bool]] = []
    if policy_id is not None:
        conditions.append(col(Backfill.policy_id) == policy_id)
    if ids is not None:
        conditions.append(col(Backfill.id).in_(ids))
    return _views(session, *conditions)


def postpone(
    session: Session, backfill_id: int, *, due_at: datetime, cause: str, detail: str
) -> int:
    """Have a backfill go on at `due_at`; returns how often in a row it was put off."""
    row = row_of(session, backfill_id)
    row.due_at, row.cause, row.detail = due_at, cause, detail[:500]
    row.failures += 1
    row.claimed_by = row.claimed_until = None
    session.add(row)
    session.flush()
    return row.failures


def end_backfill(
    session: Session, backfill_id: int, *, now: datetime, cause: str = "", detail: str = ""
) -> None:
    """Say that nothing more is asked: `cause` "" or "no_captures" well done, else in vain."""
    row = row_of(session, backfill_id)
    row.state = "done" if cause in ("", "no_captures", "index_loop") else "failed"
    row.ended_at, row.cause, row.detail = now, cause, detail[:500]
    row.claimed_by = row.claimed_until = None
    session.add(row)
    session.flush()


def row_of(session: Session, backfill_id: int) -> Backfill:
    """Return a backfill's row; raises NotFound."""
    found = session.get(Backfill, backfill_id)
    if found is None:
        raise NotFound(f"no backfill has the id {backfill_id}")
    return found


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(col(Backfill.claimed_until).is_(None), col(Backfill.claimed_until) <= now)


def _views(session: Session, *conditions: ColumnElement[bool]) -> list[BackfillView]:
    rows = session.exec(
        select(Backfill, Policy.name)
        .join(Policy, col(Policy.id) == Backfill.policy_id)
        .where(*conditions)
        .order_by(col(Backfill.id))
    )
    return [_view(row, name) for row, name in rows]


def _view(row: Backfill, name: str) -> BackfillView:
    return BackfillView(
        id=_id(row.id),
        policy_id=row.policy_id,
        policy=name,
        archive=row.archive,
        url=row.url,
        reason=row.reason,
        alone=row.alone,
        since=row.since,
        until=row.until,
        every=timedelta(seconds=row.every_s),
        finest=timedelta(seconds=row.finest_s),
        state=row.state,
        resume_key=row.resume_key,
        listed=row.listed,
        unreadable=row.unreadable,
        cause=row.cause,
        detail=row.detail,
        failures=row.failures,
        begun_at=row.begun_at,
        due_at=row.due_at,
        claimed_until=row.claimed_until,
        ended_at=row.ended_at,
    )


def _id(value: int | None) -> int:
    assert value is not None, "a stored row has an id"
    return value
