"""Which texts stood when: the runs of all sightings in the order of their time, and whose rows they are."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from storage.placing import LiveText, Run, Sighted, runs_of

T0 = datetime(2024, 3, 1, tzinfo=UTC)


def hour(number: int) -> datetime:
    return T0 + timedelta(hours=number)


def live(*given: tuple[str, tuple[int, ...]]) -> list[LiveText]:
    """Return live texts and the hours of their sightings; their rows and fetches are 1, 2, ..."""
    return [
        LiveText(number, number, text, [hour(at) for at in seen])
        for number, (text, seen) in enumerate(given, 1)
    ]


def archived(*given: tuple[int, str]) -> list[Sighted]:
    return [
        Sighted(100 + number, hour(at), "wayback", b"", text)
        for number, (at, text) in enumerate(given)
    ]


def told(runs: Sequence[Run]) -> list[tuple[str, int, int, int | None]]:
    """Return each run's text, its first and last hour, and the row that stays with it."""
    return [
        (run.digest, (run.first - T0) // hour_long, (run.last - T0) // hour_long, run.snapshot_id)
        for run in runs
    ]


hour_long = timedelta(hours=1)


def test_live_texts_are_their_own_runs() -> None:
    texts = live(("a", (0, 1, 4)), ("b", (5,)), ("a", (6,)))
    assert told(runs_of(texts, [])) == [("a", 0, 4, 1), ("b", 5, 5, 2), ("a", 6, 6, 3)]


def test_an_archive_stretches_a_text_and_shows_it_from_its_first_sighting() -> None:
    runs = runs_of(live(("a", (3, 4))), archived((1, "a"), (6, "a")))
    assert told(runs) == [("a", 1, 6, 1)]
    assert (runs[0].fetch_id, runs[0].source, runs[0].archived) == (100, "wayback", (100, 101))


def test_another_text_cuts_a_live_one_whose_row_stays_where_it_was_seen_live_last() -> None:
    texts = live(("a", (0, 1, 4)))
    assert told(runs_of(texts, archived((2, "c")))) == [
        ("a", 0, 1, None), ("c", 2, 2, None), ("a", 4, 4, 1)]  # fmt: skip
    stretched = [("a", 0, 4, 1), ("c", 6, 6, None), ("a", 8, 8, None)]
    assert told(runs_of(texts, archived((6, "c"), (8, "a")))) == stretched


def test_live_texts_that_are_taken_for_the_same_now_stay_two() -> None:
    texts = live(("a", (0, 1)), ("a", (5, 6)))
    assert told(runs_of(texts, archived((3, "a")))) == [("a", 0, 3, 1), ("a", 5, 6, 2)]


def test_texts_of_one_instant_are_ordered_by_their_digests() -> None:
    texts = live(("b", (0, 4)))
    assert told(runs_of(texts, archived((0, "a")))) == [("a", 0, 0, None), ("b", 0, 4, 1)]
    assert told(runs_of(texts, archived((4, "c")))) == [("b", 0, 4, 1), ("c", 4, 4, None)]
    assert [text for text, *_ in told(runs_of(texts, archived((0, "c"))))] == ["b", "c", "b"]


sightings = st.lists(st.tuples(st.integers(0, 6), st.sampled_from("abc")), max_size=14)


@given(sightings=sightings, order=st.randoms())
def test_sightings_in_any_order_make_the_runs_of_their_times(
    sightings: list[tuple[int, str]], order: Random
) -> None:
    shuffled = list(sightings)
    order.shuffle(shuffled)
    expected = [
        (text, min(at for at, _ in group), max(at for at, _ in group), None)
        for text, grouped in groupby(sorted(sightings), key=lambda seen: seen[1])
        for group in (list(grouped),)
    ]
    assert told(runs_of([], archived(*shuffled))) == expected


@given(
    texts=st.lists(st.tuples(st.sampled_from("ab"), st.integers(1, 3)), max_size=5), seen=sightings
)
def test_every_live_text_keeps_its_row_whatever_archives_saw(
    texts: list[tuple[str, int]], seen: list[tuple[int, str]]
) -> None:
    at = 0
    given: list[tuple[str, tuple[int, ...]]] = []
    for text, count in texts:
        given.append((text, tuple(range(at, at + count))))
        at += count
    runs = runs_of(live(*given), archived(*seen))
    rows = [run.snapshot_id for run in runs if run.snapshot_id is not None]
    assert rows == list(range(1, len(given) + 1))
    assert sum(run.sightings for run in runs) == at + len(seen)
    assert sorted(one for run in runs for one in run.archived) == [
        100 + n for n in range(len(seen))
    ]
    for run in runs:
        if run.snapshot_id is not None:
            text, hours = given[run.snapshot_id - 1]
            assert (run.digest, run.first <= hour(hours[-1]) <= run.last) == (text, True)
