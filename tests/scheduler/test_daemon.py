"""The daemon's life: signals, reloads, stuck jobs, clocks that jump. Real signals, a real loop."""

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.daemon import Chore, DaemonJobs, Surroundings, in_thread, run_daemon
from scheduler.pulse import Pulse
from storage.errors import NewerDatabase

SOON = timedelta(seconds=10)  # nothing here takes a second; a machine may be busy
MOMENT = timedelta(milliseconds=20)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Crawl:
    """What is fed: counts its feedings, and says what it is told to say."""

    def __init__(self) -> None:
        self.fed = 0
        self.stopped = 0
        self.room: Callable[[], None] = lambda: None
        self.stall = timedelta(0)

    def jobs(self, *chores: Chore) -> DaemonJobs:
        return DaemonJobs(
            feed=self.feed,
            stop_feeding=self.stop,
            stalled=lambda: self.stall,
            on_room=lambda more: setattr(self, "room", more),
            chores=chores,
        )

    def feed(self) -> int:
        self.fed += 1
        return 0

    def stop(self, grace: timedelta) -> None:
        self.stopped += 1
        self.stall = timedelta(0)


class Clocks:
    """Two clocks that a test moves."""

    def __init__(self) -> None:
        self.at, self.seconds = NOON, 0.0

    def pass_(self, seconds: float, *, wall: timedelta | None = None) -> None:
        self.seconds += seconds
        self.at += timedelta(seconds=seconds) if wall is None else wall


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON.total_seconds()):
        while not true():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.005)


async def live(
    jobs: DaemonJobs, do: Callable[[], Awaitable[None]], around: Surroundings | None = None
) -> None:
    """Run the daemon while `do` does something, then tell it to stop."""
    started = asyncio.Event()
    daemon = asyncio.create_task(
        run_daemon(jobs, around, ready=started.set, tick=MOMENT, beat=MOMENT, grace=SOON / 10)
    )
    try:
        await asyncio.wait_for(started.wait(), SOON.total_seconds())
        await do()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(daemon, SOON.total_seconds())
    finally:
        daemon.cancel()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            asyncio.get_running_loop().remove_signal_handler(number)


async def test_rows_are_asked_at_every_tick_and_whenever_there_is_room() -> None:
    crawl = Crawl()

    async def watch() -> None:
        await until(lambda: crawl.fed >= 2)
        before = crawl.fed
        crawl.room()
        await until(lambda: crawl.fed > before)

    await live(crawl.jobs(), watch)
    assert crawl.stopped == 1


async def test_a_chore_that_fails_is_counted_and_stops_nothing() -> None:
    crawl, failed, turns = Crawl(), list[str](), list[int]()

    async def fail() -> None:
        turns.append(1)
        raise OSError("no disk")

    async def watch() -> None:
        await until(lambda: len(turns) >= 2 and crawl.fed >= 2)

    jobs = crawl.jobs(Chore("sweep", MOMENT, fail))
    await live(jobs, watch, Surroundings(failed=failed.append))
    assert failed[:2] == ["sweep", "sweep"]


async def test_a_hang_up_takes_up_new_jobs_and_stops_the_old_crawl_first() -> None:
    old, new = Crawl(), Crawl()
    around = Surroundings(reload=new.jobs)

    async def watch() -> None:
        await until(lambda: old.fed > 0)
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: new.fed > 0)

    await live(old.jobs(), watch, around)
    assert (old.stopped, new.stopped) == (1, 1)


async def test_a_hang_up_with_a_broken_file_changes_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    crawl = Crawl()

    def refuse() -> DaemonJobs:
        raise ValueError('clausewatch.toml: every = "often": is no duration')

    async def watch() -> None:
        os.kill(os.getpid(), signal.SIGHUP)
        await until(lambda: "is no duration" in caplog.text)
        before = crawl.fed
        await until(lambda: crawl.fed > before)

    await live(crawl.jobs(), watch, Surroundings(reload=refuse))
    assert "the old ones stay" in caplog.text
    assert crawl.stopped == 1


