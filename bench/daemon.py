"""Measure the daemon at rest: start, idle CPU, memory, and the claim of a slice.

    python -m bench.daemon [--policies 10000] [--most 1000000] [--idle 60] [--other VENV]

Starts `clausewatch run` on a database of policies that were fetched once and are not
due, waits until it says that it is ready, and watches it do nothing. Then times the claim of a
slice among `--policies` and among `--most` policies. `--other` is a virtual
environment with changedetection.io, whose server is started on as many watches
and measured the same way.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from sqlalchemy import insert
from sqlmodel import select

from scheduler.jobs import LEASE
from storage.chain import append
from storage.claims import claim_due
from storage.engine import Store, open_store
from storage.models import Backfill, Fetch, Policy

_ROOT = Path(__file__).resolve().parents[1]
_SLICE = 64
_PER_HOST = 8  # as the daemon's own
_READY_S = 120  # a start that takes longer has failed


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--policies", type=int, default=10_000)
    parser.add_argument("--most", type=int, default=1_000_000, help="policies of the large claim")
    parser.add_argument("--idle", type=float, default=120, help="seconds of doing nothing")
    parser.add_argument("--other", type=Path, help="a virtual environment with changedetection.io")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{given.policies} watched pages  start CPU-s  wall s  idle % of a core  RSS MiB")
        with _filled(folder / "rest.sqlite", given.policies) as store:
            _lived(store)
        _measure("clausewatch", given.idle, lambda: _clausewatch(folder))
        if given.other:
            _measure("changedetection.io", given.idle, lambda: _other(folder, given))
        for count in sorted({given.policies, given.most}):
            with _filled(folder / f"{count}.sqlite", count) as store:
                wall, cpu = _claims(store)
                print(f"claim of {_SLICE} among {count:>9,}: {wall:6.2f} ms p50, {cpu:6.2f} ms CPU")


@contextmanager
def _filled(path: Path, count: int) -> Iterator[Store]:
    """A database with `count` policies that are due tomorrow, spread over the day."""
    store = open_store(str(path))
    try:
        with store.writing() as session:
            session.add(_first(datetime.now(UTC) + timedelta(days=1)))
            session.flush()
            # By the database itself: a million objects would take a quarter of an hour.
            own = {
                "name": "'policy-' || i",
                "url": "'https://host-' || i || '.example/privacy'",
                "url_key": "'https://host-' || i || '.example/privacy'",
                "host": "'host-' || i || '.example'",
                "next_check_at": "p.next_check_at + 1000 * i",
            }
            names = [name for name in Policy.model_fields if name != "id"]
            values = ", ".join(own.get(name, f"p.{name}") for name in names)
            session.connection().exec_driver_sql(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"  # noqa: S608 - our own names
                f" INSERT INTO policy ({', '.join(names)}) SELECT {values} FROM n, policy p"
                " WHERE p.id = 1",
                (count - 1,),
            )
        yield store
    finally:
        store.close()


def _first(due: datetime) -> Policy:
    return Policy(
        name="policy-0",
        url="https://host-0.example/privacy",
        url_key="https://host-0.example/privacy",
        host="host-0.example",
        added_at=due,
        next_check_at=due,
    )


def _lived(store: Store) -> None:
    """Give each policy a day that is over: it was fetched, and archives were asked for it."""
    now = datetime.now(UTC)
    with store.writing() as session:
        for policy_id in session.exec(select(Policy.id)).all():
            assert policy_id is not None
            append(
                session,
                Fetch(
                    policy_id=policy_id,
                    observed_at=now,
                    recorded_at=now,
                    status=304,
                    outcome="unchanged",
                ),
            )
        over = {"archive": "internet-archive", "url": "", "until": now, "every_s": 0, "state": "done",
                "begun_at": now, "due_at": now, "ended_at": now}  # fmt: skip
        rows = [
            {
                key: value
                for key, value in Backfill(policy_id=id_, **over).model_dump().items()
                if key != "id"
            }
            for id_ in session.exec(select(Policy.id)).all()
        ]
        session.execute(insert(Backfill), rows)


def _measure(
    name: str, idle_s: float, start: Callable[[], tuple["subprocess.Popen[bytes]", float]]
) -> None:
    process, wall = start()
    try:
        watched = psutil.Process(process.pid)
        begun = _cpu(watched)
        time.sleep(min(5, idle_s))  # the first breath is not rest
        before, at = _cpu(watched), time.monotonic()
        time.sleep(idle_s)
        share = 100 * (_cpu(watched) - before) / (time.monotonic() - at)
        size = watched.memory_info().rss / 2**20
        print(f"{name:<22} {begun:11.2f} {wall:7.1f} {share:16.2f} {size:8.0f}")
    finally:
        process.terminate()
        process.wait()


def _cpu(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return spent.user + spent.system


def _clausewatch(folder: Path) -> tuple["subprocess.Popen[bytes]", float]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(folder / "notify"))
        manager.settimeout(_READY_S)
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "clausewatch", "run"],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": str(_ROOT),
                "CLAUSEWATCH_DATABASE": str(folder / "rest.sqlite"),
                "CLAUSEWATCH_MAIL_FOLDER": str(folder / "mails"),
                "NOTIFY_SOCKET": str(folder / "notify"),
            },
            stderr=subprocess.DEVNULL,
        )
        while b"READY=1" not in manager.recv(4096):
            pass
        return process, time.monotonic() - began


def _other(folder: Path, given: argparse.Namespace) -> tuple["subprocess.Popen[bytes]", float]:
    """Start changedetection.io on as many watches, none of them due; ready when its page answers."""
    store = folder / "other"
    store.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    now = int(time.time())
    watching = {
        str(uuid.UUID(int=number)): {
            "url": f"https://host-{number}.example/privacy",
            "last_checked": now,
            "date_created": now,
        }
        for number in range(given.policies)
    }
    (store / "url-watches.json").write_text(json.dumps({"watching": watching, "settings": {}}))
    began = time.monotonic()
    process = subprocess.Popen(
        [given.other / "bin" / "changedetection.io", "-d", str(store), "-p", str(port), "-h", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while time.monotonic() - began < _READY_S:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    return process, time.monotonic() - began


def _claims(store: Store, rounds: int = 21) -> tuple[float, float]:
    """The middle time of a claim, each of other policies; committed. Milliseconds of wall and CPU."""
    spent, worked = list[float](), list[float]()
    now = datetime.now(UTC) + timedelta(days=3)  # all of them are due
    for number in range(rounds):
        began, work = time.perf_counter(), time.process_time()
        with store.writing() as session:
            found = claim_due(
                session,
                now=now,
                limit=_SLICE,
                worker=f"bench-{number}",
                lease=LEASE,
                per_host=_PER_HOST,
            )
        spent.append(1000 * (time.perf_counter() - began))
        worked.append(1000 * (time.process_time() - work))
        assert len(found) == _SLICE
    return sorted(spent)[rounds // 2], sorted(worked)[rounds // 2]


if __name__ == "__main__":
    main()
