"""When a job counts as stuck, and how a moved clock is told from a slow one."""

from datetime import UTC, datetime, timedelta

import pytest

from scheduler.watchdog import Beat, Job, clock_jump, stuck_jobs

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_job_is_stuck_when_it_has_not_come_forward_within_its_limit() -> None:
    check = Job("check", 100.0, timedelta(minutes=10))
    send = Job("outbox", 650.0, timedelta(minutes=5))

    assert stuck_jobs([check, send], now_s=700.0) == []
    assert stuck_jobs([check, send], now_s=701.0) == [check]
    assert stuck_jobs([check, send], now_s=951.0) == [check, send]


@pytest.mark.parametrize(
    ("wall", "monotonic_s", "jump"),
    [
        (timedelta(seconds=30), 30.0, timedelta(0)),
        (timedelta(seconds=31), 30.0, timedelta(0)),  # slewed
        (timedelta(hours=1, seconds=30), 30.0, timedelta(hours=1)),
        (timedelta(seconds=30) - timedelta(days=1), 30.0, timedelta(days=-1)),
    ],
)
def test_a_moved_clock_is_told_from_time_that_passed(
    wall: timedelta, monotonic_s: float, jump: timedelta
) -> None:
    assert clock_jump(Beat(NOON, 5.0), Beat(NOON + wall, 5.0 + monotonic_s)) == jump
