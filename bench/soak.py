"""The daemon at its highest rate for a while: memory, open files and threads over time, as a picture.

    python -m bench.soak [--minutes 20] [--policies 6000] [--svg soak.svg]

The real `clausewatch run` watches made-up policies that are all due once a minute,
which is more than it can do; their pages live through a month in each minute, with
faults and changes, and a mail server takes what it tells. The line of each figure
is fitted over the second half: what leaks goes up there.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from sqlmodel import func, select

from bench.generated import generated
from bench.made_up_site import MadeUpSite
from bench.replay import ask
from bench.soak_plot import Line, picture
from storage.engine import open_store
from storage.models import Alert, Fetch
from storage.policies import add_policy
from storage.subscriptions import subscribe
from storage.verify import verify
from tests.support.mailbox import Mailbox

_ROOT = Path(__file__).resolve().parents[1]
_SAMPLE_S = 2.0
_PER_MINUTE = timedelta(days=30)  # of the pages' time
_BEGUN_S = 30  # the first crawl, the first mail: until then memory grows by what is imported


@dataclass(frozen=True, slots=True)
class Sample:
    at_s: float
    rss_mib: float
    files: int
    threads: int
    cpu_s: float
    fetches: int


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--policies", type=int, default=6000)
    parser.add_argument("--svg", type=Path, default=Path("soak.svg"))
    given = parser.parse_args()
    start = datetime(2023, 1, 1, tzinfo=UTC)
    end = start + _PER_MINUTE * given.minutes
    plans = [generated(number, start=start, end=end) for number in range(given.policies)]
    with tempfile.TemporaryDirectory() as name, MadeUpSite(plans) as site, Mailbox() as mailbox:
        folder = Path(name)
        with open_store(str(folder / "soak.sqlite")) as store, store.writing() as session:
            for plan in plans:
                add_policy(
                    session,
                    url=site.address(plan),
                    name=f"policy-{plan.number}",
                    every=timedelta(minutes=1),
                    now=datetime.now(UTC),
                )
            subscribe(session, recipient="reader@example.org", now=datetime.now(UTC))
        with _daemon(folder, mailbox.url) as process:
            samples = list(_samples(process, folder, site.clock_url, start, given.minutes))
        print(_told(samples), f"{len(mailbox.received)} mails,", _judged(folder))
    given.svg.write_text(picture(_title(samples), _lines(samples)))
    print(f"drawn in {given.svg}")


@contextmanager
def _daemon(folder: Path, smtp_url: str) -> Iterator["subprocess.Popen[bytes]"]:
    (folder / "clausewatch.toml").write_text(
        "[mail]\nhold_share = 1.0\n"
    )  # they all change at once
    with (folder / "log").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "clausewatch", "run"],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": str(_ROOT),
                "CLAUSEWATCH_DATABASE": str(folder / "soak.sqlite"),
                "CLAUSEWATCH_CONFIG": str(folder / "clausewatch.toml"),
                "CLAUSEWATCH_ALLOW_ADDRESSES": "127.0.0.0/8",
                "CLAUSEWATCH_CONFIRM_AFTER": "0s",
                "CLAUSEWATCH_BACKFILL_AUTOMATIC": "false",
                "CLAUSEWATCH_SMTP_URL": smtp_url,
            },
            stderr=said,
        )
        try:
            yield process
        finally:
            began = time.monotonic()
            process.terminate()
            process.wait()
            print(f"ended with {process.returncode} in {time.monotonic() - began:.1f} s")


def _samples(
    process: "subprocess.Popen[bytes]", folder: Path, clock: str, start: datetime, minutes: float
) -> Iterator[Sample]:
    """Look every two seconds, and move the pages' time on as real time goes."""
    watched, began = psutil.Process(process.pid), time.monotonic()
    with open_store(str(folder / "soak.sqlite"), migrate=False) as store:
        while (passed := time.monotonic() - began) < 60 * minutes and process.poll() is None:
            ask(clock, {"at": (start + _PER_MINUTE * passed / 60).isoformat()})
            with store.reading() as session:
                fetches = session.exec(select(func.max(Fetch.id))).one() or 0
            with watched.oneshot():
                spent = watched.cpu_times()
                yield Sample(
                    passed,
                    watched.memory_info().rss / 2**20,
                    watched.num_fds(),
                    watched.num_threads(),
                    spent.user + spent.system,
                    fetches,
                )
            time.sleep(_SAMPLE_S)


def _judged(folder: Path) -> str:
    with open_store(str(folder / "soak.sqlite")) as store, store.reading() as session:
        alerts = session.exec(select(func.count()).select_from(Alert)).one()
        size = (folder / "soak.sqlite").stat().st_size / 2**20
        return (
            f"{alerts} alerts, {len(verify(session))} misfits in the chain, {size:.0f} MiB on disk"
        )


def _told(samples: Sequence[Sample]) -> str:
    last = samples[-1]
    half = [one for one in samples if one.at_s >= last.at_s / 2]
    rss = statistics.linear_regression(
        [one.at_s / 60 for one in half], [one.rss_mib for one in half]
    )
    files = [one.files for one in samples if one.at_s > _BEGUN_S] or [last.files]
    return (
        f"{last.at_s / 60:.1f} min, {last.fetches} fetches, {last.fetches / last.at_s:.1f} a second, "
        f"{100 * last.cpu_s / last.at_s:.0f} % of a core; RSS {half[0].rss_mib:.0f} MiB at half, "
        f"{last.rss_mib:.0f} at the end, {rss.slope:+.2f} MiB a minute in the second half; "
        f"open files {min(files)} to {max(files)}, threads at most {max(s.threads for s in samples)};"
    )


def _title(samples: Sequence[Sample]) -> str:
    last = samples[-1]
    return f"clausewatch run, {last.at_s / 60:.0f} minutes, {last.fetches / last.at_s:.0f} fetches a second"


def _lines(samples: Sequence[Sample]) -> list[Line]:
    at = [one.at_s / 60 for one in samples]
    done = [one.fetches / 1000 for one in samples]
    return [
        Line("resident memory", "MiB", at, [one.rss_mib for one in samples]),
        Line("open files", "", at, [float(one.files) for one in samples]),
        Line("threads", "", at, [float(one.threads) for one in samples]),
        Line("fetches", "thousand", at, done),
    ]


if __name__ == "__main__":
    main()
