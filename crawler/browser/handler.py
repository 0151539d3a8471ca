"""scrapy-playwright's download handler, once for both schemes, and asked only when it is up.

Needs the optional extra; Scrapy imports it by its name (`crawler.browser.rendering`).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["DrawingHandler"]


class DrawingHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]  # it ships no types
    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._up: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> DrawingHandler:
        """Return the one handler of a crawl: each has a driver, and one is enough."""
        spider: Any = crawler.spider
        if spider.handler is None:
            spider.handler = cls(crawler)
        handler: DrawingHandler = spider.handler
        return handler

    async def download_request(self, request: Request) -> Response:
        await asyncio.shield(self._up)
        answer: Response = await super().download_request(request)
        return answer

    async def close(self) -> None:
        """Close once, though it is asked for each scheme."""
        if not self._up.cancelled():
            ended, self._up = self._up, asyncio.get_running_loop().create_future()
            self._up.cancel()
            if ended.done() and not ended.cancelled():
                ended.exception()
            await super().close()

    def driver(self) -> Any:
        """Return the driver's process, to be weighed, and killed where it will not end.

        Playwright has no public name for it; tests/crawler/test_browser.py fails when the
        names change. None where it is unknown.
        """
        provider = getattr(self, "browser_provider", None)
        client = getattr(getattr(provider, "playwright_context_manager", None), "_client", None)
        return getattr(getattr(client, "_transport", None), "_proc", None)

    async def _launch(self) -> None:
        try:
            await super()._launch()
        except Exception as error:  # noqa: BLE001 - raised again where a page is asked for
            self._up.set_exception(error)
        else:
            self._up.set_result(None)
