"""Retention: what goes, what never goes, and that the record says so and still verifies."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from storage.blobs import get_body
from storage.engine import open_store
from storage.errors import StoreBusy
from storage.models import Body, Dropped, Fetch, Policy, Snapshot
from storage.policies import add_policy
from storage.retention import Capture, Span, drop_bodies, droppable, may_be_dropped
from storage.sizes import sizes
from storage.upkeep import compact, upkeep
from tests.storage.test_blobs import nonced
from tests.storage.world import NOW, A, B, World, page, watched

DAY = timedelta(days=1)


def noted(clause: str, count: int) -> list[bytes]:
    return [page(clause, note=f"<!-- {number} -->") for number in range(count)]


def kept(world: World) -> list[bool]:
    """Return whether each capture's body is still there, in the order of the fetches."""
    with world.store.reading() as session:
        there = set(session.exec(select(Body.sha256)))
        rows = session.exec(
            select(Fetch.body_sha256)
            .where(col(Fetch.body_sha256).is_not(None))
            .order_by(col(Fetch.id))
        )
        return [sha256 in there for sha256 in rows]


@pytest.fixture
def years(world: World) -> World:
    """Six captures of one text, then five of another, one a day, each with a body of its own."""
    world.keep_bodies = "captures"
    for body in (*noted("We do not sell your data.", 6), *noted("We sell your data.", 5)):
        world.fetch(body, after=DAY)
    return world


def test_all_but_the_first_and_last_of_a_text_go_when_their_time_is_over(years: World) -> None:
    now = years.at + timedelta(hours=1)
    count, size = drop_bodies(years.store, before=now, now=now)
    assert kept(years) == [True, *[False] * 4, True, True, *[False] * 3, True]
    assert (count, years.misfits()) == (7, [])
    with years.store.reading() as session:
        rows = session.exec(select(Dropped).order_by(col(Dropped.id))).all()
        assert {(row.policy_id, row.at, row.reason) for row in rows} == {(1, now, "retention")}
        assert sum(row.size for row in rows) == size
        for sha256 in session.exec(select(Body.sha256)):
            get_body(session, sha256)  # what rested on a body that went rests on another now
    assert drop_bodies(years.store, before=now, now=now) == (0, 0)


def test_what_is_young_stays_and_what_it_shares_with_the_old_does(years: World) -> None:
    drop_bodies(years.store, before=NOW + 3 * DAY, now=years.at)
    assert kept(years) == [True, False, *[True] * 9]


def test_a_body_that_comes_back_is_kept_again(years: World) -> None:
    drop_bodies(years.store, before=years.at + DAY, now=years.at)
    years.fetch(noted("We sell your data.", 3)[2], after=DAY)
    assert kept(years)[8] is True  # named by the old fetch and by the new one
    assert years.misfits() == []


def test_a_body_dropped_behind_the_program_s_back_is_missed(years: World) -> None:
    path = years.store.database
    years.store.close()
    with closing(sqlite3.connect(path)) as intruder:
        intruder.execute(
            "DELETE FROM body WHERE sha256 = (SELECT body_sha256 FROM fetch WHERE id = 3)"
        )
        intruder.commit()
    with open_store(path) as store:
        said = [str(misfit) for misfit in World(store, 1).misfits()]
    assert "fetch 3: its body is not kept" in said


def test_a_body_of_two_policies_is_dropped_for_both(years: World) -> None:
    with years.store.writing() as session:
        other = add_policy(session, url="https://www.teapot.example/privacy", now=NOW).id
    assert other is not None
    twin = World(years.store, other, keep_bodies="captures")
    for body in noted("We do not sell your data.", 6):
        twin.fetch(body, after=DAY)
    drop_bodies(years.store, before=years.at + DAY, now=years.at)
    with years.store.reading() as session:
        assert set(session.exec(select(Dropped.policy_id))) == {1, other}
    assert years.misfits() == []


captures = st.lists(
    st.tuples(
        st.integers(0, 30), st.sampled_from(["unchanged", "held", "failed"]), st.integers(0, 5)
    ),
    max_size=20,
)


