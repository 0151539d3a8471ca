"""Read the facts of a clause: what is done or denied, for how long, to what data, by whom.

Every fact is a value with the exact place in the text that says it. The slots:

    practice     collect use share sell retain track, with a polarity; a denial's condition as detail
    period       "7 years", "3-5 years", an open end in words; the trigger, "open" or "lifetime" as detail
    age          "13"; "under" or "over" as detail
    date         ISO date; "effective" or "updated" as detail
    party        an organisation as the text names it
    role         service providers, affiliates, advertisers, law enforcement, successors ...
    data_type    about 45 kinds; "sensitive" as detail
    purpose      service communication improvement analytics advertising marketing personalisation
                 research ai training security legal profiling payment combination
    choice       opt_in opt_out browser settings none ...
    right        access rectification erasure portability objection ...; "answer within 45 days"
    technology   cookie, web beacon ...; a cookie's own name, with its row as detail;
                 like data_type with polarity "does_not" after "we do not use"
    transfer     mechanism, or "transfer abroad";  country  where to
    legal_basis  consent contract legitimate interests legal obligation ...
    notice       email site in product none; "30 days" with "time ahead" as detail
    breach       notification; "72 hours"
    disclosure   subpoena court order legal process required by law good-faith belief ...
    dispute      arbitration class waiver governing law ...
    contact      an address, a phone number, data protection officer, controller ...
    region       whom the clause is for
    scope        what the policy applies to, with a polarity
    modality     may will must can never only, with the practice it governs as detail

A value is given once a clause, where it is said first, practices and periods each
time. Which slots to rely on, measured by reading: see `docs/topics.md`.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter, eq

from analysis.claims import claims_of
from analysis.fact import Fact
from analysis.fact_rules import (
    LANGUAGES,
    Found,
    grammar_of,
    in_order,
    sorted_out,
    words_for,
)
from analysis.gates import Gated
from analysis.language import language_of
from analysis.parties import parties_of, rows_of
from analysis.periods import periods_of
from analysis.practices import practices_of
from analysis.wordcode import Coded

__all__ = ["SLOTS", "Fact", "facts_of"]

SLOTS = (
    "practice period age date party role data_type purpose choice right technology transfer country "
    "legal_basis notice breach disclosure dispute contact region scope modality"
).split()

_PLACES = frozenset({"country", "region"})  # "including Ireland" names no organisation
_EACH_TIME = frozenset({"practice", "period"})
_SEVERAL = frozenset({"practice", "disclosure", "right", "choice", "purpose", "contact"})
_READ_ELSEWHERE = frozenset(
    "VERB NOT CHANGE CONDITION DURATION KEEP ANSWER NOTICE BREACH PAST OPEN AGE SCOPE party modality".split()
)
_DENIABLE = frozenset({"technology", "data_type"})
_OBJECT = 80  # characters after a denied verb in which its objects stand
_TURN = re.compile(
    r"[.;:(]|, (?:and|but|so)|\b(?:but|with|when|if|from|to|for|by|except|unless|that|which)\b"
)
# An address is sought from its "@", a number from its first digit: most of a page is neither.
_MAILBOX = re.compile(r"[\w.+-]{1,65}")  # read backwards; above 64 it is none
_LONGEST_MAILBOX = 64
_HOST = re.compile(r"@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_DIGITS = re.compile(r"[+(\d](?<![\w.].)")
_PHONE = re.compile(
    r"(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,5}\)[ .-]?)?\d{2,4}(?:[ .-]\d{2,4}){2,4}(?![\w-])"
)
_CALLED = ("phone", "call", "tel", "fax", "toll", "dial", "appel", "anruf")
_GOVERNED = 4  # words between a modal and the verb it governs
_APPLIES = ("appl", "cover", "govern", "extend", "gilt", "gelten", "s'appl", "couvre")
_NEVER = frozenset({"not", "pas", "nicht"})
_YEAR = re.compile(r"(?:19|20)\d\d")
# Said of keeping and of deleting as well: a standard of disclosure beside a sharing only.
_OF_ANYTHING = frozenset({"required by law", "good-faith belief", "protect rights", "emergency"})
_TOLD = 60  # words of a sentence in which the sharing stands
_DISCLOSURE = frozenset({"disclosure", "disclosures"})
_ON_SHARING = Gated(
    r"\b(?:shar|disclos|recipient|third part|partag|divulg|communiqu|weitergabe|offenleg)"
)
_SLOT, _VALUE, _START, _END = map(attrgetter, ("slot", "value", "start", "end"))


def facts_of(text: str, *, heading: str = "", lang: str = "") -> tuple[Fact, ...]:
    """Return the facts of one clause in the order of its text.

    `heading` is its heading path: under "How long we keep data" a bare "two years"
    is a period, under "Our partners" a bare name is a party. `lang` is the
    document's language; without it the clause's own words decide, and a short
    clause is read as English. No facts for a language outside en, fr, de.
    """
    spoken = _language(text, lang)
    if spoken not in LANGUAGES:
        return ()
    grammar = grammar_of(spoken)
    coded = grammar.encode(text)
    found = sorted_out(grammar.matches(coded))
    kept = bool(heading) and "KEEP" in sorted_out(grammar.matches(grammar.encode(heading)))
    practices = list(practices_of(coded, found, spoken))
    facts = [
        *_closed(coded, found, spoken, practices, on_sharing=_ON_SHARING.found(heading)),
        *practices,
        *periods_of(coded, found, spoken, kept_above=kept),
        *_modal(coded, found, practices),
        *_scope(coded, found),
        *_written(text, spoken),
    ]
    if text.lstrip()[:1] == "|":
        facts += rows_of(text, found, heading=heading, units=words_for(spoken).UNITS)
    places = {f.start for f in facts if f.slot in _PLACES}
    named = parties_of(text, coded, found, heading=heading)
    facts += [party for party in named if party.start not in places]
    return _settled(facts)


def _language(text: str, lang: str) -> str:
    if lang and lang != "und":
        return lang[:2].lower()
    spoken = language_of(text)
    return "en" if spoken == "und" else spoken


def _denied(text: str, practices: list[Fact]) -> list[tuple[int, int]]:
    """Return the spans in which what is named is denied: after a plain "we do not use"."""
    spans = []
    for fact in practices:
        if fact.polarity == "does_not":
            stop = _TURN.search(text, fact.end, fact.end + _OBJECT)
            spans.append((fact.end, stop.start() if stop else fact.end + _OBJECT))
    return spans


def _closed(
    coded: Coded,
    found: Found,
    lang: str,
    practices: list[Fact],
    *,
    on_sharing: bool,
) -> Iterator[Fact]:
    """Yield the values of the closed lists, each where it stands first, the longest rule first."""
    sensitive, denied = words_for(lang).SENSITIVE, _denied(coded.text, practices)
    shared = [fact.start for fact in practices if fact.value == "share"]
    for slot, matches in found.items():
        if slot in _READ_ELSEWHERE or (slot == "notice" and "CHANGE" not in found):
            continue
        several, reach = slot in _SEVERAL, 0
        seen: set[str] = set()
        for match in in_order(matches):
            (_, value), first, last = match
            if last <= reach and not several:
                continue
            reach = max(reach, last)
            if value in seen:
                continue
            if value in _OF_ANYTHING and not (on_sharing or _is_told(coded, first, last, shared)):
                continue
            seen.add(value)
            start, end = coded.starts[first], coded.ends[last - 1]
            detail = "sensitive" if slot == "data_type" and value in sensitive else ""
            no = slot in _DENIABLE and any(low <= start and end <= high for low, high in denied)
            yield Fact(slot, value, start, end, "does_not" if no else "", detail)


def _is_told(coded: Coded, begins: int, ends: int, shared: list[int]) -> bool:
    """Tell whether the sentence speaks of sharing, which begins at these places of the text."""
    first, last = max(0, begins - _TOLD), min(len(coded.code), ends + _TOLD)
    first = coded.code.rfind(".", first, begins) + 1 or first
    stop = coded.code.find(".", ends, last)
    last = stop if stop >= 0 else last
    if not _DISCLOSURE.isdisjoint(coded.words[first:last]):
        return True
    near = bisect_left(shared, coded.starts[first])
    return near < len(shared) and shared[near] < coded.ends[last - 1]


def _modal(coded: Coded, found: Found, practices: list[Fact]) -> Iterator[Fact]:
    """Yield modal words, each with the practice it governs, if any."""
    verbs = {fact.end: fact.value for fact in practices}
    for (_, word), first, last in found.get("modality", ()):
        governed = ""
        for stop in coded.ends[last : last + _GOVERNED] if verbs else ():
            if stop in verbs:
                governed = verbs[stop]
                break
        yield Fact("modality", word, coded.starts[first], coded.ends[last - 1], detail=governed)


def _scope(coded: Coded, found: Found) -> Iterator[Fact]:
    """Yield what a policy says it applies to, in its own words."""
    for _, first, last in found.get("SCOPE", ()):
        words = coded.words[first : last - 1]
        verb = next(k for k, w in enumerate(words) if w.startswith(_APPLIES))
        if verb + 1 < len(words):
            start, end = coded.starts[first], coded.ends[last - 2]
            value = " ".join(coded.quote(first + verb + 1, last - 1).lower().split())
            denied = not _NEVER.isdisjoint(words[:verb])
            yield Fact("scope", value, start, end, "does_not" if denied else "does")


def _written(text: str, lang: str) -> Iterator[Fact]:
    """Yield what has a form of its own: dates with a cue, addresses, phone numbers."""
    if _YEAR.search(text):
        claims = claims_of(text, lang=lang)
        for span in claims.spans:
            value = {"effective": claims.effective, "updated": claims.updated}.get(span.name)
            if value:
                yield Fact("date", value.isoformat(), span.start, span.end, detail=span.name)
    yield from _addresses(text)
    lowered = text.lower()
    if any(word in lowered for word in _CALLED):
        yield from _phones(text)


def _addresses(text: str) -> Iterator[Fact]:
    done, at = 0, text.find("@")
    while at >= 0:
        mailbox = _MAILBOX.match(text[max(done, at - _LONGEST_MAILBOX - 1) : at][::-1])
        host = _HOST.match(text, at)
        if mailbox and host and mailbox.end() <= _LONGEST_MAILBOX:
            start = at - mailbox.end()
            address = text[start : host.end()].rstrip(".")
            yield Fact("contact", address.lower(), start, start + len(address), detail="email")
            done = host.end()
        at = text.find("@", at + 1)


def _phones(text: str) -> Iterator[Fact]:
    done = 0
    for digits in _DIGITS.finditer(text):
        found = _PHONE.match(text, digits.start()) if digits.start() >= done else None
        if found:
            done = found.end()
            if 7 <= sum(c.isdigit() for c in found[0]) <= 15:
                yield Fact("contact", found[0], found.start(), found.end(), detail="phone")


def _settled(facts: list[Fact]) -> tuple[Fact, ...]:
    """Drop repeats, and what a longer value of the same slot says better; order by place."""
    kept: list[Fact] = []
    seen: set[tuple[str, str, str, str]] = set()
    reach: dict[str, int] = {}
    for fact in _longest_first(facts):
        slot, end = fact.slot, fact.end
        further = end > reach.get(slot, 0)
        if not further and slot not in _SEVERAL:
            continue
        if slot not in _EACH_TIME:
            key = (slot, fact.value, fact.polarity, "" if slot == "party" else fact.detail)
            if key in seen:
                continue
            seen.add(key)
        if further:
            reach[slot] = end
        kept.append(fact)
    if _share_a_start(kept):
        kept.sort(key=_END)
        kept.sort(key=_START)
    return tuple(kept)


def _longest_first(facts: list[Fact]) -> list[Fact]:
    """Order by start, then the longest, then slot and value.

    Stable sorts by one attribute each take a third of the time of one with a key made in Python;
    where no two facts begin together, the first of them is enough.
    """
    facts = sorted(facts, key=_START)
    if _share_a_start(facts):
        facts.sort(key=_VALUE)
        facts.sort(key=_SLOT)
        facts.sort(key=_END, reverse=True)
        facts.sort(key=_START)
    return facts


def _share_a_start(facts: list[Fact]) -> bool:
    """Whether two of these facts, ordered by start, begin at one place."""
    starts = list(map(_START, facts))
    return any(map(eq, starts, starts[1:]))
