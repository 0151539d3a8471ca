"""The whole story of one fetch, for the person who asks what happened. Pure; nothing is decided by it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from storage.fetched import Fetched, Trace
from storage.understanding import Understood

__all__ = ["Compared", "Read", "Story", "story_of"]

# Headers of an answer that decided something, or that explain what came.
_TELLING = frozenset(
    {
        "age",
        "cf-mitigated",
        "content-encoding",
        "content-language",
        "content-length",
        "content-type",
        "date",
        "etag",
        "last-modified",
        "location",
        "retry-after",
        "server",
        "vary",
        "via",
        "x-cache",
    }
)
_LONG_HEADER = 200  # characters


@dataclass(frozen=True, slots=True)
class Read:
    """What the reading made of the bytes."""

    kind: str  # html, pdf, text, ...
    title: str
    lang: str
    words: int
    digest: str
    coverage: float
    problems: tuple[tuple[str, str], ...]  # name and detail


@dataclass(frozen=True, slots=True)
class Compared:
    """The way from one snapshot to what the page says now."""

    from_snapshot_id: int
    kind: str
    headline: str
    findings: int


@dataclass(frozen=True, slots=True)
class Story:
    """From the robots.txt to the rows. What a fetch did not come to is empty."""

    trace: Trace = field(default_factory=Trace)
    final_url: str = ""
    took_ms: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    size: int | None = None  # bytes of the body, unpacked
    read: Read | None = None
    compared: tuple[Compared, ...] = ()
    rows: tuple[str, ...] = ()  # what was written, such as "fetch 7"
    rendered: str = ""  # why a browser drew the page; "": none did
    pages: tuple[tuple[str, int | None], ...] = ()  # address and status, of a policy on several


def story_of(understood: Understood, *, rows: Sequence[str] = ()) -> Story:
    """Return what there is to tell of a fetch and of what was made of it."""
    fetched = understood.fetched
    return Story(
        trace=fetched.trace,
        final_url=fetched.final_url,
        took_ms=fetched.took_ms,
        headers=_telling(fetched),
        size=None if fetched.body is None else len(fetched.body),
        read=_read(understood),
        compared=tuple(
            Compared(before, made.kind, made.headline, len(made.findings))
            for before, made in understood.comparisons
        ),
        rows=tuple(rows),
        rendered=fetched.rendered,
        pages=tuple((page.url, page.status) for page in fetched.pages),
    )


def _telling(fetched: Fetched) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value[:_LONG_HEADER]) for name, value in fetched.headers if name.lower() in _TELLING
    )


def _read(understood: Understood) -> Read | None:
    reading = understood.reading
    if reading is None:
        return None
    return Read(
        kind=reading.kind,
        title=reading.title,
        lang=reading.lang,
        words=reading.words,
        digest=reading.digest,
        coverage=reading.coverage,
        problems=tuple((problem.name, problem.detail) for problem in reading.problems),
    )
