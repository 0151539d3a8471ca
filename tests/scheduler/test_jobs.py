"""One check, from a fetch to what is committed."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from scheduler.jobs import LEASE, CheckRules, check, worker_name
from storage import history
from storage.claims import claim_due
from storage.engine import Store, open_store
from storage.models import Fetch, Policy
from storage.policies import Target, add_policy, edit_policy, list_policies
from storage.record import Fetched, Recorded
from storage.subscriptions import subscribe
from tests.support.clock import Clock
from tests.support.statements import Transaction, written

POLICY = """# Privacy Policy

## What we collect

We collect your name, your address and what you buy in our shop.

## How long we keep it

We keep your orders for {period} and delete them afterwards.
"""
RULES = CheckRules(every=timedelta(days=1), confirm_after=timedelta(0), mail_domain="example.org")


class World:
    """Policies whose pages a test sets; a check fetches what is due from memory."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.pages: dict[str, bytes | str] = {}  # by policy; a str is the cause of a failure
        with store.writing() as session:
            subscribe(session, "reader@example.org", now=clock())

    def add(self, name: str, page: bytes | str) -> None:
        with self.store.writing() as session:
            add_policy(session, url=f"https://{name}.example/p", name=name, now=self.clock())
        self.pages[name] = page

    def check_due(self, *, rules: CheckRules = RULES) -> dict[str, Recorded]:
        with self.store.writing() as session:
            targets = claim_due(
                session, now=self.clock(), limit=100, worker=worker_name(), lease=LEASE
            )
        found = check(self.store, targets, crawl=self._crawl, rules=rules, now=self.clock)
        return {recorded.policy: recorded for recorded in found}

    def written_of(self, period: str) -> Transaction:
        """Return the transaction of a check that finds another period at acme."""
        self.clock.advance(timedelta(days=1))
        self.pages["acme"] = page(period)
        with written() as transactions:
            self.check_due()
        return max(transactions, key=lambda one: len(one.statements))

    def _crawl(self, targets: Sequence[Target], *, keep: Callable[[Fetched], None]) -> None:
        for target in targets:
            page = self.pages[target.name]
            keep(
                Fetched(
                    policy_id=target.policy_id,
                    source="live",
                    url=target.url,
                    final_url=target.url,
                    redirects=(),
                    slot_at=target.slot_at,
                    observed_at=self.clock(),
                    took_ms=7,
                    status=None if isinstance(page, str) else 200,
                    headers=(("Content-Type", "text/plain; charset=utf-8"),),
                    body=None if isinstance(page, str) else page,
                    cause=page if isinstance(page, str) else "",
                )
            )

    def due_in(self, name: str) -> timedelta:
        with self.store.reading() as session:
            due = session.exec(select(Policy.next_check_at).where(Policy.name == name)).one()
        assert due is not None
        return due - self.clock()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with closing(open_store(str(tmp_path / "clausewatch.sqlite"))) as store:
        yield World(store, Clock())


def page(period: str = "two years") -> bytes:
    return POLICY.format(period=period).encode()


def test_a_material_change_is_committed_with_its_alert_and_deliveries(world: World) -> None:
    world.add("acme", page())
    assert world.check_due()["acme"].outcome == "first"
    world.clock.advance(timedelta(days=1))
    world.pages["acme"] = page("ten years")
    recorded = world.check_due()["acme"]
    assert recorded.outcome == "changed"
    assert recorded.news_change_id is not None
    with world.store.reading() as session:
        (alert,) = history.alerts(session)
    assert alert.policy == "acme"
    assert [delivery.state for delivery in alert.deliveries] == ["waiting"]


def test_what_a_change_is_written_with_is_found_without_going_through_a_table(
    world: World,
) -> None:
    for name in ("acme", "acme-cookies"):  # what one says is held against the other
        world.add(name, page())
        with world.store.writing() as session:
            edit_policy(session, name, service="Acme")
    world.check_due()
    world.written_of("five years")
    for_one = world.written_of("ten years")
    for number in range(9):
        with world.store.writing() as session:
            subscribe(session, f"reader-{number}@example.org", now=world.clock())
    for_ten = world.written_of("twenty years")
    assert any('INSERT INTO "delivery"' in said for said in for_ten.statements)
    assert for_one.scans == for_ten.scans == []
    assert len(for_one.statements) == len(for_ten.statements)


def test_a_new_text_is_told_once_it_has_stood_and_looked_at_again_for_that(world: World) -> None:
    rules = CheckRules(
        every=timedelta(days=1), confirm_after=timedelta(minutes=15), mail_domain="example.org"
    )
    world.add("acme", page())
    world.check_due(rules=rules)
    world.clock.advance(timedelta(days=1))
    world.pages["acme"] = page("ten years")
    assert world.check_due(rules=rules)["acme"].news_change_id is None
    assert world.due_in("acme") == timedelta(minutes=15)
    world.clock.advance(timedelta(minutes=15))
    confirmed = world.check_due(rules=rules)["acme"]
    assert confirmed.outcome == "unchanged"
    assert confirmed.news_change_id is not None
    assert world.check_due(rules=rules) == {}


def test_a_text_that_is_gone_at_the_second_look_is_never_told(world: World) -> None:
    rules = CheckRules(
        every=timedelta(days=1), confirm_after=timedelta(minutes=15), mail_domain="example.org"
    )
    world.add("acme", page())
    world.check_due(rules=rules)
    for period in ("ten years", "two years", "two years"):
        world.clock.advance(timedelta(days=1))
        world.pages["acme"] = page(period)
        assert world.check_due(rules=rules)["acme"].news_change_id is None
    with world.store.reading() as session:
        assert history.alerts(session) == []


