"""What waits goes out singly, in groups, in digests or not before a person looked; never twice, never lost."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from alerts.digest_content import DigestContent
from alerts.digests import GatherRules, Waiting, plan_mails
from alerts.errors import Unreachable
from alerts.gathering import Gathered, gather
from alerts.handling import drop, release, retry
from storage.errors import BadValue
from storage.models import Attempt, Digest
from storage.verify import verify
from tests.alerts.test_outbox import Scripted
from tests.alerts.world import DOMAIN, World, made

CALM = GatherRules(hold_least=1000)
NOW = datetime(2026, 6, 3, 9, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = made(tmp_path)
    yield world
    world.store.close()


def gathered(world: World, rules: GatherRules = CALM, *, closing: bool = False) -> Gathered:
    return gather(world.store, now=world.now, rules=rules, domain=DOMAIN, closing=closing)


def digests(world: World) -> list[DigestContent]:
    with world.store.reading() as session:
        rows = session.exec(select(Digest).order_by(col(Digest.id))).all()
    return [DigestContent.from_json(row.content) for row in rows]


def told(world: World, count: int) -> None:
    for number in range(count):
        world.tell(world.policy(f"policy-{number}", service=f"Service {9 - number}"))


# Windows and groups


def test_a_few_alerts_are_mails_of_their_own(world: World) -> None:
    world.subscribe("ada@example.org")
    told(world, 4)
    assert gathered(world) == Gathered(single=4)
    assert world.states() == ["queued"] * 4


def test_many_alerts_of_one_window_are_one_mail_for_each_recipient(world: World) -> None:
    world.subscribe("ada@example.org")
    world.subscribe("ben@example.org")
    told(world, 6)
    assert gathered(world) == Gathered(digests=2, told_in_digests=12)
    assert world.states() == ["gathered"] * 12 + ["queued"] * 2
    ada = digests(world)[0]
    assert [service for service, _ in ada.by_service] == [f"Service {n}" for n in range(4, 10)]
    assert ada.coverage is None
    assert gathered(world) == Gathered()


def test_alerts_wait_for_others_until_the_window_or_the_checks_are_over(world: World) -> None:
    world.subscribe("ada@example.org")
    rules = GatherRules(window=timedelta(seconds=30), hold_least=1000)
    world.window = rules.window
    told(world, 1)
    world.later(seconds=29)
    assert gathered(world, rules) == Gathered()
    assert gathered(world, rules, closing=True) == Gathered(single=1)


def test_quiet_hours_are_kept_even_when_the_checks_are_over(world: World) -> None:
    world.subscribe("ada@example.org", quiet="00:00-23:59")
    told(world, 1)
    assert gathered(world, closing=True) == Gathered()
    world.later(days=1)
    assert gathered(world) == Gathered(single=1)


def test_a_later_alert_of_a_policy_waits_for_the_earlier_even_past_a_group(world: World) -> None:
    world.subscribe("ada@example.org")
    first = world.policy("first")
    world.tell(first)
    world.drain(Scripted(Unreachable("away")))
    told(world, 5)
    world.tell(first, 2)
    assert gathered(world) == Gathered(single=1, digests=1, told_in_digests=5)
    sender = Scripted()
    world.later(minutes=2)
    world.drain(sender)
    order = {row.message_id: row.id for row in world.deliveries()}
    came = [order[message] for message in sender.taken]
    assert came.index(1) < came.index(7)
    assert len(came) == 3


def test_what_follows_a_group_waits_for_it(world: World) -> None:
    world.subscribe("ada@example.org")
    ids = [world.policy(f"policy-{number}") for number in range(5)]
    for policy_id in ids:
        world.tell(policy_id)
    gathered(world)
    world.tell(ids[2], 2)
    world.drain(Scripted(Unreachable("away")))
    assert [row.attempts for row in world.deliveries()][-2:] == [1, 0]
    world.later(minutes=2)
    sender = Scripted()
    world.drain(sender)
    assert sender.taken == [row.message_id for row in world.deliveries()][-2:]


# Digests


def test_a_digest_comes_once_at_its_hour_and_says_what_was_looked_at(world: World) -> None:
    world.subscribe("ada@example.org", cadence="daily", at_time="08:00", timezone="Europe/Berlin")
    told(world, 2)
    assert gathered(world) == Gathered()
    world.now = world.now.replace(hour=6, minute=0) + timedelta(days=1)
    assert gathered(world) == Gathered(digests=1, told_in_digests=2)
    assert gathered(world) == Gathered()
    (digest,) = digests(world)
    assert (digest.cadence, digest.timezone, digest.ends) == ("daily", "Europe/Berlin", world.now)
    assert digest.ends - digest.begins == timedelta(days=1)
    assert digest.coverage is not None
    assert digest.coverage.watched == 2
    sender = Scripted()
    world.drain(sender)
    assert len(sender.taken) == 1


def test_digests_of_days_we_were_off_are_one(world: World) -> None:
    world.subscribe("ada@example.org", cadence="daily", at_time="08:00")
    for number in range(3):
        world.tell(world.policy(f"policy-{number}"))
        world.later(days=1)
    assert gathered(world).told_in_digests == 3
    assert len(digests(world)) == 1


def test_who_asked_hears_that_nothing_changed_once_a_day(world: World) -> None:
    world.subscribe("ada@example.org", cadence="daily", at_time="08:00", say_unchanged=True)
    world.subscribe("ben@example.org", cadence="daily", at_time="08:00")
    world.policy("quiet")
    assert gathered(world) == Gathered()  # not for the morning before they asked
    for _ in range(2):
        world.later(days=1)
        assert gathered(world) == Gathered(digests=1)
        assert gathered(world) == Gathered()
    assert all(digest.entries == () for digest in digests(world))
    assert [row.recipient for row in world.deliveries()] == ["ada@example.org"] * 2


def test_somebody_who_left_gets_no_digest(world: World) -> None:
    world.subscribe("ada@example.org", cadence="hourly")
    told(world, 1)
    world.leave("ada@example.org")
    world.later(hours=1)
    gathered(world)
    assert world.drain(Scripted()).dropped == 1


# Too much at once

STORM = GatherRules(hold_share=0.3, hold_least=3)


def test_when_too_many_policies_change_at_once_their_mails_wait_for_a_person(world: World) -> None:
    world.subscribe("ada@example.org")
    for number in range(5):
        world.policy(f"still-{number}")
    told(world, 5)
    assert gathered(world, STORM) == Gathered(held=5)
    assert world.drain(Scripted()).sent == 0
    with world.store.writing() as session:
        assert release(session, now=world.now, note="a new law") == 5
    assert gathered(world, STORM) == Gathered(digests=1, told_in_digests=5)
    world.later(minutes=1)
    told_later = world.tell(world.policy("late"))
    assert told_later is not None
    assert gathered(world, STORM).held == 0  # what was let go no longer counts
    with world.store.reading() as session:
        assert verify(session) == []
        replies = session.exec(select(Attempt.reply).where(Attempt.result == "released")).all()
    assert replies == ["a new law"] * 5


def test_fewer_than_the_share_or_than_the_least_go_out(world: World) -> None:
    world.subscribe("ada@example.org")
    for number in range(8):
        world.policy(f"still-{number}")
    told(world, 3)
    assert gathered(world, STORM).held == 0  # 3 of 11
    assert gathered(world, GatherRules(hold_share=0.1, hold_least=4)).held == 0


def test_what_is_dropped_is_recorded_and_can_be_brought_back(world: World) -> None:
    world.subscribe("ada@example.org")
    told(world, 1)
    with world.store.writing() as session:
        drop(session, [1], now=world.now, note="a test page")
    assert world.drain(Scripted()).sent == 0
    with world.store.reading() as session:
        assert verify(session) == []
    assert world.results() == ["dropped"]
    with world.store.writing() as session, pytest.raises(BadValue, match="nothing to drop"):
        drop(session, [1], now=world.now)
    with world.store.writing() as session:
        retry(session, [1], now=world.now)
    assert world.drain(Scripted()).sent == 1


# Laws

WAITINGS = st.lists(
    st.builds(
        Waiting,
        id=st.integers(1, 10**6),
        alert_id=st.integers(1, 50),
        recipient=st.sampled_from(["ada@x.org", "Ada@x.org", "ben@x.org"]),
        channel=st.sampled_from(["email", "webhook"]),
        cadence=st.sampled_from(["at_once", "hourly", "daily"]),
        timezone=st.just("UTC"),
        language=st.just("en"),
        created_at=st.just(NOW),
        due_at=st.sampled_from([NOW, NOW + timedelta(seconds=20), NOW + timedelta(hours=1)]),
        behind=st.booleans(),
    ),
    unique_by=lambda one: one.id,
    max_size=30,
)


@given(waiting=WAITINGS, storm=st.booleans(), closing=st.booleans(), group=st.integers(2, 6))
def test_every_delivery_that_is_due_is_in_exactly_one_part_of_the_plan(
    waiting: list[Waiting], storm: bool, closing: bool, group: int
) -> None:
    rules = GatherRules(window=timedelta(seconds=30), group_from=group)
    plan = plan_mails(waiting, now=NOW, rules=rules, storm=storm, closing=closing)
    placed = [*plan.single, *plan.held, *(one for parcel in plan.parcels for one in parcel.members)]
    due = {one.id for one in waiting if one.due_at <= NOW}
    assert len(placed) == len(set(placed))
    assert due <= set(placed) <= {one.id for one in waiting}
    if not closing:
        assert set(placed) == due
    assert {one.id for one in waiting if one.due_at > NOW + rules.window}.isdisjoint(placed)
    by_id = {one.id: one for one in waiting}
    for parcel in plan.parcels:
        readers = {(by_id[one].recipient.casefold(), by_id[one].channel) for one in parcel.members}
        assert len(readers) == 1
