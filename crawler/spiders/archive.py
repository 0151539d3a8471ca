"""The spider that asks a web archive: each request when its turn has come, none after a refusal.

It follows no redirect: an archive's redirect means another time or another page, and both
are answers of their own (`crawler.archive`). robots.txt is not asked: it speaks to those who
follow links, and an archive offers its index and its captures to programs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.coding import ACCEPT_ENCODING
from crawler.failures import fetch_error
from crawler.fetched import Answer
from crawler.underway import Attempt, attempt_of

if TYPE_CHECKING:
    from crawler.asking import Ask, Asking

__all__ = ["ArchiveSpider"]


class ArchiveSpider(Spider):
    name = "archive"

    def __init__(self, *, underway: Asking, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.underway = underway

    async def start(self) -> AsyncIterator[Any]:
        while (ask := await self.underway.next()) is not None:
            yield self._request(ask)

    def _request(self, ask: Ask) -> Request:
        options = self.underway.options
        meta: dict[str, Any] = Attempt.begin(options.timeout_s).as_meta()
        if options.proxy:
            meta["proxy"] = options.proxy
        return Request(
            ask.url,
            method=ask.method,
            callback=self.arrived,
            errback=self.fell,
            headers={
                "User-Agent": options.user_agent,
                "Accept": "*/*",
                "Accept-Encoding": ACCEPT_ENCODING,
            },
            meta=meta,
            cb_kwargs={"ask": ask},
            dont_filter=True,
        )

    async def arrived(self, response: Response, ask: Ask) -> None:
        request = response.request
        assert request is not None
        answer = Answer(response.status, _pairs(response), response.body)
        await self.underway.answered(ask, answer, took_ms=_took_ms(request))

    async def fell(self, failure: Failure) -> None:
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        assert failure.value is not None
        error = fetch_error(failure.value, host=urlsplit(request.url).hostname or "")
        await self.underway.answered(request.cb_kwargs["ask"], error, took_ms=_took_ms(request))


def _took_ms(request: Request) -> int:
    return round((monotonic() - attempt_of(request.meta).started) * 1000)


def _pairs(response: Response) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
