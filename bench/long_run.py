"""Years of watching in an hour: real crawl, database and mail server, faults, and random kills.

    python -m bench.long_run ../shared/data/replay --policies 200 --kills 200

A child process watches recorded pages and made-up ones in virtual time, as a daemon
that wakes every `--tick` would. Its parent serves the made-up pages, takes the
mails, and kills the child with SIGKILL at random moments; each new child goes
on from the rows, which are judged at the end (`bench.long_run_verdict`).
"""

import argparse
import json
import multiprocessing
import random
import signal
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from rich.console import Console
from rich.progress import Progress

from bench.generated import Generated, generated
from bench.long_run_child import clock_of, live, move, settings_of
from bench.long_run_verdict import judge
from bench.made_up_site import MadeUpSite
from bench.replay import VirtualClock, ask, time_server, watch
from clausewatch.durations import parse_duration
from clausewatch.wiring import App, open_app
from storage.policies import add_policy
from tests.support.mailbox import Mailbox

_GENERATED = "made-up-"
_YOUNG = 0.1  # of the kills come while a child starts
_START_S = 1.0  # about what a start takes here
_LOOK_S = 0.05  # how often the parent looks where its child is
# Imported once and not for each child; they begin nothing when they are.
_HEAVY = ("crawler.spiders.live", "crawler.handlers", "crawler.middlewares", "crawler.reactor")
_LONGEST_S = 120  # of one instant; what takes longer hangs


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pack", type=Path)
    parser.add_argument("--policies", type=int, default=200, help="made-up policies")
    parser.add_argument("--pages", type=int, default=22, help="recorded pages")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--from", dest="start", default="2023-06-01")
    parser.add_argument("--to", dest="end", default="2026-06-01")
    parser.add_argument("--every", default="14d")
    parser.add_argument("--tick", default="12h", help="how often the virtual daemon wakes")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    given.folder = given.folder or Path(tempfile.mkdtemp(prefix="long-run-"))
    sys.exit(0 if _parent(given) else 1)


def _parent(given: argparse.Namespace) -> bool:
    start, end = (datetime.fromisoformat(t).replace(tzinfo=UTC) for t in (given.start, given.end))
    plans = [generated(number, start=start, end=end) for number in range(given.policies)]
    folder: Path = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    with Mailbox() as mailbox, time_server(given.pack) as recorded, MadeUpSite(plans) as site:
        plan = {
            "end": given.end,
            "clocks": [f"{recorded}/__clock", site.clock_url],
            "smtp": mailbox.url,
        }
        (folder / "plan.json").write_text(json.dumps(plan))
        move(folder, plan, start)
        with open_app(settings_of(folder, plan), clock=VirtualClock(start)) as app:
            documents = sorted(ask(f"{recorded}/__docs"), key=lambda found: str(found["first"]))
            watch(app, recorded, documents[: given.pages], parse_duration(given.every))
            _watch_made_up(app, site, plans, parse_duration(given.every))
        began = time.monotonic()
        kills, sizes = _run_and_kill(folder, start, end, given)
        took = time.monotonic() - began
        with open_app(settings_of(folder, plan), clock=VirtualClock(end)) as app:
            news = {f"{_GENERATED}{plan.number}": len(plan.news) for plan in plans}
            good = judge(app, news, mailbox)
    print(f"{kills} kills, {took:.0f} s; resident MiB of the children at their ends: {sizes}")
    print(f"left in {folder}")
    return good


def _watch_made_up(app: App, site: MadeUpSite, plans: list[Generated], every: timedelta) -> None:
    with app.store.writing() as session:
        for plan in plans:
            add_policy(
                session,
                url=site.address(plan),
                name=f"{_GENERATED}{plan.number}",
                service=plan.company,
                every=every,
                now=app.clock(),
            )


def _run_and_kill(
    folder: Path, start: datetime, end: datetime, given: argparse.Namespace
) -> tuple[int, str]:
    """Run children until the last instant; returns how many were killed, and their memory."""
    chance = random.Random(1)  # noqa: S311  # seeded on purpose
    killed, sizes = 0, list[float]()
    children = multiprocessing.get_context("forkserver")
    children.set_forkserver_preload(["bench.long_run_child", *_HEAVY])
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("watching", total=(end - start).total_seconds())
        while True:
            child = children.Process(target=live, args=(folder, parse_duration(given.tick)))
            child.start()
            now = clock_of(folder)
            # enough virtual time is left for the kills that are left
            until = now + (end - now) / max(1, given.kills - killed + 1) * chance.uniform(0.3, 1.7)
            deadline = time.monotonic() + (
                chance.uniform(0, _START_S) if chance.random() < _YOUNG else float("inf")
            )
            while child.is_alive():
                now = clock_of(folder)
                bar.update(task, completed=(now - start).total_seconds())
                if killed < given.kills and (now >= until or time.monotonic() >= deadline):
                    time.sleep(chance.uniform(0, 0.7))  # anywhere in a slice
                    if child.is_alive() and child.pid:
                        sizes.append(psutil.Process(child.pid).memory_info().rss / 2**20)
                        child.kill()
                        killed += 1
                child.join(_LOOK_S)
            if child.exitcode == 0:
                return killed, _in_words(sizes)
            if child.exitcode != -signal.SIGKILL:
                sys.exit(f"the child ended with {child.exitcode}; see {folder / 'child.log'}")


def _in_words(sizes: list[float]) -> str:
    if not sizes:
        return "-"
    tenth = max(1, len(sizes) // 10)
    first, last = statistics.median(sizes[:tenth]), statistics.median(sizes[-tenth:])
    return (
        f"the first tenth {first:.0f}, the last tenth {last:.0f} (medians), most {max(sizes):.0f}"
    )


if __name__ == "__main__":
    main()
