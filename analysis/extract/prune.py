"""Page furniture out: each suspicion is weighed against the text inside.

Nothing is removed for its name alone. A class called "navigation-block" has
held whole sections of a policy, so each rule asks how much of the page's prose
would go, and how much of what would go is links.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from analysis.extract.marks import BANNER, CHROME, HEADINGS, PLATFORM
from analysis.extract.tree import Node

__all__ = ["contain", "prune"]

# The most of the page's prose a part may hold and still be furniture: (inside main, outside).
_PARTS = {
    "nav": (0.10, 0.10),
    "dialog": (0.35, 0.35),
    "footer": (0.12, 0.30),
    "aside": (0.06, 0.30),
    "form": (0.08, 0.08),
}
_HEADER = 0.12
_BANNER = 0.20
_TITLE = 360  # characters; a header with an h1 and less than this is the document's title
_STAYS = re.compile(r'href="(?:[^"]*#|mailto:|tel:)')
_TEXT_TAGS = HEADINGS | {"p", "td", "th", "tr", "tbody", "table", "li", "a"}
_LIST_TAGS = frozenset({"ul", "ol", "div", "section", "table", "p"})
_WHOLE = HEADINGS | {"a", "dt", "summary"}  # nothing inside is furniture, buttons least of all
_STOPS = frozenset({"p", "li", "tr", "td", "table", "tbody", "ul", "ol", "dl", *HEADINGS})


def prune(root: Node, *, platforms: bool = True) -> None:
    """Drop consent platforms, then navigation, banners, dialogs, footers and link lists.

    `platforms` says whether any tag of the page carries the mark of one.
    """
    total = root.chars
    if platforms:
        _prune(root, lambda node, _: _platform(node, total), inside=False)
    page = _Page(max(root.chars, 1), max(root.prose, 1))
    _prune(root, lambda node, inside: _furniture(node, page, inside=inside), inside=False)


def contain(root: Node, keep: float) -> Node:
    """Return the smallest element that holds `keep` of the prose (of the unlinked text, without)."""
    by_prose = root.prose >= 240
    goal = keep * max(1, root.prose if by_prose else root.chars - root.linked)
    node = root
    while True:
        best = max(
            (kid for kid in node.kids if not isinstance(kid, str)),
            key=lambda kid: kid.prose if by_prose else kid.chars - kid.linked,
            default=None,
        )
        if best is None or best.name in _STOPS:
            return node
        if (best.prose if by_prose else best.chars - best.linked) < goal:
            return node
        node = best


class _Page(NamedTuple):
    chars: int
    prose: int


def _prune(node: Node, unwanted: Callable[[Node, bool], bool], *, inside: bool) -> None:
    """Drop the unwanted below `node`, and keep its sums true."""
    gone: list[Node] = []
    for kid in node.kids:
        if isinstance(kid, str) or not kid.chars:
            continue
        chars, linked, prose = kid.chars, kid.linked, kid.prose
        if unwanted(kid, inside):
            gone.append(kid)
            kid.chars = kid.linked = kid.prose = 0
        elif chars > 3 and kid.name not in _WHOLE:
            _prune(kid, unwanted, inside=inside or kid.info.part == "main")
        node.chars -= chars - kid.chars
        node.linked -= linked - kid.linked
        node.prose -= prose - kid.prose
    if gone:
        node.kids = [kid for kid in node.kids if isinstance(kid, str) or kid not in gone]


def _platform(node: Node, total: int) -> bool:
    rest = total - node.chars
    return node.info.mark == PLATFORM and (rest >= 360 or rest >= 0.25 * total)


def _furniture(node: Node, page: _Page, *, inside: bool) -> bool:
    info = node.info
    share = node.prose / page.prose
    part = info.part
    if part:
        if part in _PARTS:
            limits = _PARTS[part]
            if share <= limits[0 if inside else 1]:
                return True
        elif part == "header":
            if not inside and share <= _HEADER and not _titled(node):
                return True
        elif part == "button":
            return not _opens_text(node)
    if info.mark == BANNER:
        return share <= _BANNER
    if info.mark == CHROME and _chrome(node, share, page.chars, inside=inside):
        return True
    return (
        not node.prose
        and node.linked >= 0.7 * node.chars
        and info.name in _LIST_TAGS
        and _leads_away(node)
    )


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
