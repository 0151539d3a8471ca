"""When a recipient is told, by the clock on their wall. Pure.

A cadence has one slot a period: every hour, every day or every week at a local
time. Where the clock is put forward over that time the slot is as long after
midnight as on other days; where it is put back, the first of the two.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

__all__ = ["AT_ONCE", "CADENCES", "When", "after_quiet", "due_at", "last_slot", "next_slot"]

CADENCES = ("at_once", "hourly", "daily", "weekly")  # the soonest first

_HOUR = timedelta(hours=1)
_PERIOD = {"hourly": _HOUR, "daily": timedelta(days=1), "weekly": timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class When:
    """How soon somebody wants to hear. `at_time` and `quiet` are local, "08:00" and "22:00-07:00".

    `weekday` is of a weekly digest, Monday 0. `quiet` "" means never quiet.
    """

    cadence: str = "at_once"
    at_time: str = "08:00"
    weekday: int = 0
    timezone: str = "UTC"
    quiet: str = ""


AT_ONCE = When()


def due_at(
    when: When, now: datetime, *, window: timedelta, paused_until: datetime | None = None
) -> datetime:
    """Return when something raised `now` is told: never before a pause ends, nor in quiet hours.

    `window` is how long alerts wait for others that they go out with.
    """
    ready = max(now, paused_until or now)
    due = ready + window if when.cadence == "at_once" else next_slot(when, ready)
    return after_quiet(when, due)


def next_slot(when: When, now: datetime) -> datetime:
    """Return the first slot after `now`, in UTC. Raises ValueError for `at_once`, which has none."""
    return _slots(when, now)[1]


def last_slot(when: When, now: datetime) -> datetime:
    """Return the last slot up to and with `now`, in UTC. Raises ValueError for `at_once`."""
    return _slots(when, now)[0]


def after_quiet(when: When, at: datetime) -> datetime:
    """Return `at`, or the end of the quiet hours it falls into, in UTC."""
    if not when.quiet:
        return at
    begins, ends = (time.fromisoformat(side) for side in when.quiet.split("-"))
    local = at.astimezone(_zone(when.timezone))
    wall = local.time().replace(tzinfo=None)
    over_midnight = begins > ends
    quiet = (wall >= begins or wall < ends) if over_midnight else begins <= wall < ends
    if not quiet:
        return at
    tomorrow = over_midnight and wall >= begins
    day = local.date() + timedelta(days=1 if tomorrow else 0)
    end = datetime.combine(day, ends, local.tzinfo).astimezone(UTC)
    return max(end, at)  # on the day the clock is put back, the end comes twice


def _slots(when: When, now: datetime) -> tuple[datetime, datetime]:
    """Return the slots around `now`: the last one not after it, and the first one after it."""
    if when.cadence not in _PERIOD:
        raise ValueError(f"cadence {when.cadence!r} has no slots")
    local = now.astimezone(_zone(when.timezone))
    if when.cadence == "hourly":
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        began = (now - past).astimezone(UTC)
        return began, began + _HOUR
    step = 1 if when.cadence == "daily" else 7
    days_back = 0 if step == 1 else (local.weekday() - when.weekday) % 7
    clock = time.fromisoformat(when.at_time or "08:00")
    # A day more at each end: a slot may lie on the other side of midnight from its own offset.
    days = [local.date() + timedelta(days=step * n - days_back) for n in (-2, -1, 0, 1, 2)]
    slots = [datetime.combine(day, clock, local.tzinfo).astimezone(UTC) for day in days]
    return max(slot for slot in slots if slot <= now), min(slot for slot in slots if slot > now)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
