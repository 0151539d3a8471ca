"""Plain SQL over whichever connection there is: SQLAlchemy's or sqlite3's own.

The readers say each query once. A command that only asks opens the file with
`storage.light` and starts in a fifth of the time that SQLAlchemy takes to be
imported; within a transaction of `storage.engine` the same query sees what was
written in it. Parameters are named (`:policy`), table names that are words of
SQL are quoted, and nothing else of the two dialects differs in what is asked.

Whole rows are written by `storage.writes`, which knows the classes of the tables.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from storage.jsonwork import compact

if TYPE_CHECKING:
    from typing import TypeAlias

    from sqlalchemy import CursorResult
    from sqlmodel import Session

    Source: TypeAlias = sqlite3.Connection | Session

__all__ = [
    "ask",
    "flag",
    "instant",
    "is_sqlite",
    "jsoned",
    "some_instant",
    "stored",
    "write",
    "write_all",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def ask(source: "Source", sql: str, /, **values: Any) -> Sequence[Any]:
    """Return the rows that `sql` gives, each a tuple as the database holds it."""
    if isinstance(source, sqlite3.Connection):
        given = {name: stored(value) for name, value in values.items()}
        return source.execute(sql, given).fetchall()
    return _run(source, sql, values).fetchall()


def write(session: "Session", sql: str, /, **values: Any) -> int:
    """Run a statement that writes, only inside Store.writing(); returns how many rows it met."""
    return int(_run(session, sql, values).rowcount)


def write_all(session: "Session", sql: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run a statement that writes once for each of `rows`, which have the same names; one at least."""
    _run(session, sql, rows)


def is_sqlite(source: "Source") -> bool:
    return isinstance(source, sqlite3.Connection) or source.get_bind().dialect.name == "sqlite"


def stored(value: Any) -> Any:
    """Return `value` as SQLite holds it; see `storage.instants` and `storage.jsonwork`."""
    if isinstance(value, datetime):
        return (value - _EPOCH) // _MICROSECOND
    return compact(value) if isinstance(value, dict | list) else value


def _run(
    session: "Session", sql: str, values: Mapping[str, Any] | Sequence[Mapping[str, Any]]
) -> "CursorResult[Any]":
    """Run `sql` with `values`, or once for each of several."""
    if session.new or session.dirty or session.deleted:
        session.flush()
    rows = [values] if isinstance(values, Mapping) else values
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        plain = [{name: stored(value) for name, value in row.items()} for row in rows]
        return connection.exec_driver_sql(sql, plain[0] if len(plain) == 1 else plain)
    from sqlalchemy import JSON, bindparam, text

    given = [dict(row) for row in rows]
    jsons = {name for row in rows for name, value in row.items() if isinstance(value, dict | list)}
    as_json = JSON(none_as_null=True)
    typed = text(sql).bindparams(*(bindparam(name, type_=as_json) for name in sorted(jsons)))
    return connection.execute(typed, given[0] if len(given) == 1 else given)


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
