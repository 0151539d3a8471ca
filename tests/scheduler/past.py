"""A policy and an archive that knows its past: the one helper that knows how backfills are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial

from analysis.reading import read_page
from crawler.archive import Archive
from crawler.asking import ask
from crawler.options import CrawlOptions
from scheduler.archive_work import ArchiveDoors, Step
from scheduler.backfill import work_backfills
from storage.archived import Counts, counts_of
from storage.backfills import BackfillView, begin_backfill
from storage.history import timeline
from storage.views import SnapshotView
from tests.storage.world import URL, A, B, C, World
from tests.support.archive import FakeArchive
from tests.support.clock import Clock

__all__ = ["DAY", "MONTH", "NOW", "START", "WALL", "Past", "daily"]

START = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MONTH = timedelta(days=30)
WALL = (
    b"<html lang=en><title>Just a moment...</title><p>Checking your browser before access.</html>"
)


@dataclass
class Past:
    """A policy, an archive that knows its past, and a clock that waiting moves: knows the API."""

    world: World
    archive: FakeArchive
    clock: Clock = field(default_factory=lambda: Clock(NOW))
    archives: list[Archive] = field(default_factory=list)
    waits: list[timedelta] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    timeout_s: float = 10.0
    now: Callable[[], datetime] | None = None

    def put(self, *captures: tuple[datetime, bytes]) -> None:
        for at, body in captures:
            self.archive.put(URL, at, body)

    def begin(self, *, every: timedelta = MONTH, alone: bool = False) -> int:
        first = (self.archives or [self.archive.as_archive()])[0]
        with self.world.store.writing() as session:
            return begin_backfill(
                session,
                self.world.policy_id,
                archive=first.name,
                url=URL,
                reason="asked",
                since=None,
                until=NOW,
                every=every,
                alone=alone,
                now=self.clock(),
            )

    def work(
        self,
        ids: list[int] | None = None,
        *,
        patiently: bool = True,
        stop_after: int | None = None,
    ) -> list[BackfillView]:
        doors = self.doors

        def on_step(step: Step) -> None:
            self.steps.append(step)
            if stop_after is not None and step.fetched >= stop_after:
                doors.stop.set()

        return work_backfills(replace(doors, on_step=on_step), ids, patiently=patiently)

    def backfill(self, *, every: timedelta = MONTH) -> BackfillView:
        return self.work([self.begin(every=every)])[-1]

    @property
    def doors(self) -> ArchiveDoors:
        chosen = self.archives or [self.archive.as_archive()]
        return ArchiveDoors(
            store=self.world.store,
            archives={archive.name: archive for archive in chosen},
            ask=partial(ask, options=self.options),
            now=self.now or self.clock,
            wait=self.wait,
            worker="test",
        )

    @property
    def options(self) -> CrawlOptions:
        return CrawlOptions(
            user_agent="Clausewatch/0", allow_addresses=("127.0.0.0/8",), timeout_s=self.timeout_s
        )

    def wait(self, until: datetime) -> None:
        self.waits.append(until - self.clock())
        self.clock.at = max(until, self.clock.at)

    @property
    def counts(self) -> Counts:
        with self.world.store.reading() as session:
            return counts_of(session, self.world.policy_id)

    @property
    def texts(self) -> list[tuple[str, datetime, datetime]]:
        """The timeline: what each text says, and when it was seen first and last."""
        return [(says(view), view.first_seen, view.last_seen) for view in self.timeline]

    @property
    def timeline(self) -> list[SnapshotView]:
        with self.world.store.reading() as session:
            return timeline(session, self.world.policy_id)


_DIGESTS: dict[str, str] = {}


def says(view: SnapshotView) -> str:
    if not _DIGESTS:
        for name, body in (("A", A), ("B", B), ("C", C)):
            _DIGESTS[read_page(body, url=URL, content_type="text/html").digest] = name
    return _DIGESTS.get(view.digest, "?")


def daily(
    texts: str, *, noisy: bool = True, apart: timedelta = DAY
) -> list[tuple[datetime, bytes]]:
    """Return captures `apart`, one a letter; `noisy` ones differ in bytes at every capture."""
    bodies = {"A": A, "B": B, "C": C, "w": WALL}
    return [
        (START + number * apart, bodies[text] + (b"<!-- %d -->" % number if noisy else b""))
        for number, text in enumerate(texts)
    ]
