"""What kind of document a body is, by its label and by its looks."""

import re

from analysis.extract.text import looks_like_markdown
from analysis.problems import Problem

__all__ = ["foreign", "kind_of"]

_MAGIC = {
    b"PK\x03\x04": "a zip archive or an office document",
    b"\x89PNG": "a PNG image",
    b"GIF8": "a GIF image",
    b"\xff\xd8\xff": "a JPEG image",
    b"\x1f\x8b": "a gzip stream",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
}
_FOREIGN = re.compile(r"\s{0,8}(?:image|audio|video|font)/", re.IGNORECASE)
_JSON = re.compile(rb"\s{0,64}(?:\{\s{0,64}\"|\[\s{0,64}[{\"\[])")
_HEAD = 2000  # characters in which markup shows itself
_MARKUP = re.compile(
    r"<(?:!doctype html|html|head|body|div|p|section|main|article|table|ul|h[1-6]|title)\b",
    re.IGNORECASE,
)


def foreign(body: bytes, content_type: str) -> Problem | None:
    """Name a body that holds no document text: an image, an archive, JSON for a script."""
    for mark, name in _MAGIC.items():
        if body.startswith(mark):
            return Problem("wrong_type", name)
    if _FOREIGN.match(content_type):
        return Problem("wrong_type", content_type)
    if _JSON.match(body) and ("json" in content_type or body.rstrip()[-1:] in {b"}", b"]"}):
        return Problem("needs_browser", "JSON for a script, not a page")
    return None


def kind_of(text: str, url: str, content_type: str) -> str:
    """Return "html", "markdown" or "text"."""
    label = content_type.split(";", maxsplit=1)[0].strip().lower()
    if "html" in label or "xml" in label:
        return "html"
    if label == "text/markdown" or url.split("?", maxsplit=1)[0].endswith((".md", ".markdown")):
        return "markdown"
    if label != "text/plain" and _MARKUP.search(text[:_HEAD]):
        return "html"
    return "markdown" if looks_like_markdown(text) else "text"
