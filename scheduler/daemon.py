"""The long-lived process: timers and outcomes wake the jobs, signals and a watchdog end them.

State lives in rows, so the timers carry none: each tick asks the database what
is due. Killed at any moment, the next start goes on from the rows.
"""

import asyncio
import contextlib
import logging
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.pulse import Pulse
from scheduler.service_manager import ServiceManager
from scheduler.watchdog import Beat, clock_jump
from storage.errors import NewerDatabase

__all__ = ["Chore", "DaemonJobs", "Surroundings", "in_thread", "run_daemon"]

log = logging.getLogger(__name__)

# How often rows are asked what is due; a check is late by at most this.
_TICK = timedelta(seconds=5)
# A service manager kills after ten seconds (systemd's own default is 90); leave a busy machine
# the time to end the process as well.
_GRACE = timedelta(seconds=6)
# How often the clocks and the jobs are looked at, and a sign of life is given.
_BEAT = timedelta(seconds=10)
# Outcomes come in bursts; what is due is asked for once for all of them.
_BREATH_S = 0.05
# Longer than any claim, any backfill of a slice, any mail server's patience.
_LIMIT = timedelta(minutes=30)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chore:
    """A job that a timer wakes, one run at a time.

    `work` runs on the event loop; what blocks goes through `in_thread`. A run
    that takes longer than `limit` is stuck: it is cancelled, and tried again at
    the next turn. The `first` turn is so long after the start. One that `finishes`
    is given the time to when the daemon stops; others are cut off, and what they
    had not done is found by the next start.
    """

    name: str
    every: timedelta
    work: Callable[[], Awaitable[object]]
    limit: timedelta = _LIMIT
    first: timedelta = timedelta(0)
    finishes: bool = False


