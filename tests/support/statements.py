"""What a SQLite database is asked while the one write lock is held, and how it goes about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event

__all__ = ["Transaction", "written"]


@dataclass
class Transaction:
    """The statements between the lock and the commit."""

    statements: list[str] = field(default_factory=list)
    # of those with a condition, the ones that read a table from end to end to find what meets it
    scans: list[str] = field(default_factory=list)


@contextmanager
def written() -> Iterator[list[Transaction]]:
    """Collect the write transactions of any database, each with what it was asked."""
    found: list[Transaction] = []

    def note(connection: Connection, _cursor: Any, said: str, given: Any, *_: Any) -> None:
        if said == "BEGIN IMMEDIATE":
            found.append(Transaction())
        elif "clausewatch_writes" in connection.get_execution_options():
            found[-1].statements.append(said)
            if " WHERE " in said:
                found[-1].scans += _scans(connection, said, given)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _scans(connection: Connection, said: str, given: Any) -> list[str]:
    driver: Any = connection.connection.driver_connection
    plan = driver.execute(f"EXPLAIN QUERY PLAN {said}", given).fetchall()
    return [f"{row[-1]}: {said}" for row in plan if row[-1].startswith("SCAN")]
