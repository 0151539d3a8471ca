"""What comes and goes on a page, or stands on all of a service, is learnt, and is never news."""

import pytest
from sqlmodel import Session, select

from storage.blobs import get_text
from storage.furniture import relearn
from storage.models import Finding, Policy, Snapshot
from storage.policies import add_policy
from storage.rebuild import rebuild
from storage.record import record, understand
from storage.remake import Plan
from tests.storage.world import HOUR, A, B, World, counted, fetched, page

CLAUSE = "We do not sell your personal data, and we do not share it with advertisers."
BLOCK = "<div><h4>Tea of the week</h4><p>Green and gunpowder</p></div>"
WITH, WITHOUT = page(CLAUSE, note=BLOCK), page(CLAUSE)
FOOTER = "<div><p>Tealeaf Ltd, 1 Long Street</p></div>"


def furniture(world: World) -> list[str]:
    return world.policy().furniture


def forgotten(world: World) -> list[str]:
    """Learn everything again from the rows, and return it."""
    with world.store.writing() as session:
        session.get_one(Policy, world.policy_id).furniture = []
        relearn(session, world.policy_id)
    return furniture(world)


def test_a_block_that_alternates_stops_making_texts(world: World) -> None:
    for body in (WITH, WITHOUT, WITH):
        world.fetch(body)
    assert furniture(world) == ["#### Tea of the week", "Green and gunpowder"]
    outcomes = [world.fetch(body).outcome for body in (WITHOUT, WITH, WITHOUT, WITH)]
    assert set(outcomes) == {"unchanged"}
    assert len(world.timeline()) == 3
    assert world.news == []


def test_the_text_keeps_what_does_not_count(world: World) -> None:
    for body in (WITH, WITHOUT, WITH):
        world.fetch(body)
    world.fetch(page(CLAUSE, "We keep it for seven years.", note=BLOCK))
    with world.store.reading() as session:
        assert "Green and gunpowder" in _text(session, world)


def test_a_change_beside_learnt_furniture_is_told_without_it(world: World) -> None:
    for body in (WITH, WITHOUT, WITH):
        world.fetch(body)
    changed = B.replace(b"</main>", b"</main>" + BLOCK.encode())
    world.fetch(changed)
    world.fetch(changed)
    assert len(world.news) == 1
    with world.store.reading() as session:
        rows = session.exec(select(Finding).where(Finding.change_id == world.news[0])).all()
    said = [f"{finding.before} {finding.after}" for finding in rows]
    assert said
    assert not any("gunpowder" in words for words in said)


def test_learning_is_our_doing_and_no_news(world: World) -> None:
    for body in (WITH, WITHOUT, WITH):
        world.fetch(body)
    before = [view.change.id for view in world.timeline() if view.change]
    assert world.fetch(WITHOUT).outcome == "unchanged"
    changes = [view.change for view in world.timeline() if view.change]
    assert [change.id for change in changes] == before
    assert {change.kind for change in changes} == {"noise"}
    assert world.news == []
    assert world.misfits() == []


def test_a_clause_that_comes_and_goes_is_a_change_each_time(world: World) -> None:
    other = page("We keep it for seven years.", CLAUSE)
    outcomes = [world.fetch(body).outcome for body in (WITHOUT, other, WITHOUT, other, WITHOUT)]
    assert outcomes == ["first", *["changed"] * 4]
    assert furniture(world) == []


def test_what_the_documents_of_a_service_share_at_their_ends_is_learnt_by_all(world: World) -> None:
    with world.store.writing() as session:
        session.get_one(Policy, world.policy_id).service = "Tealeaf"
        url = "https://www.tealeaf.example/terms"
        other = add_policy(session, url=url, service="Tealeaf", now=world.at)
    world.fetch(A.replace(b"</main>", b"</main>" + FOOTER.encode()))
    assert furniture(world) == []
    terms = World(world.store, other.id or 0, at=world.at)
    said = page("The law of Norway applies to all that you order.", note=FOOTER)
    assert (
        terms.fetch(said.replace(b"Part", b"Section").replace(b"order", b"buy")).outcome == "first"
    )
    assert "Tealeaf Ltd, 1 Long Street" in furniture(world)
    assert furniture(terms) == furniture(world)
    moved = A.replace(b"</main>", b"</main>" + FOOTER.replace("1 Long", "2 Short").encode())
    assert world.fetch(A).outcome == "unchanged"
    assert world.fetch(moved).outcome == "changed"


@pytest.mark.parametrize("bodies", [(WITH, WITHOUT, WITH), (WITHOUT, WITH), (A, B, A)])
def test_what_was_learnt_can_be_learnt_again_from_the_rows(
    world: World, bodies: tuple[bytes, ...]
) -> None:
    for body in bodies:
        world.fetch(body)
    once = furniture(world)
    world.fetch(bodies[0])
    assert forgotten(world) == once


def test_a_rebuild_learns_again_and_then_finds_nothing(world: World) -> None:
    for body in (WITH, WITHOUT, WITH):
        world.fetch(body)
    once = furniture(world)
    with world.store.writing() as session:
        session.get_one(Policy, world.policy_id).furniture = []
    plans: list[Plan] = []
    for _ in range(2):
        rebuild(world.store, now=lambda: world.at, on_policy=lambda plan, *_: plans.append(plan))
    assert furniture(world) == once
    assert plans[1].differences == ()
    assert world.fetch(WITHOUT).outcome == "unchanged"


def _text(session: Session, world: World) -> str:
    row = session.get_one(Snapshot, world.policy().current_snapshot_id)
    return get_text(session, row.text_sha256)


def test_no_other_writer_waits_while_old_texts_are_read_to_learn_from(world: World) -> None:
    for body in (WITH, WITHOUT, A):
        world.fetch(body)
    given = fetched(world.policy_id, world.at + HOUR, B)
    understood = understand(world.store, given, now=world.at + HOUR)
    with world.store.writing() as session, counted() as statements:
        record(session, understood, now=world.at + HOUR, confirm_after=HOUR)
    assert not [one for one in statements if "SELECT frame FROM snapshot_text" in one]
