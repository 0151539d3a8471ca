"""Find which statements of two editions are one statement, reworded: the most alike first.

Statements are compared by their words in order, and only with those that share
rare words with them. What a statement says is not looked at.
"""

from collections.abc import Sequence
from typing import NamedTuple

from analysis.letters import Letters
from analysis.wording import similarity

__all__ = ["Statement", "reworded_pairs"]

_FLOOR = 0.5  # share of common words from which two sentences are one, reworded
_FLOOR_HOME = 0.4  # the same under the same heading
_ROW_FLOOR = 0.4  # rows are short: their first cell must agree as well
_HOME = 0.05  # what the same heading adds to the likeness
_RARE = 10  # a word in more left-over sentences than this proposes no partner
_PROPOSALS = 6  # candidates a sentence is compared with


class Statement(NamedTuple):
    """What is compared of a left-over unit.

    `sort`: only statements of one sort are compared; a row's names its first cell.
    """

    key: str
    sort: str
    path: tuple[str, ...]
    is_row: bool


class _Written(NamedTuple):
    """A statement in letters, one a word, and its words once, in their order."""

    statement: Statement
    code: str
    words: dict[str, None]  # not a set: sums of weights come out alike in every run


def reworded_pairs(left: Sequence[Statement], right: Sequence[Statement]) -> list[tuple[int, int]]:
    """Pair the two sides (by index), each statement once, the most alike first."""
    letters = Letters()
    a, b = [_written(s, letters) for s in left], [_written(s, letters) for s in right]
    scored: list[tuple[float, tuple[str, ...], int, int, int, int]] = []
    for i, j in _proposals(a, b):
        if score := _likeness(a[i], b[j]):
            names = tuple(sorted((left[i].key, right[j].key)))
            scored.append((-score, names, abs(i - j), i + j, i, j))
    scored.sort()
    used_a: set[int] = set()
    used_b: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for *_, i, j in scored:
        if i not in used_a and j not in used_b:
            used_a.add(i)
            used_b.add(j)
            pairs.append((i, j))
    return pairs


def _written(statement: Statement, letters: Letters) -> _Written:
    words = statement.key.split()
    return _Written(statement, letters.spell(words), dict.fromkeys(words))


def _likeness(a: _Written, b: _Written) -> float:
    """How alike two statements are, 0 when they are different ones."""
    old, new = a.statement, b.statement
    if old.sort != new.sort:
        return 0.0
    home = old.path == new.path
    if old.is_row:
        return similarity(a.code, b.code, floor=_ROW_FLOOR) + _HOME * home
    score = similarity(a.code, b.code, floor=_FLOOR_HOME if home else _FLOOR)
    return score + _HOME * home if score else 0.0


def _proposals(a: Sequence[_Written], b: Sequence[_Written]) -> set[tuple[int, int]]:
    """Pairs worth a closer look: for every statement those it shares most rare words with."""
    return {*_best_partners(a, b), *((i, j) for j, i in _best_partners(b, a))}


def _best_partners(a: Sequence[_Written], b: Sequence[_Written]) -> list[tuple[int, int]]:
    rare = _rare_words(b)
    sizes = [len(one.code) for one in b]
    out: list[tuple[int, int]] = []
    for i, one in enumerate(a):
        votes: dict[int, float] = {}
        for word in one.words:
            if word in rare:
                weight, places = rare[word]
                for j in places:
                    votes[j] = votes.get(j, 0.0) + weight
        if len(votes) <= _PROPOSALS:
            out += [(i, j) for j in votes]
            continue
        own, bar = len(one.code), sorted(votes.values())[-_PROPOSALS]
        ranked = [(-vote, abs(sizes[j] - own), j) for j, vote in votes.items() if vote >= bar]
        out += [(i, j) for _, _, j in sorted(ranked)[:_PROPOSALS]]
    return out


def _rare_words(statements: Sequence[_Written]) -> dict[str, tuple[float, list[int]]]:
    """The words of few statements: what sharing one is worth, and where they stand."""
    where: dict[str, list[int]] = {}
    for j, one in enumerate(statements):
        for word in one.words:
            if word in where:
                where[word].append(j)
            else:
                where[word] = [j]
    most = max(_RARE, len(statements) // 20)
    return {w: (1.0 / (1 + len(js)), js) for w, js in where.items() if len(js) <= most}
