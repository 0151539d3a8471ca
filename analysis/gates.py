"""Costly patterns behind gates: each alternative is tried only where its own letters stand.

What an alternative cannot match without is read from its parse tree: runs of
letters, or one out of several ("shar"; "adequacy" and one of "decision", ...).
The pieces of all gates are looked for together, word by word, and words are
remembered: most texts open no gate and cost one look at each of their words. A gate
changes no answer, which the laws check on every gate there is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from re import _constants as op  # type: ignore[attr-defined]  # the tree has no public door
from re import _parser as parser  # type: ignore[attr-defined]  # and its shape is older than ours
from typing import Any, NamedTuple

from analysis.memo import forget, remembered

__all__ = ["Alternative", "Gated", "alternatives_of", "lowered", "pieces_in"]

_SPELLINGS = 24  # spellings of one run that are told apart: optional letters double them
_SHORTEST = 2  # letters of a piece: Chinese words have two
_TELLING = 4  # letters of a piece that is asked for beside another; shorter ones are everywhere
_START = 3  # letters by which a piece is looked up in a word
_MEMO = 50_000  # words that are remembered, about 8 MB at most
_LONGEST = 40  # letters of a word that is remembered; a longer one is an address or has no blanks
# Letters that stand for others where case is ignored, but whose lower case is another letter.
_LOOKALIKES = (("\u0130", "i"), ("\u0131", "i"), ("\u017f", "s"), ("\u212a", "k"))

_Node = tuple[Any, Any]  # of the parse tree: an operation and its arguments
_Needs = tuple[frozenset[str], ...]


class Alternative(NamedTuple):
    """One alternative of a pattern; a match holds one piece out of each of `needs`, in lower case."""

    pattern: re.Pattern[str]
    needs: _Needs

    def opens(self, pieces: frozenset[str]) -> bool:
        """Whether a text with these pieces can hold a match."""
        for needed in self.needs:  # noqa: SIM110  # a generator costs more than the search it saves
            if needed.isdisjoint(pieces):
                return False
        return True


class Gated:
    """A pattern cut into its alternatives; it ignores case unless told otherwise."""

    __slots__ = ("_first", "_free", "alternatives", "pattern")

    def __init__(self, pattern: str, flags: int = re.IGNORECASE) -> None:
        self.pattern = re.compile(pattern, flags)
        self.alternatives = alternatives_of(pattern, flags)
        self._first = frozenset().union(*(one.needs[0] for one in self.alternatives if one.needs))
        self._free = not all(one.needs for one in self.alternatives)

    def found(self, text: str) -> bool:
        """Whether the pattern matches somewhere."""
        pieces = pieces_in(text)
        if self._may_open(pieces):
            for one in self.alternatives:
                if one.opens(pieces) and one.pattern.search(text):
                    return True
        return False

    def search(self, text: str) -> re.Match[str] | None:
        """Return the pattern's first match; its groups are those of the alternative alone."""
        pieces, best = pieces_in(text), None
        for one in self.alternatives if self._may_open(pieces) else ():
            if one.opens(pieces):
                found = one.pattern.search(text)
                if found and (best is None or found.start() < best.start()):
                    best = found
        return best

    def findall(self, text: str) -> list[str]:
        """As the pattern's own, for one with at most one group."""
        return self.pattern.findall(text) if self._opens(text) else []

    def sub(self, instead: str, text: str) -> str:
        """Return the text with `instead` for each match."""
        return self.pattern.sub(instead, text) if self._opens(text) else text

    def _opens(self, text: str) -> bool:
        pieces = pieces_in(text)
        return self._may_open(pieces) and any(one.opens(pieces) for one in self.alternatives)

    def _may_open(self, pieces: frozenset[str]) -> bool:
        """Whether some alternative has its most telling piece, or can do without one."""
        return self._free or not self._first.isdisjoint(pieces)


def alternatives_of(pattern: str, flags: int = 0) -> tuple[Alternative, ...]:
    """Cut a pattern at its outermost bars, and remember the pieces that open each alternative."""
    cut = tuple(
        Alternative(re.compile(one, flags), _needs(list(parser.parse(one, flags))))
        for one in _cut(pattern)
    )
    _remember(piece for one in cut for needed in one.needs for piece in needed)
    return cut


@remembered(4096)  # a sentence is asked by twenty patterns
def pieces_in(text: str) -> frozenset[str]:
    """Return the pieces of all gates that stand in a text, whatever its case."""
    return frozenset(chain.from_iterable(map(_WORDS.__getitem__, lowered(text).split())))


def lowered(text: str) -> str:
    """Return a text in which a pattern in lower case finds what it finds in any case.

    It does so three times as fast as a pattern that ignores case. Only for whether and how often:
    places may shift.
    """
    if not text.isascii():
        for letter, instead in _LOOKALIKES:
            text = text.replace(letter, instead)
    return text.lower()


