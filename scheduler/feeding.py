"""The daemon's long crawl, fed with what is due: claims in, outcomes into rows.

A crawl that ends by an error is begun anew at the next feeding. What is claimed and
not begun when the daemon stops goes back to the rows as it was.
"""

import logging
import os
import socket
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import timedelta
from time import monotonic
from typing import Protocol

from alerts import claiming
from scheduler.jobs import LEASE, CheckRules, Clock, HostMoves, keep, worker_name
from storage.claims import anything_due, claim_due, give_back, give_back_of, workers
from storage.engine import Store
from storage.hosts import forget_hosts
from storage.policies import Target
from storage.record import Fetched

__all__ = ["Feeder", "OpenCrawl", "RunningCrawl", "dead_among", "release_the_dead"]

log = logging.getLogger(__name__)

# Of one server, so many wait in the crawl at a time; more would only wait there instead of
# in the rows, and keep others out.
_PER_HOST = 8
_SAY_EVERY = timedelta(seconds=5)  # how often a busy crawl is summed up in the log


class RunningCrawl(Protocol):
    """A crawl that goes on; `crawler.feed.FedCrawl`."""

    @property
    def room(self) -> int: ...

    @property
    def ended(self) -> bool: ...

    def busy(self, at_least: int = 1) -> Collection[str]: ...

    def offer(self, targets: Sequence[Target]) -> None: ...

    def stop(self, grace_s: float) -> list[Target]: ...


class OpenCrawl(Protocol):
    """Begin a crawl. `keep` is called for each outcome, one at a time."""

    def __call__(
        self, *, keep: Callable[[Fetched], None], on_problem: Callable[[Exception], None]
    ) -> RunningCrawl: ...


class Feeder:
    """Keeps one crawl going, from the first policy that is due on.

    `feed` and `stop` block; they are called from one thread at a time.
    """

    def __init__(
        self,
        store: Store,
        *,
        open_crawl: OpenCrawl,
        hosts: HostMoves,
        rules: CheckRules,
        now: Clock,
        on_room: Callable[[], None] = lambda: None,
        on_kept: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`on_room` is called, in a thread of the crawl's, whenever an outcome was kept,
        and `on_kept` with the outcome when it lies in rows.
        """
        self.on_room = on_room
        self.on_kept = on_kept
        self._store = store
        self._open_crawl = open_crawl
        self._hosts = hosts
        self._rules = rules
        self._now = now
        self._worker = worker_name()
        self._crawl: RunningCrawl | None = None
        self._kept: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._said = monotonic()
        self._moved = monotonic()  # the last outcome, or the last moment without work

    def feed(self) -> int:
        """Claim what is due and fits, and hand it to the crawl; returns how many that were."""
        self._say()
        busy = self._crawl.busy(_PER_HOST // 2) if self._crawl is not None else ()
        with self._store.reading() as session:  # without the lock: most ticks find nothing
            self._store.refuse_newer(session)
            if not anything_due(session, now=self._now(), but=busy):
                return 0
        crawl = self._running()
        room = crawl.room
        if room <= 0:
            return 0
        with self._store.writing() as session:
            targets = claim_due(
                session,
                now=self._now(),
                limit=room,
                worker=self._worker,
                lease=LEASE,
                per_host=_PER_HOST,
                but=crawl.busy(_PER_HOST // 2),
            )
        if targets:
            crawl.offer(targets)
        return len(targets)

    def stop(self, grace: timedelta) -> None:
        """End the crawl within `grace` and give back what it had not begun."""
        crawl, self._crawl = self._crawl, None
        if crawl is None:
            return
        left = crawl.stop(grace.total_seconds())
        if left:
            with self._store.writing() as session:
                give_back(session, [target.policy_id for target in left], worker=self._worker)
        self._say(at_once=True)

    def stalled(self) -> timedelta:
        """Return for how long a crawl that has work has brought no outcome; zero without work."""
        crawl = self._crawl
        if crawl is None or not crawl.busy():
            self._moved = monotonic()
            return timedelta(0)
        return timedelta(seconds=monotonic() - self._moved)

    def _running(self) -> RunningCrawl:
        if self._crawl is None or self._crawl.ended:
            if self._crawl is not None:
                log.error("the crawl ended by itself; another is begun")
            self._crawl = self._open_crawl(keep=self._keep, on_problem=self._stumble)
        return self._crawl

    def _keep(self, fetched: Fetched) -> None:
        try:
            recorded = keep(
                self._store, fetched, rules=self._rules, now=self._now, hosts=self._hosts
            )
        finally:
            self.on_room()
        self._moved = monotonic()
        self.on_kept(recorded.outcome)
        with self._lock:
            self._kept[recorded.outcome] += 1

    def _stumble(self, error: Exception) -> None:
        """One outcome that could not be kept stops no other: its claim lapses."""
        log.error("an outcome could not be kept; its page is fetched again", exc_info=error)

    def _say(self, *, at_once: bool = False) -> None:
        is_idle = self._crawl is None or not self._crawl.busy()
        since = monotonic() - self._said
        if not (at_once or is_idle or since >= _SAY_EVERY.total_seconds()):
            return
        with self._lock:
            kept, self._kept = self._kept, Counter()
        if kept:
            self._said = monotonic()
            log.info("checked", extra=dict(kept))


def release_the_dead(store: Store, now: Clock) -> None:
    """Give back the pages and mails of this machine's processes that are gone; no start waits for them.

    What nobody remembers a host for is dropped at the same occasion.
    """
    with store.writing() as session:
        forget_hosts(session, now())
        if dead := dead_among(workers(session)):
            give_back_of(session, dead)
        if dead := dead_among(claiming.claimants(session)):
            claiming.give_back_of(session, dead)


def dead_among(holders: Iterable[str]) -> list[str]:
    """Return those that were processes of this machine and are no more."""
    here = socket.gethostname()
    return [holder for holder in holders if _is_dead(holder, here)]


def _is_dead(worker: str, here: str) -> bool:
    """Whether `worker` was a process of this machine and is no more. Ours is never alive yet."""
    host, _, number = worker.rpartition(":")
    if host != here or not number.isdigit():
        return False
    if int(number) == os.getpid():  # in a container all of them are number 1
        return True
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False
