"""What happens to every request and answer on the way: rests, robots.txt, redirects, unpacking.

Rests leaves hosts alone that asked for it. RobotsTxt asks robots.txt first, for every hop. Redirects follows up to five and records
each. Unpacking undoes content codings. All of them speak FetchError; Scrapy's own
middlewares for the same are off (`crawler.settings`).
"""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Response
from w3lib.url import safe_url_string

from crawler.coding import codings_of, unpack
from crawler.errors import FetchError
from crawler.guard import vet_host
from crawler.politeness import retry_after_s
from crawler.robots import Robots, RobotsCache, read_robots, unreachable_robots
from crawler.underway import Attempt, Underway, attempt_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["ProxyGuard", "Redirects", "Rests", "RobotsTxt", "Unpacking"]

_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ROBOTS_TIMEOUT_S = 30.0
_OURS_HOLD = timedelta(minutes=5)
_VALIDATORS = (b"If-None-Match", b"If-Modified-Since")


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
        self._ours = RobotsCache(longest=_OURS_HOLD)  # a server of our own may change at once

    async def process_request(self, request: Request) -> None:
        if attempt_of(request.meta).is_robots:
            return
        url = urlsplit(request.url)
        origin = f"{url.scheme}://{url.netloc}"
        robots = await self._robots_of(origin, request)
        if delay := robots.delay_s(self.underway.agent):
            self.underway.slow_down(request.url, delay)
        robots.check(request.url, self.underway.agent)

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
        asked = Request(
            f"{origin}/robots.txt",
            headers=_plain_headers(request),
            meta=request.meta | Attempt.begin(timeout_s, is_robots=True).as_meta(),
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
    """Follows redirects between web addresses and records them."""

    def process_response(self, request: Request, response: Response) -> Response | Request:
        if response.status not in _REDIRECTS or "Location" not in response.headers:
            return response
        attempt = attempt_of(request.meta)
        target = _redirect_target(request.url, _header(response, "Location"))
        attempt.redirects.append(request.url)
        if target in attempt.redirects:
            raise FetchError("redirect_loop", f"{target} redirects to itself in the end")
        if len(attempt.redirects) > _MOST_REDIRECTS:
            raise FetchError("redirect_loop", f"more than {_MOST_REDIRECTS} redirects")
        following = request.replace(url=target, headers=_plain_headers(request))
        following.meta.pop("download_slot", None)
        return following


class Unpacking(_Middleware):
    """Undoes content codings; a body that stops early is an error, not a shorter body."""

    def process_response(self, request: Request, response: Response) -> Response:  # noqa: ARG002
        codings = codings_of(_text(value) for value in response.headers.getlist("Content-Encoding"))
        if not codings or not response.body:
            return response
        limit = self.underway.options.max_size
        try:
            body = unpack(response.body, codings, max_size=limit)
        except FetchError:
            if response.status < 300:
                raise
            body = b""  # of an error page; the status says it all
        return response.replace(body=body)


def _plain_headers(request: Request) -> dict[bytes, list[bytes]]:
    """Return a request's headers for another address: validators are of one page only."""
    headers: dict[bytes, list[bytes]] = dict(request.headers)
    for name in _VALIDATORS:
        headers.pop(name, None)
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
