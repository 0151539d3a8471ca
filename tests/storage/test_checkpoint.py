"""A checkpoint: signed, and held against a database that went on, or was tampered with, since."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from sqlmodel import select

from storage.chain import FACTS, GENESIS, columns_of, content_of, fold, link, rows_of
from storage.checkpoint import Checkpoint, load_key, make, public_name, read
from storage.engine import Store, open_store
from storage.errors import BadCheckpoint
from storage.models import ChainHead
from storage.policies import add_policy
from storage.verify import verify, verify_policy
from tests.storage.world import NOW, A, B, C, World

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def signed(store: Store) -> str:
    with store.reading() as session:
        return json.dumps(make(session, KEY, now=NOW), ensure_ascii=False, indent=1)


def since(store: Store, checkpoint: Checkpoint) -> list[str]:
    with store.reading() as session:
        return [str(misfit) for misfit in verify(session, against=checkpoint.marks)]


def rewritten(store: Store, statement: str) -> None:
    """Change rows behind the program's back, then make every chain anew so that all fits again."""
    with closing(sqlite3.connect(store.database)) as intruder:
        intruder.execute(statement)
        intruder.commit()
    with store.writing() as session:
        for head in session.exec(select(ChainHead)).all():
            head.count, head.link = 0, GENESIS
        for table in FACTS:
            previous, name = GENESIS, str(table.__tablename__)
            for policy_id, *values in session.connection().execute(rows_of(table)).all():
                said = dict(zip(columns_of(table), values[:-1], strict=True))
                row = session.get_one(table, said["id"])
                previous = row.link = link(previous, content_of(table, said))
                head = session.get_one(ChainHead, (name, policy_id))
                head.count, head.link = head.count + 1, fold(head.link, previous)


@pytest.fixture
def checked(world: World) -> tuple[World, Checkpoint]:
    """A world with two policies, a checkpoint of it, and a few fetches after that."""
    with world.store.writing() as session:
        other = add_policy(session, url="https://www.teapot.example/privacy", now=NOW).id
    assert other is not None
    for body in (A, A, B):
        world.fetch(body)
    World(world.store, other).fetch(C)
    checkpoint = read(signed(world.store), name="it")
    world.fetch(C)
    World(world.store, other).fetch(A)
    return world, checkpoint


def test_a_record_that_only_went_on_fits_its_checkpoint(checked: tuple[World, Checkpoint]) -> None:
    world, checkpoint = checked
    assert checkpoint.made_at == NOW
    assert checkpoint.key == public_name(KEY)
    assert since(world.store, checkpoint) == []
    with world.store.reading() as session:
        for policy_id in (1, 2):
            assert verify_policy(session, policy_id, against=checkpoint.marks) == []


def test_a_record_rewritten_whole_fits_itself_but_not_its_checkpoint(
    checked: tuple[World, Checkpoint],
) -> None:
    world, checkpoint = checked
    rewritten(world.store, "UPDATE fetch SET took_ms = 7 WHERE id = 2")
    assert world.misfits() == []
    assert since(world.store, checkpoint) == [
        "fetch 3: it, or a row before it, was rewritten since the checkpoint"
    ]
    with world.store.reading() as session:
        (misfit,) = verify_policy(session, 1, against=checkpoint.marks)
        assert "rewritten since the checkpoint" in str(misfit)


def test_rows_dropped_since_are_missed_though_all_that_is_left_fits(
    checked: tuple[World, Checkpoint],
) -> None:
    world, checkpoint = checked
    rewritten(world.store, "DELETE FROM fetch WHERE id > 3")
    assert not [line for line in map(str, world.misfits()) if line.startswith("fetch")]
    said = since(world.store, checkpoint)
    assert "fetch: only part of the 4 rows that the checkpoint counts is there" in said
    assert "fetch: only part of the 1 rows of policy 2 that the checkpoint counts is there" in said


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(made_at="2020-01-01T00:00:00+00:00"),
        lambda said: said["chains"][0].update(count=1),
        lambda said: said["chains"].pop(),
        lambda said: said.update(key=public_name(Ed25519PrivateKey.generate())),
        lambda said: said.update(note="added"),
    ],
)
def test_a_checkpoint_that_was_changed_is_refused(
    checked: tuple[World, Checkpoint], change: Callable[[dict[str, Any]], object]
) -> None:
    said = json.loads(signed(checked[0].store))
    change(said)
    with pytest.raises(BadCheckpoint, match="changed after it was signed"):
        read(json.dumps(said), name="it")


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"kind": 1}', '{"kind": "clausewatch checkpoint", "version": 1}',
             '{"kind": "clausewatch checkpoint", "version": 2}', "\0\ud800"],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadCheckpoint, match="it "):
        read(text, name="it")


def test_a_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "new" / "checkpoint.key"
    made = public_name(load_key(file))
    assert public_name(load_key(file)) == made
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_file_that_holds_no_key_of_ours_is_refused_and_left_alone(tmp_path: Path) -> None:
    other = generate_private_key(public_exponent=65537, key_size=1024).private_bytes(  # noqa: S505 - to be refused
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for content in (b"", b"milk, eggs", other):
        file = tmp_path / "key"
        file.write_bytes(content)
        with pytest.raises(BadCheckpoint):
            load_key(file)
        assert file.read_bytes() == content


def test_a_checkpoint_of_an_empty_database_fits_every_later_one(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "watch.sqlite")) as store:
        checkpoint = read(signed(store), name="it")
        assert {mark.count for mark in checkpoint.marks} == {0}
        assert since(store, checkpoint) == []
