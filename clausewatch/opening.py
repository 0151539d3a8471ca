"""What every command opens first: the settings, then the database.

The crawler and the mail are wired elsewhere (`clausewatch.wiring`), so that a
command that only reads does not import them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from clausewatch.settings_file import database_setting

if TYPE_CHECKING:
    from clausewatch.config import Settings
    from storage.engine import Store
    from storage.rows import Source

__all__ = ["database_of", "open_database", "open_reader", "settings_of"]


def settings_of(ctx: click.Context) -> "Settings":
    """Read the settings, with what the command line overrides. Raises SettingsError."""
    from clausewatch.config import load_settings

    options = ctx.find_root().obj or {}
    settings = load_settings(options.get("config"))
    if options.get("database"):
        settings = settings.model_copy(update={"database": options["database"]})
    return settings


def database_of(ctx: click.Context) -> str:
    """Return the database that is meant, from the settings unless the command line names it."""
    options = ctx.find_root().obj or {}
    return options.get("database") or database_setting(options.get("config"))


@contextmanager
def open_reader(ctx: click.Context) -> Iterator["Source"]:
    """Open the database for a command that asks and writes nothing, as lightly as can be."""
    from storage.light import light

    with light(database_of(ctx)) as connection:
        if connection is not None:
            yield connection
            return
    with open_database(ctx) as store, store.reading() as session:
        yield session


@contextmanager
def open_database(ctx: click.Context) -> Iterator["Store"]:
    """Open the database for a command that neither fetches nor sends."""
    from storage.engine import open_store

    store = open_store(settings_of(ctx).database)
    try:
        yield store
    finally:
        store.close()
