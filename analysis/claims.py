"""What a document says about itself: title, dates, version, with their places.

These are claims, not facts: pages forget to change their date. A claim is read
from the head of the document, or from its last lines, and only beside a cue
("last updated", "en vigueur au"); a bare date is nobody's claim. Only "this policy
was last updated on" is believed elsewhere.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

__all__ = ["Claims", "Span", "claims_of"]

_HEAD = 2_500  # characters at the start where a document introduces itself
_TAIL = 1_200  # and at the end, where some sign off
_NEAR = 60  # characters between a cue and its date

_LONGEST = 30  # characters a date takes before or after its year
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv januar jänner enero gennaio januari janeiro",
            "february feb février févr fevrier februar febrero febbraio februari fevereiro",
            "march mar mars märz maerz marzo maart março",
            "april apr avril avr abril aprile",
            "may mai mayo maggio mei maio",
            "june jun juin juni junio giugno junho",
            "july jul juillet juil juli julio luglio julho",
            "august aug août aout agosto augustus",
            "september sept sep septembre septiembre settembre setembro",
            "october oct octobre oktober okt octubre ottobre outubro",
            "november nov novembre noviembre novembro",
            "december dec décembre dec decembre dezember dez diciembre dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = re.compile(
    rf"\b(?:(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?(?: of| de)? ?(?P<n2>{_MONTH})\.?,?(?: de| of)? ?(?P<y2>(?:19|20)\d\d)"
    rf"|(?P<n3>{_MONTH})\.? (?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y3>(?:19|20)\d\d)"
    r"|(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y4>(?:19|20)\d\d)"
    rf"|(?P<n5>{_MONTH})\.?,? (?P<y5>(?:19|20)\d\d))",
    re.IGNORECASE,
)
_UPDATED = re.compile(
    r"\b(?:last (?:updated?|modified|revised|changed|reviewed|edited|modification|revision)"
    r"|(?:was |were |been )?(?:updated|revised|modified|amended) (?:on|as of)|updated\b(?= ?:| on)|latest (?:update|revision|version)|date of last|revision date|information current as of|current as of"
    r"|(?:date de )?(?:dernière|derniere) (?:mise à jour|modification|révision|version)|mise? à jour|modifiée? le|version (?:du|en date du)|dernièrement modifié"
    # Right before the date, where more than "updated" would be said of anything.
    r"|(?:updated|revised|modified|amended|version|status|révisée?|version \d{1,2}(?:\.\d{1,2}){0,2})(?: ?[:|,–-])? ?$"
    r"|stand\b|zuletzt (?:aktualisiert|geändert)|letzte (?:aktualisierung|änderung)|aktualisiert am"
    r"|última (?:actualización|modificación|revisión|atualização|modificação)|actualizad[oa]"
    r"|ultim[oa] (?:aggiornamento|modifica|revisione)|aggiornat[oa]"
    r"|laatst (?:bijgewerkt|gewijzigd)|laatste (?:wijziging|update)|atualizad[oa])",
    re.IGNORECASE,
)
_EFFECTIVE = re.compile(
    r"\b(?:effective(?: date)?(?: as of| from| on)?|in effect (?:as of|from|on)|comes? into (?:force|effect)|takes? effect|applies from|valid from|with effect from"
    r"|(?:entre|entrée|entrera) en vigueur|en vigueur|applicables? (?:à compter|à partir|depuis|au|du|dès)|date d'effet|date d'entrée"
    r"|gültig (?:ab|seit)|(?:gelten|gilt) (?:ab|seit)|in kraft|wirksam (?:ab|seit)|tritt am"
    r"|(?:fecha de )?entrada en vigor|vigente desde|vigencia|in vigore|decorrenza|ingangsdatum|geldig vanaf|met ingang van|em vigor|vigência)",
    re.IGNORECASE,
)
# Said of the whole document, wherever it stands: a page may go on after its policy.
_INSIDE = re.compile(
    r"\bthis (?:[a-z]{1,10} )?(?:policy|notice|statement|document) (?:was|is|has been) last (?:updated|revised|modified|reviewed)"
    r"\b[^\n]{0,60}",
    re.IGNORECASE,
)
_LAST = " last "
_BEFORE_LAST, _AFTER_LAST = 40, 80  # the most characters of it around that word
_VERSION = re.compile(
    r"\b(?:version|revision|rev\.|v\.?)(?: (?:number|no\.?|n°))?[ :]{1,3}(?P<v>\d{1,4}(?:\.\d{1,4}){0,3})\b(?![/.-]\d)",
    re.IGNORECASE,
)
# What each of these holds, found three times as fast: its first letter is given in both cases.
_MAY_BE_VERSION = re.compile(r"[vV]\S{0,6}(?: \S{1,6})?[ :]{1,3}\d")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a claim stands: `name` is title, effective, updated or version."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Claims:
    """A document's own words about itself; spans count code points of the text."""

    title: str = ""
    effective: date | None = None
    updated: date | None = None
    version: str = ""
    spans: tuple[Span, ...] = ()


