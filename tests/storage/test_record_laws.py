"""Whatever a page does and in whatever order, one check leaves one row, and readers hear once.

The model beside the code knows nothing of rows: it keeps the run of equal texts
that the page shows now, and the text that readers know.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from storage.history import change_of, text_of
from storage.models import Alert, Change, Fetch, Snapshot
from tests.storage.world import HOUR, NOW, A, B, C, World, fresh_world, watched

TEXTS = {"A": A, "B": B, "C": C}
WALL = (
    b"<html lang=en><title>Just a moment...</title><p>Checking your browser before access.</html>"
)
TURNS = 3  # exchanges of two told texts that make them variants, of which no more is told

Step = tuple[str, int]  # what the page does, minutes after the step before
steps = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C", "A", "B", "304", "timeout", "wall"]),
        st.sampled_from([5, 30, 60, 600]),
    ),
    max_size=14,
)


@dataclass
class Model:
    """What readers should know, from sightings alone."""

    confirm_after: timedelta
    run: str = ""  # the text that stands
    since: datetime = NOW
    stable: str = ""
    told: list[tuple[str, str]] = field(default_factory=list)
    news: int = 0
    outcomes: list[str] = field(default_factory=list)

    def see(self, what: str, at: datetime) -> None:
        if what == "304" and self.run:
            what = self.run
        self.outcomes.append(self._outcome(what))
        if what not in TEXTS:
            return
        if not self.run:
            self.stable = what
        if what != self.run:
            self.run, self.since = what, at
        if self.run != self.stable and at - self.since >= self.confirm_after:
            turns = [pair for pair in self.told if set(pair) == {self.run, self.stable}]
            self.news += len(turns) < TURNS
            self.told.append((self.stable, self.run))
            self.stable = self.run

    def _outcome(self, what: str) -> str:
        if what in ("304", "timeout"):
            return "failed"
        if what == "wall":
            return "held"
        if not self.run:
            return "first"
        return "unchanged" if what == self.run else "changed"


def live(world: World, what: str, minutes: int) -> str:
    after = timedelta(minutes=minutes)
    if what == "304":
        return world.fetch(None, after=after, status=304).outcome
    if what == "timeout":
        return world.fetch(None, after=after, status=None, cause="timeout").outcome
    return world.fetch(TEXTS.get(what, WALL), after=after).outcome


def run(world: World, given_steps: Sequence[Step]) -> Model:
    """Take every step in the world and in the model, comparing them after each."""
    model = Model(world.confirm_after)
    for what, minutes in given_steps:
        before = world.policy()
        outcome = live(world, what, minutes)
        model.see(what, world.at)
        after = world.policy()
        assert outcome == model.outcomes[-1]
        if outcome in ("failed", "held"):
            assert after.current_snapshot_id == before.current_snapshot_id
            assert after.stable_snapshot_id == before.stable_snapshot_id
        assert len(world.news) == model.news
        if model.run:
            assert text_shown(world, after.current_snapshot_id) == model.run
            assert text_shown(world, after.stable_snapshot_id) == model.stable
    return model


def text_shown(world: World, snapshot_id: int | None) -> str:
    assert snapshot_id is not None
    with world.store.reading() as session:
        text = text_of(session, snapshot_id)
    marks = {"A": "do not sell", "B": "seven years", "C": "data brokers"}
    return next(name for name, mark in marks.items() if mark in text)


ALWAYS = timedelta(0)


@example(given_steps=[("A", 5), ("B", 5), ("A", 5), ("B", 60), ("B", 60)], confirm_after=HOUR)
@example(given_steps=[("A", 5), *[("B", 60), ("B", 60), ("A", 60), ("A", 60)] * 3], confirm_after=HOUR)  # fmt: skip
@example(given_steps=[("A", 5), ("B", 5), ("C", 30), ("B", 30), ("B", 60)], confirm_after=HOUR)
@given(given_steps=steps, confirm_after=st.sampled_from([ALWAYS, HOUR]))
@settings(max_examples=60)
def test_readers_hear_once_of_each_text_that_stands(
    empty: Path, given_steps: list[Step], confirm_after: timedelta
) -> None:
    with fresh_world(empty, confirm_after) as world:
        model = run(world, given_steps)
        with world.store.reading() as session:
            rows = session.exec(select(Fetch).order_by(col(Fetch.id))).all()
            assert [row.outcome for row in rows] == model.outcomes
            snapshots = session.exec(select(Snapshot).order_by(col(Snapshot.id))).all()
            kept = {row.id for row in rows if row.body_sha256}
            assert {snapshot.fetch_id for snapshot in snapshots} <= kept
            for earlier, later in pairwise(snapshots):
                assert earlier.last_seen <= later.first_seen
                assert earlier.digest != later.digest
            told = [change_of(session, news) for news in world.news]
            assert all(view.material and view.state == "settled" for view in told)
            # Each told change begins where readers were left by the one before, in words.
            for first, second in pairwise(told):
                assert first.to_snapshot_id <= second.from_snapshot_id
            pending = session.exec(select(Change).where(Change.state == "pending")).all()
            assert bool(pending) == (model.run != model.stable)
            assert session.exec(select(Alert)).all() == []
        assert world.misfits() == []


@given(given_steps=steps)
@settings(max_examples=15)
def test_the_same_fetches_give_the_same_rows_bit_for_bit(
    empty: Path, given_steps: list[Step]
) -> None:
    def rows() -> list[object]:
        with fresh_world(empty, HOUR) as world:
            run(world, given_steps)
            with world.store.reading() as session:
                found: list[object] = []
                for table in (Fetch, Snapshot, Change):
                    found += [row.model_dump() for row in session.exec(select(table)).all()]
            return found

    assert rows() == rows()


def test_a_page_that_takes_turns_between_checks_is_never_told(tmp_path: Path) -> None:
    world = watched(tmp_path)
    for what in "ABABABABABAB":
        live(world, what, 30)
    assert world.news == []
    # Until one of the two stands: then it is, once.
    for _ in range(6):
        live(world, "B", 30)
    assert len(world.news) == 1
    world.store.close()
