"""Page furniture out: each suspicion is weighed against the text inside.

Nothing is removed for its name alone. A class called "navigation-block" has
held whole sections of a policy, so each rule asks how much of the page's prose
would go, and how much of what would go is links.
"""

from analysis.extract.marks import HEADINGS, Mark
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
_TEXT_TAGS = HEADINGS | frozenset(
    [
        "p",
        "span",
        "td",
        "th",
        "tr",
        "tbody",
        "table",
        "li",
        "a",
        "strong",
        "b",
        "em",
        "i",
        "u",
        "font",
    ]
)
_LIST_TAGS = frozenset({"ul", "ol", "div", "section", "table", "p"})
_STOPS = frozenset({"p", "li", "tr", "td", "table", "tbody", "ul", "ol", "dl", *HEADINGS})


def prune(root: Node) -> None:
    """Drop consent platforms, then navigation, banners, dialogs, footers and link lists."""
    _drop_platforms(root)
    total, prose = max(root.chars, 1), max(root.prose, 1)
    waiting: list[tuple[Node, bool]] = [(root, False)]
    while waiting:
        node, inside = waiting.pop()
        for kid in list(node.kids):
            if isinstance(kid, str) or not kid.chars:
                continue
            if _furniture(kid, inside, total, prose):
                kid.drop()
            elif kid.chars > 3:
                waiting.append((kid, inside or kid.info.part == "main"))


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


def _drop_platforms(root: Node) -> None:
    found: list[Node] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        for kid in node.kids:
            if isinstance(kid, str):
                continue
            if kid.info.mark == Mark.PLATFORM:
                found.append(kid)
            else:
                waiting.append(kid)
    for node in found:
        rest = root.chars - node.chars
        if rest >= 360 or rest >= 0.25 * root.chars:
            node.drop()


def _furniture(node: Node, inside: bool, total: int, all_prose: int) -> bool:
    info = node.info
    share = node.prose / all_prose
    part = info.part
    if part in _PARTS:
        limits = _PARTS[part]
        if share <= limits[0 if inside else 1]:
            return True
    elif part == "header":
        if not inside and share <= _HEADER and not _titled(node):
            return True
    elif part == "button":
        return not _opens_text(node)
    if info.mark == Mark.BANNER:
        return share <= _BANNER
    if info.mark == Mark.CHROME and _chrome(node, share, inside, total):
        return True
    return (
        node.links >= 4
        and not node.prose
        and info.name in _LIST_TAGS
        and node.linked >= 0.7 * node.chars
        and node.anchors < 0.5 * node.links
    )


def _chrome(node: Node, share: float, inside: bool, total: int) -> bool:
    return (
        share <= (0.03 if inside else 0.06)
        and (node.linked >= 0.3 * node.chars or node.prose < (70 if inside else 150))
        and node.chars <= 0.35 * total
        and node.name not in _TEXT_TAGS
        and not _titled(node)
    )


def _titled(node: Node) -> bool:
    return node.chars < _TITLE and _has(node, frozenset({"h1"}))


def _opens_text(button: Node) -> bool:
    """Whether a button is the head of an accordion: its words are a heading."""
    attrs = button.info.attrs
    if "aria-expanded" in attrs or "aria-controls" in attrs or _has(button, HEADINGS):
        return True
    node = button.parent
    while node is not None:
        if node.name in HEADINGS or node.name in {"dt", "summary"}:
            return True
        node = node.parent
    return False


def _has(node: Node, names: frozenset[str]) -> bool:
    waiting = [node]
    while waiting:
        for kid in waiting.pop().kids:
            if not isinstance(kid, str):
                if kid.name in names:
                    return True
                waiting.append(kid)
    return False
