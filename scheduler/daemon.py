"""The long-lived process: timers and outcomes wake the jobs, a signal ends it.

State lives in rows, so the timers carry none: each tick asks the database what
is due. Killed at any moment, the next start goes on from the rows.
"""

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from apscheduler.schedulers.asyncio import AsyncIOScheduler

__all__ = ["DaemonJobs", "run_daemon"]

log = logging.getLogger(__name__)

# How often rows are asked what is due; a check is late by at most this.
_TICK = timedelta(seconds=5)
# An alert waits at most this long once it is committed.
_OUTBOX = timedelta(seconds=5)
# How often rows are asked what archives could tell; nobody waits for it.
_PAST = timedelta(seconds=60)
# A service manager kills after ten seconds (systemd's own default is 90); leave it a margin.
_GRACE = timedelta(seconds=8)
# Outcomes come in bursts; what is due is asked for once for all of them.
_BREATH_S = 0.05

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DaemonJobs:
    """What is woken. All but `send_due` block and run on worker threads.

    `feed` hands the crawl what is due, as much as fits. `stop_feeding` ends the crawl
    within the time it is given. `on_room` takes what is to be called when more fits,
    from any thread. `send_due` runs on the event loop.
    """

    feed: Callable[[], int]
    stop_feeding: Callable[[timedelta], None]
    on_room: Callable[[Callable[[], None]], None]
    send_due: Callable[[], Awaitable[object]]
    # asks archives until the event it is given is set or nothing is left to ask
    look_back: Callable[[threading.Event], object] | None = None


async def run_daemon(
    jobs: DaemonJobs,
    *,
    ready: Callable[[], None] = lambda: None,
    tick: timedelta = _TICK,
    grace: timedelta = _GRACE,
) -> None:
    """Run until SIGTERM or SIGINT, then stop within `grace`. A second signal stops at once."""
    life = _Life(jobs, asyncio.get_running_loop())
    scheduler = AsyncIOScheduler(
        timezone="UTC",
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for name, every, work in (
        ("check", tick, life.wake),
        ("outbox", _OUTBOX, life.send),
        ("past", _PAST, life.look_back),
    ):
        scheduler.add_job(
            work,
            "interval",
            seconds=every.total_seconds(),
            id=name,
            next_run_time=datetime.now(UTC),  # the first tick is now, not an interval away
        )
    feeding = asyncio.create_task(life.feed())
    scheduler.start()
    log.info("watching")
    ready()
    await life.stopping.wait()
    log.info("stopping")
    scheduler.shutdown(wait=False)
    await life.end(feeding, grace)
    log.info("stopped")


class _Life:
    """The daemon between its start and its end: what wakes it, and what it is doing."""

    def __init__(self, jobs: DaemonJobs, loop: asyncio.AbstractEventLoop) -> None:
        self.stopping = asyncio.Event()
        self._jobs = jobs
        self._hungry = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._over = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._on_signal, number)
        jobs.on_room(lambda: _from_thread(loop, self._hungry.set))

    async def wake(self) -> None:
        """Have the rows asked what is due."""
        self._hungry.set()

    async def feed(self) -> None:
        """Feed the crawl whenever it may be hungry. A feeding that fails waits for the next tick."""
        while not self.stopping.is_set():
            await self._hungry.wait()
            self._hungry.clear()
            try:
                await in_thread(self._jobs.feed)
            except Exception:
                log.exception("the crawl could not be fed; what is due is claimed again")
            await asyncio.sleep(_BREATH_S)

    async def send(self) -> None:
        """Work the outbox, out of reach of the scheduler's own shutdown, which cancels."""
        task = asyncio.create_task(self._send())
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)
        await asyncio.shield(task)

    async def look_back(self) -> None:
        """Ask archives, on a thread that ends by itself soon after the daemon is to stop."""
        work = self._jobs.look_back
        if work is None or self.stopping.is_set():
            return
        try:
            await in_thread(lambda: work(self._over))
        except Exception:
            log.exception("archives could not be asked; what is due is claimed again")

    async def end(self, feeding: "asyncio.Task[None]", grace: timedelta) -> None:
        """Stop the crawl and let a mail that is under way arrive, all within `grace`."""
        self._hungry.set()
        crawl = asyncio.create_task(self._stop_crawl(feeding, grace))
        _, late = await asyncio.wait({crawl, *self._sending}, timeout=grace.total_seconds())
        for task in (feeding, *late):
            task.cancel()  # what it held in rows is found by the next start

    async def _stop_crawl(self, feeding: "asyncio.Task[None]", grace: timedelta) -> None:
        await asyncio.wait({feeding}, timeout=grace.total_seconds() / 4)
        try:
            await in_thread(lambda: self._jobs.stop_feeding(grace / 2))
        except Exception:
            log.exception("the crawl did not stop in order; its claims lapse")

    async def _send(self) -> None:
        try:
            await self._jobs.send_due()
        except Exception:
            log.exception("the outbox could not be worked; what it holds is tried again")

    def _on_signal(self, number: signal.Signals) -> None:
        if self.stopping.is_set():
            log.warning("second %s: stopping at once", number.name)
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self.stopping.set()
        self._over.set()
        self._hungry.set()


async def in_thread(work: Callable[[], T]) -> T:
    """Run `work` on a thread that does not keep the process alive, unlike the loop's own pool."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]  # without an error it is a T

    def run() -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - handed over to who awaits, whatever it is
            _from_thread(loop, settle, None, error)
        else:
            _from_thread(loop, settle, result, None)

    threading.Thread(target=run, name="job", daemon=True).start()
    return await done


def _from_thread(
    loop: asyncio.AbstractEventLoop, call: Callable[..., object], *args: object
) -> None:
    with contextlib.suppress(RuntimeError):  # the loop ended while we worked
        loop.call_soon_threadsafe(call, *args)
