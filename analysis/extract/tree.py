"""HTML -> a light tree that carries the sums later stages ask for.

lexbor parses and writes the document back in its one well-formed spelling
(`<` and `>` occur in tags only), and that spelling is cut at its tags. Walking
lexbor's own nodes from Python costs five times as much.
Lengths are counted in characters, not words, so that scripts without spaces
count too.
"""

import re
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from analysis.extract.marks import BREAKS, CLOSES, OPENS, PLATFORM, TagInfo, read_tag

__all__ = ["DEEPEST", "Node", "Tree", "grow", "undress"]

DEEPEST = 240  # levels kept as elements; what lies deeper keeps its text and its line breaks
_PROSE = 60  # characters, about ten words: a block with as many outside links is prose
_NEVER_SHOWN = [
    "script", "style", "template", "svg", "iframe", "object", "canvas", "head", "select",
    "video", "audio", "map", "datalist", "math", "noembed", "noframes",
]  # fmt: skip
_UNSCRIPTED = ["noscript", "textarea"]
_PRE = re.compile(r"<(pre|listing|textarea)[ >].*?</\1>", re.DOTALL)
_RAW = re.compile(r"<(xmp|plaintext)[^>]*>(.*?)</\1>", re.DOTALL)  # lexbor writes these unescaped
_LITERAL = frozenset({"pre", "listing", "textarea", "xmp", "plaintext"})
_HIDDEN_MAIL = re.compile(
    r'<(a|span)\b[^>]{0,300}\bdata-cfemail="((?:[0-9a-f]{2}){2,200})"[^>]{0,300}>[^<]{0,40}</\1>'
)
_BREAK = read_tag("br")
_REMARK = read_tag("!")


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
        """Every element below this one, in no order."""
        waiting = [self]
        while waiting:
            for kid in waiting.pop().kids:
                if not isinstance(kid, str):
                    yield kid
                    waiting.append(kid)


def undress(document: LexborHTMLParser, *, scripts: bool = True) -> str:
    """Take out of `document` what a browser never shows as text, and write the rest.

    Without `scripts`, what only a browser without them shows (`<noscript>`), or
    shows in a box (`<textarea>`), stays.
    """
    document.strip_tags([*_NEVER_SHOWN, *_UNSCRIPTED] if scripts else _NEVER_SHOWN)
    html = document.html or ""
    return _HIDDEN_MAIL.sub(_mail, html) if "data-cfemail=" in html else html


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
    tree, names = _grown(html)
    if names.isdisjoint(_LITERAL):
        return tree
    # Looked for only now: four scans of every page cost more than a second tree of a few.
    html = _PRE.sub(lambda found: found[0].replace("\n", "<br>"), html)
    return _grown(_RAW.sub(_escaped, html))[0]


def _grown(html: str) -> tuple[Tree, set[str]]:
    """Return the tree, and the names of its tags."""
    infos: dict[str, TagInfo] = {}
    root = node = Node(read_tag("html"))
    kids = node.kids
    above: list[Node] = []
    too_deep = deepest = 0
    pieces = iter(html.split("<"))
    next(pieces)  # what stands before the first tag is nothing
    for piece in pieces:
        token, closed, text = piece.partition(">")
        info = infos.get(token)
        if info is None or not closed:
            info, text = _new_tag(piece, pieces, infos)
        what = info.what
        if what == OPENS:
            if len(above) < DEEPEST:
                above.append(node)
                node = Node(info)
                kids.append(node)
                kids = node.kids
            else:
                too_deep += 1
                deepest = max(deepest, too_deep)
                if info.block:
                    kids.append(Node(_BREAK))
        elif what == CLOSES:
            if too_deep:
                too_deep -= 1
            elif above:
                parent = above.pop()
                if node.kids:
                    _close(node, parent)
                node = parent
                kids = node.kids
        elif what == BREAKS:
            kids.append(Node(info))
        if text:
            if text.isspace():
                kids.append(" ")
            else:
                kids.append(text)
                node.own += len(text)
    while above:
        parent = above.pop()
        _close(node, parent)
        node = parent
    root.chars += root.own
    seen = infos.values()
    platforms = any(info.mark == PLATFORM for info in seen)
    return Tree(root, deepest, platforms), {info.name for info in seen}


def _new_tag(piece: str, rest: Iterator[str], infos: dict[str, TagInfo]) -> tuple[TagInfo, str]:
    """Read the tag at the start of `piece`, and return it with the text after it.

    A comment goes on to its own end, through `rest`, and so does a tag with a
    `<` in its name.
    """
    if piece.startswith("!--"):
        while "-->" not in piece:
            piece = next(rest, "-->")
        return _REMARK, piece.partition("-->")[2]
    while ">" not in piece:
        piece = f"{piece}<{next(rest, '>')}"
    token, _, text = piece.partition(">")
    info = infos.get(token)
    if info is None:
        info = infos[token] = read_tag(token)
    return info, text


def _close(node: Node, parent: Node) -> None:
    """Add up a finished element. Until here `chars` lacks its `own`, which may pass upwards."""
    own = node.own
    inside = node.chars
    if not own and not inside:
        return
    node.chars = total = inside + own
    info = node.info
    if info.block:
        if own >= _PROSE and own - node.own_linked >= _PROSE:
            node.prose += own - node.own_linked
        parent.chars += total
        if node.linked:
            parent.linked += node.linked
    else:
        if info.name == "a":
            node.linked = total
            node.own_linked = own
            node.prose = 0
        parent.chars += inside
        parent.own += own
        parent.own_linked += node.own_linked
        parent.linked += node.linked
    if node.prose:
        parent.prose += node.prose
