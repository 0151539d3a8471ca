"""What takes room: the file, each table with its indexes, and each policy."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, col, func, select

from storage.engine import Store
from storage.location import file_of
from storage.models import Body, Fetch, Policy, Row, Snapshot

__all__ = ["PolicySize", "Sizes", "TableSize", "sizes"]

# SQLite's own account of its pages; not every build of SQLite has it.
_SQLITE = text(
    "SELECT m.tbl_name, SUM(s.pgsize) FROM dbstat('main', 1) AS s "
    "JOIN sqlite_master AS m ON m.name = s.name GROUP BY m.tbl_name"
)
_POSTGRESQL = text(
    "SELECT relname, pg_total_relation_size(oid) FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
)


@dataclass(frozen=True, slots=True)
class TableSize:
    table: str
    rows: int
    bytes: int | None  # on disk, with indexes; None: this SQLite cannot say


@dataclass(frozen=True, slots=True)
class PolicySize:
    policy: str
    fetches: int
    texts: int
    bodies: int  # a body that two policies share counts for both
    bytes: int  # of its bodies, as they are kept


@dataclass(frozen=True, slots=True)
class Sizes:
    file: int | None  # bytes, the log included; None: it is on a server
    free: int | None  # bytes of it that `upkeep` gives back
    tables: tuple[TableSize, ...]  # the largest first
    policies: tuple[PolicySize, ...]  # the largest first


def sizes(store: Store) -> Sizes:
    """Return what takes room now. Reads every page of the file."""
    file = file_of(store.database)
    with store.reading() as session:
        return Sizes(
            file=_on_disk(file) if file else None,
            free=_free(session) if file else None,
            tables=_tables(session),
            policies=_policies(session),
        )


def _on_disk(file: Path) -> int:
    parts = (file, file.with_name(f"{file.name}-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


def _free(session: Session) -> int:
    connection = session.connection()
    pages, size = (
        connection.execute(text(f"PRAGMA {name}")).scalar_one()
        for name in ("freelist_count", "page_size")
    )
    return int(pages * size)


def _tables(session: Session) -> tuple[TableSize, ...]:
    connection = session.connection()
    statement = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    try:
        on_disk = {name: int(size) for name, size in connection.execute(statement)}
    except DBAPIError:
        on_disk = {}
    found = [
        TableSize(
            table=name,
            rows=connection.execute(select(func.count()).select_from(table)).scalar_one(),
            bytes=on_disk.get(name),
        )
        for name, table in Row.metadata.tables.items()
    ]
    return tuple(sorted(found, key=lambda table: (-(table.bytes or 0), table.table)))


def _policies(session: Session) -> tuple[PolicySize, ...]:
    fetches = dict(
        session.exec(select(Fetch.policy_id, func.count()).group_by(col(Fetch.policy_id))).all()
    )
    texts = dict(
        session.exec(
            select(Snapshot.policy_id, func.count()).group_by(col(Snapshot.policy_id))
        ).all()
    )
    had = select(Fetch.policy_id, Fetch.body_sha256).distinct().subquery()
    held = session.connection().execute(
        select(had.c.policy_id, func.count(), func.sum(func.length(col(Body.frame))))
        .join(Body, col(Body.sha256) == had.c.body_sha256)
        .group_by(had.c.policy_id)
    )
    bodies = {policy_id: (count, int(size or 0)) for policy_id, count, size in held}
    found = [
        PolicySize(name, fetches.get(id_, 0), texts.get(id_, 0), *bodies.get(id_, (0, 0)))
        for id_, name in session.exec(select(Policy.id, Policy.name))
        if id_ is not None
    ]
    return tuple(sorted(found, key=lambda policy: (-policy.bytes, policy.policy)))
