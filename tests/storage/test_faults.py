"""What a disk and its neighbours do to a record: no room, a long lock, a flipped bit."""

import hashlib
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from storage.chain import append
from storage.engine import open_store
from storage.errors import StoreFull
from storage.models import Alert, Attempt, Delivery, Dropped
from storage.upkeep import upkeep
from tests.storage.world import NOW, World, page, watched


def limit(world: World, pages: int | None) -> None:
    """Let the file grow by `pages` more than it has; None: as far as it will."""
    with world.store.reading() as session:
        connection = session.connection()
        now = connection.execute(text("PRAGMA page_count")).scalar_one()
        most = 2**31 - 2 if pages is None else now + pages
        connection.execute(text(f"PRAGMA max_page_count={most}"))


def test_a_disk_that_fills_up_anywhere_in_a_check_leaves_no_half_of_it(world: World) -> None:
    """R3: with room for one page more each time, until a whole check fits."""
    world.fetch(page("We keep your data for one year."))
    upkeep(world.store, drop_before=None, now=NOW)  # no free pages are left in the file
    noise = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(250))
    room = 0
    while True:
        limit(world, room)
        try:
            world.fetch(page("We keep your data for two years.", note=f"<!-- {noise} -->"))
        except StoreFull:
            assert world.misfits() == []
            assert len(world.timeline()) == 1
            room += 1
        else:
            break
    limit(world, None)
    assert room > 1  # or there was never too little
    assert len(world.timeline()) == 2
    assert world.misfits() == []


def test_a_lock_held_by_another_for_five_seconds_loses_no_check(tmp_path: Path) -> None:
    """R4."""
    world = watched(tmp_path)
    with closing(sqlite3.connect(world.store.database, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        release = threading.Timer(5, other.rollback)
        release.start()
        assert world.fetch(page("We keep your data for one year.")).outcome == "first"
        release.join()
    assert world.misfits() == []
    world.store.close()


# Where a bit is turned in each kind of row; what a person wrote is found by its words.
_PLACES = (
    ("fetch", "SELECT provenance FROM fetch WHERE id = 1"),
    ("fetch", "SELECT link FROM fetch WHERE id = 2"),
    ("body", "SELECT frame FROM body WHERE base_sha256 IS NULL"),
    ("body", "SELECT frame FROM body WHERE base_sha256 IS NOT NULL"),
    ("snapshot_text", "SELECT frame FROM snapshot_text LIMIT 1"),
    ("dropped", "SELECT body_sha256 FROM dropped"),
    ("alert", "SELECT headline FROM alert"),
    ("delivery", "SELECT message_id FROM delivery"),
    ("attempt", "SELECT reply FROM attempt"),
    ("attempt", "SELECT link FROM chain_head WHERE facts = 'attempt'"),
)


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The closed file of a world with a row of every kind."""
    world = watched(tmp_path_factory.mktemp("full"))
    world.keep_bodies = "captures"
    for number in (1, 2):
        world.fetch(
            page("We keep your data.", note=f"<!-- {number} -->"), headers=(("X-A", "é" * 9),)
        )
    with world.store.writing() as session:
        _tell(world, session)
    world.store.close()
    path = Path(world.store.database)
    with closing(sqlite3.connect(path)) as there:
        there.execute("PRAGMA journal_mode=DELETE")
    return path


def _tell(world: World, session: Session) -> None:
    alert = append(
        session,
        Alert(
            policy_id=world.policy_id, from_snapshot_id=1, to_snapshot_id=2, created_at=NOW,
            severity="high", direction="weaker", headline="sells what it kept", content={},
        ),
    )  # fmt: skip
    assert alert.id is not None
    delivery = append(
        session,
        Delivery(
            alert_id=alert.id, recipient="ann@tealeaf.example", message_id="<1@tealeaf.example>",
            created_at=NOW, next_attempt_at=NOW,
        ),
    )  # fmt: skip
    assert delivery.id is not None
    append(session, Attempt(delivery_id=delivery.id, at=NOW, result="sent", reply="250 accepted"))
    gone = Dropped(
        policy_id=world.policy_id, body_sha256=bytes(range(32)), size=9, at=NOW, reason="r"
    )
    append(session, gone)


@pytest.mark.parametrize(("table", "query"), _PLACES)
def test_one_flipped_bit_is_found_and_its_table_named(
    full: Path, tmp_path: Path, table: str, query: str
) -> None:
    with closing(sqlite3.connect(full)) as there:
        found = there.execute(query).fetchone()[0]
    value = found if isinstance(found, bytes) else str(found).encode()
    data = bytearray(full.read_bytes())
    assert data.count(value) >= 1
    # Of a frame its first byte: elsewhere a bit may change and mean the same bytes.
    where = data.index(value) + (0 if "frame" in query else len(value) // 2)
    data[where] ^= 1
    path = tmp_path / "watch.sqlite"
    path.write_bytes(data)
    with open_store(str(path)) as store:
        said = [misfit.table for misfit in World(store, 1).misfits()]
    assert table in said or "database" in said


def test_the_file_before_its_bits_are_flipped_is_whole(full: Path, tmp_path: Path) -> None:
    path = tmp_path / "watch.sqlite"
    path.write_bytes(full.read_bytes())
    with open_store(str(path)) as store:
        said = [misfit.problem for misfit in World(store, 1).misfits()]
    assert said == ["tells of a change that is not there"]  # the alert is of our own making
