"""Whether the record is as it was written: the chains, what they name, and the database itself.

Reads everything and changes nothing. Per table the first row that does not fit
is named; what comes after it hangs on it and would only repeat it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, func, select

from storage.blobs import get_body, opened
from storage.chain import (
    FACTS,
    GENESIS,
    Fact,
    Mark,
    columns_of,
    content_of,
    count_of,
    fold,
    link,
    rows_of,
)
from storage.errors import CorruptDatabase, NotFound
from storage.models import (
    Alert,
    Body,
    ChainHead,
    Change,
    Dropped,
    Fetch,
    Policy,
    Snapshot,
    SnapshotText,
)

__all__ = ["Misfit", "Progress", "verify", "verify_policy"]

# Told what is being checked, how much of it is done and how much there is.
Progress = Callable[[str, int, int], None]

_BATCH = 500  # rows in memory at a time
_REMEMBERED = 64 << 20  # bytes of bodies, for those that rest on them come soon after
_BODIES = select(Body.sha256, Body.frame, Body.size, Body.base_sha256)
_UNREADABLE = "was changed after it was written: it cannot be read"
_REWRITTEN = "it, or a row before it, was rewritten since the checkpoint"
_MOST_NAMED = 20  # of each kind of problem that is no chain; the first says enough


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that is not as it was written. `row` is an id, or a digest in hex; "" if none."""

    table: str
    row: str
    problem: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.table, self.row) if part) + f": {self.problem}"


def verify(
    session: Session, *, against: Sequence[Mark] = (), progress: Progress = lambda *_: None
) -> list[Misfit]:
    """Return what is not as it was written: per table the first row that does not fit. Empty: all is.

    Reads everything: chains, bodies and texts against their digests, rows that
    name rows which are not there, and SQLite's own integrity check. `against`
    are ends of chains noted earlier: what they cover must still be there.
    """
    progress("database", 0, 1)
    found = list(_unsound(session))
    progress("database", 1, 1)
    for table in FACTS:
        found += _Walk(session, table, against).misfits(progress)
    found += _wrong_bodies(session, _BODIES, progress)
    found += _wrong_texts(session, progress)
    found += _dangling(session)
    return found


def verify_policy(
    session: Session, policy_id: int, *, against: Sequence[Mark] = ()
) -> list[Misfit]:
    """Return what is not as it was written of one policy's facts and bodies; needs no other's rows.

    Of the rows around them only the links are read. `against`: as for `verify`.
    """
    found: list[Misfit] = []
    for table in FACTS:
        found += _policy_break(session, table, policy_id, against)
    named = select(Fetch.body_sha256).where(Fetch.policy_id == policy_id)
    found += _wrong_bodies(session, _BODIES.where(col(Body.sha256).in_(named)), lambda *_: None)
    return found


