"""A real web archive: backfilled, continued, exported into, replayed and taken in again.

Needs the captures of `shared/data/replay` beside the project, and pywb (see
`tests.support.pywb`: installed once, from the package registry).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from analysis.quality import assess
from analysis.reading import read_page
from crawler.asking import ask
from crawler.options import CrawlOptions
from scheduler.archive_work import ArchiveDoors, Step
from scheduler.backfill import work_backfills
from storage.backfills import begin_backfill
from storage.engine import Store, open_store
from storage.history import timeline
from storage.policies import add_policy
from storage.record import record, understand
from tests.storage.world import fetched
from tests.support.program import Program
from tests.support.pywb import Pywb, validate_wacz

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "replay"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
MONTH = timedelta(days=30)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.skipif(not DATA.is_dir(), reason="the captures of shared/data are not here"),
]

Texts = list[tuple[str, datetime, datetime]]  # digest, first and last sighting


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pywb]:
    pywb = Pywb(tmp_path_factory.mktemp("pywb"))
    pywb.add(DATA / "wayback.warc.gz")
    with pywb:
        yield pywb


def addresses() -> dict[str, int]:
    """Return the archive's addresses and how many captures each has."""
    counts: dict[str, int] = {}
    for line in (DATA / "wayback.jsonl").read_text().splitlines():
        url = json.loads(line)["url"]
        counts[url] = counts.get(url, 0) + 1
    return counts


@dataclass
class Watch:
    store: Store
    ids: dict[str, int]
    fetched: int = 0

    def texts(self, url: str) -> Texts:
        with self.store.reading() as session:
            views = timeline(session, self.ids[url])
        return [(view.digest, view.first_seen, view.last_seen) for view in views]


@pytest.fixture(scope="module")
def watch(archive: Pywb, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """All addresses backfilled, with one capture in each month and halves around changes."""
    store = open_store(str(tmp_path_factory.mktemp("past") / "watch.sqlite"))
    watch = Watch(store, {})
    with store.writing() as session:
        for url in addresses():
            policy = add_policy(session, url=url, now=NOW)
            assert policy.id is not None
            watch.ids[url] = policy.id
            begin_backfill(
                session, policy.id, archive="pywb", url=url, reason="asked",
                since=None, until=NOW, every=MONTH, now=NOW,
            )  # fmt: skip
    fetched: dict[int, int] = {}

    def on_step(step: Step) -> None:
        fetched[step.backfill.id] = step.fetched

    options = CrawlOptions(user_agent="Clausewatch/0", allow_addresses=("127.0.0.0/8",))
    doors = ArchiveDoors(
        store=store,
        archives={"pywb": archive.as_archive()},
        ask=partial(ask, options=options),
        now=lambda: datetime.now(UTC),
        wait=lambda _: None,
        worker="test",
        on_step=on_step,
    )
    worked = work_backfills(doors)
    assert {view.state for view in worked} == {"done"}
    watch.fetched = sum(fetched.values())
    yield watch
    store.close()


def by_reading_every_capture(archive: Pywb, url: str) -> Texts:
    """Return the timeline that all captures give, read without plan, database or crawler."""
    found: Texts = []
    for stamp in sorted(archive.stamps(url)):
        at = datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        reading = read_page(archive.raw(stamp, url), url=url, content_type="text/html")
        if not assess(reading).ok:
            continue
        if found and found[-1][0] == reading.digest:
            found[-1] = (reading.digest, found[-1][1], at)
        else:
            found.append((reading.digest, at, at))
    return found


def test_the_past_of_eleven_addresses_is_the_one_that_every_capture_gives(
    archive: Pywb, watch: Watch
) -> None:
    counts = addresses()
    assert len(counts) == 11

    differing = [
        url for url in counts if watch.texts(url) != by_reading_every_capture(archive, url)
    ]

    assert differing == []
    assert watch.fetched < sum(counts.values())
    print(f"{watch.fetched} of {sum(counts.values())} captures fetched")


def test_live_checks_go_on_with_the_timelines_of_the_archive(archive: Pywb, watch: Watch) -> None:
    for url, policy_id in watch.ids.items():
        before = watch.texts(url)
        body = archive.raw(max(archive.stamps(url)), url)
        page = fetched(policy_id, NOW, body, url=url, final_url=url)
        understood = understand(watch.store, page, now=NOW)
        with watch.store.writing() as session:
            recorded = record(session, understood, now=NOW, confirm_after=timedelta(hours=1))
        assert recorded.news_change_id is None
        assert watch.texts(url) == [*before[:-1], (*before[-1][:2], NOW)], url


def test_an_export_is_replayed_by_pywb_and_taken_in_again_as_it_was(
    watch: Watch, tmp_path: Path
) -> None:
    program = Program(tmp_path, {"CLAUSEWATCH_DATABASE": watch.store.database})
    names = {row["policy"]: row["url"] for row in program.run("list", "--json").json}
    some = sorted(names)[::3]
    program.run("export", *some, "-o", "some.warc.gz")

    replay = Pywb(tmp_path / "replay")
    replay.add(tmp_path / "some.warc.gz", index=tmp_path / "some.cdxj")
    again = Program(tmp_path, {"CLAUSEWATCH_DATABASE": str(tmp_path / "again.sqlite")})
    taken = again.run("import", "--add", "some.warc.gz", "--json", expect=None).json
    assert (taken["added"], taken["failed"], taken["strangers"]) == (some, 0, {})

    with replay, open_store(str(tmp_path / "again.sqlite")) as store:
        other = Watch(store, _ids(store))
        for url in (names[name] for name in some):
            assert other.texts(url) == watch.texts(url), url
            stamp = replay.stamps(url)[0]
            assert _seen(replay.raw(stamp, url), url) == watch.texts(url)[0][0]


def test_an_export_as_wacz_is_valid(watch: Watch, tmp_path: Path) -> None:
    program = Program(tmp_path, {"CLAUSEWATCH_DATABASE": watch.store.database})
    name = program.run("list", "--json").json[0]["policy"]
    program.run("export", name, "-o", "one.wacz")

    valid, said = validate_wacz(tmp_path / "one.wacz")

    assert valid, said


def _seen(body: bytes, url: str) -> str:
    return read_page(body, url=url, content_type="text/html").digest


def _ids(store: Store) -> dict[str, int]:
    from storage.policies import list_policies

    with store.reading() as session:
        return {policy.url: policy.id or 0 for policy in list_policies(session)}
