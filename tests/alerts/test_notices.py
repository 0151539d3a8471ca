"""Operators are told once of what is wrong, and once that it is over, whatever happens in between."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from alerts.attending import Attended, attend, open_notices
from alerts.errors import SendError
from alerts.health import conditions_of
from alerts.health_values import (
    Archive,
    Condition,
    DeadLetters,
    HealthRules,
    Queue,
    Standing,
    Watched,
)
from alerts.notice_content import NOTICE_KINDS
from alerts.notices import Quieting, content_of, due_notices, recovery_of
from storage.chain import append
from storage.integrity import Damage
from storage.models import Backfill, Fetch, Policy, Snapshot
from storage.silences import add_silence
from tests.alerts.test_outbox import Scripted
from tests.alerts.world import DOMAIN, World, made

NOW = datetime(2026, 6, 3, 9, tzinfo=UTC)
RULES = HealthRules()
FINE = Watched(1, "tern", "Tern", "https://tern.example/p", "tern.example", last_at=NOW)
FAILS = replace(
    FINE, failures=5, outcome="failed", cause="not_found", detail="404", since=NOW - timedelta(hours=4)
)  # fmt: skip


def kinds(standing: Standing, rules: HealthRules = RULES) -> list[str]:
    return [condition.kind for condition in conditions_of(standing, rules, now=NOW)]


def watched(*policies: Watched) -> Standing:
    return Standing(watched=policies)


# What is wrong


@pytest.mark.parametrize(
    ("policy", "expect"),
    [
        (FINE, []),
        (FAILS, ["failing"]),
        (replace(FAILS, failures=4), []),
        (replace(FAILS, failures=1, since=NOW - timedelta(days=1)), ["failing"]),
        (replace(FAILS, outcome="held", cause="bot_wall", failures=2), ["held"]),
        (replace(FAILS, outcome="held", cause="bot_wall", failures=1), []),
        (replace(FINE, moved_to="https://new.example", moved_since=NOW - timedelta(days=2)), ["moved"]),
        (replace(FINE, moved_to="https://new.example", moved_since=NOW - timedelta(days=1)), []),
    ],
)  # fmt: skip
def test_a_policy_needs_a_person_after_a_while(policy: Watched, expect: list[str]) -> None:
    assert kinds(watched(policy)) == expect


@pytest.mark.parametrize(
    ("standing", "expect"),
    [
        (Standing(), []),
        (Standing(queue=Queue(3, NOW - timedelta(hours=2), "451 later")), ["outbox_growing"]),
        (Standing(queue=Queue(3, NOW - timedelta(hours=1), "451 later")), []),
        (Standing(dead=(DeadLetters("ada@example.org", 1, NOW, "550 no", 7),)), ["dead_letter"]),
        (Standing(archives=(Archive("wayback", 3, NOW, "rate_limited", ""),)), ["archive_refusing"]),
        (Standing(archives=(Archive("wayback", 2, NOW, "rate_limited", ""),)), []),
        (Standing(late=9, late_since=NOW - timedelta(hours=1)), ["daemon_overdue"]),
        (Standing(late=9, late_since=NOW - timedelta(minutes=59)), []),
        (Standing(held=70, held_policies=60, held_since=NOW), ["mass_change"]),
        (Standing(disk_free=500 * 1024**2 - 1), ["disk_low"]),
        (Standing(disk_free=500 * 1024**2), []),
        (Standing(damage=Damage(NOW, 2, ("fetch 7: was changed", "body ab: is gone"))), ["record_damaged"]),
    ],
)  # fmt: skip
def test_the_rest_needs_a_person_too(standing: Standing, expect: list[str]) -> None:
    assert kinds(standing) == expect


def hosts(down: int, up: int, cause: str = "timeout") -> list[Watched]:
    bad = [
        replace(FAILS, id=n, name=f"bad-{n}", host=f"bad-{n}.example", cause=cause, last_at=NOW)
        for n in range(down)
    ]
    good = [
        replace(FINE, id=100 + n, name=f"good-{n}", host=f"good-{n}.example", outcome="unchanged")
        for n in range(up)
    ]
    return [*bad, *good]


@pytest.mark.parametrize(
    ("policies", "down"),
    [
        (hosts(4, 3), True),
        (hosts(3, 3), False),  # half is not most
        (hosts(2, 0), False),  # two may both be at fault
        (hosts(4, 3, "not_found"), False),  # a server that answers is reached
        ([*hosts(2, 2), *(replace(policy, host="bad-0.example") for policy in hosts(9, 0))], False),
    ],
)
def test_the_network_is_down_when_most_hosts_cannot_be_reached(
    policies: list[Watched], down: bool
) -> None:
    assert ("network_down" in kinds(watched(*policies))) is down


def test_an_old_success_says_nothing_of_the_network_now() -> None:
    yesterday = [replace(policy, last_at=NOW - timedelta(days=1)) for policy in hosts(0, 50)]
    assert "network_down" in kinds(watched(*hosts(3, 0), *yesterday))


# What is said


def say(conditions: list[Condition], open_ones: set[str], *silences: Quieting) -> tuple[int, int]:
    known = {tuple(key.split("/", 1)): NOW for key in open_ones}
    due = due_notices(conditions, known, silences, now=NOW)  # type: ignore[arg-type]  # two parts
    return len(due.raised), len(due.recovered)


def test_when_the_network_is_down_that_is_all_that_is_said_of_it() -> None:
    conditions = conditions_of(watched(*hosts(5, 0)), RULES, now=NOW)
    assert len(conditions) == 6
    (raised,) = due_notices(conditions, {}, (), now=NOW).raised
    assert raised.kind == "network_down"
    assert "5 of 5 sites" in raised.title


def test_a_silence_hushes_its_kind_and_policy_until_it_ends() -> None:
    conditions = conditions_of(watched(FAILS), RULES, now=NOW)
    later = NOW + timedelta(days=1)
    assert say(conditions, set(), Quieting("", None, later)) == (0, 0)
    assert say(conditions, set(), Quieting("failing", 1, later)) == (0, 0)
    assert say(conditions, set(), Quieting("held", 1, later)) == (1, 0)
    assert say(conditions, set(), Quieting("failing", 2, later)) == (1, 0)
    assert say(conditions, set(), Quieting("failing", 1, NOW)) == (1, 0)
    assert say([], {"failing/1"}, Quieting("", None, later)) == (0, 1)  # good news is told


@given(looks=st.lists(st.sets(st.sampled_from(["failing/1", "failing/2", "held/3"])), max_size=20))
def test_said_once_and_over_once_however_often_we_look(looks: list[set[str]]) -> None:
    open_ones: dict[tuple[str, str], datetime] = {}
    for wrong in looks:
        conditions = [
            Condition(
                key.partition("/")[0],
                key.partition("/")[2],
                title="",
                happened="",
                advice="",
                since=NOW,
            )
            for key in sorted(wrong)
        ]
        for _ in range(2):  # a second look at the same says nothing more
            due = due_notices(conditions, open_ones, (), now=NOW)
            raised = {(one.kind, one.subject) for one in due.raised}
            assert raised.isdisjoint(open_ones)
            assert set(due.recovered) <= set(open_ones)
            open_ones |= dict.fromkeys(raised, NOW)
            for key in due.recovered:
                del open_ones[key]
        assert {"/".join(key) for key in open_ones} == wrong


def test_every_notice_has_words_for_being_over() -> None:
    standing = Standing(
        watched=(*hosts(4, 0), FAILS, replace(FAILS, id=7, outcome="held"),
                 replace(FINE, id=8, moved_to="https://x.example/'$(a)", moved_since=NOW - timedelta(days=9))),
        queue=Queue(3, NOW - timedelta(days=1), "451"),
        dead=(DeadLetters("ada@example.org", 1, NOW, "550", 7),),
        archives=(Archive("wayback", 3, NOW, "rate_limited", "429"),),
        late=9, late_since=NOW - timedelta(days=1), held=70, held_policies=60, disk_free=1,
        damage=Damage(NOW, 1, ("fetch 7: was changed",)),
    )  # fmt: skip
    found = conditions_of(standing, RULES, now=NOW)
    assert {condition.kind for condition in found} == set(NOTICE_KINDS) - {"confirm"}
    for condition in found:
        raised = content_of(condition, now=NOW, thread="<t@x.org>")
        over = recovery_of(raised, now=NOW + timedelta(hours=1))
        assert over.event == "recovered"
        assert "{" not in over.title
        assert raised.title
        assert raised.happened
        assert raised.advice
    moved = next(condition for condition in found if condition.kind == "moved")
    assert moved.commands == ("clausewatch edit tern --url 'https://x.example/'\"'\"'$(a)'",)


# In rows


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = made(tmp_path)
    yield world
    world.store.close()


def look(world: World) -> Attended:
    return attend(world.store, now=world.now, rules=RULES, domain=DOMAIN)


def fetched(
    world: World,
    policy_id: int,
    outcome: str,
    cause: str = "",
    provenance: dict[str, Any] | None = None,  # JSON values
) -> None:
    with world.store.writing() as session:
        append(
            session,
            Fetch(policy_id=policy_id, observed_at=world.now, recorded_at=world.now,
                  outcome=outcome, cause=cause, link=b"", provenance=provenance),
        )  # fmt: skip
        policy = session.get_one(Policy, policy_id)
        policy.failures = policy.failures + 1 if outcome in ("failed", "held") else 0
        session.add(policy)


def test_a_policy_that_fails_is_told_once_and_once_that_it_is_back(world: World) -> None:
    world.subscribe("ops@example.org", operator=True)
    world.subscribe("ada@example.org")
    policy_id = world.policy()
    fetched(world, policy_id, "first")
    for _ in range(7):
        world.later(hours=1)
        fetched(world, policy_id, "failed", "not_found")
        look(world)
    assert [(row.kind, row.recipient) for row in world.deliveries()] == [
        ("notice", "ops@example.org")
    ]
    world.later(hours=1)
    fetched(world, policy_id, "unchanged")
    assert look(world) == Attended(recovered=1)
    assert look(world) == Attended()
    sender = Scripted()
    world.drain(sender)
    assert len(sender.taken) == 2
    with world.store.reading() as session:
        assert open_notices(session) == []


@pytest.mark.parametrize(("source", "shown"), [("attic", True), ("live", False)])
def test_a_notice_names_the_newer_text_that_only_an_archive_saw(
    world: World, source: str, shown: bool
) -> None:
    world.subscribe("ops@example.org", operator=True)
    policy_id = world.policy()
    fetched(world, policy_id, "first")
    world.later(hours=1)
    fetched(world, policy_id, "failed", "not_found")
    world.later(hours=1)
    world.change(policy_id)
    with world.store.writing() as session:
        newest = session.exec(select(Snapshot).order_by(col(Snapshot.id).desc())).first()
        assert newest is not None
        newest.source = source
        for row in session.exec(select(Fetch).where(Fetch.outcome == "changed")):
            row.source = "attic"
    for _ in range(4):
        world.later(hours=1)
        fetched(world, policy_id, "failed", "not_found")
    look(world)
    with world.store.reading() as session:
        (told,) = open_notices(session)
    command = f"clausewatch show tern-privacy --snapshot {newest.id}"
    assert any("attic shows a newer text" in line for line in told.content["evidence"]) is shown
    assert (command in told.content["commands"]) is shown


def test_a_failure_that_is_silenced_is_told_when_the_silence_ends(world: World) -> None:
    world.subscribe("ops@example.org", operator=True)
    policy_id = world.policy()
    for _ in range(5):
        fetched(world, policy_id, "failed", "not_found")
    with world.store.writing() as session:
        end = world.now + timedelta(days=1)
        add_silence(session, author="ada", reason="rebuild", ends_at=end, now=world.now)
    assert look(world) == Attended()
    world.later(days=1)
    assert look(world) == Attended(raised=1)


def test_a_recipient_who_refuses_is_a_notice_and_a_notice_that_is_refused_is_none(
    world: World,
) -> None:
    world.subscribe("ops@example.org", operator=True)
    world.subscribe("ada@example.org")
    world.tell(world.policy())
    no = SendError("550 no such user", permanent=True)
    world.drain(Scripted(no, no))
    assert look(world) == Attended(raised=1)
    world.drain(Scripted(no, no))
    assert world.states() == ["dead", "dead"]
    assert look(world) == Attended()


def test_a_policy_that_moved_is_told_and_one_that_always_led_elsewhere_is_not(
    world: World,
) -> None:
    elsewhere = {"final_url": "https://new.example/privacy", "redirects": []}
    always, moved = world.policy("always"), world.policy("moved")
    fetched(world, always, "first", provenance=elsewhere)
    fetched(world, moved, "first")
    for _ in range(3):
        world.later(days=1)
        fetched(world, always, "unchanged", provenance=elsewhere)
        fetched(world, moved, "unchanged", provenance=elsewhere)
    assert look(world) == Attended(raised=1)
    with world.store.reading() as session:
        (notice,) = open_notices(session)
    assert (notice.kind, notice.subject) == ("moved", str(moved))


def test_an_archive_that_refuses_is_told_until_it_answers(world: World) -> None:
    policy_id = world.policy()
    with world.store.writing() as session:
        session.add(
            Backfill(policy_id=policy_id, archive="wayback", url="https://tern.example/privacy",
                     until=world.now, every_s=0, begun_at=world.now, due_at=world.now,
                     failures=3, cause="rate_limited", detail="429")
        )  # fmt: skip
    assert look(world) == Attended(raised=1)
    with world.store.writing() as session:
        row = session.get_one(Backfill, 1)
        row.failures = 0
        session.add(row)
    assert look(world) == Attended(recovered=1)


def test_checks_that_nobody_made_are_told_at_the_next_start(world: World) -> None:
    policy_id = world.policy()
    with world.store.writing() as session:
        policy = session.get_one(Policy, policy_id)
        policy.next_check_at = world.now
        session.add(policy)
    world.later(hours=10)
    assert look(world) == Attended(raised=1)
    with world.store.writing() as session:
        policy = session.get_one(Policy, policy_id)
        policy.next_check_at = world.now + timedelta(days=1)
        session.add(policy)
    assert look(world) == Attended(recovered=1)
