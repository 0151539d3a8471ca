"""ask(): the one door to an archive's network. Hands each answer to `keep`, as it comes.

    ask(asks, keep=keep, admit=admit, options=options)

Like `crawler.run.crawl`, it may be called from any thread and runs on the one background
loop, behind the same address guard, size limit and deadline.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.errors import FetchError
from crawler.fetched import Answer
from crawler.options import CrawlOptions

if TYPE_CHECKING:
    from crawler.guard import Guard
    from crawler.reactor import Background

__all__ = ["Ask", "Asking", "Reply", "ask"]

_AT_ONCE = 4  # requests in flight: the rate is the limit, this only bounds a slow archive
_LOOK_S = 0.1  # how often a stop is looked for


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to an archive; `number` is the caller's own name for it."""

    number: int
    url: str
    method: str = "GET"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of an ask: an answer of any status, or the reason why there is none."""

    ask: Ask
    answer: Answer | FetchError
    took_ms: int


def ask(
    asks: Sequence[Ask],
    *,
    keep: Callable[[Reply], bool],
    admit: Callable[[Ask], float],
    options: CrawlOptions,
    stop: threading.Event | None = None,
) -> None:
    """Ask one after the other and return when the last answer was kept.

    `admit` is called before each request, in a thread, and returns how many seconds it has
    to wait for its turn. `keep` is called with each reply, one at a time, in a thread; once
    it returns False nothing more is asked, and what is in flight is still kept. What either
    raises ends the asking and is raised here. `stop` breaks off at once.
    """
    if not asks:
        return
    from crawler.reactor import background

    interrupted = threading.Event()
    events = [interrupted] if stop is None else [interrupted, stop]
    here = background()
    here.run(_ask(here, asks, keep, admit, options, events), interrupted)


class Asking:
    """The asks under way: whose turn it is, what is in flight, what went wrong with keeping."""

    def __init__(
        self,
        asks: Sequence[Ask],
        *,
        keep: Callable[[Reply], bool],
        admit: Callable[[Ask], float],
        options: CrawlOptions,
        guard: Guard,
        threads: ThreadPoolExecutor,
    ) -> None:
        self.options = options
        self.guard = guard
        self.stopping = False
        self.problem: BaseException | None = None
        self._asks = list(reversed(asks))
        self._keep = keep
        self._admit = admit
        self._threads = threads
        self._lines = asyncio.Semaphore(_AT_ONCE)
        self._keeping = asyncio.Lock()
        self._ended = asyncio.Event()
        self._downloads: set[asyncio.Task[Any]] = set()

    async def next(self) -> Ask | None:
        """Return the next ask when it may be sent; None: no more."""
        await self._lines.acquire()
        if self._ended.is_set() or not self._asks:
            return None
        ask = self._asks.pop()
        try:
            wait_s = await self._in_thread(self._admit, ask)
        except Exception as error:  # noqa: BLE001 - raised again by ask()
            self._end(error)
            return None
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), wait_s)
        return None if self._ended.is_set() else ask

    async def answered(self, ask: Ask, answer: Answer | FetchError, *, took_ms: int) -> None:
        """Hand one answer to the caller's `keep`."""
        try:
            async with self._keeping:
                if not await self._in_thread(self._keep, Reply(ask, answer, took_ms)):
                    self._end()
        except Exception as error:  # noqa: BLE001 - raised again by ask()
            self._end(error)
        finally:
            self._lines.release()

    def watch(self, download: asyncio.Task[Any]) -> None:
        """Have a download broken off when the asking stops."""
        if self.stopping:
            raise FetchError("aborted", "the asking was stopped")
        self._downloads.add(download)
        download.add_done_callback(self._downloads.discard)

    def stop(self) -> None:
        """Ask nothing more and break off what is in flight."""
        self.stopping = True
        self._end()
        for download in self._downloads:
            download.cancel()

    def _end(self, problem: BaseException | None = None) -> None:
        self.problem = self.problem or problem
        self._ended.set()

    async def _in_thread(self, work: Callable[[Any], Any], value: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, value)


async def _ask(
    here: Background,
    asks: Sequence[Ask],
    keep: Callable[[Reply], bool],
    admit: Callable[[Ask], float],
    options: CrawlOptions,
    events: Sequence[threading.Event],
) -> None:
    from scrapy.crawler import AsyncCrawlerRunner

    from crawler.guard import Policy
    from crawler.settings import archive_settings
    from crawler.spiders.archive import ArchiveSpider

    with ThreadPoolExecutor(2, "archive") as threads:
        asking = Asking(
            asks, keep=keep, admit=admit, options=options, guard=here.guard, threads=threads
        )
        watching = asyncio.ensure_future(_watch(asking, events))
        try:
            policy = Policy(options.networks, options.proxy_host)
            async with here.guard.under(policy, given_up=lambda: asking.stopping):
                runner = AsyncCrawlerRunner(archive_settings(options))
                await runner.crawl(ArchiveSpider, underway=asking)
        finally:
            watching.cancel()
    if asking.problem is not None:
        raise asking.problem


async def _watch(asking: Asking, events: Sequence[threading.Event]) -> None:
    while not any(event.is_set() for event in events):  # noqa: ASYNC110 - they are of threads
        await asyncio.sleep(_LOOK_S)
    asking.stop()
    await asking.guard.nudge()
