"""The chain over facts: a link covers everything, and the first row that does not fit is named."""

import hashlib
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from storage import chain
from storage.chain import (
    FACTS,
    GENESIS,
    Mark,
    append,
    append_all,
    columns_of,
    content_of,
    ends,
    link,
)
from storage.engine import open_store
from storage.models import Alert, Attempt, Delivery, Dropped, Fetch
from storage.policies import add_policy
from storage.record import Fetched
from storage.verify import verify_policy
from tests.storage.world import NOW, A, B, C, World, watched

# What a row may hold, once it is content.
texts = st.text('aé"\\\n😀', max_size=3)
flat = st.none() | st.booleans() | st.integers() | texts
values = flat | st.lists(flat, max_size=3) | st.dictionaries(texts, flat, max_size=3)
contents = st.dictionaries(texts, values, max_size=4)


def tampered(world: World, statement: str) -> list[str]:
    """Run `statement` behind the program's back and return what verify then says."""
    path = world.store.database
    world.store.close()
    with closing(sqlite3.connect(path)) as intruder:
        intruder.execute(statement)
        intruder.commit()
    with open_store(path) as store:
        return [str(misfit) for misfit in World(store, world.policy_id).misfits()]


@pytest.fixture
def told(world: World) -> World:
    """A world with some of every kind of fact."""
    for body in (A, A, B, B):
        world.fetch(body)
    world.fail()
    with world.store.writing() as session:
        for number in (1, 2):
            alert = append(
                session,
                Alert(
                    policy_id=world.policy_id,
                    from_snapshot_id=1,
                    to_snapshot_id=2 if number == 1 else 3,
                    created_at=NOW,
                    severity="high",
                    direction="weaker",
                    headline="sale added",
                    content={"quotes": ["We sell", "é"], "score": 0.25},
                ),
            )
            assert alert.id == number
            delivery = append(
                session,
                Delivery(
                    alert_id=number,
                    recipient="ann@tealeaf.example",
                    message_id=f"<{number}@tealeaf.example>",
                    created_at=NOW,
                    next_attempt_at=NOW,
                ),
            )
            assert delivery.id == number
            append(session, Attempt(delivery_id=number, at=NOW, result="sent", reply="250 ok"))
        append(
            session,
            Dropped(policy_id=world.policy_id, body_sha256=bytes(32), size=9, at=NOW, reason="r"),
        )
    return world


@given(content=contents)
def test_a_link_depends_on_the_content_not_on_its_order(content: dict[str, object]) -> None:
    turned = dict(reversed(content.items()))
    assert link(GENESIS, content) == link(GENESIS, turned)
    assert link(GENESIS, content) != link(bytes([1] * 32), content)


@given(one=contents, other=contents)
def test_different_contents_have_different_links(
    one: dict[str, object], other: dict[str, object]
) -> None:
    # As text, for 1 == True in Python but not in JSON.
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (link(GENESIS, one) == link(GENESIS, other)) == same


def test_a_batch_links_as_its_facts_would_one_by_one(tmp_path: Path) -> None:
    def written(name: str, *, at_once: bool) -> list[list[tuple[object, ...]]]:
        world = watched(tmp_path / name)
        other = world.beside()
        with world.store.writing() as session:
            for number, policy_id in ((1, world.policy_id), (2, other.policy_id)):
                append(session, alert(policy_id, number))
            for _ in range(2):  # the second batch goes on where the first ended
                facts = [
                    delivery(alert_id, number) for number, alert_id in enumerate((1, 2, 1, None))
                ]
                if at_once:
                    append_all(session, Delivery, [fact.model_dump() for fact in facts])
                else:
                    for fact in facts:
                        append(session, fact)
            assert append_all(session, Delivery, []) == []
        with closing(sqlite3.connect(world.store.database)) as file:
            rows = file.execute("SELECT * FROM delivery").fetchall()
            return [rows, file.execute("SELECT * FROM chain_head").fetchall()]

    def alert(policy_id: int, number: int) -> Alert:
        return Alert(policy_id=policy_id, from_snapshot_id=1, to_snapshot_id=number + 1, created_at=NOW, severity="high", direction="weaker", headline="h", content={})  # fmt: skip

    serial = iter(range(16))

    def delivery(alert_id: int | None, number: int) -> Delivery:
        one = next(serial) % 8
        return Delivery(alert_id=alert_id, recipient=f"{number}@tealeaf.example", channel=f"c{one}", message_id=f"<{one}>", created_at=NOW, next_attempt_at=NOW)  # fmt: skip

    assert written("batch", at_once=True) == written("single", at_once=False)