class _Walk:
    """One table from its first row to its last, all its chains at once."""

    def __init__(self, session: Session, table: type[Fact], against: Sequence[Mark]) -> None:
        self.session = session
        self.table = table
        self.name = str(table.__tablename__)
        self.ends: dict[int, tuple[int, bytes]] = {}  # policy id -> rows so far, end of its chain
        self.noted = {
            (mark.policy_id, mark.count): mark.link
            for mark in against
            if mark.facts == self.name and mark.count
        }

    def misfits(self, progress: Progress) -> Iterator[Misfit]:
        broken = self._first_break(progress)
        if broken is not None:
            yield broken
            return
        yield from self._ends_that_moved()
        for (policy_id, count), _ in sorted(self.noted.items(), key=lambda item: item[0][1]):
            yield Misfit(self.name, "", _lost_since(policy_id, count))

    def _first_break(self, progress: Progress) -> Misfit | None:
        previous, last_id = GENESIS, 0
        total = count_of(self.session, self.table)
        names = columns_of(self.table)
        for row in _in_order(self.session, rows_of(self.table), self.table):
            if isinstance(row, _Unreadable):
                return Misfit(self.name, row.row, _UNREADABLE)
            values = dict(zip(names, row[1:-1], strict=True))
            row_id = values["id"]
            if row_id != last_id + 1:
                gap = f"rows {last_id + 1} to {row_id - 1} are missing before it"
                return Misfit(self.name, str(row_id), gap)
            if link(previous, content_of(self.table, values)) != row[-1]:
                return Misfit(self.name, str(row_id), "was changed after it was written")
            previous, last_id = row[-1], row_id
            rewritten = self._note(row[0], row_id, row[-1])
            if rewritten is not None:
                return rewritten
            if row_id % _BATCH == 0 or row_id == total:
                progress(self.name, row_id, total)
        return None

    def _note(self, policy_id: int | None, row_id: int, row_link: bytes) -> Misfit | None:
        """Lengthen the chains by one row, and hold them against what was noted of them."""
        here_after: list[tuple[tuple[int | None, int], bytes]] = [((None, row_id), row_link)]
        if policy_id is not None:
            count, end = self.ends.get(policy_id, (0, GENESIS))
            count, end = count + 1, fold(end, row_link)
            self.ends[policy_id] = count, end
            here_after.append(((policy_id, count), end))
        for key, here in here_after:
            there = self.noted.pop(key, None)
            if there is not None and there != here:
                return Misfit(self.name, str(row_id), _REWRITTEN)
        return None

    def _ends_that_moved(self) -> Iterator[Misfit]:
        heads = select(ChainHead).where(ChainHead.facts == self.name)
        kept = {head.policy_id: (head.count, head.link) for head in self.session.exec(heads)}
        for policy_id in sorted({*kept, *self.ends}):
            count, end = self.ends.get(policy_id, (0, GENESIS))
            kept_count, kept_end = kept.get(policy_id, (0, GENESIS))
            if count != kept_count:
                problem = f"policy {policy_id} has {count} rows, its chain counts {kept_count}"
                yield Misfit(self.name, "", problem)
            elif end != kept_end:
                yield Misfit(self.name, "", f"the chain of policy {policy_id} ends otherwise")


def _policy_break(
    session: Session, table: type[Fact], policy_id: int, against: Sequence[Mark]
) -> Iterator[Misfit]:
    name, names = str(table.__tablename__), columns_of(table)
    noted = {
        mark.count: mark.link
        for mark in against
        if (mark.facts, mark.policy_id) == (name, policy_id) and mark.count
    }
    end, count = GENESIS, 0
    for row in _in_order(session, rows_of(table, policy_id=policy_id), table):
        if isinstance(row, _Unreadable):
            yield Misfit(name, row.row, _UNREADABLE)
            return
        values = dict(zip(names, row[1:-1], strict=True))
        before = session.exec(select(table.link).where(table.id == values["id"] - 1)).first()
        if link(before or GENESIS, content_of(table, values)) != row[-1]:
            problem = "it, or the link before it, was changed after it was written"
            yield Misfit(name, str(values["id"]), problem)
            return
        end, count = fold(end, row[-1]), count + 1
        if noted.pop(count, end) != end:
            yield Misfit(name, str(values["id"]), _REWRITTEN)
            return
    yield from (Misfit(name, "", _lost_since(policy_id, lost)) for lost in noted)
    head = session.get(ChainHead, (name, policy_id))
    if (count, end) != ((head.count, head.link) if head else (0, GENESIS)):
        counted = head.count if head else 0
        yield Misfit(name, "", f"{count} rows are there, the policy's chain counts {counted}")


def _lost_since(policy_id: int | None, count: int) -> str:
    whose = "" if policy_id is None else f" of policy {policy_id}"
    return f"only part of the {count} rows{whose} that the checkpoint counts is there"


@dataclass(frozen=True, slots=True)
class _Unreadable:
    """A row that holds what its column cannot: text that is none, JSON that is none."""

    row: str


def _in_order(session: Session, query: Any, table: type[Fact]) -> Iterator[Any]:
    """Yield the rows of `query` in the order of their ids; an unreadable one ends it, as such."""
    last, size = 0, _BATCH
    while True:
        batch = query.where(col(table.id) > last).limit(size)
        try:
            rows = session.connection().execute(batch).all()
        except (ValueError, DBAPIError):
            if size == 1:
                after = session.exec(select(func.min(table.id)).where(col(table.id) > last)).one()
                yield _Unreadable(str(after))
                return
            size = 1  # one of this batch cannot be read: the ones before it can
            continue
        if not rows:
            return
        yield from rows
        last = rows[-1].id