def test_a_grave_change_is_told_at_first_sight_where_people_ask_for_it_and_once(
    world: World,
) -> None:
    rules = CheckRules(
        every=timedelta(days=1),
        confirm_after=timedelta(minutes=15),
        mail_domain="example.org",
        severities={"retention": "high"},
        tell_at_once="high",
    )
    world.add("acme", page())
    world.check_due(rules=rules)
    world.clock.advance(timedelta(days=1))
    world.pages["acme"] = page("ten years")
    at_once = world.check_due(rules=rules)["acme"]
    assert (at_once.news_change_id, at_once.alerted) == (None, True)
    with world.store.reading() as session:
        (alert,) = history.alerts(session)
    assert alert.severity == "high"
    assert alert.content["unconfirmed"] is True
    world.clock.advance(timedelta(minutes=15))
    agreed = world.check_due(rules=rules)["acme"]
    assert (agreed.news_change_id is not None, agreed.alerted) == (True, False)
    with world.store.reading() as session:
        assert len(history.alerts(session)) == 1


def test_people_say_how_grave_a_topic_is_and_the_record_keeps_the_judgement(world: World) -> None:
    rules = replace(RULES, severities={"retention": "low"})
    world.add("acme", page())
    world.check_due(rules=rules)
    world.clock.advance(timedelta(days=1))
    world.pages["acme"] = page("ten years")
    change = world.check_due(rules=rules)["acme"].change
    assert change is not None
    assert change.severity != "low"
    with world.store.reading() as session:
        (alert,) = history.alerts(session)
    assert alert.severity == "low"


def test_a_failure_is_tried_again_sooner_than_the_cadence_and_a_good_fetch_ends_it(
    world: World,
) -> None:
    world.add("acme", "timeout")
    assert world.check_due()["acme"].cause == "timeout"
    assert world.due_in("acme") == timedelta(minutes=15)
    world.clock.advance(timedelta(minutes=15))
    world.check_due()
    assert world.due_in("acme") == timedelta(minutes=30)
    world.clock.advance(timedelta(minutes=30))
    world.pages["acme"] = page()
    world.check_due()
    assert world.due_in("acme") == timedelta(days=1)


def test_a_fetch_that_we_broke_off_is_due_at_once_and_not_held_against_the_page(
    world: World,
) -> None:
    world.add("acme", "aborted")
    assert world.check_due()["acme"].outcome == "failed"
    assert timedelta(0) < world.due_in("acme") <= timedelta(seconds=1)
    with world.store.reading() as session:
        assert session.exec(select(Policy.failures)).one() == 0


def test_a_page_that_our_own_analysis_stumbles_over_stops_no_other(
    world: World, tmp_path: Path
) -> None:
    for name in ("acme", "bank", "cafe"):
        world.add(name, page(f"as long as {name} wants"))
    world.check_due()
    _break_texts_of(tmp_path / "clausewatch.sqlite", policy_id=2)
    world.clock.advance(timedelta(days=1))
    for name in world.pages:
        world.pages[name] = page("ten years")
    causes = {name: recorded.cause for name, recorded in world.check_due().items()}
    assert causes == {"acme": "", "bank": "internal", "cafe": ""}
    with world.store.reading() as session:
        assert len(session.exec(select(Fetch.id)).all()) == 6
        assert len(history.alerts(session)) == 2


def _break_texts_of(file: Path, *, policy_id: int) -> None:
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(
            "update snapshot_text set frame = x'00' where sha256 in"
            " (select text_sha256 from snapshot where policy_id = ?)",
            (policy_id,),
        )


def test_slots_that_passed_while_nobody_watched_are_written_down_as_missed_once(
    world: World,
) -> None:
    world.add("acme", page("30 days"))
    world.check_due()
    world.clock.advance(timedelta(days=4, hours=1))
    world.check_due()

    with world.store.reading() as session:
        rows = session.exec(select(Fetch).order_by(Fetch.id)).all()  # type: ignore[arg-type]  # a column
    assert [row.outcome for row in rows] == ["first", "missed", "unchanged"]
    missed = rows[1]
    assert rows[0].slot_at is not None
    assert missed.slot_at == rows[0].slot_at + timedelta(days=2)
    assert missed.provenance is not None
    assert missed.provenance["slots"] == 3
    assert "nobody was watching" in missed.detail


def test_a_policy_is_checked_when_it_says_itself(world: World) -> None:
    world.add("acme", page("30 days"))
    with world.store.writing() as session:
        edit_policy(session, "acme", at="15 7 * * *", window="mon-fri 08:00-18:00")
    world.check_due()

    due = world.clock() + world.due_in("acme")
    assert (due.weekday() < 5, f"{due:%H:%M}") == (True, "08:00")


def test_a_policy_that_changes_often_is_checked_more_often_where_that_is_asked_for(
    world: World,
) -> None:
    rules = replace(RULES, adaptive=(timedelta(hours=6), timedelta(days=7)))
    world.add("calm", page("30 days"))
    world.add("busy", page("30 days"))
    for day in range(8):
        world.pages["busy"] = page(f"{day + 2} months")
        with world.store.writing() as session:
            for policy in list_policies(session):
                policy.next_check_at = world.clock()
                session.add(policy)
        world.check_due(rules=rules)
        busy, calm = world.due_in("busy"), world.due_in("calm")
        world.clock.advance(timedelta(days=1))

    assert busy == timedelta(hours=6)
    assert calm == timedelta(days=7)
