"""Years of watching in an hour: real crawl, database and mail server, faults, and random kills.

    python -m bench.long_run ../shared/data/replay --policies 200 --kills 200

A child process watches recorded pages and made-up ones in virtual time, from
one due instant to the next. Its parent serves the made-up pages, takes the
mails, and kills the child with SIGKILL at random moments; each new child goes
on from the rows. At the end the rows are judged: one fetch for each slot, every
change of the plan told exactly once and nothing else, the chain whole.
"""

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar, Self

import psutil
from rich.console import Console
from rich.progress import Progress
from sqlmodel import col, func, select

from bench.generated import Generated, generated
from bench.replay import VirtualClock, ask, time_server, watch
from clausewatch.config import CrawlSettings, MailSettings, Settings
from clausewatch.durations import parse_duration
from clausewatch.wiring import App, open_app
from scheduler.jobs import LEASE, worker_name
from storage.claims import claim_due
from storage.history import alerts
from storage.models import Alert, Delivery, Fetch, Policy
from storage.policies import add_policy, list_policies
from storage.verify import verify
from tests.support.mailbox import Mailbox

_GENERATED = "made-up-"
_SHORTEST_LIFE_S = 0.2  # of a child after its start, before it may be killed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pack", type=Path)
    parser.add_argument("--policies", type=int, default=200, help="made-up policies")
    parser.add_argument("--pages", type=int, default=22, help="recorded pages")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--from", dest="start", default="2023-06-01")
    parser.add_argument("--to", dest="end", default="2026-06-01")
    parser.add_argument("--every", default="7d")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    given.folder = given.folder or Path(tempfile.mkdtemp(prefix="long-run-"))
    if given.child:
        _child(given.folder)
        return
    _parent(given)


def _parent(given: argparse.Namespace) -> None:
    start, end = (datetime.fromisoformat(t).replace(tzinfo=UTC) for t in (given.start, given.end))
    plans = [generated(number, start=start, end=end) for number in range(given.policies)]
    folder: Path = given.folder
    with Mailbox() as mailbox, time_server(given.pack) as recorded, _MadeUp(plans) as made_up:
        plan = {
            "end": given.end,
            "recorded": recorded,
            "made_up": made_up.url,
            "smtp": mailbox.url,
        }
        (folder / "plan.json").write_text(json.dumps(plan))
        (folder / "clock").write_text(start.isoformat())
        with open_app(_settings(folder, plan), clock=VirtualClock(start)) as app:
            documents = sorted(ask(f"{recorded}/__docs"), key=lambda found: str(found["first"]))
            watch(app, recorded, documents[: given.pages], parse_duration(given.every))
            _watch_made_up(app, made_up.url, plans, parse_duration(given.every))
        began = time.monotonic()
        kills, sizes = _run_and_kill(folder, start, end, given.kills)
        took = time.monotonic() - began
        with open_app(_settings(folder, plan), clock=VirtualClock(end)) as app:
            good = _judge(app, plans, mailbox)
        print(f"{kills} kills, {took:.0f} s; resident MiB of the children at their ends: {sizes}")
    print(f"left in {folder}")
    sys.exit(0 if good else 1)


def _settings(folder: Path, plan: dict[str, Any]) -> Settings:
    return Settings(
        database=str(folder / "long-run.sqlite"),
        confirm_after=timedelta(hours=2),
        crawl=CrawlSettings(allow_addresses=("127.0.0.0/8",), timeout=timedelta(seconds=5)),
        mail=MailSettings(smtp_url=plan["smtp"], folder=folder / "mails"),
    )


def _watch_made_up(app: App, server: str, plans: list[Generated], every: timedelta) -> None:
    with app.store.writing() as session:
        for plan in plans:
            add_policy(
                session,
                url=f"{server}/{plan.number}/privacy",
                name=f"{_GENERATED}{plan.number}",
                service=plan.company,
                every=every,
                # spread over the cadence, as a daemon's own are
                now=app.clock() + every * plan.number / len(plans),
            )


def _run_and_kill(folder: Path, start: datetime, end: datetime, kills: int) -> tuple[int, str]:
    """Run children until the last instant; returns how many were killed, and their memory."""
    chance = random.Random(1)  # noqa: S311  # seeded on purpose
    killed, sizes = 0, []
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("watching", total=(end - start).total_seconds())
        while True:
            child = subprocess.Popen(
                [sys.executable, "-m", "bench.long_run", ".", "--child", "--folder", str(folder)],
                stderr=(folder / "child.log").open("a"),
            )
            # enough virtual time is left for the kills that are left
            now = _clock_of(folder)
            per_kill = (end - now) / max(1, kills - killed + 1)
            until = now + per_kill * chance.uniform(0.3, 1.7)
            while child.poll() is None:
                now = _clock_of(folder)
                bar.update(task, completed=(now - start).total_seconds())
                if killed < kills and now >= until:
                    time.sleep(_SHORTEST_LIFE_S + chance.uniform(0, 0.5))  # anywhere in a slice
                    if child.poll() is None:
                        sizes.append(psutil.Process(child.pid).memory_info().rss / 2**20)
                        os.kill(child.pid, signal.SIGKILL)
                        child.wait()
                        killed += 1
                    break
                time.sleep(0.02)
            if child.returncode == 0:
                break
            if child.returncode not in (0, -signal.SIGKILL, None):
                sys.exit(f"the child ended with {child.returncode}; see {folder / 'child.log'}")
    middle = statistics.median(sizes) if sizes else 0
    return (
        killed,
        f"first {sizes[0]:.0f}, median {middle:.0f}, most {max(sizes):.0f}" if sizes else "-",
    )