@dataclass(frozen=True, slots=True)
class DaemonJobs:
    """What is woken.

    `feed` and `stop_feeding` block and run on worker threads. `feed` hands the crawl what
    is due, as much as fits. `stop_feeding` ends the crawl within the time it is given; the
    next `feed` begins another. `stalled` is for how long a crawl that has work has brought
    no outcome, and answers at once. `on_room` takes what is to be called when more fits,
    from any thread.
    """

    feed: Callable[[], int]
    stop_feeding: Callable[[timedelta], None]
    stalled: Callable[[], timedelta]
    on_room: Callable[[Callable[[], None]], None]
    chores: Sequence[Chore]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Who looks after the daemon, and the clocks it lives by.

    `reload` answers SIGHUP: it blocks, and gives the jobs of the new settings or
    raises what is wrong with them. `clock_moved` blocks; it is told by how much the
    wall clock jumped. `failed` hears the name of a job that ended in an error.
    `give_up` ends a process whose job cannot be ended; the rows go on with the next.
    """

    pulse: Pulse = field(default_factory=Pulse)
    over: threading.Event = field(default_factory=threading.Event)  # set when the end begins
    manager: ServiceManager = field(default_factory=ServiceManager)
    reload: Callable[[], DaemonJobs] | None = None
    clock_moved: Callable[[timedelta], object] = lambda _: None
    failed: Callable[[str], None] = lambda _: None
    give_up: Callable[[], object] = os.abort
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


async def run_daemon(
    jobs: DaemonJobs,
    around: Surroundings | None = None,
    *,
    ready: Callable[[], None] = lambda: None,
    tick: timedelta = _TICK,
    beat: timedelta = _BEAT,
    grace: timedelta = _GRACE,
) -> None:
    """Run until SIGTERM or SIGINT, then stop within `grace`. A second signal stops at once.

    Raises NewerDatabase, after as clean an end, where a newer release took the database over.
    """
    around = around or Surroundings()
    life = _Life(jobs, around, grace)
    life.listen()
    turning = [
        asyncio.create_task(life.feed()),
        asyncio.create_task(life.keep_ticking(tick)),
        asyncio.create_task(life.keep_beating(beat)),
    ]
    log.info("watching")
    around.manager.ready()
    ready()
    await life.stopping.wait()
    log.info("stopping")
    around.manager.stopping()
    await life.end(turning)
    log.info("stopped")


class _Life:
    """The daemon between its start and its end: what wakes it, and what it is doing."""

    def __init__(self, jobs: DaemonJobs, around: Surroundings, grace: timedelta) -> None:
        self.stopping = asyncio.Event()
        self.refused: NewerDatabase | None = None  # why the database lets us work no more
        self._loop = asyncio.get_running_loop()
        self._around = around
        self._grace = grace
        self._hungry = asyncio.Event()
        self._at_work: dict[str, asyncio.Task[None]] = {}
        self._reloading: asyncio.Task[None] | None = None
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._take_up(jobs)
        self._scheduler.start()

    def listen(self) -> None:
        """Take the signals."""
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._on_stop, number)
        if self._around.reload is not None:
            self._loop.add_signal_handler(signal.SIGHUP, self._on_reload)

    async def feed(self) -> None:
        """Feed the crawl whenever it may be hungry. A feeding that fails waits for the next tick."""
        while not self.stopping.is_set():
            await self._hungry.wait()
            self._hungry.clear()
            if self._reloading is None and not self.stopping.is_set():
                await self._guarded("feed", _LIMIT, lambda: in_thread(self._jobs.feed))
            await asyncio.sleep(_BREATH_S)

    async def keep_ticking(self, tick: timedelta) -> None:
        """Have the rows asked what is due, now and then."""
        while not self.stopping.is_set():
            self._hungry.set()
            await asyncio.sleep(tick.total_seconds())

    async def keep_beating(self, beat: timedelta) -> None:
        """Look after the clocks and the jobs, and give a sign of life while all is well."""
        around = self._around
        before = Beat(around.clock(), around.pulse.monotonic())
        while not self.stopping.is_set():
            await asyncio.sleep(beat.total_seconds())
            now = Beat(around.clock(), around.pulse.monotonic())
            jump, before = clock_jump(before, now), now
            if jump:
                log.warning("the clock was set by %s", jump)
                await self._guarded("clock", _LIMIT, lambda by=jump: in_thread(lambda: around.clock_moved(by)))  # type: ignore[misc]  # fmt: skip
                self._hungry.set()
            await self._end_what_is_stuck()
            around.manager.alive("watching")

    async def end(self, turning: Sequence["asyncio.Task[None]"]) -> None:
        """Stop the crawl and let what finishes do so, a mail that is under way; within the grace."""
        self._scheduler.shutdown(wait=False)
        self._hungry.set()
        seconds = self._grace.total_seconds()
        crawl = asyncio.create_task(self._stop_crawl(turning[0]))
        finishing = {chore.name for chore in self._jobs.chores if chore.finishes}
        under_way = {task for name, task in self._at_work.items() if name in finishing}
        await asyncio.wait({crawl, *under_way}, timeout=seconds)
        for task in (*turning, crawl, *self._at_work.values()):
            task.cancel()  # what it held in rows is found by the next start
        if self.refused is not None:
            raise self.refused

    def _take_up(self, jobs: DaemonJobs) -> None:
        self._jobs = jobs
        jobs.on_room(lambda: _from_thread(self._loop, self._hungry.set))
        self._scheduler.remove_all_jobs()
        for chore in jobs.chores:
            self._scheduler.add_job(
                self._do,
                "interval",
                args=[chore],
                seconds=chore.every.total_seconds(),
                id=chore.name,
                next_run_time=datetime.now(UTC) + chore.first,
            )

    async def _do(self, chore: Chore) -> None:
        """Run a chore out of reach of the scheduler's own shutdown, which cancels."""
        if chore.name in self._at_work:
            return
        task = asyncio.create_task(self._guarded(chore.name, chore.limit, chore.work))
        self._at_work[chore.name] = task
        task.add_done_callback(lambda _: self._at_work.pop(chore.name, None))
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(task)

    async def _guarded(
        self, name: str, limit: timedelta, work: Callable[[], Awaitable[object]]
    ) -> None:
        """Run one job; its error is logged and stops nothing else."""
        try:
            with self._around.pulse.running(name, limit):
                await work()
        except NewerDatabase as error:
            self.refused = error  # an upgrade while we ran: the new release goes on
            self._stop()
        except Exception:
            self._around.failed(name)
            log.exception("%s failed; what is not done is done at its next turn", name)

    async def _end_what_is_stuck(self) -> None:
        """Cancel what can be cancelled, begin a stalled crawl anew, and give up on what is left."""
        for job in self._around.pulse.stuck():
            log.error("%s is stuck: it has not ended within %s", job.name, job.limit)
            task = self._at_work.get(job.name)
            if task is None or not task.cancel():
                self._give_up(job.name)
        if self._reloading is None and self._jobs.stalled() > _LIMIT:
            log.error("the crawl is stuck: no outcome within %s; it is begun anew", _LIMIT)
            stop = asyncio.create_task(in_thread(lambda: self._jobs.stop_feeding(self._grace)))
            done, _ = await asyncio.wait({stop}, timeout=2 * self._grace.total_seconds())
            if not done:
                self._give_up("the crawl")
            self._hungry.set()

    def _give_up(self, name: str) -> None:
        log.critical("%s cannot be ended; the process gives up, the next start goes on", name)
        self._around.failed(name)
        self._around.give_up()

    async def _stop_crawl(self, feeding: "asyncio.Task[None]") -> None:
        await asyncio.wait({feeding}, timeout=self._grace.total_seconds() / 4)
        try:
            await in_thread(lambda: self._jobs.stop_feeding(self._grace / 2))
        except Exception:
            log.exception("the crawl did not stop in order; its claims lapse")

    async def _reload(self) -> None:
        """Take up new settings, all or nothing."""
        assert self._around.reload is not None
        self._around.manager.reloading()
        try:
            jobs = await in_thread(self._around.reload)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the old ones stay
            log.error("the settings were not taken up, the old ones stay: %s", error)  # noqa: TRY400
        else:
            try:
                await in_thread(lambda: self._jobs.stop_feeding(self._grace))
            except Exception:
                log.exception("the crawl did not stop in order; its claims lapse")
            self._take_up(jobs)
            log.info("new settings taken up")
        self._around.manager.ready()
        self._reloading = None
        self._hungry.set()

    def _on_stop(self, number: signal.Signals) -> None:
        if self.stopping.is_set():
            log.warning("second %s: stopping at once", number.name)
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self._stop()

    def _stop(self) -> None:
        self.stopping.set()
        self._around.over.set()
        self._hungry.set()

    def _on_reload(self) -> None:
        if self._reloading is None and not self.stopping.is_set():
            self._reloading = self._loop.create_task(self._reload())


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
