"""The spans of a text that differ from fetch to fetch and mean nothing.

Spans are found, never cut: the stored text keeps them, the digest skips them.
A "last updated" date is no such span: it is the document's own claim, and a
change of it counts.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate

__all__ = ["masked", "without_keys"]

_YEAR = r"(?:19|20)\d\d"
_UNIT = (
    r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|secondes?|heures?|jours?|semaines?"
    r"|mois|ans?|années?|sekunden?|stunden?|tage?n?|wochen?|monate?n?|jahre?n?)"
)
_EDITED = (
    r"(?:updated|modified|published|posted|edited|reviewed|mise? à jour|modifiée?|publiée?"
    r"|aktualisiert|geändert)"
)
_ELSEWHERE = (
    r"(?:new (?:browser )?(?:tab|window)|nouvel(?:le)? (?:onglet|fenêtre)"
    r"|neue[mns]{0,2} (?:tab|fenster|registerkarte)|nueva (?:pestaña|ventana))"
)
_TRACKING = r"(?:utm_\w{1,20}|g[cb]?clid|fbclid|mc_[ce]id|(?:j|php)?sess(?:ion)?id|_g[al])"
_USEFUL = r"(?:helpful|utile|hilfreich)"
_OF = r"\d{1,6} (?:out of|of|sur|von) \d{1,6}"

# Cues in lower case, the character that stands in the same line ("0" is any digit), how far before
# and after a cue to look, and the pattern tried there. A scan of the whole text for each pattern
# would cost more than parsing the page, and so would one for each cue: a fifth of a policy stands
# in lines with a digit.
_PATTERNS = [
    (
        [(cue, cue.encode()) for cue in cues],
        mark.encode(),
        before,
        after,
        re.compile(pattern, re.IGNORECASE),
    )
    for cues, mark, before, after, pattern in (
        # The year in a copyright line turns over by itself every January.
        (
            ("©", "copyright", "(c)"),
            "0",
            4,
            100,
            rf"(?:©|\(c\)|\bcopyright\b)[^\n\d]{{0,60}}?{_YEAR}(?:\s?[-,/]\s?{_YEAR})?",
        ),
        (("]",), "]", 24, 1, r"\[\s?e-?mail\W{0,3}prot(?:ected|égé)\s?\]"),
        (
            ("new tab", "new window", "new browser", "nouvel", "neuem ", "nueva "),
            "(",
            60,
            60,
            r"\([^()\n]{0,40}\b" + _ELSEWHERE + r"[^()\n]{0,20}\)",
        ),
        (
            ("=",),
            "=",
            24,
            420,
            r"[?&;]" + _TRACKING + r"=[^\s&<>()\"']{0,400}",
        ),
        (
            (" ago", "il y a ", "vor "),
            "0",
            60,
            30,
            rf"\b{_EDITED}\b[^\n\d]{{0,30}}\d{{1,3}}\+? {_UNIT}\b(?: ago)?",
        ),
        (
            (" view", " vue", " visit", " aufruf"),
            "0",
            16,
            10,
            r"\b\d[\d,.]{0,12}[km]? (?:views?|vues?|visites?|visits?|aufrufe)\b",
        ),
        (
            ("helpful", "utile", "hilfreich"),
            "0",
            60,
            40,
            rf"\b{_OF}\b[^\n]{{0,40}}\b{_USEFUL}\b|\b{_USEFUL}\b[^\n\d]{{0,20}}{_OF}",
        ),
        (
            ("ray id", "request id", "reference #", "incident id", "session id"),
            "0",
            1,
            100,
            r"\b(?:ray id|request id|reference #|incident id|session id)\W{0,4}(?=[a-z_.-]{0,79}\d)[\w.-]{6,80}",
        ),
    )
]
# Bytes of UTF-8 with ASCII in lower case and one digit for all.
_FLAT = bytes(range(256)).lower().translate(bytes.maketrans(b"123456789", b"000000000"))
_MOST = 2_000  # times a cue is followed up in a line; one with more is not a policy
_LONG = 24  # characters; a hexadecimal word of this length is a key of one fetch
_RUNS = bytes(
    ord("x") if chr(code) in "0123456789abcdefABCDEF" else ord("-" if code == ord("-") else " ")
    for code in range(256)
)
_RUN_OF_ID = b"-xxxx-xxxx-xxxx-xxxxxxxxxxxx"  # all but the start of a UUID
_KEY = re.compile(r"[\w-]{0,20}?[0-9a-f]{24,400}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def masked(text: str) -> str:
    """Return `text` without its volatile phrases; its keys are words, see `_is_key`."""
    spans = _merged(_phrases(text))
    if not spans:
        return text
    out: list[str] = []
    at = 0
    for start, end in spans:
        out.append(text[at:start])
        at = end
    return "".join([*out, text[at:]])


def _is_key(word: str) -> bool:
    """Whether a word is the key of one fetch: a session, a nonce, a trace."""
    return len(word) >= _LONG and _KEY.search(word.lower()) is not None


def without_keys(data: bytes) -> bytes:
    """Return a text in UTF-8, of words between single blanks, without those that are keys.

    A key holds a long run of hexadecimal digits: to look for runs costs a tenth of a look at each word.
    """
    runs = data.translate(_RUNS)
    keys: set[bytes] = set()
    for run in (b"x" * _LONG, _RUN_OF_ID):
        at = runs.find(run)
        while at >= 0:
            end = data.find(b" ", at)
            end = len(data) if end < 0 else end
            word = data[data.rfind(b" ", 0, at) + 1 : end]
            if _is_key(word.decode("utf-8", "replace")):
                keys.add(word)
            at = runs.find(run, end)
    return b" ".join([word for word in data.split(b" ") if word not in keys]) if keys else data


def _merged(found: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    spans: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((start, end))
    return tuple(spans)


def _phrases(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the phrases; those of one cue may touch those of another."""
    whole = text.encode("utf-8", "replace").translate(_FLAT)
    flat = whole.split(b"\n")
    lines: list[str] = []
    held: dict[bytes, list[int]] = {}
    parts: dict[bytes, bytes] = {}
    starts: list[int] = []
    for cues, mark, before, after, pattern in _PATTERNS:
        if mark not in held:
            there = mark in whole
            held[mark] = [at for at, line in enumerate(flat) if mark in line] if there else []
            parts[mark] = b"\n".join([flat[at] for at in held[mark]])
        for cue, code in cues:
            if code not in parts[mark]:
                continue
            lines = lines or text.split("\n")
            starts = starts or [0, *accumulate(len(line) + 1 for line in lines)]
            for at in held[mark]:
                if code in flat[at]:
                    for low, high in _near(lines[at], cue, before, after, pattern):
                        yield starts[at] + low, starts[at] + high


def _near(
    line: str, cue: str, before: int, after: int, pattern: re.Pattern[str]
) -> Iterator[tuple[int, int]]:
    """Yield where `pattern` stands around each `cue` of `line`."""
    low = line.lower()
    if len(low) != len(line):  # a dotted capital I becomes two characters
        low = line
    at = low.find(cue)
    for _ in range(_MOST):
        if at < 0:
            break
        window = pattern.finditer(line, max(0, at - before), at + len(cue) + after)
        yield from (found.span() for found in window)
        at = low.find(cue, at + len(cue))
