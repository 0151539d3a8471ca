"""One fetch into rows: what each kind of fetch leaves, and when a change is news."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from storage.blobs import get_body
from storage.history import change_of, comparison_of, fetches, text_of
from storage.models import Body, Change, Fetch, Finding, Snapshot
from storage.policies import edit_policy, find_policy
from storage.provenance import headers_of
from storage.record import Stale, record, understand
from tests.storage.world import HOUR, NOW, URL, A, B, C, World, fetched, page, watched

DAY = timedelta(days=1)
WALL = (
    b"<html lang=en><title>Just a moment...</title><p>Checking your browser before access.</html>"
)


def count(world: World, table: type[Fetch | Body | Snapshot | Change | Finding]) -> int:
    with world.store.reading() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_the_first_text_is_the_baseline_and_no_news(world: World) -> None:
    recorded = world.fetch(A)
    assert (recorded.outcome, recorded.change, recorded.news_change_id) == ("first", None, None)
    policy = world.policy()
    assert policy.current_snapshot_id == policy.stable_snapshot_id == recorded.snapshot_id


def test_a_capture_is_kept_with_where_it_came_from(world: World) -> None:
    moved = "https://www.tealeaf.example/legal/privacy"
    recorded = world.fetch(
        A, final_url=moved, redirects=(moved,), headers=(("Content-Type", "text/html"), ("X-Cache", "hit"))
    )  # fmt: skip
    with world.store.reading() as session:
        row = session.get_one(Fetch, recorded.fetch_id)
        assert row.body_sha256 is not None
        assert get_body(session, row.body_sha256) == A
        assert row.provenance == {
            "url": URL,
            "final_url": moved,
            "redirects": [moved],
            "headers": [["Content-Type", "text/html"], ["X-Cache", "hit"]],
        }


def test_the_same_text_in_other_bytes_is_unchanged_and_its_body_is_dropped(world: World) -> None:
    world.fetch(A)
    recorded = world.fetch(page("We do not sell your personal data, and we do not share it with advertisers.", note="<!-- nonce 81723 -->"))  # fmt: skip
    assert recorded.outcome == "unchanged"
    assert (count(world, Body), count(world, Snapshot)) == (1, 1)
    assert world.timeline()[0].last_seen == world.at


def test_not_modified_is_unchanged_and_moves_the_time_seen(world: World) -> None:
    world.fetch(A)
    assert world.not_modified().outcome == "unchanged"
    assert world.timeline()[0].last_seen == world.at


def test_not_modified_without_a_text_is_a_failure(world: World) -> None:
    recorded = world.not_modified()
    assert (recorded.outcome, recorded.cause, recorded.snapshot_id) == (
        "failed",
        "not_modified",
        None,
    )


def test_an_answer_without_a_body_is_a_failure(world: World) -> None:
    recorded = world.fetch(None, status=200)
    assert (recorded.outcome, recorded.cause) == ("failed", "empty")


def test_a_failure_leaves_the_text_alone_and_keeps_what_it_got(world: World) -> None:
    first = world.fetch(A)
    recorded = world.fetch(b"oops", cause="http_error", status=500, detail="the server says 500")
    assert (recorded.outcome, recorded.cause, recorded.snapshot_id) == ("failed", "http_error", first.snapshot_id)  # fmt: skip
    with world.store.reading() as session:
        row = session.get_one(Fetch, recorded.fetch_id)
        assert row.body_sha256 is not None
        assert get_body(session, row.body_sha256) == b"oops"
        assert (row.status, row.detail) == (500, "the server says 500")


def test_a_doubtful_page_is_held_and_its_body_kept(world: World) -> None:
    first = world.fetch(A)
    recorded = world.fetch(WALL)
    assert (recorded.outcome, recorded.cause, recorded.change) == ("held", "bot_wall", None)
    assert recorded.snapshot_id == first.snapshot_id
    assert (count(world, Snapshot), count(world, Body)) == (1, 2)


def test_a_doubtful_first_page_leaves_the_policy_without_a_text(world: World) -> None:
    assert world.fetch(WALL).outcome == "held"
    assert world.fetch(A).outcome == "first"


def test_validators_are_those_of_the_last_good_capture(world: World) -> None:
    world.fetch(A, headers=(("ETag", '"one"'), ("last-modified", "Sun, 01 Mar 2026 12:00:00 GMT")))
    world.fetch(WALL, headers=(("ETag", '"wall"'),))
    world.fetch(b"no", headers=(("ETag", '"error"'),), cause="http_error", status=503)
    world.not_modified()
    policy = world.policy()
    assert (policy.etag, policy.last_modified) == ('"one"', "Sun, 01 Mar 2026 12:00:00 GMT")
    world.fetch(A, headers=(("etag", '"two"'),))
    policy = world.policy()
    assert (policy.etag, policy.last_modified) == ('"two"', None)


def test_a_new_text_waits_for_confirmation(world: World) -> None:
    world.fetch(A)
    recorded = world.fetch(B)
    assert recorded.outcome == "changed"
    assert recorded.change is not None
    assert (recorded.change.kind, recorded.change.state) == ("material", "pending")
    assert recorded.news_change_id is None
    assert recorded.confirm_at == world.at + HOUR


def test_a_text_that_stands_is_news_once(world: World) -> None:
    world.fetch(A)
    changed = world.fetch(B)
    too_soon = world.fetch(B, after=HOUR / 2)
    assert (too_soon.news_change_id, too_soon.confirm_at) == (None, changed.confirm_at)
    settled = world.fetch(B, after=HOUR / 2)
    assert changed.change is not None
    assert settled.news_change_id == changed.change.id
    assert settled.confirm_at is None
    for _ in range(5):
        assert world.fetch(B).news_change_id is None
    assert world.states() == ["settled"]


def test_a_fetch_recorded_late_does_not_confirm_itself(world: World) -> None:
    world.fetch(A)
    late = fetched(world.policy_id, world.at + HOUR, B)
    world.at += 5 * HOUR  # it lay in a queue
    assert world.keep(late).news_change_id is None


def test_not_modified_confirms(world: World) -> None:
    world.fetch(A)
    world.fetch(B)
    assert world.not_modified().news_change_id is not None


def test_with_no_wait_a_change_is_news_at_first_sight(tmp_path: Path) -> None:
    world = watched(tmp_path, confirm_after=timedelta(0))
    world.fetch(A)
    recorded = world.fetch(B)
    assert recorded.change is not None
    assert recorded.news_change_id == recorded.change.id
    assert recorded.change.state == "settled"
    world.store.close()


def test_a_short_lived_text_is_never_told(world: World) -> None:
    world.fetch(A)
    world.fetch(B, after=HOUR)
    back = world.fetch(A, after=HOUR / 2)
    assert back.change is not None
    assert back.change.state == "flap"
    assert not back.change.material
    assert back.change.headline.startswith("back to the text first seen")
    for _ in range(3):
        world.fetch(A)
    assert (world.news, world.states()) == ([], ["flap", "flap"])


def test_a_lasting_return_is_told(world: World) -> None:
    for body in (A, B, B, A, A):
        world.fetch(body)
    assert len(world.news) == 2
    assert world.states() == ["settled", "settled"]
    with world.store.reading() as session:
        view = change_of(session, world.news[1])
        assert text_of(session, view.to_snapshot_id) == text_of(session, 1)


def test_a_text_replaced_before_it_settled_is_told_in_one_with_its_successor(world: World) -> None:
    world.fetch(A)
    world.fetch(B, after=HOUR)
    direct = world.fetch(C, after=HOUR / 2)
    settled = world.fetch(C, after=HOUR)
    assert direct.change is not None
    assert len(world.news) == 1
    assert settled.news_change_id != direct.change.id
    with world.store.reading() as session:
        told = change_of(session, world.news[0])
        assert (told.from_snapshot_id, told.to_snapshot_id, told.state) == (1, 3, "settled")
        assert "data brokers" in str(comparison_of(session, told.id).findings)
    assert world.states() == ["merged", "merged"]


def test_failures_and_doubts_in_between_confirm_nothing_and_undo_nothing(world: World) -> None:
    world.fetch(A)
    world.fetch(B)
    assert world.fail().news_change_id is None
    assert world.fetch(WALL).news_change_id is None
    assert world.states() == ["pending"]
    assert world.fetch(B).news_change_id is not None


def test_a_change_that_does_not_matter_settles_in_silence(world: World) -> None:
    said = "We do not sell your personal data, and we do not share it with advertisers."
    world.fetch(page(said, "Last updated: 1 March 2026."))
    changed = world.fetch(page(said, "Last updated: 2 March 2026."))
    if changed.outcome == "changed":  # the date may not even count as content
        assert changed.confirm_at is None
        world.fetch(page(said, "Last updated: 2 March 2026."))
        assert world.states() == ["settled"]
    assert world.news == []


def test_a_page_that_never_reads_twice_alike_cannot_hide_a_change(world: World) -> None:
    said = "We sell your personal data to advertisers."
    guides = ("kettles", "cups", "tins", "filters", "spoons", "trays", "scales")
    world.fetch(A)
    for guide in guides:
        world.fetch(page(said, f"Our guide of the week is about {guide}."))
    assert len(world.news) == 1


def test_a_page_that_says_something_else_that_matters_each_day_is_told_of_once_a_week(
    world: World,
) -> None:
    partners = ("brokers", "insurers", "lenders", "landlords", "employers", "schools", "parties")
    world.fetch(A)
    for day in range(15):
        said = f"We sell your personal data to {partners[day % 7]}."
        world.fetch(page(said, f"We keep it for {day + 2} years."), after=DAY)
        assert len(world.news) == (day >= 7) + (day >= 15)
    assert world.misfits() == []


def test_findings_are_rows_of_their_change(world: World) -> None:
    world.fetch(A)
    recorded = world.fetch(B)
    assert recorded.change is not None
    with world.store.reading() as session:
        rows = session.exec(select(Finding).where(Finding.change_id == recorded.change.id)).all()
        comparison = comparison_of(session, recorded.change.id)
    assert [row.topic for row in rows] == [finding.topic for finding in comparison.findings]
    assert [row.after for row in rows] == [finding.after for finding in comparison.findings]
    assert [*recorded.change.topics] == [*comparison.topics] != []


def test_a_policy_that_moved_on_meanwhile_is_stale_and_nothing_is_written(world: World) -> None:
    world.fetch(A)
    understood = understand(world.store, fetched(world.policy_id, world.at, B), now=world.at)
    world.fetch(C)
    before = count(world, Fetch)
    with world.store.writing() as session, pytest.raises(Stale):
        record(session, understood, now=world.at, confirm_after=HOUR)
    assert count(world, Fetch) == before


def test_a_slot_is_answered_once(world: World) -> None:
    slot = NOW + 3 * HOUR
    world.at = slot
    world.fetch(A, slot_at=slot, after=timedelta(seconds=5))
    world.fetch(A, slot_at=slot, after=timedelta(seconds=60))  # a worker back from the dead
    with world.store.reading() as session:
        rows = session.exec(select(Fetch).order_by(col(Fetch.id))).all()
    assert [row.slot_at for row in rows] == [slot, None]


def test_a_clock_set_back_keeps_the_texts_in_the_order_they_came(world: World) -> None:
    for body in (A, B, B):
        world.fetch(body)
    world.at -= 24 * HOUR
    world.fetch(C)
    assert [view.id for view in world.timeline()] == [1, 2, 3]
    assert world.timeline()[2].change is not None


def test_new_selectors_are_our_doing_and_no_news(world: World) -> None:
    whole = page("We do not sell your personal data.", note="<aside class=promo><p>" + "We sell kettles and cups to anyone who asks, every day of the week. " * 8 + "</p></aside>")  # fmt: skip
    world.fetch(whole)
    with world.store.writing() as session:
        edit_policy(session, find_policy(session, world.policy().name).name, select="main")
    recorded = world.fetch(whole)
    assert recorded.outcome == "unchanged"
    for _ in range(3):
        world.fetch(whole)
    assert world.news == []
    assert world.misfits() == []


def test_a_text_made_under_older_rules_is_read_again_before_it_is_compared(world: World) -> None:
    world.fetch(A)
    world.made_by_older_rules(digest="made by older rules")
    assert world.fetch(A).outcome == "unchanged"
    with world.store.reading() as session:
        row = session.get_one(Snapshot, 1)
        assert row.revision > 0
        assert row.digest != "made by older rules"
    changed = world.fetch(B)
    assert changed.change is not None
    assert changed.change.material


def test_an_unchanged_page_brings_a_text_of_older_rules_up_to_date(world: World) -> None:
    world.fetch(A)
    world.made_by_older_rules(title="as older rules had it")
    assert world.fetch(A).outcome == "unchanged"
    assert world.timeline()[0].title == "Privacy policy"


def test_a_page_that_stays_shrunk_is_believed_in_the_end(world: World) -> None:
    long = page(*(f"We keep record number {number} of your orders for as long as the law asks of us, and not a day more." for number in range(60)))  # fmt: skip
    world.fetch(long)
    short = A
    assert world.fetch(short, after=DAY).outcome == "held"
    world.fail()
    assert world.fetch(short, after=DAY).outcome == "held"
    assert world.fetch(short, after=DAY).outcome == "held"
    believed = world.fetch(short, after=DAY)
    assert believed.outcome == "changed"
    world.fetch(short, after=DAY)
    assert world.states() == ["settled"]


@pytest.mark.parametrize("every", [HOUR, 7 * DAY])
def test_how_often_a_page_is_looked_at_does_not_decide_whether_it_is_believed(
    world: World, every: timedelta
) -> None:
    long = page(*(f"We keep record number {number} of your orders for as long as the law asks of us, and not a day more." for number in range(60)))  # fmt: skip
    world.fetch(long)
    since = world.at + every
    while (outcome := world.fetch(A, after=every).outcome) == "held":
        assert world.at - since < 15 * DAY
    assert outcome == "changed"
    assert world.at - since >= 3 * DAY


def test_a_wall_is_never_believed_however_long_it_stands(world: World) -> None:
    world.fetch(A)
    for _ in range(12):
        assert world.fetch(WALL, after=DAY).outcome == "held"
    assert count(world, Snapshot) == 1


def test_an_archived_capture_is_no_live_fetch(world: World) -> None:
    with pytest.raises(ValueError, match="not a live fetch"):
        understand(world.store, fetched(world.policy_id, NOW, A, source="wayback"), now=NOW)


def test_the_last_attempts_are_read_newest_first(world: World) -> None:
    world.fetch(A)
    world.fail("dns")
    with world.store.reading() as session:
        found = fetches(session, world.policy_id, limit=5)
    assert [(view.outcome, view.cause) for view in found] == [("failed", "dns"), ("first", "")]


def test_a_policy_that_keeps_captures_keeps_the_page_of_every_fetch(world: World) -> None:
    said = "We do not sell your personal data."
    pages = [page(said, note=f"<!-- {number} -->") for number in range(4)]
    with world.store.writing() as session:
        edit_policy(session, world.policy().name, keep_bodies="captures")
    outcomes = [world.fetch(body).outcome for body in pages]
    assert outcomes == ["first", "unchanged", "unchanged", "unchanged"]
    with world.store.reading() as session:
        rows = session.exec(select(Fetch).order_by(col(Fetch.id))).all()
        assert [get_body(session, row.body_sha256) for row in rows if row.body_sha256] == pages
        bases = session.exec(select(Body.base_sha256)).all()
    assert len([base for base in bases if base]) == 3
    assert world.misfits() == []


def test_the_settings_decide_what_is_kept_where_the_policy_does_not(world: World) -> None:
    world.keep_bodies = "captures"
    world.fetch(A)
    world.fetch(A + b"<!-- again -->")
    with world.store.reading() as session:
        assert len(session.exec(select(Body.sha256)).all()) == 2
    with world.store.writing() as session:
        edit_policy(session, world.policy().name, keep_bodies="texts")
    world.fetch(A + b"<!-- and again -->")
    with world.store.reading() as session:
        assert len(session.exec(select(Body.sha256)).all()) == 2


def test_headers_of_a_known_text_are_kept_as_far_as_they_differ(world: World) -> None:
    world.keep_bodies = "captures"
    first = (("Content-Type", "text/html"), ("Date", "Sun"), ("Set-Cookie", "a=1"), ("Via", "x"))
    again = (("Content-Type", "text/html"), ("Date", "Mon"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"))  # fmt: skip
    for headers in (first, again, first):
        world.fetch(A, headers=headers)
    with world.store.reading() as session:
        rows = session.exec(select(Fetch).order_by(col(Fetch.id))).all()
        assert [sorted(headers_of(session, row)) for row in rows] == [
            sorted(first),
            sorted(again),
            sorted(first),
        ]
    assert rows[1].provenance == {
        "like": 1,
        "headers": [["Date", "Mon"], ["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"]],
        "without": ["Via"],
    }
    assert rows[2].provenance == {"like": 1, "headers": []}
