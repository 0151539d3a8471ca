"""Where the settings are, and the one that every command needs: the database.

Kept apart from `clausewatch.config`, which reads and checks all the rest, so
that a command that only asks the database starts without it.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_data_path

__all__ = [
    "SettingsError",
    "anchored",
    "database_setting",
    "default_config_path",
    "default_database",
    "read_toml",
    "settings_path",
]

_CONFIG_NAME = "clausewatch.toml"


class SettingsError(Exception):
    """A setting is unknown or has a bad value; the text names it, the value and the fix."""


def default_config_path() -> Path:
    """Return where the file is looked for when nobody names one."""
    return user_config_path("clausewatch") / _CONFIG_NAME


def default_database() -> str:
    """Return the database of those who name none."""
    return str(user_data_path("clausewatch") / "clausewatch.sqlite")


def settings_path(path: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Return the settings file: `path`, or `CLAUSEWATCH_CONFIG`, or the default place.

    Only the default place need not exist; raises SettingsError where a named file does not.
    """
    given = environ.get("CLAUSEWATCH_CONFIG")
    named = path or (Path(given) if given else None)
    if named is not None and not named.is_file():
        raise SettingsError(f"{named}: there is no such file (name another with --config)")
    return named or default_config_path()


def read_toml(file: Path) -> dict[str, Any]:
    """Return the tables of `file`, none where there is no such file. Raises SettingsError."""
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read as TOML: {error}") from None


def anchored(path: str, folder: Path) -> str:
    """Read a relative path in a file as relative to that file, so that a folder can be moved."""
    return str(folder.absolute() / Path(path).expanduser())


def database_setting(path: Path | None, environ: Mapping[str, str] = os.environ) -> str:
    """Return the database that the settings name, without looking at the rest of them.

    Raises SettingsError.
    """
    file = settings_path(path, environ)
    if environ.get("CLAUSEWATCH_DATABASE"):
        return environ["CLAUSEWATCH_DATABASE"]
    written = read_toml(file).get("database")
    if written is None:
        return default_database()
    if not isinstance(written, str):
        raise SettingsError(f"{file}: database = {written!r}: is no path or URL in quotes")
    return written if "://" in written else anchored(written, file.parent)
