"""Read the facts of a clause: what is done or denied, for how long, to what data, by whom.

Every fact is a value with the exact place in the text that says it.
"""

from dataclasses import dataclass
from functools import lru_cache

from analysis.fact_words_en import SENSITIVE, SETS, WORDS
from analysis.wordcode import Grammar, Rule

__all__ = ["Fact", "facts_of"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One value in `text[start:end]`; `polarity` is "", "does", "does_not" or "does_not_unless"."""

    slot: str
    value: str
    start: int
    end: int
    polarity: str = ""
    detail: str = ""


_VERBS = {
    "collect": "collect collects collected collecting gather gathers gathered obtain obtains obtained request requests",
    "use": "use uses used process processes processed combine link linked",
    "share": "share shares shared sharing disclose discloses disclosed transfer transfers transferred provide provides provided release released pass passed reveal give given distribute distributed",
    "sell": "sell sells sold selling rent rents rented trade trades traded lease leased",
    "retain": "retain retains retained retaining keep keeps kept store stores stored save saved hold",
    "track": "track tracks tracked tracking",
}
_NEGATIONS = "not never don't won't doesn't cannot can't neither nor isn't aren't"
_SETS = (
    SETS
    | {f"v_{k}": v for k, v in _VERBS.items()}
    | {"neg": _NEGATIONS}
    | {
        "number": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen eighteen twenty twentyfour thirty sixty ninety",
        "unit": "hour hours day days week weeks month months year years",
        "keep": "retain retains retained retention keep keeps kept store stored stores storage hold held maintain maintained delete deleted deletes deletion erase erased purge purged destroy destroyed anonymize anonymise anonymized anonymised remove removed expire expires expiry saved preserve preserved log logs archive archived backup backups last lasts thereafter lifetime lifespan duration",
    }
)
_NUMBERS = dict(
    zip(
        _SETS["number"].split(),
        (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 24, 30, 60, 90),
        strict=True,
    )
)


@lru_cache(maxsize=1)
def _grammar() -> Grammar[tuple[str, str]]:
    rules = [
        Rule((slot, value), pattern.strip())
        for slot, values in WORDS
        for value, patterns in values.items()
        for pattern in patterns.split(" ; ")
    ]
    rules += [Rule(("practice", verb), f"@v_{verb}") for verb in _VERBS]
    rules += [Rule(("denial", verb), f"@neg ~8 @v_{verb}") for verb in _VERBS]
    rules += [
        Rule(("condition", ""), "unless|except|without|only|other|otherwise"),
        Rule(("period", ""), "0|@number ?( ?0 ?) ?calendar|business|working|full @unit"),
        Rule(("open", "as long as necessary"), "as|so long as"),
        Rule(("open", "as long as necessary"), "no longer than"),
        Rule(("open", "indefinitely"), "indefinitely|perpetually|permanently|forever"),
        Rule(("open", "until"), "until you|your|we"),
        Rule(("keep", ""), "@keep"),
        Rule(("age", ""), "under|below ?the ?age ?of 0|thirteen|fourteen|sixteen|eighteen"),
        Rule(("age", ""), "age|younger ?of|than 0|thirteen|fourteen|sixteen|eighteen"),
        Rule(("age", ""), "0|thirteen|fourteen|sixteen|eighteen years of|old ?age"),
        Rule(("contact", "email"), "x|privacy|support|info|data|email|contact|security @"),
    ]
    return Grammar(rules, _SETS)


def facts_of(text: str, *, heading: str = "", lang: str = "") -> tuple[Fact, ...]:
    """Return the facts of one clause in the order of its text.

    `heading` is its heading path: under "How long we keep data" a bare "two years"
    is a period. `lang` is its language; facts are read in English only so far.
    """
    if lang not in {"", "und", "en"}:
        return ()
    coded = _grammar().encode(text)
    found = list(_grammar().matches(coded))
    headed = _grammar().encode(heading)
    keeps = any(m.meaning[0] == "keep" for m in (*found, *_grammar().matches(headed)))
    denied: dict[int, int] = {}
    facts: dict[tuple[str, str, int], Fact] = {}
    for m in found:
        slot, value = m.meaning
        if slot == "denial":
            denied[m.last - 1] = m.first
    for m in found:
        slot, value = m.meaning
        start, end = coded.spans[m.first][0], coded.spans[m.last - 1][1]
        polarity = detail = ""
        if slot in {"denial", "condition", "keep"}:
            continue
        if slot == "practice":
            polarity = "does"
            if m.first in denied:
                start = coded.spans[denied[m.first]][0]
                after = any(
                    o.meaning[0] == "condition" and m.last <= o.first < m.last + 30 for o in found
                )
                polarity = "does_not_unless" if after else "does_not"
        elif slot == "period":
            if not keeps:
                continue
            number = next(
                w for w in coded.words[m.first : m.last] if w[0].isdigit() or w in _NUMBERS
            )
            value = f"{_NUMBERS.get(number, number)} {coded.words[m.last - 1].rstrip('s')}"
        elif slot == "open":
            if not keeps:
                continue
            slot = "period"
            detail = "open"
        elif slot == "age":
            number = next(
                w for w in coded.words[m.first : m.last] if w[0].isdigit() or w in _NUMBERS
            )
            value = str(_NUMBERS.get(number, number))
        elif slot == "data_type" and value in SENSITIVE:
            detail = "sensitive"
        facts.setdefault((slot, value, start), Fact(slot, value, start, end, polarity, detail))
    return tuple(sorted(facts.values(), key=lambda f: (f.start, f.end, f.slot, f.value)))
