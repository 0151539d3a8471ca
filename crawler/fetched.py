"""A response or a failure -> storage.fetched.Fetched: which statuses are captures, which fail, and why.

Nothing is judged here that takes reading the page: walls, soft errors and half texts
with an honest end are the analysis's to find.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crawler.errors import FetchError
from crawler.politeness import retry_after_s
from storage.fetched import Fetched, Trace
from storage.policies import Target

__all__ = ["Answer", "Trip", "aborted", "captured", "failed", "judge_type"]

_BLOCKED = frozenset({401, 402, 403, 407, 451})
_LONG_DETAIL = 300  # characters; a detail is one line for people
_NO_DOCUMENT = ("image/", "audio/", "video/", "font/", "model/", "multipart/")
_NO_DOCUMENT_TYPES = frozenset(
    {
        "application/zip",
        "application/gzip",
        "application/x-gzip",
        "application/x-tar",
        "application/wasm",
        "application/javascript",
        "application/vnd.android.package-archive",
        "text/css",
        "text/javascript",
    }
)


@dataclass(frozen=True, slots=True)
class Trip:
    """The way to an outcome: where it went, when, how long it took."""

    observed_at: datetime
    took_ms: int
    final_url: str = ""
    redirects: tuple[str, ...] = ()
    trace: Trace = field(default_factory=Trace)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said last, its body already unpacked. `asked_if`: validators were sent."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    asked_if: bool = False
    named: Mapping[str, str] = field(init=False)  # by lower-case name, the first of each

    def __post_init__(self) -> None:
        named: dict[str, str] = {}
        for name, value in self.headers:
            named.setdefault(name.lower(), value)
        object.__setattr__(self, "named", named)


def captured(target: Target, answer: Answer, trip: Trip) -> Fetched:
    """Return the outcome of an answer: a capture, "not modified", or a failure with its cause."""
    cause, detail = _judge(answer)
    wait = 0.0
    if cause and (asked := answer.named.get("retry-after", "")):
        date = answer.named.get("date", "")
        wait = retry_after_s(asked, now=trip.observed_at, date=date)
    body = None if answer.status == 304 or (cause and not answer.body) else answer.body
    return _fetched(target, trip, answer, body=body, cause=cause, detail=detail, wait=wait)


def failed(
    target: Target, error: FetchError, trip: Trip, *, answer: Answer | None = None
) -> Fetched:
    """Return the outcome of a fetch that brought no whole answer; `answer` has what there was."""
    return _fetched(
        target,
        trip,
        answer,
        body=None,
        cause=error.cause,
        detail=error.detail[:_LONG_DETAIL],
        wait=error.retry_after_s,
    )


def aborted(target: Target, now: datetime) -> Fetched:
    """Return the outcome of a target that a stopped crawl never came to."""
    return failed(target, FetchError("aborted", "the crawl was stopped"), Trip(now, 0))


def _judge(answer: Answer) -> tuple[str, str]:
    """Return the cause of failure and its detail; two empty strings for a good answer."""
    status = answer.status
    if status == 304:
        return ("", "") if answer.asked_if else ("protocol", "304 to a request without validators")
    if 200 <= status < 300:
        return judge_type(answer)
    says = f"the server answers {status}"
    if status in {403, 503} and answer.named.get("cf-mitigated") == "challenge":
        return "blocked", f"{says} with a challenge for browsers"
    if status == 429:
        return "rate_limited", says
    if status in _BLOCKED:
        return "blocked", says
    if status == 404:
        return "not_found", says
    if status == 410:
        return "gone", says
    if 300 <= status < 400:
        return "bad_redirect", f"{says} without an address to go to"
    if 400 <= status < 500:
        return "client_error", says
    if status >= 500:
        return "server_error", says
    return "protocol", says


def judge_type(answer: Answer) -> tuple[str, str]:
    """Return why an answer is no document to read; two empty strings for one that may be."""
    if answer.body.startswith(b"%PDF-"):  # whatever it is called
        return "", ""
    kind = answer.named.get("content-type", "").partition(";")[0].strip().lower()
    if kind.startswith(_NO_DOCUMENT) or kind in _NO_DOCUMENT_TYPES:
        return "wrong_type", f"the server sends {kind[:80]}"
    return "", ""


def _fetched(
    target: Target,
    trip: Trip,
    answer: Answer | None,
    *,
    body: bytes | None,
    cause: str,
    detail: str,
    wait: float,
) -> Fetched:
    headers: Sequence[tuple[str, str]] = answer.headers if answer is not None else ()
    return Fetched(
        policy_id=target.policy_id,
        source="live",
        url=target.url,
        final_url=trip.final_url or target.url,
        redirects=trip.redirects,
        slot_at=target.slot_at,
        observed_at=trip.observed_at,
        took_ms=trip.took_ms,
        status=answer.status if answer is not None else None,
        headers=tuple(headers),
        body=body,
        cause=cause,
        detail=detail,
        retry_after_s=wait,
        trace=trip.trace,
    )
