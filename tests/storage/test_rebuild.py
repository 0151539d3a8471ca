"""What the rules of now make of kept pages: the same twice, resumed after a kill, and nobody told."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from sqlalchemy import text, update
from sqlmodel import col, select

from alerts.raising import raise_alert
from storage.models import (
    Alert,
    Change,
    Delivery,
    Fetch,
    Finding,
    RebuildPass,
    Snapshot,
    SnapshotText,
)
from storage.policies import add_policy
from storage.rebuild import rebuild, rebuild_step
from storage.remake import Plan, apply, plan
from storage.search import search_changes, search_texts
from tests.storage.test_record_laws import Step, run, steps
from tests.storage.world import HOUR, NOW, A, B, C, World, fetched, fresh_world

TABLES = (Snapshot, Change, Finding, Alert, Delivery, Fetch)


def now() -> datetime:
    return NOW


def rows(world: World) -> list[object]:
    with world.store.reading() as session:
        found: list[object] = []
        for table in TABLES:
            found += [
                row.model_dump() for row in session.exec(select(table).order_by(col(table.id)))
            ]
        return found


def spoil(world: World) -> None:
    """Make the derived rows look as other rules made them."""
    world.made_by_older_rules(title="as older rules had it")
    with world.store.writing() as session:
        session.execute(update(Change).values(revision=-1, kind="noise", material=False, headline="?", topics=[], severity="", direction=""))  # fmt: skip
        session.execute(text("DELETE FROM finding"))


def all_of(world: World, **given: object) -> list[Plan]:
    made: list[Plan] = []
    rebuild(world.store, now=now, on_policy=lambda each, *_: made.append(each), **given)  # type: ignore[arg-type]  # a bag of options
    return made


@pytest.fixture
def told(world: World) -> World:
    world.archive(C, NOW - 9 * HOUR)
    for body in (A, A, B, B, C, C, B):
        world.fetch(body)
    world.archive(A, NOW - 5 * HOUR)
    world.archive(C, NOW + 3.5 * HOUR)
    with world.store.writing() as session:
        for change in world.news:
            raise_alert(session, change, now=world.at, domain="a.example")
    return world


def without_positions(found: list[object]) -> list[object]:
    """Findings are written anew and may have another id; nothing else may differ."""
    plain = [{k: v for k, v in row.items() if not (k == "id" and "change_id" in row)} for row in found if isinstance(row, dict)]  # fmt: skip
    findings = [row for row in plain if "change_id" in row]
    findings.sort(key=lambda row: (row["change_id"], row["position"]))
    return [*(row for row in plain if "change_id" not in row), *findings]


def test_a_rebuild_under_the_same_rules_changes_nothing(told: World) -> None:
    before = rows(told)
    (made,) = all_of(told)
    assert (made.differences, made.kept) == ((), ())
    assert rows(told) == before


def test_what_older_rules_made_becomes_what_the_rules_of_now_make(told: World) -> None:
    before = rows(told)
    spoil(told)
    (made,) = all_of(told)
    assert {d.what for d in made.differences} >= {"title", "kind", "topics", "severity", "headline"}
    assert without_positions(rows(told)) == without_positions(before)
    with told.store.reading() as session:
        assert len(search_texts(session, "brokers", limit=20)) > 0
        assert len(search_changes(session, "brokers", side="came", limit=20)) > 0
    assert told.misfits() == []
    again = rows(told)
    assert all_of(told)[0].differences == ()
    assert rows(told) == again


@given(given_steps=steps)
@settings(max_examples=12, phases=[Phase.explicit, Phase.generate])
def test_whatever_was_fetched_a_rebuild_makes_what_checking_made(
    empty: Path, given_steps: list[Step]
) -> None:
    with fresh_world(empty, HOUR) as world:
        run(world, given_steps)
        before = rows(world)
        spoil(world)
        all_of(world)
        assert without_positions(rows(world)) == without_positions(before)


def test_a_dry_run_says_all_and_writes_nothing(told: World) -> None:
    spoil(told)
    before = rows(told)
    (made,) = all_of(told, dry_run=True)
    assert ("change", "kind", "noise", "material") in {
        (d.table, d.what, d.before, d.after) for d in made.differences
    }
    assert rows(told) == before
    with told.store.reading() as session:
        assert session.exec(select(RebuildPass)).all() == []


def test_alerts_stay_as_they_were_told_and_none_is_added(told: World) -> None:
    with told.store.reading() as session:
        alerts = [row.model_dump() for row in session.exec(select(Alert))]
    assert alerts
    spoil(told)
    all_of(told)
    with told.store.reading() as session:
        assert [row.model_dump() for row in session.exec(select(Alert))] == alerts
    assert told.misfits() == []


def test_a_text_whose_page_is_gone_stays_as_it_was_and_is_said_to(told: World) -> None:
    with told.store.writing() as session:
        session.execute(text('UPDATE "fetch" SET body_sha256 = NULL WHERE id = 2'))
        session.execute(update(Snapshot).where(col(Snapshot.fetch_id) == 2).values(title="kept"))
        kept = session.exec(select(Snapshot.id).where(Snapshot.fetch_id == 2)).all()
    (made,) = all_of(told)
    assert list(made.kept) == list(kept)
    assert [view.title for view in told.timeline()].count("kept") == len(kept)


def three_policies(world: World) -> None:
    for number in (2, 3):
        with world.store.writing() as session:
            policy = add_policy(session, url=f"https://{number}.example/privacy", now=NOW)
        assert policy.id == number
        for body, hours in ((A, 1), (B, 2), (B, 4)):
            world.at = NOW + hours * HOUR
            world.keep(fetched(number, world.at, body))


def test_a_rebuild_that_was_killed_goes_on_where_it_was(told: World) -> None:
    three_policies(told)
    spoil(told)

    def die_after_two(_: Plan, number: int, __: int) -> None:
        if number == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(told.store, now=now, on_policy=die_after_two)
    rest = all_of(told)
    assert [made.policy_id for made in rest] == [3]
    assert all(made.differences == () for made in all_of(told))


def test_the_daemon_makes_again_what_older_rules_made_once(told: World) -> None:
    three_policies(told)
    with told.store.writing() as session:
        session.execute(update(Snapshot).where(col(Snapshot.policy_id) != 2).values(revision=-1))
    made = []
    while (step := rebuild_step(told.store, now=now)) is not None:
        made.append(step.policy_id)
    assert made == [1, 3]
    assert rebuild_step(told.store, now=now) is None


def test_a_policy_that_moves_on_meanwhile_is_planned_anew(told: World) -> None:
    spoil(told)
    made = plan(told.store, told.policy_id)
    told.fetch(A)
    before = rows(told)
    with told.store.writing() as session:
        assert not apply(session, made)
    assert rows(told) == before


def test_only_policies_with_rows_of_older_rules_are_looked_at_when_asked(told: World) -> None:
    three_policies(told)
    with told.store.writing() as session:
        session.execute(update(Change).where(col(Change.policy_id) == 3).values(revision=0))
    assert [made.policy_id for made in all_of(told, older_than=1)] == [3]
    name = told.policy().name
    assert [made.policy for made in all_of(told, names=[name])] == [name]


def test_the_texts_of_older_rules_are_kept(told: World) -> None:
    with told.store.reading() as session:
        before = {bytes(row) for row in session.exec(select(SnapshotText.sha256))}
    all_of(told)
    with told.store.reading() as session:
        assert {bytes(row) for row in session.exec(select(SnapshotText.sha256))} >= before
