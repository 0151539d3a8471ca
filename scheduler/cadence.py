"""When a policy is next due, and which of its slots nobody answered. Pure: reads no clock."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.times import Times, Window

__all__ = ["Cadence", "Missed", "missed_slots", "next_check", "phase_of"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# A first failure is often a restart or a deployment; a quarter of an hour later it is over.
_FIRST_RETRY = timedelta(minutes=15)
# 15 min doubled seven times passes a day; more would only overflow.
_MOST_DOUBLINGS = 16
# Slots of one gap that are told one by one from the next; a minute's cadence over two months.
_MOST_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class Cadence:
    """When a policy is checked: at written `times`, else once in each `every`.

    With a `phase` the slots of `every` are those of a fixed grid, each policy at a
    place of its own (see `phase_of`); without, they are counted from the last slot.
    A slot outside the `window` waits until it opens.
    """

    every: timedelta
    phase: timedelta | None = None
    times: Times | None = None
    window: Window | None = None

    def slot_after(self, at: datetime, *, counted_from: datetime) -> datetime:
        """Return the first slot after `at`."""
        if self.times is not None:
            slot = self.times.next_after(at)
        else:
            origin = counted_from if self.phase is None else _EPOCH + self.phase
            slot = origin + self.every * ((at - origin) // self.every + 1)
        return self.open_at(slot)

    def open_at(self, at: datetime) -> datetime:
        """Return `at`, or when the window opens next."""
        return at if self.window is None else self.window.first_open(at)


@dataclass(frozen=True, slots=True)
class Missed:
    """`count` slots from `first` to `last` that passed without a check."""

    first: datetime
    last: datetime
    count: int


def next_check(
    now: datetime,
    cadence: Cadence,
    *,
    slot_at: datetime | None = None,
    failures: int = 0,
    retry_after: timedelta = timedelta(0),
    confirm_at: datetime | None = None,
) -> datetime:
    """Return when a policy is next due, always after `now`.

    `slot_at` is the scheduled instant just answered: the next slot is counted
    from it, so that checks do not drift, and slots already past are coalesced
    into the next one ahead. `failures` is the number of consecutive fetches that
    were failed or held, this one included: they are tried again sooner than the
    cadence, ever less often. `retry_after` is what the server asked for; it is
    never undercut. `confirm_at` is when a new text has stood long enough to be
    told. None of them is outside the cadence's window.
    """
    # A slot ahead of now, or none, is no origin: it was asked for by hand.
    origin = now if slot_at is None or slot_at > now else slot_at
    due = cadence.slot_after(now, counted_from=origin)
    if failures:
        backed_off = _FIRST_RETRY * (1 << min(failures - 1, _MOST_DOUBLINGS))
        due = min(due, now + backed_off)
    if confirm_at is not None:
        due = min(due, confirm_at)
    soonest = now + max(retry_after, timedelta(seconds=1))
    return cadence.open_at(max(due, soonest))


def missed_slots(now: datetime, cadence: Cadence, *, slot_at: datetime) -> Missed | None:
    """Return the slots after `slot_at`, which is answered now, that have passed as well."""
    first = cadence.slot_after(slot_at, counted_from=slot_at)
    if first > now:
        return None
    if cadence.times is None and cadence.window is None:
        more = (now - first) // cadence.every
        return Missed(first, first + cadence.every * more, more + 1)
    last, count = first, 1
    while count < _MOST_COUNTED:
        following = cadence.slot_after(last, counted_from=slot_at)
        if following > now:
            break
        last, count = following, count + 1
    return Missed(first, last, count)


def phase_of(key: str, every: timedelta) -> timedelta:
    """Return where in each `every` the slots of the policy with this key lie.

    Spread evenly over policies and the same in every process: a list of a thousand
    that was added in one go is not fetched in one go every day.
    """
    number = int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:8])
    return timedelta(seconds=number % max(int(every.total_seconds()), 1))
