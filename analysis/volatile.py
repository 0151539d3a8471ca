"""The spans of a text that differ from fetch to fetch and mean nothing.

Spans are found, never cut: the stored text keeps them, the digest skips them.
A "last updated" date is no such span: it is the document's own claim, and a
change of it counts.
"""

import re
from collections.abc import Iterator

__all__ = ["masked", "volatile_spans"]

_YEAR = r"(?:19|20)\d\d"
_UNITS = (
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|secondes?|heures?|jours?|semaines?"
    r"|mois|ans?|années?|sekunden?|minuten?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?)"
)

# (a literal one of which must occur, lower case; the pattern). The literals keep a page that has
# none of them from paying for the pattern.
_PATTERNS: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (literals, re.compile(pattern, re.IGNORECASE))
    for literals, pattern in (
        # The year in a copyright line turns over by itself every January.
        (
            ("©", "copyright", "(c)"),
            rf"(?:©|\(c\)|\bcopyright\b)[^\n\d]{{0,60}}?{_YEAR}(?:\s?[-,/]\s?{_YEAR})?",
        ),
        (("protected]", "protégé]"), r"\[\s?e-?mail\W{0,3}prot(?:ected|égé)\s?\]"),
        (
            ("new ", "nouve", "neue", "nuev"),
            r"\((?:this )?(?:link )?(?:opens? |s'ouvre |ouvre |nouvel |wird |öffnet |se abre |link )?"
            r"[^()\n]{0,40}\b(?:new (?:browser )?(?:tab|window)|nouvel(?:le)? (?:onglet|fenêtre)"
            r"|neue[mns]{0,2} (?:tab|fenster|registerkarte)|nueva (?:pestaña|ventana))[^()\n]{0,20}\)",
        ),
        (
            ("utm_", "gclid=", "fbclid=", "mc_cid=", "mc_eid=", "sessionid=", "sessid=", "_ga=", "_gl="),
            r"[?&;](?:utm_\w{1,20}|gclid|fbclid|mc_[ce]id|(?:j|php)?sess(?:ion)?id|_g[al])="
            r"[^\s&<>()\"']{0,400}",
        ),
        (("-",), r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"),
        ((" ago", "il y a ", "vor "), rf"\b(?:updated|modified|published|posted|edited|reviewed|mise? à jour|modifiée?|publiée?|aktualisiert|geändert)\b[^\n\d]{{0,30}}\d{{1,3}}\+? {_UNITS}\b(?: ago)?"),
        ((" view", " vue", " visit", " aufrufe"), r"\b\d[\d,.]{0,12}[km]?\s(?:page\s?)?(?:views?|vues?|visites?|visits?|aufrufe)\b"),
        (
            ("helpful", "utile", "hilfreich"),
            r"\b\d{1,6} (?:out of|of|sur|von) \d{1,6}\b[^\n]{0,40}\b(?:helpful|utile|hilfreich)\b"
            r"|\b(?:helpful|utile|hilfreich)\b[^\n\d]{0,20}\d{1,6} (?:out of|of|sur|von) \d{1,6}\b",
        ),
        (("ray id", "request id", "reference #", "incident id", "session id"), r"\b(?:ray id|request id|reference #|incident id|session id)\W{0,4}[\w.-]{6,80}"),
    )
)  # fmt: skip
# A long run of digits and letters is a per-fetch token. Words are shorter or have no digits.
_TOKEN = re.compile(
    r"(?<![\w-])(?=[a-zA-Z]{0,30}\d)(?=[\w-]{0,40}?[a-zA-Z])[0-9a-fA-F]{24,400}(?![\w-])"
)


def volatile_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Return the spans (start, end) in code points, in order, none touching another."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted(_found(text)):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return tuple(spans)


def masked(text: str) -> str:
    """Return `text` without its volatile spans."""
    out: list[str] = []
    at = 0
    for start, end in volatile_spans(text):
        out.append(text[at:start])
        at = end
    out.append(text[at:])
    return "".join(out)


def _found(text: str) -> Iterator[tuple[int, int]]:
    low = text.lower()
    for literals, pattern in _PATTERNS:
        if any(literal in low for literal in literals):
            yield from (found.span() for found in pattern.finditer(text))
    yield from (found.span() for found in _TOKEN.finditer(text))
