"""What record decides and the rows it makes, without a database. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from analysis.compare import Comparison, Finding
from analysis.reading import Reading
from analysis.revisions import COMPARISON, READING
from analysis.variants import standing_of
from storage.blobs import packed
from storage.fetched import Fetched, FetchedPage, Trace
from storage.models import Change, Snapshot
from storage.search_index import Words, words_of

__all__ = [
    "HISTORY",
    "NO_PAGE",
    "ComparedRow",
    "Judgement",
    "clean",
    "clean_headers",
    "fetch_values",
    "has_lasted",
    "history_for",
    "judgement_of",
    "judges_else",
    "moved_to",
    "page_validators",
    "says_else",
    "snapshot_values",
    "text_sha256_of",
    "validators",
]

HISTORY = "history"  # the state of a change that no live fetch wrote

ComparedRow = tuple[str, str, str]  # when, digest before, digest after

_VALIDATOR_LONGEST = 1000  # characters; a longer one is not worth sending back
_DETAIL_LONGEST = 2000
# Doubts that only say "not like before". A page that stays so is the policy now;
# a wall, an error page or an empty one never is, however long it stands.
_OVERCOME = frozenset({"shrunk", "grown", "other_document", "wrong_language", "broken"})
# Causes that say there is no page at the address, whatever the status.
NO_PAGE = frozenset({"not_found", "gone", "soft_404"})
_SIGHTINGS = 3  # of the same doubtful text
_PATIENCE = timedelta(days=3)  # over at least so long: longer than a weekend's maintenance page


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a change keeps of a comparison, as it is written."""

    columns: Mapping[str, Any]  # of the change
    findings: Sequence[Mapping[str, Any]]  # their rows, without the change's id
    words: Words  # by which the change is found


def fetch_values(
    fetched: Fetched, *, outcome: str, cause: str, detail: str, digest: str, now: datetime
) -> dict[str, Any]:
    """Return the fact of one attempt, without its body and slot, by column."""
    return {
        "policy_id": fetched.policy_id,
        "source": fetched.source,
        "observed_at": fetched.observed_at,
        "recorded_at": now,
        "took_ms": fetched.took_ms,
        "status": fetched.status,
        "outcome": outcome,
        "cause": cause,
        "detail": clean(detail)[:_DETAIL_LONGEST],
        "provenance": _provenance(fetched, outcome, digest),
    }


def snapshot_values(
    reading: Reading, fetched: Fetched, *, fetch_id: int, text_sha256: bytes, not_before: datetime
) -> dict[str, Any]:
    """Return the row of a text first seen now, by column.

    `not_before` keeps texts in the order they came where the clock was set back.
    """
    seen = max(fetched.observed_at, not_before)
    return {
        "policy_id": fetched.policy_id,
        "fetch_id": fetch_id,
        "live_fetch_id": fetch_id,
        "text_sha256": text_sha256,
        "first_seen": seen,
        "last_seen": seen,
        "source": fetched.source,
        "unverified": clean(fetched.trace.unverified),
        **reading_columns(reading),
    }


def reading_columns(reading: Reading) -> dict[str, Any]:
    """Return what a snapshot row keeps of its reading."""
    return {
        "digest": reading.digest,
        "title": clean(reading.title),
        "lang": reading.lang,
        "words": reading.words,
        "claims": _plain(asdict(reading.claims)),
        "problems": [_plain(asdict(problem)) for problem in reading.problems],
        "revision": READING,
    }


def judgement_of(comparison: Comparison) -> Judgement:
    """Return what a change keeps of a comparison."""
    return Judgement(
        columns={
            "kind": comparison.kind,
            "material": comparison.material,
            "topics": list(comparison.topics),
            "direction": comparison.direction,
            "severity": comparison.severity,
            "headline": clean(comparison.headline),
            "comparison": packed(comparison.to_json()),
            "revision": COMPARISON,
        },
        findings=[_finding(finding, place) for place, finding in enumerate(comparison.findings)],
        words=words_of(comparison),
    )


def says_else(row: Snapshot, reading: Reading) -> bool:
    """Say whether `row` does not show what `reading` says."""
    columns = reading_columns(reading)
    return row.text_sha256 != text_sha256_of(reading.text) or any(
        getattr(row, name) != value for name, value in columns.items()
    )


def judges_else(change: Change, comparison: Comparison) -> bool:
    """Say whether `change` does not say what `comparison` says."""
    made = judgement_of(comparison).columns
    return any(getattr(change, name) != made[name] for name in ("comparison", "headline"))


