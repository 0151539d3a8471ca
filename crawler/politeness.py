"""Whose turn it is, and how long a server wants to be left alone.

`Turns` deals out targets so that no host has two at once, a host rests between two,
and a host with many never holds up the others; its times are seconds of a monotonic
clock that the caller reads. `Asked` is what a server asked for, in instants, since that
outlives the process. robots.txt is `crawler.robots`.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterable, MutableMapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Generic, TypeVar

__all__ = ["LONGEST_RETRY_AFTER_S", "Asked", "Turns", "asked_after", "host_of", "retry_after_s"]

LONGEST_RETRY_AFTER_S = 86_400.0  # a server may say years; a watch that sleeps so long is dead
_MANY_HOSTS = 10_000  # remembered rests; older ones are over anyway
# A 429 that names no time. Five minutes is what most limiters count by; doubled each time.
_FIRST_REFUSAL_S = 300.0
_LONGEST_REFUSAL_S = 6 * 3600.0
_MOST_DOUBLINGS = 10

T = TypeVar("T")


def host_of(netloc: str) -> str:
    """Return the host of a URL's netloc in lower case, without port: what a pause is for."""
    host = netloc.rpartition("@")[2].lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def retry_after_s(value: str, *, now: datetime, date: str = "") -> float:
    """Return the seconds that a Retry-After header asks for, capped to a day; 0 if it says nothing.

    An HTTP date counts from the server's own `date` header where it has one, so that a
    clock that is wrong on either side does not matter.
    """
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:12]), LONGEST_RETRY_AFTER_S)
    until = _http_date(text)
    if until is None:
        return 0.0
    wait = until - (_http_date(date) or now)
    return min(max(wait, timedelta()).total_seconds(), LONGEST_RETRY_AFTER_S)


@dataclass(frozen=True, slots=True)
class Asked:
    """A server's wish to be left alone `until` then, after so many refusals in a row."""

    until: datetime
    refusals: int


def asked_after(
    before: Asked | None, status: int, *, retry_after_s: float, now: datetime
) -> Asked | None:
    """Return what holds of a host after an answer with `status`; None when it asks for nothing.

    429 is a wish in itself; 403, 503 and the like are one with a Retry-After. Any other
    refusal says nothing of the host, so what held before still holds; a good answer ends it.
    """
    if status == 429 or (status >= 400 and retry_after_s > 0):
        refusals = (before.refusals if before else 0) + 1
        own = _FIRST_REFUSAL_S * (1 << min(refusals - 1, _MOST_DOUBLINGS))
        wait_s = retry_after_s or min(own, _LONGEST_REFUSAL_S)
        return Asked(now + timedelta(seconds=wait_s), refusals)
    return before if status >= 400 else None


class Turns(Generic[T]):
    """Deals out targets host by host. `rests` outlives it: host -> when its pause is over."""

    def __init__(
        self,
        targets: Iterable[tuple[str, T]],
        *,
        pause: Callable[[str], float],
        rests: MutableMapping[str, float],
    ) -> None:
        """`targets` come with the host they are on; `pause` is the rest of a host in seconds."""
        self._waiting: dict[str, deque[T]] = {}
        self._ready: deque[str] = deque()
        self._resting: list[tuple[float, str]] = []
        self._pause = pause
        self._rests = rests
        for host, target in targets:
            self.add(host, target)

    def __len__(self) -> int:
        """Return how many targets were not dealt out yet."""
        return sum(map(len, self._waiting.values()))

    def add(self, host: str, target: T) -> None:
        """Deal out one more target, after those of its host that wait already."""
        queue = self._waiting.get(host)
        if queue is None:  # neither waiting nor busy nor resting
            queue = self._waiting[host] = deque()
            self._ready.append(host)
        queue.append(target)

    def take(self, now: float) -> T | None:
        """Return a target whose host is free and rested, or None when there is none now."""
        while self._resting and self._resting[0][0] <= now:
            self._ready.append(heapq.heappop(self._resting)[1])
        while self._ready:
            host = self._ready.popleft()
            if (until := self._rests.get(host, 0.0)) > now:
                heapq.heappush(self._resting, (until, host))
                continue
            self._rest(host, now)
            return self._waiting[host].popleft()
        return None

    def wakes_at(self) -> float | None:
        """Return when a resting host is next free; None when only `done` can free one."""
        return self._resting[0][0] if self._resting else None

    def done(self, host: str, now: float) -> None:
        """Say that the target of `host` that was dealt out is finished; its pause begins."""
        if host not in self._waiting:
            return
        self._rest(host, now)
        if self._waiting[host]:
            heapq.heappush(self._resting, (self._rests.get(host, now), host))
        else:
            del self._waiting[host]

    def clear(self) -> None:
        """Deal out nothing more."""
        for host in (*self._ready, *(host for _, host in self._resting)):
            del self._waiting[host]
        for queue in self._waiting.values():
            queue.clear()
        self._ready.clear()
        self._resting.clear()

    def _rest(self, host: str, now: float) -> None:
        pause = self._pause(host)
        if pause <= 0:
            return
        if len(self._rests) >= _MANY_HOSTS:
            for old in [name for name, until in self._rests.items() if until <= now]:
                del self._rests[old]
        self._rests[host] = now + pause


def _http_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return date if date.tzinfo is not None else None
