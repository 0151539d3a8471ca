"""The subscriptions that a watchlist declares.

[[subscription]]
email = "ada@example.org"    # all but the address may be left out
tags = ["eu"]                # policies, services, tags: one of each list must fit
topics = ["sharing"]
min_severity = "medium"
direction = "weaker"
cadence = "daily"            # at_once, hourly, daily, weekly
at = "08:00"                 # local
weekday = "monday"
timezone = "Europe/Berlin"
quiet = "22:00-07:00"
language = "de"
say_unchanged = true
operator = false             # true: hears of what needs a person, not of changes
"""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from clausewatch.config import SettingsError
from storage.subscription_sync import WantedSubscription

__all__ = ["read_subscriptions"]

_LISTS = ("policies", "services", "tags", "topics")
_TEXTS = (
    *("min_severity", "direction", "cadence", "at", "weekday", "timezone", "quiet", "language"),
    "channel",
)
_FLAGS = ("say_unchanged", "operator")
_KEYS = ("email", *_LISTS, *_TEXTS, *_FLAGS)
_NAMES = {"at": "at_time"}  # what the rows call a key


def read_subscriptions(file: Path) -> tuple[WantedSubscription, ...] | None:
    """Read the declared subscriptions; None where the file does not speak of any.

    The file was read as a watchlist before. Raises SettingsError.
    """
    entries = tomllib.loads(file.read_text(encoding="utf-8")).get("subscription")
    if entries is None:
        return None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SettingsError(f"{file}: write each subscription below a line [[subscription]]")
    return tuple(_wanted(file, number, entry) for number, entry in enumerate(entries, 1))


def _wanted(file: Path, number: int, entry: Mapping[str, Any]) -> WantedSubscription:
    place = f"{file}: subscription {number} ({entry.get('email') or 'no email'})"
    for key, value in entry.items():
        if key not in _KEYS:
            close = get_close_matches(key, _KEYS, n=1)
            hint = f'did you mean "{close[0]}"?' if close else f"there are: {', '.join(_KEYS)}"
            raise SettingsError(f"{place}: {key} is no key of a subscription ({hint})")
        _check(place, key, value)
    if not entry.get("email"):
        raise SettingsError(f"{place}: say the email of who hears")
    lists = {key: tuple(entry.get(key, ())) for key in _LISTS}
    wish = {
        _NAMES.get(key, key): entry[key] for key in (*_TEXTS, *_FLAGS, "topics") if key in entry
    }
    return WantedSubscription(
        str(entry["email"]), lists["policies"], lists["services"], lists["tags"], wish
    )


def _check(place: str, key: str, value: object) -> None:
    if key in _LISTS:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise SettingsError(f'{place}: {key} = {value!r}: write a list such as ["eu", "bank"]')
    elif key in _FLAGS:
        if not isinstance(value, bool):
            raise SettingsError(f"{place}: {key} = {value!r}: write true or false")
    elif not isinstance(value, str):
        raise SettingsError(f"{place}: {key} = {value!r}: write it in quotes")
