"""A world for each test, closed after it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.engine import Store, open_store
from tests.storage.world import World, watched


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = watched(tmp_path)
    yield world
    world.store.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(str(tmp_path / "store.sqlite"))
    yield store
    store.close()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a world where nothing was fetched yet, closed."""
    folder = tmp_path_factory.mktemp("empty")
    watched(folder).store.close()
    return folder / "watch.sqlite"
