"""What a database driver's error means for our callers. Pure."""

import sqlite3
from typing import TYPE_CHECKING

from storage.errors import CorruptDatabase, StorageError, StoreBusy, StoreFailed, StoreFull

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

__all__ = ["of_sqlite", "translated"]

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_CORRUPT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_FAILED = {
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_NOMEM,
}
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_PG_BUSY = {"40001", "40P01", "55P03", "57014"}
_PG_FULL = {"53100"}


def translated(error: "DBAPIError", *, where: str) -> Exception:
    """Return the StorageError that `error` amounts to, or `error` itself where it is a bug."""
    from sqlalchemy.exc import OperationalError

    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return of_sqlite(cause, where=where) or error
    state = getattr(cause, "sqlstate", None)
    if state in _PG_BUSY:
        return StoreBusy(f"{where} is busy: {cause}; try again")
    if state in _PG_FULL:
        return StoreFull(f"{where} has no room left: {cause}")
    if error.connection_invalidated or (state is None and isinstance(error, OperationalError)):
        return StoreFailed(f"{where} cannot be reached: {cause}")
    return error


def of_sqlite(cause: sqlite3.Error, *, where: str) -> StorageError | None:
    """Return the StorageError that an error of SQLite amounts to; None where it is a bug."""
    primary = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if primary in _BUSY:
        return StoreBusy(f"{where} is locked by another process; try again when it is done")
    if primary == sqlite3.SQLITE_FULL:
        return StoreFull(f"{where} has no room left: {cause}; nothing was written")
    if primary in _CORRUPT:
        return CorruptDatabase(f"{where} is damaged: {cause}; restore it from a backup")
    if primary in _FAILED:
        return StoreFailed(f"{where} cannot be read or written: {cause}")
    return None
