"""Asking: what a policy said, when, and where the work stands."""

import subprocess
import sys
from datetime import timedelta

import pytest

from storage.chain import append
from storage.claims import release
from storage.errors import NotFound
from storage.filters import Filters
from storage.history import (
    alerts,
    change_between,
    comparison_of,
    latest,
    snapshot_at,
    status,
    text_of,
    timeline,
)
from storage.models import Alert, Delivery
from storage.policies import add_policy
from tests.storage.world import HOUR, NOW, A, B, C, World


@pytest.fixture
def told(world: World) -> World:
    """Three texts, each seen twice, an hour apart; the first fetch at NOW + 1 h."""
    for body in (A, A, B, B, C, C):
        world.fetch(body)
    return world


def test_the_timeline_is_oldest_first_each_with_its_change(told: World) -> None:
    views = told.timeline()
    assert [(v.first_seen - NOW, v.last_seen - NOW) for v in views] == [
        (HOUR, 2 * HOUR), (3 * HOUR, 4 * HOUR), (5 * HOUR, 6 * HOUR),
    ]  # fmt: skip
    assert views[0].change is None
    assert [v.change.to_snapshot_id for v in views if v.change] == [2, 3]
    assert all(len(view.sha256) == 64 and view.words > 50 for view in views)
    assert views[0].lang == "en"


def test_the_text_of_any_instant_can_be_had(told: World) -> None:
    with told.store.reading() as session:

        def said(hours: float) -> int | None:
            view = snapshot_at(session, told.policy_id, NOW + hours * HOUR)
            return view.id if view else None

        assert [said(h) for h in (0.5, 1, 2.5, 3, 4.9, 5, 500)] == [None, 1, 1, 2, 2, 3, 3]
        view = snapshot_at(session, told.policy_id, NOW + 3 * HOUR)
        assert view == told.timeline()[1]


def test_the_newest_text_of_each_policy_is_its_last_by_its_own_time(told: World) -> None:
    other = told.beside()
    with told.store.reading() as session:
        assert [(view.policy.id, view.snapshot_id) for view in latest(session)] == [
            (other.policy_id, None), (told.policy_id, 3),
        ]  # fmt: skip
    # Two archives saw two texts at one instant: one of them is named, and once.
    for body, source in ((A, "wayback"), (B, "another")):
        other.archive(body, NOW, source=source)
    with told.store.reading() as session:
        shown = [view.snapshot_id for view in latest(session)]
        stands = snapshot_at(session, other.policy_id, NOW)
    assert stands is not None
    assert shown == [stands.id, 3]


def test_the_texts_and_what_lies_between_them_can_be_had(told: World) -> None:
    with told.store.reading() as session:
        assert "We do not sell" in text_of(session, 1)
        view = change_between(session, 1, 2)
        assert view == told.timeline()[1].change
        assert view is not None
        comparison = comparison_of(session, view.id)
        assert comparison.headline == view.headline
        assert comparison.topics == view.topics
        assert change_between(session, 1, 3) is None


def test_what_is_not_there_is_named(told: World) -> None:
    with told.store.reading() as session:
        with pytest.raises(NotFound, match="no snapshot has the id 99"):
            text_of(session, 99)
        with pytest.raises(NotFound, match="no change has the id 99"):
            comparison_of(session, 99)
        assert timeline(session, 99) == []


def test_alerts_come_oldest_first_with_their_deliveries(told: World) -> None:
    with told.store.writing() as session:
        for number, at in ((1, NOW), (2, NOW + 5 * HOUR)):
            append(session, Alert(
                policy_id=told.policy_id, from_snapshot_id=number, to_snapshot_id=number + 1,
                created_at=at, topics=["sale"], severity="high", direction="weaker",
                headline="sale added", content={},
            ))  # fmt: skip
        for number, alert_id in enumerate((2, 1, 2)):
            append(session, Delivery(
                alert_id=alert_id, recipient=f"{number}@a.example", message_id=f"<{number}@a>",
                created_at=NOW, next_attempt_at=NOW, state="dead" if number else "queued",
            ))  # fmt: skip
    with told.store.reading() as session:
        found = alerts(session)
        assert [(a.id, a.policy, [d.recipient[0] for d in a.deliveries]) for a in found] == [
            (1, "tealeaf-privacy", ["1"]), (2, "tealeaf-privacy", ["0", "2"]),
        ]  # fmt: skip
        assert [a.id for a in alerts(session, since=NOW + HOUR)] == [2]
        assert alerts(session, policy_id=99) == []
        assert [a.id for a in alerts(session, filters=Filters(topic="sale", severity="high"))] == [
            1,
            2,
        ]
        assert alerts(session, filters=Filters(topic="retention")) == []
        assert [a.id for a in alerts(session, filters=Filters(until=NOW + HOUR))] == [1]
        view = status(session, NOW)
        assert (view.alerts, view.outbox_queued, view.outbox_dead) == (2, 1, 2)
    assert told.misfits() == []


def test_the_status_counts_what_waits_and_what_fails(world: World) -> None:
    with world.store.writing() as session:
        for number, due in enumerate((-2, -0.5, 3)):
            add_policy(session, url=f"https://{number}.example/", now=NOW + due * HOUR)
    world.at = NOW - HOUR
    world.fail()
    with world.store.writing() as session:
        release(session, world.policy_id, next_check_at=NOW + HOUR, failures=1)
    with world.store.reading() as session:
        view = status(session, NOW)
    assert (view.policies, view.due, view.late, view.failing, view.held) == (4, 2, 1, 1, 0)
    assert view.last_fetch_at == NOW
    assert view.next_due_at == NOW - 2 * HOUR


def test_a_held_page_is_counted_apart(world: World) -> None:
    world.fetch(b"<html></html>")
    with world.store.writing() as session:
        release(session, world.policy_id, next_check_at=NOW + timedelta(days=1), failures=1)
    with world.store.reading() as session:
        view = status(session, NOW)
    assert (view.failing, view.held) == (0, 1)


def test_an_empty_database_has_a_status(world: World) -> None:
    with world.store.reading() as session:
        view = status(session, NOW - HOUR)
    assert (view.policies, view.due, view.last_fetch_at, view.alerts) == (1, 0, None, 0)


def test_reading_imports_neither_the_migrations_nor_the_analysis() -> None:
    program = (
        "import sys, storage.engine, storage.history, storage.policies;"
        "print([name for name in sys.modules if name.split('.')[0] in"
        " ('alembic', 'analysis', 'selectolax', 'rapidfuzz', 'scrapy', 'mako')])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
