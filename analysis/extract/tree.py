"""HTML -> the pieces of a page in order, and the sums that later stages ask for.

lexbor parses and writes the document back in its one well-formed spelling
(`<` and `>` occur in tags only), and that spelling is cut at its tags: a piece
is a tag and the text after it. Walking lexbor's own nodes from Python costs
five times as much, and so does an object for each element: an element is a
range of pieces, and only those that could be furniture or hold the main text
become a `Node`.
Lengths are counted in characters, not words, so that scripts without spaces
count too.
"""

import re
from html import escape
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from analysis.extract.marks import (
    CELL,
    CLOSES,
    HEADINGS,
    LITERAL,
    OPENS,
    ROW,
    NoTagError,
    TagInfo,
    known_tags,
    read_tag,
)

__all__ = ["DEEPEST", "LISTS", "STOPS", "Node", "Noted", "Tree", "grow", "undress"]

DEEPEST = 240  # levels kept as elements; what lies deeper keeps its text and its line breaks
# A list of links is one of these, and the main text is never inside one of those.
LISTS = frozenset({"ul", "ol", "div", "section", "table", "p"})
STOPS = frozenset({"p", "li", "tr", "td", "table", "tbody", "ul", "ol", "dl", *HEADINGS})
_PROSE = 60  # characters, about ten words: a block with as many outside links is prose
_SMALL = 120  # characters; a paragraph, an item or a cell with less is nobody's container
_NOTHING = 3  # characters; furniture inside of an element with no more is left
_EARLY = 2_000  # characters of a page; until there every element is kept
_NEVER_SHOWN = [
    "script", "style", "template", "svg", "iframe", "object", "canvas", "head", "select",
    "video", "audio", "map", "datalist", "math", "noembed", "noframes",
]  # fmt: skip
_UNSCRIPTED = ["noscript", "textarea"]
_PRE = re.compile(r"<(pre|listing|textarea)[ >].*?</\1>", re.DOTALL)
_REMARKS = re.compile(r"<!(?=--).*?(?:-->|\Z)", re.DOTALL)
_RAW = re.compile(r"<(xmp|plaintext)[^>]*>(.*?)</\1>", re.DOTALL)  # lexbor writes these unescaped
_WHOLE = HEADINGS | {"a", "dt", "summary"}  # nothing inside is furniture, buttons least of all
_HIDDEN_MAIL = re.compile(
    r'<(a|span)\b[^>]{0,300}\bdata-cfemail="((?:[0-9a-f]{2}){2,200})"[^>]{0,300}>[^<]{0,40}</\1>'
)
_BREAK = read_tag("br")
_REMARK = read_tag("!")


class Node:
    """One element: the pieces from `start` (its tag) to before `end`, and the sums inside.

    In characters: `chars` all text; `linked` the part inside links; `prose` the
    part in blocks that read as prose; `before` the prose of the page up to its
    start. `above` is the start of the element around it, `inside` whether
    `<main>` is around it, `paragraphs` how many of prose stand right in it.
    """

    __slots__ = (
        "above", "before", "chars", "end", "info", "inside", "linked", "paragraphs", "prose", "start",
    )  # fmt: skip

    def __init__(
        self, info: TagInfo, start: int, end: int, above: int, chars: int, linked: int, prose: int,
        before: int, paragraphs: int, inside: bool,
    ) -> None:  # fmt: skip
        self.info = info
        self.start = start
        self.end = end
        self.above = above
        self.chars = chars
        self.linked = linked
        self.prose = prose
        self.before = before
        self.paragraphs = paragraphs
        self.inside = inside

    def holds(self, other: "Node") -> bool:
        """Whether `other` is inside."""
        return self.start < other.start and other.end < self.end


