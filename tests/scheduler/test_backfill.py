"""A backfill against an archive that misbehaves: what is found, what is said, what is left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import select

from storage.aliases import suggestions
from storage.history import alerts
from storage.models import Fetch
from storage.subscriptions import subscribe
from tests.scheduler.past import DAY, MONTH, NOW, START, WALL, Past, daily
from tests.storage.world import URL, A, B, C, fresh_world
from tests.support.archive import FakeArchive


def test_each_text_of_the_past_is_placed_at_its_own_time_with_few_fetches(past: Past) -> None:
    past.put(*daily("A" * 100 + "B" * 80 + "C" * 60))

    done = past.backfill()

    assert (done.state, done.cause, done.listed) == ("done", "", 240)
    assert past.texts == [
        ("A", START, START + 99 * DAY),
        ("B", START + 100 * DAY, START + 179 * DAY),
        ("C", START + 180 * DAY, START + 239 * DAY),
    ]
    assert past.archive.asked_for("capture") <= 10 + 2 * 5


def test_the_thinned_timeline_is_the_one_made_by_fetching_everything(
    past: Past, empty: Path
) -> None:
    story = daily("A" * 18 + "B" * 22 + "A" * 17 + "C" * 20, apart=2 * DAY)
    past.put(*story)
    past.backfill()

    with fresh_world(empty) as world:
        whole = Past(world, past.archive)
        whole.backfill(every=timedelta(0))
        assert past.texts == whole.texts
        assert whole.counts.outcomes == {"placed": len(story)}


def test_copies_are_fetched_once_and_the_last_of_them_still_dates_the_text(past: Past) -> None:
    past.put(*daily("A" * 50 + "B" * 50, noisy=False))

    past.backfill(every=timedelta(0))

    assert past.archive.asked_for("capture") == 2
    assert past.texts == [
        ("A", START, START + 49 * DAY),
        ("B", START + 50 * DAY, START + 99 * DAY),
    ]


def test_a_revisit_is_the_capture_that_it_repeats(past: Past) -> None:
    past.put((START, A))
    past.archive.revisit(URL, START + 50 * DAY, A)

    past.backfill()

    assert past.texts == [("A", START, START + 50 * DAY)]
    assert past.archive.asked_for("capture") == 1


def test_nobody_is_told_of_the_past(past: Past) -> None:
    with past.world.store.writing() as session:
        subscribe(session, "reader@example.org", now=NOW)
    past.put(*daily("A" * 40 + "B" * 40))

    past.backfill()

    assert [view.change.material for view in past.timeline if view.change] == [True]
    with past.world.store.reading() as session:
        assert alerts(session) == []
    assert past.world.misfits() == []


def test_live_checks_go_on_with_the_same_timeline(past: Past) -> None:
    past.put(*daily("A" * 40 + "B" * 40))
    past.backfill()
    past.world.at = NOW

    assert past.world.fetch(B).snapshot_id is not None
    past.world.fetch(C)

    assert [text for text, *_ in past.texts] == ["A", "B", "C"]
    assert past.texts[1][2] > NOW


def test_an_archive_that_has_nothing_is_done_and_says_so(past: Past) -> None:
    done = past.backfill()

    assert (done.state, done.cause) == ("done", "no_captures")


def test_an_archive_that_refuses_is_never_taken_for_one_that_has_nothing(past: Past) -> None:
    past.put((START, A))
    past.archive.refuse(1_000)

    done = past.backfill()

    assert (done.state, done.cause, past.texts) == ("failed", "archive_busy", [])
    assert past.archive.asked_for("index") == 6


def test_a_refusal_is_left_alone_for_a_minute_and_longer_each_time(past: Past) -> None:
    past.put(*daily("A" * 10))
    past.archive.refuse(3)

    done = past.backfill()

    assert [wait.total_seconds() for wait in past.waits] == [60, 120, 240]
    assert done.state == "done"
    assert [text for text, *_ in past.texts] == ["A"]


def test_an_archive_that_says_how_long_is_left_alone_so_long(past: Past) -> None:
    past.put((START, A))
    past.archive.refuse(1, what="index", status=503, retry_after="600")

    past.backfill()

    assert [wait.total_seconds() for wait in past.waits] == [600]


def test_nothing_is_asked_between_a_refusal_and_the_end_of_its_pause(past: Past) -> None:
    past.put(*daily("A" * 40, apart=MONTH))
    past.archive.refuse(1, what="capture")

    worked = past.work([past.begin()], patiently=False)

    assert past.archive.asked_for("capture") <= 4, "what was in flight, and nothing after it"
    assert worked[0].state == "fetching"
    assert worked[0].due_at >= past.clock() + timedelta(seconds=60)
    assert past.work([worked[0].id], patiently=False) == [], "nobody may ask before it is over"


def test_an_archive_that_does_not_answer_is_asked_again_later(past: Past) -> None:
    past.timeout_s = 0.4
    past.put((START, A))
    past.archive.hang(1, what="index")
    past.archive.hang(1, what="capture")

    done = past.backfill()

    assert (done.state, [text for text, *_ in past.texts]) == ("done", ["A"])
    assert [wait.total_seconds() for wait in past.waits] == [60, 60]


def test_an_archive_that_is_not_there_is_failed_and_not_empty(past: Past) -> None:
    past.archives = [replace(past.archive.as_archive(), index_url="http://127.0.0.1:9/cdx")]

    done = past.backfill()

    assert (done.state, done.cause) == ("failed", "archive_down")


def test_a_site_that_the_archive_does_not_show_is_named_so(past: Past) -> None:
    past.archive.refuse(1, what="index", status=403, body=b"Blocked Site Error")

    done = past.backfill()

    assert (done.state, done.cause, past.waits) == ("failed", "archive_excluded", [])


def test_the_next_archive_is_asked_where_the_first_has_nothing(past: Past) -> None:
    with FakeArchive("pywb") as second:
        second.put(URL, START, A)
        past.archives = [past.archive.as_archive(), second.as_archive("second")]

        worked = past.work([past.begin()])

    assert [(view.archive, view.cause) for view in worked] == [
        ("fake", "no_captures"),
        ("second", ""),
    ]
    assert past.timeline[0].source == "second"


def test_an_archive_that_was_asked_for_alone_stays_alone(past: Past) -> None:
    with FakeArchive() as second:
        past.archives = [past.archive.as_archive(), second.as_archive("second")]
        worked = past.work([past.begin(alone=True)])

    assert [view.archive for view in worked] == ["fake"]


def test_a_long_index_comes_in_pages_and_is_kept_as_it_comes(past: Past) -> None:
    past.put(*daily("A" * 30))
    past.archive.index_in_pages_of(7)

    done = past.backfill()

    assert (done.listed, past.archive.asked_for("index")) == (30, 5)


def test_an_index_of_pywb_goes_on_too(empty: Path) -> None:
    with fresh_world(empty) as world, FakeArchive("pywb") as archive:
        past = Past(world, archive)
        past.put(*daily("A" * 3 + "B" * 3))
        done = past.backfill()
        assert (done.state, [text for text, *_ in past.texts]) == ("done", ["A", "B"])


def test_an_index_that_begins_again_and_again_is_left_and_used(past: Past) -> None:
    past.put(*daily("A" * 30))
    past.archive.index_in_pages_of(7, repeats_key=True)

    done = past.backfill()

    assert (done.state, done.cause, done.listed) == ("done", "index_loop", 7)
    assert past.archive.asked_for("index") == 2
    assert past.texts == [("A", START, START + 6 * DAY)]


def test_a_row_that_is_cut_short_is_counted_and_the_others_are_used(past: Past) -> None:
    past.put(*daily("AAA"))
    past.archive.index_in_pages_of(10, cuts_rows=True)

    done = past.backfill()

    assert (done.state, done.listed, done.unreadable) == ("done", 2, 1)


def test_a_capture_without_a_day_is_placed_where_the_archive_says(past: Past) -> None:
    past.archive.put(URL, "20200600000000", A)
    past.archive.put(URL, "20201301000000", B)

    done = past.backfill()

    assert past.texts == [("A", *[datetime(2020, 6, 15, tzinfo=UTC)] * 2)]
    assert done.unreadable == 1


def test_what_is_no_page_of_then_leaves_its_name_and_no_text(past: Past) -> None:
    apart = 40 * DAY
    past.archive.put(URL, START, A)
    past.archive.put(URL, START + apart, b"<p>Not found", status=404)
    past.archive.redirect(URL, START + 2 * apart, "https://www.tealeaf.example/legal/privacy")
    wrong = past.archive.put(URL, START + 3 * apart, B)
    past.archive.mistake(URL, wrong, START)
    elsewhere = past.archive.put(URL, START + 4 * apart, C)
    past.archive.lead(URL, elsewhere, "20200101000000")
    lost = past.archive.put(URL, START + 5 * apart, B + b" ")
    past.archive.lose(URL, lost)
    past.archive.put(URL, START + 6 * apart, WALL)
    past.archive.put(URL, START + 7 * apart, A + b" ")

    done = past.backfill()

    assert done.state == "done"
    assert past.texts == [("A", START, START + 7 * apart)]
    assert past.counts.causes == {
        "archived_error": 1,
        "archived_redirect": 1,
        "other_time": 2,
        "not_in_archive": 1,
        "bot_wall": 1,
    }
    assert past.counts.outcomes == {"placed": 2, "failed": 5, "held": 1}


def test_an_archived_redirect_suggests_an_alias(past: Past) -> None:
    past.archive.put(URL, START, A)
    past.archive.redirect(
        URL, START + DAY, "https://www.tealeaf.example/legal/privacy?utm_source=x"
    )

    past.backfill()

    with past.world.store.reading() as session:
        assert suggestions(session, past.world.policy()) == [
            "https://www.tealeaf.example/legal/privacy?utm_source=x"
        ]


def test_a_capture_that_fails_three_times_gives_way_to_the_one_beside_it(past: Past) -> None:
    past.put((START, A), (START + DAY, A + b" "))
    past.archive.refuse(3, what="capture", status=416, body=b"")

    done = past.backfill()

    assert done.state == "done"
    assert [text for text, *_ in past.texts] == ["A"]


def test_a_backfill_that_was_stopped_goes_on_and_fetches_nothing_twice(past: Past) -> None:
    past.put(*daily("ABABCBACBA" * 4, apart=MONTH))
    begun = past.begin()

    past.work([begun], stop_after=5)
    assert 5 <= len(past.timeline) < 37
    (done,) = past.work([begun])

    assert done.state == "done"
    assert past.archive.asked_for("capture") <= 40 + 4  # what was in flight at the stop
    assert len(past.texts) == 37  # two letters alike, side by side, are one text


def test_a_second_pass_over_the_same_captures_fetches_nothing(past: Past) -> None:
    past.put(*daily("A" * 40 + "B" * 40))
    past.backfill()
    before = past.archive.asked_for("capture"), past.texts

    done = past.backfill()

    assert (past.archive.asked_for("capture"), past.texts) == before
    assert (done.state, done.listed) == ("done", 0)


def test_a_capture_is_a_fetch_of_its_archive_with_its_bytes(past: Past) -> None:
    past.put((START, A))
    past.backfill()

    with past.world.store.reading() as session:
        (fetch,) = session.exec(select(Fetch))
    assert (fetch.source, fetch.observed_at) == ("fake", START)
    assert fetch.body_sha256 is not None
    assert fetch.recorded_at == NOW


def test_the_pace_of_an_archive_is_kept(past: Past, tmp_path: Path) -> None:
    past.put(*daily("ABABAB", apart=MONTH))
    past.archives = [past.archive.as_archive(per_second=8)]
    past.now = lambda: datetime.now(UTC)  # a clock that goes, for a pace that is waited out

    past.backfill()

    moments = [one.at for one in past.archive.asks("capture")]
    assert len(moments) == 6
    assert moments[-1] - moments[0] >= 5 / 8 - 0.1


def test_a_capture_in_another_language_than_the_live_page_is_held(past: Past) -> None:
    french = "".join(
        f"<h2>Partie {number}</h2><p>Lorsque vous commandez {thing}, nous vous demandons votre nom "
        "et votre adresse, et nous les utilisons pour vous l'envoyer et pour rien d'autre.</p>"
        for number, thing in enumerate(("un thé", "une tasse", "une boîte", "un filtre"), 1)
    )
    past.world.at = NOW
    past.world.fetch(A)
    past.put((START, A), (START + 3 * MONTH, f"<html lang=fr><main>{french}</main>".encode()))

    past.backfill()

    assert past.counts.causes == {"wrong_language": 1}
    assert [text for text, *_ in past.texts] == ["A"]
