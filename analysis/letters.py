"""A letter for each word, so that runs of words are aligned and sought as strings, at the speed of those."""

from collections.abc import Iterable

__all__ = ["Letters"]

_LAST = 0x10FFFF  # a million words; what comes after counts as one


class Letters(dict[str, str]):
    """Words with their letters; `[word]` gives one to a word that has none yet."""

    def __missing__(self, word: str) -> str:
        letter = self[word] = chr(min(len(self), _LAST))
        return letter

    def spell(self, words: Iterable[str]) -> str:
        """Write words in letters."""
        return "".join(map(self.__getitem__, words))

    def spell_known(self, words: Iterable[str]) -> str:
        """The same, or "" when one of them has no letter."""
        letters = [self.get(word, "") for word in words]
        return "".join(letters) if all(letters) else ""
