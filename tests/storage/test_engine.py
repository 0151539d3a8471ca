"""Opening a database: what is made, what is refused, and who waits for whom."""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from storage.engine import Store, open_store
from storage.errors import (
    BadAddress,
    CorruptDatabase,
    ForeignDatabase,
    NewerDatabase,
    OutdatedDatabase,
    StorageError,
    StoreBusy,
    StoreFull,
)
from storage.models import Body, Policy
from storage.policies import add_policy, list_policies
from tests.storage.world import NOW


def everything_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def refused(path: Path, error: type[StorageError], words: str) -> None:
    """Opening `path` raises `error` in these words, and leaves every byte beside it as it was."""
    before = everything_in(path.parent)
    with pytest.raises(error, match=words):
        open_store(str(path))
    assert everything_in(path.parent) == before


def ours(path: Path) -> Path:
    """Return `path` after making it a whole database of ours, closed."""
    with open_store(str(path)) as store, store.writing() as session:
        for number in range(200):
            add_policy(session, url=f"https://{number}.example/privacy", now=NOW)
    return path


def test_a_new_database_and_its_folder_belong_to_their_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "watch.sqlite"
    open_store(str(path)).close()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    open_store(str(tmp_path / "watch.sqlite")).close()
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_every_commit_reaches_the_disk_and_parents_must_exist(store: Store) -> None:
    with store.reading() as session:
        found = {
            name: session.connection().execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 10000,
    }


def test_a_url_names_the_same_file_as_its_path(tmp_path: Path) -> None:
    path = ours(tmp_path / "watch.sqlite")
    with open_store(f"sqlite:///{path}") as store, store.reading() as session:
        assert len(list_policies(session)) == 200
        assert store.database == str(path)


@pytest.mark.parametrize(
    "address", ["", ":memory:", "sqlite://", "mysql://u@h/d", "://", "sqlite:///:memory:"]
)
def test_an_address_that_names_no_lasting_database_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        open_store(address)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(BadAddress, match="is a folder"):
        open_store(str(tmp_path))


def test_a_text_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("milk, eggs\n" * 50)
    refused(path, ForeignDatabase, "not a SQLite database")


def test_the_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("CREATE TABLE recipes (name TEXT)")
        other.commit()
    refused(path, ForeignDatabase, "another program")


def test_a_database_that_says_it_is_another_program_s_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA application_id=7")
        other.execute("CREATE TABLE policy (name TEXT)")
        other.commit()
    refused(path, ForeignDatabase, "another program")


def test_a_database_from_a_newer_release_is_refused(tmp_path: Path) -> None:
    path = ours(tmp_path / "watch.sqlite")
    with closing(sqlite3.connect(path)) as later:
        later.execute("UPDATE alembic_version SET version_num = '9999'")
        later.commit()
    refused(path, NewerDatabase, "newer Clausewatch")


def test_an_older_database_is_not_migrated_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "watch.sqlite"
    with pytest.raises(OutdatedDatabase, match="needs the migrations"):
        open_store(str(path), migrate=False)
    open_store(str(path)).close()
    open_store(str(path), migrate=False).close()


def test_a_database_cut_short_is_refused(tmp_path: Path) -> None:
    path = ours(tmp_path / "watch.sqlite")
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 4096)
    refused(path, CorruptDatabase, "cut short")


def test_a_header_cut_short_is_refused(tmp_path: Path) -> None:
    path = ours(tmp_path / "watch.sqlite")
    path.write_bytes(path.read_bytes()[:60])
    refused(path, CorruptDatabase, "header")


def test_a_damaged_first_page_is_refused_in_plain_words(tmp_path: Path) -> None:
    path = ours(tmp_path / "watch.sqlite")
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996
    path.write_bytes(data)
    with pytest.raises(CorruptDatabase, match="restore it from a backup"):
        open_store(str(path))
    assert path.read_bytes() == bytes(data)


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    path = tmp_path / "watch.sqlite"
    path.touch()
    with open_store(str(path)) as store, store.reading() as session:
        assert list_policies(session) == []


