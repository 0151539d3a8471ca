"""The linear half of the tagger: shipped weights, and the arithmetic that reads them.

The weights are in `topics.bin`, where they came from in `TRAINING.txt`. A term is
a word or a pair of neighbours; a clause's score for a category is the sum of its
distinct terms' weights over the length of its term vector, plus a bias: log-odds.
All categories are added in one sum, for each term is one integer with a lane of
bits for every category.
"""

import json
import struct
import zlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from itertools import chain, islice, pairwise, repeat
from math import sqrt
from operator import itemgetter, lshift, or_

from analysis.wordcode import words_of

__all__ = ["Model", "Term", "load", "terms_of"]

Term = str | tuple[str, str]

_LANE = 4  # bytes a category; 16 million terms fit before a lane spills over
_SHIFT = 128  # added to each weight so that no lane is negative
_RARITY = 16  # steps of inverse document frequency in one
_PAIR = 16  # bits that part the two words of a pair in its key
_RANK = 20  # bits of a term's number below its weight
_TERM = (1 << _RANK) - 1
_MEMO = 50_000  # words that are remembered, known and unknown
_MANY = 1_000  # known terms; with more, the loudest are sought from the loudest of all
_ANY_NUMBER = "#"


def terms_of(text: str) -> set[Term]:
    """Return the distinct words and neighbouring pairs of a text; numbers are all alike."""
    plain = [_ANY_NUMBER if word[0].isdigit() else word for word in words_of(text)]
    terms: set[Term] = {word for word in plain if word != "\n"}
    terms.update(pair for pair in pairwise(plain) if "\n" not in pair)
    return terms


@dataclass(frozen=True)
class Model:
    """Weights of every term for every category. Terms go by number, in `names` and `lanes`."""

    categories: tuple[str, ...]
    thresholds: tuple[float, ...]
    steps: tuple[float, ...]
    biases: tuple[float, ...]
    names: list[str]
    lanes: list[int]
    weights: tuple[bytes, ...]
    ranked: "tuple[array[int], ...]"  # a weight above, its term below, so that sorting finds both
    words: dict[str, int]
    terms: dict[int, int]

    @cached_property
    def _loudest(self) -> "list[array[int]]":
        return [array("i", sorted(ranked, reverse=True)) for ranked in self.ranked]

    def known(self, words: Sequence[str]) -> list[int]:
        """Return the numbers of the distinct terms among these words that the model knows."""
        numbers = list(map(self.words.__getitem__, words))
        # Beside an unknown word, 0, a pair's key is its known word's own, or nobody's.
        pairs = map(or_, map(lshift, numbers, repeat(_PAIR)), numbers[1:])
        terms = map(self.terms.get, {*numbers, *pairs})
        return [term for term in terms if term is not None]

    def scores(self, known: list[int]) -> list[float]:
        """Return the log-odds of each category for a clause with these known terms."""
        if not known:
            return list(self.biases)
        count = len(self.categories)
        total = sum(map(self.lanes.__getitem__, known))
        sums = struct.unpack(f"<{count + 1}I", total.to_bytes((count + 1) * _LANE, "little"))
        length = sqrt(sums[count]) / _RARITY
        shift = _SHIFT * len(known)
        return [
            (value - shift) * step / length + bias
            for value, step, bias in zip(sums[:count], self.steps, self.biases, strict=True)
        ]

    def reasons(self, known: list[int], category: int, *, most: int) -> list[tuple[str, int]]:
        """Return the terms that spoke loudest for a category, with their weights, 1 to 127."""
        if not known:
            return []
        ranked = self.ranked[category]
        if len(known) > _MANY:  # the loudest of all terms are soon met
            loud = filter(set(itemgetter(*known)(ranked)).__contains__, self._loudest[category])
            best = dict.fromkeys(islice(loud, most))
        else:
            sounds = sorted(itemgetter(*known, known[0])(ranked), reverse=True)  # two or more
            best = dict.fromkeys(sounds[: most + 1])
        return [
            (self.names[rank & _TERM], weight)
            for rank in list(best)[:most]
            if (weight := (rank >> _RANK) - _SHIFT) > 0
        ]


@cache
def load() -> Model:
    """Return the shipped model; it is unpacked once, on the first call, in about 0.03 s."""
    packed = resources.files(__name__).joinpath("topics.bin").read_bytes()
    first, rest = zlib.decompress(packed).split(b"\n", 1)
    header = json.loads(first)
    size, count = header["terms"], len(header["categories"])
    tail = len(rest) - size * (count + 1)
    names = rest[:tail].decode("utf-8").split("\n")[:size]
    columns = [rest[tail + c * size : tail + (c + 1) * size] for c in range(count + 1)]
    rarity, weights = columns[0], tuple(columns[1:])
    words = _Words(chain.from_iterable(name.split(" ") for name in names))
    return Model(
        tuple(header["categories"]),
        tuple(header["threshold"]),
        tuple(header["step"]),
        tuple(header["bias"]),
        names,
        _lanes(weights, rarity),
        weights,
        tuple(array("i", [(w << _RANK) | i for i, w in enumerate(column)]) for column in weights),
        words,
        {_key(name, words): i for i, name in enumerate(names)},
    )


class _Words(dict[str, int]):
    """The number of each word that stands in some term, from 1; 0 for any other word."""

    def __init__(self, named: Iterable[str]) -> None:
        super().__init__()
        for word in named:
            if word not in self:
                self[word] = len(self) + 1

    def __missing__(self, word: str) -> int:
        number = self.get(_ANY_NUMBER, 0) if word[0].isdigit() else 0
        if len(self) < _MEMO:
            self[word] = number
        return number


def _lanes(weights: Sequence[bytes], rarity: bytes) -> list[int]:
    """Pack each term: a lane a category, and above them the square of its rarity."""
    pack = struct.Struct(f"<{len(weights) + 1}I").pack
    squares = [r * r for r in rarity]
    return [int.from_bytes(pack(*lane), "little") for lane in zip(*weights, squares, strict=True)]


def _key(name: str, words: dict[str, int]) -> int:
    first, blank, second = name.partition(" ")
    return (words[first] << _PAIR) | words[second] if blank else words[first]
