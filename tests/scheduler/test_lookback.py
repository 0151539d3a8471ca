"""What the daemon asks archives for by itself, and what it leaves alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from scheduler.lookback import LookBackRules, look_back
from storage.backfills import BackfillView, backfills_of
from storage.lookback import is_public_page
from storage.models import Alert, Policy
from tests.scheduler.past import DAY, MONTH, NOW, Past, daily
from tests.storage.world import URL, A, B, C

RULES = LookBackRules(automatic=True, density=MONTH, again=MONTH, fallback=True, save=False)


def pass_over(past: Past, rules: LookBackRules = RULES) -> list[BackfillView]:
    """Let the daemon look back once; return the backfills there are."""
    look_back(past.doors, rules)
    with past.world.store.reading() as session:
        return backfills_of(session, past.world.policy_id)


def fail(past: Past, cause: str, *, times: int) -> None:
    past.world.at = past.clock.at
    for _ in range(times):
        past.world.fail(cause)
    with past.world.store.writing() as session:
        policy = session.get_one(Policy, past.world.policy_id)
        policy.failures = times
        session.add(policy)
    past.clock.at = past.world.at


def test_a_policy_that_was_added_gets_its_past_by_itself_once(past: Past) -> None:
    past.put(*daily("A" * 20 + "B" * 20))

    first = pass_over(past)
    past.clock.advance(DAY)

    assert [(view.reason, view.state) for view in first] == [("added", "done")]
    assert [text for text, *_ in past.texts] == ["A", "B"]
    assert pass_over(past) == first


def test_a_month_later_archives_are_asked_for_what_was_missed_since(past: Past) -> None:
    past.put(*daily("A" * 20))
    pass_over(past)
    past.clock.advance(MONTH + DAY)
    past.archive.put(URL, past.clock() - 5 * DAY, C)

    *_, gap = pass_over(past)

    assert (gap.reason, gap.state, gap.listed) == ("gap", "done", 1)
    assert gap.since is not None
    assert [text for text, *_ in past.texts] == ["A", "C"]


def test_a_pass_fetches_nothing_where_live_checks_saw_the_page(past: Past) -> None:
    pass_over(past)
    past.world.at = NOW
    for _ in range(8):
        past.world.fetch(A, after=5 * DAY)
    past.clock.at = past.world.at
    for day in range(35):
        past.archive.put(URL, NOW + day * DAY, A + b"<!-- %d -->" % day)

    pass_over(past)

    assert past.archive.asked_for("capture") <= 1, "the first, before the page was watched"


def test_nothing_is_asked_again_where_it_is_not_wanted(past: Past) -> None:
    rules = LookBackRules(automatic=False, density=MONTH, again=MONTH, fallback=True, save=False)

    assert pass_over(past, rules) == []
    assert past.archive.asked_for("index") == 0


@pytest.mark.parametrize("cause", ["blocked", "gone"])
def test_a_page_that_is_blocked_or_gone_is_looked_for_in_archives(past: Past, cause: str) -> None:
    pass_over(past)
    past.clock.advance(DAY)
    past.world.at = past.clock()
    past.world.fetch(A)
    past.clock.advance(2 * DAY)
    fail(past, cause, times=3)
    past.archive.put(URL, past.clock() - timedelta(hours=2), B)

    *_, fallback = pass_over(past)

    assert (fallback.reason, fallback.state) == ("fallback", "done")
    assert [text for text, *_ in past.texts] == ["A", "B"]
    assert past.timeline[-1].source == "fake"


def test_a_page_that_only_times_out_is_not(past: Past) -> None:
    pass_over(past)
    past.clock.advance(2 * DAY)
    fail(past, "timeout", times=3)

    assert [view.reason for view in pass_over(past)] == ["added"]


def test_an_archive_is_asked_to_capture_what_was_told_once(past: Past) -> None:
    rules = LookBackRules(automatic=False, density=MONTH, again=MONTH, fallback=True, save=True)
    tell(past)

    pass_over(past, rules)
    pass_over(past, rules)

    assert [one.path for one in past.archive.asks("save")] == [f"/save/{URL}"]


def test_an_archive_that_refuses_to_capture_is_asked_again_after_its_pause(past: Past) -> None:
    rules = LookBackRules(automatic=False, density=MONTH, again=MONTH, fallback=True, save=True)
    tell(past)
    past.archive.refuse(1, what="save")

    pass_over(past, rules)
    pass_over(past, rules)
    assert past.archive.asked_for("save") == 1
    past.clock.advance(timedelta(seconds=61))
    pass_over(past, rules)

    assert past.archive.asked_for("save") == 2


def test_nothing_is_captured_that_nobody_wants_captured(past: Past) -> None:
    tell(past)
    pass_over(past)
    assert past.archive.asked_for("save") == 0


def tell(past: Past) -> None:
    """Have an alert in the record, as a check would leave it."""
    from storage.chain import append

    with past.world.store.writing() as session:
        append(
            session,
            Alert(
                policy_id=past.world.policy_id,
                from_snapshot_id=1,
                to_snapshot_id=2,
                created_at=NOW,
                topics=["sharing"],
                severity="high",
                direction="weaker",
                headline="shares more",
                content={},
            ),
        )


def test_no_archive_hears_of_a_page_on_a_private_net() -> None:
    public = ["https://www.tealeaf.example/privacy", "http://8.8.8.8/privacy"]
    private = [
        "http://127.0.0.1:8418/privacy",
        "http://10.1.2.3/privacy",
        "http://10.1/privacy",
        "http://0x7f.1/privacy",
        "http://intranet/privacy",
        "http://wiki.corp/privacy",
        "http://localhost/privacy",
        "http://[::1]/privacy",
        "http://printer.local/privacy",
    ]
    assert [url for url in public if not is_public_page(url)] == []
    assert [url for url in private if is_public_page(url)] == []
