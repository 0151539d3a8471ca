"""Turns and Retry-After."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.politeness import LONGEST_RETRY_AFTER_S, Turns, host_of, retry_after_s

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def turns(*targets: str, pause: float = 0.0, rests: dict[str, float] | None = None) -> Turns[str]:
    """Targets are written `host/page`."""
    return Turns(
        ((text.partition("/")[0], text) for text in targets),
        pause=lambda _: pause,
        rests={} if rests is None else rests,
    )


def test_a_host_has_one_target_at_a_time() -> None:
    queue = turns("a/1", "a/2", "b/1")

    assert [queue.take(0.0), queue.take(0.0), queue.take(0.0)] == ["a/1", "b/1", None]
    assert queue.wakes_at() is None
    queue.done("a", 1.0)
    assert queue.take(1.0) == "a/2"


def test_a_host_rests_after_a_target_is_done() -> None:
    queue = turns("a/1", "a/2", pause=5.0)
    queue.take(0.0)
    queue.done("a", 2.0)

    assert queue.take(6.9) is None
    assert queue.wakes_at() == 7.0
    assert queue.take(7.0) == "a/2"


def test_a_rest_outlives_the_turns() -> None:
    rests: dict[str, float] = {}
    first = turns("a/1", pause=5.0, rests=rests)
    first.take(0.0)
    first.done("a", 1.0)
    second = turns("a/2", "b/1", pause=5.0, rests=rests)

    assert second.take(2.0) == "b/1"
    assert (second.take(2.0), second.wakes_at()) == (None, 6.0)
    assert second.take(6.0) == "a/2"


def test_two_turns_at_work_spare_the_same_host() -> None:
    rests: dict[str, float] = {}
    one, other = (turns("a/1", pause=5.0, rests=rests) for _ in range(2))

    assert one.take(0.0) == "a/1"
    assert other.take(0.0) is None


def test_cleared_turns_deal_out_nothing_more() -> None:
    queue = turns("a/1", "a/2", "b/1")
    queue.take(0.0)
    queue.clear()
    queue.done("a", 1.0)

    assert (len(queue), queue.take(9.0), queue.wakes_at()) == (0, None, None)


@given(
    pages=st.lists(st.sampled_from("abcdef"), max_size=60),
    pause=st.sampled_from([0.0, 0.5, 3.0]),
    took=st.lists(st.floats(0, 4), min_size=1, max_size=10),
)
def test_every_target_is_dealt_out_once_and_no_host_is_pressed(
    pages: list[str], pause: float, took: list[float]
) -> None:
    targets = [f"{host}/{number}" for number, host in enumerate(pages)]
    queue = turns(*targets, pause=pause)
    now, free_at = 0.0, dict.fromkeys("abcdef", 0.0)
    dealt: list[str] = []
    busy: list[tuple[float, str]] = []
    while len(dealt) < len(targets):
        target = queue.take(now)
        if target is None:
            ends = [at for at, _ in busy] + [at for at in [queue.wakes_at()] if at is not None]
            now = max(now, min(ends))
            for at, host in [one for one in busy if one[0] <= now]:
                busy.remove((at, host))
                queue.done(host, now)
                free_at[host] = now + pause
            continue
        host = target[0]
        assert now >= free_at[host]
        assert host not in [other for _, other in busy]
        dealt.append(target)
        busy.append((now + took[len(dealt) % len(took)], host))
    assert sorted(dealt) == sorted(targets)
    assert len(queue) == 0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 7 ", 7),
        ("0", 0),
        ("-5", 0),
        ("1.5", 0),
        ("soon", 0),
        ("", 0),
        ("9" * 400, LONGEST_RETRY_AFTER_S),
        ("٣", 0),
        ("Sun, 01 Mar 2026 12:02:00 GMT", 120),
        ("Sunday, 01-Mar-26 12:02:00 GMT", 120),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY_AFTER_S),
        ("Sun, 99 Mar 2026 12:02:00 GMT", 0),
        ("Sun, 01 Mar 2026 12:02:00 -0000", 0),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date_and_capped(value: str, seconds: float) -> None:
    assert retry_after_s(value, now=NOW) == seconds


def test_a_date_counts_from_the_servers_own_clock() -> None:
    wait = retry_after_s(
        "Sun, 01 Mar 2020 00:05:00 GMT", now=NOW, date="Sun, 01 Mar 2020 00:00:00 GMT"
    )

    assert wait == 300


@given(value=st.text(max_size=40), date=st.text(max_size=40))
def test_no_retry_after_raises_or_exceeds_a_day(value: str, date: str) -> None:
    assert 0 <= retry_after_s(value, now=NOW, date=date) <= LONGEST_RETRY_AFTER_S


@pytest.mark.parametrize(
    ("netloc", "host"),
    [
        ("Example.ORG", "example.org"),
        ("example.org:8080", "example.org"),
        ("me:secret@example.org:80", "example.org"),
        ("[2001:db8::1]:80", "2001:db8::1"),
        ("", ""),
    ],
)
def test_the_host_is_read_from_a_netloc(netloc: str, host: str) -> None:
    assert host_of(netloc) == host
