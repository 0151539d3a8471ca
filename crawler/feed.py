"""FedCrawl: one long crawl that is given targets while it runs, for the daemon.

The same spider as `crawler.run.crawl`, without an end of its own: nothing waits for a
slice to be done, so a slow host holds up nobody. What it holds is bounded by who feeds
it: `room` says how many more it takes.
"""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.errors import CannotCrawlError
from crawler.options import CrawlOptions
from crawler.run import conduct

if TYPE_CHECKING:
    from crawler.manners import Manners
    from crawler.reactor import Background
    from crawler.underway import Underway
    from storage.fetched import Fetched
    from storage.policies import Target

__all__ = ["FedCrawl"]

_TURNS_WAITING = 4  # targets held for each line of the crawl: the next are at hand, no more


class FedCrawl:
    """A crawl under way. Its methods may be called from any thread but the crawler's own."""

    def __init__(
        self,
        *,
        keep: Callable[[Fetched], None],
        options: CrawlOptions,
        clock: Callable[[], datetime],
        manners: Manners,
        on_problem: Callable[[Exception], None],
    ) -> None:
        """Begin. `keep` is called as for `crawl`; what it raises goes to `on_problem`."""
        from crawler.reactor import background

        self.capacity = options.concurrency * _TURNS_WAITING
        self._keep = keep
        self._held: Counter[str] = Counter()  # by server, until the outcome was kept
        self._lock = threading.Lock()
        self._here: Background = background()
        self._keeper = ThreadPoolExecutor(1, "keep")
        self._underway = self._begin(options, clock, manners, on_problem)
        self._end: Future[None] = self._here.submit(conduct(self._underway))

    def _begin(
        self,
        options: CrawlOptions,
        clock: Callable[[], datetime],
        manners: Manners,
        on_problem: Callable[[Exception], None],
    ) -> Underway:
        from crawler.underway import Underway

        return Underway(
            fed=True,
            on_problem=on_problem,
            options=options,
            clock=clock,
            keep=self._keep_one,
            keeper=self._keeper,
            guard=self._here.guard,
            manners=manners,
        )

    @property
    def room(self) -> int:
        """How many more targets it takes now."""
        with self._lock:
            return self.capacity - self._held.total()

    @property
    def ended(self) -> bool:
        """Whether it ended, by `stop` or by an error that went to `on_problem`."""
        return self._end.done()

    def busy(self, at_least: int = 1) -> Collection[str]:
        """Return the servers (see `storage.urls.server_of`) with so many targets here."""
        with self._lock:
            return [server for server, held in self._held.items() if held >= at_least]

    def offer(self, targets: Sequence[Target]) -> None:
        """Take on targets. Raises CannotCrawlError once it ended."""
        if self.ended:
            raise CannotCrawlError("the crawl has ended; begin another")
        with self._lock:
            self._held.update(_server(target.url) for target in targets)
        self._here.loop.call_soon_threadsafe(self._underway.add, list(targets))

    def stop(self, grace_s: float) -> list[Target]:
        """End within `grace_s` seconds: nothing more is begun, what is in flight is broken off.

        What was in flight is kept as "aborted". Returns the targets that were not begun.
        """
        self._here.loop.call_soon_threadsafe(self._underway.stop)
        _ = self._here.submit(self._underway.guard.nudge())
        try:
            self._end.result(timeout=grace_s)
        except NotYet:
            self._end.cancel()
        finally:
            self._keeper.shutdown(wait=False, cancel_futures=True)
        left: Future[list[Target]] = self._here.submit(_unbegun(self._underway))
        return left.result(timeout=grace_s)

    def _keep_one(self, fetched: Fetched) -> None:
        try:
            self._keep(fetched)
        finally:
            server = _server(fetched.url)
            with self._lock:
                self._held[server] -= 1
                if self._held[server] <= 0:
                    del self._held[server]


async def _unbegun(underway: Underway) -> list[Target]:
    await asyncio.sleep(0)  # after what was offered at the last moment
    return [target for number, target in underway.pending.items() if number not in underway.begun]


def _server(url: str) -> str:
    return urlsplit(url).netloc
