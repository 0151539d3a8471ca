"""What happens to every request and answer on the way: rests, robots.txt, redirects, unpacking.

Rests leaves hosts alone that asked for it. RobotsTxt asks robots.txt first, for every hop. Redirects and Refreshes follow up to five and record
each. Unpacking undoes content codings. All of them speak FetchError; Scrapy's own
middlewares for the same are off (`crawler.settings`).
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response
from w3lib.html import get_meta_refresh
from w3lib.url import safe_url_string

from crawler.coding import codings_of, unpack
from crawler.errors import FetchError
from crawler.guard import vet_host
from crawler.politeness import retry_after_s
from crawler.robots import Robots, RobotsCache, read_robots, unreachable_robots
from crawler.underway import Attempt, Underway, attempt_of
from storage.fetched import Hop

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["ProxyGuard", "Redirects", "Refreshes", "Rests", "RobotsTxt", "Unpacking"]

_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ROBOTS_TIMEOUT_S = 30.0
# A page that a person wants in spite of robots.txt is still not asked for when these hold.
_NOT_OVERRIDDEN = frozenset({"aborted", "blocked_address", "rate_limited"})
_OURS_HOLD = timedelta(minutes=5)
_HEAD = 1 << 14  # bytes in which a refresh is looked for; it belongs into the head
_LONGEST_REFRESH_S = 5.0  # a page that waits longer is there to be read


class _Middleware:
    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.underway: Underway = crawler.spider.underway  # type: ignore[union-attr]  # our spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)


class Rests(_Middleware):
    """Asks nothing of a host that wants to be left alone, and hears when one says so.

    Of every hop, robots.txt included; also where robots.txt itself is not obeyed.
    """

    def process_request(self, request: Request) -> None:
        key = self.underway.pause_key(request.url)
        refusal = self.underway.manners.keeps_out(key, self.underway.clock())
        if refusal is not None:
            raise refusal

    def process_response(self, request: Request, response: Response) -> Response:
        is_good_robots = attempt_of(request.meta).is_robots and response.status < 400
        if not is_good_robots:  # a limiter seldom counts robots.txt: it ends no back-off
            now = self.underway.clock()
            asked = _header(response, "Retry-After")
            wait = retry_after_s(asked, now=now, date=_header(response, "Date")) if asked else 0.0
            key = self.underway.pause_key(request.url)
            self.underway.manners.heed(key, response.status, retry_after_s=wait, now=now)
        return response


class RobotsTxt(_Middleware):
    """Lets a request through when the host's robots.txt does."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._asking: dict[str, asyncio.Task[Robots]] = {}
        # A server of our own may change at once, so nothing of it is kept for the next process.
        self._ours = RobotsCache(longest=_OURS_HOLD, told=False)

    async def process_request(self, request: Request) -> None:
        attempt = attempt_of(request.meta)
        if attempt.is_robots:
            return
        try:
            attempt.robots = await self._look_up(request)
        except FetchError as error:
            attempt.robots = error.detail
            if not attempt.ignores_robots or error.cause in _NOT_OVERRIDDEN:
                raise

    async def _look_up(self, request: Request) -> str:
        """Return what robots.txt says, in words. Raises FetchError where it keeps us away."""
        url = urlsplit(request.url)
        origin = f"{url.scheme}://{url.netloc}"
        robots = await self._robots_of(origin, request)
        if delay := robots.delay_s(self.underway.agent):
            self.underway.slow_down(request.url, delay)
        robots.check(request.url, self.underway.agent)
        if robots.rules is None:
            return "has no rules"
        return f"allows it, {delay:g} s apart" if delay else "allows it"

    async def _robots_of(self, origin: str, request: Request) -> Robots:
        """Return what holds; requests that come at once ask once."""
        known = self._cache(origin).get(origin, self.underway.clock())
        if known is not None:
            return known
        task = self._asking.get(origin)
        if task is None:
            task = asyncio.ensure_future(self._ask(origin, request))
            self._asking[origin] = task
            task.add_done_callback(lambda _: self._asking.pop(origin, None))
        return await asyncio.shield(task)

    async def _ask(self, origin: str, request: Request) -> Robots:
        underway = self.underway
        timeout_s = min(underway.options.timeout_s, _ROBOTS_TIMEOUT_S)
        asking = Attempt.begin(
            timeout_s,
            is_robots=True,
            takes_unverified=attempt_of(request.meta).takes_unverified,
        )
        asked = Request(
            f"{origin}/robots.txt",
            headers=_plain_headers(request),
            meta=request.meta | asking.as_meta(),
            dont_filter=True,
        )
        asked.meta.pop("download_slot", None)
        now = underway.clock()
        try:
            answer = await self.crawler.engine.download_async(asked)
        except FetchError as error:
            if error.cause in {"aborted", "blocked_address"}:
                raise
            robots = unreachable_robots(error, now=now)
        else:
            wait = retry_after_s(_header(answer, "Retry-After"), now=now)
            robots = read_robots(answer.status, answer.body, now=now, retry_after_s=wait)
        return self._cache(origin).put(origin, robots, now)

    def _cache(self, origin: str) -> RobotsCache:
        host = urlsplit(origin).hostname or ""
        is_ours = self.underway.options.is_ours(host)
        return self._ours if is_ours else self.underway.manners.robots


