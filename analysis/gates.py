"""A costly pattern behind a gate: it is only tried where one of its words can be.

Looking for a few plain substrings is many times cheaper than a search without
regard to case. A gate changes no answer: each match of the pattern holds one of
the words, which the laws check.
"""

import re

__all__ = ["Gated"]


class Gated:
    """A pattern that ignores case, and lower-case `words` of which each match holds one."""

    __slots__ = ("pattern", "words")

    def __init__(self, pattern: str, words: str) -> None:
        """`words` are separated by commas; blanks inside a word count."""
        self.pattern = re.compile(pattern, re.IGNORECASE)
        self.words = tuple(words.split(","))

    def opens(self, lower: str) -> bool:
        """Whether a text in lower case can hold a match."""
        for word in self.words:  # noqa: SIM110  # a generator costs more than the search it saves
            if word in lower:
                return True
        return False

    def search(self, text: str) -> re.Match[str] | None:
        return self.pattern.search(text) if self.opens(text.lower()) else None

    def findall(self, text: str) -> list[str]:
        """As the pattern's own, for one with at most one group."""
        return self.pattern.findall(text) if self.opens(text.lower()) else []
