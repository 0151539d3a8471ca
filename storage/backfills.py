"""What archives were asked for each policy, what they list, and what became of each capture.

A Backfill row is the cursor: one address, one archive, how far its index was read. An
Archived row is one line of that index. Both are written as the answers come, so that a
process that is killed goes on where it was. Which captures to fetch is not decided here
(`crawler.captures`), nor what a text means (`storage.past`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, or_, update
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from storage.blobs import get_body
from storage.errors import NotFound
from storage.models import Archived, Backfill, Fetch, Policy, Snapshot

__all__ = [
    "OPEN",
    "BackfillView",
    "Counts",
    "Kept",
    "Line",
    "Looked",
    "add_lines",
    "archived_of",
    "backfills_of",
    "begin_backfill",
    "claim_backfills",
    "claimants",
    "counts_of",
    "end_backfill",
    "give_back",
    "has_any",
    "kept_bytes",
    "looks",
    "note_outcome",
    "note_try",
    "postpone",
    "release_backfill",
    "renew_claim",
    "text_seen",
    "untold_redirects",
]

OPEN = ("listing", "fetching")
_REASONS = ("asked", "fallback", "added", "gap")  # in the order they are worked
_MOST_NAMED = 400  # bound parameters in one statement
_SEEN = ("first", "unchanged", "changed")  # outcomes of fetches that saw a text


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


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an index. `cause` says why it is known already to be no page, or is ""."""

    url: str
    timestamp: str
    at: datetime
    repaired: bool
    mime: str
    status: int | None
    digest: str
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Looked:
    """One look at a policy's page: a capture that may be fetched, or what was seen.

    `id` is the capture's, where it is of the backfill at hand; None for all others.
    `text` is the digest of what it reads as, "" for no text, None while it was not fetched.
    """

    id: int | None
    at: datetime
    digest: str
    text: str | None
    line: Line | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that an earlier fetch brought, as it brought them."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the captures of a policy in one archive, by outcome and by cause."""

    listed: int
    outcomes: dict[str, int]
    causes: dict[str, int]


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
    row = _row(session, backfill_id)
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
    row = _row(session, backfill_id)
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


def add_lines(
    session: Session,
    backfill_id: int,
    lines: Iterable[Line],
    *,
    resume_key: str,
    unreadable: int,
    cause: str = "",
) -> int:
    """Keep one page of an index and where it goes on; returns how many lines were new.

    `resume_key` "" was the last page: captures are fetched from now on. `cause` says what
    is wrong with the index although it can be used.
    """
    row = _row(session, backfill_id)
    new = list(_unlisted(session, row, list(lines)))
    session.add_all(_archived(row, line) for line in new)
    row.listed += len(new)
    row.unreadable += unreadable
    row.resume_key = resume_key
    row.state = "listing" if resume_key else "fetching"
    row.failures = 0
    row.cause, row.detail = cause, ""
    session.add(row)
    session.flush()
    return len(new)


def looks(session: Session, backfill: BackfillView) -> list[Looked]:
    """Return every look at the policy's page in the asked time, in the order of time.

    Captures of the backfill at hand are all there; of other archives and addresses those
    that were read; of live fetches those that saw a text.
    """
    span = _within(col(Archived.at), backfill)
    rows = session.exec(
        select(Archived).where(Archived.policy_id == backfill.policy_id, *span)
    ).all()
    found = [look for row in rows if (look := _looked(row, backfill)) is not None]
    found += _live_looks(session, backfill)
    found.sort(key=lambda look: (look.at, look.id or 0))
    return found


def kept_bytes(session: Session, backfill: BackfillView, digest: str) -> Kept | None:
    """Return the bytes that an archive calls `digest`, where a fetch of them was kept."""
    found = session.exec(
        select(Fetch.body_sha256, Fetch.provenance)
        .join(Archived, col(Archived.fetch_id) == col(Fetch.id))
        .where(
            Archived.policy_id == backfill.policy_id,
            Archived.digest == digest,
            col(Fetch.body_sha256).is_not(None),
        )
        .limit(1)
    ).first()
    if found is None or found[0] is None:
        return None
    headers = (found[1] or {}).get("headers", ())
    return Kept(get_body(session, found[0]), tuple((str(n), str(v)) for n, v in headers))


def note_outcome(
    session: Session,
    archived_id: int,
    outcome: str,
    *,
    text: str = "",
    cause: str = "",
    detail: str = "",
    leads_to: str = "",
    fetch_id: int | None = None,
) -> None:
    """Write down what a capture turned out to be."""
    row = session.get(Archived, archived_id)
    if row is None:
        raise NotFound(f"no archived capture has the id {archived_id}")
    row.outcome, row.text, row.cause, row.detail = outcome, text, cause, detail[:500]
    row.leads_to, row.fetch_id = leads_to[:4096], fetch_id
    session.add(row)
    session.flush()


def untold_redirects(session: Session, backfill: BackfillView) -> list[Looked]:
    """Return the newest and the oldest archived redirect of which nobody knows where it led."""
    rows = session.exec(
        select(Archived)
        .where(
            Archived.policy_id == backfill.policy_id,
            Archived.archive == backfill.archive,
            Archived.asked == backfill.url,
            Archived.cause == "archived_redirect",
        )
        .order_by(col(Archived.at))
    ).all()
    ends = [rows[0], rows[-1]] if len(rows) > 1 else rows
    found = [_looked(row, backfill) for row in ends if not row.leads_to and not row.tries]
    return [look for look in found if look is not None]


