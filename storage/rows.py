"""Ask the database in plain SQL over whichever connection there is: SQLAlchemy's or sqlite3's own.

The readers say each query once. A command that only asks opens the file with
`storage.light` and starts in a fifth of the time that SQLAlchemy takes to be
imported; within a transaction of `storage.engine` the same query sees what was
written in it. Parameters are named (`:policy`), table names that are words of
SQL are quoted, and nothing else of the two dialects differs in what is asked.
"""

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import TypeAlias

    from sqlmodel import Session

    Source: TypeAlias = sqlite3.Connection | Session

__all__ = ["ask", "flag", "instant", "is_sqlite", "jsoned", "some_instant", "stored"]


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def ask(source: "Source", sql: str, **values: Any) -> Sequence[Any]:
    """Return the rows that `sql` gives, each a tuple as the database holds it."""
    if isinstance(source, sqlite3.Connection):
        given = {name: stored(value) for name, value in values.items()}
        return source.execute(sql, given).fetchall()
    if source.new or source.dirty or source.deleted:
        source.flush()
    connection = source.connection()
    if is_sqlite(source):
        given = {name: stored(value) for name, value in values.items()}
        return connection.exec_driver_sql(sql, given).fetchall()
    from sqlalchemy import text

    return connection.execute(text(sql), values).fetchall()


def is_sqlite(source: "Source") -> bool:
    return isinstance(source, sqlite3.Connection) or source.get_bind().dialect.name == "sqlite"


def stored(value: Any) -> Any:
    """Return `value` as SQLite holds it; see `storage.instants`."""
    return (value - _EPOCH) // _MICROSECOND if isinstance(value, datetime) else value


def instant(value: Any) -> datetime:
    """Read an instant from a column."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return _EPOCH + timedelta(microseconds=value)


def some_instant(value: Any) -> datetime | None:
    return None if value is None else instant(value)


def jsoned(value: Any) -> Any:
    """Read a column that holds JSON; PostgreSQL's driver has read it already."""
    return json.loads(value) if isinstance(value, str) else value


def flag(value: Any) -> bool:
    return bool(value)
