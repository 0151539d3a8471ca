"""What outlives a crawl: when each host is next free, what it asked for, its robots.txt.

The crawl fills and heeds this on its event loop; `moves` hands what changed to whoever
keeps rows, from any thread. The short pause between two pages runs on a monotonic
clock; what a server asked for is an instant of the caller's clock, like the rows.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from time import monotonic

from crawler.errors import FetchError
from crawler.politeness import LONGEST_RETRY_AFTER_S, Asked, asked_after
from crawler.robots import RobotsCache
from storage.hosts import HostMemory, HostState

__all__ = ["Manners"]

_LONGEST_REST = timedelta(seconds=60)  # of a row; a clock that was set back must not stop a host
_LONGEST_ASKED = timedelta(seconds=LONGEST_RETRY_AFTER_S)


class Manners:
    """How each host wants to be treated, as far as is known."""

    def __init__(self, memory: HostMemory | None = None, *, now: datetime | None = None) -> None:
        """`memory` is what was kept of an earlier process, as of `now`."""
        self.robots = RobotsCache()
        self.rests: dict[str, float] = {}  # host -> monotonic: its pause is over
        self._asked: dict[str, Asked] = {}
        self._moved: dict[str, HostState] = {}
        self._lock = threading.Lock()
        if memory is not None and now is not None:
            self._recall(memory, now)

    def keeps_out(self, host: str, now: datetime) -> FetchError | None:
        """Return why nothing is asked of a host now; None when it may be asked."""
        asked = self._asked.get(host)
        if asked is None or asked.until <= now:
            return None
        wait_s = (asked.until - now).total_seconds()
        until = f"{asked.until:%Y-%m-%d %H:%M:%S} UTC"
        return FetchError(
            "rate_limited",
            f"{host} asked to be left alone until {until}: it was not asked",
            retry_after_s=wait_s,
        )

    def heed(self, host: str, status: int, *, retry_after_s: float, now: datetime) -> None:
        """Take in what an answer says about being asked again."""
        before = self._asked.get(host)
        after = asked_after(before, status, retry_after_s=retry_after_s, now=now)
        if after is before:
            return
        if after is None:
            del self._asked[host]
        else:
            self._asked[host] = after
        self._note(host, now)

    def rested(self, host: str, now: datetime) -> None:
        """Note for the rows that `host` was asked for a page, and rests."""
        if host in self._asked or self.rests.get(host, 0.0) > monotonic():
            self._note(host, now)

    def moves(self) -> HostMemory:
        """Return what moved since the last call."""
        with self._lock:
            moved, self._moved = self._moved, {}
        return HostMemory(list(moved.values()), self.robots.moved())

    def put_back(self, memory: HostMemory) -> None:
        """Take back moves that could not be kept, unless there are newer ones."""
        with self._lock:
            self._moved = {state.host: state for state in memory.hosts} | self._moved
        self.robots.put_back(memory.robots)

    def _note(self, host: str, now: datetime) -> None:
        asked = self._asked.get(host)
        pause = timedelta(seconds=max(self.rests.get(host, 0.0) - monotonic(), 0.0))
        state = HostState(
            host=host,
            next_allowed_at=now + pause,
            asked_until=asked.until if asked else None,
            refusals=asked.refusals if asked else 0,
        )
        with self._lock:
            self._moved[host] = state

    def _recall(self, memory: HostMemory, now: datetime) -> None:
        for state in memory.hosts:
            rest = min(state.next_allowed_at - now, _LONGEST_REST)
            if rest > timedelta() and state.asked_until is None:
                self.rests[state.host] = monotonic() + rest.total_seconds()
            if state.refusals:
                until = min(state.asked_until or now, now + _LONGEST_ASKED)
                self._asked[state.host] = Asked(until, state.refusals)
        self.robots.recall(memory.robots)
