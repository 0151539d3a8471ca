"""When a policy is next due. Pure: no clock is read, nothing is opened."""

import hashlib
from datetime import UTC, datetime, timedelta

__all__ = ["next_check", "phase_of"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# A first failure is often a restart or a deployment; a quarter of an hour later it is over.
_FIRST_RETRY = timedelta(minutes=15)
# 15 min doubled seven times passes a day; more would only overflow.
_MOST_DOUBLINGS = 16


def next_check(
    now: datetime,
    *,
    every: timedelta,
    slot_at: datetime | None = None,
    failures: int = 0,
    retry_after: timedelta = timedelta(0),
    confirm_at: datetime | None = None,
    phase: timedelta | None = None,
) -> datetime:
    """Return when a policy is next due, always after `now`.

    `every` is the policy's cadence and `slot_at` the scheduled instant just
    answered: the next slot is counted from it, so that checks do not drift, and
    slots already past are coalesced into the next one ahead. `failures` is the
    number of consecutive fetches that were failed or held, this one included:
    they are tried again sooner than the cadence, ever less often. `retry_after`
    is what the server asked for; it is never undercut. `confirm_at` is when a
    new text has stood long enough to be told. With a `phase` the slots are those
    of a fixed grid, each policy at a place of its own: see `phase_of`.
    """
    due = _next_slot(now, every, slot_at) if phase is None else _on_grid(now, every, phase)
    if failures:
        backed_off = _FIRST_RETRY * (1 << min(failures - 1, _MOST_DOUBLINGS))
        due = min(due, now + backed_off)
    if confirm_at is not None:
        due = min(due, confirm_at)
    soonest = now + max(retry_after, timedelta(seconds=1))
    return max(due, soonest)


def phase_of(key: str, every: timedelta) -> timedelta:
    """Return where in each `every` the slots of the policy with this key lie.

    Spread evenly over policies and the same in every process: a list of a thousand
    that was added in one go is not fetched in one go every day.
    """
    number = int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:8])
    return timedelta(seconds=number % max(int(every.total_seconds()), 1))


def _on_grid(now: datetime, every: timedelta, phase: timedelta) -> datetime:
    passed = (now - _EPOCH - phase) // every
    return _EPOCH + phase + every * (passed + 1)


def _next_slot(now: datetime, every: timedelta, slot_at: datetime | None) -> datetime:
    if slot_at is None or slot_at > now:
        return now + every
    return slot_at + every * ((now - slot_at) // every + 1)