class ProxyGuard(_Middleware):
    """Behind a proxy the name resolver sees the proxy only; looks the target up itself."""

    async def process_request(self, request: Request) -> None:
        options = self.underway.options
        if options.proxy:
            await vet_host(urlsplit(request.url).hostname or "", options.networks)


class Redirects(_Middleware):
    """Follows redirects between web addresses; writes down every hop."""

    def process_response(self, request: Request, response: Response) -> Response | Request:
        leads_on = response.status in _REDIRECTS and "Location" in response.headers
        attempt_of(request.meta).hops.append(
            Hop(
                request.url,
                response.status,
                address=str(response.ip_address or ""),
                tls=request.meta.get("tls"),
                leads="redirect" if leads_on else "",
            )
        )
        if not leads_on:
            return response
        return _following(request, _redirect_target(request.url, _header(response, "Location")))


class Refreshes(_Middleware):
    """Follows `<meta http-equiv=refresh>` like a redirect, as browsers do, under the same caps.

    Not one inside `<noscript>` or a comment, not one that only reloads the page, and not
    one that gives a reader time to read.
    """

    def process_response(self, request: Request, response: Response) -> Response | Request:
        attempt = attempt_of(request.meta)
        if response.status != 200 or attempt.is_robots or not _is_html(response):
            return response
        head = response.body[:_HEAD]
        if b"refresh" not in head.lower():
            return response
        delay_s, to = get_meta_refresh(head.decode("latin-1"), response.url)
        if delay_s is None or to is None or delay_s > _LONGEST_REFRESH_S:
            return response
        target = _redirect_target(request.url, to)
        if target == request.url:
            return response
        attempt.hops[-1] = replace(attempt.hops[-1], leads="refresh")
        return _following(request, target)


class Unpacking(_Middleware):
    """Undoes content codings; a body that stops early is an error, not a shorter body."""

    def process_response(self, request: Request, response: Response) -> Response:
        codings = codings_of(_text(value) for value in response.headers.getlist("Content-Encoding"))
        if not codings or not response.body:
            return response
        attempt_of(request.meta).wire_bytes = len(response.body)
        limit = self.underway.options.max_size
        try:
            body = unpack(response.body, codings, max_size=limit)
        except FetchError:
            if response.status < 300:
                raise
            body = b""  # of an error page; the status says it all
        return response.replace(body=body)


def _following(request: Request, target: str) -> Request:
    """Return the request for where an answer led. Raises FetchError where there is no end."""
    attempt = attempt_of(request.meta)
    attempt.redirects.append(request.url)
    if target in attempt.redirects:
        raise FetchError("redirect_loop", f"{target} redirects to itself in the end")
    if len(attempt.redirects) > _MOST_REDIRECTS:
        raise FetchError("redirect_loop", f"more than {_MOST_REDIRECTS} redirects")
    headers: dict[Any, Any] = _plain_headers(request)
    if target == attempt.validated_url:
        headers |= attempt.conditions
    following = request.replace(url=target, headers=headers)
    following.meta.pop("download_slot", None)
    following.meta.pop("tls", None)
    return following


def _is_html(response: Response) -> bool:
    kind = _header(response, "Content-Type").partition(";")[0].strip().lower()
    return kind in {"", "text/html", "application/xhtml+xml"}


def _plain_headers(request: Request) -> dict[bytes, list[bytes]]:
    """Return a request's headers for another address: a validator is of one page only."""
    headers: dict[bytes, list[bytes]] = dict(request.headers)
    headers.pop(b"If-None-Match", None)
    return headers


def _redirect_target(base: str, location: str) -> str:
    """Return where a Location leads. Raises FetchError where it is not fetched from."""
    shown = re.sub(r"//[^/@]{0,200}@", "//", location[:200])  # no one's password into a detail
    refused = FetchError("bad_redirect", f"redirects to {shown!r}")
    try:
        asked = urlsplit(location.strip())
        parts = urlsplit(urljoin(base, safe_url_string(location.strip())))
        fits = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        raise refused from None
    is_odd = bool(asked.scheme) and not asked.netloc  # http:path: everyone reads it differently
    if not fits or is_odd or parts.username is not None or "\\" in location:
        raise refused
    return parts._replace(fragment="").geturl()


def _header(response: Response, name: str) -> str:
    return _text(response.headers.get(name) or b"")


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
