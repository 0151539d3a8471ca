"""The daemon's jobs, put together from the settings, and put together anew when they change.

What belongs to the daemon alone stands here: its chores, its numbers, what a
SIGHUP takes up. The parts themselves are wired in `clausewatch.wiring`.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from threading import Event

from clausewatch.config import Settings, SettingsError
from clausewatch.metrics import Metrics, Standing
from clausewatch.syncing import sync_file
from clausewatch.wiring import App
from scheduler.daemon import Chore, DaemonJobs, in_thread
from scheduler.feeding import release_the_dead
from scheduler.jobs import remake
from scheduler.pulse import Pulse
from storage.errors import CorruptDatabase, StorageError
from storage.history import status
from storage.integrity import note_look
from storage.soundness import look
from storage.time_shift import ahead_of, bring_back
from storage.verify import Misfit, verify

__all__ = ["Living"]

log = logging.getLogger(__name__)

# An alert waits at most this long once it is committed.
_OUTBOX = timedelta(seconds=5)
# How often rows are asked what archives could tell; nobody waits for it.
_PAST = timedelta(minutes=1)
# A first look back at a long list goes on for hours, at the pace the archives ask for.
_PAST_LIMIT = timedelta(days=1)
# The database is kept in shape once a day, in steps that hold nobody up, however many.
_UPKEEP = timedelta(days=1)
_UPKEEP_LIMIT = timedelta(hours=6)
# All of the record is read once a day, and not while the daemon catches up after its start.
_WHOLE_LOOK_AFTER = timedelta(hours=1)
# Sooner than anybody who listens for it would worry; often enough for a grace of five minutes.
_PING = timedelta(minutes=1)


class Living:
    """One daemon from its start to its end. `reread` reads the settings again; it may raise."""

    def __init__(self, app: App, *, pulse: Pulse, reread: Callable[[], Settings]) -> None:
        self._app = app
        self._reread = reread
        self.pulse = pulse
        self.over = Event()
        self.metrics = Metrics(self._standing)

    def begin(self) -> DaemonJobs:
        """Put right what an earlier life left, take up the watchlist, and return the jobs."""
        app = self._app
        misfits = look(app.store)
        for misfit in misfits:
            log.error("the record does not fit: %s; see `clausewatch verify`", misfit)
        if misfits:
            self._note_look(misfits, whole=False)
        release_the_dead(app.store, app.clock)
        with app.store.reading() as session:
            ahead = ahead_of(session, app.clock())
        if ahead:
            log.warning("the newest fetch is %s in the future: the clock was set back", ahead)
            self.clock_moved(-ahead)
        self._take_watchlist(app)
        return self._jobs(app)

    def reload(self) -> DaemonJobs:
        """Take up the settings and the watchlist as they are now: all of it, or an error and nothing."""
        settings = self._reread()
        if settings.database != self._app.settings.database:
            raise SettingsError(
                f"database = {settings.database!r}: another database needs a restart"
            )
        app = App(settings, self._app.store, self._app.clock)
        self._take_watchlist(app)
        self._app = app
        return self._jobs(app)

    def clock_moved(self, by: timedelta) -> None:
        """Bring planned times nearer when the clock was set back by as much."""
        if by >= timedelta(0):
            return  # what became due is done once, and what was missed is written down
        with self._app.store.writing() as session:
            bring_back(session, -by, now=self._app.clock())

    def unready(self) -> list[str]:
        """Say what keeps the daemon from its work."""
        with self._app.store.reading() as session:
            status(session, self._app.clock())
        return []

    def _jobs(self, app: App) -> DaemonJobs:
        feeder = app.feeder(on_kept=self.metrics.fetched)

        def on_room(more: Callable[[], None]) -> None:
            feeder.on_room = more

        async def send_due() -> None:
            report = await app.outgoing.send_what_is_due()
            done = asdict(report)
            self.metrics.delivered(done)
            if any(done.values()):
                log.info("sent", extra=done)

        def look_back() -> Awaitable[int]:
            return in_thread(lambda: app.look_back(self.over))

        def make_again() -> Awaitable[int]:
            return in_thread(lambda: remake(app.store, self.over, now=app.clock))

        def whole() -> Awaitable[None]:
            return in_thread(lambda: self._look_at_all(app))

        chores = [
            Chore("outbox", _OUTBOX, send_due, finishes=True),
            Chore("past", _PAST, look_back, limit=_PAST_LIMIT),
            Chore("rules", _PAST, make_again, limit=_PAST_LIMIT),
            Chore("upkeep", _UPKEEP, lambda: in_thread(app.keep_up), limit=_UPKEEP_LIMIT),
            Chore("integrity", _UPKEEP, whole, limit=_UPKEEP_LIMIT, first=_WHOLE_LOOK_AFTER),
        ]
        if url := app.settings.daemon.ping_url:
            chores.append(Chore("ping", _PING, lambda: self._ping(url), limit=_PING))
        return DaemonJobs(
            feed=feeder.feed,
            stop_feeding=feeder.stop,
            stalled=feeder.stalled,
            on_room=on_room,
            chores=chores,
        )

    def _look_at_all(self, app: App) -> None:
        """Hold the whole record against itself. Raises CorruptDatabase, which counts as a failure."""
        try:
            with app.store.reading() as session:
                problems = verify(session)
        except CorruptDatabase as error:  # too damaged to be read to its end
            problems = [Misfit("database", "", str(error))]
        self._note_look(problems, whole=True)
        if problems:
            more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
            raise CorruptDatabase(f"{app.store.database}: {problems[0]}{more}")

    def _note_look(self, misfits: Sequence[Misfit], *, whole: bool) -> None:
        """Keep what a look found, for a notice. What cannot be written any more is in the log alone."""
        try:
            with self._app.store.writing() as session:
                note_look(session, misfits, now=self._app.clock(), whole=whole)
        except StorageError:
            log.exception("what the look at the record found could not be kept")

    async def _ping(self, url: str) -> None:
        """Tell whoever waits for it that all is well; when it is not, say nothing."""
        from clausewatch.ping import ping

        if not self.pulse.ailments() and not await in_thread(self.unready):
            await ping(url)

    def _take_watchlist(self, app: App) -> None:
        file = app.settings.watchlist
        if file is not None:
            plan = sync_file(app.store, file, now=app.clock()).policies
            counts = {"added": len(plan.add), "changed": len(plan.change)}
            counts["retired"] = len(plan.retire)
            log.info("watchlist taken up", extra={"file": str(file), **counts})

    def _standing(self) -> Standing:
        app = self._app
        with app.store.reading() as session:
            view = status(session, app.clock())
        file = Path(app.store.database)
        return Standing(view, file.stat().st_size if file.is_file() else 0)
