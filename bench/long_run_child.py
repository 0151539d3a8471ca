"""One life of the virtual daemon of `bench.long_run`: a process that is killed anywhere and goes on.

It wakes every tick, checks what is due with the daemon's own crawl, and sends. Its
parent plans, serves and kills; between them are a folder and two servers' clocks.
"""

import json
import os
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col, func, select

from bench.replay import VirtualClock, ask
from clausewatch.config import Settings
from clausewatch.settings_tables import CrawlSettings, MailSettings
from clausewatch.wiring import App, open_app
from scheduler.feeding import release_the_dead
from storage.models import Delivery, Policy

__all__ = ["clock_of", "live", "move", "settings_of"]

_LONGEST_S = 120  # of one instant; what takes longer hangs


def live(folder: Path, tick: timedelta) -> None:
    """Go on from the rows, wake after wake, until the end; what a killed one left comes first."""
    with (folder / "child.log").open("a") as said:
        os.dup2(said.fileno(), sys.stderr.fileno())
    plan = json.loads((folder / "plan.json").read_text())
    end = datetime.fromisoformat(plan["end"]).replace(tzinfo=UTC)
    clock = VirtualClock(clock_of(folder))
    with open_app(settings_of(folder, plan), clock=clock) as app:
        release_the_dead(app.store, clock)
        daemon = _Fed(app)
        while True:
            daemon.check_what_is_due()
            app.send()
            if clock.at >= end:
                break
            due = max(_next_instant(app) or end, clock.at + tick / 1000)
            clock.at = min(_start_of_day(due) + tick * -(-_into_day(due) // tick), end)
            move(folder, plan, clock.at)
        daemon.stop()
        app.send(ignore_backoff=True)


def settings_of(folder: Path, plan: dict[str, Any]) -> Settings:
    return Settings(
        database=str(folder / "long-run.sqlite"),
        confirm_after=timedelta(hours=2),
        crawl=CrawlSettings(allow_addresses=("127.0.0.0/8",), timeout=timedelta(seconds=20)),
        # One mail an alert, so that they can be counted.
        mail=MailSettings(smtp_url=plan["smtp"], folder=folder / "mails", group_from=10_000),
    )


def clock_of(folder: Path) -> datetime:
    return datetime.fromisoformat((folder / "clock").read_text())


class _Fed:
    """The daemon's own crawl, made to finish what is due before the clock goes on."""

    def __init__(self, app: App) -> None:
        self._kept = threading.Semaphore(0)
        self._feeder = app.feeder(on_kept=lambda _: self._kept.release())

    def check_what_is_due(self) -> None:
        while begun := self._feeder.feed():
            for _ in range(begun):
                if not self._kept.acquire(timeout=_LONGEST_S):
                    sys.exit("a page has no outcome; see above")

    def stop(self) -> None:
        self._feeder.stop(timedelta(seconds=5))


def _start_of_day(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)


def _into_day(at: datetime) -> timedelta:
    return at - _start_of_day(at)


def _next_instant(app: App) -> datetime | None:
    """When something can be done: a policy that is due, or a mail to try again."""
    with app.store.reading() as session:
        check = session.exec(select(func.min(Policy.next_check_at))).one()
        mail = session.exec(
            select(func.min(Delivery.next_attempt_at)).where(col(Delivery.state) == "queued")
        ).one()
    return min((at for at in (check, mail) if at is not None), default=None)


def move(folder: Path, plan: dict[str, Any], at: datetime) -> None:
    """Set the clocks of both servers and leave the time for the next child; whole or not at all."""
    for clock in plan["clocks"]:
        ask(clock, {"at": f"{at:%Y-%m-%dT%H:%M:%SZ}"})
    fresh = folder / "clock.new"
    fresh.write_text(at.isoformat())
    fresh.replace(folder / "clock")
