"""HTML -> the policy's own text, without a selector."""

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from analysis.extract.lines import Link, write
from analysis.extract.prune import contain, prune
from analysis.extract.tree import DEEPEST, Node, grow, parse
from analysis.problems import Problem

__all__ = ["Extracted", "extract_html"]

_KEEP = 0.97  # of the prose must be in the container
_TAIL = re.compile(
    r"(?:related(?: articles?| content| topics| posts)?|see also|articles? (?:connexes|associés|similaires|liés)"
    r"|did this answer your question|was this (?:article|page|information)? ?helpful"
    r"|cette? (?:article|page|réponse) vous|ça vous a aidé|share this|partager|have more questions"
    r"|return to top|recently viewed|still need help|verwandte artikel|war dieser beitrag hilfreich)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Extracted:
    """`lines` are raw (not yet canonical); `coverage` is kept text over all visible text."""

    lines: list[str]
    links: list[Link]
    title: str
    coverage: float
    problems: tuple[Problem, ...] = ()


def extract_html(source: str | bytes, *, select: str = "", remove: str = "") -> Extracted:
    """Read the main text of an HTML page. `select` and `remove` are CSS and override the rules."""
    whole = LexborHTMLParser(source)
    head = whole.css_first("title")
    title = " ".join(head.text().split()) if head else ""
    document = parse(source)
    problems: list[Problem] = []
    root, depth = grow(document.html or "")
    if depth > DEEPEST:
        problems.append(Problem("deep_tree", f"{depth} levels"))
    full = root.chars
    prune(root)
    if root.chars < min(120, full):
        root, _ = grow(document.html or "")
    node = contain(root, _KEEP)
    lines, links = write(node)
    if node is not root and not any(line.startswith("# ") for line in lines):
        lines = _outer_title(root, node) + lines
    lines = _without_tail(lines)
    kept = sum(map(len, lines))
    return Extracted(lines, links, title, min(1.0, kept / max(1, full)), tuple(problems))


def _outer_title(root: Node, inner: Node) -> list[str]:
    waiting = [root]
    while waiting:
        for kid in waiting.pop().kids:
            if isinstance(kid, str) or kid is inner:
                continue
            if kid.name == "h1" and 0 < kid.chars < 180:
                return ["# " + " ".join(" ".join(write(kid)[0]).split())]
            waiting.append(kid)
    return []


def _without_tail(lines: list[str]) -> list[str]:
    """Cut "Related articles" and the like, when only short lines follow."""
    total = sum(map(len, lines))
    for at in range(len(lines) // 2, len(lines)):
        line = lines[at]
        if len(line) < 90 and _TAIL.match(line.lstrip("#- ")):
            rest = lines[at:]
            if all(len(other) < 160 for other in rest) and sum(map(len, rest)) < 0.25 * total:
                return lines[:at]
    return lines
