"""Captures from archives: history in any order, and nobody's news."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlmodel import col, func, select

from storage.blobs import get_body
from storage.errors import Stale
from storage.history import text_of
from storage.models import Alert, Body, Change, Fetch, Finding
from storage.past import record_past, understand_past
from storage.policies import edit_policy
from tests.storage.world import HOUR, NOW, URL, A, B, C, World, fetched, fresh_world
from tests.support.laws import costly

TEXTS = {"A": A, "B": B, "C": C}
MARKS = {"A": "do not sell", "B": "seven years", "C": "data brokers"}
WALL = (
    b"<html lang=en><title>Just a moment...</title><p>Checking your browser before access.</html>"
)


def ago(hours: float) -> datetime:
    return NOW - hours * HOUR


def shown(world: World) -> list[tuple[str, float, float, str]]:
    """Return the timeline: text, first and last seen in hours from NOW, source."""
    found = []
    with world.store.reading() as session:
        for view in world.timeline():
            text = text_of(session, view.id)
            name = next(name for name, mark in MARKS.items() if mark in text)
            first, last = ((at - NOW) / HOUR for at in (view.first_seen, view.last_seen))
            found.append((name, first, last, view.source))
    return found


def changes(world: World) -> list[str]:
    return [view.change.kind if view.change else "" for view in world.timeline()]


def test_archived_captures_make_a_timeline_and_no_baseline(world: World) -> None:
    outcomes = [world.archive(body, ago(h)).outcome for body, h in ((A, 30), (A, 20), (B, 10))]
    assert outcomes == ["first", "unchanged", "changed"]
    assert shown(world) == [("A", -30, -20, "wayback"), ("B", -10, -10, "wayback")]
    assert changes(world) == ["", "material"]
    policy = world.policy()
    assert (policy.current_snapshot_id, policy.stable_snapshot_id) == (None, None)
    assert policy.next_check_at == NOW
    assert world.misfits() == []


def test_a_capture_between_two_texts_is_judged_against_both(world: World) -> None:
    world.archive(A, ago(30))
    world.archive(B, ago(10))
    world.archive(C, ago(20))
    assert [name for name, *_ in shown(world)] == ["A", "C", "B"]
    assert changes(world) == ["", "material", "material"]
    with world.store.reading() as session:
        pairs = session.exec(select(Change.from_snapshot_id, Change.to_snapshot_id)).all()
        orphans = session.exec(
            select(func.count()).select_from(Finding).where(
                col(Finding.change_id).not_in(select(Change.id))
            )
        ).one()  # fmt: skip
    assert (sorted(pairs), orphans) == ([(1, 3), (3, 2)], 0)


def test_a_capture_cuts_the_time_of_a_live_text_in_two(world: World) -> None:
    world.fetch(A)  # an hour after NOW
    world.fetch(A, after=4 * HOUR)
    world.archive(C, NOW + 3 * HOUR)
    assert shown(world) == [("A", 1, 1, "live"), ("C", 3, 3, "wayback"), ("A", 5, 5, "live")]
    assert changes(world) == ["", "material", "material"]
    policy = world.policy()
    assert policy.current_snapshot_id == policy.stable_snapshot_id == world.timeline()[2].id == 1
    assert world.fetch(A).outcome == "unchanged"
    assert world.news == []
    assert world.misfits() == []


def test_what_archives_saw_neither_hastens_nor_hides_news(world: World) -> None:
    world.fetch(A)
    world.archive(B, NOW + 2 * HOUR)
    recorded = world.fetch(B, after=3 * HOUR)
    assert (recorded.outcome, recorded.news_change_id) == ("changed", None)
    assert shown(world) == [("A", 1, 1, "live"), ("B", 2, 4, "wayback")]
    settled = world.fetch(B)
    assert settled.news_change_id is not None
    assert world.timeline()[1].change is not None
    assert world.timeline()[1].change.state == "settled"  # type: ignore[union-attr]  # just seen
    assert world.misfits() == []


def test_a_text_that_came_back_while_nobody_looked_live_is_seen_to_have_gone(world: World) -> None:
    world.fetch(A)
    world.archive(B, NOW + 2 * HOUR)
    world.archive(A, NOW + 3 * HOUR)
    assert world.fetch(A, after=4 * HOUR).outcome == "unchanged"
    assert shown(world) == [("A", 1, 1, "live"), ("B", 2, 2, "wayback"), ("A", 3, 5, "wayback")]
    assert world.news == []
    assert world.misfits() == []


def test_a_change_under_way_is_confirmed_as_if_no_archive_were_there(world: World) -> None:
    world.fetch(A)
    world.fetch(B, after=4 * HOUR)
    world.archive(C, NOW + 3 * HOUR)
    world.archive(B, NOW + 4 * HOUR)
    world.archive(A, NOW + 5.5 * HOUR)
    settled = world.fetch(B)
    assert settled.news_change_id is not None
    assert [name for name, *_ in shown(world)] == ["A", "C", "B", "A", "B"]
    assert world.misfits() == []


def test_a_doubtful_capture_is_held_and_its_body_kept(world: World) -> None:
    recorded = world.archive(WALL, ago(5))
    assert (recorded.outcome, recorded.cause, recorded.snapshot_id) == ("held", "bot_wall", None)
    with world.store.reading() as session:
        row = session.get_one(Fetch, recorded.fetch_id)
        assert row.body_sha256 is not None
        assert get_body(session, row.body_sha256) == WALL
    assert shown(world) == []


def test_a_capture_that_could_not_be_had_leaves_its_cause(world: World) -> None:
    recorded = world.archive(None, ago(5), cause="timeout", status=None)
    assert (recorded.outcome, recorded.cause) == ("failed", "timeout")
    assert world.archive(None, ago(5)).cause == "empty"
    # And it may be had the next time.
    assert world.archive(A, ago(5)).outcome == "first"


def test_a_capture_is_recorded_once(world: World) -> None:
    first = world.archive(A, ago(5))
    again = world.archive(A, ago(5))
    assert (again.outcome, again.fetch_id) == ("known", first.fetch_id)
    elsewhere = world.archive(A, ago(5), source="memento")
    assert elsewhere.outcome == "unchanged"
    with world.store.reading() as session:
        assert session.exec(select(func.count()).select_from(Fetch)).one() == 2


def test_every_archived_body_is_kept_with_what_it_needs_to_be_read_again(world: World) -> None:
    world.archive(A, ago(5))
    recorded = world.archive(A.replace(b"</body>", b"<!-- 7 --></body>"), ago(4))
    assert recorded.outcome == "unchanged"
    with world.store.reading() as session:
        assert session.exec(select(func.count()).select_from(Body)).one() == 2
        provenance = session.get_one(Fetch, recorded.fetch_id).provenance
    assert provenance is not None
    assert (provenance["url"], provenance["headers"][0][0]) == (URL, "Content-Type")


def test_a_live_fetch_is_not_of_the_past(world: World) -> None:
    with pytest.raises(ValueError, match=r"storage\.record"):
        understand_past(world.store, fetched(world.policy_id, NOW, A))


def test_a_capture_read_with_old_selectors_is_read_again(world: World) -> None:
    understood = understand_past(world.store, fetched(world.policy_id, ago(5), A, source="wayback"))
    with world.store.writing() as session:
        edit_policy(session, world.policy().name, select="main")
    with pytest.raises(Stale, match="changed while"), world.store.writing() as session:
        record_past(session, understood, now=NOW)


def test_neighbours_read_under_older_rules_are_read_again_first(world: World) -> None:
    world.archive(A, ago(30))
    world.made_by_older_rules(digest="made by older rules")
    assert world.archive(A, ago(20)).outcome == "unchanged"
    assert shown(world) == [("A", -30, -20, "wayback")]


Step = tuple[str, str, int]  # source, text, when it was seen, in 20 minutes


def told_by(world: World, steps: Sequence[Step]) -> tuple[list[object], int]:
    """Take the steps and return all that a reader sees of the timeline, and how much was news."""
    for source, name, minutes in steps:
        at = NOW + minutes * timedelta(minutes=20)
        if source == "live":
            world.at = at
            world.keep(fetched(world.policy_id, at, TEXTS[name]))
        else:
            world.archive(TEXTS[name], at, source=source)
    seen: list[object] = []
    for view in world.timeline():
        change = view.change
        judged = (change.kind, change.topics, change.headline) if change else None
        seen.append(
            (view.digest, view.sha256, view.first_seen, view.last_seen, view.source, judged)
        )
    with world.store.reading() as session:
        adjacent = {(a.id, b.id) for a, b in zip(world.timeline(), world.timeline()[1:], strict=False)}  # fmt: skip
        rows = session.exec(
            select(Change).where(Change.policy_id == world.policy_id, Change.state == "history")
        ).all()
        assert {(row.from_snapshot_id, row.to_snapshot_id) for row in rows} <= adjacent
        assert session.exec(select(Alert)).all() == []
    return seen, len(world.news)


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[list[Step], list[Step]]:
    """Captures in the order of their time; and those of archives later, in any order."""
    source, text = st.sampled_from(["live", "wayback", "memento"]), st.sampled_from("AABC")
    steps = st.lists(
        st.tuples(source, text, st.integers(0, 12)),
        max_size=9,
        unique_by=lambda step: (step[0], step[2]),
    )
    in_time = sorted(draw(steps), key=lambda step: (step[2], step[0]))
    late = {step: step[2] + draw(st.integers(0, 12)) for step in in_time if step[0] != "live"}
    mixed = draw(st.permutations(in_time))
    return in_time, sorted(mixed, key=lambda step: (late.get(step, step[2]), step[0] != "live"))


@example(orders=([("live", "A", 1), ("wayback", "C", 2), ("live", "A", 3)],
                 [("live", "A", 1), ("live", "A", 3), ("wayback", "C", 2)]))  # fmt: skip
@example(orders=([("live", "A", 1), ("wayback", "B", 2), ("live", "B", 3), ("live", "B", 6)],
                 [("wayback", "B", 2), ("live", "A", 1), ("live", "B", 3), ("live", "B", 6)]))  # fmt: skip
# An archive stretches a live text, another cuts it behind the last live sighting: a live change
# back to the text before stays where the live fetch saw it, and is the turning back that it was.
@example(orders=(
    [("memento", "B", 0), ("wayback", "A", 1), ("live", "A", 2), ("live", "B", 5), ("live", "A", 7),
     ("memento", "B", 8), ("memento", "A", 9), ("wayback", "A", 10), ("wayback", "A", 12)],
    [("live", "A", 2), ("live", "B", 5), ("wayback", "A", 1), ("live", "A", 7), ("memento", "B", 0),
     ("memento", "A", 9), ("wayback", "A", 10), ("memento", "B", 8), ("wayback", "A", 12)],
))  # fmt: skip
# Two archives saw two texts at one instant.
@example(orders=(
    [("wayback", "B", 0), ("live", "A", 4), ("live", "B", 9), ("memento", "A", 11),
     ("wayback", "B", 11), ("live", "A", 12)],
    [("wayback", "B", 0), ("live", "A", 4), ("live", "B", 9), ("live", "A", 12),
     ("wayback", "B", 11), ("memento", "A", 11)],
))  # fmt: skip
# So did a live fetch, at the instant where a live text that archives stretched ends.
@example(orders=(
    [("live", "A", 2), ("live", "B", 3), ("live", "A", 4), ("memento", "B", 6), ("live", "B", 8),
     ("wayback", "A", 8)],
    [("live", "A", 2), ("live", "B", 3), ("live", "A", 4), ("live", "B", 8), ("wayback", "A", 8),
     ("memento", "B", 6)],
))  # fmt: skip
@given(orders=shuffled())
@costly(30)
def test_captures_in_any_order_give_the_same_timeline(
    empty: Path, orders: tuple[list[Step], list[Step]]
) -> None:
    with fresh_world(empty, HOUR) as world:
        seen = [
            told_by(of_its_own, order)
            for of_its_own, order in zip((world, world.beside()), orders, strict=True)
        ]
        assert seen[0] == seen[1]
        assert world.misfits() == []
