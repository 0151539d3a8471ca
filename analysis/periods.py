"""Read how long data is kept, how fast is answered and told, and how old a reader must be.

A duration is a retention period where the clause, or its heading, speaks of
keeping or deleting; beside a request it is a time to answer, beside a notice or a
breach the time to tell. What only looks back ("the past 12 months") or repeats
("every year") is none of these. An open end ("as long as necessary") is a period too.
"""

from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from types import ModuleType

from analysis.fact import Fact
from analysis.fact_rules import Found, Meaning, in_order, number_of, words_for
from analysis.wordcode import Coded, Match

__all__ = ["periods_of"]

_KEPT = 26  # words between a verb of keeping and its period
_LAWFUL = 8  # "as required by law" is said of everything: it must stand close
_ROUND = 8  # words round a duration that say it is something else
_TRIGGER = 12  # words of a trigger that are quoted
_TIMED = ("AGE", "DURATION", "OPEN")
_MARKS = ("KEEP", "ANSWER", "NOTICE", "BREACH", "PAST")
_OLDEST = 21  # years; a higher "age" is an amount
_NEVER = frozenset({"not", "never", "pas", "nicht"})
_IN_YEARS = ("year", "ans", "jahr")
_OF_AGE = frozenset({"old", "older", "of", "or"})  # words that begin what `_aged` asks for
_TOLD_BY = ("KEEP", "ANSWER", "NOTICE")  # without one of them a duration is no fact
_STARTS = frozenset(
    "after from following of since once when upon until starting counting unless if "
    "après à dès suivant nach ab seit".split()
)


def periods_of(coded: Coded, found: Found, lang: str, *, kept_above: bool) -> Iterator[Fact]:
    """Yield periods, answer times, notice times, breach times and ages.

    `kept_above`: the heading speaks of keeping, so every duration below it does.
    """
    timed = [match for slot in _TIMED for match in found.get(slot, ())]
    if not timed:
        return
    words = words_for(lang)
    marks = {name: [first for _, first, _ in found.get(name, ())] for name in _MARKS}
    told = kept_above or not found.keys().isdisjoint(_TOLD_BY)
    done = 0
    for match in in_order(timed):
        (mark, name), first, last = match
        if mark == "DURATION" and first >= done:
            done = last
            if told and (fact := _duration(coded, match, marks, words, kept_above=kept_above)):
                yield fact
        elif (
            mark == "OPEN"
            and not _denied(coded, first)
            and (
                kept_above
                or _near(marks["KEEP"], match, _LAWFUL if "law" in name else _KEPT, coded)
            )
        ):
            start, end = coded.starts[first], coded.ends[last - 1]
            yield Fact("period", name, start, end, detail="open")
        elif mark == "AGE":
            yield from _age(coded, match, words)


def _denied(coded: Coded, first: int) -> bool:
    """Tell "not stored permanently"."""
    return not _NEVER.isdisjoint(coded.words[max(0, first - 1) : first])


def _duration(
    coded: Coded,
    match: Match[Meaning],
    marks: dict[str, list[int]],
    words: ModuleType,
    *,
    kept_above: bool,
) -> Fact | None:
    _, first, last = match
    value = _value(tuple(coded.words[first:last]), words)
    if not value or (marks["PAST"] and _looks_back(marks["PAST"], first)):
        return None
    follows = coded.words[last] if last < len(coded.words) else ""
    if follows in _OF_AGE and _aged(coded, last):
        return None
    start, end = coded.starts[first], coded.ends[last - 1]
    keeps = _near(marks["KEEP"], match, _KEPT, coded)
    told = marks["NOTICE"]
    if (
        told
        and _near(marks["BREACH"], match, 2 * _ROUND, coded)
        and _near(told, match, 2 * _ROUND, coded)
    ):
        return Fact("breach", value, start, end, detail="time to tell")
    if told and not keeps and _near(told, match, _ROUND - 3, coded):
        return Fact("notice", value, start, end, detail="time ahead")
    asked = marks["ANSWER"] and _near(marks["ANSWER"], match, _ROUND, coded)
    if asked and not _near(marks["KEEP"], match, _ROUND, coded):
        return Fact("right", f"answer within {value}", start, end, detail="time to answer")
    if keeps or kept_above:
        return Fact("period", value, start, end, "", _trigger(coded, last, follows))
    return None


def _looks_back(past: list[int], first: int) -> bool:
    """Tell "in the past 12 months"."""
    near = bisect_left(past, first - 3)
    return near < len(past) and past[near] < first


@lru_cache(maxsize=512)
def _value(listed: tuple[str, ...], words: ModuleType) -> str:
    """Return "7 years", "3-5 years"; "" where the words make no number."""
    unit = words.UNITS[listed[-1]]
    figures = [int(w) for w in listed if w.isdigit()]
    spelt = number_of(words, [w for w in listed[:-1] if not w.isdigit()])
    if len(figures) == 2 and ("(" in listed or figures[0] >= figures[1]):
        figures = figures[-1:]
    if len(figures) == 2:
        return f"{figures[0]}-{figures[1]} {unit}s"
    amount = figures[0] if figures else spelt
    if amount is None:
        amount = 1 if listed[0] in words.ARTICLES else 0
    if not 0 < amount < 2000:
        return ""
    return f"{amount} {unit}" if amount == 1 else f"{amount} {unit}s"


def _near(places: list[int], match: Match[Meaning], most: int, coded: Coded) -> bool:
    """Tell whether one of the places stands within so many words, in the same sentence.

    Only the last before the match and the first after its beginning are asked: if a sentence
    ends on the way to them, it ends on the way to any other.
    """
    _, first, last = match
    near = bisect_left(places, first)
    if near:
        at = places[near - 1]
        if first - at <= most and coded.code.find(".", at, first) < 0:
            return True
    if near < len(places):
        at = places[near]
        return at - last <= most and coded.code.find(".", last, at) < 0
    return False


def _aged(coded: Coded, last: int) -> bool:
    if not coded.words[last - 1].startswith(_IN_YEARS):
        return False  # "data over 180 days old"
    after = coded.words[last : last + 2]
    return after[:1] in (["old"], ["older"]) or after in (
        ["of", "age"],
        ["or", "older"],
        ["or", "over"],
    )


def _trigger(coded: Coded, after: int, follows: str) -> str:
    """Return the words that say when a period begins, "" where none follow it."""
    if follows not in _STARTS:
        return ""
    last = after
    while last < min(after + _TRIGGER, len(coded.words)) and coded.code[last] not in ".,|()":
        last += 1
    return " ".join(coded.quote(after, last).split()) if last > after + 1 else ""


def _age(coded: Coded, match: Match[Meaning], words: ModuleType) -> Iterator[Fact]:
    (_, than), first, last = match
    listed = coded.words[first:last]
    value = number_of(words, [w for w in listed if w.isdigit() or w in words.NUMBERS])
    follows = coded.words[last : last + 1]
    if (
        value is None
        or not 5 <= value <= _OLDEST
        or (follows[:1] and follows[0] in words.UNITS and not follows[0].startswith(_IN_YEARS))
    ):
        return
    start, end = coded.starts[first], coded.ends[last - 1]
    yield Fact("age", str(value), start, end, detail=than)
