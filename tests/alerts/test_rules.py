"""Who hears of a change."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.rules import Matter, News, Wish, addressed, why_not
from alerts.timing import When

NEWS = News(
    7,
    "Tern",
    ("payments", "eu"),
    (Matter("sharing", "high", "weaker"), Matter("cookies", "low", "stronger")),
)
ALL = Wish("ada@example.org")


@pytest.mark.parametrize(
    ("wish", "hears"),
    [
        (ALL, True),
        (replace(ALL, policy_id=7), True),
        (replace(ALL, policy_id=8), False),
        (replace(ALL, service="Tern"), True),
        (replace(ALL, service="tern"), True),
        (replace(ALL, service="Gull"), False),
        (replace(ALL, tag="eu"), True),
        (replace(ALL, tag="us"), False),
        (replace(ALL, topics=("cookies",)), True),
        (replace(ALL, topics=("children", "sharing")), True),
        (replace(ALL, topics=("children",)), False),
        (replace(ALL, min_severity="high"), True),
        (replace(ALL, topics=("cookies",), min_severity="low"), True),
        # The grave finding is about something else.
        (replace(ALL, topics=("cookies",), min_severity="medium"), False),
        (replace(ALL, policy_id=7, tag="us"), False),
        (replace(ALL, direction="weaker"), True),
        (replace(ALL, direction="stronger"), True),
        (replace(ALL, direction="stronger", topics=("sharing",)), False),
        (replace(ALL, direction="stronger", min_severity="high"), False),
        (replace(ALL, direction="weaker", min_severity="high"), True),
        (replace(ALL, policy_id=7, service="Tern", tag="eu", topics=("sharing",)), True),
    ],
)
def test_all_that_a_wish_names_must_hold(wish: Wish, hears: bool) -> None:
    assert bool(addressed([wish], NEWS)) is hears


def test_one_person_with_several_wishes_hears_once() -> None:
    wishes = [replace(ALL, topics=("children",)), ALL, replace(ALL, recipient="Ada@Example.org")]
    assert [a.recipient for a in addressed(wishes, NEWS)] == ["ada@example.org"]


@pytest.mark.parametrize("direction", ["weaker", "stronger"])
@pytest.mark.parametrize("points", ["mixed", "neutral", ""])
def test_what_points_both_ways_or_nowhere_is_told_to_either(direction: str, points: str) -> None:
    news = replace(NEWS, matters=(Matter("sharing", "high", points),))
    assert addressed([replace(ALL, direction=direction)], news)


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (replace(ALL, policy_id=8), "another policy"),
        (replace(ALL, service="Gull"), "the policies of Gull"),
        (replace(ALL, tag="us"), "not tagged us"),
        (replace(ALL, topics=("children",)), "nothing in it is about children"),
        (replace(ALL, topics=("cookies",), min_severity="medium"), "about cookies is of medium"),
        (replace(ALL, topics=("sharing",), direction="stronger"), "position stronger"),
    ],
)
def test_who_does_not_hear_is_told_why(wish: Wish, why: str) -> None:
    assert why in why_not(wish, NEWS)


def test_of_several_wishes_the_soonest_says_when_and_how() -> None:
    weekly = replace(ALL, when=When("weekly"), language="de")
    at_once = replace(ALL, topics=("sharing",), language="fr")
    for wishes in ([weekly, at_once], [at_once, weekly]):
        (address,) = addressed(wishes, NEWS)
        assert (address.when.cadence, address.language) == ("at_once", "fr")
    (address,) = addressed([weekly, replace(at_once, topics=("children",))], NEWS)
    assert (address.when.cadence, address.language) == ("weekly", "de")


def test_one_person_on_two_channels_hears_on_both() -> None:
    wishes = [ALL, replace(ALL, channel="webhook")]
    assert [a.channel for a in addressed(wishes, NEWS)] == ["email", "webhook"]


WISHES = st.builds(
    Wish,
    recipient=st.sampled_from(["ada@example.org", "ben@example.org", "BEN@example.org"]),
    policy_id=st.sampled_from([None, 7, 8]),
    topics=st.sampled_from([(), ("sharing",), ("children",)]),
    min_severity=st.sampled_from(["low", "medium", "high"]),
)


@given(wishes=st.lists(WISHES, max_size=8), more=WISHES)
def test_another_wish_takes_nobody_off_the_list(wishes: list[Wish], more: Wish) -> None:
    before = {a.recipient.casefold() for a in addressed(wishes, NEWS)}
    after = {a.recipient.casefold() for a in addressed([*wishes, more], NEWS)}
    assert before <= after <= before | {more.recipient.casefold()}


@given(wishes=st.permutations([ALL, replace(ALL, recipient="b@x.org"), replace(ALL, tag="us")]))
def test_the_order_of_wishes_changes_nobody(wishes: list[Wish]) -> None:
    assert {a.recipient for a in addressed(wishes, NEWS)} == {"ada@example.org", "b@x.org"}
