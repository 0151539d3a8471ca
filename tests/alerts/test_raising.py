"""Raising an alert: all it needs is written with the change, and it is told once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from alerts.content import AlertContent
from alerts.errors import NothingToTell
from alerts.raising import raise_alert
from storage.blobs import packed
from storage.history import comparison_of
from storage.models import Alert, Change, Delivery
from storage.verify import verify
from tests.alerts.world import DOMAIN, NOW, World, made


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = made(tmp_path)
    yield world
    world.store.close()


def recipients(world: World) -> list[str]:
    return [row.recipient for row in world.deliveries()]


def test_an_alert_says_all_that_a_mail_needs(world: World) -> None:
    policy_id = world.policy()
    alert = world.tell(policy_id)
    assert alert is not None
    content = AlertContent.from_json(alert.content)
    assert (content.policy, content.service, content.document) == (
        "tern-privacy",
        "Tern",
        "privacy",
    )
    assert content.url == "https://tern-privacy.example/privacy"
    assert (content.from_snapshot, content.to_snapshot) == (1, 2)
    assert content.first_seen == content.before_last_seen == NOW
    assert content.effective == date(2026, 7, 1)
    assert content.headline == alert.headline
    assert any("advertisers" in point.after for point in content.points)
    assert all(point.reasons for point in content.points)
    assert content.all_points == len(content.points)


def test_findings_on_the_same_words_are_one_passage(world: World) -> None:
    alert = world.tell(world.policy())
    assert alert is not None
    content = AlertContent.from_json(alert.content)
    passages = [(point.heading, point.before, point.after) for point in content.points]
    assert len(passages) == len(set(passages))
    with world.store.reading() as session:
        findings = comparison_of(session, 1).findings
    assert {f.topic for f in findings} == {t for point in content.points for t in point.topics}


def test_what_is_told_is_not_listed_among_what_does_not_count(world: World) -> None:
    alert = world.tell(world.policy())
    assert alert is not None
    content = AlertContent.from_json(alert.content)
    told = {point.after for point in content.points}
    assert not told & {aside.after for aside in content.asides}


def test_a_pair_of_snapshots_is_told_once(world: World) -> None:
    world.subscribe("ada@example.org")
    change_id = world.change(world.policy())
    assert world.raised(change_id) is not None
    assert world.raised(change_id) is None
    assert len(world.deliveries()) == 1


def test_an_alert_that_nobody_asked_for_is_kept_all_the_same(world: World) -> None:
    assert world.tell(world.policy()) is not None
    assert world.deliveries() == []


def test_what_does_not_matter_is_not_told(world: World) -> None:
    change_id = world.change(world.policy())
    with world.store.writing() as session:
        session.execute(update(Change).values(kind="editorial", material=False))
    with pytest.raises(NothingToTell, match="editorial"):
        world.raised(change_id)


def test_a_transaction_that_fails_leaves_neither_alert_nor_delivery(world: World) -> None:
    world.subscribe("ada@example.org")
    change_id = world.change(world.policy())

    def die_before_the_commit() -> None:
        with world.store.writing() as session:
            raise_alert(session, change_id, now=NOW, domain=DOMAIN)
            raise RuntimeError("power")

    with pytest.raises(RuntimeError, match="power"):
        die_before_the_commit()
    with world.store.reading() as session:
        assert session.exec(select(Alert)).all() == []
        assert session.exec(select(Delivery)).all() == []


def test_alert_and_deliveries_are_chained(world: World) -> None:
    world.subscribe("ada@example.org")
    world.subscribe("ben@example.org")
    world.tell(world.policy())
    with world.store.reading() as session:
        assert verify(session) == []
    assert len({row.message_id for row in world.deliveries()}) == 2


def test_only_those_who_asked_for_it_are_written_to(world: World) -> None:
    tern = world.policy(tags=("payments",))
    gull = world.policy("gull-privacy", service="Gull")
    world.subscribe("all@example.org")
    world.subscribe("tern@example.org", policy_id=tern)
    world.subscribe("gull@example.org", policy_id=gull)
    world.subscribe("tag@example.org", tag="payments")
    world.subscribe("service@example.org", service="tern")
    world.subscribe("children@example.org", topics=["children"])
    world.subscribe("ended@example.org", ended_at=NOW)
    world.subscribe("ALL@example.org", topics=["sharing"])
    world.tell(tern)
    assert recipients(world) == [
        "all@example.org",
        "tern@example.org",
        "tag@example.org",
        "service@example.org",
    ]


def test_broken_characters_of_a_page_end_in_no_row(world: World) -> None:
    world.subscribe("ada@example.org")
    change_id = world.change(world.policy())
    with world.store.writing() as session:
        change = session.get_one(Change, change_id)
        found = comparison_of(session, change_id).to_json().replace("location", "\ud800 \\u0000")
        session.execute(
            update(Change)
            .where(col(Change.id) == change_id)
            .values(comparison=packed(found), headline=change.headline)
        )
    alert = world.raised(change_id)
    assert alert is not None
    assert "\ud800" not in str(alert.content)
    assert "\0" not in str(alert.content)


def test_a_policy_without_a_service_goes_by_its_name(world: World) -> None:
    alert = world.tell(world.policy(service=""))
    assert alert is not None
    assert alert.content["service"] == "tern-privacy"
