"""Databases of earlier releases, made by undoing the newest migrations."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine

from storage.schema import REVISIONS

__all__ = ["alembic_config", "downgraded"]


def alembic_config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def downgraded(database: Path, to: str = REVISIONS[-2]) -> str:
    """Make `database` one of an earlier schema; returns which."""
    engine = create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), to)
    engine.dispose()
    return to
