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
from functools import cache
from operator import itemgetter

from analysis.fact import Fact
from analysis.fact_rules import Found, Meaning, grammar_of, words_for
from analysis.memo import remembered
from analysis.wordcode import Coded, Match

__all__ = ["practices_of"]

_BACK = 16  # words before a verb in which its negation, subject and object are looked for
_AHEAD = 40  # words after a verb in which its condition is looked for
_NEAR = 9  # words within which an object stands
_PARTICIPLES = ("ed", "sold", "kept", "given")
_GIVING = ("provid", "give")
_KEEPING = frozenset({"keep", "keeps", "kept", "keeping"})
_PLACED = (["at"], ["above"], ["below"], ["here"], ["herein"])  # a link is, not data
_MANNER = 5  # words after "keep" in which it says how, not that: "keep your data safe"
_CLAUSE = 14  # words of a condition that are quoted
_CLAUSE_END = re.compile(r"[.,:]")
_AFFIRMED, _NO_PRACTICE = -1, -2  # where a denial would begin
_MEMO = 4_096  # runs of letters before a verb that are remembered; statements begin alike


@dataclass(frozen=True)
class _Patterns:
    denied: re.Pattern[str]
    denial: re.Pattern[str]
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
        denial=grammar.pattern("@neg !nur" if lang == "de" else "@neg"),
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
    code, words, conditions = coded.code, coded.words, found.get("CONDITION", [])
    starts, ends = coded.starts, coded.ends
    for (_, family), first, last in found.get("VERB", ()):
        word = words[first]
        if word.startswith(_GIVING) and _is_given(coded, first, last, lang):
            continue
        start = code.rfind(".", max(0, first - _BACK), first) + 1
        before = code[max(start, first - _BACK) : first]
        denied_at, by = _said(before, word, code[last : last + _NEAR], lang)
        if denied_at == _AFFIRMED:
            yield Fact("practice", family, starts[first], ends[last - 1], "does", by)
        elif denied_at >= 0:
            begins = first - len(before) + denied_at
            if not _is_name(coded, begins):
                yield _denial(coded, (family, first, last), begins, conditions)


@remembered(_MEMO)
def _said(before: str, word: str, after: str, lang: str) -> tuple[int, str]:
    """Say what the letters round a verb make of it: where in `before` its denial begins, and by whom.

    In place of a denial `_AFFIRMED`, or `_NO_PRACTICE`.
    """
    if not _is_practice(before, word, after, lang):
        return _NO_PRACTICE, ""
    denial = _negation(before, lang)
    if denial is None:
        if lang == "de" and _patterns(lang).denial.search(_CLAUSE_END.split(after)[0]):
            return len(before), ""  # a German main clause denies after its verb
        return _AFFIRMED, _by(before, lang)
    refused = _is_refusal(before, denial.start(), lang, participle=word.endswith(_PARTICIPLES))
    return denial.start() if refused else _NO_PRACTICE, ""


def _is_practice(before: str, word: str, after: str, lang: str) -> bool:
    """Tell a practice of the service from what the reader does and from other senses."""
    they, we, passive = _subjects(before, lang)
    if they > we and not passive and they >= len(before) - 6:
        return False
    if word not in words_for(lang).LOOSE:
        return True
    patterns, rest = _patterns(lang), after.partition(".")[0]
    if word in _KEEPING and patterns.manner.search(after[:_MANNER].partition(".")[0]):
        return False  # "keep you informed"
    return patterns.data.search(before[-_NEAR:] if passive else rest) is not None


def _subjects(before: str, lang: str) -> tuple[int, int, bool]:
    """Return where the reader and where we stand last, or -1, and whether the verb is passive."""
    patterns = _patterns(lang)
    they, we = _last(patterns.subject_they, before), _last(patterns.subject_we, before)
    return they, we, patterns.passive.search(before[-5:]) is not None


def _negation(before: str, lang: str) -> re.Match[str] | None:
    patterns = _patterns(lang)
    return patterns.denied.search(before) or patterns.none_of.search(before)


def _is_given(coded: Coded, first: int, last: int, lang: str) -> bool:
    """Tell "provide you with", "provided to us" and "provided below" from giving data away."""
    words = coded.words
    if words[first] not in words_for(lang).LOOSE:
        return False
    to_us = words[last : last + 2] == ["to", "us"]
    as_said = words[first - 1 : first] == ["as"]
    placed = words[last : last + 1] in _PLACED
    return to_us or as_said or placed or bool(_patterns(lang).to_reader.match(coded.code, last))


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
