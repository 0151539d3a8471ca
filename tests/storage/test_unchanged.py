"""The short way of an unchanged check: it leaves what the general way leaves, in few statements."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from storage.fetched import Hop, Trace
from storage.policies import edit_policy
from storage.record import KeepBodies, Recorded, record_in_full
from storage.unchanged import write_unchanged
from storage.understanding import understand
from tests.storage.world import HOUR, NOW, A, B, World, counted, fetched, fresh_world, page

NONCE = page("We do not sell your personal data, and we do not share it with advertisers.", note="<!-- 7 -->")  # fmt: skip
ELSEWHERE = Trace(hops=(Hop("https://a.example/", 301, leads="redirect"), Hop("https://b.example/", 200)))  # fmt: skip
SELF_SIGNED = Trace(robots_overridden=True, robots="keeps us away")

# What a check may bring. Most change nothing, each in a way of its own.
CHECKS: dict[str, dict[str, Any]] = {
    "A": {"body": A},
    "A, of another validator": {"body": A, "headers": (("ETag", '"two"'), ("Last-Modified", "x"))},
    "A, but for a nonce": {"body": NONCE},
    "A, over a redirect": {"body": A, "final_url": "https://www.tealeaf.example/p", "redirects": ()},
    "A, moved for good": {"body": A, "final_url": "https://b.example/", "trace": ELSEWHERE},
    "A, against robots.txt": {"body": A, "trace": SELF_SIGNED},
    "A, and a browser was needed": {"body": A, "browser_needed": True, "rendered": "shell"},
    "A, and none is any more": {"body": A, "plain_suffices": True},
    "B": {"body": B},
    "304": {"body": None, "status": 304},
    "gone": {"body": None, "status": 410, "cause": "gone", "detail": "no\0more"},
    "timeout": {"body": None, "status": None, "cause": "timeout"},
}  # fmt: skip
ARCHIVED = {"A in an archive, after the last sighting": A, "B in an archive, after it": B}

steps = st.lists(
    st.tuples(
        st.sampled_from([*CHECKS, "A", "A", "304", *ARCHIVED]),
        st.sampled_from([timedelta(0), timedelta(minutes=40), 30 * HOUR]),
        st.sampled_from(["asked", "due", "due, answered before"]),
    ),
    max_size=10,
)


def do(world: World, what: str, after: timedelta, how: str) -> Recorded | None:
    if what in ARCHIVED:
        world.archive(ARCHIVED[what], world.at + timedelta(minutes=10))
        return None
    world.at += after
    slot = {"asked": None, "due": world.at, "due, answered before": NOW}[how]
    return world.keep(fetched(world.policy_id, world.at, **CHECKS[what] | {"slot_at": slot}))


def everything(world: World) -> dict[str, list[Any]]:
    """Return every row of every table, as the file holds it."""
    with closing(sqlite3.connect(world.store.database)) as file:
        names = file.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        return {
            name: sorted(file.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)  # noqa: S608
            for (name,) in names.fetchall()
            if name != "alembic_version"
        }


@example([("A", HOUR, "due"), *[(what, HOUR, "due") for what in CHECKS if what != "B"]], "texts")
@example([("A", HOUR, "due"), ("304", HOUR, "due"), *[(what, HOUR, "due") for saw in ARCHIVED for what in (saw, "A")]], "texts")  # fmt: skip
@example([("A", HOUR, "due"), ("A", HOUR, "due"), ("A, but for a nonce", HOUR, "due")], "captures")
@example([("A", HOUR, "due"), *[("304", HOUR, "due, answered before")] * 2], "texts")
@given(given_steps=steps, keep_bodies=st.sampled_from(["texts", "captures"]))
@settings(max_examples=12)
def test_the_short_way_writes_what_the_general_way_writes(
    empty: Path, given_steps: list[tuple[str, timedelta, str]], keep_bodies: KeepBodies
) -> None:
    with fresh_world(empty) as short, fresh_world(empty) as general:
        general.recording = record_in_full
        for world in (short, general):
            world.keep_bodies = keep_bodies
        for step in given_steps:
            assert do(short, *step) == do(general, *step)
        assert everything(short) == everything(general)
        assert short.misfits() == general.misfits() == []


def test_what_changed_nothing_takes_the_short_way(world: World) -> None:
    do(world, "A", HOUR, "due")
    for what in ("A", "A, of another validator", "A, but for a nonce", "A, over a redirect", "A, against robots.txt", "304"):  # fmt: skip
        assert takes_the_short_way(world, what), what


def test_what_brings_more_than_a_sighting_does_not(world: World) -> None:
    do(world, "A", HOUR, "due")
    for what in ("A, moved for good", "A, and a browser was needed", "B", "gone", "timeout"):
        assert not takes_the_short_way(world, what), what


def test_nor_does_a_text_that_still_has_to_stand(world: World) -> None:
    do(world, "A", HOUR, "due")
    do(world, "B", HOUR, "due")
    assert not takes_the_short_way(world, "B")


def test_nor_does_what_is_read_by_other_selectors_now(world: World) -> None:
    do(world, "A", HOUR, "due")
    understood = understand(world.store, fetched(world.policy_id, world.at, A), now=world.at)
    with world.store.writing() as session:
        edit_policy(session, world.policy().name, select="main")
        assert (
            write_unchanged(session, understood, now=world.at, keep_bodies=world.keep_bodies)
            is None
        )


def takes_the_short_way(world: World, what: str) -> bool:
    given = fetched(world.policy_id, world.at + HOUR, **CHECKS[what])
    understood = understand(world.store, given, now=world.at + HOUR)
    with world.store.writing() as session:
        written = write_unchanged(
            session, understood, now=world.at + HOUR, keep_bodies=world.keep_bodies
        )
        session.rollback()
    return written is not None


def test_the_short_way_is_short(world: World) -> None:
    do(world, "A", HOUR, "due")
    with counted() as statements:
        do(world, "A", HOUR, "due")
    assert len(statements) <= 12, statements  # the mapper takes more than twice as many
