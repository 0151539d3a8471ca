"""Which captures are fetched, and what is found with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.captures import EVERY_CAPTURE, NO_TEXT, Sight, again, inferred, wanted

START = datetime(2020, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
MONTH = timedelta(days=30)

Truth = Sequence[tuple[datetime, str]]  # what each capture reads as, in the order of time


def daily(texts: str, *, apart: timedelta = DAY) -> Truth:
    return [(START + number * apart, text) for number, text in enumerate(texts)]


def sights_of(truth: Truth, *, digests: Sequence[str] = ()) -> list[Sight]:
    names = digests or [f"bytes-{number}" for number in range(len(truth))]
    return [Sight(at, digest) for (at, _), digest in zip(truth, names, strict=True)]


def fetch_all(
    truth: Truth, *, every: timedelta, digests: Sequence[str] = ()
) -> tuple[list[Sight], int]:
    """Fetch round after round; return what is known in the end, and how many fetches it took."""
    sights, fetches = sights_of(truth, digests=digests), 0
    while chosen := wanted(sights, every=every):
        fetches += len(chosen)
        for place in chosen:
            assert sights[place].text is None, "nothing is fetched twice"
            sights[place] = replace(sights[place], text=truth[place][1].replace("-", NO_TEXT))
    return sights, fetches


def runs(sights: Sequence[Sight]) -> list[tuple[str, datetime, datetime]]:
    """Return each text with its first and last sighting: a timeline."""
    found: list[tuple[str, datetime, datetime]] = []
    for sight in sights:
        if not sight.text:
            continue
        if found and found[-1][0] == sight.text:
            found[-1] = (sight.text, found[-1][1], sight.at)
        else:
            found.append((sight.text, sight.at, sight.at))
    return found


def whole(truth: Truth) -> list[tuple[str, datetime, datetime]]:
    return runs([Sight(at, text=text.replace("-", NO_TEXT)) for at, text in truth])


def test_a_change_is_found_to_the_nearest_capture_with_few_fetches() -> None:
    truth = daily("A" * 700 + "B" * 500)

    sights, fetches = fetch_all(truth, every=MONTH)

    assert runs(sights) == whole(truth)
    assert fetches <= 42 + 5  # one in each month, the last, and the halves of one month


def test_every_capture_is_fetched_where_all_are_asked_for() -> None:
    truth = daily("AABAACC")

    sights, fetches = fetch_all(truth, every=EVERY_CAPTURE)

    assert (runs(sights), fetches) == (whole(truth), 7)


def test_the_same_bytes_are_fetched_once_and_shown_where_a_text_begins_and_ends() -> None:
    truth = daily("AAAABBBB")
    sights, fetches = fetch_all(truth, every=EVERY_CAPTURE, digests=list("aaaabbbb"))

    assert fetches == 2
    assert again(sights) == [3, 7]
    assert runs(inferred(sights)) == whole(truth)


def test_a_capture_of_something_else_gives_way_to_the_next_one() -> None:
    truth = daily("-AAA" + "A" * 100 + "-")

    sights, _ = fetch_all(truth, every=MONTH)

    assert runs(sights) == whole(truth)


def test_a_stretch_in_which_the_page_itself_was_seen_needs_no_capture() -> None:
    live = [Sight(START + number * DAY, text="A") for number in range(0, 300, 10)]
    captures = [Sight(START + number * DAY + timedelta(hours=5), "x") for number in range(300)]
    both = sorted([*live, *captures[1:-11]], key=lambda sight: sight.at)

    assert wanted(both, every=MONTH) == []


def test_a_change_is_dated_no_finer_than_asked() -> None:
    sights = [Sight(START, text="A"), Sight(START + DAY / 2, "x"), Sight(START + DAY, text="B")]

    assert wanted(sights, every=MONTH) == [1]
    assert wanted(sights, every=MONTH, finest=DAY) == []


def test_an_archive_without_captures_wants_nothing() -> None:
    assert wanted([], every=MONTH) == wanted([], every=EVERY_CAPTURE) == []


# A text, how long it stands (in days, at least a month), and how far apart its captures are.
_standing = st.tuples(st.sampled_from("ABC"), st.integers(31, 200), st.integers(1, 13))


@given(st.lists(_standing, min_size=1, max_size=6))
def test_what_was_seen_for_a_stretch_is_dated_as_by_fetching_everything(
    story: list[tuple[str, int, int]],
) -> None:
    truth: list[tuple[datetime, str]] = []
    day = 0
    for text, days, apart in story:
        truth += [(START + (day + n) * DAY, text) for n in range(0, days + 1, min(apart, days))]
        truth.append((START + (day + days) * DAY, text))
        day += days + 1
    truth = sorted(set(truth))

    sights, fetches = fetch_all(truth, every=MONTH)

    assert runs(sights) == whole(truth)
    assert fetches <= len(truth)


@given(st.lists(st.sampled_from("AB-"), max_size=60), st.integers(1, 40))
def test_the_rounds_end_and_never_ask_for_the_same_twice(texts: list[str], days: int) -> None:
    truth = daily("".join(texts), apart=days * DAY)

    sights, _ = fetch_all(truth, every=MONTH)

    assert wanted(sights, every=MONTH) == []