def test_a_policy_s_chain_hashes_the_links_of_its_own_rows_in_their_order(told: World) -> None:
    with told.store.reading() as session:
        links = session.exec(select(Fetch.link).order_by(col(Fetch.id))).all()
        marks = {(mark.facts, mark.policy_id): mark for mark in ends(session)}
    end = GENESIS
    for one in links:
        end = hashlib.sha256(one + end).digest()
    assert marks["fetch", told.policy_id] == Mark("fetch", told.policy_id, len(links), end)
    assert marks["fetch", None] == Mark("fetch", None, len(links), links[-1])
    assert {key: mark.count for key, mark in marks.items() if key[1] == told.policy_id} == {
        ("fetch", 1): 5,
        ("alert", 1): 2,
        ("delivery", 1): 2,
        ("attempt", 1): 2,
        ("dropped", 1): 1,
    }


def test_a_column_added_later_leaves_the_links_of_older_rows_alone() -> None:
    for table in FACTS:
        later = set(columns_of(table)) - set(chain._FIRST[table])
        older = dict.fromkeys(columns_of(table))
        assert set(content_of(table, older)) == set(chain._FIRST[table])
        assert set(content_of(table, older | dict.fromkeys(later, 1))) == set(older)


def test_an_instant_links_alike_in_every_zone() -> None:
    abroad = datetime(2026, 3, 1, 14, tzinfo=timezone(timedelta(hours=2)))
    here = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert link(GENESIS, {"at": abroad}) == link(GENESIS, {"at": here})


def test_what_was_written_fits(told: World) -> None:
    unexpected = [m for m in told.misfits() if m.problem != "tells of a change that is not there"]
    assert unexpected == []


def test_a_delivery_may_move_through_its_queue(told: World) -> None:
    said = tampered(told, "UPDATE delivery SET state = 'sent', attempts = 3, sent_at = 5")
    assert not [line for line in said if line.startswith("delivery")]


@pytest.mark.parametrize(
    ("statement", "table", "row"),
    [
        ("UPDATE fetch SET outcome = 'unchanged' WHERE id = 3", "fetch", "3"),
        ("UPDATE fetch SET observed_at = observed_at + 1 WHERE id = 2", "fetch", "2"),
        ("UPDATE fetch SET slot_at = 5 WHERE id = 1", "fetch", "1"),
        ("UPDATE fetch SET provenance = NULL WHERE id = 1", "fetch", "1"),
        ("UPDATE fetch SET link = x'00' WHERE id = 1", "fetch", "1"),
        ("UPDATE fetch SET id = 9 WHERE id = 5", "fetch", "9"),
        ("DELETE FROM fetch WHERE id = 2", "fetch", "3"),
        ("UPDATE alert SET headline = 'nothing' WHERE id = 1", "alert", "1"),
        ("UPDATE alert SET content = '{}' WHERE id = 2", "alert", "2"),
        ("UPDATE delivery SET recipient = 'eve@evil.example' WHERE id = 2", "delivery", "2"),
        ("UPDATE attempt SET reply = '250 really' WHERE id = 1", "attempt", "1"),
        ("UPDATE dropped SET body_sha256 = x'01' WHERE id = 1", "dropped", "1"),
    ],
)
def test_the_first_row_that_was_changed_is_named(
    told: World, statement: str, table: str, row: str
) -> None:
    chained = [line for line in tampered(told, statement) if line.startswith(f"{table} {row}:")]
    assert any("was changed" in line or "missing before it" in line for line in chained)


@pytest.mark.parametrize(
    ("statement", "expect"),
    [
        ("DELETE FROM fetch WHERE id = 5", "fetch: policy 1 has 4 rows, its chain counts 5"),
        ("DELETE FROM attempt WHERE id = 2", "attempt: policy 1 has 1 rows, its chain counts 2"),
        ("UPDATE chain_head SET link = zeroblob(32) WHERE facts = 'alert'", "alert: the chain of policy 1 ends otherwise"),
        ("DELETE FROM chain_head WHERE facts = 'fetch'", "fetch: policy 1 has 5 rows, its chain counts 0"),
    ],
)  # fmt: skip
def test_rows_cut_off_the_end_are_missed(told: World, statement: str, expect: str) -> None:
    assert expect in tampered(told, statement)


