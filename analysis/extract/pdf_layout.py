"""The lines of a PDF's pages -> headings, paragraphs and items.

A PDF knows where each line stands and in what face, not what it is. Running
heads and page numbers repeat at the edges of pages; a larger or bolder short
line is a heading; a line that is full, or ends inside a sentence, goes on.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

__all__ = ["Line", "Page", "lay_out"]

_EDGE = 3  # lines at the top and the bottom of a page that may be running heads
_LARGER = 1.12  # times the body's size makes a heading
_GAP = 1.3  # times the usual pitch of lines; more white space parts two paragraphs
_LEVEL = 0.2  # of the size: what is that much higher or lower stands on the same line
_SPACE = 0.1  # of the size between two letters is a space; the narrowest in use is twice as wide
_FULL = 0.85  # of the column's width: a line shorter than this was ended on purpose
_ITEM = re.compile(r"(?:[•·●○◦▪■►‣⁃\uf0b7\uf0a7\uf0d8➢✓*–-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
_PAGE_NUMBER = re.compile(
    r"(?:page\s?|seite\s?|página\s?|pagina\s?|p\.\s?)?\d{1,4}(?:\s?(?:of|sur|von|de|di|van|/|\|)\s?\d{1,4})?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_HYPHENS = "\x02\ufffe\xad"  # pdfium's marks for a word broken at the end of a line


class Line(NamedTuple):  # a dataclass takes four times as long, and a policy has a thousand
    """One printed line; lengths in points, from the lower left corner of the page."""

    text: str
    size: float
    bold: bool
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    height: float
    lines: tuple[Line, ...]


def lay_out(pages: Sequence[Page]) -> list[str]:
    """Return the document's lines: headings marked, paragraphs joined across lines and pages."""
    pages = [Page(page.height, tuple(_mended(page.lines))) for page in pages]
    repeated = _running(pages)
    lines = [
        line
        for page in pages
        for place, line in enumerate(page.lines)
        if not _is_edge(place, len(page.lines)) or _bare(line.text) not in repeated
    ]
    if not lines:
        return []
    style = _style(lines)
    out: list[str] = []
    before, level_before = lines[0], 0
    for line in lines:
        level = style.level(line)
        if out and style.joins(before, level_before, line, level):
            out[-1] = _joined(out[-1], line.text)
        else:
            out.append("#" * level + " " + line.text if level else line.text)
        before, level_before = line, level
    return [_whole(text) for text in out]


def _mended(pieces: Sequence[Line]) -> list[Line]:
    """Join what the reader took for several lines although it stands side by side, letter by letter."""
    lines: list[Line] = []
    for piece in pieces:
        before = lines[-1] if lines else piece
        gap = piece.left - before.right
        beside = (
            abs(piece.top - before.top) < _LEVEL * piece.size
            and abs(piece.bottom - before.bottom) < _LEVEL * piece.size
            and -_LEVEL * piece.size < gap < piece.size
        )
        if lines and beside and piece.size == before.size:
            space = " " if gap > _SPACE * piece.size else ""
            text = f"{before.text}{space}{piece.text}"
            bold = before.bold and piece.bold
            lines[-1] = before._replace(text=text, bold=bold, right=piece.right)
        else:
            lines.append(piece)
    return lines


def _running(pages: Sequence[Page]) -> frozenset[str]:
    """Return what stands at the edges of most pages, page numbers made equal."""
    seen: Counter[str] = Counter()
    for page in pages:
        count = len(page.lines)
        seen.update({_bare(line.text) for at, line in enumerate(page.lines) if _is_edge(at, count)})
    least = max(3, 0.5 * len(pages))
    return frozenset(text for text, count in seen.items() if count >= least or text == "#")


def _is_edge(place: int, count: int) -> bool:
    return place < _EDGE or place >= count - _EDGE


def _bare(text: str) -> str:
    return "#" if _PAGE_NUMBER.fullmatch(text.strip()) else _DIGITS.sub("0", text)


@dataclass(frozen=True, slots=True)
class _Style:
    """What is usual in a document: the body's size, the column's right edge, the line pitch."""

    size: float
    right: float
    pitch: float

    def level(self, line: Line) -> int:
        """Return the heading level of a line, 0 for none."""
        if len(line.text) > 150 or not any(char.isalpha() for char in line.text):
            return 0
        if line.size >= 1.6 * self.size:
            return 1
        if line.size >= _LARGER * self.size:
            return 2
        return 3 if line.bold and len(line.text) < 90 and line.text[-1] not in ".,;:" else 0

    def joins(self, before: Line, level_before: int, line: Line, level: int) -> bool:
        """Whether `line` goes on with what `before` was part of."""
        if _ITEM.match(line.text):
            return False
        if level_before or level:
            return (
                level_before == level
                and before.right > 0.6 * self.right
                and self.near(before, line)
            )
        if line.top > before.top:  # the next column, or the next page
            return before.text[-1] not in ".!?:;" and line.text[:1].islower()
        if not self.near(before, line):
            return False
        return before.right >= _FULL * self.right or line.text[:1].islower()

    def near(self, before: Line, line: Line) -> bool:
        return before.top - line.top <= _GAP * max(self.pitch, line.size)


def _style(lines: Sequence[Line]) -> _Style:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    pitches = sorted(
        before.top - line.top
        for before, line in pairwise(lines)
        if 0.5 * line.size < before.top - line.top < 3 * line.size
    )
    edges = sorted(line.right for line in lines if len(line.text) > 40) or [0.0]
    return _Style(
        size=sizes.most_common(1)[0][0],
        right=edges[int(0.8 * (len(edges) - 1))],
        pitch=pitches[len(pitches) // 2] if pitches else 0.0,
    )


def _joined(text: str, line: str) -> str:
    if text[-1] in _HYPHENS:
        return text[:-1] + line
    return text + line if text[-1] == "-" and line[:1].isalpha() else f"{text} {line}"


def _whole(text: str) -> str:
    for mark in _HYPHENS:
        text = text.replace(mark, "")
    return text
