"""What all tables share: one metadata of our own, with names for every constraint."""

from typing import Any, ClassVar

from sqlalchemy import Connection, MetaData, event
from sqlmodel import SQLModel

from storage.search_index import make

__all__ = ["Row"]

# Constraints have names, so that a migration can drop them on every database.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel):
    """What all tables share: one metadata of our own."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=_NAMES)


@event.listens_for(Row.metadata, "after_create")
def _make_search_index(_: MetaData, connection: Connection, **__: Any) -> None:
    make(connection)  # no class describes a virtual table