def text_seen(session: Session, fetch_id: int) -> str:
    """Return the digest of the text that stood when a fetch saw one; "" where it saw none."""
    fetch = session.get(Fetch, fetch_id)
    if fetch is None or fetch.outcome not in _SEEN:
        return ""
    found = session.exec(
        select(Snapshot.digest).where(
            Snapshot.policy_id == fetch.policy_id,
            col(Snapshot.first_seen) <= fetch.observed_at,
            col(Snapshot.last_seen) >= fetch.observed_at,
        )
    ).first()
    return found or ""


def note_try(session: Session, archived_id: int) -> int:
    """Count a try that brought nothing; returns how many there were."""
    row = session.get(Archived, archived_id)
    if row is None:
        raise NotFound(f"no archived capture has the id {archived_id}")
    row.tries += 1
    session.add(row)
    session.flush()
    return row.tries


def postpone(
    session: Session, backfill_id: int, *, due_at: datetime, cause: str, detail: str
) -> int:
    """Have a backfill go on at `due_at`; returns how often in a row it was put off."""
    row = _row(session, backfill_id)
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
    row = _row(session, backfill_id)
    row.state = "done" if cause in ("", "no_captures", "index_loop") else "failed"
    row.ended_at, row.cause, row.detail = now, cause, detail[:500]
    row.claimed_by = row.claimed_until = None
    session.add(row)
    session.flush()


def has_any(session: Session, policy_id: int, archive: str, url: str) -> bool:
    """Return whether `archive` lists any capture of `url`."""
    query = select(Archived.id).where(
        Archived.policy_id == policy_id, Archived.archive == archive, Archived.asked == url
    )
    return session.exec(query.limit(1)).first() is not None


def counts_of(session: Session, policy_id: int, archive: str = "") -> Counts:
    """Return what became of a policy's captures, of one archive or of all."""
    query = select(Archived.outcome, Archived.cause, func.count()).where(
        Archived.policy_id == policy_id
    )
    if archive:
        query = query.where(Archived.archive == archive)
    outcomes: dict[str, int] = {}
    causes: dict[str, int] = {}
    for outcome, cause, count in session.exec(
        query.group_by(col(Archived.outcome), col(Archived.cause))
    ):
        outcomes[outcome] = outcomes.get(outcome, 0) + count
        if cause:
            causes[cause] = causes.get(cause, 0) + count
    return Counts(sum(outcomes.values()), outcomes, causes)


def archived_of(session: Session, policy_id: int, cause: str) -> list[Archived]:
    """Return the captures of a policy with this cause, the newest first."""
    return list(
        session.exec(
            select(Archived)
            .where(Archived.policy_id == policy_id, Archived.cause == cause)
            .order_by(col(Archived.at).desc())
        )
    )


def _unlisted(session: Session, row: Backfill, lines: Sequence[Line]) -> Iterable[Line]:
    """Return the lines that are not kept yet, each once."""
    seen: set[tuple[str, str]] = set()
    for first in range(0, len(lines), _MOST_NAMED):
        stamps = {line.timestamp for line in lines[first : first + _MOST_NAMED]}
        known = session.exec(
            select(Archived.url, Archived.timestamp).where(
                Archived.policy_id == row.policy_id,
                Archived.archive == row.archive,
                col(Archived.timestamp).in_(stamps),
            )
        )
        seen.update((url, stamp) for url, stamp in known)
    for line in lines:
        key = (line.url, line.timestamp)
        if key not in seen:
            seen.add(key)
            yield line


def _archived(row: Backfill, line: Line) -> Archived:
    return Archived(
        policy_id=row.policy_id,
        archive=row.archive,
        asked=row.url,
        url=line.url,
        timestamp=line.timestamp,
        at=line.at,
        repaired=line.repaired,
        mime=line.mime[:200],
        status=line.status,
        digest=line.digest[:100],
        outcome="failed" if line.cause else "",
        cause=line.cause,
        text="" if line.cause else None,
    )


def _looked(row: Archived, backfill: BackfillView) -> Looked | None:
    is_ours = (row.archive, row.asked) == (backfill.archive, backfill.url)
    if not is_ours and not row.text:
        return None
    line = Line(
        url=row.url,
        timestamp=row.timestamp,
        at=row.at,
        repaired=row.repaired,
        mime=row.mime,
        status=row.status,
        digest=row.digest,
        cause=row.cause,
    )
    return Looked(
        id=_id(row.id) if is_ours else None,
        at=row.at,
        digest=row.digest,
        text=row.text,
        line=line if is_ours else None,
        outcome=row.outcome,
    )


def _live_looks(session: Session, backfill: BackfillView) -> list[Looked]:
    runs = session.exec(
        select(Snapshot.first_seen, Snapshot.last_seen, Snapshot.digest)
        .where(Snapshot.policy_id == backfill.policy_id)
        .order_by(col(Snapshot.first_seen), col(Snapshot.id))
    ).all()
    seen = session.exec(
        select(Fetch.observed_at)
        .where(
            Fetch.policy_id == backfill.policy_id,
            Fetch.source == "live",
            col(Fetch.outcome).in_(_SEEN),
            *_within(col(Fetch.observed_at), backfill),
        )
        .order_by(col(Fetch.observed_at))
    ).all()
    looks, place = [], 0
    for at in seen:
        while place < len(runs) and runs[place][1] < at:
            place += 1
        if place < len(runs) and runs[place][0] <= at:
            looks.append(Looked(None, at, "", runs[place][2]))
    return looks


def _within(at: Mapped[datetime], backfill: BackfillView) -> list[ColumnElement[bool]]:
    span = [at <= backfill.until]
    if backfill.since is not None:
        span.append(at >= backfill.since)
    return span


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


def _row(session: Session, backfill_id: int) -> Backfill:
    found = session.get(Backfill, backfill_id)
    if found is None:
        raise NotFound(f"no backfill has the id {backfill_id}")
    return found


def _id(value: int | None) -> int:
    assert value is not None, "a stored row has an id"
    return value
