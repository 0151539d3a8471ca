"""robots.txt to RFC 9309: what an answer means, how long it holds, what it says of a URL.

4xx means there are no rules. 5xx, 429 and no answer at all mean "keep out", unless an
older copy is at hand. Rules are the longest match (Protego). It fetches nothing:
`crawler.middlewares` does.

Source: RFC 9309, sections 2.2.2 (longest match), 2.3.1 (status codes), 2.4 (24 hours),
2.5 (500 KiB).
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from protego import Protego

from crawler.errors import CAUSES, FetchError
from storage.hosts import RobotsState

__all__ = ["Robots", "RobotsCache", "read_robots", "unreachable_robots"]

_HOLDS = timedelta(hours=24)
_HOLDS_BAD = timedelta(minutes=10)  # an outage is asked about again soon, not per page
_STALE = timedelta(days=30)  # RFC 9309 lets an old copy stand in while there is no new one
_LONGEST = 500 * 1024  # bytes that are parsed; the rest is ignored
_LONGEST_DELAY = 60.0  # seconds; we read a page or two a day, a longer pause only blocks a slot
_MANY = 2_000  # copies kept: at a usual 2 KiB a few MiB, parsed


@dataclass(frozen=True, slots=True)
class Robots:
    """One host's rules as read at `read_at`, good until `until`.

    `rules` None: everything is allowed. `refusal`: nothing is, and why. `text` is what
    the rules were read from, until it is kept.
    """

    read_at: datetime
    until: datetime
    rules: Protego | None = None
    refusal: FetchError | None = None
    text: str | None = None

    def check(self, url: str, agent: str) -> None:
        """Raise FetchError when `agent`, a product token, may not read `url`."""
        if self.refusal is not None:
            raise self.refusal.again()
        if self.rules is not None and not self.rules.can_fetch(url, agent):
            raise FetchError("robots", f"robots.txt keeps {agent} away from {url}")

    def delay_s(self, agent: str) -> float:
        """Return the Crawl-delay for `agent` in seconds, capped; 0 where there is none."""
        delay = self.rules.crawl_delay(agent) if self.rules is not None else None
        return min(delay, _LONGEST_DELAY) if delay is not None and delay > 0 else 0.0


def read_robots(status: int, body: bytes, *, now: datetime, retry_after_s: float = 0.0) -> Robots:
    """Return what an answer to a request for robots.txt means, redirects followed."""
    if 200 <= status < 300:
        text = body[:_LONGEST].decode("utf-8-sig", "replace")
        return Robots(now, now + _HOLDS, Protego.parse(text), text=text)
    if status == 429:
        refusal = FetchError("rate_limited", "robots.txt answers 429", retry_after_s=retry_after_s)
        return _refused(refusal, now)
    if status >= 500:
        refusal = FetchError(
            "robots_unreadable", f"robots.txt answers {status}", retry_after_s=retry_after_s
        )
        return _refused(refusal, now)
    return Robots(now, now + _HOLDS)


def unreachable_robots(error: FetchError, *, now: datetime) -> Robots:
    """Return what it means that robots.txt could not be had: keep out, for the same cause.

    Too many redirects mean that there are no rules; so RFC 9309, 2.3.1.2.
    """
    if error.cause in {"redirect_loop", "bad_redirect"}:
        return Robots(now, now + _HOLDS)
    unreadable = error.cause in {"too_large", "truncated", "decode", "protocol"}
    cause = "robots_unreadable" if unreadable else error.cause
    return _refused(FetchError(cause, f"robots.txt: {error.detail or error.cause}"), now)


class RobotsCache:
    """The rules of the hosts asked last. A copy holds a day, by the caller's clock."""

    def __init__(self, *, longest: timedelta = _HOLDS, told: bool = True) -> None:
        """`longest` is how long any copy holds, whatever its own `until` says.

        `told` is whether somebody asks what `moved`.
        """
        self._known: OrderedDict[str, Robots] = OrderedDict()
        self._unread: dict[str, RobotsState] = {}  # from rows, not parsed before they are needed
        self._moved: deque[RobotsState] = deque(maxlen=_MANY)  # taken out in another thread
        self._longest = longest
        self._told = told

    def get(self, origin: str, now: datetime) -> Robots | None:
        """Return what holds for an origin, or None when it must be asked."""
        robots = self._at_hand(origin)
        if robots is None:
            return None
        if not robots.read_at <= now < robots.until:
            return None
        self._known.move_to_end(origin)
        return robots

    def put(self, origin: str, new: Robots, now: datetime) -> Robots:
        """Keep what was read and return what holds: an older copy stands in for an outage."""
        old = self._at_hand(origin)
        if (
            new.refusal is not None
            and old is not None
            and old.refusal is None
            and old.read_at <= now < old.read_at + _STALE
        ):
            new = replace(old, until=now + _HOLDS_BAD)
        else:
            if self._told:
                self._moved.append(_state(origin, new))
            new = replace(new, text=None, until=min(new.until, now + self._longest))
        self._known[origin] = new
        self._known.move_to_end(origin)
        while len(self._known) > _MANY:
            self._known.popitem(last=False)
        return new

    def recall(self, states: Iterable[RobotsState]) -> None:
        """Take in copies that were read before this process began."""
        self._unread.update((state.origin, state) for state in states)

    def moved(self) -> list[RobotsState]:
        """Return what was read since the last call."""
        moved: dict[str, RobotsState] = {}
        while self._moved:
            state = self._moved.popleft()
            moved[state.origin] = state
        return list(moved.values())

    def put_back(self, states: Iterable[RobotsState]) -> None:
        """Take back what `moved` gave and could not be kept."""
        self._moved.extendleft(states)

    def _at_hand(self, origin: str) -> Robots | None:
        if origin in self._known:
            return self._known[origin]
        state = self._unread.pop(origin, None)
        if state is None:
            return None
        robots = self._known[origin] = _robots_of(state)
        return robots


def _state(origin: str, robots: Robots) -> RobotsState:
    refusal = robots.refusal
    return RobotsState(
        origin=origin,
        read_at=robots.read_at,
        until=robots.until,
        text=robots.text,
        cause=refusal.cause if refusal else "",
        detail=refusal.detail if refusal else "",
    )


def _robots_of(state: RobotsState) -> Robots:
    rules = Protego.parse(state.text) if state.text is not None else None
    cause = state.cause if state.cause in CAUSES else "robots_unreadable"  # of another release
    refusal = FetchError(cause, state.detail) if state.cause else None
    return Robots(state.read_at, state.until, rules, refusal)


def _refused(refusal: FetchError, now: datetime) -> Robots:
    return Robots(now, now + _HOLDS_BAD, refusal=refusal)
