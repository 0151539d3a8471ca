"""The tree -> lines of canonical text, one block a line, and the links in it."""

import html
import re
from collections.abc import Sequence

from analysis.extract.extracted import Link
from analysis.extract.marks import (
    BLOCK,
    BREAKS,
    CELL,
    CLOSES,
    HEADING,
    HEADINGS,
    INLINE,
    ITEM,
    LINK,
    LIST,
    OPENS,
    TagInfo,
)
from analysis.extract.tree import Node, Tree

__all__ = ["write"]

_ENTITIES = (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
_BROKEN = re.compile(r"\s*\n\s*")  # a line end in the source is a blank; tabs may part cells
_HREF = re.compile(r'href="([^"]*)"')
_START = re.compile(r'start="(\d{1,4})"')
_DEEPEST = 5  # levels of indent
_LEADS = {name: "#" * int(name[1]) + " " for name in HEADINGS}
# What is open, besides the ways of writing: a numbered list, something inside a line, a row of data.
_NUMBERED, _ASIDE, _NUMBERED_ASIDE, _DATA_ROW, _DATA_CELL = range(100, 105)
_COUNTS = frozenset({_NUMBERED, _NUMBERED_ASIDE})


def write(tree: Tree, root: Node, gone: Sequence[Node] = ()) -> tuple[list[str], list[Link]]:
    """Return the lines under `root` (entities undone) and its links, in document order.

    What is `gone` is left out.
    """
    writer = _Writer(tree.noted.rows)
    writer.walk(tree, root, gone)
    writer.emit()
    text = _plain("\n".join(writer.lines))
    return text.split("\n"), [
        Link(_plain(text), html.unescape(target)) for text, target in writer.links
    ]


def _plain(text: str) -> str:
    if "&" in text:
        for entity, char in _ENTITIES:
            text = text.replace(entity, char)
    return text


class _Writer:
    def __init__(self, rows: set[int]) -> None:
        self.rows = rows
        self.lines: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.words: list[str] = []  # of the line being written
        self.lead = ""  # its mark: "## ", "- ", "  1. "
        self.depth = -1  # of lists
        self.whole = 0  # inside a heading or a cell, where a break is a blank
        self.opened: list[int] = []
        self.numbers: list[int] = []  # of the next item, for each open numbered list
        self.begun: list[tuple[int, int, str]] = []  # words and lines before each open link

    def emit(self) -> None:
        words = self.words
        if words:
            text = "".join(words).strip()
            words.clear()
            if text and (text[0] != "&" or text.replace("&nbsp;", "").strip()):
                if "\n" in text:
                    text = _BROKEN.sub(" ", text)
                self.lines.append(self.lead + text)
                self.lead = ""

    def walk(self, tree: Tree, root: Node, gone: Sequence[Node]) -> None:
        """Write the pieces inside `root`, one after another, but for what is `gone`."""
        at = root.start
        if at >= 0:
            self.words.append(tree.texts[at])
        for out in sorted(gone, key=lambda node: node.start):
            if at < out.start < root.end:
                self._pieces(tree, at + 1, out.start)
                at = out.end
                self.words.append(tree.texts[at])
        self._pieces(tree, at + 1, root.end)
        while self.opened:
            self._end(self.opened.pop())

    def _pieces(self, tree: Tree, first: int, end: int) -> None:
        words, opened = self.words, self.opened
        tags, texts = tree.tags[first:end], tree.texts[first:end]
        for at, tag, text in zip(range(first, end), tags, texts, strict=True):
            what = tag.what
            if what == OPENS:
                if tag.write == INLINE:
                    opened.append(INLINE)
                elif tag.write == BLOCK and not self.whole:
                    opened.append(BLOCK)
                    if words:
                        self.emit()
                else:
                    opened.append(self._begin(tag, at, tree.tokens[at]))
            elif what == CLOSES:
                kind = opened.pop()
                if kind == BLOCK:
                    if words:
                        self.emit()
                elif kind != INLINE:
                    self._end(kind)
            elif what == BREAKS:
                if self.whole:
                    words.append("  ")
                elif words:
                    self.emit()
            if text and (words or text != " "):  # no line begins with a blank
                words.append(text)

    def _begin(self, tag: TagInfo, at: int, token: str) -> int:
        """Begin an element; return what to end."""
        kind = tag.write
        around = self.opened[-1] if self.opened else INLINE
        if kind == LINK:
            self.begun.append((len(self.words), len(self.lines), token))
        elif kind == ITEM:
            return self._item(around)
        elif kind == CELL and around == _DATA_ROW:
            self.whole += 1
            return _DATA_CELL
        elif self.whole:
            self.words.append(" ")
            return self._counted(tag, _ASIDE, _NUMBERED_ASIDE)
        elif kind == HEADING:
            self.emit()
            self.lead = _LEADS[tag.name]
            self.whole += 1
        elif kind == LIST:
            self.emit()
            self.depth += 1
            return self._counted(tag, LIST, _NUMBERED)
        else:
            self.emit()
            return _DATA_ROW if at in self.rows else BLOCK
        return kind

    def _end(self, kind: int) -> None:
        if kind == ITEM:
            self.emit()
            self.lead = ""
        elif kind == LINK:
            self._link()
        elif kind in (_ASIDE, _NUMBERED_ASIDE):
            self.words.append(" ")
        elif kind == _DATA_CELL:
            self.whole -= 1
            self.words.append(" | ")
        elif kind == _DATA_ROW:
            self._row()
        elif kind != INLINE:
            self.whole -= kind == HEADING
            self.emit()
            self.depth -= kind in (LIST, _NUMBERED)
            if kind == HEADING:
                self.lead = ""
        if kind in _COUNTS:
            self.numbers.pop()

    def _counted(self, tag: TagInfo, bullets: int, numbers: int) -> int:
        """Return the kind of a list; a numbered one counts its items."""
        if tag.name != "ol":
            return bullets
        found = _START.search(tag.attrs)
        self.numbers.append(int(found[1]) if found else 1)
        return numbers

    def _item(self, around: int) -> int:
        mark = "-"
        if around in _COUNTS:
            mark = f"{self.numbers[-1]}."
            self.numbers[-1] += 1
        if self.whole:
            self.words.append(" " if mark == "-" else f" {mark} ")
            return INLINE
        self.emit()
        self.lead = f"{'  ' * min(max(self.depth, 0), _DEEPEST)}{mark} "
        return ITEM

    def _row(self) -> None:
        text = " ".join("".join(self.words).replace("&nbsp;", " ").split())
        self.words.clear()
        if text.strip("| "):
            self.lines.append(f"| {text}")
        self.lead = ""

    def _link(self) -> None:
        before, lines, attrs = self.begun.pop()
        found = _HREF.search(attrs)
        if found:
            text = "".join(self.words[before:]) if len(self.lines) == lines else self.lines[-1]
            self.links.append((" ".join(text.split()), found[1]))
