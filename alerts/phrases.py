"""What our own mails say, in the language of their reader: texts kept as data, one file a language.

Only our words are translated here; a policy is quoted as it was written.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["LANGUAGES", "Phrases", "phrases_in"]

LANGUAGES = ("en", "de", "fr")  # the complete ones; another is answered in English
_ONE_FROM_ZERO = frozenset({"fr"})  # "0 changement", but "0 changes" and "0 Änderungen" (CLDR)


@dataclass(frozen=True, slots=True)
class Phrases:
    """The texts of one language."""

    language: str
    texts: Mapping[str, Any]  # TOML: tables of texts, or of {one, other}

    def say(self, key: str, **values: object) -> str:
        """Return the text of `key` ("alert.why") with `values` in their places.

        Where a text differs by number, `count` chooses. Raises KeyError for a key
        that is none, and for a value that is missing.
        """
        table, _, name = key.partition(".")
        text = self.texts[table][name]
        if isinstance(text, dict):
            text = text[self._number(values["count"])]
        return str(text).format_map(values)

    def has(self, key: str) -> bool:
        """Say whether there is such a text, for names that come from elsewhere."""
        table, _, name = key.partition(".")
        return name in self.texts.get(table, {})

    @property
    def months(self) -> tuple[str, ...]:
        """January to December."""
        return tuple(self.texts["months"])

    def label(self, text: str) -> str:
        """Return a label that a value follows, with the colon as the language sets it."""
        return self.say("form.label", label=text)

    def quoted(self, text: str) -> str:
        """Return words in quotation marks."""
        return self.say("form.quoted", text=text)

    def _number(self, count: object) -> str:
        one = count in (0, 1) if self.language in _ONE_FROM_ZERO else count == 1
        return "one" if one else "other"


@cache
def phrases_in(language: str) -> Phrases:
    """Return the texts of `language`; English where it is none of LANGUAGES."""
    known = language if language in LANGUAGES else "en"
    texts: dict[str, Any] = {}
    for name in (known, f"notices_{known}"):  # a notice is worded in English where it is raised
        file = files("alerts") / "languages" / f"{name}.toml"
        if file.is_file():
            texts |= tomllib.loads(file.read_text(encoding="utf-8"))
    return Phrases(known, texts)
