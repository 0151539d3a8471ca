"""HTML -> a light tree that carries the sums later stages ask for.

lexbor parses and writes the document back in its one well-formed spelling
(`<` and `>` occur in tags only), and a single regular expression reads that
spelling. Walking lexbor's own nodes from Python costs five times as much.
Lengths are counted in characters, not words, so that scripts without spaces
count too.
"""

import re
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from analysis.extract.marks import BREAKS, CLOSES, NOTHING, PLATFORM, TagInfo, read_tag

__all__ = ["DEEPEST", "Node", "Tree", "grow", "undress"]

DEEPEST = 240  # levels kept as elements; what lies deeper keeps its text and its line breaks
_PROSE = 60  # characters, about ten words: a block with as many outside links is prose
_NEVER_SHOWN = [
    "script", "style", "template", "svg", "iframe", "object", "canvas", "head", "select",
    "video", "audio", "map", "datalist", "math", "noembed", "noframes",
]  # fmt: skip
_UNSCRIPTED = ["noscript", "textarea"]
_TOKEN = re.compile(r"([^<]*)(<(?:!--.*?--|[^>]*)>)", re.DOTALL)
_PRE = re.compile(r"<(pre|listing|textarea)[ >].*?</\1>", re.DOTALL)
_RAW = re.compile(r"<(xmp|plaintext)[^>]*>(.*?)</\1>", re.DOTALL)  # lexbor writes these unescaped
_HIDDEN_MAIL = re.compile(
    r'<(a|span)\b[^>]{0,300}\bdata-cfemail="((?:[0-9a-f]{2}){2,200})"[^>]{0,300}>[^<]{0,40}</\1>'
)
_BREAK = read_tag("<br>")


class Node:
    """One element. The sums count everything inside it, in characters.

    `chars` all text; `linked` the part inside links; `prose` the part in
    blocks that read as prose; `own` the text not in a block of its own, and
    `own_linked` the part of that inside links. There is no way up: a tree
    without cycles is freed at once.
    """

    __slots__ = ("chars", "info", "kids", "linked", "own", "own_linked", "prose")

    def __init__(self, info: TagInfo) -> None:
        self.info = info
        self.kids: list[Node | str] = []
        self.chars = self.linked = self.prose = self.own = self.own_linked = 0

    @property
    def name(self) -> str:
        return self.info.name

    def nodes(self) -> Iterator["Node"]:
        """Every element below this one, in document order."""
        for kid in self.kids:
            if not isinstance(kid, str):
                yield kid
                yield from kid.nodes()


def undress(document: LexborHTMLParser, *, scripts: bool = True) -> str:
    """Take out of `document` what a browser never shows as text, and write the rest.

    Without `scripts`, what only a browser without them shows (`<noscript>`), or
    shows in a box (`<textarea>`), stays.
    """
    document.strip_tags([*_NEVER_SHOWN, *_UNSCRIPTED] if scripts else _NEVER_SHOWN)
    html = document.html or ""
    if "<pre" in html or "<textarea" in html:
        html = _PRE.sub(lambda found: found[0].replace("\n", "<br>"), html)
    if "data-cfemail=" in html:
        html = _HIDDEN_MAIL.sub(_mail, html)
    if "<xmp" in html or "<plaintext" in html:
        html = _RAW.sub(_escaped, html)
    return html


def _mail(found: re.Match[str]) -> str:
    """Undo Cloudflare's hiding of a mail address: each byte is xored with the first."""
    key, *code = bytes.fromhex(found[2])
    return escape(bytes(byte ^ key for byte in code).decode("utf-8", "replace"), quote=False)


def _escaped(found: re.Match[str]) -> str:
    return f"<pre>{escape(found[2], quote=False)}</pre>".replace("\n", "<br>")


class Tree(NamedTuple):
    """`too_deep` counts the levels that did not become elements."""

    root: Node
    too_deep: int
    platforms: bool  # whether a tag carries the mark of a consent platform


def grow(html: str) -> Tree:
    """Return the tree of a document written by lexbor."""
    infos: dict[str, TagInfo] = {}
    root = node = Node(read_tag("<html>"))
    kids = node.kids
    above: list[Node] = []
    too_deep = deepest = 0
    for text, token in _TOKEN.findall(html):
        if text:
            if text.isspace():
                kids.append(" ")
            else:
                kids.append(text)
                node.own += len(text)
        info = infos.get(token)
        if info is None:
            info = infos[token] = read_tag(token)
        what = info.what
        if what == NOTHING:
            continue
        if what == BREAKS:
            kids.append(Node(info))
        elif what == CLOSES:
            if too_deep:
                too_deep -= 1
            elif above:
                parent = above.pop()
                _close(node, parent)
                node = parent
                kids = node.kids
        elif len(above) >= DEEPEST:
            too_deep += 1
            deepest = max(deepest, too_deep)
            if info.block:
                kids.append(Node(_BREAK))
        else:
            above.append(node)
            node = Node(info)
            kids.append(node)
            kids = node.kids
    while above:
        parent = above.pop()
        _close(node, parent)
        node = parent
    root.chars += root.own
    return Tree(root, deepest, any(info.mark == PLATFORM for info in infos.values()))


def _close(node: Node, parent: Node) -> None:
    """Add up a finished element. Until here `chars` lacks its `own`, which may pass upwards."""
    own = node.own
    inside = node.chars
    node.chars = total = inside + own
    if not total:
        return
    if node.info.block:
        prose = own - node.own_linked
        if prose >= _PROSE:
            node.prose += prose
        parent.chars += total
    else:
        if node.info.name == "a":
            node.linked = total
            node.own_linked = own
            node.prose = 0
        parent.chars += inside
        parent.own += own
        parent.own_linked += node.own_linked
    parent.linked += node.linked
    parent.prose += node.prose