def test_an_error_in_a_write_undoes_all_of_it(store: Store) -> None:
    def add_and_fail() -> None:
        with store.writing() as session:
            add_policy(session, url="https://a.example/", now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        add_and_fail()
    with store.reading() as session:
        assert list_policies(session) == []


def test_what_a_reading_session_changes_is_lost(store: Store) -> None:
    with store.reading() as session:
        add_policy(session, url="https://a.example/", now=NOW)
    with store.reading() as session:
        assert list_policies(session) == []


def test_a_reader_sees_one_state_while_a_writer_goes_on(store: Store) -> None:
    with store.reading() as before:
        assert list_policies(before) == []
        with store.writing() as session:
            add_policy(session, url="https://a.example/", now=NOW)
        assert list_policies(before) == []
    with store.reading() as after:
        assert len(list_policies(after)) == 1


def test_writing_inside_writing_is_a_bug_and_says_so(store: Store) -> None:
    with (
        store.writing(),
        pytest.raises(RuntimeError, match="pass the session on"),
        store.writing(),
    ):
        pass


def test_threads_write_one_after_another(store: Store) -> None:
    def add_some(worker: int) -> None:
        for number in range(10):
            with store.writing() as session:
                add_policy(session, url=f"https://{worker}.example/{number}/privacy", now=NOW)

    threads = [threading.Thread(target=add_some, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as session:
        assert len(list_policies(session)) == 80


def test_writers_of_one_process_queue_up_before_they_reach_the_database(store: Store) -> None:
    """The database's own wait ends after ten seconds; this one does not."""
    with store.writing():
        assert store._lock.locked()
    assert not store._lock.locked()


def test_a_lock_that_another_process_keeps_is_named(tmp_path: Path) -> None:
    path = ours(tmp_path / "watch.sqlite")
    with open_store(str(path)) as store, closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with store.reading() as session:
            session.connection().execute(text("PRAGMA busy_timeout=50"))  # not ten seconds
        with pytest.raises(StoreBusy, match="locked by another process"), store.writing():
            pass
        with store.reading() as session:  # readers do not wait
            assert len(list_policies(session)) == 200
        other.rollback()
        with store.writing() as session:  # and nothing is stuck afterwards
            add_policy(session, url="https://late.example/", now=NOW)


def test_opening_and_reading_never_wait_for_a_writer(tmp_path: Path) -> None:
    path = ours(tmp_path / "watch.sqlite")
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        with open_store(str(path)) as store, store.reading() as session:
            assert len(list_policies(session)) == 200
        assert time.monotonic() - started < 5  # the lock is waited for ten


def test_a_lock_that_another_process_lets_go_is_waited_for(tmp_path: Path) -> None:
    path = ours(tmp_path / "watch.sqlite")
    with (
        open_store(str(path)) as store,
        closing(sqlite3.connect(path, check_same_thread=False)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(0.5, other.rollback)
        release.start()
        with store.writing() as session:
            add_policy(session, url="https://late.example/", now=NOW)
        release.join()


def test_a_full_disk_is_named_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    path = ours(tmp_path / "watch.sqlite")

    def write(store: Store) -> None:
        with store.writing() as session:
            add_policy(session, url="https://late.example/", now=NOW)
            session.add(Body(sha256=bytes(32), size=1_000_000, frame=bytes(1_000_000)))

    with open_store(str(path)) as store:
        with store.reading() as session:
            pages = session.connection().execute(text("PRAGMA page_count")).scalar()
            session.connection().execute(text(f"PRAGMA max_page_count={pages}"))
        with pytest.raises(StoreFull, match="no room left"):
            write(store)
        with store.reading() as session:
            assert len(list_policies(session)) == 200
            assert session.exec(select(Body)).all() == []
            session.connection().execute(text(f"PRAGMA max_page_count={2**31 - 2}"))
        write(store)  # room again: work goes on


def test_two_programs_may_open_one_new_database_at_once(tmp_path: Path) -> None:
    path = str(tmp_path / "watch.sqlite")
    errors: list[BaseException] = []
    start = threading.Barrier(4)

    def open_it() -> None:
        start.wait()
        try:
            open_store(path).close()
        except BaseException as error:  # noqa: BLE001 - shown below
            errors.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with open_store(path) as store, store.reading() as session:
        assert session.exec(select(Policy)).all() == []
