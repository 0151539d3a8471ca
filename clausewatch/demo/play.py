"""Play the story to its end, and keep what came of each thing that happens in it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from clausewatch.demo.folder import DemoFolder
from clausewatch.demo.story import Plant, plants_until
from clausewatch.demo.verdict import Outcome, belongs, judge, stray
from clausewatch.demo.watch import Clock, Seen, prepare, watch
from clausewatch.printing import instant
from clausewatch.wiring import App

__all__ = ["Audience", "Play"]


class Audience(Protocol):
    """Somebody who is told as it goes."""

    def check(self, seen: Seen, *, quiet: bool) -> None: ...

    def outcome(self, outcome: Outcome, mails: Sequence[Path]) -> None: ...


class Play:
    """One run of the story. `complaints` is empty when all was found as planted."""

    def __init__(self, folder: DemoFolder, audience: Audience | None = None) -> None:
        self.checks: list[Seen] = []
        self.outcomes: list[Outcome] = []
        self.complaints: list[str] = []
        self._folder = folder
        self._audience = audience

    def run(self, app: App, clock: Clock, url: str, *, until: datetime) -> None:
        prepare(app, url)
        open_plants = list(plants_until(until))
        for seen in watch(app, clock, until=until):
            while open_plants and open_plants[0].until <= seen.at.date():
                self._close(open_plants.pop(0))
            owned = any(belongs(seen, plant) for plant in plants_until(until))
            self.checks.append(seen)
            if not owned:
                self.complaints += stray(seen)
            if self._audience:
                self._audience.check(seen, quiet=not owned)
        for plant in open_plants:
            self._close(plant)

    def report(self, url: str, begin: datetime, end: datetime) -> dict[str, Any]:
        """Return the whole run as JSON values."""
        return {
            "site": url,
            "from": instant(begin),
            "to": instant(end),
            "checks": dict(sorted(Counter(seen.outcome for seen in self.checks).items())),
            "happenings": [_happening(outcome) for outcome in self.outcomes],
            "mails": [str(path) for path in self._folder.mails()],
            "complaints": self.complaints,
        }

    def _close(self, plant: Plant) -> None:
        outcome = judge(plant, [seen for seen in self.checks if belongs(seen, plant)])
        self.outcomes.append(outcome)
        self.complaints += outcome.complaints
        pages = [
            page
            for alert in outcome.alerts
            for delivery in alert.deliveries
            if (page := self._folder.mail_of(delivery.message_id)) is not None
        ]
        if self._audience:
            self._audience.outcome(outcome, pages)


def _happening(outcome: Outcome) -> dict[str, Any]:
    plant = outcome.plant
    return {
        "day": plant.day.isoformat(),
        "pages": list(plant.pages),
        "kind": plant.kind,
        "told": plant.told,
        "found": list(outcome.said),
        "as_planted": not outcome.complaints,
        "alerts": [
            {
                "id": alert.id,
                "topics": list(alert.topics),
                "severity": alert.severity,
                "direction": alert.direction,
                "headline": alert.headline,
                "recipients": [delivery.recipient for delivery in alert.deliveries],
            }
            for alert in outcome.alerts
        ],
    }
