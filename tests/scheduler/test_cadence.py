from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.cadence import next_check, phase_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

durations = st.timedeltas(min_value=MINUTE, max_value=timedelta(days=90))


def test_a_policy_checked_by_hand_is_due_one_cadence_later() -> None:
    assert next_check(NOW, every=DAY) == NOW + DAY


def test_slots_do_not_drift_by_the_time_a_check_takes() -> None:
    slot = NOW - 7 * MINUTE
    assert next_check(NOW, every=HOUR, slot_at=slot) == slot + HOUR


def test_slots_missed_while_the_machine_slept_are_coalesced_into_the_next_one() -> None:
    slot = NOW - 3 * DAY - HOUR
    assert next_check(NOW, every=DAY, slot_at=slot) == NOW + DAY - HOUR


@pytest.mark.parametrize(
    ("failures", "wait"),
    [(1, 15 * MINUTE), (2, 30 * MINUTE), (3, HOUR), (7, 16 * HOUR), (8, DAY), (99, DAY)],
)
def test_a_failure_is_tried_again_soon_then_ever_less_often(failures: int, wait: timedelta) -> None:
    assert next_check(NOW, every=DAY, failures=failures) == NOW + wait


def test_what_the_server_asked_for_is_never_undercut() -> None:
    assert next_check(NOW, every=DAY, failures=1, retry_after=2 * DAY) == NOW + 2 * DAY


def test_a_new_text_is_looked_at_again_when_it_has_stood_long_enough() -> None:
    assert next_check(NOW, every=DAY, confirm_at=NOW + 15 * MINUTE) == NOW + 15 * MINUTE


@given(
    every=durations,
    late=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)),
    failures=st.integers(min_value=0, max_value=10_000),
    retry_after=st.timedeltas(min_value=timedelta(0), max_value=DAY),
)
def test_the_next_check_is_always_ahead_and_never_later_than_cadence_or_server_ask(
    every: timedelta, late: timedelta, failures: int, retry_after: timedelta
) -> None:
    due = next_check(
        NOW, every=every, slot_at=NOW - late, failures=failures, retry_after=retry_after
    )
    assert NOW < due <= NOW + max(every, retry_after, timedelta(seconds=1))


@given(st.lists(st.text(min_size=1), min_size=200, max_size=200, unique=True))
def test_policies_added_at_once_are_due_spread_over_the_day(keys: list[str]) -> None:
    hours = [next_check(NOW, every=DAY, slot_at=NOW, phase=phase_of(key, DAY)).hour for key in keys]
    assert len(set(hours)) >= 18
    assert max(hours.count(hour) for hour in set(hours)) <= 30


@given(minutes=st.integers(1, 60 * 24 * 90), late_s=st.integers(0, 10 * 86_400))
def test_a_spread_policy_keeps_to_its_own_place_in_every_cadence(minutes: int, late_s: int) -> None:
    every, late = minutes * MINUTE, timedelta(seconds=late_s)
    phase = phase_of("https://shop.example/privacy", every)
    first = next_check(NOW, every=every, phase=phase)
    assert NOW < first <= NOW + every
    second = next_check(first + late, every=every, slot_at=first, phase=phase)
    assert first + late < second <= first + late + every
    assert (second - first) % every == timedelta(0)
