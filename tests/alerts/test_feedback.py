"""What people make of alerts is kept, and what they muted stays quiet until it changes again."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.content import AlertContent
from alerts.feedback import give, mutes_of, unmute, wrong_cases
from alerts.mutes import Mute, split
from analysis.compare import Finding, compare
from storage.errors import BadValue, NotFound
from tests.alerts.world import EDITIONS, World, edition, made


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = made(tmp_path)
    world.subscribe("ada@example.org")
    yield world
    world.store.close()


def say(world: World, alert_id: int, action: str, passage: int | None = None) -> None:
    with world.store.writing() as session:
        give(session, alert_id, action, now=world.now, author="ada", note="why", passage=passage)


def told(world: World, policy_id: int, before: int, after: int) -> AlertContent:
    alert = world.tell_between(policy_id, before, after)
    assert alert is not None
    return AlertContent.from_json(alert.content)


def test_what_is_muted_says_no_more_on_its_way_back(world: World) -> None:
    policy_id = world.policy()
    told(world, policy_id, 0, 1)
    say(world, 1, "mute")
    back = told(world, policy_id, 1, 0)
    assert back.points == ()
    assert [aside.kind for aside in back.asides][:1] == ["muted"]
    assert len(world.deliveries()) == 1


def test_another_change_beside_a_muted_one_is_told_without_it(world: World) -> None:
    policy_id = world.policy()
    told(world, policy_id, 0, 1)
    say(world, 1, "mute")
    both = told(world, policy_id, 0, 2)  # the muted change, and another
    assert [point.topics[0] for point in both.points] == ["retention"]
    assert both.topics == ("retention",)
    assert "sharing" not in both.headline
    assert "location" not in both.headline
    assert "muted" in [aside.kind for aside in both.asides]
    assert len(world.deliveries()) == 2


def test_a_third_wording_of_a_muted_clause_is_news(world: World) -> None:
    policy_id = world.policy()
    told(world, policy_id, 0, 1)
    say(world, 1, "mute")
    assert told(world, policy_id, 2, 3).points


def test_a_mute_ends_when_somebody_says_so(world: World) -> None:
    policy_id = world.policy()
    told(world, policy_id, 0, 1)
    say(world, 1, "mute")
    with world.store.writing() as session:
        assert unmute(session, 1, now=world.now) == 1
        assert mutes_of(session, policy_id) == []
    assert told(world, policy_id, 1, 0).points


def test_a_mute_of_one_policy_says_nothing_of_another(world: World) -> None:
    first, second = world.policy("first"), world.policy("second")
    told(world, first, 0, 1)
    say(world, 1, "mute")
    assert told(world, second, 0, 1).points


def test_a_wrong_alert_becomes_a_case_that_is_judged_the_same_again(world: World) -> None:
    policy_id = world.policy()
    content = told(world, policy_id, 0, 1)
    say(world, 1, "wrong", passage=1)
    with world.store.reading() as session:
        (case,) = wrong_cases(session)
    assert (case["old_text"], case["new_text"]) == (edition(0, "Tern"), edition(1, "Tern"))
    assert (case["policy"], case["note"], case["author"]) == ("tern-privacy", "why", "ada")
    again = compare(case["old_text"], case["new_text"], doc_type=case["doc_type"])
    assert again.headline == content.headline
    assert case["passages"][0]["after"] == content.points[0].after


def test_what_is_not_there_is_refused(world: World) -> None:
    told(world, world.policy(), 0, 1)
    with pytest.raises(NotFound, match="no alert has the number 9"):
        say(world, 9, "ack")
    with pytest.raises(BadValue, match="not of 7"):
        say(world, 1, "mute", passage=7)


TEXTS = [f"{sharing} {keeping}" for sharing, keeping, _ in EDITIONS]


@given(muted=st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(TEXTS)), max_size=4))
def test_a_mute_hides_no_wording_it_does_not_hold(muted: list[tuple[str, str]]) -> None:
    findings = tuple(
        Finding(topic="sharing", kind="changed", direction="weaker", severity="high",
                heading="", before=before, after=after, reasons=(), words=())
        for before in TEXTS for after in TEXTS if before != after
    )  # fmt: skip
    whole = compare(edition(0, "Tern"), edition(1, "Tern"))
    comparison = replace(whole, findings=findings)
    left, hidden = split(comparison, [Mute(*pair) for pair in muted])
    pairs = [set(pair) for pair in muted]
    assert all(any({one.before, one.after} <= pair for pair in pairs) for one in hidden)
    assert set(left.findings) | set(hidden) == set(findings)
