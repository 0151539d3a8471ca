"""Page furniture out: each suspicion is weighed against the text inside.

Nothing is removed for its name alone. A class called "navigation-block" has
held whole sections of a policy, so each rule asks how much of the page's prose
would go, and how much of what would go is links.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from analysis.extract.marks import BANNER, FOOTER, HEADINGS, OVERLAY, PLATFORM
from analysis.extract.tree import Node

__all__ = ["contain", "drop_platforms", "prune"]

# The most of the page's prose a part may hold and still be furniture: (inside main, outside).
_PARTS = {
    "nav": (0.10, 0.10),
    "dialog": (0.35, 0.35),
    "footer": (0.12, 0.30),
    "aside": (0.06, 0.30),
    "form": (0.08, 0.08),
}
_HEADER = 0.12
_ASIDE = 800  # characters of prose an overlay or a footer of a short page may hold...
_SHORT = 0.4  # ... and the share of such a page's prose that this may be
_PROSE_KEPT, _TEXT_KEPT = 0.99, 0.98  # measured: below, dates and first paragraphs are lost
_ENOUGH = 240  # characters of prose; a page with less is judged by its text alone
_BANNER = 0.20
_TITLE = 360  # characters; a header with an h1 and less than this is the document's title
_STAYS = re.compile(r'href="(?:[^"]*#|mailto:|tel:)')
_TEXT_TAGS = HEADINGS | {"p", "td", "th", "tr", "tbody", "table", "li", "a"}
_LIST_TAGS = frozenset({"ul", "ol", "div", "section", "table", "p"})
_WHOLE = HEADINGS | {"a", "dt", "summary"}  # nothing inside is furniture, buttons least of all
_STOPS = frozenset({"p", "li", "tr", "td", "table", "tbody", "ul", "ol", "dl", *HEADINGS})


def drop_platforms(root: Node) -> None:
    """Drop consent platforms whatever their size, unless little else would be left."""
    _walk(root, _Page(root.chars, root.prose), _platform, _Place(0, inside=False))


def prune(root: Node) -> None:
    """Drop navigation, banners, dialogs, footers and lists of links to other pages."""
    page = _Page(max(root.chars, 1), max(root.prose, 1))
    _walk(root, page, _furniture, _Place(0, inside=False))


def contain(root: Node) -> Node:
    """Return the smallest element that holds nearly all of the prose and of the unlinked text."""
    prose_needed = _PROSE_KEPT * root.prose if root.prose >= _ENOUGH else 0.0
    node = root
    while True:
        kids = [kid for kid in node.kids if not isinstance(kid, str)]
        best = max(kids, key=_unlinked, default=None)
        if (
            best is None
            or best.name in _STOPS
            or best.prose < prose_needed
            or _unlinked(best) < _TEXT_KEPT * _unlinked(node)
        ):
            return node
        node = best


def _unlinked(node: Node) -> int:
    return node.chars - node.linked


class _Page(NamedTuple):
    chars: int
    prose: int


class _Place(NamedTuple):
    """Where an element stands: the prose before it, and whether `<main>` is around it."""

    before: int
    inside: bool


_Judge = Callable[[Node, Node, _Page, _Place], bool]


def _walk(node: Node, page: _Page, unwanted: _Judge, place: _Place) -> None:
    """Drop the unwanted below `node`, and keep its sums true."""
    gone: list[Node] = []
    before, inside = place
    for kid in node.kids:
        if isinstance(kid, str) or not kid.chars:
            continue
        chars, linked, prose = kid.chars, kid.linked, kid.prose
        info = kid.info
        suspect = info.mark or info.part or (not prose and linked and info.name in _LIST_TAGS)
        if suspect and unwanted(kid, node, page, _Place(before, inside)):
            gone.append(kid)
            kid.chars = kid.linked = kid.prose = 0
        elif chars > 3 and info.name not in _WHOLE:
            _walk(kid, page, unwanted, _Place(before, inside or info.part == "main"))
        before += prose
        node.chars -= chars - kid.chars
        node.linked -= linked - kid.linked
        node.prose -= prose - kid.prose
    if gone:
        dropped = set(map(id, gone))
        node.kids = [kid for kid in node.kids if id(kid) not in dropped]


def _flows(node: Node) -> bool:
    """Whether paragraphs of prose stand right in `node`: a list of links among them is text."""
    found = 0
    for kid in node.kids:
        if not isinstance(kid, str) and kid.prose and kid.info.name == "p":
            found += 1
            if found == 2:
                return True
    return False


def _platform(node: Node, _: Node, page: _Page, __: _Place) -> bool:
    rest = page.chars - node.chars
    return node.info.mark == PLATFORM and (rest >= 360 or rest >= 0.25 * page.chars)


def _furniture(node: Node, parent: Node, page: _Page, place: _Place) -> bool:
    info = node.info
    share = node.prose / page.prose
    if info.part and _part(node, share, place):
        return True
    if info.mark and _marked(node, share, page, place):
        return True
    return (
        not node.prose
        and node.linked >= 0.7 * node.chars
        and info.name in _LIST_TAGS
        and not _flows(parent)
        and _leads_away(node)
    )


def _part(node: Node, share: float, place: _Place) -> bool:
    part = node.info.part
    if part in _PARTS:
        return share <= _PARTS[part][0 if place.inside else 1]
    if part == "header":
        return not place.inside and share <= _HEADER and not _titled(node)
    return part == "button" and not _opens_text(node)


def _marked(node: Node, share: float, page: _Page, place: _Place) -> bool:
    mark = node.info.mark
    if mark == BANNER:
        return share <= _BANNER
    if mark == OVERLAY and not place.inside:
        small = node.prose <= _ASIDE
        if share <= (_SHORT if small else 0.06) and not _titled(node):
            return True
    if mark == FOOTER and not place.inside:
        last = page.prose - place.before - node.prose <= 0.05 * page.prose
        if last and node.prose <= _ASIDE and share <= _SHORT:
            return True
    return mark != PLATFORM and _chrome(node, share, page.chars, inside=place.inside)


def _chrome(node: Node, share: float, total: int, *, inside: bool) -> bool:
    return (
        share <= (0.03 if inside else 0.06)
        and (node.linked >= 0.3 * node.chars or node.prose < (70 if inside else 150))
        and node.chars <= 0.35 * total
        and node.name not in _TEXT_TAGS
        and not _titled(node)
    )


def _titled(node: Node) -> bool:
    return node.chars < _TITLE and any(inner.name == "h1" for inner in node.nodes())


def _opens_text(button: Node) -> bool:
    """Whether a button is the head of an accordion: its words are a heading."""
    attrs = button.info.attrs
    return (
        "aria-expanded" in attrs
        or "aria-controls" in attrs
        or any(inner.name in HEADINGS for inner in button.nodes())
    )


def _leads_away(node: Node) -> bool:
    """Whether a list of links leads to other pages: a table of contents does not."""
    targets = [inner.info.attrs for inner in node.nodes() if inner.name == "a"]
    stay = sum(_STAYS.search(target) is not None for target in targets)
    return len(targets) >= 4 and stay < 0.5 * len(targets)
