"""Who wants to hear of what: checked on the way in, ended without being forgotten."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import BadValue, NotFound
from storage.subscriptions import checked_address, list_subscriptions, subscribe, unsubscribe
from tests.storage.world import HOUR, NOW, World

ANN = "ann@tealeaf.example"


def subscribed(world: World, recipient: str = ANN, **given: Any) -> int:
    with world.store.writing() as session:
        row = subscribe(session, recipient, now=NOW, **given)
        assert row.id is not None
        return row.id


def standing(world: World, **given: Any) -> list[int | None]:
    with world.store.reading() as session:
        return [row.id for row in list_subscriptions(session, **given)]


def test_who_names_nothing_wants_everything(world: World) -> None:
    subscribed(world)
    with world.store.reading() as session:
        (row,) = list_subscriptions(session)
    assert (row.policy_id, row.service, row.tag, row.topics, row.min_severity) == (None, "", "", [], "low")  # fmt: skip


def test_wishes_are_kept_in_one_order(world: World) -> None:
    subscribed(
        world, policy_id=world.policy_id, topics=["sharing", "cookies", "sharing"], min_severity="high"
    )  # fmt: skip
    with world.store.reading() as session:
        (row,) = list_subscriptions(session)
    assert (row.policy_id, row.topics, row.min_severity) == (1, ["cookies", "sharing"], "high")


def test_asking_twice_for_the_same_is_asking_once(world: World) -> None:
    first = subscribed(world, topics=["sale", "sharing"])
    assert subscribed(world, "ann@TEALEAF.example", topics=("sharing", "sale")) == first
    assert subscribed(world, topics=["sale"]) != first


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"topics": ["gossip"]}, "topic 'gossip' is not known"),
        ({"topics": "sale"}, "list of topics"),
        ({"min_severity": "dire"}, "low, medium, high"),
        ({"channel": "pigeon"}, "channel 'pigeon'"),
    ],
)
def test_a_wish_nobody_can_grant_is_refused(
    world: World, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadValue, match=words):
        subscribed(world, **given)


def test_a_policy_that_is_not_there_cannot_be_subscribed_to(world: World) -> None:
    with pytest.raises(NotFound):
        subscribed(world, policy_id=99)


@pytest.mark.parametrize(
    "address",
    ["", "ann", "ann@", "@tealeaf.example", "a b@c.example", "ann@-bad-.example", "ann@a..example",
     ".ann@a.example", "ann.@a.example", "ann@a.example\nBcc: eve@evil.example", "a@b@c.example",
     f"{'a' * 65}@a.example", f"a@{'b' * 250}.example", "Ann <ann@a.example>", "ann@a.example,eve@b.example"],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadValue, match="no e-mail address"):
        checked_address(address)


@given(st.text())
def test_no_address_can_carry_a_second_line_or_recipient(text: str) -> None:
    try:
        address = checked_address(text)
    except BadValue:
        return
    assert address.count("@") == 1
    assert not set(address) & set('\r\n\0 ,<>"\\')


def test_an_ended_subscription_is_kept_as_a_record(world: World) -> None:
    whole = subscribed(world)
    with world.store.writing() as session:
        assert unsubscribe(session, ANN, now=NOW + HOUR) == 1
        assert unsubscribe(session, ANN, now=NOW + HOUR) == 0
    assert standing(world) == []
    assert standing(world, include_ended=True) == [whole]
    assert subscribed(world) != whole


def test_one_policy_s_subscription_can_be_ended_alone(world: World) -> None:
    whole, one = subscribed(world), subscribed(world, policy_id=world.policy_id)
    with world.store.writing() as session:
        assert unsubscribe(session, ANN, policy_id=world.policy_id, now=NOW) == 1
    assert standing(world, recipient=ANN) == [whole]
    assert one not in standing(world)
