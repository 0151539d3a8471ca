"""HTML -> the policy's own text: without a selector, or by one where a person insists."""

import re

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from analysis.extract.extracted import Extracted, Link
from analysis.extract.lines import write
from analysis.extract.prune import contain, drop_platforms, prune
from analysis.extract.tree import DEEPEST, Node, Tree, grow, undress
from analysis.problems import Problem

__all__ = ["extract_html"]

_COVERED = 0.5  # of the prose; below this somebody should look at what was left out
_BARE = 600  # characters of visible text; a policy is longer, the shell of a script is not
_END = 8000  # bytes; scripts and comments may follow </body>
_BEGUN = 400_000  # bytes; heads with inlined styles are long
_SHADOW = re.compile(r"<template(?=[^>]{0,300}?shadowroot)", re.IGNORECASE)
_SHELL = re.compile(
    r"__NEXT_DATA__|__NUXT__|__INITIAL_STATE__|ng-(?:app|version)|<app-root|data-reactroot"
    r"|id=[\"']?(?:root|app|__next|__nuxt|___gatsby)\b|window\.__[A-Z_]{3,40}\s?=",
)
_NOSCRIPT = re.compile(
    r"<noscript\b[^>]{0,300}>.{0,5000}?</noscript\s*>", re.IGNORECASE | re.DOTALL
)
_COMMA = re.compile(r",(?![^(\[]{0,400}[)\]])")  # between selectors, not inside :is() or []


def extract_html(source: str | bytes, *, select: str = "", remove: str = "") -> Extracted:
    """Read the main text of an HTML page. `select` and `remove` are CSS and override the rules.

    A selector that finds nothing is a problem, never an empty page: when none
    finds anything the page is read as if there were no selector.
    """
    document = LexborHTMLParser(_with_shadows(source))
    head = document.css_first("title")
    title = " ".join(head.text().split()) if head else ""
    problems = _remove(document, remove) if remove else []
    if select:
        parts, missed = _select(document, select)
        problems += missed
        if parts:
            root = grow(parts).root
            lines, links = write(root)
            return Extracted(lines, links, title, 1.0, tuple(problems))
    if any(len(node.text()) > _BARE for node in document.css("iframe, noembed, noframes")):
        document = LexborHTMLParser(_without_noscript(source))
        problems.append(Problem("raw_text_trap", "an open tag inside <noscript> hid the rest"))
    tree = grow(undress(document))
    if tree.root.chars < _BARE:
        tree = _bare(source, tree, problems)
    if tree.too_deep:
        problems.append(Problem("deep_tree", f"{DEEPEST + tree.too_deep} levels"))
    lines, links, coverage = _main_text(tree)
    if _unclosed(source):
        problems.append(Problem("unclosed", "the page ends before </body> or </html>"))
    if coverage < _COVERED:
        problems.append(Problem("low_coverage", f"{coverage:.0%} of the prose was kept"))
    return Extracted(lines, links, title, coverage, tuple(problems))


def _unclosed(source: str | bytes) -> bool:
    """Whether a whole page was begun and its end is missing."""
    text = source if isinstance(source, bytes) else source[-_END:].encode("utf-8", "replace")
    end = text[-_END:].lower()
    begun = b"<body" in source[:_BEGUN].lower() if isinstance(source, bytes) else "<body" in source
    return begun and b"</html" not in end and b"</body" not in end


def _with_shadows(source: str | bytes) -> str | bytes:
    """Open declarative shadow roots: browsers show what is inside."""
    if isinstance(source, bytes):
        if b"shadowroot" not in source:
            return source
        source = source.decode("utf-8", "replace")
    return _SHADOW.sub("<div", source) if "shadowroot" in source else source


def _without_noscript(source: str | bytes) -> str | bytes:
    """Take `<noscript>` out before parsing: browsers with scripts never look inside.

    lexbor parses it, so that an `<iframe>` opened and not closed inside eats the
    page to its end.
    """
    text = source if isinstance(source, str) else source.decode("utf-8", "replace")
    return _NOSCRIPT.sub("", text)


def _main_text(tree: Tree) -> tuple[list[str], list[Link], float]:
    root = tree.root
    if tree.platforms:
        drop_platforms(root)
    chars, prose = root.chars, root.prose
    prune(root)
    node = contain(root)
    lines, links = write(node)
    if node is not root and not any(line.startswith("# ") for line in lines):
        lines = _outer_title(root, node) + lines
    coverage = node.prose / prose if prose else min(1.0, node.chars / max(1, chars))
    return lines, links, coverage


def _outer_title(root: Node, inner: Node) -> list[str]:
    """Return the h1 that stands before the container, as a line."""
    for node in root.nodes():
        if node is inner:
            break
        if node.name == "h1" and 0 < node.chars < 180:
            return ["# " + " ".join(" ".join(write(node)[0]).lstrip("# ").split())]
    return []


def _bare(source: str | bytes, tree: Tree, problems: list[Problem]) -> Tree:
    """Look for the text where a browser with scripts would not show it, and say so."""
    unscripted = grow(undress(LexborHTMLParser(source), scripts=False))
    if unscripted.root.chars > max(_BARE, 2 * tree.root.chars):
        problems.append(Problem("unscripted_text", "read from <noscript> or <textarea>"))
        return unscripted
    text = source if isinstance(source, str) else source.decode("utf-8", "replace")
    found = _SHELL.search(text)
    if found:
        problems.append(Problem("needs_browser", found[0]))
    return tree


def _remove(document: LexborHTMLParser, css: str) -> list[Problem]:
    problems: list[Problem] = []
    for part in _COMMA.split(css):
        try:
            found = document.css(part.strip())
        except (SelectolaxError, ValueError) as error:
            problems.append(Problem("selector_invalid", f"{part.strip()}: {error}"))
            continue
        for node in found:
            if node.tag not in {"html", "body"}:
                node.decompose()
    return problems


def _select(document: LexborHTMLParser, css: str) -> tuple[str, list[Problem]]:
    """Return the HTML of what `css` selects, each part once, in document order."""
    problems: list[Problem] = []
    good: list[str] = []
    for part in map(str.strip, _COMMA.split(css)):
        try:
            if document.css_first(part) is None:
                problems.append(Problem("selector_missed", part))
            else:
                good.append(part)
        except (SelectolaxError, ValueError) as error:
            problems.append(Problem("selector_invalid", f"{part}: {error}"))
    if not good:
        return "", problems
    undress(document)
    chosen = document.css(", ".join(good))
    marked = {node.mem_id for node in chosen}
    parts: list[str] = []
    for node in chosen:
        above = node.parent
        while above is not None and above.mem_id not in marked:
            above = above.parent
        if above is None:
            parts.append(node.html or "")
    return "".join(parts), problems