@given(rows=captures, spans=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=4), before=st.integers(0, 30))  # fmt: skip
def test_no_boundary_and_nothing_young_ever_goes(
    rows: list[tuple[int, str, int]], spans: list[tuple[int, int]], before: int
) -> None:
    given_ = [
        Capture(number, 1, NOW + day * DAY, outcome, bytes([body]))
        for number, (day, outcome, body) in enumerate(rows)
    ]
    texts = [Span(1, -1, NOW + min(s) * DAY, NOW + max(s) * DAY) for s in spans]
    going = may_be_dropped(given_, texts, before=NOW + before * DAY)
    assert not [c for c in given_ if c.sha256 in going and c.observed_at >= NOW + before * DAY]
    for text in texts:
        inside = [
            c
            for c in given_
            if c.outcome == "unchanged" and text.first_seen <= c.observed_at <= text.last_seen
        ]
        for edge in (min, max):
            at = edge((c.observed_at for c in inside), default=None)
            assert not inside or any(c.sha256 not in going for c in inside if c.observed_at == at)


def test_room_is_given_back_in_steps_while_others_read_and_write(tmp_path: Path) -> None:
    world = watched(tmp_path)
    with world.store.writing() as session:
        for number in range(40):
            session.add(Body(sha256=bytes([number] * 32), size=1, frame=bytes(100_000)))
    with world.store.writing() as session:
        for body in session.exec(select(Body)).all():
            session.delete(body)
    before = sizes(world.store)
    assert before.free is not None
    assert before.free > 3_000_000
    with world.store.reading() as session:
        session.exec(select(Policy)).all()  # a reader in the middle of its work
        done = upkeep(world.store, drop_before=None, now=NOW)
    assert done.in_steps
    assert done.given_back == before.free
    assert sizes(world.store).free == 0
    world.fetch(A)
    assert world.misfits() == []
    world.store.close()


def test_a_file_without_steps_is_made_smaller_at_once_and_has_them_from_then_on(
    tmp_path: Path,
) -> None:
    world = watched(tmp_path)
    world.fetch(A)
    path = world.store.database
    world.store.close()
    with closing(
        sqlite3.connect(path, isolation_level=None)
    ) as there:  # as earlier releases made it
        there.execute("PRAGMA auto_vacuum=NONE")
        there.execute("VACUUM")
    with open_store(path) as store:
        assert upkeep(store, drop_before=None, now=NOW).in_steps is False
        with store.reading() as session:
            session.exec(select(Policy)).all()
            with pytest.raises(StoreBusy):
                compact(path)
    compact(path)
    with open_store(path) as store:
        assert upkeep(store, drop_before=None, now=NOW).in_steps is True
        assert World(store, 1).misfits() == []


def test_sizes_name_every_table_and_policy(world: World) -> None:
    world.keep_bodies = "captures"
    for body in (A, A + b"<!-- -->", B):
        world.fetch(body)
    found = sizes(world.store)
    assert {table.table for table in found.tables} >= {"fetch", "body", "policy", "snapshot_text"}
    assert {table.table: table.rows for table in found.tables}["fetch"] == 3
    (policy,) = found.policies
    assert (policy.fetches, policy.texts, policy.bodies) == (3, 2, 3)
    with world.store.reading() as session:
        frames = session.exec(select(Body.frame)).all()
        assert policy.bytes == sum(len(frame) for frame in frames)
    assert found.file is not None
    assert found.file > sum(len(frame) for frame in frames)


def test_a_page_that_is_dropped_for_one_reader_is_not_dropped_for_a_snapshot(world: World) -> None:
    """A snapshot rests on its first capture, whatever else is kept or not."""
    world.fetch(A)
    world.fetch(B, after=400 * DAY)
    with world.store.reading() as session:
        assert droppable(session, before=world.at + DAY) == {}
        assert len(session.exec(select(Snapshot.id)).all()) == 2


def test_the_line_of_a_dropped_body_is_mended(world: World) -> None:
    """Every second capture of a long line goes: what is left is read as it was."""
    from storage.blobs import put_body, rest_elsewhere

    with world.store.writing() as session:
        names: list[bytes] = []
        for number in range(40):
            names.append(put_body(session, nonced(number), after=names[-1] if names else None))
        going = set(names[1::2])
        for name in names[::2]:
            rest_elsewhere(session, name, than=going)
        for name in going:
            session.delete(session.get_one(Body, name))
        session.flush()
        session.expunge_all()
        assert [get_body(session, name) for name in names[::2]] == [
            nonced(n) for n in range(0, 40, 2)
        ]