def _clock_of(folder: Path) -> datetime:
    return datetime.fromisoformat((folder / "clock").read_text())


def _child(folder: Path) -> None:
    """Go on from the rows until nothing is due before the end."""
    plan = json.loads((folder / "plan.json").read_text())
    end = datetime.fromisoformat(plan["end"]).replace(tzinfo=UTC)
    clock = VirtualClock(_clock_of(folder))
    with open_app(_settings(folder, plan), clock=clock) as app:
        while (due := _next_instant(app, clock.at)) is not None and due <= end:
            clock.at = max(due, clock.at)
            _move(folder, plan, clock.at)
            with app.store.writing() as session:
                targets = claim_due(
                    session, now=clock.at, limit=64, worker=worker_name(), lease=LEASE
                )
            if targets:
                app.check(targets)
            app.send()
        app.send(ignore_backoff=True)


def _next_instant(app: App, now: datetime) -> datetime | None:
    """When something can be done: a policy that is due and free, or a mail to try again."""
    with app.store.reading() as session:
        rows = session.exec(
            select(Policy.next_check_at, Policy.claimed_until)
            .where(col(Policy.next_check_at).is_not(None))
            .order_by(col(Policy.next_check_at))
            .limit(100)
        ).all()
        mails = select(func.min(Delivery.next_attempt_at)).where(Delivery.state == "queued")
        waiting = session.exec(mails).one()
    found = [max(due, claimed or due) for due, claimed in rows if due]
    return max(now, min([*found, *([waiting] if waiting else [])], default=now)) if found else None


def _move(folder: Path, plan: dict[str, Any], at: datetime) -> None:
    """Set the clocks of both servers and leave the time for the next child; whole or not at all."""
    ask(f"{plan['recorded']}/__clock", {"at": f"{at:%Y-%m-%dT%H:%M:%SZ}"})
    ask(f"{plan['made_up']}/__clock", {"at": at.isoformat()})
    fresh = folder / "clock.new"
    fresh.write_text(at.isoformat())
    fresh.replace(folder / "clock")


def _judge(app: App, plans: list[Generated], mailbox: Mailbox) -> bool:
    """Print what the rows say against the plan."""
    verdicts: dict[str, bool] = {}
    with app.store.reading() as session:
        rows = session.exec(
            select(Fetch.policy_id, Fetch.slot_at).where(col(Fetch.slot_at).is_not(None))
        ).all()
        doubled = sum(count > 1 for count in Counter(rows).values())
        verdicts[f"{len(rows)} slots, {doubled} with more than one fetch"] = doubled == 0
        outcomes = Counter(session.exec(select(Fetch.outcome)).all())
        print("outcomes:", dict(outcomes))
        due = session.exec(
            select(func.count()).where(col(Policy.next_check_at) <= app.clock())
        ).one()
        verdicts[f"{due} slots left unanswered"] = due == 0
        pairs = session.exec(select(Alert.policy_id, Alert.id)).all()
        deliveries = session.exec(select(Delivery.alert_id, Delivery.state)).all()
        unsent = sum(state != "sent" for _, state in deliveries)
        verdicts[f"{len(pairs)} alerts, {len(deliveries)} deliveries, {unsent} not sent"] = (
            unsent == 0 and len(pairs) == len(deliveries)
        )
        told = Counter(alert.policy for alert in alerts(session))
        names = {policy.name for policy in list_policies(session)}
        problems = verify(session)
    expected = {f"{_GENERATED}{plan.number}": len(plan.news) for plan in plans}
    missed = sum(max(0, count - told[name]) for name, count in expected.items())
    extra = sum(max(0, told[name] - count) for name, count in expected.items())
    planned = sum(expected.values())
    verdicts[f"made-up policies: {planned} changes that matter, {missed} untold, {extra} false"] = (
        missed == extra == 0
    )
    ids = Counter(mail.message_id for mail in mailbox.received)
    repeated = sum(count - 1 for count in ids.values())
    verdicts[f"{len(ids)} mails by Message-ID, {repeated} sent again under the same one"] = len(
        ids
    ) == len(deliveries)
    verdicts[f"{len(problems)} misfits in the chain"] = not problems
    print(
        f"{len(names)} policies; recorded pages: {sum(told.values()) - sum(told[n] for n in expected)} alerts"
    )
    for said, good in verdicts.items():
        print("ok " if good else "BAD", said)
    return all(verdicts.values())


class _MadeUp:
    """Serves the made-up policies as they are at the virtual time."""

    def __init__(self, plans: list[Generated]) -> None:
        _Handler.plans = {plan.number: plan for plan in plans}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    plans: ClassVar[dict[int, Generated]] = {}
    at: ClassVar[datetime] = datetime.now(UTC)

    def log_message(self, *_: object) -> None:  # type: ignore[override]  # a quiet one
        return

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        _Handler.at = datetime.fromisoformat(said["at"])
        self._answer(200, b"{}")

    def do_GET(self) -> None:
        part = self.path.strip("/").partition("/")[0]
        if not part.isdigit():
            self._answer(404, b"")
            return
        page = self.plans[int(part)].at(_Handler.at)
        body = page.html.encode()
        if page.fault == "reset":
            self.close_connection = True
            self.connection.close()
        elif page.fault == "truncated":
            self._answer(200, body[: len(body) // 2], length=len(body))
            self.close_connection = True
        else:
            self._answer(page.status, body)

    def _answer(self, status: int, body: bytes, *, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    main()
