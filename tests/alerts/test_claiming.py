"""A delivery is one sender's at a time, and never for long that of a dead one."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.claiming import claim, claimants, find_due, give_back_of
from tests.alerts.world import World, made


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = made(tmp_path)
    world.subscribe("ada@example.org")
    world.tell(world.policy("policy-1"))
    world.tell(world.policy("policy-2"))
    world.gather()
    yield world
    world.store.close()


def free(world: World) -> list[int]:
    return [*find_due(world.store, world.now, (), False, ["email"])]


def take(world: World, delivery_id: int, worker: str) -> bool:
    return claim(world.store, delivery_id, world.now, False, worker=worker) is not None


def test_who_holds_a_delivery_holds_it_alone(world: World) -> None:
    assert take(world, 1, "here:1")
    assert not take(world, 1, "here:2")
    assert free(world) == [2]


def test_a_claim_lapses(world: World) -> None:
    assert take(world, 1, "here:1")
    world.now += timedelta(minutes=10)
    assert take(world, 1, "here:2")


def test_what_the_dead_held_is_given_back_at_once_and_what_others_hold_is_not(
    world: World,
) -> None:
    assert take(world, 1, "here:1")
    assert take(world, 2, "here:2")
    with world.store.writing() as session:
        assert sorted(claimants(session)) == ["here:1", "here:2"]
        give_back_of(session, ["here:1"])

    assert free(world) == [1]
    assert take(world, 1, "here:3")