def text_sha256_of(text: str) -> bytes:
    """Return the name of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def history_for(
    old: str, new: str, *, date: str, told: Sequence[ComparedRow]
) -> Sequence[ComparedRow]:
    """Return the history to weigh the change `old` -> `new` by, where readers know `old`.

    `told` are the changes that settled before. They count only once they show
    two texts taking turns: until then a return to an older text is news, for
    the readers were told of the one that went.
    """
    return told if standing_of(date, old, new, told).kind == "variant" else ()


def has_lasted(cause: str, sightings: Sequence[datetime], now: datetime) -> bool:
    """Return whether a doubt is overcome: the same text, seen at `sightings` and now, stays."""
    return (
        cause in _OVERCOME
        and len(sightings) + 1 >= _SIGHTINGS
        and now - min(sightings) >= _PATIENCE
    )


def _finding(finding: Finding, position: int) -> dict[str, Any]:
    return {
        "position": position,
        "topic": finding.topic,
        "kind": finding.kind,
        "direction": finding.direction,
        "severity": finding.severity,
        "heading": clean(finding.heading),
        "before": clean(finding.before),
        "after": clean(finding.after),
        "reasons": [clean(reason) for reason in finding.reasons],
    }


def moved_to(fetched: Fetched) -> str | None:
    """Return the address that a policy moved to: redirects for good, ending on another host.

    A `www.` more or less is the same site.
    """
    if not fetched.trace.is_permanent or _site(fetched.final_url) == _site(fetched.url):
        return None
    return clean(fetched.final_url)


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def validators(fetched: Fetched) -> tuple[str | None, str | None]:
    """Return ETag and Last-Modified as the server wrote them, to be sent back as they are.

    None of a page that a browser drew: its frame may stay the same while its text changes.
    """
    page = fetched.pages[0] if fetched.pages else fetched
    if page.rendered:
        return None, None
    if isinstance(page, FetchedPage):
        return _sendable(page.etag, page.last_modified)
    return _sendable(fetched.header("etag"), fetched.header("last-modified"))


def page_validators(fetched: Fetched) -> dict[str, list[str | None]]:
    """Return the validators of a policy's further pages, by address."""
    return {
        page.url: list(_sendable(page.etag, page.last_modified))
        for page in fetched.pages[1:]
        if not page.rendered
    }


def _sendable(etag: str, modified: str) -> tuple[str | None, str | None]:
    etag, modified = clean(etag), clean(modified)
    return (
        etag if 0 < len(etag) <= _VALIDATOR_LONGEST else None,
        modified if 0 < len(modified) <= _VALIDATOR_LONGEST else None,
    )


def clean_headers(fetched: Fetched) -> list[list[str]]:
    return [[clean(name), clean(value)] for name, value in fetched.headers]


def clean(text: str) -> str:
    """Return `text` without what no database takes: NUL and halves of characters."""
    return text.replace("\0", "�").encode("utf-8", "replace").decode("utf-8")


def _provenance(fetched: Fetched, outcome: str, digest: str) -> dict[str, Any] | None:
    """Say where a capture came from; of an unchanged live page only what is not the usual."""
    kept = _way(fetched)
    if outcome == "unchanged" and fetched.source == "live":
        return kept or None
    kept |= _connection(fetched.trace)
    kept["url"] = clean(fetched.url)
    kept["headers"] = clean_headers(fetched)
    if fetched.rendered:
        kept["rendered"] = clean(fetched.rendered)
    if fetched.pages:
        kept["pages"] = [_page_provenance(page) for page in fetched.pages]
    if outcome == "held":
        kept["digest"] = digest
    return kept


def _way(fetched: Fetched) -> dict[str, Any]:
    """Say what was not the usual about the way to a page; nothing, mostly."""
    trace = fetched.trace
    kept: dict[str, Any] = {}
    if fetched.redirects or fetched.final_url != fetched.url:
        kept["final_url"] = clean(fetched.final_url)
        kept["redirects"] = [clean(url) for url in fetched.redirects]
        if trace.hops:
            kept["statuses"] = [hop.status for hop in trace.hops]
    if trace.robots_overridden:
        kept["robots"] = f"overridden: {clean(trace.robots)}"
    if trace.unverified:
        kept["unverified"] = clean(trace.unverified)
    return kept


def _connection(trace: Trace) -> dict[str, Any]:
    """Say which variant was asked for, from where it came, and who vouched for that."""
    kept: dict[str, Any] = {}
    if trace.language:
        kept["asked_language"] = clean(trace.language)
    last = trace.hops[-1] if trace.hops else None
    if last is not None and last.address:
        kept["address"] = clean(last.address)
    if last is not None and last.tls is not None:
        tls = asdict(last.tls)
        kept["tls"] = {name: clean(value) for name, value in tls.items() if value}
    return kept


def _page_provenance(page: FetchedPage) -> dict[str, Any]:
    kept: dict[str, Any] = {"url": clean(page.url), "status": page.status}
    if page.final_url != page.url:
        kept["final_url"] = clean(page.final_url)
    if page.body is not None:
        kept |= {"sha256": hashlib.sha256(page.body).hexdigest(), "size": len(page.body)}
    if page.rendered:
        kept["rendered"] = clean(page.rendered)
    return kept


def _plain(value: Any) -> Any:
    """Return `value` as JSON can hold it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return clean(value) if isinstance(value, str) else value