def claims_of(text: str, *, page_title: str = "", lang: str = "") -> Claims:
    """Read the claims of a canonical text; `page_title` is the fallback title."""
    spans: list[Span] = []
    title = _title(text, spans) or page_title
    effective = updated = None
    dated = _cued(text, _dates(text, _ends(text), month_first=lang == "en"))
    if not dated:
        inside = [found.span() for found in islice(_said_inside(text), 1)]
        dated = _cued(text, _dates(text, inside, month_first=lang == "en"))
    for cue, start, end, value in dated:
        if cue == "effective" and effective is None:
            effective = value
        elif cue == "updated" and updated is None:
            updated = value
        else:
            continue
        spans.append(Span(cue, start, end))
    version = ""
    head = text[:_HEAD]
    found = _VERSION.search(head) if _MAY_BE_VERSION.search(head) else None
    if found and found["v"] and not re.fullmatch(r"(?:19|20)\d\d", found["v"]):
        version = found["v"]
        spans.append(Span("version", *found.span("v")))
    return Claims(title, effective, updated, version, tuple(sorted(spans, key=lambda s: s.start)))


def _said_inside(text: str) -> Iterator[re.Match[str]]:
    """Yield where the document says itself when it was updated; few texts hold the words."""
    if _LAST.encode() not in text.encode("utf-8", "replace").lower():
        return  # bytes: a third of the time
    low = text.lower()
    if len(low) != len(text):  # a dotted capital I becomes two characters
        yield from _INSIDE.finditer(text)
        return
    at = low.find(_LAST)
    while at >= 0:
        yield from _INSIDE.finditer(text, max(0, at - _BEFORE_LAST), at + _AFTER_LAST)
        at = low.find(_LAST, at + 1)


def _title(text: str, spans: list[Span]) -> str:
    """Return the first heading of the best level in the head of the text."""
    best: tuple[int, int, str] | None = None
    at = 0
    for line in text[:_HEAD].split("\n"):
        mark, _, words = line.partition(" ")
        if (
            words
            and mark == "#" * len(mark)
            and len(mark) <= 3
            and (best is None or len(mark) < best[0])
        ):
            best = (len(mark), at + len(mark) + 1, words)
        at += len(line) + 1
    if best is None:
        return ""
    spans.append(Span("title", best[1], best[1] + len(best[2])))
    return best[2]


def _ends(text: str) -> tuple[tuple[int, int], ...]:
    return (0, _HEAD), (max(_HEAD, len(text) - _TAIL), len(text))


def _dates(
    text: str, places: Iterable[tuple[int, int]], *, month_first: bool
) -> Iterator[tuple[int, int, date]]:
    for low, high in places:
        done = low
        for year in _YEAR.finditer(text, low, high):
            if year.end() <= done:
                continue
            found = _DATE.search(text, max(done, year.start() - _LONGEST), year.end() + _LONGEST)
            value = _value(found, month_first=month_first) if found else None
            if found and value:
                done = found.end()
                yield found.start(), found.end(), value


def _value(found: re.Match[str], *, month_first: bool) -> date | None:
    part = found.groupdict()
    if part["y"]:
        year, month, day = part["y"], int(part["m"]), int(part["d"])
    elif part["y2"]:
        year, month, day = part["y2"], _MONTHS[part["n2"].lower()], int(part["d2"])
    elif part["y3"]:
        year, month, day = part["y3"], _MONTHS[part["n3"].lower()], int(part["d3"])
    elif part["y4"]:
        year, first, second = part["y4"], int(part["a"]), int(part["b"])
        month, day = (first, second) if month_first and first <= 12 else (second, first)
        if month > 12:
            month, day = day, month
    else:
        year, month, day = part["y5"], _MONTHS[part["n5"].lower()], 1
    try:
        return date(int(year), month, day)
    except ValueError:
        return None


def _cued(text: str, dates: Iterable[tuple[int, int, date]]) -> list[tuple[str, int, int, date]]:
    """Return the dates that are somebody's claim, each with its cue."""
    found = ((_cue(text, start), start, end, value) for start, end, value in dates)
    return [claim for claim in found if claim[0]]


def _cue(text: str, start: int) -> str:
    """Return the claim that the words right before a date make, or ""."""
    before = text[max(0, start - _NEAR) : start]
    before = before[before.rfind("\n\n") + 1 :]
    effective = max((found.end() for found in _EFFECTIVE.finditer(before)), default=-1)
    updated = max((found.end() for found in _UPDATED.finditer(before)), default=-1)
    if max(effective, updated) < 0:
        return ""
    return "effective" if effective > updated else "updated"
