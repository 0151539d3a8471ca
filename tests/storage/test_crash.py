"""kill -9: wherever a worker dies, the record is whole and the next run finishes the work."""

import multiprocessing
import random
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, col, select

from storage.engine import open_store
from storage.models import Alert, Body, Change, Fetch, Finding, Policy, Snapshot
from tests.storage import crasher
from tests.storage.world import HOUR, NOW, World

# A clean process each time, without this one's threads, and without its imports again.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.storage.crasher"])

KILLS = 200
_LOOKS = 20  # how many kills lie between two readings of the whole record


def killed(job: Callable[[str], None], path: Path, at: int) -> bool:
    """Run `job` in a process that dies at its `at`-th request; returns whether it got so far."""
    process = _PROCESSES.Process(target=_dying, args=(job, str(path), at))
    process.start()
    process.join()
    assert process.exitcode in (0, crasher.KILLED)
    return process.exitcode == crasher.KILLED


def _dying(job: Callable[[str], None], path: str, at: int) -> None:
    crasher.die_at(at)
    job(path)


def whole(path: Path) -> None:
    with open_store(str(path)) as store:
        assert World(store, 1).misfits() == []


def rows(path: Path) -> list[dict[str, Any]]:
    """Return everything that matters in the database, in one order."""
    tables: tuple[type[SQLModel], ...] = (Policy, Fetch, Body, Snapshot, Change, Finding, Alert)
    with open_store(str(path)) as store, store.reading() as session:
        found = []
        for table in tables:
            key = next(iter(table.__table__.primary_key)).name  # type: ignore[attr-defined]  # a table class has one
            query = select(table).order_by(col(getattr(table, key)))
            found += [row.model_dump(exclude={"claimed_until"}) for row in session.exec(query)]
        return found


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_before_any_write_or_commit_the_next_run_ends_as_if_never_killed(
    empty: Path, tmp_path: Path
) -> None:
    unharmed = Path(shutil.copy(empty, tmp_path / "unharmed.sqlite"))
    crasher.work(str(unharmed))
    expected = rows(unharmed)
    assert len([row for row in expected if "headline" in row and "content" in row]) == 1
    for at in count(1):
        path = Path(shutil.copy(empty, tmp_path / f"{at}.sqlite"))
        if not killed(crasher.work, path, at):
            break
        whole(path)
        crasher.work(str(path), from_day=2)
        assert rows(path) == expected, f"killed at request {at}"
    assert at > 30  # or the hooks are not where the work is


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_while_pages_are_let_go_the_next_run_lets_go_of_the_rest(
    empty: Path, tmp_path: Path
) -> None:
    prepared = Path(shutil.copy(empty, tmp_path / "prepared.sqlite"))
    crasher.capture(str(prepared))
    unharmed = Path(shutil.copy(prepared, tmp_path / "unharmed.sqlite"))
    crasher.let_go(str(unharmed))
    expected = rows(unharmed)
    assert len(expected) < len(rows(prepared))
    for at in count(1):
        path = Path(shutil.copy(prepared, tmp_path / f"{at}.sqlite"))
        if not killed(crasher.let_go, path, at):
            break
        whole(path)
        crasher.let_go(str(path))
        whole(path)
        assert rows(path) == expected, f"killed at request {at}"
    assert at > 10


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_while_the_database_is_made_the_next_run_makes_it(tmp_path: Path) -> None:
    for at in count(1):
        path = tmp_path / str(at) / "new.sqlite"
        if not killed(crasher.open_only, path, at):
            break
        with open_store(str(path)) as store, store.reading() as session:
            assert session.exec(select(Policy)).all() == []
    assert at > 20


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_at_random_again_and_again_the_record_stays_whole(
    empty: Path, tmp_path: Path
) -> None:
    path = Path(shutil.copy(empty, tmp_path / "watch.sqlite"))
    chance = random.Random(20260301)  # noqa: S311 - when to kill, not a secret
    done = 0
    for kill in range(KILLS):
        hears, says = _PROCESSES.Pipe(duplex=False)
        worker = _PROCESSES.Process(target=crasher.endless, args=(str(path), says))
        worker.start()
        for _check in range(chance.randrange(1, 4)):
            done = hears.recv()
        worker.kill()  # it is somewhere in the next check by now
        worker.join()
        if kill % _LOOKS == _LOOKS - 1:
            whole(path)
        with open_store(str(path)) as store, store.reading() as session:
            slots = session.exec(select(Fetch.slot_at).order_by(col(Fetch.id))).all()
        assert slots == [NOW + number * HOUR for number in range(len(slots))]
        assert len(slots) >= done  # what was said to be done is done
