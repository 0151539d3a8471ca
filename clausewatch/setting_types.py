"""Kinds of values that settings have: how they are written, and what is refused.

What is wrong is a ValueError that says what would be right; pydantic carries it
to `clausewatch.config`, which adds the file and the key.
"""

import ipaddress
import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from clausewatch.durations import parse_duration
from clausewatch.settings_file import anchored

__all__ = [
    "Duration",
    "DurationOrNever",
    "Frozen",
    "Language",
    "Network",
    "Size",
    "Topic",
    "anchor",
]

_SIZE_UNITS = {"": 1, "b": 1, "kib": 1024, "kb": 1000, "mib": 1024**2, "mb": 1000**2}
_SIZE = re.compile(r"(\d{1,9})\s?([kKmM]?[iI]?[bB]?)")


class Frozen(BaseModel):
    """Settings that belong together. An unknown key is a mistake, and no error repeats a value."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def anchor(table: dict[str, Any], keys: Sequence[str], folder: Path) -> None:
    """Read relative paths in a file as relative to that file, so that a folder can be moved."""
    for key in keys:
        if isinstance(table.get(key), str) and table[key]:
            table[key] = anchored(table[key], folder)


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str):
        raise ValueError('a duration is written in quotes (try "6h", "15m" or "1d12h")')  # noqa: TRY004 - pydantic reports ValueError
    return parse_duration(value)


def _duration_or_never(value: object) -> object:
    if value is None or value == "never":
        return None
    duration = _duration(value)
    if isinstance(duration, timedelta) and duration < timedelta(days=1):
        raise ValueError(f'{value!r} is too soon (try "365d", or "never")')
    return duration


def _size(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = _SIZE.fullmatch(str(value).strip())
    if not match or match[2].lower() not in _SIZE_UNITS:
        raise ValueError(f'{value!r} is no size (try "10MiB")')
    return int(match[1]) * _SIZE_UNITS[match[2].lower()]


def _language(value: str) -> str:
    from storage.errors import BadValue
    from storage.policy_values import checked

    try:
        return str(checked({"language": value})["language"])
    except BadValue as error:
        raise ValueError(str(error)) from None


def _network(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value.strip(), strict=False))
    except ValueError:
        raise ValueError(f'{value!r} is no address range (try "10.0.0.0/8")') from None


def _topic(value: str) -> str:
    from analysis.topics import TOPICS

    if value not in TOPICS:
        raise ValueError(f"{value!r} is no topic (there are: {', '.join(TOPICS)})")
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration)]
DurationOrNever = Annotated[timedelta | None, BeforeValidator(_duration_or_never)]
Size = Annotated[int, BeforeValidator(_size), Field(ge=1024)]
Language = Annotated[str, AfterValidator(_language)]
Network = Annotated[str, AfterValidator(_network)]
Topic = Annotated[str, AfterValidator(_topic)]
