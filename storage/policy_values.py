"""Which values a policy may have: what people give -> what a row holds. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from storage.errors import BadValue
from storage.times import parse_times, parse_window
from storage.urls import normalise_url, server_of, slug

__all__ = ["BROWSER", "EDITABLE", "KEEP_BODIES", "checked"]

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_WORD = re.compile(r"[\w .:&+/'-]{1,80}")
_SHORTEST = timedelta(minutes=1)  # a page is nobody's stopwatch
_LONGEST = timedelta(days=366)
_SELECTOR_LONGEST = 2000  # characters

_MOST_ALSO = 19  # further pages; a policy on more than twenty is a site

BROWSER = ("auto", "always", "never")  # whether a browser draws the page
ROBOTS = ("obey", "ignore")  # what robots.txt asks of us
TLS = ("verify", "record")  # what comes over a connection that nobody can vouch for
# RFC 9110, 12.5.4: tags with weights. What is sent is what this lets through.
_LANGUAGES = re.compile(r"[A-Za-z*][A-Za-z0-9-]{0,34}(?:;q=[01](?:\.\d{0,3})?)?")
_MOST_LANGUAGES = 10

KEEP_BODIES = ("texts", "captures")  # the raw page of each text, or of every capture

# What a person may change, by the name it has in add_policy -> the column.
EDITABLE: Mapping[str, str] = {
    "name": "name",
    "url": "url",
    "service": "service",
    "kind": "kind",
    "every": "every_s",
    "at": "at_times",
    "window": "window",
    "select": "select_css",
    "remove": "remove_css",
    "tags": "tags",
    "also": "also",
    "browser": "browser",
    "keep_bodies": "keep_bodies",
    "robots": "robots",
    "tls": "tls",
    "language": "language",
}


def checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns and values for what EDITABLE names; raises BadValue or BadUrl. Pure."""
    values: dict[str, Any] = {}
    for key, value in changes.items():
        if key not in EDITABLE:
            raise BadValue(f"a policy has no {key!r} (it has {', '.join(EDITABLE)})")
        if key == "url":
            values["url"], values["url_key"] = normalise_url(str(value))
            values["host"] = server_of(values["url"])
        else:
            values[EDITABLE[key]] = _CHECKS[key](value)
    return values


def _name(value: Any) -> str:
    text = str(value)
    if not _NAME.fullmatch(text):
        raise BadValue(
            f"name {text!r}: use small letters, digits, dots and dashes (try {slug(text)!r})"
        )
    return text


def _word(what: str) -> Any:
    def check(value: Any) -> str:
        text = str(value)
        if not _WORD.fullmatch(text):
            raise BadValue(f"{what} {text!r}: use at most 80 letters, digits and blanks")
        return text

    return check


def _every(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, timedelta) or not _SHORTEST <= value <= _LONGEST:
        raise BadValue(f"every = {value}: give a time between one minute and 366 days")
    return int(value.total_seconds())


def _at(value: Any) -> str:
    text = " ".join(str(value).split())
    if text:
        parse_times(text)
    return text


def _window(value: Any) -> str:
    text = " ".join(str(value).split())
    if text:
        parse_window(text)
    return text


def _selector(value: Any) -> str:
    text = str(value).strip()
    if len(text) > _SELECTOR_LONGEST or not (text.isprintable() or not text):
        raise BadValue(f"a selector of {len(text)} characters, or with invisible ones, is refused")
    return text


def _keep_bodies(value: Any) -> str | None:
    if value in (None, ""):
        return None
    if value not in KEEP_BODIES:
        raise BadValue(f"keep_bodies = {value!r}: say {' or '.join(KEEP_BODIES)}")
    return str(value)


def _tags(value: Any) -> list[str]:
    if isinstance(value, str):
        raise BadValue(f"tags = {value!r}: give a list of words")
    check = _word("tag")
    return sorted({check(tag) for tag in value})


def _also(value: Any) -> list[str]:
    if isinstance(value, str):
        raise BadValue(f"also = {value!r}: give a list of addresses")
    pages = {key: url for url, key in (normalise_url(str(url)) for url in value)}
    if len(pages) != len(list(value)):
        raise BadValue("also names one address twice")
    if len(pages) > _MOST_ALSO:
        raise BadValue(f"also names {len(pages)} further pages; {_MOST_ALSO} are the most")
    return list(pages.values())


def _one_of(what: str, choices: Sequence[str]) -> Any:
    def check(value: Any) -> str:
        if value not in choices:
            raise BadValue(f"{what} = {value!r}: say {', '.join(choices)}")
        return str(value)

    return check


def _language(value: Any) -> str:
    parts = [part.strip() for part in str(value).split(",")] if value else []
    if len(parts) > _MOST_LANGUAGES or not all(_LANGUAGES.fullmatch(part) for part in parts):
        raise BadValue(f'language = {value!r}: write it as a browser would (try "de, en;q=0.5")')
    return ", ".join(parts)


_CHECKS: Mapping[str, Any] = {
    "name": _name,
    "service": _word("service"),
    "kind": _word("kind"),
    "every": _every,
    "at": _at,
    "window": _window,
    "select": _selector,
    "remove": _selector,
    "tags": _tags,
    "keep_bodies": _keep_bodies,
    "also": _also,
    "browser": _one_of("browser", BROWSER),
    "robots": _one_of("robots", ROBOTS),
    "tls": _one_of("tls", TLS),
    "language": _language,
}
