"""Page furniture out: each suspicion is weighed against the text inside.

Nothing is removed for its name alone. A class called "navigation-block" has
held whole sections of a policy, so each rule asks how much of the page's prose
would go, and how much of what would go is links.
"""

import re
from bisect import bisect
from collections.abc import Sequence

from analysis.extract.marks import BANNER, FOOTER, HEADINGS, OVERLAY, PLATFORM
from analysis.extract.tree import LISTS, STOPS, Node, Tree

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


def drop_platforms(tree: Tree) -> list[Node]:
    """Return the consent platforms, whatever their size, unless little else would be left."""
    total = tree.root.chars
    gone: list[Node] = []
    for node in reversed(tree.suspects):  # an element comes before what is inside it
        if node.info.mark == PLATFORM and not _among(gone, node):
            rest = total - node.chars
            if rest >= 360 or rest >= 0.25 * total:
                gone.append(node)
    for node in (tree.root, *tree.nodes) if gone else ():
        _lessen(node, gone)
        node.before -= sum(other.prose for other in gone if other.end < node.start)
    for node in gone:
        node.chars = node.linked = node.prose = 0
    return gone


def prune(tree: Tree, gone: Sequence[Node]) -> list[Node]:
    """Return navigation, banners, dialogs, footers and lists of links to other pages.

    What is `gone` already is passed over, and stays in the list.
    """
    chars, prose = max(tree.root.chars, 1), max(tree.root.prose, 1)
    found: list[Node] = []
    for node in reversed(tree.suspects):
        if not _among(found, node) and not any(_within(other, node) for other in gone):
            share = node.prose / prose
            last = prose - node.before - node.prose <= 0.05 * prose
            if _furniture(tree, node, share, chars, last=last):
                found.append(node)
    return [*gone, *found]


def contain(tree: Tree, gone: Sequence[Node]) -> Node:
    """Return the smallest element that holds nearly all of the prose and of the unlinked text.

    Its sums, and those of the root, are without what is `gone`.
    """
    best = tree.root
    _lessen(best, gone)
    prose_needed = _PROSE_KEPT * best.prose if best.prose >= _ENOUGH else 0.0
    needed = _TEXT_KEPT * _unlinked(best)
    for node in reversed(tree.nodes) if needed else ():
        if _unlinked(node) < needed or not best.holds(node):
            continue
        _lessen(node, gone)
        if _unlinked(node) < needed or any(_within(other, node) for other in gone):
            continue
        if node.info.name in STOPS or node.prose < prose_needed:
            break
        best = node
        needed = _TEXT_KEPT * _unlinked(best)
    return best


def _unlinked(node: Node) -> int:
    return node.chars - node.linked


def _within(other: Node, node: Node) -> bool:
    """Whether `node` is `other` or inside it."""
    return other.start <= node.start and node.end <= other.end


def _among(found: Sequence[Node], node: Node) -> bool:
    """Whether `node` is inside the last one found: where each comes before what is inside it."""
    return bool(found) and _within(found[-1], node)


def _lessen(node: Node, gone: Sequence[Node]) -> None:
    """Take what is gone out of the sums of `node`."""
    for other in gone:
        if node.holds(other):
            node.chars -= other.chars
            node.linked -= other.linked
            node.prose -= other.prose


def _furniture(tree: Tree, node: Node, share: float, total: int, *, last: bool) -> bool:
    """Whether an element with a `share` of the page's prose is furniture; `last`: no prose follows."""
    info = node.info
    if info.part and _part(tree, node, share):
        return True
    if info.mark and _marked(tree, node, share, total, last=last):
        return True
    return (
        not node.prose
        and node.linked >= 0.7 * node.chars
        and info.name in LISTS
        and not _flows(tree, node.above)
        and _leads_away(tree, node)
    )


def _part(tree: Tree, node: Node, share: float) -> bool:
    part = node.info.part
    if part in _PARTS:
        return share <= _PARTS[part][0 if node.inside else 1]
    if part == "header":
        return not node.inside and share <= _HEADER and not _titled(tree, node)
    return part == "button" and not _opens_text(tree, node)


def _marked(tree: Tree, node: Node, share: float, total: int, *, last: bool) -> bool:
    mark = node.info.mark
    if mark == BANNER:
        return share <= _BANNER
    if mark == OVERLAY and not node.inside:
        small = node.prose <= _ASIDE
        if share <= (_SHORT if small else 0.06) and not _titled(tree, node):
            return True
    if mark == FOOTER and not node.inside and last and node.prose <= _ASIDE and share <= _SHORT:
        return True
    return mark != PLATFORM and _chrome(tree, node, share, total)


def _chrome(tree: Tree, node: Node, share: float, total: int) -> bool:
    return (
        share <= (0.03 if node.inside else 0.06)
        and (node.linked >= 0.3 * node.chars or node.prose < (70 if node.inside else 150))
        and node.chars <= 0.35 * total
        and node.info.name not in _TEXT_TAGS
        and not _titled(tree, node)
    )


def _titled(tree: Tree, node: Node) -> bool:
    return node.chars < _TITLE and _some(tree.noted.titles, node)


def _some(places: list[int], node: Node) -> bool:
    """Whether one of the `places` (in order) is inside `node`."""
    first = bisect(places, node.start)
    return first < len(places) and places[first] < node.end


def _opens_text(tree: Tree, button: Node) -> bool:
    """Whether a button is the head of an accordion: its words are a heading."""
    attrs = button.info.attrs
    opens = "aria-expanded" in attrs or "aria-controls" in attrs
    return opens or _some(tree.noted.headings, button)


def _flows(tree: Tree, start: int) -> bool:
    """Whether paragraphs of prose stand right in the element at `start`: links among them are text."""
    around = next((node for node in tree.nodes if node.start == start), tree.root)
    return around.paragraphs > 1


def _leads_away(tree: Tree, node: Node) -> bool:
    """Whether a list of links leads to other pages: a table of contents does not."""
    links = tree.noted.links
    inside = links[bisect(links, node.start) : bisect(links, node.end)]
    stay = sum(_STAYS.search(tree.tokens[link]) is not None for link in inside)
    return len(inside) >= 4 and stay < 0.5 * len(inside)
