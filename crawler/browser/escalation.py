"""Which pages a browser draws, and what is made of both answers. Pure.

    never       the plain page, whatever it is
    always      the browser's
    auto        the plain page while there is something to read on it; else the browser's,
                from then on, with another look at the plain page every week

The plain page is always fetched first: it has the server's own status, and robots.txt,
redirects, certificates and sizes are heeded on the way. A browser is no way around a
refusal: it is asked only where the server said 200.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from analysis.hollow import is_markup
from crawler.errors import FetchError
from storage.fetched import Fetched
from storage.policies import Target

__all__ = ["Plan", "drawn", "not_drawn", "plan"]

_AGAIN = timedelta(days=7)  # a site that learns to serve its text plainly is noticed within it
_LOST = frozenset({"content-length", "content-encoding", "transfer-encoding", "content-type"})
_VALIDATORS = frozenset({"etag", "last-modified"})  # of the frame, which may outlive its text


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do after a plain page arrived. `look`: read the plain page and see if it suffices.

    `draw`: have the browser draw it, whatever the plain page says.
    """

    look: bool = False
    draw: bool = False


def plan(target: Target, plain: Fetched) -> Plan:
    """Decide from the setting, from what is remembered, and from what sort of answer came."""
    if plain.cause or plain.body is None or target.browser == "never":
        return Plan()
    if not is_markup(plain.body, plain.header("content-type")):
        return Plan()
    if target.browser == "always":
        return Plan(draw=True)
    needed_at = target.browser_needed_at
    if needed_at is None:
        return Plan(look=True)
    return Plan(look=plain.observed_at - needed_at >= _AGAIN, draw=True)


def drawn(plain: Fetched, body: bytes, *, because: str, took_ms: int) -> Fetched:
    """Return the outcome whose body is the DOM that a browser made of the plain page."""
    headers = [
        (name, value) for name, value in plain.headers if name.lower() not in _LOST | _VALIDATORS
    ]
    return replace(
        plain,
        body=body,
        headers=(*headers, ("Content-Type", "text/html; charset=utf-8")),
        rendered=because,
        took_ms=plain.took_ms + took_ms,
    )


def not_drawn(target: Target, plain: Fetched, error: FetchError) -> Fetched:
    """Return the outcome where the browser brought nothing.

    Where the plain page is known or said not to be enough the fetch failed. Else it is
    kept, to be judged by the analysis, with a word on why no browser helped.
    """
    if target.browser == "always" or target.browser_needed_at is not None:
        return replace(plain, body=None, cause=error.cause, detail=error.detail[:300], rendered="")
    return replace(plain, detail=f"no browser could help: {error.detail or error.cause}"[:300])
