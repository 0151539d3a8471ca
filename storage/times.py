"""Times of day that people write down: crontab lines and working windows, in a time zone. Pure.

A line such as `0 9 * * mon-fri Europe/Berlin` says when a policy is checked; a
window such as `mon-fri 08:00-18:00 Europe/Berlin` says when checks are welcome.
When clocks are put forward, a time that does not exist is answered at the first
that does; put back, a time that exists twice is answered once, as Debian's cron
does (`cronsim`). No clock is read here.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from storage.errors import BadValue

__all__ = ["BadTimes", "Times", "Window", "parse_times", "parse_window"]

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_LONGEST = 200  # characters of a line or a window
_A_WEEK = 8  # days within which a window that is ever open opens


class BadTimes(BadValue):
    """What was written is no time; the text names it and shows a right one."""


@dataclass(frozen=True, slots=True)
class Times:
    """A crontab line of five fields in a time zone."""

    line: str
    zone: str

    def next_after(self, at: datetime) -> datetime:
        """Return the first instant after `at`, in UTC."""
        return next(CronSim(self.line, at.astimezone(ZoneInfo(self.zone)))).astimezone(UTC)

    def between(self, after: datetime, until: datetime, *, most: int) -> list[datetime]:
        """Return the instants in (after, until], oldest first, `most` at the most."""
        found: list[datetime] = []
        for instant in CronSim(self.line, after.astimezone(ZoneInfo(self.zone))):
            if instant > until or len(found) == most:
                break
            found.append(instant.astimezone(UTC))
        return found


@dataclass(frozen=True, slots=True)
class Window:
    """The days of the week (0 = Monday) and the hours, end excluded, in which to check.

    A window whose end is not after its start runs over midnight and belongs to
    the day it began on.
    """

    days: frozenset[int]
    start: time
    end: time
    zone: str

    def first_open(self, at: datetime) -> datetime:
        """Return `at` where the window is open then, else when it opens next, in UTC."""
        zone = ZoneInfo(self.zone)
        today = at.astimezone(zone).date()
        for offset in range(-1, _A_WEEK + 1):
            day = today + timedelta(days=offset)
            if day.weekday() not in self.days:
                continue
            opens, closes = self._on(day, zone)
            if at < closes:
                return max(at.astimezone(UTC), opens)
        raise AssertionError(f"{self} never opens")  # the parser refuses a window without a day

    def _on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        over_midnight = timedelta(days=0 if self.end > self.start else 1)
        opens = datetime.combine(day, self.start, zone)
        closes = datetime.combine(day + over_midnight, self.end, zone)
        return opens.astimezone(UTC), closes.astimezone(UTC)


def parse_times(text: str) -> Times:
    """Read a crontab line of five fields, with an IANA time zone behind it or none for UTC.

    Raises BadTimes.
    """
    fields = _checked(text).split()
    example = 'try "0 9 * * mon-fri Europe/Berlin"'
    if len(fields) not in (5, 6):
        raise BadTimes(
            f"{text!r} has {len(fields)} fields; minute, hour, day, month and weekday are five, "
            f"and a time zone may follow ({example})"
        )
    zone = _zone(fields[5] if len(fields) == 6 else "UTC", text)
    line = " ".join(fields[:5])
    try:
        next(CronSim(line, datetime(2026, 1, 1, tzinfo=UTC)))
    except CronSimError as error:
        raise BadTimes(f"{text!r}: {str(error).lower()} ({example})") from None
    except StopIteration:
        raise BadTimes(f"{text!r} names a day that never comes ({example})") from None
    return Times(line, zone)


def parse_window(text: str) -> Window:
    """Read a window: days, hours, and an IANA time zone or none for UTC; days may be left out.

    Raises BadTimes.
    """
    fields = _checked(text).split()
    example = 'try "mon-fri 08:00-18:00 Europe/Berlin"'
    where = next((i for i, field in enumerate(fields) if _HOURS.fullmatch(field)), None)
    if where is None or where > 1 or len(fields) > where + 2:
        raise BadTimes(f"{text!r} is no window ({example})")
    match = _HOURS.fullmatch(fields[where])
    assert match is not None
    try:
        start = time(int(match[1]), int(match[2]))
        end = (
            time(0) if match[3] == "24" and match[4] == "00" else time(int(match[3]), int(match[4]))
        )
    except ValueError:
        raise BadTimes(f"{text!r}: {fields[where]!r} are no hours ({example})") from None
    days = _days(fields[0], text, example) if where else frozenset(range(7))
    zone = _zone(fields[where + 1] if len(fields) > where + 1 else "UTC", text)
    return Window(days, start, end, zone)


def _days(written: str, text: str, example: str) -> frozenset[int]:
    found: set[int] = set()
    for part in written.lower().split(","):
        first, dash, last = part.partition("-")
        if first not in _DAYS or (dash and last not in _DAYS):
            raise BadTimes(f"{text!r}: {part!r} is no day ({', '.join(_DAYS)}; {example})")
        low, high = _DAYS.index(first), _DAYS.index(last or first)
        found |= {day % 7 for day in range(low, high + (1 if high >= low else 8))}
    return frozenset(found)


def _zone(name: str, text: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadTimes(f'{text!r}: {name!r} is no time zone (try "Europe/Berlin")') from None


def _checked(text: str) -> str:
    if len(text) > _LONGEST or not text.isprintable():
        raise BadTimes(f"{text[:40]!r}... is too long for a time, or holds control characters")
    return text
