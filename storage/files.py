"""Whether a file may be opened as our database at all. Reads; never writes, never creates.

The first bytes of the file are looked at before SQLite is: opening a stranger's
database for writing may replay its journal, and a refused file stays untouched.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from storage.errors import BadAddress, CorruptDatabase, ForeignDatabase

__all__ = ["APPLICATION_ID", "is_new", "refuse_strangers"]

APPLICATION_ID = 0x434C5753  # "CLWS", in the file's header

_MAGIC = b"SQLite format 3\x00"
_HEADER = 100  # bytes; https://www.sqlite.org/fileformat.html#the_database_header


def is_new(path: Path) -> bool:
    """Return whether there is nothing at `path` yet: no file, or an empty one without a journal."""
    return not path.exists() or (path.stat().st_size == 0 and not _beside(path, "-journal"))


def refuse_strangers(path: Path) -> None:
    """Raise StoreRefused unless `path`, a file with content, is whole and ours.

    A database with no table and no owner counts as ours: it is what a kill
    between creating the file and its first migration leaves.
    """
    if path.is_dir():
        raise BadAddress(f"{path} is a folder; name a file in it")
    if _beside(path, "-journal"):
        return  # the header is only true after SQLite has undone the interrupted write
    with path.open("rb") as file:
        header = file.read(_HEADER)
    if not header.startswith(_MAGIC):
        raise ForeignDatabase(f"{path} is not a SQLite database; it was left as it is")
    if len(header) < _HEADER:
        raise CorruptDatabase(f"{path} ends inside its own header; restore it from a backup")
    owner = int.from_bytes(header[68:72], "big")
    if owner not in (0, APPLICATION_ID) or (owner == 0 and _has_tables(path)):
        raise ForeignDatabase(
            f"{path} is a SQLite database of another program; it was left as it is"
        )
    _refuse_short(path, header)


def _refuse_short(path: Path, header: bytes) -> None:
    if _beside(path, "-wal"):
        return  # pages may still lie in the log
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page
    pages = int.from_bytes(header[28:32], "big")
    written_by_same = header[24:28] == header[92:96]  # else the page count is not to be trusted
    size = path.stat().st_size
    if written_by_same and size < page * pages:
        raise CorruptDatabase(
            f"{path} is cut short: {size} bytes of {page * pages}; restore it from a backup"
        )


def _has_tables(path: Path) -> bool:
    mode = "mode=ro" if _beside(path, "-wal") else "immutable=1"
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?{mode}", uri=True)) as connection:
            found = connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.DatabaseError as error:
        raise CorruptDatabase(f"{path} cannot be read: {error}") from error
    return found is not None


def _beside(path: Path, suffix: str) -> bool:
    other = path.with_name(path.name + suffix)
    return other.exists() and other.stat().st_size > 0
