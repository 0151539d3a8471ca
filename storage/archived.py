"""What the indexes of archives list of a policy, and what became of each capture.

An Archived row is one line of an index, written as the answers come, so that a process
that is killed goes on where it was. Which captures to fetch is not decided here
(`crawler.captures`), nor what a text means (`storage.past`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, select

from storage.backfills import BackfillView, row_of
from storage.blobs import get_body
from storage.errors import NotFound
from storage.models import Archived, Backfill, Fetch, Snapshot

__all__ = [
    "Counts",
    "Kept",
    "Line",
    "Looked",
    "add_lines",
    "archived_of",
    "counts_of",
    "has_any",
    "kept_bytes",
    "looks",
    "note_outcome",
    "note_try",
    "untold_redirects",
]

_MOST_NAMED = 400  # bound parameters in one statement
_SEEN = ("first", "unchanged", "changed")  # outcomes of fetches that saw a text


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
    row = row_of(session, backfill_id)
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


def note_try(session: Session, archived_id: int) -> int:
    """Count a try that brought nothing; returns how many there were."""
    row = session.get(Archived, archived_id)
    if row is None:
        raise NotFound(f"no archived capture has the id {archived_id}")
    row.tries += 1
    session.add(row)
    session.flush()
    return row.tries


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


def _id(value: int | None) -> int:
    assert value is not None, "a stored row has an id"
    return value
