"""What every command opens first: the settings, then the database.

The crawler and the mail are wired elsewhere (`clausewatch.wiring`), so that a
command that only reads does not import them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from clausewatch.config import Settings, load_settings

if TYPE_CHECKING:
    from storage.engine import Store

__all__ = ["open_database", "settings_of"]


def settings_of(ctx: click.Context) -> Settings:
    """Read the settings, with what the command line overrides. Raises SettingsError."""
    root = ctx.find_root()
    options = root.obj or {}
    settings = load_settings(options.get("config"))
    if options.get("database"):
        settings = settings.model_copy(update={"database": options["database"]})
    return settings


@contextmanager
def open_database(ctx: click.Context) -> Iterator["Store"]:
    """Open the database for a command that neither fetches nor sends."""
    from storage.engine import open_store

    store = open_store(settings_of(ctx).database)
    try:
        yield store
    finally:
        store.close()
