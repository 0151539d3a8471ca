"""The browser: started when a page needs it, driven by scrapy-playwright, ended when idle.

A browser draws a few pages at a time, each in a context of its own that is closed
afterwards, so that no page sees what another left. It is started anew after a number
of pages, and after any page that had to be broken off. It dies with this process: the
driver ends when the pipe to us closes, and the browser when the pipe to the driver does.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, Any

from crawler.browser.available import find_browser, why_no_browser
from crawler.browser.memory import memory_of
from crawler.browser.page import Document, Visit
from crawler.browser.proxy import GuardedProxy, Pass
from crawler.errors import FetchError
from crawler.options import CrawlOptions

if TYPE_CHECKING:
    from playwright.async_api import Page
    from scrapy.crawler import Crawler

    from crawler.browser.handler import DrawingHandler

__all__ = ["Browser", "Drawn"]

log = logging.getLogger(__name__)

_AT_ONCE = 2  # pages; each takes some 150 MB while it is open
_PAGES = 40  # then a new browser: what leaked is gone
_IDLE_S = 60.0
_START_S = 40.0
_END_S = 8.0  # to end in order; then its driver is killed
_STUCK_S = 1.0  # the same after a page that had to be broken off
_CLOSE_S = 3.0  # for one page
_LONGEST_S = 45.0  # for one page, however long the crawl would wait
_MOST_MEMORY = 1 << 30  # bytes, of all its processes; a page of a newspaper takes 300 MB
_WEIGH_S = 0.5
_FETCHES = 4  # times the size limit: what a page may load, scripts and data together

# Nothing around the proxy (QUIC, WebRTC, name lookups, the loopback that proxies leave out),
# nothing of the browser's own accord, and a bound on what a script may take.
_FLAGS = (
    "--proxy-bypass-list=<-loopback>",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--dns-prefetch-disable",
    "--no-pings",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-gpu",
    "--disable-extensions",
    "--mute-audio",
    "--renderer-process-limit=4",
    "--js-flags=--max-old-space-size=512",
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a browser made of a page. `refused` are the addresses that it was kept from."""

    body: bytes
    refused: tuple[str, ...]


class Browser:
    """Draws pages. Belongs to the event loop it is first used on."""

    def __init__(self, options: CrawlOptions, *, most_memory: int = _MOST_MEMORY) -> None:
        self._options = options
        self._most_memory = most_memory
        self._running: _Running | None = None
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._lock = asyncio.Lock()
        self._open = 0
        self._idle: asyncio.TimerHandle | None = None

    async def draw(self, document: Document) -> Drawn:
        """Return the DOM that a page becomes. Raises FetchError, and nothing else."""
        if missing := why_no_browser(self._options.browser_path):
            raise FetchError("no_browser", missing)
        async with self._turn:
            running = await self._get()
            try:
                limit = min(self._options.timeout_s, _LONGEST_S)
                return await asyncio.wait_for(self._bounded(running, document), limit)
            except TimeoutError:
                running.worn = True
                raise FetchError("timeout", "the browser did not get done with the page") from None
            except FetchError:
                raise
            except Exception as error:  # noqa: BLE001 - the driver has errors of many kinds
                running.worn = True
                raise FetchError("browser_failed", _said(error)) from None
            finally:
                await asyncio.shield(self._put(running))

    async def _bounded(self, running: _Running, document: Document) -> Drawn:
        """Draw a page, and break it off when the browser takes too much memory."""
        drawing = asyncio.ensure_future(running.draw(document))
        try:
            while not drawing.done():
                await asyncio.wait({drawing}, timeout=_WEIGH_S)
                if not drawing.done() and running.memory() > self._most_memory:
                    running.worn = True
                    raise FetchError(
                        "too_large", "drawn by a browser, the page takes too much memory"
                    )
            return drawing.result()
        finally:
            drawing.cancel()
            await asyncio.wait({drawing}, timeout=_CLOSE_S + 1)

    async def close(self) -> None:
        """End the browser; the next page starts another."""
        async with self._lock:
            running, self._running = self._running, None
        if running is not None:
            await running.end()

    async def _get(self) -> _Running:
        async with self._lock:
            if self._idle is not None:
                self._idle.cancel()
                self._idle = None
            if self._running is None:
                running = _Running(self._options)
                try:
                    await asyncio.wait_for(running.start(), _START_S)
                except Exception as error:
                    await running.end()
                    raise FetchError("browser_failed", _said(error)) from error
                self._running = running
            self._running.users += 1
            self._running.pages += 1
            return self._running

    async def _put(self, running: _Running) -> None:
        async with self._lock:
            running.users -= 1
            if (running.worn or running.pages >= _PAGES) and self._running is running:
                self._running = None
            retired = self._running is not running and not running.users
            if not retired and not running.users:
                loop = asyncio.get_running_loop()
                self._idle = loop.call_later(_IDLE_S, self._end_idle)
        if retired:
            await running.end()

    def _end_idle(self) -> None:
        self._idle = None
        if self._running is not None and not self._running.users:
            task = asyncio.ensure_future(self.close())
            task.add_done_callback(lambda done: done.cancelled() or done.exception())