def test_one_policy_is_proven_without_the_rows_of_another(told: World) -> None:
    with told.store.writing() as session:
        other = add_policy(session, url="https://www.teapot.example/privacy", now=NOW).id
        assert other is not None
    World(told.store, other).fetch(C)
    told.fetch(A)
    said = tampered(told, "UPDATE fetch SET took_ms = 9 WHERE id = 6")
    assert "fetch 6: was changed after it was written" in said
    with open_store(told.store.database) as store, store.reading() as session:
        assert verify_policy(session, told.policy_id) == []
        assert [str(misfit) for misfit in verify_policy(session, other)] == [
            "fetch 6: it, or the link before it, was changed after it was written"
        ]


@pytest.mark.parametrize(
    ("statement", "expect"),
    [
        ("UPDATE fetch SET detail = 'x' WHERE id = 4", "fetch 4: it, or the link before it"),
        ("UPDATE alert SET severity = 'low' WHERE id = 1", "alert 1: it, or the link before it"),
        ("UPDATE delivery SET recipient = 'e' WHERE id = 2", "delivery 2: it, or the link"),
        ("UPDATE attempt SET reply = 'no' WHERE id = 2", "attempt 2: it, or the link before it"),
        ("DELETE FROM fetch WHERE id = 5", "fetch: 4 rows are there, the policy's chain counts 5"),
        ("UPDATE body SET frame = zeroblob(60) WHERE rowid = 1", "cannot be unpacked"),
    ],
)
def test_what_was_changed_of_one_policy_is_named(told: World, statement: str, expect: str) -> None:
    tampered(told, statement)
    with open_store(told.store.database) as store, store.reading() as session:
        said = [str(misfit) for misfit in verify_policy(session, told.policy_id)]
    assert any(expect in line for line in said)


def test_rows_that_were_taken_out_are_said_to_be_missing(told: World) -> None:
    said = tampered(told, "DELETE FROM fetch WHERE id IN (2, 3)")
    assert "fetch 4: rows 2 to 3 are missing before it" in said


def test_only_the_first_row_of_a_table_is_named(told: World) -> None:
    said = tampered(told, "UPDATE fetch SET took_ms = 1")
    assert [line for line in said if line.startswith("fetch")] == [
        "fetch 1: was changed after it was written"
    ]


@pytest.mark.parametrize(
    ("statement", "expect"),
    [
        ("UPDATE body SET frame = zeroblob(60) WHERE rowid = 1", "cannot be unpacked"),
        ("UPDATE body SET size = 3 WHERE rowid = 1", "bytes, not 3"),
        ("UPDATE body SET frame = (SELECT frame FROM snapshot_text LIMIT 1) WHERE rowid = 1", "hashes to something else"),
        ("UPDATE snapshot_text SET frame = x'28b52ffd' WHERE rowid = 1", "cannot be unpacked"),
        ("DELETE FROM body WHERE rowid = 1", "its body is not kept"),
        ("UPDATE policy SET current_snapshot_id = 77", "its current snapshot is not there"),
    ],
)  # fmt: skip
def test_what_is_kept_must_be_what_its_name_says(told: World, statement: str, expect: str) -> None:
    assert any(expect in line for line in tampered(told, statement))


def test_a_flipped_byte_in_the_file_is_found(tmp_path: Path) -> None:
    world = watched(tmp_path)
    for _ in range(3):
        world.fetch(A)
    world.store.close()
    path = Path(world.store.database)
    whole = path.read_bytes()
    with closing(sqlite3.connect(path)) as file:
        frame = file.execute("SELECT frame FROM body").fetchone()[0]
    where = whole.index(frame) + len(frame) // 2
    path.write_bytes(whole[:where] + bytes([whole[where] ^ 1]) + whole[where + 1 :])
    with open_store(str(path)) as store:
        said = [str(misfit) for misfit in World(store, 1).misfits()]
    assert len(said) == 1
    assert said[0].startswith("body ")


def test_strings_that_no_database_takes_are_mended_before_they_are_linked(world: World) -> None:
    world.keep(
        Fetched(
            world.policy_id, "live", "u", "v\0", ("\ud800",), None, NOW, 1, 200,
            (("X-Odd", "a\0b\udfff"),), A, "", "det\0ail",
        )
    )  # fmt: skip
    assert world.misfits() == []
