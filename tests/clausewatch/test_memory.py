import gc
from collections.abc import Iterator

import pytest

from clausewatch.memory import set_apart_what_stays


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_a_started_daemon_keeps_is_not_looked_through_again() -> None:
    gc.collect()
    before = len(gc.get_objects())
    set_apart_what_stays()
    assert gc.get_freeze_count() > before / 2
    assert len(gc.get_objects()) < before / 10
