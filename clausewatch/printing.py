"""Text on a terminal and JSON for machines. Everything fetched is untrusted on its way out."""

import json
import os
import sys
import unicodedata
from datetime import datetime, timedelta
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["ago", "console", "instant", "json_option", "plain", "print_json", "wants_colour"]

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")

# Kept although they are control characters: they lay out text and move no cursor.
_LAYOUT = {"\n", "\t"}


def plain(text: str) -> str:
    """Return `text` without control, bidi and other invisible format characters.

    A fetched page must not move the cursor, change colours or reverse the
    reading order of what stands beside it.
    """
    return "".join(
        char
        for char in text
        if char in _LAYOUT or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )


def print_json(value: Any, *, line: bool = False) -> None:
    """Print `value` as JSON; `line` for one compact line of a stream."""
    indent = None if line else 2
    click.echo(json.dumps(value, ensure_ascii=False, indent=indent, default=_jsonable))


def _jsonable(value: object) -> object:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"no JSON for {type(value).__name__}")


def instant(value: datetime | None) -> str | None:
    """Write an instant as machines read it, RFC 3339 in UTC to the second."""
    return None if value is None else f"{value:%Y-%m-%dT%H:%M:%SZ}"


def wants_colour(stream: IO[str] = sys.stdout) -> bool:
    """Colour only on a terminal, and never against NO_COLOR (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def console(*, stderr: bool = False) -> "Console":
    """Return a rich console that takes nothing in a text for markup."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else 100
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, width=width)


def ago(then: datetime, now: datetime) -> str:
    """Say how far `then` is from `now`, in the largest unit that is at least one."""
    distance = abs(now - then)
    for name, unit in (
        ("d", timedelta(days=1)),
        ("h", timedelta(hours=1)),
        ("min", timedelta(minutes=1)),
    ):
        if distance >= unit:
            text = f"{distance // unit} {name}"
            break
    else:
        text = f"{int(distance.total_seconds())} s"
    return f"in {text}" if then > now else f"{text} ago"
