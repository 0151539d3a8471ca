"""What the daemon is doing, for those who look after it: jobs that run, and since when.

Written by the event loop and by worker threads, read by the health page. Knows
no job's business; whether one is stuck is decided in `scheduler.watchdog`.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from scheduler.watchdog import Job, stuck_jobs

__all__ = ["Pulse"]


class Pulse:
    """The running jobs by name. A job of a name runs once at a time."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.monotonic = monotonic
        self._running: dict[str, Job] = {}
        self._lock = threading.Lock()

    @contextmanager
    def running(self, name: str, limit: timedelta) -> Iterator[None]:
        """Hold the job to `limit` while the block runs."""
        with self._lock:
            self._running[name] = Job(name, self.monotonic(), limit)
        try:
            yield
        finally:
            with self._lock:
                self._running.pop(name, None)

    def stuck(self) -> list[Job]:
        with self._lock:
            jobs = list(self._running.values())
        return stuck_jobs(jobs, now_s=self.monotonic())

    def ailments(self) -> list[str]:
        """Say in words what is stuck."""
        now_s = self.monotonic()
        return [f"{job.name} has not ended for {now_s - job.since_s:.0f} s" for job in self.stuck()]
