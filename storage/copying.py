"""One consistent copy of an SQLite file that others read and write meanwhile; it checks nothing."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from storage.errors import CorruptDatabase, StoreFailed

__all__ = ["copied_aside", "copy_file", "read_only"]

_PAGES = 2000  # copied at a time, 8 MB: a progress bar moves, and Ctrl-C is heard


def copy_file(
    source: Path, target: Path, progress: Callable[[int, int], None] = lambda *_: None
) -> None:
    """Copy by SQLite's own backup, from one state: a read transaction holds it still.

    `target` must not be there; its owner alone may read it. `progress` hears pages
    done and in all. Raises CorruptDatabase or StoreFailed.
    """

    def step(_status: int, remaining: int, total: int) -> None:
        progress(total - remaining, total)

    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(read_only(source)) as there, closing(sqlite3.connect(target)) as here:
            there.execute("BEGIN")
            there.execute("SELECT count(*) FROM sqlite_master").fetchone()
            there.backup(here, pages=_PAGES, progress=step)
    except sqlite3.Error as error:
        raise _explained(error, source, target) from error


def copied_aside(source: Path, *, label: str) -> Path:
    """Keep the database as it is beside itself, as `NAME.LABEL`, and drop such a copy of earlier.

    A copy of that label that is there already is left: it is the older state.
    """
    kept = source.with_name(f"{source.name}.{label}")
    if kept.exists():
        return kept
    part = source.with_name(f"{kept.name}.part")
    part.unlink(missing_ok=True)
    try:
        copy_file(source, part)
        part.rename(kept)
    finally:
        part.unlink(missing_ok=True)
    stem = label.rpartition("-")[0]
    for earlier in source.parent.glob(f"{source.name}.{stem}-*"):
        if earlier != kept:
            earlier.unlink()
    return kept


def read_only(path: Path) -> sqlite3.Connection:
    """Open a file so that nothing of it can change; transactions are the caller's."""
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)


def _explained(error: sqlite3.Error, source: Path, target: Path) -> Exception:
    primary = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return CorruptDatabase(f"{source} is damaged: {error}")
    return StoreFailed(f"{source} cannot be copied to {target}: {error}")
