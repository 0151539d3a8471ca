"""An upgrade meets a daemon that runs, from either side; and a database that is no longer whole."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage.engine import open_store
from storage.errors import NewerDatabase, StoreHeld
from storage.models import Installation
from storage.schema import HEAD
from tests.storage.world import A, B, watched
from tests.support.damage import flip_a_page
from tests.support.program import Program, said
from tests.support.schemas import downgraded

_ROOT = Path(__file__).resolve().parents[2]
# A daemon of an earlier release, as far as another process can tell: it holds the lock.
_HOLD = """
import sys
from datetime import UTC, datetime
from storage.lock import holding
with holding(sys.argv[1], what="clausewatch run", now=datetime.now(UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""


def schema_of(database: Path) -> str:
    with closing(sqlite3.connect(database)) as there:
        found: str = there.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return found


def set_schema(database: Path, schema: str) -> None:
    with closing(sqlite3.connect(database)) as there, there:
        there.execute("UPDATE alembic_version SET version_num = ?", (schema,))


def test_nothing_is_migrated_under_a_daemon_that_runs_and_it_is_named(tmp_path: Path) -> None:
    database = tmp_path / "watch.sqlite"
    open_store(str(database)).close()
    older = downgraded(database)
    daemon = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(database)],
        env={"PYTHONPATH": str(_ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert daemon.stdout is not None
    assert daemon.stdout.readline() == "held\n"
    try:
        with pytest.raises(StoreHeld, match=rf"clausewatch run.*{daemon.pid}.*stop it first"):
            open_store(str(database))
        assert schema_of(database) == older
        assert [file.name for file in tmp_path.glob("*.before-*")] == []
    finally:
        daemon.kill()
        daemon.communicate()
    open_store(str(database)).close()  # its lock died with it
    assert schema_of(database) == HEAD


def test_a_program_that_has_a_database_open_writes_nothing_once_a_newer_one_took_it_over(
    tmp_path: Path,
) -> None:
    database = tmp_path / "watch.sqlite"
    with open_store(str(database)) as store:
        set_schema(database, "9999")
        with pytest.raises(NewerDatabase, match="9999"), store.writing() as session:
            session.add(Installation(name="key", value="new"))
        set_schema(database, HEAD)
        with store.writing() as session:
            session.add(Installation(name="key", value="new"))


def test_a_daemon_ends_with_3_and_in_plain_words_when_a_newer_release_took_its_database_over(
    tmp_path: Path,
) -> None:
    program = Program(tmp_path)
    daemon = program.start("run")
    said(daemon, "watching")
    set_schema(tmp_path / "clausewatch.sqlite", "9999")
    daemon.send_signal(signal.SIGHUP)  # which has it look at once
    _, err = daemon.communicate(timeout=60)
    assert daemon.returncode == 3
    assert "schema 9999" in err
    assert "Traceback" not in err


def test_a_daemon_refuses_a_damaged_database_in_one_sentence_with_3(tmp_path: Path) -> None:
    world = watched(tmp_path)
    for body in (A, B):
        world.fetch(body)
    world.store.close()
    database = Path(world.store.database)
    flip_a_page(database, "finding")
    program = Program(tmp_path, {"CLAUSEWATCH_DATABASE": str(database)})
    refused = program.run("run", expect=3)
    (line,) = refused.err.strip().splitlines()
    assert "is damaged" in line
    assert "clausewatch restore" in line
