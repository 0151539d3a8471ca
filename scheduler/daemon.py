"""The long-lived process: timers wake the jobs, a signal ends it.

State lives in rows, so the timers carry none: each tick asks the database what
is due. Killed at any moment, the next start goes on from the rows.
"""

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

__all__ = ["DaemonJobs", "run_daemon"]

log = logging.getLogger(__name__)

# How often rows are asked what is due; a check is late by at most this.
_TICK = timedelta(seconds=5)
# An alert waits at most this long once it is committed.
_OUTBOX = timedelta(seconds=5)
# A service manager kills after ten seconds (systemd's own default is 90); leave it a margin.
_GRACE = timedelta(seconds=8)


@dataclass(frozen=True, slots=True)
class DaemonJobs:
    """What the timers wake. `check_due` returns how many policies it checked; 0 = nothing is due.

    `check_due` blocks and runs on a worker thread; it must return soon after the
    event it is given is set. `send_due` runs on the event loop.
    """

    check_due: Callable[[threading.Event], int]
    send_due: Callable[[], Awaitable[object]]


async def run_daemon(
    jobs: DaemonJobs,
    *,
    ready: Callable[[], None] = lambda: None,
    tick: timedelta = _TICK,
    grace: timedelta = _GRACE,
) -> None:
    """Run until SIGTERM or SIGINT, then stop within `grace`. A second signal stops at once."""
    stopping = asyncio.Event()
    stop_crawl = threading.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _on_signal, number, stopping, stop_crawl)

    running: set[asyncio.Task[None]] = set()
    scheduler = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for name, seconds, work in (
        ("check", tick.total_seconds(), lambda: _check_while_due(jobs, stop_crawl)),
        ("outbox", _OUTBOX.total_seconds(), lambda: _send(jobs)),
    ):
        scheduler.add_job(
            _tracked,
            "interval",
            args=(work, running),
            seconds=seconds,
            id=name,
            next_run_time=datetime.now(UTC),  # the first tick is now, not an interval away
        )
    scheduler.start()
    log.info("watching")
    ready()
    await stopping.wait()
    log.info("stopping")
    scheduler.shutdown(wait=False)
    if running:
        _, late = await asyncio.wait(running, timeout=grace.total_seconds())
        for task in late:
            task.cancel()  # what it held in rows is found by the next start
    log.info("stopped")


def _on_signal(
    number: signal.Signals, stopping: asyncio.Event, stop_crawl: threading.Event
) -> None:
    if stopping.is_set():
        log.warning("second %s: stopping at once", number.name)
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)
    stopping.set()
    stop_crawl.set()


async def _tracked(
    work: Callable[[], Coroutine[None, None, None]], running: set[asyncio.Task[None]]
) -> None:
    """Run `work` so that the scheduler's own shutdown, which cancels, does not reach it."""
    task = asyncio.create_task(work())
    running.add(task)
    task.add_done_callback(running.discard)
    await asyncio.shield(task)


async def _check_while_due(jobs: DaemonJobs, stop: threading.Event) -> None:
    """Take slice after slice until nothing is due. A failed slice waits for the next tick."""
    try:
        while not stop.is_set() and await _in_thread(lambda: jobs.check_due(stop)):
            pass
    except Exception:
        log.exception("a slice of checks failed; its policies are claimed again later")


async def _send(jobs: DaemonJobs) -> None:
    try:
        await jobs.send_due()
    except Exception:
        log.exception("the outbox could not be worked; what it holds is tried again")


async def _in_thread(work: Callable[[], int]) -> int:
    """Run `work` on a thread that does not keep the process alive, unlike the loop's own pool."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[int] = loop.create_future()

    def settle(result: int | BaseException) -> None:
        if done.done():
            return
        if isinstance(result, BaseException):
            done.set_exception(result)
        else:
            done.set_result(result)

    def run() -> None:
        try:
            result: int | BaseException = work()
        except BaseException as error:  # noqa: BLE001 - handed over to who awaits, whatever it is
            result = error
        with contextlib.suppress(RuntimeError):  # the loop ended while we worked
            loop.call_soon_threadsafe(settle, result)

    threading.Thread(target=run, name="check", daemon=True).start()
    return await done
