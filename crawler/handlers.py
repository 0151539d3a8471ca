"""The download handler: Scrapy's own, with one deadline for all hops of a fetch, and a way to stop.

Scrapy gives every hop the whole timeout and has no way to break off a download; both
are added here. It also turns every failure into a FetchError, so that nothing above
needs to know Twisted.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from crawler.certificates import Certificates, Noting
from crawler.errors import FetchError
from crawler.failures import fetch_error
from crawler.protocol import ProtocolFactory
from crawler.underway import Underway, attempt_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["Handler"]


# For the page after robots.txt and the next one after the host's pause. Twisted keeps them four
# minutes: a list of thousands of hosts, caught up with after a night, would run out of files.
_KEPT_OPEN_S = 5


class _Verifying(HTTP11DownloadHandler):
    """Scrapy's handler over one set of connections, with one way to look at certificates."""

    def __init__(self, crawler: Crawler, certificates: Certificates) -> None:
        super().__init__(crawler)
        self.certificates = certificates
        factory: Any = certificates  # zope's interfaces are no types to mypy
        self._contextFactory = factory
        self._pool._factory = ProtocolFactory  # noqa: SLF001 - as Scrapy itself does
        self._pool.cachedConnectionTimeout = _KEPT_OPEN_S


class Handler(_Verifying):
    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler, Certificates())
        self._underway: Underway = crawler.spider.underway  # type: ignore[union-attr]  # our spider
        # Of its own: a connection that nobody vouched for must not serve who wants one.
        self._noting = _Verifying(crawler, Noting())

    async def close(self) -> None:
        await self._noting.close()
        await super().close()

    async def download_request(self, request: Request) -> Response:
        """Download one hop. Raises FetchError, and nothing else."""
        host = urlparse_cached(request).hostname or ""
        attempt = attempt_of(request.meta)
        left = attempt.deadline - monotonic()
        if left <= 0:
            raise FetchError("timeout", f"no time left for {host} after the redirects")
        request.meta["download_timeout"] = left
        one: _Verifying = self._noting if attempt.takes_unverified else self
        download = asyncio.ensure_future(HTTP11DownloadHandler.download_request(one, request))
        try:
            self._underway.watch(download)
            response = await download
        except asyncio.CancelledError:
            raise FetchError("aborted", "the crawl was stopped") from None
        except Exception as error:  # noqa: BLE001 - a page's failure is an outcome; bugs are logged
            raise fetch_error(
                error, host=host, refused=self._underway.guard.refused(host)
            ) from None
        finally:
            download.cancel()
        if request.url.startswith("https:"):
            request.meta["tls"] = one.certificates.facts_of(host)
        return response
