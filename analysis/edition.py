"""One edition of a policy as it is searched: does it say these words, in this order, somewhere?

Few statements are asked for in most comparisons, and few of their words are
common: so the words of a whole edition are counted out only when many are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain

from analysis.letters import Letters
from analysis.plain import Block, strip_all
from analysis.sentences import straightened, words_of

__all__ = ["Edition"]

_BETWEEN = " \n "  # no word and no name goes across the end of a block
_MARKS = 100  # characters between the words of a statement, blanks aside, that are not words
_LONG = 2_000  # characters of a statement; a longer one is sought among all words
_TELLING = 4  # words of it, the longest, of which all must stand where it may
_OFTEN = 12  # such places that are looked at closely; past them it is sought among all words


@dataclass(frozen=True)  # no slots: what most comparisons never ask for is made on demand
class Edition:
    """The blocks of an edition; `crowded`: thousands of statements will be asked for."""

    blocks: tuple[Block, ...]
    crowded: bool

    @cached_property
    def stands(self) -> Callable[[str], bool]:
        """Whether a string stands in a block, in its own case; the same few are asked for often."""
        return cache(f" {self._text} ".__contains__)

    def says(self, key: str) -> bool:
        """Whether the words of a key (see `sentences.key_of`) stand here in their order."""
        if not key:
            return False
        near = None if self.crowded else self._says_nearby(key)
        return self._says_among_all(key.split()) if near is None else near

    @cached_property
    def _text(self) -> str:
        return _BETWEEN.join(strip_all(self.blocks))

    @cached_property
    def _lower(self) -> str:
        return straightened(self._text).lower()

    @cached_property
    def _spelled(self) -> tuple[Letters, str]:
        """All words of the edition in letters, and the letters."""
        letters = Letters()
        lines = self._lower.split(_BETWEEN)  # most are ASCII, which is counted out faster
        return letters, letters.spell(chain.from_iterable(map(words_of, lines)))

    def _says_among_all(self, words: list[str]) -> bool:
        letters, spelled = self._spelled
        sought = letters.spell_known(words)
        return bool(sought) and sought in spelled

    def _says_nearby(self, key: str) -> bool | None:
        """The answer from the surroundings of its longest words; None where they are too many."""
        if len(key) > _LONG:
            return None
        *others, rare = sorted(key.split(), key=len)[-_TELLING:]
        text, reach = self._lower, len(key) + _MARKS
        tried = 0
        at = text.find(rare)
        while at >= 0:
            around = text[max(0, at - reach) : at + 2 * reach]
            if all(word in around for word in others):
                if tried == _OFTEN:
                    return None
                tried += 1
                if f" {key} " in self._words_around(at, reach):
                    return True
            at = text.find(rare, at + reach)
        return False

    def _words_around(self, at: int, reach: int) -> str:
        """The words from one reach before a place to two after it; none is cut."""
        text = self._lower
        start = text.rfind(" ", 0, max(0, at - reach)) + 1
        end = text.find(" ", at + 2 * reach)
        return f" {' '.join(words_of(text[start : end if end >= 0 else None]))} "
