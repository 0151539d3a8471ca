"""Watch recorded pages through the whole program in virtual time, and print what it found.

    python -m bench.replay ../shared/data/replay --pages 12 --from 2023-06-01 --to 2026-06-01

The pages are served as they were by the time server that lies beside the pack
(`../eval/timeserver.py`), fetched by the real crawler, kept in a real database
and told by mails in a folder. The clock jumps from one due instant to the next,
as a daemon would wait for it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sqlmodel import col, select

from clausewatch.config import Settings
from clausewatch.durations import parse_duration
from clausewatch.settings_tables import CrawlSettings, MailSettings
from clausewatch.wiring import App, open_app
from scheduler.jobs import LEASE, worker_name
from storage.claims import claim_due
from storage.history import alerts, timeline
from storage.models import Fetch, Policy
from storage.policies import add_policy, list_policies
from storage.subscriptions import subscribe


class VirtualClock:
    """An instant that stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@contextmanager
def time_server(pack: Path) -> Iterator[str]:
    """Serve the pack on loopback and yield the address."""
    script = pack.parent.parent / "eval" / "timeserver.py"
    process = subprocess.Popen(
        [sys.executable, str(script), str(pack), "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split(" on ")[1].split()[0]
    finally:
        process.terminate()
        process.wait()


def ask(url: str, value: object = None) -> Any:
    data = None if value is None else json.dumps(value).encode()
    with urllib.request.urlopen(url, data, timeout=30) as answer:  # noqa: S310 - our own loopback server
        return json.load(answer)


def watch(app: App, server: str, documents: list[dict[str, Any]], every: timedelta) -> None:
    """Watch each page from the first instant that it is in the pack."""
    now = app.clock()
    with app.store.writing() as session:
        for document in documents:
            there = max(now, datetime.fromisoformat(document["first"]))
            host = urlsplit(document["url"] or "").hostname or document["source"]
            name = f"{host}-{document['id']}".replace(".", "-").lower()
            add_policy(
                session,
                url=server + document["path"],
                name=name,
                service=host,
                every=every,
                now=there,
            )
        subscribe(session, recipient="reader@example.org", now=now)


def run(app: App, clock: VirtualClock, server: str, until: datetime) -> Counter[str]:
    """Check what is due, instant after instant, until `until`."""
    outcomes: Counter[str] = Counter()
    start = clock.at
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("replaying", total=(until - start).total_seconds())
        while True:
            with app.store.reading() as session:
                due = session.exec(
                    select(Policy.next_check_at).order_by(col(Policy.next_check_at))
                ).first()
            if due is None or due > until:
                return outcomes
            clock.at = max(due, clock.at)
            ask(f"{server}/__clock", {"at": f"{clock.at:%Y-%m-%dT%H:%M:%SZ}"})
            with app.store.writing() as session:
                targets = claim_due(
                    session, now=clock.at, limit=100, worker=worker_name(), lease=LEASE
                )
            for recorded in app.check(targets):
                outcomes[recorded.outcome] += 1
            app.send()
            bar.update(task, completed=(clock.at - start).total_seconds())


def report(app: App, *, verbose: bool) -> None:
    table = Table(
        "policy", "checks", "snapshots", "material", "other", "flaps", "alerts", "held", "failed"
    )
    totals: Counter[str] = Counter()
    with app.store.reading() as session:
        told = Counter(alert.policy for alert in alerts(session))
        for policy in list_policies(session):
            assert policy.id is not None
            fetches = Counter(
                session.exec(select(Fetch.outcome).where(Fetch.policy_id == policy.id)).all()
            )
            snapshots = timeline(session, policy.id)
            changes = [snapshot.change for snapshot in snapshots if snapshot.change]
            row = {
                "checks": sum(fetches.values()),
                "snapshots": len(snapshots),
                "material": sum(change.material for change in changes),
                "other": sum(not change.material for change in changes),
                "flaps": sum(change.state == "flap" for change in changes),
                "alerts": told[policy.name],
                "held": fetches["held"],
                "failed": fetches["failed"],
            }
            totals.update(row)
            table.add_row(policy.name, *map(str, row.values()))
            if verbose:
                for change in changes:
                    print(
                        f"{policy.name} {change.at:%Y-%m-%d} {change.kind} {change.state}: {change.headline}"
                    )
        causes: dict[str, Counter[str]] = defaultdict(Counter)
        for outcome, cause in session.exec(select(Fetch.outcome, Fetch.cause)).all():
            if cause:
                causes[outcome][cause] += 1
    table.add_row("all", *(str(totals[key]) for key in row), style="bold")
    Console(width=140).print(table)
    print("causes:", {outcome: dict(found) for outcome, found in causes.items()})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pack", type=Path)
    parser.add_argument("--pages", type=int, default=12, help="the oldest ones")
    parser.add_argument("--from", dest="start", default="2023-06-01")
    parser.add_argument("--to", dest="end", default="2026-06-01")
    parser.add_argument("--every", default="7d")
    parser.add_argument("--confirm-after", default="15m")
    parser.add_argument("--folder", type=Path, help="where to leave database and mails")
    parser.add_argument("--verbose", action="store_true", help="print every change")
    args = parser.parse_args()
    folder = args.folder or Path(tempfile.mkdtemp(prefix="replay-"))
    clock = VirtualClock(datetime.fromisoformat(args.start).replace(tzinfo=UTC))
    until = datetime.fromisoformat(args.end).replace(tzinfo=UTC)
    settings = Settings(
        database=str(folder / "replay.sqlite"),
        confirm_after=parse_duration(args.confirm_after),
        crawl=CrawlSettings(allow_addresses=("127.0.0.0/8",)),
        mail=MailSettings(folder=folder / "mails"),
    )
    with time_server(args.pack) as server, open_app(settings, clock=clock) as app:
        documents = sorted(
            ask(f"{server}/__docs"),
            key=lambda document: (document["first"][:7], -document["captures"]),
        )
        watch(app, server, documents[: args.pages], parse_duration(args.every))
        wall, cpu = time.monotonic(), time.process_time()
        outcomes = run(app, clock, server, until)
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        checks = sum(outcomes.values())
        report(app, verbose=args.verbose)
        print(
            f"{checks} checks {dict(outcomes)} in {wall:.0f} s, {1000 * cpu / checks:.1f} ms CPU a check"
        )
        print(f"database and mails: {folder}")


if __name__ == "__main__":
    main()
