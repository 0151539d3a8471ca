"""What is known of a crawl, and of one fetch, while they are under way.

The spider, its middlewares, the handler and the pipeline all see this and nothing of
each other. It lives on the event loop; only `keep` runs elsewhere.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, MutableMapping
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from crawler.browser.drawing import browser_for
from crawler.browser.page import Document
from crawler.browser.rendering import Drawn
from crawler.combining import Combining, pages_of
from crawler.errors import FetchError
from crawler.guard import Guard
from crawler.manners import Manners
from crawler.options import CrawlOptions
from crawler.politeness import Turns, host_of
from storage.fetched import Fetched, Hop
from storage.policies import Target

__all__ = ["Attempt", "Underway", "attempt_of"]

_KEY = "clausewatch"
_BACKLOG = 16  # outcomes that may wait for `keep`; with 4 a page takes a tenth more CPU
_BACKLOG_BYTES = 4 << 20  # and what they may weigh: a slow `keep` slows the crawl, not the machine
_LEAST_WAIT_S = 0.01  # a rest that is over while memory is short must not spin
_MOST_PROBLEMS = 50  # each holds on to a page through its traceback; the first ones tell enough


@dataclass(slots=True)
class Attempt:
    """One fetch with all its redirects: when it must be over, what it may, and which way it went."""

    deadline: float  # monotonic
    started: float
    redirects: list[str] = field(default_factory=list)  # addresses that led on, in order
    is_robots: bool = False
    waited_s: float = 0.0  # for the host's turn
    # A person's own decisions for this policy.
    ignores_robots: bool = False
    takes_unverified: bool = False
    # Validators of the policy's last capture, for the address that they are of alone.
    validated_url: str = ""
    conditions: dict[str, bytes] = field(default_factory=dict)
    # What is told of it afterwards.
    robots: str = ""
    hops: list[Hop] = field(default_factory=list)
    wire_bytes: int | None = None

    @classmethod
    def begin(
        cls, timeout_s: float, *, is_robots: bool = False, takes_unverified: bool = False
    ) -> Attempt:
        now = monotonic()
        return cls(now + timeout_s, now, is_robots=is_robots, takes_unverified=takes_unverified)

    def as_meta(self) -> dict[str, Any]:
        return {_KEY: self}


def attempt_of(meta: MutableMapping[str, Any]) -> Attempt:
    """Return the attempt a request belongs to."""
    attempt = meta[_KEY]
    assert isinstance(attempt, Attempt)
    return attempt


class Underway:
    """A crawl at work: what is left to do, what is in flight, what came out.

    It ends when everything it was given is done and, where it is `fed`, `close` was called.
    """

    def __init__(
        self,
        targets: Iterable[Target] = (),
        *,
        fed: bool = False,
        on_problem: Callable[[Exception], None] | None = None,
        options: CrawlOptions,
        clock: Callable[[], datetime],
        keep: Callable[[Fetched], None],
        keeper: Executor,
        guard: Guard,
        manners: Manners,
    ) -> None:
        self.options = options
        self.clock = clock
        self.guard = guard
        self.manners = manners
        self.agent = _product_of(options.user_agent)
        self.pending: dict[int, Target] = {}
        self.begun: set[int] = set()  # of those that are pending
        self._added_at: dict[int, float] = {}  # of those that are not begun
        self._ready_at = 0.0  # when the spider asked for the first
        self.failed: dict[str, int] = {}
        self.fetched = 0
        self.bytes = 0
        self.problems: list[Exception] = []  # what `keep` raised, and bugs
        self.problem_count = 0
        self.stopping = False
        self._crawl_delays: dict[str, float] = {}
        self._ours: set[str] = set()
        self._parts: dict[int, tuple[Combining, int]] = {}  # of policies on several pages
        self._turns: Turns[int] = Turns((), pause=self._pause, rests=manners.rests)
        self._lines = asyncio.Semaphore(options.concurrency)  # Scrapy's own queue stays empty:
        self._room = asyncio.Semaphore(options.concurrency + _BACKLOG)  # deadlines tick in it
        self._waiting_bytes = 0
        self._wake = asyncio.Event()
        self._downloads: set[asyncio.Task[Any]] = set()
        self._keep = keep
        self._keeper = keeper
        self._fed = fed
        self._on_problem = on_problem
        self._numbers = count()
        self.add(targets)

    def add(self, targets: Iterable[Target]) -> None:
        """Take on more targets. A crawl that is stopping leaves them pending, not begun."""
        for whole in targets:
            combining = Combining(whole) if whole.also else None
            for place, target in enumerate(pages_of(whole)):
                number = next(self._numbers)
                self.pending[number] = target
                self._added_at[number] = monotonic()
                if combining is not None:
                    self._parts[number] = combining, place
                if not self.stopping:
                    self._turns.add(self.pause_key(target.url), number)
        self._wake.set()

    def waited_s(self, number: int) -> float:
        """Return how long a target that begins now waited for its turn, our own start apart."""
        since = self._added_at.pop(number, monotonic())
        return monotonic() - max(since, self._ready_at)

    def close(self) -> None:
        """Say that no more targets come."""
        self._fed = False
        self._wake.set()

    async def next(self) -> tuple[int, Target] | None:
        """Return the number and target whose turn it is, waiting for one; None: no more."""
        self._ready_at = self._ready_at or monotonic()
        await self._room.acquire()
        await self._lines.acquire()
        while self._fed or len(self._turns):
            self._wake.clear()
            now = monotonic()
            number = self._turns.take(now) if self._waiting_bytes <= _BACKLOG_BYTES else None
            if number is not None:
                self.begun.add(number)
                return number, self.pending[number]
            wakes_at = self._turns.wakes_at()
            timeout = None if wakes_at is None else max(wakes_at - now, _LEAST_WAIT_S)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), timeout)
        self._lines.release()
        self._room.release()
        return None

    def free(self, target: Target) -> None:
        """Say that nothing more is asked of the target's host for it."""
        self._turns.done(self.pause_key(target.url), monotonic())
        self._lines.release()
        self._wake.set()

    def rested(self, target: Target) -> None:
        """Have it remembered over restarts that the target's host rests."""
        self.manners.rested(self.pause_key(target.url), self.clock())

    async def report(self, number: int, fetched: Fetched) -> None:
        """Hand an outcome to the caller's `keep`, once, and make room for another target."""
        if self.pending.pop(number, None) is None:
            return
        self.begun.discard(number)
        self._added_at.pop(number, None)
        self._count(fetched)
        combining, place = self._parts.pop(number, (None, 0))
        whole = combining.take(place, fetched) if combining is not None else fetched
        if whole is None:
            self._room.release()
            self._wake.set()
            return
        size = len(whole.body or b"") + sum(len(page.body or b"") for page in whole.pages)
        self._waiting_bytes += size
        try:
            await asyncio.get_running_loop().run_in_executor(self._keeper, self._keep, whole)
        except Exception as error:  # noqa: BLE001 - one page's keeper must not stop the others
            self._note(error)
        finally:
            self._waiting_bytes -= size
            self._room.release()
            self._wake.set()

    def give_up(self, error: Exception) -> None:
        """End the crawl for an error that is no page's."""
        self._note(error)
        self.stop()
        self._room.release()

    def stop(self) -> None:
        """Begin no new fetch and break off those in flight."""
        self.stopping = True
        self._fed = False
        self._turns.clear()
        self._wake.set()
        for download in self._downloads:
            download.cancel()

    def watch(self, download: asyncio.Task[Any]) -> None:
        """Have a download broken off when the crawl stops."""
        if self.stopping:
            raise FetchError("aborted", "the crawl was stopped")
        self._downloads.add(download)
        download.add_done_callback(self._downloads.discard)

    async def draw(self, document: Document) -> Drawn:
        """Have a browser draw a page, until the crawl is stopped. Raises FetchError."""
        drawing = asyncio.ensure_future(browser_for(self.options).draw(document))
        try:
            self.watch(drawing)
            return await drawing
        except asyncio.CancelledError:
            raise FetchError("aborted", "the crawl was stopped") from None
        finally:
            drawing.cancel()

    def pause_key(self, url: str) -> str:
        """Return what rests between two pages: the host, or the server where it is our own."""
        netloc = urlsplit(url).netloc
        host = host_of(netloc)
        if not self.options.is_ours(host):
            return host
        self._ours.add(netloc)
        return netloc

    def slow_down(self, url: str, delay_s: float) -> None:
        """Heed a Crawl-delay."""
        self._crawl_delays[self.pause_key(url)] = delay_s

    def _pause(self, key: str) -> float:
        base = 0.0 if key in self._ours else self.options.delay_s
        return max(base, self._crawl_delays.get(key, 0.0))

    def _note(self, error: Exception) -> None:
        if self._on_problem is not None:
            self._on_problem(error)
            return
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(error)
        self.problem_count += 1

    def _count(self, fetched: Fetched) -> None:
        if fetched.cause:
            self.failed[fetched.cause] = self.failed.get(fetched.cause, 0) + 1
        else:
            self.fetched += 1
        self.bytes += len(fetched.body or b"")


def _product_of(user_agent: str) -> str:
    """Return the name that robots.txt knows us by: `Clausewatch` of `Clausewatch/1 (+...)`."""
    found = re.search(r"\(compatible; ?([A-Za-z_-]{1,60})", user_agent) or re.match(
        r"\s*([A-Za-z_-]{1,60})", user_agent
    )
    return found.group(1) if found else "*"