class _Running:
    """One process of the browser, with its driver and its proxy."""

    def __init__(self, options: CrawlOptions) -> None:
        self.users = 0
        self.pages = 0
        self.worn = False
        self._options = options
        self._proxy = GuardedProxy(options.networks, outer=options.proxy)
        self._crawler: Crawler | None = None
        self._crawl: asyncio.Future[Any] | None = None
        self._numbers = count(1)

    async def start(self) -> None:
        from scrapy import signals
        from scrapy.crawler import AsyncCrawlerRunner

        driver_log = logging.getLogger("scrapy-playwright")
        if driver_log.level == logging.NOTSET:
            driver_log.setLevel(logging.ERROR)  # what is wrong with pages is in their outcomes
        await self._proxy.start()
        crawler = AsyncCrawlerRunner(_settings(self._options)).create_crawler(_idle_spider())
        started = asyncio.Event()

        async def on_start() -> None:
            started.set()

        crawler.signals.connect(on_start, signals.engine_started, weak=False)
        self._crawler = crawler
        self._crawl = asyncio.ensure_future(crawler.crawl_async())
        waiting = asyncio.ensure_future(started.wait())
        await asyncio.wait({waiting, self._crawl}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._crawl.done():
            self._crawl.result()
            raise RuntimeError("the browser's crawl ended before it began")

    async def draw(self, document: Document) -> Drawn:
        from scrapy import Request

        assert self._crawler is not None
        assert self._crawler.engine is not None
        given = self._proxy.admit(document.url, most_bytes=_FETCHES * self._options.max_size)
        visit = Visit(document)
        request = Request(
            document.url,
            meta={
                "playwright": True,
                "playwright_include_page": True,
                "playwright_context": f"page-{next(self._numbers)}",
                "playwright_context_kwargs": self._context(given, document),
                "playwright_page_init_callback": lambda page, _: visit.begin(page),
                "playwright_page_goto_kwargs": {"wait_until": "commit"},
            },
            dont_filter=True,
        )
        try:
            await self._crawler.engine.download_async(request)
            page: Page = request.meta["playwright_page"]
            body = await visit.take(page, max_size=self._options.max_size)
            return Drawn(body, tuple(given.refused))
        except Exception as error:
            # A page that is leaving tears down what it is asked: why is known, how is chance.
            if visit.led_to and not isinstance(error, FetchError):
                raise visit.led_away() from error
            raise
        finally:
            self._proxy.dismiss(given)
            await asyncio.shield(self._close(request.meta.get("playwright_page")))

    def memory(self) -> int:
        """Return the bytes that driver and browser hold; 0 where the system does not say."""
        driver = self._driver()
        return (memory_of(driver.pid) or 0) if driver is not None else 0

    def _driver(self) -> Any:
        spider: Any = getattr(self._crawler, "spider", None)
        return spider.handler.driver() if spider is not None and spider.handler else None

    def _context(self, given: Pass, document: Document) -> dict[str, Any]:
        language = document.language or self._options.accept_language
        return {
            "user_agent": self._options.user_agent,
            "extra_http_headers": {"Accept-Language": language},
            "ignore_https_errors": document.takes_unverified,
            "service_workers": "block",
            "accept_downloads": False,
            "viewport": {"width": 1280, "height": 1600},
            "proxy": {
                "server": f"http://127.0.0.1:{self._proxy.port}",
                "bypass": "<-loopback>",
                "username": given.token,
                "password": "page",
            },
        }

    async def _close(self, page: Page | None) -> None:
        """Close a page with its context; one that will not is left to the browser's end."""
        if page is None:
            return
        try:
            await asyncio.wait_for(page.context.close(), _CLOSE_S)
        except Exception as error:  # noqa: BLE001 - the driver has errors of many kinds
            log.info("a page could not be closed; the browser is started anew: %s", _said(error))
            self.worn = True

    async def end(self) -> None:
        """End browser, driver and proxy."""
        driver = self._driver()
        if self._crawler is not None and self._crawl is not None and not self._crawl.done():
            spider: Any = self._crawler.spider
            spider.over.set()
            stopping = asyncio.ensure_future(self._crawler.stop_async())
            grace_s = _STUCK_S if self.worn else _END_S
            _, late = await asyncio.wait({stopping, self._crawl}, timeout=grace_s)
            if late and driver is not None:
                log.info("the browser did not end in order and is killed")
                with suppress(ProcessLookupError):
                    driver.kill()
                _, late = await asyncio.wait(late, timeout=_END_S)
            for task in late:
                task.cancel()
            await asyncio.gather(stopping, self._crawl, return_exceptions=True)
        await self._proxy.close()


def _idle_spider() -> type[Any]:
    from scrapy import Spider

    class Waiting(Spider):
        """Asks for nothing itself and never ends by itself: its engine is what is used."""

        name = "browser"
        handler: DrawingHandler | None = None

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.over = asyncio.Event()

        async def start(self) -> AsyncIterator[Any]:
            await self.over.wait()
            if not self.over.is_set():
                yield None

    return Waiting


def _settings(options: CrawlOptions) -> dict[str, Any]:
    from crawler.settings import scrapy_settings

    handler = "crawler.browser.handler.DrawingHandler"
    plain = replace(options, obey_robots=False, proxy="")  # both were heeded for the document
    return {
        **scrapy_settings(plain),
        "DOWNLOADER_MIDDLEWARES": {},
        "ITEM_PIPELINES": {},
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "STATS_CLASS": "scrapy.statscollectors.MemoryStatsCollector",
        "CONCURRENT_REQUESTS": _AT_ONCE,
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 1,
        "PLAYWRIGHT_PROCESS_REQUEST_HEADERS": None,  # the context says them for every request
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": 20_000,
        "PLAYWRIGHT_RESTART_DISCONNECTED_BROWSER": True,
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": find_browser(options.browser_path),
            "headless": True,
            "args": list(_FLAGS),
            "chromium_sandbox": options.browser_sandbox and not _is_root(),
            "handle_sigint": False,  # we end it ourselves
            "handle_sigterm": False,
            "handle_sighup": False,
            "timeout": _START_S * 1000,
        },
    }


def _is_root() -> bool:
    """Whether we are root, for whom Chromium has no sandbox."""
    return sys.platform != "win32" and os.geteuid() == 0


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:200]
