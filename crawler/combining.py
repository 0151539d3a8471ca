"""The pages of one policy, fetched each by itself and handed on as one outcome. Pure.

A policy on several pages becomes as many targets, so that each host's turns, pauses
and robots.txt are kept, and each page has its own validators. Its outcome is whole or
none: a page that failed fails it, by name. What one body is made of is storage's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from storage.fetched import Fetched, FetchedPage
from storage.policies import Target

__all__ = ["Combining", "pages_of"]


def pages_of(target: Target) -> list[Target]:
    """Return what to fetch for a policy: itself, or each of its pages in order."""
    if not target.also:
        return [target]
    further = (
        replace(
            target,
            url=page.url,
            etag=page.etag,
            last_modified=page.last_modified,
            validated_url=None,
            also=(),
        )
        for page in target.also
    )
    return [replace(target, also=()), *further]


class Combining:
    """Waits for the pages of one policy."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._pages = pages_of(target)
        self._here: dict[int, Fetched] = {}

    def take(self, place: int, fetched: Fetched) -> Fetched | None:
        """Take the page at `place`; return the policy's outcome once all are here."""
        self._here[place] = fetched
        if len(self._here) < len(self._pages):
            return None
        return _combined(self._pages, [self._here[place] for place in range(len(self._pages))])


def _combined(targets: Sequence[Target], pages: Sequence[Fetched]) -> Fetched:
    first = pages[0]
    whole = replace(
        first,
        observed_at=max(page.observed_at for page in pages),
        took_ms=sum(page.took_ms for page in pages),
        body=None,
        retry_after_s=max(page.retry_after_s for page in pages),
        rendered=next((page.rendered for page in pages if page.rendered), ""),
        browser_needed=any(page.browser_needed for page in pages),
        plain_suffices=any(page.plain_suffices for page in pages)
        and not any(page.rendered for page in pages),
        detail="; ".join(f"{page.url}: {page.detail}" for page in pages if page.detail),
    )
    failed = _first_failure(pages)
    if failed is not None:
        detail = ": ".join(part for part in (failed.url, failed.detail) if part)
        return replace(whole, status=failed.status, headers=(), cause=failed.cause, detail=detail)
    unchanged = all(page.status == 304 for page in pages)
    return replace(
        whole,
        status=304 if unchanged else 200,
        headers=first.headers if unchanged else (),
        pages=tuple(map(_page, targets, pages)),
    )


def _first_failure(pages: Sequence[Fetched]) -> Fetched | None:
    """Return the page whose failure is told: one of its own accord before one that was broken off."""
    failed = [page for page in pages if page.cause or (page.body is None and page.status != 304)]
    own = [page for page in failed if page.cause != "aborted"]
    return next(iter(own or failed), None)


def _page(target: Target, fetched: Fetched) -> FetchedPage:
    return FetchedPage(
        url=fetched.url,
        final_url=fetched.final_url,
        status=fetched.status,
        content_type=fetched.header("content-type"),
        body=fetched.body,
        # An answer "not modified" may leave out what was asked with.
        etag=fetched.header("etag") or _if_unchanged(target.etag, fetched),
        last_modified=fetched.header("last-modified")
        or _if_unchanged(target.last_modified, fetched),
        rendered=fetched.rendered,
    )


def _if_unchanged(value: str | None, fetched: Fetched) -> str:
    return (value or "") if fetched.status == 304 else ""
