"""Whether the daemon itself is well: jobs that do not end, clocks that jump. Pure.

Waiting is measured on the monotonic clock, which no one can set; rows hold UTC,
which an operator or a suspended laptop can move by a day either way.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["Beat", "Job", "clock_jump", "stuck_jobs"]

# Clocks are slewed by fractions of a second; a minute is somebody setting them, or a suspend.
_JUMP = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Job:
    """A job that runs. `since_s` is when it last came forward, on the monotonic clock."""

    name: str
    since_s: float
    limit: timedelta


@dataclass(frozen=True, slots=True)
class Beat:
    """The two clocks, read at the same moment. `monotonic_s` counts seconds from anywhere."""

    at: datetime
    monotonic_s: float


def stuck_jobs(jobs: Iterable[Job], *, now_s: float) -> list[Job]:
    """Return the jobs that have not come forward within their limits."""
    return [job for job in jobs if now_s - job.since_s > job.limit.total_seconds()]


def clock_jump(before: Beat, now: Beat) -> timedelta:
    """Return by how much the wall clock moved beside the monotonic one; zero for a small drift.

    Positive: set ahead, or the machine slept where its monotonic clock sleeps
    too. Negative: set back.
    """
    passed = timedelta(seconds=now.monotonic_s - before.monotonic_s)
    jump = (now.at - before.at) - passed
    return jump if abs(jump) >= _JUMP else timedelta(0)
