"""The demonstration's judgement of itself: what was planted against what was noticed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from analysis.compare import compare
from clausewatch.demo.nothing import why_nothing
from clausewatch.demo.story import Plant
from clausewatch.demo.verdict import belongs, judge, stray
from clausewatch.demo.watch import Seen
from storage.views import AlertView, ChangeView, DeliveryView

DAY = date(2026, 3, 16)
AT = datetime(2026, 3, 16, 6, tzinfo=UTC)

MATERIAL = Plant(
    DAY, ("privacy",), "material", "they share", topics=frozenset({"sharing"}), direction="weaker"
)
COSMETIC = Plant(DAY, ("privacy",), "cosmetic", "a date", why="date only")
FURNITURE = Plant(DAY, ("privacy",), "cosmetic", "a banner", why="furniture", dated=False)
OUTAGE = Plant(DAY, ("privacy",), "outage", "down", days=2)
VARIANT = Plant(DAY, ("privacy",), "variant", "an experiment", days=2)

QUIET = Seen(AT, "privacy", "unchanged", "", "", 200, 900, None, None, None)
DOWN = replace(QUIET, outcome="failed", cause="server_error", detail="503", status=503)


def change(*, material: bool, state: str = "pending") -> ChangeView:
    kind = "material" if material else "administrative"
    return ChangeView(7, 1, 1, 2, AT, kind, material, (), "", "", "it changed", state)


def alert(*topics: str, direction: str = "weaker", state: str = "sent") -> AlertView:
    told = DeliveryView(1, "counsel@example.org", "email", state, 1, "<1@example.org>", AT, AT, "")
    return AlertView(1, 1, "p", 1, 2, AT, topics, "high", direction, "shares more", {}, (told,))


CHANGED = replace(
    QUIET,
    outcome="changed",
    change=change(material=True),
    comparison=compare("We share nothing.", "We share everything."),
)
DATED = replace(
    CHANGED,
    change=change(material=False),
    comparison=compare(
        "# P\n\nLast updated: 6 October 2025\n\nWe share nothing.",
        "# P\n\nLast updated: 3 November 2025\n\nWe share nothing.",
    ),
)


def told(*topics: str, direction: str = "weaker", state: str = "sent") -> Seen:
    return replace(QUIET, alert=alert(*topics, direction=direction, state=state))


def check(plant: Plant, checks: Sequence[Seen], expect: str) -> None:
    """`expect` is in the only complaint; empty for no complaint at all."""
    complaints = judge(plant, checks).complaints
    assert len(complaints) == bool(expect), complaints
    assert expect in "".join(complaints)


@pytest.mark.parametrize(
    ("checks", "expect"),
    [
        ([CHANGED, told("sharing", "use")], ""),
        ([CHANGED], "0 alerts, where one was expected"),
        ([told("sharing"), told("sharing")], "2 alerts"),
        ([told("retention")], "without sharing"),
        ([told("sharing", direction="stronger")], "told as stronger for the reader, not weaker"),
        ([told("sharing", state="queued")], "not delivered to counsel@example.org"),
        ([DOWN, told("sharing")], "the check was failed (server_error: 503)"),
    ],
)
def test_a_material_edit_is_told_once_by_its_topics(checks: list[Seen], expect: str) -> None:
    check(MATERIAL, checks, expect)


@pytest.mark.parametrize(
    ("plant", "checks", "expect"),
    [
        (COSMETIC, [DATED, QUIET], ""),
        (COSMETIC, [QUIET], ""),  # a reader of pages may well leave dates out of the text
        (COSMETIC, [CHANGED], "a change was found, material"),
        (COSMETIC, [DATED, told("sharing")], "an alert: shares more"),
        (COSMETIC, [DOWN], "the check was failed"),
        (FURNITURE, [QUIET], ""),
        (FURNITURE, [DATED], "furniture was taken for the policy's own text"),
    ],
)
def test_a_cosmetic_edit_is_left_alone(plant: Plant, checks: list[Seen], expect: str) -> None:
    check(plant, checks, expect)


def test_new_words_that_were_not_kept_are_missed() -> None:
    from clausewatch.demo.edits import Replace

    check(replace(COSMETIC, edits=(Replace("a", "b"),)), [QUIET], "the new words were not kept")


@pytest.mark.parametrize(
    ("checks", "expect"),
    [([DOWN, DOWN], ""), ([DOWN, QUIET], "the check was unchanged"), ([CHANGED], "a change")],
)
def test_an_outage_is_recorded_and_becomes_no_version(checks: list[Seen], expect: str) -> None:
    check(OUTAGE, checks, expect)


@pytest.mark.parametrize(
    ("states", "expect"),
    [
        (["pending", "flap", "pending", "flap"], ""),
        (["pending", "flap", "pending"], "shown twice, gone once"),
        ([], "the other text was never seen"),
    ],
)
def test_an_experiment_alerts_nobody(states: list[str], expect: str) -> None:
    checks = [replace(CHANGED, change=change(material=True, state=state)) for state in states]
    check(VARIANT, checks or [QUIET], expect)


@pytest.mark.parametrize("plant", [MATERIAL, COSMETIC, OUTAGE, VARIANT])
def test_a_day_on_which_nobody_looked_is_no_success(plant: Plant) -> None:
    assert judge(plant, []).complaints


def test_a_check_belongs_to_the_plant_of_its_page_and_day() -> None:
    last = replace(DOWN, at=AT + timedelta(days=1))
    assert belongs(last, OUTAGE)
    assert not belongs(last, COSMETIC)
    assert not belongs(replace(DOWN, page="cookies"), OUTAGE)


def test_on_a_quiet_day_nothing_may_be_found() -> None:
    assert stray(QUIET) == ()
    assert stray(replace(QUIET, outcome="first")) == ()
    assert "an alert" in "".join(stray(told("sharing")))
    assert "a change was found" in "".join(stray(CHANGED))


@pytest.mark.parametrize(
    ("old", "new", "expect"),
    [
        (
            "Last updated: 6 October 2025",
            "Last updated: 3 November 2025",
            "the date only, 6 October 2025 → 3 November 2025",
        ),
        ("We keep lists.", "We keep lists!", "1 sentence differs in punctuation"),
        ("We keep a seperate list.", "We keep a separate list.", "seperate → separate"),
        ("## 3. Sharing\n\nWe share.", "## 4. Sharing\n\nWe share.", "1 heading renumbered"),
        (
            "We share nothing.\n\nWe keep letters for a year.\n\nThe kettle has a whistle.",
            "We keep letters for a year.\n\nThe kettle has a whistle.\n\nWe share nothing.",
            "1 passage moved",
        ),
    ],
)
def test_why_a_change_does_not_matter_is_said_in_words(old: str, new: str, expect: str) -> None:
    frame = "# Privacy\n\n{}\n\nYou can write to us at any time."
    assert why_nothing(compare(frame.format(old), frame.format(new))) == expect
