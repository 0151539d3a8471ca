"""What the analysis says in English, said anew in another language. Pure.

The analysis builds its phrases from a few dozen patterns and a vocabulary of
facts. Both are translated as data, one file a language. A phrase is retold whole
or not at all: half a sentence in each language helps nobody.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from alerts.phrases import LANGUAGES, Phrases

__all__ = ["headline_retold", "reason_retold"]

_LONGEST = 400  # characters of one slot; a reason has at most 300
_SLOT = re.compile(r"\\{(\w{1,20})\\}")
_PERIOD = re.compile(r"(\d{1,6}) (minute|hour|day|week|month|year)s?")


@dataclass(frozen=True, slots=True)
class _Pattern:
    """An English phrase with slots, and the same in another language."""

    english: re.Pattern[str]
    theirs: str


@dataclass(frozen=True, slots=True)
class _Tongue:
    headlines: Sequence[_Pattern]
    reasons: Sequence[_Pattern]
    values: Mapping[str, str]


def headline_retold(headline: str, phrases: Phrases) -> str:
    """Return the phrase of a headline in the language of `phrases`, "" where it has no words for it."""
    tongue = _tongue(phrases.language)
    return _retold(headline, tongue.headlines, tongue.values)


def reason_retold(reason: str, phrases: Phrases) -> str:
    """Return a reason in the language of `phrases`, "" where it has no words for it."""
    tongue = _tongue(phrases.language)
    return _retold(reason, tongue.reasons, tongue.values)


def _retold(text: str, patterns: Sequence[_Pattern], values: Mapping[str, str]) -> str:
    for pattern in patterns:
        found = pattern.english.fullmatch(text)
        if found is None:
            continue
        slots = {name: _slot(name, said, values) for name, said in found.groupdict().items()}
        if all(slots.values()):
            return pattern.theirs.format_map(slots)
    return ""


def _slot(name: str, said: str, values: Mapping[str, str]) -> str:
    """Return one slot's words. `quote` and `name` stay as they are; the others are vocabulary."""
    if name.rstrip("2") in ("quote", "name"):
        return said
    parts = [_value(part, values) for part in said.split(", ")]
    return ", ".join(parts) if all(parts) else ""


def _value(said: str, values: Mapping[str, str]) -> str:
    """A word of the vocabulary, a length of time, or a name, which is the same everywhere."""
    if said in values:
        return values[said]
    if period := _PERIOD.fullmatch(said):
        number, unit = period.groups()
        return values[unit if number == "1" else f"{unit}s"].format(count=number)
    return said if said[:1].isupper() or said.isdigit() else ""


@cache
def _tongue(language: str) -> _Tongue:
    file = files("alerts") / "languages" / f"retold_{language}.toml"
    if language not in LANGUAGES or not file.is_file():
        return _Tongue((), (), {})
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    return _Tongue(
        headlines=tuple(_pattern(*pair) for pair in data["headlines"]),
        reasons=tuple(_pattern(*pair) for pair in data["reasons"]),
        values=data["values"],
    )


def _pattern(english: str, theirs: str) -> _Pattern:
    # Of two slots the earlier takes as little as it can.
    shape = _SLOT.sub(rf"(?P<\1>.{{1,{_LONGEST}}}?)", re.escape(english))
    return _Pattern(re.compile(shape, re.IGNORECASE), theirs)
