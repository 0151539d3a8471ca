"""One watched policy in a database on disk, and pages to fetch: the helper that knows the API."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, update

from storage.engine import Store, open_store
from storage.history import timeline
from storage.models import Policy, Sighting, Snapshot
from storage.past import PastRecorded, record_past, understand_past
from storage.policies import add_policy
from storage.rebuild import settle
from storage.record import Fetched, KeepBodies, Recorded, Stale, Understood, record, understand
from storage.verify import Misfit, verify
from storage.views import SnapshotView

__all__ = [
    "HOUR",
    "NOW",
    "URL",
    "A",
    "B",
    "C",
    "World",
    "counted",
    "fetched",
    "fresh_world",
    "page",
    "watched",
]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL = "https://www.tealeaf.example/privacy"
_BESIDE = "https://www.roastery.example/privacy"  # of another service

_BODY = "".join(
    f"<h2>Part {number}</h2><p>When you order {thing} we ask for your name and your address, "
    f"and we use them to send it to you and for nothing else.</p>"
    for number, thing in enumerate(("a kettle", "a cup", "a tin", "a filter", "a spoon"), 1)
)


def page(*clauses: str, note: str = "") -> bytes:
    """Return the HTML of a policy that says `clauses` in its last part."""
    said = "".join(f"<p>{clause}</p>" for clause in clauses)
    return (
        "<!doctype html><html lang=en><head><title>Privacy policy</title></head><body><main>"
        f"<h1>Privacy policy</h1>{_BODY}<h2>Who else sees your data</h2>{said}"
        f"</main>{note}</body></html>"
    ).encode()


# Three texts, each a material change of the others.
A = page("We do not sell your personal data, and we do not share it with advertisers.")
B = page("We sell your personal data to advertisers.", "We keep it for seven years.")
C = page("We share your personal data with data brokers and with our parent company abroad.")


def fetched(policy_id: int, at: datetime, body: bytes | None, **given: object) -> Fetched:
    values: dict[str, object] = {
        "policy_id": policy_id,
        "source": "live",
        "url": URL,
        "final_url": URL,
        "redirects": (),
        "slot_at": None,
        "observed_at": at,
        "took_ms": 40,
        "status": 200,
        "headers": (("Content-Type", "text/html; charset=utf-8"),),
        "body": body,
    }
    return Fetched(**(values | given))  # type: ignore[arg-type]  # a bag of overrides, in tests only


@dataclass
class World:
    """A store with one policy; `fetch` is a whole check, `at` the virtual clock."""

    store: Store
    policy_id: int
    confirm_after: timedelta = HOUR
    at: datetime = NOW
    keep_bodies: KeepBodies = "texts"
    recording: Callable[..., Recorded] = record
    news: list[int] = field(default_factory=list)

    def fetch(self, body: bytes | None, *, after: timedelta = HOUR, **given: object) -> Recorded:
        self.at += after
        return self.keep(fetched(self.policy_id, self.at, body, **given))

    def keep(self, given: Fetched) -> Recorded:
        understood = self._understood(given)
        with self.store.writing() as session:
            recorded = self.recording(
                session,
                understood,
                now=self.at,
                confirm_after=self.confirm_after,
                keep_bodies=self.keep_bodies,
            )
        if recorded.news_change_id is not None:
            self.news.append(recorded.news_change_id)
        return recorded

    def _understood(self, given: Fetched) -> Understood:
        try:
            return understand(self.store, given, now=self.at)
        except Stale:  # furniture was learnt since
            settle(self.store, self.policy_id, only_learnt=True)
            return understand(self.store, given, now=self.at)

    def archive(
        self, body: bytes | None, at: datetime, *, source: str = "wayback", **given: object
    ) -> PastRecorded:
        capture = fetched(self.policy_id, at, body, source=source, **given)
        settle(self.store, self.policy_id)
        understood = understand_past(self.store, capture)
        with self.store.writing() as session:
            return record_past(session, understood, now=self.at)

    def beside(self) -> "World":
        """Watch another policy in the same store; neither knows of the other."""
        with self.store.writing() as session:
            policy = add_policy(session, url=_BESIDE, now=NOW)
            assert policy.id is not None
            return World(self.store, policy.id, self.confirm_after)

    def made_by_older_rules(self, **otherwise: str) -> None:
        """Let all texts look as if older rules had read them."""
        with self.store.writing() as session:
            session.execute(update(Snapshot).values(revision=-1, **otherwise))
            session.execute(update(Sighting).values(revision=-1))

    def fail(self, cause: str = "timeout") -> Recorded:
        return self.fetch(None, cause=cause, status=None)

    def not_modified(self) -> Recorded:
        return self.fetch(None, status=304)

    def timeline(self) -> list[SnapshotView]:
        with self.store.reading() as session:
            return timeline(session, self.policy_id)

    def states(self) -> list[str]:
        """Return the state of each change along the timeline."""
        return [view.change.state for view in self.timeline() if view.change]

    def policy(self) -> Policy:
        with self.store.reading() as session:
            return session.get_one(Policy, self.policy_id)

    def misfits(self) -> list[Misfit]:
        with self.store.reading() as session:
            return verify(session)


def watched(folder: Path, *, confirm_after: timedelta = HOUR, url: str = URL) -> World:
    store = open_store(str(folder / "watch.sqlite"))
    with store.writing() as session:
        policy = add_policy(session, url=url, now=NOW)
        assert policy.id is not None
        return World(store, policy.id, confirm_after)


@contextmanager
def fresh_world(empty: Path, confirm_after: timedelta = HOUR) -> Iterator[World]:
    """Give a world of its own to each example of a law: copying is cheaper than migrating."""
    with tempfile.TemporaryDirectory() as folder:
        path = shutil.copy(empty, folder)
        with open_store(str(path)) as store:
            yield World(store, 1, confirm_after)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements that any database is given."""
    statements: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", count)
