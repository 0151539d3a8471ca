"""Written times: what they mean when clocks change, and what is refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.times import BadTimes, parse_times, parse_window


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def following(line: str, start: str, count: int) -> list[str]:
    at, found = utc(start), []
    times = parse_times(line)
    for _ in range(count):
        at = times.next_after(at)
        found.append(f"{at:%m-%d %H:%M}")
    return found


def test_a_line_is_read_in_its_own_time_zone() -> None:
    assert following("0 9 * * mon-fri Asia/Tokyo", "2026-06-05T12:00", 2) == [
        "06-08 00:00",
        "06-09 00:00",
    ]


@pytest.mark.parametrize(
    ("line", "start", "expected"),
    [
        # put back: the hour that comes twice is answered once
        ("30 2 * * * Europe/Berlin", "2026-10-24T12:00", ["10-25 00:30", "10-26 01:30"]),
        ("30 1 * * * America/New_York", "2026-10-31T12:00", ["11-01 05:30", "11-02 06:30"]),
        # put forward: the hour that does not come is answered at the first minute that does
        ("30 2 * * * Europe/Berlin", "2026-03-28T12:00", ["03-29 01:00", "03-30 00:30"]),
        ("30 2 * * * America/New_York", "2026-03-07T12:00", ["03-08 07:00", "03-09 06:30"]),
        # every half hour is every half hour, whatever the clocks do
        ("*/30 * * * * Europe/Berlin", "2026-10-25T00:10", ["10-25 00:30", "10-25 01:00", "10-25 01:30"]),
    ],
)  # fmt: skip
def test_when_clocks_change_each_written_time_is_answered_once(
    line: str, start: str, expected: list[str]
) -> None:
    assert following(line, start, len(expected)) == expected


def test_times_between_two_instants_are_all_named_up_to_a_bound() -> None:
    times = parse_times("0 6 * * *")
    assert len(times.between(utc("2026-05-01"), utc("2026-05-08T06:00"), most=99)) == 8
    assert len(times.between(utc("2026-05-01"), utc("2026-05-08T06:00"), most=3)) == 3


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-06-03T10:00", "2026-06-03T10:00"),  # Wednesday noon in Berlin: open
        ("2026-06-03T03:00", "2026-06-03T06:00"),  # early: at eight, local time
        ("2026-06-03T16:00", "2026-06-04T06:00"),  # the end is not part of it
        ("2026-06-05T20:00", "2026-06-08T06:00"),  # Friday night: Monday
        ("2026-10-23T20:00", "2026-10-26T07:00"),  # Monday's eight is an hour later in winter
    ],
)
def test_a_window_waits_for_its_own_hours(at: str, opens: str) -> None:
    window = parse_window("mon-fri 08:00-18:00 Europe/Berlin")
    assert window.first_open(utc(at)) == utc(opens)


def test_a_window_over_midnight_belongs_to_the_day_it_began_on() -> None:
    window = parse_window("fri 22:00-04:00")
    assert window.first_open(utc("2026-06-06T03:00")) == utc("2026-06-06T03:00")
    assert window.first_open(utc("2026-06-07T03:00")) == utc("2026-06-12T22:00")


@pytest.mark.parametrize("text", ["08:00-18:00", "sat-mon 0:00-24:00", "sun,wed 23:59-00:01 UTC"])
@given(minutes=st.integers(0, 60 * 24 * 400))
@settings(max_examples=60, deadline=None)
def test_a_window_is_open_when_it_says_and_opens_within_the_week(text: str, minutes: int) -> None:
    window = parse_window(text)
    at = utc("2026-01-01") + timedelta(minutes=minutes)
    opens = window.first_open(at)
    assert at <= opens <= at + timedelta(days=7)
    assert window.first_open(opens) == opens
    assert opens.astimezone(ZoneInfo(window.zone)).weekday() in window.days | {
        (day + 1) % 7 for day in window.days
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 9 * *", "has 4 fields"),
        ("0 25 * * *", "bad hour"),
        ("0 9 * * mon-funday", "bad day-of-week"),
        ("0 0 31 2 *", "bad day-of-month"),
        ("0 9 * * * Mars/Base", "'Mars/Base' is no time zone"),
        ("0 9 * * * ../../etc/passwd", "is no time zone"),
        ("0 9\n* * *", "control characters"),
    ],
)
def test_a_line_that_is_no_time_is_refused_with_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(BadTimes, match=said):
        parse_times(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mon-fri", "is no window"),
        ("mon-fri 8-18", "is no window"),
        ("xyz 08:00-18:00", "'xyz' is no day"),
        ("mon 08:00-25:00", "are no hours"),
        ("mon 08:00-18:00 Nowhere", "is no time zone"),
    ],
)
def test_a_window_that_is_none_is_refused_with_what_is_wrong(text: str, said: str) -> None:
    with pytest.raises(BadTimes, match=said):
        parse_window(text)
