"""Which schema this program knows, and the migrations that lead there, run in-process.

A new database is made at once as the classes say, in a fifth of the time; a test holds
that the migrations lead to the same. Alembic is imported only when there is something
to migrate.
"""

import threading
from typing import TYPE_CHECKING

from storage.errors import ForeignDatabase, NewerDatabase, StoreFailed

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["HEAD", "REVISIONS", "bring_up_to_date", "needs_migration", "refuse_newer"]

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
    "0012",
    "0013",
    "0014",
    "0015",
    "0016",
    "0017",
    "0018",
    "0019",
)  # oldest first; a test holds this against storage/migrations/versions
HEAD = REVISIONS[-1]

_ALEMBIC = threading.Lock()  # it keeps the migration under way in globals of its own


def needs_migration(connection: "Connection", *, where: str) -> bool:
    """Return whether the database is new or of an earlier release.

    Raises NewerDatabase or ForeignDatabase; `where` names the database in them.
    """
    from sqlalchemy import inspect

    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        if tables:
            raise ForeignDatabase(f"{where} has tables of another program; nothing was changed")
        return True
    return refuse_newer(connection, where=where) != HEAD


def refuse_newer(connection: "Connection", *, where: str) -> str | None:
    """Return the schema that `where` has. Raises NewerDatabase where this program does not know it."""
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if found is not None and found not in REVISIONS:
        raise NewerDatabase(
            f"{where} has schema {found}, this program knows up to {HEAD}: "
            "it was written by a newer Clausewatch; upgrade the program and start it anew, "
            "nothing was changed"
        )
    return found


def bring_up_to_date(connection: "Connection", *, where: str) -> None:
    """Migrate to HEAD inside the write transaction that `connection` is in; foreign keys are off.

    Another process may have done it while this one waited for the lock.
    """
    if not needs_migration(connection, where=where):
        return
    if _is_empty(connection):
        _create(connection)
        return
    _upgrade(connection)
    if connection.dialect.name == "sqlite":
        orphan = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
        if orphan is not None:
            raise StoreFailed(f"{where}: a migration left a row of {orphan[0]} without its parent")


def _is_empty(connection: "Connection") -> bool:
    from sqlalchemy import inspect

    return not inspect(connection).get_table_names()


def _create(connection: "Connection") -> None:
    from sqlalchemy import Column, MetaData, PrimaryKeyConstraint, String, Table

    from storage.models import Row

    Row.metadata.create_all(connection)
    number = Table(  # as Alembic makes it
        "alembic_version",
        MetaData(),
        Column("version_num", String(32), nullable=False),
        PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
    )
    number.create(connection)
    connection.execute(number.insert().values(version_num=HEAD))


def _upgrade(connection: "Connection") -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    with _ALEMBIC:
        command.upgrade(config, "head")
