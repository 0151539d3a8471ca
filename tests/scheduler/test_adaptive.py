"""A page is looked at more often where it changes, within bounds."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.adaptive import Seen, adapted

DAY = timedelta(days=1)
LEAST, MOST = timedelta(hours=6), timedelta(days=7)


def cadence(checks: int, changes: int, days: int) -> timedelta:
    return adapted(DAY, Seen(checks, changes, timedelta(days=days)), least=LEAST, most=MOST)


def test_a_page_that_never_changed_is_looked_at_as_seldom_as_is_allowed() -> None:
    assert cadence(180, 0, 180) == MOST


def test_a_page_that_changes_every_month_is_looked_at_about_twice_a_day() -> None:
    assert timedelta(hours=10) < cadence(180, 6, 180) < timedelta(hours=14)


def test_a_page_that_is_another_at_each_look_is_looked_at_as_often_as_is_allowed() -> None:
    assert cadence(30, 30, 30) == LEAST


def test_a_handful_of_looks_decides_nothing() -> None:
    assert cadence(3, 3, 3) == DAY


@given(
    checks=st.integers(0, 5000),
    share=st.floats(0, 1),
    more=st.integers(0, 50),
    days=st.integers(0, 180),
)
def test_the_cadence_stays_in_bounds_and_more_changes_never_mean_fewer_looks(
    checks: int, share: float, more: int, days: int
) -> None:
    changes = int(checks * share)
    now = cadence(checks, changes, days)
    assert LEAST <= now <= MOST
    assert cadence(checks, min(checks, changes + more), days) <= now
