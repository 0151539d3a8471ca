"""What looks at the record found is kept until a look at all of it finds nothing."""

from datetime import timedelta

from storage.integrity import Damage, damage_of, note_look
from storage.verify import Misfit
from tests.storage.world import NOW, World

GONE = Misfit("body", "ab", "is gone")
CHANGED = Misfit("fetch", "7", "was changed after it was written")


def after(world: World, *looks: tuple[list[Misfit], bool]) -> Damage | None:
    """Return what is known after these looks, one a day: what each found, and whether at all of it."""
    for day, (misfits, whole) in enumerate(looks):
        with world.store.writing() as session:
            note_look(session, misfits, now=NOW + timedelta(days=day), whole=whole)
    with world.store.reading() as session:
        return damage_of(session)


def test_damage_is_known_since_it_was_first_seen(world: World) -> None:
    assert after(world, ([], True)) is None
    seen_twice = after(world, ([GONE], True), ([GONE, CHANGED], True))
    assert seen_twice == Damage(NOW, 2, (str(GONE), str(CHANGED)))


def test_only_a_look_at_all_of_it_says_that_nothing_is_damaged_any_more(world: World) -> None:
    assert after(world, ([GONE, CHANGED], True), ([], False)) is not None
    assert after(world, ([], True)) is None


def test_a_look_at_a_part_tells_what_is_new_and_hides_nothing_of_the_whole(world: World) -> None:
    assert after(world, ([CHANGED], False)) == Damage(NOW, 1, (str(CHANGED),))
    assert after(world, ([GONE, CHANGED], True), ([CHANGED], False)) == Damage(
        NOW, 2, (str(GONE), str(CHANGED))
    )


def test_of_a_ruin_the_first_places_are_kept_and_all_counted(world: World) -> None:
    found = after(world, ([CHANGED] * 5000, True))
    assert found is not None
    assert (found.count, len(found.first)) == (5000, 10)
