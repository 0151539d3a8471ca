"""Keeping the file in shape: what is no longer needed is let go, and its room given back.

Every step is a short write transaction of its own, so that a check waits for
one step at most. On PostgreSQL the server does its own vacuuming.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from storage.engine import Store
from storage.errors import StoreBusy
from storage.location import file_of
from storage.retention import drop_bodies

__all__ = ["Upkeep", "compact", "upkeep"]

_PAGES = 500  # given back in one step: 2 MB, some 10 ms
_PATIENCE_S = 1  # for folding the log into the file; a reader may be in the way, and then it waits


@dataclass(frozen=True, slots=True)
class Upkeep:
    dropped: int  # bodies
    dropped_size: int  # their bytes, unpacked
    given_back: int  # bytes of the file
    in_steps: bool  # False: a file of an earlier release, which only `compact` makes smaller


def upkeep(store: Store, *, drop_before: datetime | None, now: datetime) -> Upkeep:
    """Drop the bodies that may go and are older than `drop_before`, and give room back.

    None drops nothing. May run beside the daemon, or in it.
    """
    dropped = size = 0
    if drop_before is not None:
        dropped, size = drop_bodies(store, before=drop_before, now=now)
    in_steps = _vacuums_in_steps(store)
    given_back = _give_back(store) if in_steps else 0
    _fold_log(store)
    return Upkeep(dropped, size, given_back, in_steps)


def compact(database: str) -> None:
    """Write the file anew without gaps. Nothing else may have it open; hold its lock.

    Takes as much room again while it runs. Raises StoreBusy where somebody has it open.
    """
    file = file_of(database)
    if file is None:
        return
    try:
        with closing(sqlite3.connect(file, timeout=_PATIENCE_S, isolation_level=None)) as there:
            there.execute("PRAGMA journal_mode=DELETE").fetchone()  # fails where it is open
            there.execute("PRAGMA auto_vacuum=INCREMENTAL")
            there.execute("VACUUM")
            there.execute("PRAGMA journal_mode=WAL").fetchone()
    except sqlite3.OperationalError as error:
        raise StoreBusy(f"{file} cannot be written anew: {error}") from error


def _vacuums_in_steps(store: Store) -> bool:
    if file_of(store.database) is None:
        return True
    with store.reading() as session:
        return _pragma(session, "auto_vacuum") == 2


def _give_back(store: Store) -> int:
    if file_of(store.database) is None:
        return 0
    pages = 0
    while True:
        with store.writing() as session:
            free = _pragma(session, "freelist_count")
            if not free:
                break
            _vacuum(session, _PAGES)
            left = _pragma(session, "freelist_count")
            page = _pragma(session, "page_size")
        pages += free - left
        if left >= free:
            break
    return pages * page if pages else 0


def _vacuum(session: Session, pages: int) -> None:
    """Give back `pages`. The statement does one for each time it is stepped, so it is read to its end."""
    driver: Any = session.connection().connection.driver_connection  # sqlite3's own
    driver.execute(f"PRAGMA incremental_vacuum({pages})").fetchall()


def _fold_log(store: Store) -> None:
    """Fold the write-ahead log into the file, as far as readers allow, and refresh statistics."""
    file = file_of(store.database)
    if file is None:
        return
    with closing(sqlite3.connect(file, timeout=_PATIENCE_S, isolation_level=None)) as there:
        try:
            there.execute("PRAGMA optimize").fetchall()
            there.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.OperationalError:
            return  # busy: SQLite folds it at the next chance by itself


def _pragma(session: Session, name: str) -> int:
    found: int = session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one()
    return found
