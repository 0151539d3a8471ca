"""Backup and restore: a copy from under a writer, and a database put back without losing one."""

import multiprocessing
import sqlite3
import threading
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from alembic import command
from sqlmodel import col, func, select

from storage.backup import backup, drop_older, restore
from storage.engine import open_store
from storage.errors import BadAddress, CorruptDatabase, ForeignDatabase, StoreBusy, StoreHeld
from storage.lock import holding
from storage.models import Body, Fetch
from storage.verify import verify
from tests.storage.test_schema import connected
from tests.storage.world import NOW, A, B, C, World, page, watched
from tests.support.schemas import alembic_config

_PROCESSES = multiprocessing.get_context("forkserver")


def fetches_in(path: Path | str) -> int:
    with open_store(str(path)) as store, store.reading() as session:
        assert verify(session) == []
        return session.exec(select(func.count(col(Fetch.id)))).one()


def flip(path: Path, table: str) -> None:
    """Turn one bit in the middle of the first frame of `table`."""
    with closing(sqlite3.connect(path)) as there:
        frame: bytes = there.execute(f"SELECT frame FROM {table}").fetchone()[0]  # noqa: S608 - ours
        there.execute("PRAGMA journal_mode=DELETE")
    data = path.read_bytes()
    where = data.index(frame) + len(frame) // 2
    path.write_bytes(data[:where] + bytes([data[where] ^ 1]) + data[where + 1 :])


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_backup_taken_while_somebody_writes_is_whole_and_holds_nobody_up(world: World) -> None:
    """R34."""
    for number in range(30):
        world.fetch(page(f"We keep your data for {number} years."))
    stop, wrote, written = threading.Event(), threading.Event(), [0]

    def write() -> None:
        while not stop.is_set():
            world.fail()
            written[0] += 1
            wrote.set()

    def look(*_: object) -> None:
        seen.append(written[0])
        if len(seen) == 1:  # between two steps the writer is as free as it ever is
            wrote.clear()
            wrote.wait(60)

    writer = threading.Thread(target=write)
    seen: list[int] = []
    target = Path(world.store.database).parent / "copy.sqlite"
    writer.start()
    try:
        copied = backup(world.store.database, target, progress=look)
    finally:
        stop.set()
        writer.join()
    assert copied.problems == ()
    assert seen[-1] > seen[0]  # the writer went on between the first step and the last
    assert 30 <= fetches_in(target) <= fetches_in(world.store.database)
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_backup_overwrites_nothing_and_leaves_no_parts(world: World, tmp_path: Path) -> None:
    world.fetch(A)
    target = tmp_path / "copy.sqlite"
    target.write_text("precious")
    with pytest.raises(BadAddress, match="is there already"):
        backup(world.store.database, target)
    with pytest.raises(BadAddress, match="not there"):
        backup(str(tmp_path / "nowhere.sqlite"), tmp_path / "new.sqlite")
    with pytest.raises(BadAddress, match="pg_dump"):
        backup("postgresql://user@host/name", tmp_path / "new.sqlite")
    assert target.read_text() == "precious"
    assert not [name for name in names(tmp_path) if "part" in name or "new" in name]


def test_a_backup_of_a_record_that_does_not_verify_is_kept_and_says_so(tmp_path: Path) -> None:
    world = watched(tmp_path)
    world.fetch(A)
    world.store.close()
    flip(Path(world.store.database), "body")
    copied = backup(world.store.database, tmp_path / "copy.sqlite")
    assert [misfit.table for misfit in copied.problems] == ["body"]
    assert copied.file.exists()


def test_only_the_newest_copies_of_a_folder_are_kept_and_other_files_are_nobodys_business(
    tmp_path: Path,
) -> None:
    for day in ("01", "02", "03"):
        (tmp_path / f"clausewatch-202603{day}T033000Z.sqlite").touch()
    (tmp_path / "notes.sqlite").touch()

    drop_older(tmp_path, keep=2)

    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "clausewatch-20260302T033000Z.sqlite",
        "clausewatch-20260303T033000Z.sqlite",
        "notes.sqlite",
    ]


def test_a_restore_puts_the_copy_in_place_and_keeps_what_was_there(tmp_path: Path) -> None:
    world = watched(tmp_path)
    world.fetch(A)
    copy = backup(world.store.database, tmp_path / "copy.sqlite").file
    world.fetch(B)
    world.store.close()
    restored = restore(copy, world.store.database, now=NOW)
    assert fetches_in(world.store.database) == 1
    assert restored.kept is not None
    assert restored.kept.name == "watch.sqlite.before-restore-20260301T120000Z"
    assert not [name for name in names(tmp_path) if name.endswith(("-wal", "-shm", ".restoring"))]
    assert fetches_in(restored.kept) == 2
    assert fetches_in(copy) == 1