def _stream(session: Session, query: Any) -> Iterator[Any]:  # a select and its rows
    # Columns, not objects: a session would keep every row of a large table.
    yield from session.connection().execute(query, execution_options={"yield_per": _BATCH})


def _unsound(session: Session) -> Iterator[Misfit]:
    if session.get_bind().dialect.name != "sqlite":
        return
    for (problem,) in session.connection().execute(text("PRAGMA integrity_check(20)")):
        if problem != "ok":
            yield Misfit("database", "", str(problem))
    orphans = session.connection().execute(text("PRAGMA foreign_key_check")).fetchmany(_MOST_NAMED)
    for table, rowid, parent, _ in orphans:
        yield Misfit(str(table), str(rowid), f"names a row of {parent} that is not there")


def _wrong_bodies(session: Session, query: Any, progress: Progress) -> Iterator[Misfit]:
    """Whatever does not unpack to what its name hashes to; `query` selects as _BODIES does."""
    total = _how_many(session, query)
    bases, unread, resting = _Bases(session), set[bytes](), 0
    for done, (sha256, frame, size, base_sha256) in enumerate(_stream(session, query), 1):
        progress("body", done, total)
        if base_sha256 in unread:
            unread.add(sha256)
            resting += 1
            continue
        try:
            base = bases.get(base_sha256) if base_sha256 else None
            data = opened(frame, sha256, base)
        except (CorruptDatabase, NotFound) as error:
            unread.add(sha256)
            yield Misfit("body", sha256.hex(), str(error))
            continue
        bases.put(sha256, data)
        if len(data) != size:
            yield Misfit("body", sha256.hex(), f"has {len(data)} bytes, not {size}")
    if resting:
        yield Misfit("body", "", f"{resting} more cannot be read, for they rest on those above")


class _Bases:
    """Bodies that others rest on, the last ones read at hand."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.recent: dict[bytes, bytes] = {}  # the oldest first
        self.size = 0

    def get(self, sha256: bytes) -> bytes:
        data = self.recent.pop(sha256, None)
        if data is None:
            data = get_body(self.session, sha256)
            self.size += len(data)
        self.recent[sha256] = data
        return data

    def put(self, sha256: bytes, data: bytes) -> None:
        self.recent[sha256] = data
        self.size += len(data)
        while self.size > _REMEMBERED:
            self.size -= len(self.recent.pop(next(iter(self.recent))))


def _wrong_texts(session: Session, progress: Progress) -> Iterator[Misfit]:
    query = select(SnapshotText.sha256, SnapshotText.frame)
    total = _how_many(session, query)
    for done, (sha256, frame) in enumerate(_stream(session, query), 1):
        progress("snapshot_text", done, total)
        try:
            opened(frame, sha256)
        except CorruptDatabase as error:
            yield Misfit("snapshot_text", sha256.hex(), str(error))


def _how_many(session: Session, query: Any) -> int:
    rows = select(func.count()).select_from(query.subquery())
    found: int = session.connection().execute(rows).scalar_one()
    return found


def _dangling(session: Session) -> Iterator[Misfit]:
    """Rows that name rows which are not there, where the database itself holds no foreign key."""
    lost_body = (
        select(Fetch.id)
        .where(col(Fetch.body_sha256).is_not(None))
        .where(col(Fetch.body_sha256).not_in(select(Body.sha256)))
        .where(col(Fetch.body_sha256).not_in(select(Dropped.body_sha256)))
    )
    bodiless = (
        select(Snapshot.id)
        .join(Fetch, col(Fetch.id) == Snapshot.fetch_id)
        .where(col(Fetch.body_sha256).is_(None))
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
        ("policy", _lost(Policy.current_snapshot_id), "its current snapshot is not there"),
        ("policy", _lost(Policy.stable_snapshot_id), "the text that readers know is not there"),
        ("alert", untold, "tells of a change that is not there"),
    ):
        for row in session.exec(query.limit(_MOST_NAMED)):
            yield Misfit(table, str(row), problem)


def _lost(named: Any) -> Any:  # a column of Policy; a statement of its ids
    found = select(Policy.id).where(col(named).is_not(None))
    return found.where(col(named).not_in(select(Snapshot.id)))
