"""Phrase rules over words: a text is written as one letter a word, and a rule is a short regular expression.

Each word that some rule names has a letter of its own, so that "share, disclose
or sell ... to third parties" costs a few character-set steps however many verbs
it lists, and a gap counts words instead of characters. Nothing here knows what
a rule is about; it is the engine of the topic cues and of the facts.

A rule is written as elements parted by blanks:

    share|disclose*   one word out of these; `*` ends a beginning of words
    @verb             one word of a named set (may stand among alternatives)
    0  ,  .  (  )  :  a number, a comma or semicolon, an end of sentence, a bracket, a colon
    ?the              an element that may be missing
    !policy           no such word may come here
    ~6                up to six words or commas, fewest first, never past the end of a sentence
    *6:be|@adverb     up to six words, all of them out of these
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, islice
from operator import add
from typing import Generic, NamedTuple, TypeVar

from analysis.memo import remembered

__all__ = ["Coded", "Grammar", "Match", "Rule", "words_of"]

T = TypeVar("T")
_Matcher = Callable[[str, int], re.Match[str] | None]

OTHER = "x"  # the letter of a word that no rule names
_MARKS = {"0": "0", ",": ",", ".": ".", "(": "(", ")": ")", ":": ":", "|": "|", "@": "@"}
_FIRST_LETTER = 0x4E00  # a long run of letters that are no marks and need no escape
_MEMO = 50_000  # words outside the rules that are remembered, about 5 MB at most
_PAIRS = 20_000  # pairs of letters whose rules are remembered; a long policy has 3,000
_LONG = 1_000  # words; in so long a text it pays to ask first which rules can fit at all
_END = "\n"  # follows the last letter; no word has it
_TEXTS = 4  # texts whose words are remembered: a clause is read for its topics, then its facts

# A word, a number, a mark. Hyphens part words ("opt-out" is two); apostrophes do not.
# A full stop ends a sentence unless a small letter follows: "Inc. and" and "3.5" go on.
_WORD = re.compile(
    r"([^\W\d_]{1,40}+(?:['’][^\W\d_]{1,10}+)?+|[,;:()|@\n]"
    r"|[.!?](?=\s{1,3}[^a-z\s]|[\"”)]|\s{0,9}\Z)|\d{1,12}(?:[.,]\d{1,12}){0,4})"
)
_PART = "\0"  # stands in no text that the tokens are cut from: it is no word character


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """What a rule means, and how it is written."""

    meaning: T
    pattern: str


# What a rule means, the first of the words it fits, and the first after them. A bare tuple: a long
# page makes tens of thousands, and anything with names takes four times as long.
Match = tuple[T, int, int]


@dataclass(frozen=True)
class Coded:
    """A text as words and as letters, one a word; `words` are lower case."""

    text: str
    words: list[str]
    code: str

    @cached_property
    def starts(self) -> list[int]:
        """Where each word begins in the text, in code points."""
        return self._edges[0:-1:2]

    @cached_property
    def ends(self) -> list[int]:
        """Where each word ends."""
        return self._edges[1::2]

    @cached_property
    def _edges(self) -> list[int]:
        return list(accumulate(map(len, _pieces(self.text)[0])))

    def quote(self, first: int, last: int) -> str:
        """Return the text from word `first` up to word `last`, not included."""
        return self.text[self.starts[first] : self.ends[last - 1]]


def words_of(text: str) -> list[str]:
    """Return the words, numbers and marks of a text in lower case, in order."""
    return list(_pieces(text)[1])


@remembered(_TEXTS)
def _pieces(text: str) -> tuple[list[str], list[str]]:
    """Return the text as gaps and words by turns, and the words alone in lower case."""
    pieces = _WORD.split(text)
    joined = _PART.join(pieces[1::2]).lower().replace("’", "'")
    return pieces, joined.split(_PART) if joined else []


class _Entry(NamedTuple, Generic[T]):
    """A rule under the letters it begins with."""

    number: int
    words: int  # that every match has; 0 where they differ, and `match` must say
    meaning: T
    seconds: frozenset[str] | None  # letters that may come second; None: any, or none at all


class Grammar(Generic[T]):
    """Rules compiled together: one vocabulary, one pass over a text."""

    def __init__(self, rules: Iterable[Rule[T]], sets: Mapping[str, str] | None = None) -> None:
        """Compile `rules`; `sets` names lists of words that the rules call with `@name`."""
        rules = list(rules)
        self._sets = {name: tuple(words.split()) for name, words in (sets or {}).items()}
        self._letters = _Letters(self._vocabulary(rules))
        self._charsets: dict[str, str] = {}
        self._written = written = [rule.pattern for rule in rules]
        self._rules: _Beginnings[T] = _Beginnings(
            lambda number: self.pattern(written[number]).match
        )
        for number, rule in enumerate(rules):
            seconds = self._seconds(rule.pattern)
            entry = _Entry(number, _fixed(rule.pattern), rule.meaning, seconds)
            for letter in self._heads(rule.pattern):
                known = self._rules.by_letter.get(letter, ())
                self._rules.by_letter[letter] = (*known, entry)

    def encode(self, text: str) -> Coded:
        """Return the text in this grammar's letters."""
        words = _pieces(text)[1]
        return Coded(text, words, "".join(map(self._letters.__getitem__, words)))

    def matches(self, coded: Coded, *, once: bool = False) -> list[Match[T]]:
        """Return every rule that fits, in the order of the text, once for each place it begins at.

        With `once`, each rule only where it fits first. Linear in the words, for all gaps are
        bounded.
        """
        code = coded.code
        done = self._hopeless(code) if len(code) > _LONG else set()
        pairs = map(add, code, code[1:] + _END)
        found: list[Match[T]] = []
        add_one = found.append
        for at, entries in enumerate(map(self._rules.__getitem__, pairs)):
            for number, words, match, meaning in entries:
                if number in done:
                    continue
                if words:
                    add_one((meaning, at, at + words))
                elif fits := match(code, at):
                    add_one((meaning, at, fits.end()))
                else:
                    continue
                if once:
                    done.add(number)
        return found

    def pattern(self, written: str) -> re.Pattern[str]:
        """Compile one more rule, made only of words this grammar already knows."""
        return re.compile("".join(self._element(e) for e in written.split()))

    def _vocabulary(self, rules: list[Rule[T]]) -> set[str]:
        named = {word for words in self._sets.values() for word in words}
        for rule in rules:
            for element in rule.pattern.split():
                if element.startswith("*") and ":" in element:
                    named.update(self._alternatives(element.partition(":")[2]))
                elif not element.startswith("~"):
                    named.update(self._alternatives(element.lstrip("?!")))
        return {word for word in named if word not in _MARKS}

    def _alternatives(self, element: str) -> Iterator[str]:
        if element in _MARKS:
            yield element
            return
        for word in element.split("|"):
            if word.startswith("@") and len(word) > 1:
                yield from self._sets[word[1:]]
            else:
                yield word

    def _charset(self, element: str) -> str:
        known = self._charsets.get(element)
        if known is None:
            letters = {
                letter for word in self._alternatives(element) for letter in self._letters.of(word)
            }
            known = self._charsets[element] = "".join(sorted(letters))
        return known

    def _element(self, element: str) -> str:
        if element.startswith("*") and ":" in element:
            most, _, listed = element[1:].partition(":")
            return f"[{re.escape(self._charset(listed))}]{{0,{int(most)}}}"
        if element.startswith("~"):
            return f"[^.]{{0,{int(element[1:])}}}?"
        charset = f"[{re.escape(self._charset(element.lstrip('?!')))}]"
        if element.startswith("?"):
            return charset + "?"
        return f"(?!{charset})" if element.startswith("!") else charset

    def _hopeless(self, code: str) -> set[int]:
        """Return the rules of which some word stands nowhere in these letters."""
        letters = frozenset(code)
        return {
            number
            for number, needed in enumerate(self._needed)
            if any(map(letters.isdisjoint, needed))
        }

    @cached_property
    def _needed(self) -> list[list[frozenset[str]]]:
        """What `_needs` says of each rule; long texts ask for it, and it takes a third of the rest."""
        return [self._needs(written) for written in self._written]

    def _needs(self, written: str) -> list[frozenset[str]]:
        """Return the letters of each element that no match can do without."""
        certain = [e for e in written.split() if e[0] not in "~?!" and ":" not in e[1:]]
        return [frozenset(self._charset(element)) for element in certain]

    def _seconds(self, written: str) -> frozenset[str] | None:
        """Return the letters of which one must come second, None where any word may or none need."""
        first, *others = written.split()
        seconds: set[str] = set()
        for element in others:
            if first.startswith("?") or element.startswith("~"):
                return None
            run = element.startswith("*") and ":" in element
            if not element.startswith("!"):
                seconds |= set(
                    self._charset(element.partition(":")[2] if run else element.lstrip("?"))
                )
            if not run and element[0] not in "?!":
                return frozenset(seconds)
        return None

    def _heads(self, written: str) -> set[str]:
        """Return the letters a rule may begin with: those up to its first certain element."""
        heads: set[str] = set()
        for element in written.split():
            if element[0] in "~!":
                raise ValueError(f"rule {written!r}: begin with a word, not with {element!r}")
            heads.update(self._charset(element.lstrip("?")))
            if not element.startswith("?"):
                break
        return heads


