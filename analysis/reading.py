"""The one door from bytes: a page's body -> its text, and what to know about it."""

from dataclasses import dataclass, field

from analysis.claims import Claims, claims_of
from analysis.decode import decode
from analysis.extract.edges import trim
from analysis.extract.html import extract_html
from analysis.extract.lines import Link
from analysis.extract.mend import mend, with_headings
from analysis.extract.pdf import extract_pdf, is_pdf
from analysis.extract.text import looks_like_markdown, markdown_lines, plain_lines
from analysis.language import language_of
from analysis.normalise import canonical, digest_of
from analysis.problems import Problem

__all__ = ["Claims", "Link", "Problem", "ReadOptions", "Reading", "read_page"]

_MARKED = 2  # headings; a document with fewer marks its headings by their looks alone


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """`select` and `remove` are CSS and override the rules; `furniture` are lines to leave out."""

    select: str = ""
    remove: str = ""
    furniture: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """A page, read. `digest` changes exactly when something that counts has changed.

    `coverage` is kept text over all visible text, in [0, 1].
    """

    text: str
    title: str
    lang: str
    digest: str
    words: int
    links: tuple[Link, ...] = ()
    claims: Claims = field(default_factory=Claims)
    problems: tuple[Problem, ...] = ()
    kind: str = "html"
    coverage: float = 1.0


def read_page(
    body: bytes, *, url: str = "", content_type: str = "", options: ReadOptions = ReadOptions()
) -> Reading:
    """Read one page. Never raises on any bytes: what went wrong is in `problems`."""
    if is_pdf(body):
        lines, problems = extract_pdf(body)
        return _reading(lines, "", "pdf", options, problems=problems)
    decoded = decode(body, content_type)
    kind = _kind(decoded.text, url, content_type)
    if kind == "html":
        source = body if decoded.encoding == "utf-8" and not decoded.problems else decoded.text
        page = extract_html(source, select=options.select, remove=options.remove)
        return _reading(
            page.lines, page.title, kind, options,
            links=tuple(page.links), problems=decoded.problems + page.problems,
            coverage=page.coverage,
        )  # fmt: skip
    lines = (markdown_lines if kind == "markdown" else plain_lines)(decoded.text)
    return _reading(lines, "", kind, options, problems=decoded.problems)


def _kind(text: str, url: str, content_type: str) -> str:
    label = content_type.split(";", maxsplit=1)[0].strip().lower()
    head = text[:2000].lower()
    marked_up = any(
        tag in head for tag in ("<html", "<!doctype html", "<body", "<head", "<div", "<p>", "<p ")
    )
    if "html" in label or (marked_up and label != "text/plain") or (marked_up and not label):
        return "html"
    if label == "text/markdown" or url.split("?", maxsplit=1)[0].endswith(".md"):
        return "markdown"
    if label.startswith("text/") or not marked_up:
        return "markdown" if looks_like_markdown(text) else "text"
    return "html"


def _reading(
    lines: list[str],
    title: str,
    kind: str,
    options: ReadOptions,
    *,
    links: tuple[Link, ...] = (),
    problems: tuple[Problem, ...] = (),
    coverage: float = 1.0,
) -> Reading:
    lines, notes = trim(mend(lines))
    if sum(line.startswith("#") for line in lines) < _MARKED:
        lines = with_headings(lines)
    text = canonical("\n".join(lines))
    if options.furniture:
        text = canonical(
            "\n".join(line for line in text.split("\n") if line not in options.furniture)
        )
    lang = language_of(text)
    claims = claims_of(text, page_title=canonical(title), lang=lang)
    return Reading(
        text, claims.title, lang, digest_of(text), text.count(" ") + text.count("\n") + 1 if text else 0, links, claims, (*problems, *notes),
        kind, coverage,
    )  # fmt: skip