class _Words(dict[str, tuple[str, ...]]):
    """The pieces that stand in each word."""

    def __init__(self) -> None:
        super().__init__()
        self.short: tuple[str, ...] = ()
        self.by_start: dict[str, tuple[str, ...]] = {}

    def __missing__(self, word: str) -> tuple[str, ...]:
        found = tuple({*self._sought(word), *(piece for piece in self.short if piece in word)})
        if len(self) < _MEMO and len(word) <= _LONGEST:
            self[word] = found
        return found

    def _sought(self, word: str) -> Iterator[str]:
        starts = self.by_start
        for at in range(len(word) - _START + 1):
            if (start := word[at : at + _START]) in starts:
                for piece in starts[start]:
                    if word.startswith(piece, at):
                        yield piece


_WORDS = _Words()


def _remember(pieces: Iterable[str]) -> None:
    for piece in pieces:
        if len(piece) < _START:
            _WORDS.short = tuple({*_WORDS.short, piece})
        else:
            known = _WORDS.by_start.get(piece[:_START], ())
            _WORDS.by_start[piece[:_START]] = tuple({*known, piece})
    _WORDS.clear()
    forget()


def _cut(pattern: str) -> list[str]:
    """Cut a pattern at the bars that stand in no group and no class."""
    parts, depth, in_class, start, at = list[str](), 0, False, 0, 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and not depth:
            parts.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*parts, pattern[start:]]


def _needs(tree: Sequence[_Node]) -> _Needs:
    """Return the sets of pieces of which a match holds one each, the most telling set first."""
    runs = {needed for run in _runs(tree) for needed in _pieces(run)}
    needs = [one for one in runs if not any(other < one for other in runs)]
    needs.sort(key=sorted)  # one order in every run
    needs.sort(key=_telling, reverse=True)
    return (*needs[:1], *(one for one in needs[1:] if min(map(len, one)) >= _TELLING))


def _telling(needed: frozenset[str]) -> tuple[bool, int, int]:
    shortest = min(map(len, needed))
    return shortest >= _TELLING, -len(needed), shortest


def _pieces(run: Iterable[str]) -> list[frozenset[str]]:
    """The first, the last and the longest word of each spelling, as far as all have one."""
    spellings = [spelling.split() for spelling in run]
    if not all(spellings):
        return []
    words = (
        {s[0] for s in spellings},
        {s[-1] for s in spellings},
        {max(s, key=len) for s in spellings},
    )
    return [
        frozenset(w for w in some if not any(o != w and o in w for o in some))
        for some in words
        if min(map(len, some)) >= _SHORTEST
    ]


def _runs(tree: Sequence[_Node]) -> list[frozenset[str]]:
    """The stretches of a pattern that are letters, each as all its spellings in lower case.

    A stretch that has too many spellings is cut: each of its parts must be there all the same.
    """
    runs: list[frozenset[str]] = []
    now = frozenset({""})
    for node in tree:
        spellings = _spellings(node)
        if spellings and len(now) * len(spellings) <= _SPELLINGS:
            now = frozenset(a + b for a in now for b in spellings)
            continue
        runs += [now, *([spellings] if spellings else _inside(node))]
        now = frozenset({""})
    return [*runs, now]


def _spellings(node: _Node) -> frozenset[str]:
    """All that a node can match, in lower case; the empty set if that is not a short list."""
    kind, what = node
    if kind is op.LITERAL:
        return frozenset({_lower(what)})
    if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):  # no letter of its own
        return frozenset({""})
    if kind is op.IN and all(each[0] is op.LITERAL for each in what):
        return frozenset(_lower(code) for _, code in what)
    if kind is op.SUBPATTERN:
        return _joined(what[3])
    if kind is op.BRANCH:
        parts = [_joined(part) for part in what[1]]
        return frozenset().union(*parts) if all(parts) else frozenset()
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT) and tuple(what[:2]) in ((0, 1), (1, 1)):
        once = _joined(what[2])
        return once | {""} if once and what[0] == 0 else once
    return frozenset()


def _joined(tree: Sequence[_Node]) -> frozenset[str]:
    """All that a sequence can match, or the empty set."""
    now = frozenset({""})
    for node in tree:
        spellings = _spellings(node)
        now = frozenset(a + b for a in now for b in spellings)
        if not now or len(now) > 2 * _SPELLINGS:
            return frozenset()
    return now


def _inside(node: _Node) -> list[frozenset[str]]:
    """The stretches inside a node that has too many spellings, or that repeats."""
    kind, what = node
    if kind is op.SUBPATTERN:
        return _runs(what[3])
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT) and what[0] > 0:
        return _runs(what[2])
    if kind is op.BRANCH:  # one of the branches is there: the most telling set of each
        best = [needs[0] if (needs := _needs(list(part))) else frozenset() for part in what[1]]
        return [frozenset().union(*best)] if all(best) else []
    return []


def _lower(code: int) -> str:
    """A letter as `pieces_in` sees it."""
    letter = chr(code)
    return dict(_LOOKALIKES).get(letter, letter).lower()
