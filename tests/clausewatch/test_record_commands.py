"""verify, checkpoint, backup, restore, size and upkeep, as a person runs them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from storage.engine import open_store
from storage.lock import holding
from storage.policies import add_policy
from tests.storage.world import NOW, A, B, World
from tests.support.program import Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """A program whose database holds two texts of one policy."""
    with open_store(str(tmp_path / "clausewatch.sqlite")) as store:
        with store.writing() as session:
            policy = add_policy(session, url="https://www.tealeaf.example/privacy", now=NOW)
            assert policy.id is not None
            world = World(store, policy.id)
        for body in (A, A, B):
            world.fetch(body)
    return Program(tmp_path)


def test_a_checkpoint_proves_later_that_nothing_before_it_was_changed(program: Program) -> None:
    said = program.run("checkpoint", "-o", "then.json").out
    assert said.startswith("then.json: 3 facts as of ")
    key = program.run("checkpoint", "--public-key").out.strip()
    assert json.loads((program.home / "then.json").read_text())["key"] == key
    answer = program.run("verify", "--checkpoint", "then.json", "--key", key, "--json").json
    assert (answer["ok"], answer["checkpoint"]["trusted"]) == (True, True)
    assert "is whole" in program.run("verify", "tealeaf-privacy", "--checkpoint", "then.json").out

    other = "A" * 43 + "="
    said = program.run("verify", "--checkpoint", "then.json", "--key", other, expect=3).out
    assert said == f"checkpoint: was signed by {key}, not by {other}\n"
    with closing(sqlite3.connect(program.home / "clausewatch.sqlite")) as intruder:
        intruder.execute("UPDATE fetch SET outcome = 'failed' WHERE id = 2")
        intruder.commit()
    answer = program.run("verify", "--checkpoint", "then.json", "--json", expect=3).json
    assert answer["problems"] == [
        {"table": "fetch", "row": "2", "problem": "was changed after it was written"}
    ]


def test_a_forged_checkpoint_and_a_strange_key_are_refused_in_one_sentence(
    program: Program,
) -> None:
    text = program.run("checkpoint").out
    (program.home / "forged.json").write_text(text.replace('"count": 3', '"count": 2'))
    refused = program.run("verify", "--checkpoint", "forged.json", expect=2)
    assert refused.err == "clausewatch: forged.json was changed after it was signed\n"
    assert "--key goes with" in program.run("verify", "--key", "x", expect=2).err


def test_a_backup_is_put_back_and_what_was_there_is_kept(program: Program) -> None:
    made = program.run("backup", "copy.sqlite", "--json").json
    assert (made["problems"], made["kept"]) == ([], None)
    program.run("remove", "tealeaf-privacy")
    database = str(program.home / "clausewatch.sqlite")
    with holding(database, what="clausewatch run", now=NOW):
        refused = program.run("restore", "copy.sqlite", expect=3)
        assert "is held by `clausewatch run`" in refused.err
        assert "is held by `clausewatch run`" in program.run("run", expect=3).err
    answer = program.run("restore", "copy.sqlite", "--json").json
    assert Path(answer["kept"]).exists()
    assert [row["policy"] for row in program.run("list", "--json").json] == ["tealeaf-privacy"]
    assert program.run("verify", "--json").json["ok"] is True


def test_size_and_upkeep_say_what_they_found_and_did(program: Program) -> None:
    answer = program.run("size", "--json").json
    assert answer["policies"][0]["policy"] == "tealeaf-privacy"
    assert {table["table"] for table in answer["tables"]} >= {"fetch", "body"}
    assert "tealeaf-privacy" in program.run("size").out
    done = program.run("upkeep", "--compact", "--json").json
    assert (done["dropped"], done["in_steps"]) == (0, True)
    assert program.run("upkeep", "--dry-run").out == "0 raw pages would be dropped\n"
