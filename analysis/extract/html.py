"""HTML -> the policy's own text: without a selector, or by one where a person insists."""

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from analysis.extract.extracted import Extracted, Link
from analysis.extract.limits import defused, without_noscript
from analysis.extract.lines import write
from analysis.extract.prune import contain, drop_platforms, prune
from analysis.extract.tree import DEEPEST, Node, Tree, grow, undress
from analysis.problems import Problem

__all__ = ["extract_html"]

_COVERED = 0.5  # of the prose; below this somebody should look at what was left out
_BARE = 600  # characters of visible text; a policy is longer, the shell of a script is not
_END = 8000  # bytes; scripts and comments may follow </body>
_SHADOW = re.compile(rb"<template(?=[^>]{0,300}?shadowroot)", re.IGNORECASE)
_SHELL = re.compile(
    rb"__NEXT_DATA__|__next_error__|self\.__next_f|__NUXT__|__INITIAL_STATE__|ng-(?:app|version)|<app-root|data-reactroot"
    rb"|id=[\"']?(?:root|app|__next|__nuxt|___gatsby)\b|window\.__[A-Z_]{3,40}\s?=",
)
_DRAWN = b"<!DOCTYPE html><html data-drawn"  # a browser's DOM: what a script would add is there
_COMMA = re.compile(r",(?![^(\[]{0,400}[)\]])")  # between selectors, not inside :is() or []


def extract_html(source: str | bytes, *, select: str = "", remove: str = "") -> Extracted:
    """Read the main text of an HTML page. `select` and `remove` are CSS and override the rules.

    A selector that finds nothing is a problem, never an empty page: when none
    finds anything the page is read as if there were no selector.
    """
    page = source.encode("utf-8", "replace") if isinstance(source, str) else source
    page, problems, words_only = defused(page)
    document = _parsed(page)
    head = document.css_first("title")
    title = " ".join(head.text().split()) if head else ""
    if words_only:
        return Extracted(_words(document), (), title, 1.0, tuple(problems))
    if remove:
        problems += _remove(document, remove)
    if select:
        parts, missed = _select(document, select)
        problems += missed
        if parts:
            tree = grow(parts)
            lines, links = write(tree, tree.root)
            return Extracted(lines, links, title, 1.0, tuple(problems))
    return _automatic(page, document, title, problems)


def _automatic(
    page: bytes, document: LexborHTMLParser, title: str, problems: list[Problem]
) -> Extracted:
    """Read the main text by the rules."""
    if any(len(node.text()) > _BARE for node in document.tags("iframe")):
        document = LexborHTMLParser(without_noscript(page))
        problems.append(Problem("raw_text_trap", "an open tag inside <noscript> hid the rest"))
    tree = grow(undress(document))
    if tree.root.chars < _BARE:
        tree = _bare(page, tree, problems)
    if tree.too_deep:
        problems.append(Problem("deep_tree", f"{DEEPEST + tree.too_deep} levels"))
    lines, links, coverage = _main_text(tree)
    if _unclosed(page):
        problems.append(Problem("unclosed", "the page ends before </body> or </html>"))
    if coverage < _COVERED and tree.root.chars:
        problems.append(Problem("low_coverage", f"{coverage:.0%} of the prose was kept"))
    return Extracted(lines, links, title, coverage, tuple(problems))


def _words(document: LexborHTMLParser) -> list[str]:
    undress(document)
    return document.body.text(separator="\n").split("\n") if document.body else []


def _unclosed(page: bytes) -> bool:
    """Whether a whole page was begun and its end is missing."""
    end = page[-_END:].lower()
    if b"</html" in end or b"</body" in end:
        return False
    return b"<body" in page or b"<BODY" in page


def _parsed(page: bytes) -> LexborHTMLParser:
    """Parse a page; declarative shadow roots are open: browsers show what is inside.

    They are looked for in a page with templates only: a search of all bytes costs a sixth of the parse.
    """
    document = LexborHTMLParser(page)
    if document.tags("template") and b"shadowroot" in page:
        document = LexborHTMLParser(_SHADOW.sub(b"<div", page))
    return document


def _main_text(tree: Tree) -> tuple[list[str], list[Link], float]:
    root = tree.root
    gone = drop_platforms(tree)
    chars, prose = root.chars, root.prose
    gone = prune(tree, gone)
    node = contain(tree, gone)
    lines, links = write(tree, node, gone)
    if node is not root and not any(line.startswith("# ") for line in lines):
        lines = _outer_title(tree, node, gone) + lines
    coverage = node.prose / prose if prose else min(1.0, node.chars / max(1, chars))
    return lines, links, coverage


def _outer_title(tree: Tree, inner: Node, gone: Sequence[Node]) -> list[str]:
    """Return the h1 that stands before the container, as a line."""
    for node in tree.nodes:
        if node.info.name != "h1" or node.start > inner.start or node.chars >= 180:
            continue
        if not any(other.start <= node.start and node.end <= other.end for other in gone):
            return ["# " + " ".join(" ".join(write(tree, node, gone)[0]).lstrip("# ").split())]
    return []


def _bare(page: bytes, tree: Tree, problems: list[Problem]) -> Tree:
    """Look for the text where a browser with scripts would not show it, and say so."""
    unscripted = grow(undress(LexborHTMLParser(page), scripts=False))
    if unscripted.root.chars > max(_BARE, 2 * tree.root.chars):
        problems.append(Problem("unscripted_text", "read from <noscript> or <textarea>"))
        return unscripted
    if not page.startswith(_DRAWN) and (found := _SHELL.search(page)):
        problems.append(Problem("needs_browser", found[0].decode("utf-8", "replace")))
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
