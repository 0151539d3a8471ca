"""A connection that only reads, for commands that ask one thing and end: no SQLAlchemy.

It opens what `storage.engine` opens, where that is a SQLite file of the schema
this program knows. Anything else (no file yet, an older schema, PostgreSQL) is
left to the engine, which makes, migrates or refuses it with the right words.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from storage.faults import of_sqlite
from storage.files import is_new, refuse_strangers
from storage.schema import HEAD

__all__ = ["light"]

_BUSY_TIMEOUT_S = 10  # as long as the engine's own


@contextmanager
def light(database: str) -> Iterator[sqlite3.Connection | None]:
    """Give a connection on one consistent state of `database`; None: use `storage.engine`.

    Raises StoreRefused for a file that is foreign or damaged, as the engine does.
    """
    path = _path(database)
    if path is None or is_new(path):
        yield None
        return
    refuse_strangers(path)
    try:
        with closing(_connected(path)) as connection:
            connection.execute("BEGIN")
            yield connection if _schema(connection) == HEAD else None
    except sqlite3.Error as error:
        raise of_sqlite(error, where=str(path)) or error from error


def _path(database: str) -> Path | None:
    kind, found, rest = database.partition("://")
    if not found:
        return Path(database).expanduser() if database not in ("", ":memory:") else None
    if kind == "sqlite" and rest.startswith("/") and "?" not in rest and len(rest) > 1:
        return Path(rest[1:])
    return None


def _connected(path: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    connection = sqlite3.connect(
        address, uri=True, timeout=_BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA query_only=ON")
    return connection


def _schema(connection: sqlite3.Connection) -> str | None:
    named = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"
    if connection.execute(named).fetchone() is None:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])
