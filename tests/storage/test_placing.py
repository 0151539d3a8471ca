"""Where a sighting belongs: the runs it makes are those of all sightings in the order of their time."""

from datetime import UTC, datetime, timedelta
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from storage.placing import Run, place, stands_before

T0 = datetime(2024, 3, 1, tzinfo=UTC)


def hour(number: int) -> datetime:
    return T0 + timedelta(hours=number)


def runs(*given: tuple[int, int, str]) -> list[Run]:
    return [Run(number, hour(a), hour(b), text) for number, (a, b, text) in enumerate(given, 1)]


def check(
    given: list[Run], at: int, digest: str, how: str, *, between: tuple[int, int], run: int = 0
) -> None:
    spot = place(given, hour(at), digest)
    ids = tuple(found.snapshot_id if found else 0 for found in (spot.before, spot.after, spot.run))
    assert (spot.how, ids) == (how, (*between, run))


def test_the_first_sighting_stands_alone() -> None:
    check([], 5, "a", "between", between=(0, 0))


def test_a_text_seen_again_stretches_its_run_to_either_side() -> None:
    two = runs((0, 4, "a"), (10, 14, "b"))
    check(two, 6, "a", "later", between=(0, 2), run=1)
    check(two, 6, "b", "earlier", between=(1, 0), run=2)
    check(two, 12, "b", "within", between=(1, 0), run=2)


def test_another_text_stands_between_or_cuts_a_run() -> None:
    two = runs((0, 4, "a"), (10, 14, "b"))
    check(two, 6, "c", "between", between=(1, 2))
    check(two, 12, "c", "inside", between=(1, 0), run=2)
    check(two, 12, "a", "inside", between=(1, 0), run=2)


def test_texts_of_one_instant_are_ordered_by_their_digests() -> None:
    one = runs((0, 4, "b"))
    check(one, 0, "a", "between", between=(0, 1))
    check(one, 0, "c", "inside", between=(0, 0), run=1)
    check(one, 4, "a", "inside", between=(0, 0), run=1)
    check(one, 4, "c", "between", between=(1, 0))


sightings = st.lists(st.tuples(st.integers(0, 6), st.sampled_from("abc")), max_size=14)


@given(sightings=sightings)
def test_sightings_in_any_order_make_the_runs_of_their_times(
    sightings: list[tuple[int, str]],
) -> None:
    found: list[tuple[str, list[int]]] = []  # each run's digest and its sightings
    for at, digest in sightings:
        known = [
            Run(number, hour(min(seen)), hour(max(seen)), text)
            for number, (text, seen) in enumerate(found)
        ]
        spot = place(known, hour(at), digest)
        if spot.run is not None and spot.how != "inside":
            found[spot.run.snapshot_id][1].append(at)
        elif spot.run is not None:
            text, seen = found[spot.run.snapshot_id]
            before = [t for t in seen if stands_before(text, hour(at), digest, hour(t))]
            after = [t for t in seen if t not in before]
            place_in = spot.run.snapshot_id
            found[place_in : place_in + 1] = [(text, before), (digest, [at]), (text, after)]
        else:
            found.insert(spot.before.snapshot_id + 1 if spot.before else 0, (digest, [at]))
    expected = [
        (text, sorted(at for at, _ in group))
        for text, group in groupby(sorted(sightings), key=lambda seen: seen[1])
    ]
    assert [(text, sorted(seen)) for text, seen in found] == expected