class Noted:
    """Where things start that later stages ask for, and what is open of them while a tree grows."""

    __slots__ = (
        "_cells",
        "_layouts",
        "_rows",
        "headings",
        "linking",
        "links",
        "literal",
        "mains",
        "rows",
        "titles",
        "whole",
    )

    def __init__(self) -> None:
        self.links: list[int] = []
        self.headings: list[int] = []
        self.titles: list[int] = []  # the elements `h1`
        self.rows: set[int] = set()  # of data: those of page layout hold headings or tables
        self.mains = 0  # open elements of main text
        self.whole = 0  # open elements in which nothing is furniture
        self.linking = 0  # open links
        self.literal = False  # whether there is text whose line ends count, or that is no markup
        self._layouts = 0  # headings and tables so far
        self._cells: list[int] = []  # for each open cell, the layouts before it
        self._rows: list[list[int]] = []  # for each open row, its cells and how many are laid out

    def open(self, at: int, tag: TagInfo) -> None:
        name = tag.name
        if name == "a":
            self.whole += 1
            self.linking += 1
            self.links.append(at)
            return
        self.whole += name in _WHOLE
        self.mains += tag.part == "main"
        if tag.write == CELL:
            self._cells.append(self._layouts)
        elif tag.write == ROW:
            self._rows.append([0, 0])
        elif name == "table":
            self._layouts += 1
        elif name in LITERAL:
            self.literal = True
        elif name in HEADINGS:
            self._layouts += 1
            self.headings.append(at)
            if name == "h1":
                self.titles.append(at)

    def close(self, start: int, tag: TagInfo, around: TagInfo) -> None:
        if tag.name == "a":
            self.whole -= 1
            self.linking -= 1
            return
        self.whole -= tag.name in _WHOLE
        self.mains -= tag.part == "main"
        if tag.write == CELL:
            laid_out = self._layouts > self._cells.pop()
            if around.write == ROW:
                self._rows[-1][0] += 1
                self._rows[-1][1] += laid_out
        elif tag.write == ROW:
            cells, laid_out_cells = self._rows.pop()
            if cells > 1 and not laid_out_cells:
                self.rows.add(start)


class Tree(NamedTuple):
    """The pieces of a page, and what was noted about its elements.

    A piece is what lexbor wrote inside a tag (`tokens`), that tag, read (`tags`), and the text
    after it (`texts`).

    `nodes` come after those inside them; `suspects` are the ones among them
    that may be furniture. `too_deep` counts the levels that did not become
    elements.
    """

    root: Node
    tokens: list[str]
    tags: list[TagInfo]
    texts: list[str]
    nodes: list[Node]
    suspects: list[Node]
    noted: Noted
    too_deep: int


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


def grow(html: str) -> Tree:
    """Return the tree of a document written by lexbor."""
    tree = _grown(*_cut(html))
    if not tree.noted.literal:
        return tree
    # Looked for only now: four scans of every page cost more than a second tree of a few.
    html = _PRE.sub(lambda found: found[0].replace("\n", "<br>"), html)
    return _grown(*_cut_with_care(_RAW.sub(_escaped, html)))


def _cut(html: str) -> tuple[list[str], list[TagInfo], list[str]]:
    """Return what stands inside the tags of a document, the tags, and the text after each.

    Pass by pass in C: to cut tag by tag in Python makes growing a fifth slower.
    """
    plain = _REMARKS.sub("<!>", html)
    parts = plain.replace("<", ">").split(">")
    if len(parts) != 2 * plain.count("<") + 1:  # not one ">" for each "<": some name holds a "<"
        return _cut_with_care(html)
    tokens = parts[1::2]
    try:
        return tokens, list(map(known_tags().__getitem__, tokens)), parts[2::2]
    except NoTagError:  # text that is no markup made up for such a name
        return _cut_with_care(html)


def _cut_with_care(html: str) -> tuple[list[str], list[TagInfo], list[str]]:
    """As `_cut`, tag by tag: a comment goes on to its own end, and so does a tag with a `<` in its name."""
    tokens: list[str] = []
    texts: list[str] = []
    pieces = iter(html.split("<"))
    next(pieces, "")  # what stands before the first tag is nothing
    for piece in pieces:
        if piece.startswith("!--"):
            while "-->" not in piece:
                piece = next(pieces, "-->")  # noqa: PLW2901  # the comment goes on in the next
            token, text = "!", piece.partition("-->")[2]
        else:
            while ">" not in piece:
                piece = f"{piece}<{next(pieces, '>')}"  # noqa: PLW2901
            token, _, text = piece.partition(">")
        tokens.append(token)
        texts.append(text)
    return tokens, _tags(tokens), texts


