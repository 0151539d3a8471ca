from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.cadence import Cadence, Missed, missed_slots, next_check, phase_of
from storage.times import parse_times, parse_window

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

durations = st.timedeltas(min_value=MINUTE, max_value=timedelta(days=90))


def test_a_policy_checked_by_hand_is_due_one_cadence_later() -> None:
    assert next_check(NOW, Cadence(DAY)) == NOW + DAY


def test_slots_do_not_drift_by_the_time_a_check_takes() -> None:
    slot = NOW - 7 * MINUTE
    assert next_check(NOW, Cadence(HOUR), slot_at=slot) == slot + HOUR


def test_slots_missed_while_the_machine_slept_are_coalesced_into_the_next_one() -> None:
    slot = NOW - 3 * DAY - HOUR
    assert next_check(NOW, Cadence(DAY), slot_at=slot) == NOW + DAY - HOUR


@pytest.mark.parametrize(
    ("failures", "wait"),
    [(1, 15 * MINUTE), (2, 30 * MINUTE), (3, HOUR), (7, 16 * HOUR), (8, DAY), (99, DAY)],
)
def test_a_failure_is_tried_again_soon_then_ever_less_often(failures: int, wait: timedelta) -> None:
    assert next_check(NOW, Cadence(DAY), failures=failures) == NOW + wait


def test_what_the_server_asked_for_is_never_undercut() -> None:
    assert next_check(NOW, Cadence(DAY), failures=1, retry_after=2 * DAY) == NOW + 2 * DAY


def test_a_new_text_is_looked_at_again_when_it_has_stood_long_enough() -> None:
    assert next_check(NOW, Cadence(DAY), confirm_at=NOW + 15 * MINUTE) == NOW + 15 * MINUTE


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
        NOW, Cadence(every), slot_at=NOW - late, failures=failures, retry_after=retry_after
    )
    assert NOW < due <= NOW + max(every, retry_after, timedelta(seconds=1))


@given(st.lists(st.text(min_size=1), min_size=200, max_size=200, unique=True))
def test_policies_added_at_once_are_due_spread_over_the_day(keys: list[str]) -> None:
    hours = [next_check(NOW, Cadence(DAY, phase_of(key, DAY)), slot_at=NOW).hour for key in keys]
    assert len(set(hours)) >= 18
    assert max(hours.count(hour) for hour in set(hours)) <= 30


@given(minutes=st.integers(1, 60 * 24 * 90), late_s=st.integers(0, 10 * 86_400))
def test_a_spread_policy_keeps_to_its_own_place_in_every_cadence(minutes: int, late_s: int) -> None:
    every, late = minutes * MINUTE, timedelta(seconds=late_s)
    cadence = Cadence(every, phase_of("https://shop.example/privacy", every))
    first = next_check(NOW, cadence)
    assert NOW < first <= NOW + every
    second = next_check(first + late, cadence, slot_at=first)
    assert first + late < second <= first + late + every
    assert (second - first) % every == timedelta(0)


OFFICE = parse_window("mon-fri 08:00-18:00")  # NOW is a Sunday's noon


def test_written_times_are_kept_to_the_minute() -> None:
    cadence = Cadence(DAY, times=parse_times("30 6,18 * * *"))
    evening = next_check(NOW, cadence, slot_at=NOW)
    assert evening == NOW + 6 * HOUR + 30 * MINUTE
    assert next_check(evening + MINUTE, cadence, slot_at=evening) == evening + 12 * HOUR


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"failures": 1},
        {"confirm_at": NOW + 15 * MINUTE},
        {"retry_after": 2 * HOUR},
    ],
)
def test_whatever_is_due_outside_the_window_waits_until_it_opens(asked: dict[str, Any]) -> None:
    cadence = Cadence(HOUR, window=OFFICE)
    assert next_check(NOW, cadence, **asked) == NOW + 20 * HOUR


def test_a_slot_answered_in_time_leaves_none_missed() -> None:
    assert missed_slots(NOW + 59 * MINUTE, Cadence(HOUR), slot_at=NOW) is None


def test_slots_that_passed_unanswered_are_counted_once() -> None:
    found = missed_slots(NOW + 3 * DAY + HOUR, Cadence(DAY), slot_at=NOW)
    assert found == Missed(NOW + DAY, NOW + 3 * DAY, 3)


def test_of_written_times_and_windows_only_real_slots_are_missed() -> None:
    monday = NOW + 20 * HOUR
    times = Cadence(DAY, times=parse_times("0 9 * * mon-fri"))
    assert missed_slots(NOW + 7 * DAY, times, slot_at=monday + HOUR) == Missed(
        monday + DAY + HOUR, monday + 4 * DAY + HOUR, 4
    )
    hours = missed_slots(monday + 2 * HOUR, Cadence(HOUR, window=OFFICE), slot_at=NOW)
    assert hours == Missed(monday, monday + 2 * HOUR, 3)


@given(every=durations, late_s=st.integers(0, 10 * 86_400), key=st.text(), spread=st.booleans())
def test_missed_slots_and_the_next_check_leave_no_slot_out_and_none_twice(
    every: timedelta, late_s: int, key: str, spread: bool
) -> None:
    cadence = Cadence(every, phase_of(key, every) if spread else None)
    now = NOW + timedelta(seconds=late_s)
    missed = missed_slots(now, cadence, slot_at=NOW)
    following = next_check(now, cadence, slot_at=NOW)
    if missed is None:
        assert following == max(
            cadence.slot_after(NOW, counted_from=NOW), now + timedelta(seconds=1)
        )
    else:
        assert missed.last <= now
        assert missed.last == missed.first + every * (missed.count - 1)
        assert following == max(missed.last + every, now + timedelta(seconds=1))
