"""The one door from bytes: a page's body -> its text, and what to know about it."""

from dataclasses import dataclass, field, replace

from analysis.claims import Claims, claims_of
from analysis.decode import decode
from analysis.extract.edges import trim
from analysis.extract.extracted import Extracted, Link
from analysis.extract.html import extract_html
from analysis.extract.kinds import foreign, kind_of
from analysis.extract.mend import mend, with_headings
from analysis.extract.pdf import extract_pdf, is_pdf
from analysis.extract.scope import section_of
from analysis.extract.text import markdown_lines, plain_lines
from analysis.language import language_of
from analysis.normalise import canonical, digest_of, weighed, without
from analysis.pages import BundledPage, joined, unbundle
from analysis.problems import Problem

__all__ = ["Claims", "Link", "Problem", "ReadOptions", "Reading", "read_page"]

_MARKED = 2  # headings; a document with fewer marks its headings by their looks alone


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person may settle for one page.

    `select` and `remove` are CSS and override the rules. `section` names the
    heading of the part to read, on a page that holds several documents.
    `furniture` are canonical lines that stay in the text and do not count.
    """

    select: str = ""
    remove: str = ""
    section: str = ""
    furniture: frozenset[str] = frozenset()


_PLAIN = ReadOptions()


@dataclass(frozen=True, slots=True)
class Reading:
    """A page, read. `digest` changes exactly when something that counts has changed.

    `title` is the document's own, `page_title` that of the browser's window.
    `coverage` is the kept share of the visible prose, in [0, 1].
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
    page_title: str = ""
    pages: tuple[tuple[str, "Reading"], ...] = ()  # by address, of a policy on several pages


def read_page(
    body: bytes, *, url: str = "", content_type: str = "", options: ReadOptions = _PLAIN
) -> Reading:
    """Read one page, or the pages of one policy in one body (`analysis.pages`).

    Never raises on any bytes: what went wrong is in `problems`.
    """
    if pages := unbundle(body, content_type):
        return _together(pages, options)
    if is_pdf(body):
        lines, problems = extract_pdf(body)
        return _reading(Extracted(lines, problems=problems), "pdf", options)
    if found := foreign(body, content_type):
        return _reading(Extracted([], problems=(found,)), "text", options)
    decoded = decode(body, content_type)
    kind = kind_of(decoded.text, url, content_type)
    if kind == "html":
        clean = decoded.encoding == "utf-8" and not decoded.problems
        page = extract_html(
            body if clean else decoded.text, select=options.select, remove=options.remove
        )
    elif kind == "markdown":
        page = Extracted(markdown_lines(decoded.text))
    else:
        page = Extracted(plain_lines(decoded.text))
    return _reading(replace(page, problems=decoded.problems + page.problems), kind, options)


def _together(pages: list[BundledPage], options: ReadOptions) -> Reading:
    """Read the pages of one policy: their texts in order, each under its mark."""
    readings = [
        (
            page.url,
            read_page(page.body, url=page.url, content_type=page.content_type, options=options),
        )
        for page in pages
    ]
    first = readings[0][1]
    text = joined({url: reading.text for url, reading in readings})
    return Reading(
        text=text,
        title=first.title,
        lang=first.lang,
        digest=digest_of(without(text, options.furniture)),
        words=sum(reading.words for _, reading in readings),
        links=tuple(link for _, reading in readings for link in reading.links),
        claims=first.claims,
        problems=tuple(
            Problem(problem.name, f"{url}: {problem.detail}")
            for url, reading in readings
            for problem in reading.problems
        ),
        kind="pages",
        coverage=min(reading.coverage for _, reading in readings),
        page_title=first.page_title,
        pages=tuple(readings),
    )


def _reading(page: Extracted, kind: str, options: ReadOptions) -> Reading:
    lines, notes = trim(mend(page.lines))
    if sum(line.startswith("#") for line in lines) < _MARKED:
        lines = with_headings(lines)
    text = canonical("\n".join(lines))
    if options.section:
        text, missed = section_of(text, options.section)
        notes += missed
    lang = language_of(text)
    page_title = canonical(page.title).replace("\n", " ")
    claims = claims_of(text, page_title=page_title, lang=lang)
    digest, words = weighed(without(text, options.furniture))
    return Reading(
        text=text,
        title=claims.title,
        lang=lang,
        digest=digest,
        words=words,
        links=tuple(page.links),
        claims=claims,
        problems=(*page.problems, *notes),
        kind=kind,
        coverage=page.coverage,
        page_title=page_title,
    )