# The number of a rule, its words, its match and its meaning. Bare tuples again: anything with
# names takes three times as long to unpack, and that is done for every word of a page.
_Ready = tuple[int, int, _Matcher, T]


class _Beginnings(dict[str, tuple[_Ready[T], ...]]):
    """The rules that can begin at a word, by its letter and the next word's."""

    def __init__(self, compiled: Callable[[int], _Matcher]) -> None:
        super().__init__()
        self.by_letter: dict[str, tuple[_Entry[T], ...]] = {}
        self._compiled = cache(compiled)  # most rules of a language meet no text of a day

    def __missing__(self, pair: str) -> tuple[_Ready[T], ...]:
        first, second = pair[0], pair[1]
        rules = self.by_letter.get(first, ())
        fit = [r for r in rules if r.seconds is None or second in r.seconds]
        ready = tuple(map(self._ready, fit))
        if len(self) < _PAIRS:
            self[pair] = ready
        return ready

    def _ready(self, rule: _Entry[T]) -> _Ready[T]:
        match = _never if rule.words else self._compiled(rule.number)
        return rule.number, rule.words, match, rule.meaning


def _never(code: str, at: int) -> re.Match[str] | None:
    """Stand in for a pattern that nobody has needed yet."""
    raise AssertionError(f"a rule was asked before it was compiled, at {at} of {len(code)}")


