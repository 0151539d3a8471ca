"""Open a database; sessions that read, sessions that write.

A Store is the one thing that holds connections. Writing is one at a time:
in the process by a lock, between processes by the database's own (BEGIN
IMMEDIATE on SQLite, an advisory lock on PostgreSQL). Reading never waits for it.
"""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, inspect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from storage.copying import copied_aside
from storage.errors import BadAddress, OutdatedDatabase
from storage.faults import translated
from storage.files import APPLICATION_ID, is_new, refuse_strangers
from storage.jsonwork import compact
from storage.location import shown, url_of
from storage.lock import refuse_another_s
from storage.schema import HEAD, bring_up_to_date, needs_migration, refuse_newer

__all__ = ["Store", "open_store"]

log = logging.getLogger(__name__)

_BUSY_TIMEOUT_S = 10  # longer than any commit or backup step of ours holds the lock
_ADVISORY_LOCK = APPLICATION_ID  # any number nobody else takes in this database
_WRITES = "clausewatch_writes"


def open_store(database: str, *, migrate: bool = True) -> "Store":
    """Open `database`, a path or a URL, creating and migrating it where needed.

    A new SQLite file is readable by its owner alone, as is a folder made for
    it. Raises StoreRefused for a database that is foreign, newer, damaged or,
    with `migrate` false or while another process holds its lock, older; that
    database is left untouched.
    """
    url = url_of(database)
    where = shown(url)
    try:
        if url.get_backend_name() == "sqlite":
            _prepare_file(Path(str(url.database)))
        _migrate(url, where=where, migrate=migrate)
    except DBAPIError as error:
        raise translated(error, where=where) from error
    return Store(url, where)


class Store:
    """An open database. Its methods may be called from any thread."""

    def __init__(self, url: URL, where: str) -> None:
        self.database = where  # for people: without a password
        self._engine = _engine(url)
        self._writes = self._engine.execution_options(**{_WRITES: True})
        self._lock = threading.Lock()
        self._writer: int | None = None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on one consistent state of the database. What it changes is lost."""
        try:
            with Session(self._engine, expire_on_commit=False) as session:
                yield session
        except DBAPIError as error:
            raise translated(error, where=self.database) from error

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in the one write transaction: commits on exit, rolls back on an error.

        Raises StoreBusy where another process keeps the lock, StoreFull where
        there is no room; nothing was written then.
        """
        if self._writer == threading.get_ident():
            raise RuntimeError("writing() inside writing(); pass the session on instead")
        with self._lock:
            self._writer = threading.get_ident()
            try:
                with Session(self._writes, expire_on_commit=False) as session:
                    session.connection()  # the lock is taken here, not at the first statement
                    self.refuse_newer(session)
                    yield session
                    session.commit()
            except DBAPIError as error:
                raise translated(error, where=self.database) from error
            finally:
                self._writer = None

    def refuse_newer(self, session: Session) -> None:
        """Raise NewerDatabase where a newer release migrated the database while we had it open.

        Each write asks first: a program of yesterday must not write into tables of today.
        """
        refuse_newer(session.connection(), where=self.database)

    def close(self) -> None:
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _prepare_file(path: Path) -> None:
    """Refuse a stranger's file; make ours where there is none, for its owner alone."""
    try:
        if not is_new(path):
            refuse_strangers(path)
            return
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise BadAddress(f"{path} cannot be opened: {error.strerror or error}") from error


def _migrate(url: URL, *, where: str, migrate: bool) -> None:
    """Bring the schema up to date in one transaction, over a connection of its own.

    A database of an earlier release is copied aside first, as `NAME.before-SCHEMA`.

    The lock is only taken where there is something to do: opening never waits
    for whoever is writing.
    """
    engine = _engine(url, migrating=True)
    try:
        with engine.connect() as connection:
            if not needs_migration(connection, where=where):
                return
            was_new = not inspect(connection).has_table("alembic_version")
        if not migrate:
            raise OutdatedDatabase(
                f"{where} needs the migrations up to schema {HEAD}; open it once for writing"
            )
        if url.get_backend_name() == "sqlite" and not was_new:
            log.info("migrating %s to schema %s; a copy of it as it is comes first", where, HEAD)
            refuse_another_s(
                Path(str(url.database)),
                why=f"an earlier release has it open, and this one needs schema {HEAD}",
            )
            copied_aside(Path(str(url.database)), label=f"before-{HEAD}")
        with engine.execution_options(**{_WRITES: True}).begin() as connection:
            bring_up_to_date(connection, where=where)
    finally:
        engine.dispose()


def _engine(url: URL, *, migrating: bool = False) -> Engine:
    options: dict[str, Any] = {"json_serializer": compact}
    sqlite = url.get_backend_name() == "sqlite"
    if migrating:
        options["poolclass"] = NullPool
    else:
        # Threads wait for a connection as long as for the lock behind it.
        options |= {"pool_size": 8, "max_overflow": 24, "pool_timeout": 2 * _BUSY_TIMEOUT_S}
    try:
        engine = create_engine(url, pool_pre_ping=not sqlite, **options)
    except ImportError as error:
        raise BadAddress(
            f"{url.drivername} needs a driver that is not installed "
            '(try "pip install clausewatch[cluster]")'
        ) from error
    if sqlite:
        _prepare_sqlite(engine, foreign_keys=not migrating)
    else:
        event.listen(engine, "begin", _begin_elsewhere)
    return engine


def _prepare_sqlite(engine: Engine, *, foreign_keys: bool) -> None:
    def on_connect(connection: DBAPIConnection, _record: object) -> None:
        # Transactions are begun by us (below), never by the driver behind our back.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_S * 1000}")
        cursor.execute("PRAGMA application_id")
        if cursor.fetchone() == (0,):
            # Before the first table, or it takes a VACUUM: room is given back in small steps.
            cursor.execute("PRAGMA auto_vacuum=INCREMENTAL")
            # Before the write-ahead log, so that the header of the file itself says whose it is.
            cursor.execute(f"PRAGMA application_id={APPLICATION_ID}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", _begin_sqlite)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_elsewhere(connection: Connection) -> None:
    if connection.get_execution_options().get(_WRITES):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