async def test_a_stuck_chore_is_ended_and_begun_again_at_its_next_turn() -> None:
    crawl, clocks, turns, ended = Crawl(), Clocks(), list[int](), list[int]()

    async def hang() -> None:
        turns.append(1)
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(1)

    pulse = Pulse(lambda: clocks.seconds)

    async def watch() -> None:
        await until(lambda: len(turns) == 1)
        clocks.pass_(61)
        assert pulse.ailments() == ["outbox has not ended for 61 s"]
        await until(lambda: bool(ended) and len(turns) >= 2)
        assert pulse.ailments() == []

    jobs = crawl.jobs(Chore("outbox", MOMENT, hang, limit=timedelta(minutes=1)))
    around = Surroundings(pulse=pulse, clock=lambda: clocks.at)
    await live(jobs, watch, around)


async def test_a_crawl_that_brings_nothing_is_begun_anew() -> None:
    crawl = Crawl()

    async def watch() -> None:
        crawl.stall = timedelta(minutes=31)
        await until(lambda: crawl.stopped == 1)
        before = crawl.fed
        await until(lambda: crawl.fed > before)

    await live(crawl.jobs(), watch)


async def test_a_thread_that_cannot_be_ended_makes_the_process_give_up() -> None:
    crawl, clocks, gave_up, free = Crawl(), Clocks(), threading.Event(), threading.Event()
    hangs = threading.Event()

    def hang() -> int:
        hangs.set()
        free.wait(SOON.total_seconds())
        return 0

    async def watch() -> None:
        await until(hangs.is_set)
        clocks.pass_(3600)
        await until(gave_up.is_set)
        free.set()

    around = Surroundings(
        pulse=Pulse(lambda: clocks.seconds), clock=lambda: clocks.at, give_up=gave_up.set
    )
    await live(replace(crawl.jobs(), feed=hang), watch, around)
    assert gave_up.is_set()


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(hours=1)])
async def test_a_clock_that_is_set_is_noticed_once(jump: timedelta) -> None:
    crawl, clocks, moved = Crawl(), Clocks(), list[timedelta]()

    async def watch() -> None:
        clocks.pass_(10, wall=jump + timedelta(seconds=10))
        await until(lambda: bool(moved))
        clocks.pass_(10)
        before = crawl.fed
        await until(lambda: crawl.fed > before + 2)

    around = Surroundings(
        pulse=Pulse(lambda: clocks.seconds), clock=lambda: clocks.at, clock_moved=moved.append
    )
    await live(crawl.jobs(), watch, around)
    assert moved == [jump]


async def test_a_mail_under_way_may_arrive_before_the_end() -> None:
    crawl, arrived = Crawl(), list[int]()
    under_way = asyncio.Event()

    async def send() -> None:
        under_way.set()
        await asyncio.sleep(0.1)
        arrived.append(1)

    async def watch() -> None:
        await under_way.wait()

    jobs = crawl.jobs(Chore("outbox", SOON, send, finishes=True))
    await live(jobs, watch)
    assert arrived == [1]


async def test_a_chore_that_can_be_cut_off_holds_up_no_end() -> None:
    crawl, free, under_way = Crawl(), threading.Event(), threading.Event()

    def sweep() -> None:
        under_way.set()
        free.wait()

    async def watch() -> None:
        await until(under_way.is_set)

    chore = Chore("sweep", SOON, lambda: in_thread(sweep))
    around = Surroundings()
    started = asyncio.Event()
    daemon = asyncio.create_task(
        run_daemon(crawl.jobs(chore), around, ready=started.set, grace=timedelta(days=1))
    )
    try:
        await started.wait()
        await watch()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(daemon, SOON.total_seconds())
    finally:
        free.set()


async def test_a_chore_has_its_first_turn_when_it_is_said() -> None:
    crawl, turns = Crawl(), list[str]()

    async def turn(name: str) -> None:
        turns.append(name)

    later = Chore("later", SOON, lambda: turn("later"), first=timedelta(hours=1))
    await live(
        crawl.jobs(later, Chore("now", MOMENT, lambda: turn("now"))),
        lambda: until(lambda: len(turns) > 2),
    )
    assert set(turns) == {"now"}


async def test_a_database_that_a_newer_release_took_over_ends_the_daemon_in_order() -> None:
    crawl, around = Crawl(), Surroundings()

    def feed() -> int:
        raise NewerDatabase("watch.sqlite has schema 9999")

    with pytest.raises(NewerDatabase, match="9999"):
        await asyncio.wait_for(
            run_daemon(replace(crawl.jobs(), feed=feed), around, tick=MOMENT), SOON.total_seconds()
        )
    assert crawl.stopped == 1
    assert around.over.is_set()
