"""What every capture of a policy says, under the rules and the knowledge of now.

Kept beside the facts so that the timeline can be made of all of them at any time. A
sighting whose rules or knowledge are not those of now is stale: it is read again from
its body before anything is decided by it. Only inside Store.writing(), where it writes.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from analysis.revisions import READING
from storage.models import Fetch, Sighting, Snapshot
from storage.placing import LiveText, Sighted
from storage.rows import write

__all__ = [
    "SAW",
    "archived_captures",
    "digest_seen",
    "is_stale",
    "live_texts",
    "mark_stale",
    "note",
]

SAW = ("first", "unchanged", "changed")  # the outcomes of fetches that saw a text
_AFTER = timedelta(microseconds=1)  # keeps live texts in their order where the clock was set back


def note(
    session: Session,
    fetch_id: int,
    digest: str,
    *,
    policy_id: int,
    text_sha256: bytes | None = None,
) -> None:
    """Keep what a fetch shows; `text_sha256` is of the text that a live fetch brought."""
    write(
        session,
        "INSERT INTO sighting (fetch_id, policy_id, digest, text_sha256, revision)"
        " VALUES (:fetch, :policy, :digest, :text, :revision) ON CONFLICT (fetch_id)"
        " DO UPDATE SET digest = excluded.digest, text_sha256 = excluded.text_sha256,"
        " revision = excluded.revision",
        fetch=fetch_id,
        policy=policy_id,
        digest=digest,
        text=text_sha256,
        revision=READING,
    )


def mark_stale(session: Session, policy_id: int) -> None:
    """Let all that the captures of a policy say be read again: what it is read by has changed."""
    for table in (Snapshot, Sighting):
        session.execute(update(table).where(col(table.policy_id) == policy_id).values(revision=0))


def is_stale(session: Session, policy_id: int, *, revision: int | None = None) -> bool:
    """Say whether a capture of the policy is to be read again; with `revision`, one read by that."""
    stale = col(Sighting.revision) != READING
    if revision is not None:
        stale = col(Sighting.revision) == revision
    query = select(Sighting.fetch_id).where(Sighting.policy_id == policy_id, stale)
    return session.exec(query.limit(1)).first() is not None


def digest_seen(session: Session, fetch_id: int) -> str:
    """Return the digest of the text that a capture shows; "" where it shows none."""
    found = session.get(Sighting, fetch_id)
    return found.digest if found is not None else ""


def archived_captures(
    session: Session, policy_id: int, digests: Mapping[int, str] | None = None
) -> list[Sighted]:
    """Return the captures of archives that saw a text; `digests` stand in for those kept."""
    names = ("id", "observed_at", "source", "body_sha256")
    columns = [*(getattr(Fetch, name) for name in names), Sighting.digest]
    rows = session.connection().execute(
        select(*columns)  # from a list: more than select's types count
        .join(Sighting, col(Sighting.fetch_id) == col(Fetch.id))
        .where(Fetch.policy_id == policy_id, Fetch.source != "live")
    )
    given = digests or {}
    return [
        Sighted(fetch_id, at, source, body or b"", given.get(fetch_id, digest))
        for fetch_id, at, source, body, digest in rows
    ]


def live_texts(
    session: Session, policy_id: int, digests: Mapping[int, str] | None = None
) -> list[LiveText]:
    """Return the texts that live fetches brought, in their order, and when each was seen."""
    rows = session.exec(
        select(Sighting.fetch_id, Snapshot.id, Sighting.digest)
        .join(Snapshot, col(Sighting.fetch_id) == col(Snapshot.live_fetch_id))
        .where(Snapshot.policy_id == policy_id)
    ).all()
    brought = {fetch_id: (id_ or 0, digest) for fetch_id, id_, digest in rows}
    given = digests or {}
    log = session.exec(
        select(Fetch.id, Fetch.observed_at)
        .where(Fetch.policy_id == policy_id, Fetch.source == "live", col(Fetch.outcome).in_(SAW))
        .order_by(col(Fetch.id))
    ).all()
    texts: list[LiveText] = []
    seen: list[datetime] = []
    for number, at in log:
        fetch_id = number or 0
        if fetch_id in brought:
            snapshot_id, digest = brought[fetch_id]
            seen = [max(at, seen[-1] + _AFTER) if seen else at]
            texts.append(LiveText(snapshot_id, fetch_id, given.get(fetch_id, digest), seen))
        elif seen:
            seen.append(max(at, seen[-1]))
    return texts
