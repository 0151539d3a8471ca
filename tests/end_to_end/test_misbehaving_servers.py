"""Whatever a server does, it gets its named outcome and the known text stays as it was."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlmodel import col, select

from crawler.manners import Manners
from crawler.options import CrawlOptions
from crawler.run import crawl
from scheduler.jobs import LEASE, CheckRules, check
from storage.claims import claim_due
from storage.engine import Store, open_store
from storage.models import Alert, Fetch, Snapshot
from storage.policies import Target, add_policy
from storage.record import Fetched, Recorded
from storage.verify import verify
from tests.support.clock import Clock
from tests.support.misbehaviour import MISBEHAVIOURS, PAGE, Place, forget_robots, serve_robots
from tests.support.site import Site

pytestmark = pytest.mark.slow  # what hangs takes its whole deadline

DAY = timedelta(days=1)
RULES = CheckRules(every=DAY, confirm_after=timedelta(0), mail_domain="example.org")
OPTIONS = CrawlOptions(
    user_agent="Clausewatch/0 (+mailto:owner@example.org)",
    allow_addresses=("127.0.0.0/8",),
    timeout_s=4.0,
    max_size=4 << 20,
    concurrency=32,
)


@dataclass(frozen=True, slots=True)
class Rounds:
    """What came of three checks of every server: well, misbehaving, well again."""

    before: dict[str, Recorded]
    during: dict[str, Recorded]
    after: dict[str, Recorded]
    snapshots: int
    alerts: int
    broken_links: int


def check_due(store: Store, clock: Clock) -> dict[str, Recorded]:
    with store.writing() as session:
        targets = claim_due(session, now=clock(), limit=1000, worker="test", lease=LEASE)
    manners = Manners()

    def crawl_now(targets: Sequence[Target], *, keep: Callable[[Fetched], None]) -> object:
        return crawl(targets, keep=keep, options=OPTIONS, clock=clock, manners=manners)

    found = check(store, targets, crawl=crawl_now, rules=RULES, now=clock)
    return {recorded.policy: recorded for recorded in found}


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rounds]:
    folder = tmp_path_factory.mktemp("misbehaving")
    clock = Clock()
    with closing(open_store(str(folder / "db.sqlite"))) as store, Site(host="0.0.0.0") as site:
        serve_robots(site)
        places = [
            Place(site, f"127.0.1.{number}", f"/{number}/privacy")
            for number, _ in enumerate(MISBEHAVIOURS, 1)
        ]
        with store.writing() as session:
            for number, place in enumerate(places):
                add_policy(session, url=place.url, name=f"p{number}", browser="never", now=clock())

        def all_well() -> None:
            forget_robots()
            for place in places:
                place.site.put(place.path, PAGE)

        all_well()
        before = check_due(store, clock)
        clock.advance(DAY)
        for place, fault in zip(places, MISBEHAVIOURS, strict=True):
            fault.install(place)
        during = check_due(store, clock)
        clock.advance(8 * DAY)
        all_well()
        after = check_due(store, clock)
        with store.reading() as session:
            yield Rounds(
                before,
                during,
                after,
                snapshots=len(session.exec(select(Snapshot.id)).all()),
                alerts=len(session.exec(select(Alert.id)).all()),
                broken_links=len(verify(session)),
            )
            fetches = session.exec(select(Fetch).order_by(col(Fetch.id))).all()
            slots = [(fetch.policy_id, fetch.slot_at) for fetch in fetches]
            assert len(slots) == len(set(slots)), "a slot was answered twice"


@pytest.mark.parametrize(
    "number", range(len(MISBEHAVIOURS)), ids=[fault.name for fault in MISBEHAVIOURS]
)
def test_a_server_that_misbehaves_gets_its_named_outcome_and_the_known_text_stays(
    rounds: Rounds, number: int
) -> None:
    fault, name = MISBEHAVIOURS[number], f"p{number}"
    before, during, after = (found[name] for found in (rounds.before, rounds.during, rounds.after))

    assert before.outcome == "first"
    assert (during.outcome, during.cause) == (fault.outcome, fault.cause), during.detail
    assert during.snapshot_id == before.snapshot_id
    assert (after.outcome, after.snapshot_id) == ("unchanged", before.snapshot_id)


def test_no_misbehaviour_leaves_a_text_an_alert_or_a_broken_record(rounds: Rounds) -> None:
    assert len(MISBEHAVIOURS) >= 40
    assert (rounds.snapshots, rounds.alerts) == (len(MISBEHAVIOURS), 0)
    assert rounds.broken_links == 0
