"""The rules that find facts, compiled once a language from its word lists.

A meaning is a slot and a value. Slots in capitals are marks for the readers of
practices and periods, and no facts themselves.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from operator import itemgetter, lt
from types import ModuleType

from analysis import fact_words_de, fact_words_en, fact_words_fr
from analysis.wordcode import Grammar, Match, Rule

__all__ = [
    "LANGUAGES",
    "Found",
    "Meaning",
    "grammar_of",
    "in_order",
    "number_of",
    "sorted_out",
    "words_for",
]

Meaning = tuple[str, str]
Found = Mapping[str, list[Match[Meaning]]]  # slot -> what fits, in the order of the text

_FIRST, _LAST = itemgetter(1), itemgetter(2)
_WORDS: dict[str, ModuleType] = {"en": fact_words_en, "fr": fact_words_fr, "de": fact_words_de}
LANGUAGES = tuple(_WORDS)

# Words that the reader of practices asks about, in all three languages.
_ASKED = (
    "no none neither only just merely simply limited necessarily all if whether where when though which "
    "that who do does did not to us business businesses company companies please you them a any "
    "as with confidential private secure safe accurate current informed updated posted "
    "may might could have ask asks asked request requests requested direct directs "
    "si lorsque quand qui que dont uniquement seulement wenn falls ob die das der nur"
)


def words_for(lang: str) -> ModuleType:
    """Return the word lists of a language in `LANGUAGES`."""
    return _WORDS[lang]


@cache
def grammar_of(lang: str) -> Grammar[Meaning]:
    """Return the compiled rules of a language in `LANGUAGES`; the first call takes about 15 ms."""
    words = _WORDS[lang]
    sets = {
        **words.SETS,
        **dict(words.VERBS.items()),
        "asked": _ASKED,
        "number": " ".join(words.NUMBERS),
        "unit": " ".join(words.UNITS),
    }
    return Grammar(_rules(words), sets)


def sorted_out(matches: Iterable[Match[Meaning]]) -> Found:
    """Return matches under their slots, for each reader asks for a few of them."""
    found: dict[str, list[Match[Meaning]]] = {}
    for match in matches:
        slot = match[0][0]
        if slot in found:
            found[slot].append(match)
        else:
            found[slot] = [match]
    return found


def in_order(matches: list[Match[Meaning]]) -> list[Match[Meaning]]:
    """Return matches by where they begin, the longest first."""
    firsts = list(map(_FIRST, matches))
    if all(map(lt, firsts, firsts[1:])):  # those of one slot mostly are
        return matches
    matches = sorted(matches, key=_LAST, reverse=True)
    matches.sort(key=_FIRST)
    return matches


def number_of(words: ModuleType, listed: list[str]) -> int | None:
    """Return the number that these words name: the last figure, or number words added up."""
    value: int | None = None
    for word in listed:
        if word.isdigit():
            value = int(word)
        elif word in words.NUMBERS and (value is None or value >= 20):
            value = words.NUMBERS[word] + (value or 0)
    return value


def _rules(words: ModuleType) -> Iterator[Rule[Meaning]]:
    for slot, values in words.WORDS:
        for value, patterns in values.items():
            for pattern in patterns.split(" ; "):
                yield Rule((slot, value), pattern.strip())
    for family in words.VERBS:
        yield Rule(("VERB", family), f"@{family}")
    for mark, patterns in words.MARKS:
        for pattern in patterns.split(" ; "):
            yield Rule((mark.partition(":")[0], mark.partition(":")[2]), pattern.strip())
