"""The first look at a database: damage is refused, a fact that does not fit is named."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.engine import open_store
from storage.errors import CorruptDatabase
from storage.soundness import look
from tests.storage.world import A, B, World, watched
from tests.support.damage import flip_a_page


def closed(tmp_path: Path) -> Path:
    world = watched(tmp_path)
    for body in (A, B, A):
        world.fetch(body)
    world.store.close()
    return Path(world.store.database)


def test_a_database_that_is_as_it_was_written_is_sound(world: World) -> None:
    assert look(world.store) == []
    world.fetch(A)
    world.fetch(B)
    assert look(world.store) == []


def test_a_flipped_page_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = closed(tmp_path)
    flip_a_page(path, "fetch")
    with open_store(str(path)) as store, pytest.raises(CorruptDatabase, match="restore"):
        look(store)


def test_a_fact_that_was_changed_is_named_and_refuses_nothing(tmp_path: Path) -> None:
    path = closed(tmp_path)
    with closing(sqlite3.connect(path)) as there, there:
        there.execute("UPDATE fetch SET took_ms = 1 WHERE id = 3")
    with open_store(str(path)) as store:
        assert [str(misfit) for misfit in look(store)] == [
            "fetch 3: was changed after it was written"
        ]


def test_of_a_long_chain_the_newest_facts_are_held_against_those_before_them(world: World) -> None:
    for _ in range(60):
        world.fetch(None, status=304)
    assert look(world.store) == []
