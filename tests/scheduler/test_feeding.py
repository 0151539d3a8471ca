"""The daemon's crawl is fed with what is due, and nothing it claims is lost."""

import os
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from crawler.feed import FedCrawl
from crawler.manners import Manners
from crawler.options import CrawlOptions
from scheduler.feeding import Feeder, release_the_dead
from scheduler.jobs import LEASE, CheckRules, worker_name
from storage.claims import claim_due
from storage.engine import Store, open_store
from storage.hosts import HostMemory as Memory
from storage.hosts import HostState, recall, remember
from storage.models import Delivery, Fetch, Host, Policy
from storage.policies import add_policy
from tests.support import faults
from tests.support.clock import Clock
from tests.support.site import Exchange, Site

PAGE = (
    "<title>Privacy Policy</title><h1>Privacy Policy</h1>"
    "<p>We collect your name and your address when you order something in our shop.</p>"
    "<p>We keep your personal data for two years and share it with nobody.</p>"
)
GRACE = timedelta(seconds=8)
RULES = CheckRules(every=timedelta(days=1), confirm_after=timedelta(0), mail_domain="example.org")


class World:
    """A store, a clock that stands, and one feeder over a real crawl on loopback."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.clock = Clock()
        self.kept = threading.Condition()
        self.feeder = self.begin()

    def begin(self, *, timeout_s: float = 20.0) -> Feeder:
        with self.store.reading() as session:
            self.manners = Manners(recall(session, self.clock()), now=self.clock())
        options = CrawlOptions(
            user_agent="Clausewatch/0 (+mailto:owner@example.org)",
            allow_addresses=("127.0.0.0/8",),
            timeout_s=timeout_s,
        )
        return Feeder(
            self.store,
            open_crawl=lambda *, keep, on_problem: FedCrawl(
                keep=keep,
                options=options,
                clock=self.clock,
                manners=self.manners,
                on_problem=on_problem,
            ),
            hosts=self.manners,
            rules=RULES,
            now=self.clock,
            on_room=self._wake,
        )

    def add(self, url: str) -> None:
        with self.store.writing() as session:
            add_policy(session, url=url, now=self.clock())

    def add_elsewhere(self, path: str, port: int) -> None:
        """Watch a page of a server that counts as a stranger's, not as one of our own.

        127.1 leads to 127.0.0.1 but is a name like any other; `add_policy` would tidy it.
        """
        self.add(f"http://elsewhere.example{path}")
        with self.store.writing() as session:
            policy = session.exec(select(Policy).order_by(col(Policy.id).desc())).first()
            assert policy is not None
            policy.url = f"http://127.1:{port}{path}"
            policy.host = f"127.1:{port}"
            session.add(policy)

    def fed_until(self, number: int, *, within_s: float = 30.0) -> list[str]:
        """Feed until so many fetches are in rows; returns their outcomes."""
        with self.kept:
            done = self.kept.wait_for(lambda: self._feed_and_count() >= number, within_s)
        assert done, f"{len(self.outcomes())} of {number} fetches within {within_s} s"
        return self.outcomes()

    def outcomes(self) -> list[str]:
        with self.store.reading() as session:
            rows = session.exec(select(Fetch).order_by(col(Fetch.id))).all()
        return [row.cause or row.outcome for row in rows]

    def policies(self) -> list[Policy]:
        with self.store.reading() as session:
            return list(session.exec(select(Policy).order_by(col(Policy.id))).all())

    def _feed_and_count(self) -> int:
        self.feeder.feed()
        return len(self.outcomes())

    def _wake(self) -> None:
        with self.kept:
            self.kept.notify_all()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with closing(open_store(str(tmp_path / "clausewatch.sqlite"))) as store:
        world = World(store)
        yield world
        world.feeder.stop(GRACE)


def test_what_is_due_is_fetched_and_kept_as_it_comes(world: World) -> None:
    with Site() as site:
        for number in range(20):
            world.add(site.put(f"/{number}", PAGE + f"<p>This is page {number}.</p>"))

        assert world.fed_until(20) == ["first"] * 20
    assert all(policy.claimed_by is None for policy in world.policies())


def test_what_becomes_due_while_the_crawl_runs_is_fetched_by_the_same_crawl(world: World) -> None:
    with Site() as site:
        world.add(site.put("/a", PAGE))
        world.fed_until(1)
        world.add(site.put("/b", PAGE + "<p>The second page.</p>"))
        world.fed_until(2)
        world.clock.advance(timedelta(days=1))

        assert world.fed_until(4) == ["first", "first", "unchanged", "unchanged"]


def test_a_host_that_hangs_holds_up_no_other_policy(world: World) -> None:
    with Site(host="0.0.0.0") as site:
        site.act("/hang", faults.hangs)
        for number in range(30):  # more of them than the crawl has lines
            world.add(f"http://127.0.1.{number + 1}:{site.port}/hang?{number}")
            site.act(f"/hang?{number}", faults.hangs)
        world.feeder = world.begin(timeout_s=3.0)
        world.feeder.feed()
        for number in range(5):
            site.put(f"/{number}", PAGE + f"<p>This is page {number}.</p>")
            world.add(f"http://127.0.2.{number + 1}:{site.port}/{number}")

        outcomes = world.fed_until(35)

    assert sorted(set(outcomes)) == ["first", "timeout"]
    assert "first" in outcomes[:28]


def test_one_server_with_many_policies_leaves_room_for_the_others(world: World) -> None:
    with Site(host="0.0.0.0") as site:
        for number in range(100):
            world.add(f"http://127.0.0.1:{site.port}/{number}")
        world.add(f"http://127.0.0.2:{site.port}/0")
        with world.store.writing() as session:
            targets = claim_due(
                session, now=world.clock(), limit=64, worker="one", lease=LEASE, per_host=8
            )

    assert len(targets) == 9
    assert "127.0.0.2" in targets[-1].url


def test_a_stop_gives_back_what_was_not_begun_and_answers_what_was(world: World) -> None:
    asked = threading.Event()

    def hang(exchange: Exchange) -> None:
        asked.set()
        exchange.hang()

    with Site() as site:
        for number in range(5):
            world.add(site.act(f"/{number}", hang))
        world.feeder.feed()
        assert asked.wait(20)
        world.feeder.stop(GRACE)

    assert world.outcomes() == ["aborted"]
    assert all(policy.claimed_by is None for policy in world.policies())
    assert all(policy.next_check_at is not None for policy in world.policies())


def test_a_server_that_asks_to_be_left_alone_is_not_asked_again_before_not_even_after_a_restart(
    world: World,
) -> None:
    with Site() as site:
        busy = site.put("/busy", "", status=429, headers={"Retry-After": "3600"})
        world.add(busy)
        assert world.fed_until(1) == ["rate_limited"]
        world.feeder.stop(GRACE)

        site.put("/other", PAGE)
        world.add(site.url + "/other")
        world.feeder = world.begin()
        world.clock.advance(timedelta(minutes=59))
        assert world.feeder.feed() == 0
        assert site.hits == ["/busy"]

        world.clock.advance(timedelta(minutes=2))
        site.put("/busy", PAGE)
        assert world.fed_until(3) == ["rate_limited", "first", "first"]

    with world.store.reading() as session:
        assert [row.refusals for row in session.exec(select(Host)).all()] == [0]


def test_a_robots_txt_is_not_asked_again_after_a_restart_within_the_day(world: World) -> None:
    with Site(host="0.0.0.0") as site:
        site.put("/robots.txt", "User-agent: *\nDisallow: /private\n")
        world.add_elsewhere("/private", site.port)
        assert world.fed_until(1) == ["robots"]
        world.feeder.stop(GRACE)
        world.feeder = world.begin()
        world.clock.advance(timedelta(hours=2))
        assert world.fed_until(2) == ["robots", "robots"]

        assert site.robots_hits == 1


def test_the_pause_of_a_host_is_in_rows_with_the_fetch_that_began_it(world: World) -> None:
    with Site(host="0.0.0.0") as site:
        site.put("/a", PAGE)
        world.add_elsewhere("/a", site.port)
        world.fed_until(1)

    with world.store.reading() as session:
        (row,) = session.exec(select(Host)).all()
    assert row.host == "127.1"
    assert world.clock() < row.next_allowed_at <= world.clock() + timedelta(seconds=1)


def test_a_row_with_a_time_far_ahead_stops_a_host_no_longer_than_a_minute(world: World) -> None:
    later: datetime = world.clock() + timedelta(days=300)
    with world.store.writing() as session:
        remember(session, Memory([HostState("shop.example", later)]))
    with world.store.reading() as session:
        manners = Manners(recall(session, world.clock()), now=world.clock())

    assert manners.keeps_out("shop.example", world.clock()) is None


def test_what_a_dead_process_of_this_machine_held_is_free_at_the_next_start(world: World) -> None:
    for number in range(3):
        world.add(f"https://{number}.example/privacy")
    host = worker_name().rpartition(":")[0]
    with world.store.writing() as session:
        for worker in (f"{host}:999999999", f"{host}:{os.getppid()}", "elsewhere:1"):
            claim_due(session, now=world.clock(), limit=1, worker=worker, lease=LEASE)
            session.add(held_mail(worker, world.clock()))

    release_the_dead(world.store, world.clock)

    living = [None, f"{host}:{os.getppid()}", "elsewhere:1"]
    assert [policy.claimed_by for policy in world.policies()] == living
    with world.store.reading() as session:
        assert session.exec(select(Delivery.claimed_by)).all() == living


def held_mail(worker: str, now: datetime) -> Delivery:
    return Delivery(
        recipient="ada@example.org",
        message_id=f"<{worker}@example.org>",
        created_at=now,
        next_attempt_at=now,
        claimed_by=worker,
        claimed_until=now + LEASE,
    )


def test_a_tick_that_finds_nothing_waits_for_no_writer_and_begins_no_crawl(world: World) -> None:
    with world.store.writing() as session:
        add_policy(session, url="https://later.example/privacy", now=world.clock() + GRACE)
    with open_store(world.store.database) as elsewhere, elsewhere.writing():
        assert world.feeder.feed() == 0
    assert world.feeder.stalled() == timedelta(0)
