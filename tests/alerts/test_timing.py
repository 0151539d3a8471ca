"""When people are told, by the clock on their wall, also when that clock is changed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.timing import AT_ONCE, When, after_quiet, due_at, last_slot, next_slot

BERLIN = When("daily", "08:00", timezone="Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "now", "slot"),
    [
        (When("hourly"), "2026-06-03 09:20", "2026-06-03 10:00"),
        (When("hourly"), "2026-06-03 09:00", "2026-06-03 10:00"),
        (When("hourly", timezone="Asia/Kolkata"), "2026-06-03 09:20", "2026-06-03 09:30"),
        (BERLIN, "2026-06-03 05:59", "2026-06-03 06:00"),
        (BERLIN, "2026-06-03 06:00", "2026-06-04 06:00"),
        (BERLIN, "2026-12-03 06:30", "2026-12-03 07:00"),
        (When("daily", "23:30", timezone="America/Los_Angeles"), "2026-06-03 09:00", "2026-06-04 06:30"),
        (When("weekly", "08:00", 0), "2026-06-03 09:00", "2026-06-08 08:00"),
        (When("weekly", "08:00", 2), "2026-06-03 07:00", "2026-06-03 08:00"),
        (When("weekly", "08:00", 2), "2026-06-03 08:00", "2026-06-10 08:00"),
        # The night the clock is put forward has no 02:30, the one it is put back has two.
        (When("daily", "02:30", timezone="Europe/Berlin"), "2026-03-28 12:00", "2026-03-29 01:30"),
        (When("daily", "02:30", timezone="Europe/Berlin"), "2026-03-29 01:30", "2026-03-30 00:30"),
        (When("daily", "02:30", timezone="Europe/Berlin"), "2026-10-24 12:00", "2026-10-25 00:30"),
        (When("daily", "02:30", timezone="Europe/Berlin"), "2026-10-25 00:30", "2026-10-26 01:30"),
        # And the morning after is at eight all the same.
        (BERLIN, "2026-03-28 12:00", "2026-03-29 06:00"),
        (BERLIN, "2026-10-24 12:00", "2026-10-25 07:00"),
    ],
)  # fmt: skip
def test_a_digest_is_due_at_its_local_time(when: When, now: str, slot: str) -> None:
    assert next_slot(when, at(now)) == at(slot)


@pytest.mark.parametrize(
    ("quiet", "zone", "now", "told"),
    [
        ("22:00-07:00", "UTC", "2026-06-03 21:59", "2026-06-03 21:59"),
        ("22:00-07:00", "UTC", "2026-06-03 22:00", "2026-06-04 07:00"),
        ("22:00-07:00", "UTC", "2026-06-04 06:59", "2026-06-04 07:00"),
        ("22:00-07:00", "UTC", "2026-06-04 07:00", "2026-06-04 07:00"),
        ("12:00-14:00", "UTC", "2026-06-04 13:00", "2026-06-04 14:00"),
        ("22:00-07:00", "Europe/Berlin", "2026-06-03 20:30", "2026-06-04 05:00"),
        ("22:00-07:00", "Europe/Berlin", "2026-03-28 22:00", "2026-03-29 05:00"),
        ("22:00-07:00", "Europe/Berlin", "2026-10-24 22:00", "2026-10-25 06:00"),
    ],
)
def test_quiet_hours_put_a_mail_off_to_their_end(
    quiet: str, zone: str, now: str, told: str
) -> None:
    assert after_quiet(When(timezone=zone, quiet=quiet), at(now)) == at(told)


def test_a_pause_puts_all_off_and_loses_nothing() -> None:
    now, end = at("2026-06-03 09:00"), at("2026-06-10 12:00")
    window = timedelta(seconds=30)
    assert due_at(AT_ONCE, now, window=window) == now + window
    assert due_at(AT_ONCE, now, window=window, paused_until=end) == end + window
    assert due_at(BERLIN, now, window=window, paused_until=end) == at("2026-06-11 06:00")


ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
     "Pacific/Apia", "Africa/Casablanca", "America/St_Johns"]
)  # fmt: skip
CLOCKS = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
# Hypothesis asks for naive bounds and adds the zone itself.
FIRST, LAST = datetime(2019, 1, 1), datetime(2030, 1, 1)  # noqa: DTZ001
NOWS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
WHENS = st.builds(
    When, st.sampled_from(["hourly", "daily", "weekly"]), CLOCKS, st.integers(0, 6), ZONES
)


@given(when=WHENS, now=NOWS)
def test_slots_follow_each_other_without_a_gap_or_a_double(when: When, now: datetime) -> None:
    slot = next_slot(when, now)
    assert last_slot(when, now) <= now < slot
    assert last_slot(when, slot) == slot
    assert last_slot(when, slot - timedelta(microseconds=1)) == last_slot(when, now)
    longest = {"hourly": 1, "daily": 25.5, "weekly": 169.5}[when.cadence]
    # Samoa skipped a day in 2011 only, so none is skipped here.
    assert slot - last_slot(when, now) <= timedelta(hours=longest)


@given(when=WHENS, now=NOWS, begins=CLOCKS, ends=CLOCKS)
def test_nothing_is_told_early_or_in_quiet_hours(
    when: When, now: datetime, begins: str, ends: str
) -> None:
    quiet = "" if begins == ends else f"{begins}-{ends}"
    calm = When(timezone=when.timezone, quiet=quiet)
    told = after_quiet(calm, now)
    assert now <= told <= now + timedelta(hours=25)
    if told != now:
        local = told.astimezone(ZoneInfo(when.timezone))
        # An end that the clock jumped over is as long after midnight as on other days.
        jumped = local.utcoffset() != (local - timedelta(hours=3)).utcoffset()
        assert jumped or f"{local:%H:%M}" == ends
