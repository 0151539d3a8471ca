"""The rows of a mail about the past: a digest of its own, in one transaction, that names every change."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from alerts.digest_content import DigestContent
from alerts.recap import Recap, reader_of, write_recap
from storage.models import Alert, Change, Delivery, Digest
from storage.verify import verify
from tests.alerts.world import DOMAIN, World, made

ADA = "ada@example.org"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = made(tmp_path)
    world.subscribe(ADA)
    yield world
    world.store.close()


def put(world: World, *names: str) -> Recap:
    with world.store.writing() as session:
        reader = reader_of(session, ADA, now=world.now)
        assert reader is not None
        return write_recap(session, reader, names, now=world.now, domain=DOMAIN)


def contents(world: World) -> list[DigestContent]:
    with world.store.reading() as session:
        rows = session.exec(select(Digest).order_by(col(Digest.id))).all()
    return [DigestContent.from_json(row.content) for row in rows]


def in_state(world: World, change_id: int, state: str) -> None:
    with world.store.writing() as session:
        session.get_one(Change, change_id).state = state


@pytest.mark.parametrize(
    ("state", "tells"),
    [("history", 1), ("settled", 1), ("pending", 0), ("flap", 0), ("merged", 0)],
)
def test_only_what_is_history_or_settled_is_told(world: World, state: str, tells: int) -> None:
    in_state(world, world.change(world.policy()), state)
    assert put(world, "tern-privacy").mails == tells


def test_more_changes_than_a_mail_names_go_out_in_several(world: World) -> None:
    names = [f"tern-{number}" for number in range(53)]
    for name in names:
        in_state(world, world.change(world.policy(name)), "history")

    done = put(world, *names, *names)

    told = contents(world)
    assert (done.mails, sum(done.changes.values())) == (2, 53)
    pairs = [
        (one.content.from_snapshot, one.content.to_snapshot)
        for part in told
        for one in part.entries
    ]
    assert len(set(pairs)) == 53
    assert [len(part.entries) for part in told] == [50, 3]
    assert {one.alert_id for part in told for one in part.entries} == {None}


def test_asked_twice_in_one_instant_there_are_two_mails_and_no_alert(world: World) -> None:
    in_state(world, world.change(world.policy()), "history")
    put(world, "tern-privacy")
    put(world, "tern-privacy")
    with world.store.reading() as session:
        assert session.exec(select(Alert)).all() == []
        rows = session.exec(select(Delivery)).all()
        assert len({row.message_id for row in rows}) == 2
        assert {(row.state, row.cadence, row.kind) for row in rows} == {
            ("queued", "history", "digest")
        }
        assert verify(session) == []