def test_a_restore_where_there_is_nothing_yet_makes_the_database(tmp_path: Path) -> None:
    world = watched(tmp_path)
    world.fetch(A)
    copy = backup(world.store.database, tmp_path / "copy.sqlite").file
    world.store.close()
    restored = restore(copy, str(tmp_path / "new" / "watch.sqlite"), now=NOW)
    assert restored.kept is None
    assert fetches_in(restored.file) == 1


def test_a_damaged_or_foreign_copy_replaces_nothing(tmp_path: Path) -> None:
    world = watched(tmp_path)
    world.fetch(A)
    damaged = backup(world.store.database, tmp_path / "copy.sqlite").file
    world.fetch(B)
    world.store.close()
    flip(damaged, "snapshot_text")
    foreign = tmp_path / "foreign.sqlite"
    foreign.write_text("milk, eggs")
    before = names(tmp_path)
    with pytest.raises(CorruptDatabase, match="nothing was replaced"):
        restore(damaged, world.store.database, now=NOW)
    with pytest.raises(ForeignDatabase):
        restore(foreign, world.store.database, now=NOW)
    with pytest.raises(BadAddress):
        restore(tmp_path / "nowhere", world.store.database, now=NOW)
    assert names(tmp_path) == before
    assert fetches_in(world.store.database) == 2
    restored = restore(damaged, world.store.database, now=NOW, despite_problems=True)
    assert len(restored.problems) == 1


def test_a_copy_of_an_earlier_schema_is_migrated_on_its_way_back(tmp_path: Path) -> None:
    world = watched(tmp_path)
    world.fetch(A)
    world.store.close()
    with connected(Path(world.store.database)) as connection:
        command.downgrade(alembic_config(connection), "0002")
    old = tmp_path / "old.sqlite"
    Path(world.store.database).rename(old)
    before = old.read_bytes()
    restore(old, world.store.database, now=NOW)
    assert fetches_in(world.store.database) == 1
    assert old.read_bytes() == before


def test_a_database_too_damaged_to_be_opened_is_kept_as_it_is(tmp_path: Path) -> None:
    world = watched(tmp_path)
    world.fetch(A)
    copy = backup(world.store.database, tmp_path / "copy.sqlite").file
    world.store.close()
    path = Path(world.store.database)
    path.write_bytes(b"\xff" * 5000)
    restored = restore(copy, str(path), now=NOW)
    assert restored.kept is not None
    assert restored.kept.read_bytes() == b"\xff" * 5000
    assert fetches_in(path) == 1


def test_a_database_that_somebody_has_open_is_not_replaced(tmp_path: Path) -> None:
    world = watched(tmp_path)
    world.fetch(A)
    copy = backup(world.store.database, tmp_path / "copy.sqlite").file
    world.fetch(C)
    with pytest.raises(StoreBusy, match="open in another process"):
        restore(copy, world.store.database, now=NOW)
    with world.store.reading() as session:
        assert len(session.exec(select(Body.sha256)).all()) == 2
    world.store.close()


def hold(database: str, said: Connection) -> None:
    with holding(database, what="clausewatch run", now=NOW):
        said.send("held")
        said.recv()


def test_a_database_has_one_daemon_and_the_second_is_told_who_the_first_is(tmp_path: Path) -> None:
    """R6."""
    database = str(tmp_path / "watch.sqlite")
    ours, theirs = _PROCESSES.Pipe()
    first = _PROCESSES.Process(target=hold, args=(database, theirs))
    first.start()
    assert ours.recv() == "held"
    with (
        pytest.raises(StoreHeld, match=rf"held by `clausewatch run` \(process {first.pid} on "),
        holding(database, what="clausewatch run", now=NOW),
    ):
        pass
    first.kill()  # nothing is tidied up: the lock dies with its process all the same
    first.join()
    with holding(database, what="clausewatch run", now=NOW):
        pass


def test_a_lock_is_let_go_and_other_databases_have_their_own(tmp_path: Path) -> None:
    one, other = str(tmp_path / "one.sqlite"), f"sqlite:///{tmp_path / 'other.sqlite'}"
    for _ in range(2):
        with holding(one, what="a", now=NOW), holding(other, what="b", now=NOW):
            pass
    with holding("postgresql://user@host/name", what="c", now=NOW):
        pass
