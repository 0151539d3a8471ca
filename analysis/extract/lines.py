"""The tree -> lines of canonical text, one block a line, and the links in it."""

import html
import re

from analysis.extract.extracted import Link
from analysis.extract.marks import BLOCKS, HEADINGS
from analysis.extract.tree import Node

__all__ = ["write"]

_ENTITIES = (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
_BROKEN = re.compile(r"\s*\n\s*")  # a line end in the source is a blank; tabs may part cells
_HREF = re.compile(r'href="([^"]*)"')
_START = re.compile(r'start="(\d{1,4})"')
_LISTS = frozenset({"ul", "ol", "dir"})
_CELLS = frozenset({"td", "th"})
_PLAIN = BLOCKS - HEADINGS - _LISTS - {"tr"}
_LEADS = {name: "#" * int(name[1]) + " " for name in HEADINGS}


def write(root: Node) -> tuple[list[str], list[Link]]:
    """Return the lines under `root` (entities undone) and its links, in document order."""
    writer = _Writer()
    writer.walk(root)
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
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.words: list[str] = []  # of the line being written
        self.lead = ""  # its mark: "## ", "- ", "  1. "
        self.depth = -1  # of lists
        self.whole = 0  # inside a heading or a cell, where a break is a blank

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

    def walk(self, node: Node) -> None:
        words = self.words
        number = _first_number(node) if node.info.name == "ol" else None
        for kid in node.kids:
            if isinstance(kid, str):
                words.append(kid)
                continue
            info = kid.info
            if not info.block:
                if info.name == "a":
                    self._link(kid)
                else:
                    self.walk(kid)
            elif info.name == "li":
                self._item(kid, number)
                number = number + 1 if number is not None else None
            else:
                self._block(kid, info.name)

    def _block(self, node: Node, name: str) -> None:
        if self.whole:
            self.words.append(" ")
            self.walk(node)
            self.words.append(" ")
        elif name in _PLAIN:
            if self.words:
                self.emit()
            if node.kids:
                self.walk(node)
                if self.words:
                    self.emit()
        elif name in HEADINGS:
            self.emit()
            self.lead = _LEADS[name]
            self._in_one(node)
        elif name == "tr":
            self._row(node)
        else:
            self.emit()
            self.depth += 1
            self.walk(node)
            self.emit()
            self.depth -= 1

    def _in_one(self, node: Node) -> None:
        """Write all of `node` on one line."""
        self.whole += 1
        self.walk(node)
        self.whole -= 1
        self.emit()
        self.lead = ""

    def _item(self, node: Node, number: int | None) -> None:
        if self.whole:
            self.words.append(" " if number is None else f" {number}. ")
            self.walk(node)
            return
        self.emit()
        indent = "  " * min(max(self.depth, 0), 5)
        self.lead = f"{indent}- " if number is None else f"{indent}{number}. "
        self.walk(node)
        self.emit()
        self.lead = ""

    def _row(self, node: Node) -> None:
        self.emit()
        cells = [kid for kid in node.kids if not isinstance(kid, str) and kid.name in _CELLS]
        if len(cells) < 2 or any(_laid_out(cell) for cell in cells):
            self.walk(node)
            self.emit()
            return
        self.lead = "| "
        for cell in cells:
            self.whole += 1
            self.walk(cell)
            self.whole -= 1
            self.words.append(" | ")
        text = " ".join("".join(self.words).replace("&nbsp;", " ").split())
        self.words.clear()
        if text.strip("| "):
            self.lines.append(f"| {text}")
        self.lead = ""

    def _link(self, node: Node) -> None:
        before = len(self.words)
        lines = len(self.lines)
        self.walk(node)
        found = _HREF.search(node.info.attrs)
        if found:
            text = "".join(self.words[before:]) if len(self.lines) == lines else self.lines[-1]
            self.links.append((" ".join(text.split()), found[1]))


def _first_number(node: Node) -> int:
    found = _START.search(node.info.attrs)
    return int(found[1]) if found else 1


def _laid_out(cell: Node) -> bool:
    """Whether a cell is a piece of page layout: it holds headings or a table of its own."""
    waiting = [cell]
    while waiting:
        for kid in waiting.pop().kids:
            if not isinstance(kid, str):
                if kid.name in HEADINGS or kid.name == "table":
                    return True
                waiting.append(kid)
    return False
