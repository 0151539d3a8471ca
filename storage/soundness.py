"""A first look at a database before the daemon relies on it; the whole look is `storage.verify`.

Cheap at any size, for a start must not wait for it: SQLite's own check where the
file is small, and the newest facts of each chain against their links, which is
where a machine that lost its power would have torn them.
"""

from sqlmodel import Session, col, select

from storage.chain import FACTS, GENESIS, Fact, columns_of, content_of, link
from storage.engine import Store
from storage.errors import CorruptDatabase
from storage.rows import is_sqlite
from storage.verify import Misfit

__all__ = ["look"]

# Checked whole up to here: a quarter of a second. A larger file takes a second for every 250 MB.
_SMALL = 64 << 20
_NEWEST = 50  # facts of each table; a transaction writes a handful


def look(store: Store) -> list[Misfit]:
    """Return the newest facts that do not fit. Raises CorruptDatabase where SQLite finds damage."""
    with store.reading() as session:
        if is_sqlite(session) and _size(session) <= _SMALL:
            said = session.connection().exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
            if said != "ok":
                raise CorruptDatabase(
                    f"{store.database} is damaged: {' '.join(said.split())}; restore it from a "
                    "backup (clausewatch restore FILE); `clausewatch verify` says what is lost"
                )
        return [misfit for table in FACTS for misfit in _newest(session, table)]


def _size(session: Session) -> int:
    connection = session.connection()
    pages: int = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    size: int = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    return pages * size


def _newest(session: Session, table: type[Fact]) -> list[Misfit]:
    names = (*columns_of(table), "link")
    newest = select(*(getattr(table, name) for name in names)).order_by(col(table.id).desc())
    rows = list(reversed(session.execute(newest.limit(_NEWEST + 1)).all()))
    previous = rows.pop(0)[-1] if rows and rows[0].id != 1 else GENESIS
    for row in rows:
        values = dict(zip(names[:-1], row[:-1], strict=True))
        if link(previous, content_of(table, values)) != row[-1]:
            said = "was changed after it was written"
            return [Misfit(str(table.__tablename__), str(values["id"]), said)]
        previous = row[-1]
    return []
