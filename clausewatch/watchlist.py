"""The watchlist: a TOML file that declares which policies are watched.

[[policy]]
url = "https://example.org/privacy"
name = "example-privacy"     # all but the address may be left out
service = "Example"
kind = "privacy"
every = "6h"                 # or at = "0 9 * * mon-fri Europe/Berlin"
window = "mon-fri 08:00-18:00 Europe/Berlin"
select = "main"
remove = ".promo"
tags = ["eu"]
also = ["https://example.org/cookies"]   # further pages of the same policy
browser = "auto"             # whether a browser draws the page: auto, always, never
robots = "ignore"            # your own decision; "obey" otherwise
tls = "record"               # keep what comes over a bad certificate, marked; "verify" otherwise
language = "de, en;q=0.5"    # the variant to ask for
keep_bodies = "captures"     # the raw page of every capture, not of each text alone

Who hears of them stands in the same file; `clausewatch.subscription_entries` reads it.
"""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from clausewatch.config import SettingsError
from clausewatch.durations import parse_duration
from storage.watchlist import Wanted

__all__ = ["read_watchlist"]

_TEXTS = (
    *("url", "name", "service", "kind", "at", "window"),
    *("select", "remove", "browser", "keep_bodies", "robots", "tls", "language"),
)
_LISTS = {"tags": '["eu", "bank"]', "also": '["https://example.org/cookies"]'}  # with an example
_KEYS = (*_TEXTS, *_LISTS, "every")


def read_watchlist(file: Path) -> tuple[Wanted, ...]:
    """Read the declared policies in the order of the file. Raises SettingsError."""
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{file}: cannot be read as TOML: {error}") from None
    unknown = [key for key in values if key not in ("policy", "subscription")]
    if unknown:
        raise SettingsError(
            f"{file}: {unknown[0]} is no part of a watchlist; it has [[policy]] and [[subscription]]"
        )
    entries = values.get("policy", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SettingsError(f"{file}: write each policy below a line [[policy]]")
    return tuple(_wanted(file, number, entry) for number, entry in enumerate(entries, 1))


def _wanted(file: Path, number: int, entry: Mapping[str, Any]) -> Wanted:
    place = f"{file}: policy {number} ({entry.get('name') or entry.get('url') or 'no url'})"
    for key in entry:
        if key not in _KEYS:
            close = get_close_matches(key, _KEYS, n=1)
            hint = f'did you mean "{close[0]}"?' if close else f"there are: {', '.join(_KEYS)}"
            raise SettingsError(f"{place}: {key} is no key of a policy ({hint})")
    for key in _TEXTS:
        if not isinstance(entry.get(key, ""), str):
            raise SettingsError(f"{place}: {key} = {entry[key]!r}: write it in quotes")
    if not entry.get("url"):
        raise SettingsError(f"{place}: say the url to watch")
    for key, example in _LISTS.items():
        given = entry.get(key, [])
        if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
            raise SettingsError(f"{place}: {key} = {given!r}: write a list such as {example}")
    every = None
    if "every" in entry:
        try:
            every = parse_duration(str(entry["every"]))
        except ValueError as error:
            raise SettingsError(f"{place}: every = {error}") from None
    texts = {key: entry[key] for key in _TEXTS if key in entry}
    tags, also = (tuple(entry.get(key, ())) for key in ("tags", "also"))
    return Wanted(**texts, every=every, tags=tags, also=also)
