"""A policy with a past, for each test a fresh one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scheduler.past import Past
from tests.storage.world import fresh_world, watched
from tests.support.archive import FakeArchive


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a world where nothing was fetched yet, closed."""
    folder = tmp_path_factory.mktemp("empty")
    watched(folder).store.close()
    return folder / "watch.sqlite"


@pytest.fixture
def past(empty: Path) -> Iterator[Past]:
    with fresh_world(empty) as world, FakeArchive() as archive:
        yield Past(world, archive)
