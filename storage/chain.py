"""The hash chain over facts: each row's link covers its content and the link before it.

One chain a table. A row that was edited, inserted, removed or reordered after
it was written no longer fits, and `verify` names the first one. What it cannot
see: rows cut off the end, and a chain recomputed whole by whoever holds the
file; only a copy of a link kept elsewhere shows those.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import text
from sqlmodel import Session, col, select

from storage.blobs import opened
from storage.errors import CorruptDatabase
from storage.jsonwork import canonical
from storage.models import (
    Alert,
    Attempt,
    Body,
    Change,
    Delivery,
    Fetch,
    Policy,
    Snapshot,
    SnapshotText,
)

__all__ = ["GENESIS", "Misfit", "append", "link", "verify"]

GENESIS = bytes(32)  # what the first row of a table links to

Fact = Fetch | Alert | Delivery | Attempt
AnyFact = TypeVar("AnyFact", Fetch, Alert, Delivery, Attempt)

# What a link covers. Of a delivery its address only: its state is the queue's.
_COVERED: Mapping[type[Fact], tuple[str, ...]] = {
    Fetch: tuple(name for name in Fetch.model_fields if name != "link"),
    Alert: tuple(name for name in Alert.model_fields if name != "link"),
    Delivery: ("id", "alert_id", "recipient", "channel", "message_id", "created_at"),
    Attempt: tuple(name for name in Attempt.model_fields if name != "link"),
}
_BATCH = 500  # rows in memory at a time
_MOST_NAMED = 20  # of each kind of problem that is no chain; the first says enough


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that is not as it was written. `row` is an id, or a digest in hex; "" if none."""

    table: str
    row: str
    problem: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.table, self.row) if part) + f": {self.problem}"


def link(previous: bytes, content: Mapping[str, Any]) -> bytes:
    """Return the SHA-256 of the canonical JSON of `content` followed by `previous`."""
    return hashlib.sha256(canonical(content) + previous).digest()


def append(session: Session, fact: AnyFact) -> AnyFact:
    """Add `fact` at the end of its table's chain, giving it its id and link; returns it.

    Only inside Store.writing(): the chain has one end, so it has one writer.
    """
    table = type(fact)
    session.flush()
    last = session.exec(select(table.id, table.link).order_by(col(table.id).desc()).limit(1))
    last_id, previous = last.first() or (0, GENESIS)
    fact.id = (last_id or 0) + 1
    fact.link = link(previous, _content(fact))
    session.add(fact)
    session.flush()
    return fact


def verify(session: Session) -> list[Misfit]:
    """Return what is not as it was written: per table the first row that does not fit. Empty: all is.

    Reads everything: chains, bodies and texts against their digests, rows that
    name rows which are not there, and SQLite's own integrity check.
    """
    found = list(_unsound(session))
    for table in _COVERED:
        found += _first_break(session, table)
    found += _wrong_bodies(session)
    found += _wrong_texts(session)
    found += _dangling(session)
    return found


def _content(fact: Fact) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in _COVERED[type(fact)]}


def _unsound(session: Session) -> Iterator[Misfit]:
    if session.get_bind().dialect.name != "sqlite":
        return
    for (problem,) in session.connection().execute(text("PRAGMA integrity_check(20)")):
        if problem != "ok":
            yield Misfit("database", "", str(problem))
    orphans = session.connection().execute(text("PRAGMA foreign_key_check")).fetchmany(_MOST_NAMED)
    for table, rowid, parent, _ in orphans:
        yield Misfit(str(table), str(rowid), f"names a row of {parent} that is not there")


def _first_break(session: Session, table: type[Fact]) -> Iterator[Misfit]:
    name = str(table.__tablename__)
    previous, last_id = GENESIS, 0
    columns = [getattr(table, column) for column in (*_COVERED[table], "link")]
    rows = session.connection().execute(
        # Columns, not objects: a session would keep every row of a large table.
        select(*columns).order_by(col(table.id)).execution_options(yield_per=_BATCH)
    )
    for row in rows:
        content = dict(zip(_COVERED[table], row[:-1], strict=True))
        if content["id"] != last_id + 1:
            gap = f"rows {last_id + 1} to {content['id'] - 1} are missing before it"
            yield Misfit(name, str(content["id"]), gap)
            return
        if link(previous, content) != row[-1]:
            yield Misfit(name, str(content["id"]), "was changed after it was written")
            return
        previous, last_id = row[-1], content["id"]


def _wrong_bodies(session: Session) -> Iterator[Misfit]:
    rows = session.connection().execute(
        select(Body.sha256, Body.frame, Body.size).execution_options(yield_per=_BATCH)
    )
    for row in rows:
        size = _size_or_misfit("body", row[0], row[1])
        if isinstance(size, Misfit):
            yield size
        elif size != row[2]:
            yield Misfit("body", row[0].hex(), f"has {size} bytes, not {row[2]}")


def _wrong_texts(session: Session) -> Iterator[Misfit]:
    rows = session.connection().execute(
        select(SnapshotText.sha256, SnapshotText.frame).execution_options(yield_per=_BATCH)
    )
    for row in rows:
        size = _size_or_misfit("snapshot_text", row[0], row[1])
        if isinstance(size, Misfit):
            yield size


def _size_or_misfit(table: str, sha256: bytes, frame: bytes) -> int | Misfit:
    try:
        return len(opened(frame, sha256))
    except CorruptDatabase as error:
        return Misfit(table, sha256.hex(), str(error))


def _dangling(session: Session) -> Iterator[Misfit]:
    """Rows that name rows which are not there, where the database itself holds no foreign key."""
    lost_body = (
        select(Fetch.id)
        .where(col(Fetch.body_sha256).is_not(None))
        .where(col(Fetch.body_sha256).not_in(select(Body.sha256)))
    )
    bodiless = (
        select(Snapshot.id)
        .join(Fetch, col(Fetch.id) == Snapshot.fetch_id)
        .where(col(Fetch.body_sha256).is_(None))
    )
    snapshots = select(Snapshot.id)
    lost_current = (
        select(Policy.id)
        .where(col(Policy.current_snapshot_id).is_not(None))
        .where(col(Policy.current_snapshot_id).not_in(snapshots))
    )
    untold = (
        select(Alert.id)
        .outerjoin(
            Change,
            (col(Change.from_snapshot_id) == Alert.from_snapshot_id)
            & (col(Change.to_snapshot_id) == Alert.to_snapshot_id),
        )
        .where(col(Change.id).is_(None))
    )
    for table, query, problem in (
        ("fetch", lost_body, "its body is not kept"),
        ("snapshot", bodiless, "comes from a fetch without a body"),
        ("policy", lost_current, "its current snapshot is not there"),
        ("alert", untold, "tells of a change that is not there"),
    ):
        for row in session.exec(query.limit(_MOST_NAMED)):
            yield Misfit(table, str(row), problem)
