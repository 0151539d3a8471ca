"""The spider that fetches policies as they are now, in the order that politeness allows."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import unquote, urlsplit

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.browser.drawing import finish
from crawler.coding import ACCEPT_ENCODING
from crawler.errors import FetchError
from crawler.failures import fetch_error
from crawler.fetched import Answer, Trip, captured, failed
from crawler.options import CrawlOptions
from crawler.underway import Attempt, Underway, attempt_of
from storage.fetched import Fetched, Hop, Trace
from storage.policies import Target

__all__ = ["LiveSpider", "Outcome"]

# Request headers that decide which variant comes, or whether anything does.
_DECIDING = ("Accept-Language", "If-None-Match", "Cache-Control")
_ACCEPT = "text/html,application/xhtml+xml,application/pdf;q=0.9,text/plain;q=0.9,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the target with this number."""

    number: int
    fetched: Fetched


class LiveSpider(Spider):
    name = "live"

    def __init__(self, *, underway: Underway, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.underway = underway
        self._headers = _headers(underway.options)

    async def start(self) -> AsyncIterator[Any]:
        while (turn := await self.underway.next()) is not None:
            number, target = turn
            try:
                yield self._request(number, target)
            except ValueError as error:  # Scrapy's, for what is no URL
                self.underway.free(target)
                yield Outcome(number, self._unfit(target, error))

    def _request(self, number: int, target: Target) -> Request:
        options = self.underway.options
        attempt = Attempt.begin(options.timeout_s, takes_unverified=target.tls == "record")
        attempt.waited_s = self.underway.waited_s(number)
        attempt.ignores_robots = target.robots == "ignore"
        attempt.validated_url = target.validated_url or target.url
        attempt.conditions = _conditions(target)
        meta: dict[str, Any] = attempt.as_meta()
        if options.proxy:
            meta["proxy"] = _without_userinfo(options.proxy)
        return Request(
            target.url,
            callback=self.arrived,
            errback=self.fell,
            headers=self._headers_for(target, attempt),
            meta=meta,
            cb_kwargs={"number": number, "target": target},
            dont_filter=True,
        )

    def _headers_for(self, target: Target, attempt: Attempt) -> dict[str, Any]:
        """Return the first request's headers; validators of another address wait for that one."""
        headers: dict[str, Any] = dict(self._headers)
        if target.language:
            headers["Accept-Language"] = target.language
        if attempt.validated_url == target.url:
            return headers | attempt.conditions
        return headers

    async def arrived(self, response: Response, number: int, target: Target) -> list[Outcome]:
        """Take an answer, whatever its status; the host stays busy while a browser draws it."""
        outcomes: list[Outcome] = []
        with self._no_bug_hangs(target):
            plain = self._of_answer(response, target)
            outcomes.append(Outcome(number, await finish(target, plain, draw=self.underway.draw)))
        return outcomes

    def fell(self, failure: Failure) -> list[Outcome]:
        """Take a failure on the way."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        number, target = request.cb_kwargs["number"], request.cb_kwargs["target"]
        outcomes: list[Outcome] = []
        with self._no_bug_hangs(target):
            outcomes.append(Outcome(number, self._of_failure(failure.value, request, target)))
        return outcomes

    @contextmanager
    def _no_bug_hangs(self, target: Target) -> Iterator[None]:
        """Let a bug of ours, or of the caller's clock, end the crawl; without this it would wait."""
        try:
            self.underway.rested(target)
            yield
        except Exception as error:  # noqa: BLE001 - raised again by crawl()
            self.underway.give_up(error)
        finally:
            self.underway.free(target)

    def _of_answer(self, response: Response, target: Target) -> Fetched:
        request = response.request
        assert request is not None
        asked_if = b"If-None-Match" in request.headers
        answer = Answer(response.status, _pairs(response), response.body, asked_if=asked_if)
        return captured(target, answer, self._trip(request, response.url))

    def _of_failure(self, value: BaseException | None, request: Request, target: Target) -> Fetched:
        assert value is not None
        error = fetch_error(value, host=urlsplit(request.url).hostname or "")
        return failed(target, error, self._trip(request, request.url))

    def _unfit(self, target: Target, error: ValueError) -> Fetched:
        words = FetchError("client_error", f"no address to fetch from: {error}")
        return failed(target, words, Trip(self.underway.clock(), 0))

    def _trip(self, request: Request, final_url: str) -> Trip:
        attempt = attempt_of(request.meta)
        return Trip(
            observed_at=self.underway.clock(),
            took_ms=round((monotonic() - attempt.started) * 1000),
            final_url=final_url,
            redirects=tuple(attempt.redirects[1:]),  # between the first address and the last
            trace=_trace(attempt, request, self.underway.options),
        )


def _headers(options: CrawlOptions) -> dict[str, str]:
    headers = {
        "User-Agent": options.user_agent,
        "Accept": _ACCEPT,
        "Accept-Language": options.accept_language,
        "Accept-Encoding": ACCEPT_ENCODING,
    }
    proxy = urlsplit(options.proxy)
    if proxy.username is not None:
        secret = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        token = base64.b64encode(secret.encode()).decode()
        headers["Proxy-Authorization"] = f"Basic {token}"
    return headers


def _conditions(target: Target) -> dict[str, bytes]:
    """Return the server's own ETag, or ask for a copy that no cache kept.

    Never a date: many servers answer "not modified" to any date that is not older than
    the file's, so a text deployed with an older date would stay unseen.
    """
    if target.etag:
        return {"If-None-Match": target.etag.encode("latin-1", "replace")}
    return {"Cache-Control": b"no-cache"}


def _trace(attempt: Attempt, request: Request, options: CrawlOptions) -> Trace:
    hops = tuple(attempt.hops)
    if not hops or hops[-1].url != request.url:  # the last one brought no answer
        hops = (*hops, Hop(request.url, None))
    asked = tuple(
        (name, (request.headers.get(name) or b"").decode("latin-1"))
        for name in _DECIDING
        if name in request.headers
    )
    return Trace(
        robots=attempt.robots if options.obey_robots else "not asked, by the settings",
        robots_overridden=attempt.ignores_robots or not options.obey_robots,
        waited_ms=round(attempt.waited_s * 1000),
        asked=asked,
        hops=hops,
        wire_bytes=attempt.wire_bytes,
    )


def _pairs(response: Response) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )


def _without_userinfo(proxy: str) -> str:
    parts = urlsplit(proxy)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
