"""Is there nothing to read on this page because a script has not run? Asked before a browser is.

A quick look settles nearly every page: one that shows many words is no shell. Only
what shows few is read and judged like any other (`analysis.quality`). Whether a
browser then shows more is not known here.
"""

import re

from analysis.extract.kinds import foreign
from analysis.extract.pdf import is_pdf
from analysis.quality import assess
from analysis.reading import ReadOptions, read_page

__all__ = ["is_markup", "why_hollow"]

# Doubts that a script may be the answer to: frames that it fills, walls that it opens by itself.
_MENDED = frozenset({"shell", "empty", "bot_wall", "consent_wall", "home_page"})
_MANY = 700  # words; the menus around an empty frame have fewer
_MUCH = 7_000  # bytes of text, for languages that part no words by blanks
_ACTIVE = re.compile(
    rb"<(?:script|iframe)\b", re.IGNORECASE
)  # without these a browser adds nothing
_RAW = (b"script", b"style", b"noscript", b"template", b"textarea", b"title", b"svg")


def why_hollow(
    body: bytes, *, url: str = "", content_type: str = "", select: str = "", remove: str = ""
) -> str:
    """Return the doubt about a page that a browser may settle; "" where it would not be asked."""
    if not is_markup(body, content_type) or not _ACTIVE.search(body) or _shows_many_words(body):
        return ""
    options = ReadOptions(select=select, remove=remove)
    reading = read_page(body, url=url, content_type=content_type, options=options)
    verdict = assess(reading)
    return verdict.cause if verdict.cause in _MENDED else ""


def is_markup(body: bytes, content_type: str) -> bool:
    """Return whether a browser would draw this as a page: no PDF, no text, no data."""
    if is_pdf(body) or foreign(body, content_type):
        return False
    label = content_type.partition(";")[0].strip().lower()
    return "html" in label or (label in {"", "application/octet-stream"} and b"<" in body[:1000])


def _shows_many_words(body: bytes) -> bool:
    """Count words between tags until they are many. Linear, and no parser."""
    words = size = 0
    inside = b""  # of an element whose text is not shown
    for piece in body.split(b"<"):
        low = piece[:12].lower()
        if inside:
            if not low.startswith(b"/" + inside):
                continue
            inside = b""
        elif raw := next((name for name in _RAW if low.startswith(name)), b""):
            inside = raw
            continue
        shown = piece.partition(b">")[2].strip()
        size += len(shown)
        words += len(shown.split()) if size < _MUCH else 0
        if words >= _MANY or size >= _MUCH:
            return True
    return False
