"""What is done on one page: wait until it stands, open what is folded, take the DOM.

The document is the one that the crawl fetched, under its rules (robots.txt, redirects,
size, certificates); the browser is handed it instead of asking for it again. What the
page then loads goes through the guarded proxy. It may lead nowhere else: a page that
sends its reader to another host is refused, a download or a window of its own is closed.
"""

from __future__ import annotations

import asyncio
import html
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.browser.scripts import FRAME_BODY, OPEN, PROGRESS, SIZE, TAKE
from crawler.errors import FetchError

if TYPE_CHECKING:
    from playwright.async_api import Frame, Page, Request, Route

__all__ = ["Document", "Visit"]

_UNREAD = frozenset({"image", "media", "font", "texttrack", "manifest", "ping", "other"})
_LOOK_S = 0.15  # between two looks at how far a page is
_CALM_S = 0.6  # nothing under way and nothing new for so long: the page stands
_SETTLE_S = 6.0  # a page with an endless timer never stands; what it shows by then is taken
_RESETTLE_S = 3.0  # after unfolding
_MOST_OPENED = 120
_OPEN_PAUSE_MS = 40  # for a framework to draw what a click unfolds
_MOST_NAVIGATIONS = 4  # reloads of the page by itself
_MOST_FRAMES = 8
_FRAME_CHARS = 1_000  # a frame that says less holds no policy
_KEPT_HEADERS = frozenset(
    {
        "content-type",
        "content-language",
        "content-security-policy",
        "cross-origin-embedder-policy",
        "cross-origin-opener-policy",
        "referrer-policy",
        "set-cookie",
    }
)
# A page is not to reach past its proxy; this closes the one door that no proxy can.
_NO_PEERS = (
    "for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel']) "
    "{ try { delete globalThis[name]; } catch { /* not there */ } }"
)


@dataclass(frozen=True, slots=True)
class Document:
    """A page as the crawl fetched it."""

    url: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    language: str = ""  # to ask for; "": as the options say
    takes_unverified: bool = False  # certificates; the crawl marks what came so

    def shown_headers(self) -> Mapping[str, str]:
        """Return the headers that say how the page is to be treated."""
        kept: dict[str, str] = {}
        for name, value in self.headers:
            key = name.lower()
            if key in _KEPT_HEADERS:
                kept[key] = f"{kept[key]}\n{value}" if key in kept else value
        return kept


@dataclass  # without slots: Playwright keeps its wrappers of handlers on their object
class Visit:
    """One page while it is open. `led_to` is where it wanted to send its reader."""

    document: Document
    led_to: str = ""
    is_ours: bool = False  # the page was taken over before it was opened
    _served: bool = False
    _navigations: int = 0
    _under_way: set[Any] = field(default_factory=set)

    async def begin(self, page: Page) -> None:
        """Take over a page before it is opened."""
        await page.add_init_script(_NO_PEERS)
        await page.context.route("**", lambda route: route.abort())  # of windows it opens
        await page.route("**", self._decide)
        page.on("request", self._begun)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)
        page.context.on("page", lambda other: _close_other(page, other))
        self.is_ours = True

    async def take(self, page: Page, *, max_size: int) -> bytes:
        """Return the DOM of an opened page once it stands. Raises FetchError."""
        if not self.is_ours:
            raise FetchError("browser_failed", "the page could not be taken over")
        await self._settle(page, _SETTLE_S)
        if await page.evaluate(OPEN, {"most": _MOST_OPENED, "pauseMs": _OPEN_PAUSE_MS}):
            await self._settle(page, _RESETTLE_S)
        if self.led_to:
            raise self.led_away()
        size = await page.evaluate(SIZE)
        if not isinstance(size, int) or size > max_size:
            raise FetchError("too_large", "drawn by a browser, the page is larger than the limit")
        taken = str(await page.evaluate(TAKE))
        for section in await self._frames(page, most_chars=max_size - len(taken)):
            taken = taken.replace("</body>", f"{section}</body>", 1)
        body = taken.encode("utf-8", "replace")
        if len(body) > max_size:
            raise FetchError("too_large", "drawn by a browser, the page is larger than the limit")
        return body

    def led_away(self) -> FetchError:
        """Return the error of a page that sends its reader elsewhere."""
        return FetchError("bad_redirect", f"a script of the page leads to {_shown(self.led_to)}")

    async def _settle(self, page: Page, most_s: float) -> None:
        """Wait until nothing is under way and nothing new is shown, or `most_s` have passed."""
        until = monotonic() + most_s
        last, since = None, monotonic()
        while (now := monotonic()) < until:
            seen = await page.evaluate(PROGRESS)
            if seen != last or self._under_way or seen[0] == "loading":
                last, since = seen, now
            elif now - since >= _CALM_S:
                return
            await asyncio.sleep(_LOOK_S)

    async def _frames(self, page: Page, *, most_chars: int) -> list[str]:
        """Return what visible frames say, where it is as much as a policy."""
        sections: list[str] = []
        for frame in page.frames[1 : _MOST_FRAMES + 1]:
            with suppress(_playwright_error()):  # a frame may go while it is looked at
                inner = await self._frame_body(frame)
                if inner and (most_chars := most_chars - len(inner)) > 0:
                    source = html.escape(frame.url, quote=True)
                    sections.append(f'<section data-frame="{source}">{inner}</section>')
        return sections

    async def _frame_body(self, frame: Frame) -> str:
        element = await frame.frame_element()
        if not await element.is_visible():
            return ""
        return str(await frame.evaluate(FRAME_BODY, _FRAME_CHARS))

    async def _decide(self, route: Route, request: Request) -> None:
        """Serve the document, let through what a text may need, refuse the rest."""
        with suppress(_playwright_error()):  # the page may be closed meanwhile
            if request.is_navigation_request() and request.frame.parent_frame is None:
                await self._navigate(route, request)
            elif request.resource_type in _UNREAD or not _is_web(request.url):
                await route.abort()
            else:
                await route.fallback()

    async def _navigate(self, route: Route, request: Request) -> None:
        self._navigations += 1
        if not self._served:
            self._served = True
            await route.fulfill(
                status=200, headers=dict(self.document.shown_headers()), body=self.document.body
            )
        elif _host(request.url) != _host(self.document.url):
            self.led_to = request.url
            await route.abort()
        elif self._navigations > _MOST_NAVIGATIONS or request.method != "GET":
            await route.abort()
        else:
            await route.fallback()

    def _begun(self, request: Request) -> None:
        if request.resource_type not in _UNREAD | {"websocket", "eventsource"}:
            self._under_way.add(request)

    def _ended(self, request: Request) -> None:
        self._under_way.discard(request)


def _close_other(page: Page, other: Page) -> None:
    if other is not page:
        task = asyncio.ensure_future(other.close())
        task.add_done_callback(lambda done: done.cancelled() or done.exception())


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:200]


def _playwright_error() -> type[Exception]:
    from playwright.async_api import Error

    return Error
