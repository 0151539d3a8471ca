"""HTML -> a light tree that carries the sums later stages ask for.

lexbor parses and writes the document back in its one well-formed spelling,
and a single regular expression reads that spelling. Walking lexbor's own
nodes from Python costs five times as much. Lengths are counted in characters,
not words, so that scripts without spaces count too.
"""

import re

from selectolax.lexbor import LexborHTMLParser

from analysis.extract.marks import TagInfo, read_tag

__all__ = ["DEEPEST", "Node", "grow", "parse"]

DEEPEST = 240  # levels kept as elements; what lies deeper keeps its text and its line breaks
_PROSE = 60  # characters, about ten words: a block with as many outside links is prose
_NEVER_SHOWN = [
    "script", "style", "template", "svg", "iframe", "object", "canvas", "head", "select",
    "textarea", "video", "audio", "map", "datalist", "math", "noembed", "noframes",
]  # fmt: skip
_TOKEN = re.compile(r"<!--.*?-->|<[^>]*>|[^<]+", re.DOTALL)
_PRE = re.compile(r"<(pre|listing|xmp|plaintext)[ >].*?</\1>", re.DOTALL)
_BREAK = "<br>"


class Node:
    """One element. The sums count everything inside it, in characters.

    `chars` all text; `linked` the part inside links; `prose` the part in
    blocks that read as prose; `links` and `anchors` the number of links, and of
    those that stay on the page or write a mail; `own` text not in a block of
    its own.
    """

    __slots__ = (
        "anchors", "chars", "info", "kids", "linked", "links", "name", "own", "own_linked",
        "parent", "prose",
    )  # fmt: skip

    def __init__(self, info: TagInfo, parent: "Node | None") -> None:
        self.info = info
        self.name = info.name
        self.parent = parent
        self.kids: list[Node | str] = []
        self.chars = self.linked = self.prose = self.links = self.anchors = 0
        self.own = self.own_linked = 0

    def drop(self) -> None:
        """Take this element out of the tree, and out of every sum above it."""
        parent = self.parent
        if parent is None:
            return
        parent.kids.remove(self)
        while parent is not None:
            parent.chars -= self.chars
            parent.linked -= self.linked
            parent.prose -= self.prose
            parent.links -= self.links
            parent.anchors -= self.anchors
            parent = parent.parent


def parse(source: str | bytes, *, scripts: bool = True) -> LexborHTMLParser:
    """Parse `source` and take out what a browser never shows as text.

    With `scripts`, `<noscript>` goes too, as it would in a browser.
    """
    document = LexborHTMLParser(source)
    document.strip_tags(_NEVER_SHOWN)
    if scripts:
        document.strip_tags(["noscript"])
    return document


def grow(html: str) -> tuple[Node, int]:
    """Return the tree of a document written by lexbor, and its depth in elements."""
    if "<pre" in html or "<xmp" in html or "<plaintext" in html or "<listing" in html:
        html = _PRE.sub(lambda found: found[0].replace("\n", _BREAK), html)
    html = " ".join(html.replace("&nbsp;", " ").split())
    infos: dict[str, TagInfo] = {}
    root = Node(read_tag("<html>"), None)
    node = root
    depth = deepest = 0
    in_link = 0
    for token in _TOKEN.findall(html):
        if token[0] != "<":
            node.kids.append(token)
            length = len(token)
            if length > 1 or token != " ":
                node.chars += length
                node.own += length
                if in_link:
                    node.linked += length
                    node.own_linked += length
            continue
        info = infos.get(token)
        if info is None:
            if token.startswith(("<!", "<?")):
                continue
            info = infos[token] = read_tag(token)
        if info.closing:
            depth -= 1
            if node.name != info.name or node.parent is None or depth >= DEEPEST:
                continue
            if node.name == "a":
                in_link -= 1
            _close(node, node.parent)
            node = node.parent
        elif info.void:
            if info.name == "br" or info.name == "hr":
                node.kids.append(Node(info, node))
        else:
            depth += 1
            deepest = max(deepest, depth)
            if depth > DEEPEST:
                if info.block:
                    node.kids.append(Node(infos.setdefault(_BREAK, read_tag(_BREAK)), node))
                continue
            child = Node(info, node)
            node.kids.append(child)
            node = child
            if info.name == "a":
                in_link += 1
                node.links = 1
                node.anchors = int(_stays(info.attrs))
    while node.parent is not None:
        _close(node, node.parent)
        node = node.parent
    return root, deepest


def _close(node: Node, parent: Node) -> None:
    if node.info.block:
        prose = node.own - node.own_linked
        if prose >= _PROSE:
            node.prose += prose
    else:
        parent.own += node.own
        parent.own_linked += node.own_linked
    parent.chars += node.chars
    parent.linked += node.linked
    parent.prose += node.prose
    parent.links += node.links
    parent.anchors += node.anchors


def _stays(attrs: str) -> bool:
    """Whether a link stays on the page (`#part`), or starts a mail or a call."""
    at = attrs.find('href="')
    if at < 0:
        return False
    target = attrs[at + 6 : attrs.find('"', at + 6)]
    return "#" in target or target.startswith(("mailto:", "tel:"))