def _fixed(written: str) -> int:
    """Return the number of words of a rule that its first two words decide, else 0."""
    elements = written.split()
    plain = not any(e[0] in "~?!" or (e[0] == "*" and ":" in e) for e in elements)
    return len(elements) if plain and len(elements) <= 2 else 0


class _Letters(dict[str, str]):
    """The letter of each word; a word no rule names finds the longest beginning that one does."""

    def __init__(self, vocabulary: set[str]) -> None:
        super().__init__(_MARKS)
        self["\n"] = self["!"] = self["?"] = "."
        self[";"] = ","
        self._in_order = sorted(vocabulary)  # the words of one stem stand together
        for number, word in enumerate(self._in_order):
            self[word] = chr(_FIRST_LETTER + number)
        self._stems = {word[:-1] for word in vocabulary if word.endswith("*")}
        self._lengths = sorted({len(stem) for stem in self._stems}, reverse=True)
        self._exact = vocabulary

    def __missing__(self, word: str) -> str:
        letter = "0" if word[0].isdigit() else OTHER
        for length in self._lengths:
            if word[:length] in self._stems and length <= len(word):
                letter = self[word[:length] + "*"]
                break
        if len(self) < _MEMO:
            self[word] = letter
        return letter

    def of(self, word: str) -> Iterator[str]:
        """Yield the letters that stand for a word of a rule, or for all words a stem covers."""
        if not word.endswith("*"):
            if word not in self._exact and word not in _MARKS:
                raise ValueError(f"rule names {word!r}, which is not in the grammar's words")
            yield self[word]
            return
        stem = word[:-1]
        for other in islice(self._in_order, bisect_left(self._in_order, stem), None):
            if not other.startswith(stem):
                return
            yield self[other]