def _tags(tokens: list[str]) -> list[TagInfo]:
    known = known_tags()
    return [known.get(token) or read_tag(token) for token in tokens]


def _grown(tokens: list[str], tags: list[TagInfo], texts: list[str]) -> Tree:
    """Return the tree of a page without text that is literal.

    One loop, long and flat: it runs once for each tag of a page, and a call
    there would cost as much as the rest of it.
    """
    nodes: list[Node] = []
    suspects: list[Node] = []
    noted = Noted()
    chars = linked = prose = 0  # of the page so far
    # The open element: its place, its tag, what the page had before it, and of what is inside it
    # the text in blocks of their own, the rest of it in links, the paragraphs of prose.
    above: list[tuple[int, TagInfo, int, int, int, int, int, int]] = []
    start, info = -1, read_tag("html")
    chars_before = linked_before = prose_before = nested = own_linked = paragraphs = 0
    too_deep = deepest = 0
    for at, tag in enumerate(tags):
        what = tag.what
        if what == OPENS:
            if len(above) < DEEPEST:
                above.append(
                    (start, info, chars_before, linked_before, prose_before, nested, own_linked, paragraphs)
                )  # fmt: skip
                start, info = at, tag
                chars_before, linked_before, prose_before = chars, linked, prose
                nested = own_linked = paragraphs = 0
                if tag.noted:
                    noted.open(at, tag)
            else:
                too_deep += 1
                deepest = max(deepest, too_deep)
                noted.literal = noted.literal or tag.name in LITERAL
                tags[at] = _BREAK if tag.block else _REMARK
        elif what == CLOSES:
            if too_deep or not above:
                too_deep = max(0, too_deep - 1)
                tags[at] = _REMARK
            else:
                if info.noted:
                    noted.close(start, info, above[-1][1])
                blocks = links = paragraph = 0  # what is added to the element around
                if total := chars - chars_before:
                    own = total - nested
                    blocks, links = nested, own_linked
                    if info.block:
                        if own - own_linked >= _PROSE:
                            prose += own - own_linked
                        blocks, links = total, 0
                    elif info.name == "a":
                        linked, prose = linked_before + total, prose_before
                        links = own
                    held = prose - prose_before
                    paragraph = held > 0 and info.name == "p"
                    suspect = info.mark or info.part or (
                        not held and linked > linked_before and info.name in LISTS
                    )  # fmt: skip
                    if total <= _NOTHING:  # nothing inside is worth a look
                        while suspects and suspects[-1].start > start:
                            suspects.pop()
                    if suspect or total >= _SMALL or chars < _EARLY or info.name == "h1":
                        node = Node(
                            info, start, at, above[-1][0], total,
                            total if noted.linking else linked - linked_before, held, prose_before,
                            paragraphs, noted.mains > 0,
                        )  # fmt: skip
                        nodes.append(node)
                        if suspect and not noted.whole:
                            suspects.append(node)
                start, info, chars_before, linked_before, prose_before, nested, own_linked, paragraphs = above.pop()  # fmt: skip
                nested += blocks
                own_linked += links
                paragraphs += paragraph
        if text := texts[at]:
            if text.isspace():
                texts[at] = " "
            else:
                chars += len(text)
    if above:  # a page that leaves elements open, as one of frames does: close them
        left = len(above) + too_deep
        tokens = [*tokens, *["/div"] * left]
        return _grown(tokens, _tags(tokens), [*texts, *[""] * left])
    root = Node(read_tag("html"), -1, len(tags), -1, chars, linked, prose, 0, 0, False)
    return Tree(root, tokens, tags, texts, nodes, suspects, noted, deepest)
