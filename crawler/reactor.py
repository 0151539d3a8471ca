"""The one background thread that Twisted's reactor, and so the event loop, lives in.

A reactor cannot be started twice in a process, so it is started at the first crawl and
runs until the process ends, as a daemon thread that handles no signals. Crawls are
submitted to it from any other thread.
"""

from __future__ import annotations

import asyncio
import atexit
import ctypes
import logging
import sys
import threading
from collections.abc import Coroutine
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from typing import Any, TypeVar

from crawler.errors import CannotCrawlError
from crawler.guard import Guard

__all__ = ["Background", "background"]

_LOOKUPS = 24  # threads for getaddrinfo: a few slow names must not hold up the others
_START_S = 30.0
_STOP_S = 3.0
_LISTEN_S = 0.5  # how often Ctrl-C is listened for
_GRACE_S = 5.0  # for work to end after Ctrl-C; then it is left to its deadlines
# How glibc deals with memory (malloc.h). Left alone, the size from which a block is mapped by
# itself grows to that of the largest one freed: pages then lie among small objects, and their
# room never goes back to the system. After 200 real pages of 190 KB: 166 MiB resident, so 139.
# The third keeps the free room at the end that every page would give back and ask for again.
_MMAP_THRESHOLD = (-3, 256 << 10)
_ARENA_MAX = (-8, 2)
_TRIM_THRESHOLD = (-1, 8 << 20)

T = TypeVar("T")


class Background:
    """The running reactor: its loop, and the guard that is its name resolver."""

    def __init__(self) -> None:
        self._up = threading.Event()
        self._problem: BaseException | None = None
        self.loop: asyncio.AbstractEventLoop
        self.guard: Guard
        self._thread = threading.Thread(target=self._run, name="crawler", daemon=True)
        self._thread.start()
        if not self._up.wait(_START_S) or self._problem is not None:
            raise CannotCrawlError(f"the reactor did not start: {self._problem}") from self._problem
        atexit.register(self._stop)

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine on the loop. Raises CannotCrawlError in the loop's own thread."""
        if threading.current_thread() is self._thread:
            work.close()
            raise CannotCrawlError("a crawl cannot be waited for inside the crawler's own thread")
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def run(self, work: Coroutine[Any, Any, T], interrupted: threading.Event) -> T:
        """Run a coroutine on the loop to its end.

        What interrupts the wait, such as Ctrl-C, sets `interrupted` and is raised once the
        work has ended on that, or has had its time to.
        """
        result = self.submit(work)
        try:
            # In slices: a signal that comes just before a wait is not heard until it ends.
            while not wait([result], timeout=_LISTEN_S).done:
                pass
            return result.result()
        except BaseException:
            interrupted.set()
            with suppress(NotYet, Exception):
                result.result(timeout=_GRACE_S)
            raise

    def _run(self) -> None:
        try:
            reactor = self._install()
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
            self._problem = error
            self._up.set()
            return
        reactor.callWhenRunning(self._up.set)
        reactor.run(installSignalHandlers=False)
        self.loop.close()

    def _install(self) -> Any:  # the reactor is a module to mypy
        if "twisted.internet.reactor" in sys.modules:
            raise CannotCrawlError("another part of this process already installed a reactor")
        from twisted.internet import asyncioreactor

        _give_large_blocks_back()
        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        asyncioreactor.install(self.loop)  # type: ignore[no-untyped-call]
        from twisted.internet import reactor

        _log_through_logging()
        running: Any = reactor
        running.suggestThreadPoolSize(_LOOKUPS)
        self.guard = Guard(running.nameResolver)
        running.installNameResolver(self.guard)
        return running

    def _stop(self) -> None:
        if not self._thread.is_alive():
            return
        from twisted.internet import reactor

        running: Any = reactor
        running.callFromThread(running.stop)
        self._thread.join(_STOP_S)


def background() -> Background:
    """Return the process's reactor thread, started at the first call."""
    global _background  # noqa: PLW0603 - a process has one reactor, whatever we would like
    with _starting:
        if _background is None:
            _background = Background()
        return _background


_starting = threading.Lock()
_background: Background | None = None


def _give_large_blocks_back() -> None:
    """Have the memory of each page returned when it is freed, where the C library is glibc."""
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if set_option is None:
        return
    for option, value in (_MMAP_THRESHOLD, _ARENA_MAX, _TRIM_THRESHOLD):
        set_option(option, value)


def _log_through_logging() -> None:
    """Send Twisted's log to `logging`, and keep Scrapy to what is wrong with the crawler itself.

    What is wrong with pages is in the outcomes; as log lines it would be said twice.
    """
    from twisted.logger import STDLibLogObserver, globalLogBeginner

    observer: Any = STDLibLogObserver()  # zope's interfaces are no types to mypy
    globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False)
    for name, level in (("scrapy", logging.ERROR), ("twisted", logging.ERROR)):
        logger = logging.getLogger(name)
        if logger.level == logging.NOTSET:
            logger.setLevel(level)
