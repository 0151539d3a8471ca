"""Read what a clause says is done, and what it says is not: the polarity of its practices.

A verb of a practice ("share", "sold") is denied where a negation stands before
it with nothing but light words between, through lists: in "do not sell, rent or
share" all three are. A denial with a condition after it, or an "except ..." before
it, is no plain promise: `does_not_unless`, with the condition as detail. What the
reader does or does not do ("you share", "if you do not provide") is no practice.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter

from analysis.fact import Fact
from analysis.fact_rules import Found, Meaning, grammar_of, words_for
from analysis.wordcode import Coded, Match

__all__ = ["practices_of"]

_BACK = 16  # words before a verb in which its negation, subject and object are looked for
_AHEAD = 40  # words after a verb in which its condition is looked for
_NEAR = 9  # words within which an object stands
_PARTICIPLES = ("ed", "sold", "kept", "given")
_KEEPING = frozenset({"keep", "keeps", "kept", "keeping"})
_PLACED = (["at"], ["above"], ["below"], ["here"], ["herein"])  # a link is, not data
_MANNER = 5  # words after "keep" in which it says how, not that: "keep your data safe"
_CLAUSE = 14  # words of a condition that are quoted
_MEMO = 4_096  # runs of letters before a verb that are remembered; statements begin alike


@dataclass(frozen=True)
class _Patterns:
    denied: re.Pattern[str]
    none_of: re.Pattern[str]
    only: re.Pattern[str]
    assured: re.Pattern[str]
    subject_we: re.Pattern[str]
    subject_they: re.Pattern[str]
    actor: re.Pattern[str]
    data: re.Pattern[str]
    passive: re.Pattern[str]
    supposed: re.Pattern[str]
    perhaps: re.Pattern[str]
    wished: re.Pattern[str]
    relative: re.Pattern[str]
    reduced: re.Pattern[str]
    infinitive: re.Pattern[str]
    asked: re.Pattern[str]
    to_reader: re.Pattern[str]
    manner: re.Pattern[str]


@cache
def _patterns(lang: str) -> _Patterns:
    grammar = grammar_of(lang)
    verbs = "|".join(f"@{family}" for family in words_for(lang).VERBS)

    def ending(written: str) -> re.Pattern[str]:
        return re.compile(grammar.pattern(written).pattern + r"\Z")

    return _Patterns(
        denied=ending(f"@neg *12:@light|{verbs}"),
        none_of=ending(f"no|none|neither ~3 @data ~4 @been *5:@light|{verbs}"),
        only=grammar.pattern("@neg only|just|merely|simply|limited|necessarily|all"),
        assured=grammar.pattern("@neg ~3 @assure"),
        subject_we=grammar.pattern("@we"),
        subject_they=grammar.pattern("@they"),
        actor=grammar.pattern("@actor"),
        data=grammar.pattern("@data"),
        passive=grammar.pattern("@been"),
        supposed=ending("if|whether|where|when|though ~8"),
        perhaps=grammar.pattern("may|might|could @neg have"),
        wished=ending("ask|asks|asked|request|requests|requested|direct|directs that ~5"),
        relative=ending("which|that|who ?may|might|could ?@been ?do ?does ?did @neg"),
        reduced=ending(f"{verbs} ~3 @data"),
        infinitive=grammar.pattern("@neg to"),
        asked=ending("us|business|businesses|them|company|companies|to|please|you not ~2"),
        to_reader=grammar.pattern("you|us|with"),
        manner=grammar.pattern(
            "you|confidential|private|secure|safe|accurate|current|informed|updated|posted"
        ),
    )


def practices_of(coded: Coded, found: Found, lang: str) -> Iterator[Fact]:
    """Yield one fact for each verb of a practice, in the order of the text."""
    code, conditions = coded.code, found.get("CONDITION", [])
    for (_, family), first, last in found.get("VERB", ()):
        start = code.rfind(".", max(0, first - _BACK), first) + 1
        before = code[max(start, first - _BACK) : first]
        if not _is_practice(coded, first, last, before, lang):
            continue
        denial = _negation(before, lang)
        if denial is None:
            start, end = coded.starts[first], coded.ends[last - 1]
            yield Fact("practice", family, start, end, "does", _by(before, lang))
        elif _is_promise(before, denial.start(), coded, first, lang):
            verb = (family, first, last)
            yield _denial(coded, verb, first - len(before) + denial.start(), conditions)


def _is_practice(coded: Coded, first: int, last: int, before: str, lang: str) -> bool:
    """Tell a practice of the service from what the reader does and from other senses."""
    they, we, passive = _subjects(before, lang)
    if they > we and not passive and they >= len(before) - 6:
        return False
    if coded.words[first] not in words_for(lang).LOOSE:
        return True
    patterns = _patterns(lang)
    if _is_aside(coded, first, last, patterns):
        return False
    if passive:
        return patterns.data.search(before[-_NEAR:]) is not None
    after = coded.code[last : last + _NEAR].partition(".")[0]
    return patterns.data.search(after) is not None


@lru_cache(maxsize=_MEMO)
def _subjects(before: str, lang: str) -> tuple[int, int, bool]:
    """Return where the reader and where we stand last, or -1, and whether the verb is passive."""
    patterns = _patterns(lang)
    they, we = _last(patterns.subject_they, before), _last(patterns.subject_we, before)
    return they, we, patterns.passive.search(before[-5:]) is not None


@lru_cache(maxsize=_MEMO)
def _negation(before: str, lang: str) -> re.Match[str] | None:
    patterns = _patterns(lang)
    return patterns.denied.search(before) or patterns.none_of.search(before)


def _is_aside(coded: Coded, first: int, last: int, patterns: _Patterns) -> bool:
    """Tell "provide you with", "provided to us", "provided below" and "keep you informed"."""
    word, after = coded.words[first], coded.code[last : last + _NEAR]
    if word.startswith(("provid", "give")):
        to_us = coded.words[last : last + 2] == ["to", "us"]
        as_said = coded.words[first - 1 : first] == ["as"]
        placed = coded.words[last : last + 1] in _PLACED
        return to_us or as_said or placed or bool(patterns.to_reader.match(after))
    if word in _KEEPING:
        return bool(patterns.manner.search(after[:_MANNER].partition(".")[0]))
    return False


def _is_promise(before: str, at: int, coded: Coded, first: int, lang: str) -> bool:
    """Tell a denial, which begins at `at` of the letters before its verb, from what reads like one."""
    participle = coded.words[first].endswith(_PARTICIPLES)
    if not _is_refusal(before, at, lang, participle=participle):
        return False
    return not _is_name(coded, first - len(before) + at)


@lru_cache(maxsize=_MEMO)
def _is_refusal(before: str, at: int, lang: str, *, participle: bool) -> bool:
    """Tell a denial from "not only", "cannot guarantee", and what the reader may refuse."""
    patterns = _patterns(lang)
    lead, rest = before[:at], before[at:]
    if patterns.only.match(rest) or patterns.assured.search(before):
        return False
    if patterns.perhaps.match(before, max(0, at - 1)) or patterns.wished.search(lead):
        return False  # "we may not have collected each of these", "ask that we do not sell"
    if patterns.supposed.search(lead) or patterns.relative.search(before[: at + 1]):
        return False
    if participle and patterns.reduced.search(rest):
        return False  # "do not sell information collected here" denies the sale only
    they, we = _last(patterns.subject_they, lead), _last(patterns.subject_we, lead)
    if they > we and they >= len(lead) - 4 and not patterns.passive.search(rest):
        return False
    if patterns.infinitive.match(rest):
        return False  # "they agree not to share", "tell us not to share"
    return not patterns.asked.search(before[: at + 1])


def _is_name(coded: Coded, first: int) -> bool:
    """Tell "Do Not Sell" and "Don't Share" as names of a link or setting from a statement."""
    doing = first > 0 and coded.words[first] == "not" and coded.words[first - 1] in {"do", "does"}
    start = coded.starts[first - doing]
    begins = coded.text[start : start + 1].isupper() and coded.text[start : start + 3] != "DO "
    quoted = coded.text[max(0, start - 1) : start] in {'"', "“", "'", "‘", "(", "["}
    return (doing or coded.words[first] == "don't") and (begins or quoted)


def _denial(coded: Coded, verb: Match[str], begins: int, conditions: list[Match[Meaning]]) -> Fact:
    """Return the denial of a verb's family that begins at word `begins`, with its condition."""
    family, first, last = verb
    start, end = coded.starts[begins], coded.ends[last - 1]
    if not conditions:
        return Fact("practice", family, start, end, "does_not")
    stop = coded.code.find(".", last, last + _AHEAD)
    stop = stop if stop >= 0 else min(last + _AHEAD, len(coded.code))
    begin = coded.code.rfind(".", max(0, first - _AHEAD), first) + 1
    near = bisect_left(conditions, max(begin, first - _AHEAD), key=itemgetter(1))
    for _, low, high in conditions[near : near + 2 * _AHEAD + 1]:
        if low >= last + _AHEAD:
            break
        after = last <= low < stop
        ahead = begin <= low < min(begin + 3, begins)  # "Except as ..., we do not"
        if after or ahead:
            quoted = coded.quote(low, max(min(low + _CLAUSE, stop), high))
            return Fact("practice", family, start, end, "does_not_unless", " ".join(quoted.split()))
    return Fact("practice", family, start, end, "does_not")


@lru_cache(maxsize=_MEMO)
def _by(before: str, lang: str) -> str:
    """Say that others do it, where one of them is the nearest subject."""
    patterns = _patterns(lang)
    others, we = _last(patterns.actor, before[-8:]), _last(patterns.subject_we, before[-8:])
    passive = patterns.passive.search(before[-4:])
    return "by others" if others > we and not passive else ""


def _last(pattern: re.Pattern[str], code: str) -> int:
    """Return where a one-word pattern stands last in the letters, or -1."""
    at = -1
    for found in pattern.finditer(code):
        at = found.start()
    return at
