"""The memory at scale: 10,000 policies, a million snapshot rows, ten million fetches.

    python bench/storage.py [--policies 10000] [--snapshots 100] [--fetches 1000]
                            [--searched 100000] [--folder DIR] [--keep]

Makes such a database with plain inserts (rows as the program writes them; links of the
chains left empty), then asks it through the doors that commands, mails and pages use, and
prints the median of many asks by the clock, the slowest, and the median of what each took
of the processor, which other work on the machine does not stretch. Other tools' figures were measured with
their own data: see `shared/reference/performance.md` of the research material, repeated here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1]))

from analysis.compare import compare  # noqa: E402
from analysis.revisions import COMPARISON, READING  # noqa: E402
from clausewatch.memory import look_for_cycles_less_often  # noqa: E402
from scheduler.jobs import CheckRules, keep  # noqa: E402
from storage.engine import Store, open_store  # noqa: E402
from storage.fetched import Fetched  # noqa: E402
from storage.frames import packed  # noqa: E402
from storage.history import latest, standing_at, text_of, timeline  # noqa: E402
from storage.light import light  # noqa: E402
from storage.models import Policy  # noqa: E402
from storage.policies import add_policy, list_policies  # noqa: E402
from storage.rows import stored  # noqa: E402
from storage.search import search_texts  # noqa: E402
from storage.subscriptions import subscribe  # noqa: E402

BEGUN = datetime(2018, 1, 1, tzinfo=UTC)
RULES = CheckRules(every=timedelta(days=1), confirm_after=timedelta(0), mail_domain="bench.example")
WORDS = "we collect your name and address when you order and keep them as long as the law asks of us to send what you bought and to answer your questions about it in any language".split()
RARE = "the warranty of kestrels"


def said(number: int, words: int = 1200) -> str:
    """Return a text of policy-like length; every thousandth says something rare."""
    pick = random.Random(number)  # noqa: S311 - made-up texts
    lines = [
        " ".join(pick.choices(WORDS, k=40)) + f" item {number} {line}."
        for line in range(words // 43)
    ]
    if number % 1000 == 7:
        lines.append(f"We take {RARE}.")
    return "\n\n".join(lines)


def pages(clause: str) -> bytes:
    body = "".join(
        f"<h2>Part {n}</h2><p>We use item {n} to send what you ordered, and for nothing else.</p>"
        for n in range(120)
    )
    return f"<html lang=en><title>Privacy policy</title><main><h1>Privacy policy</h1>{body}<h2>Sharing</h2><p>{clause}</p></main></html>".encode()


def fill(path: Path, given: argparse.Namespace) -> None:
    """Write the rows with sqlite3 itself: through the program it would take days."""
    open_store(str(path)).close()
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript(
        "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY; PRAGMA foreign_keys=OFF; PRAGMA cache_size=-400000; BEGIN"
    )
    texts = fill_texts(database, given.searched)
    made = compare(
        "We keep data for two years.", "We keep data for seven years.", doc_type="privacy"
    )
    comparison = packed(made.to_json())
    columns = [row[1] for row in database.execute("PRAGMA table_info(policy)")]
    with open_store(str(path.with_name("one.sqlite"))) as store, store.writing() as session:
        add_policy(session, url="https://a.example/privacy", now=BEGUN)
    one = sqlite3.connect(path.with_name("one.sqlite"))
    model = one.execute(f"SELECT {', '.join(columns)} FROM policy").fetchone()  # noqa: S608
    one.close()
    span = timedelta(days=3000)
    step, look = span / given.snapshots, span / given.fetches
    for policy in range(1, given.policies + 1):
        mine = dict(zip(columns, model, strict=True)) | {
            "id": policy,
            "name": f"p{policy}-privacy",
            "url": f"https://p{policy}.example/privacy",
            "url_key": f"p{policy}.example/privacy",
            "service": f"p{policy}",
            "current_snapshot_id": policy * given.snapshots,
            "stable_snapshot_id": policy * given.snapshots,
        }
        database.execute(
            f"INSERT INTO policy ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",  # noqa: S608 - columns of our own
            tuple(mine.values()),
        )
        database.executemany(
            "INSERT INTO \"fetch\" (id, policy_id, source, observed_at, recorded_at, took_ms, status, outcome, cause, detail, link) VALUES (?, ?, ?, ?, ?, 40, 200, ?, '', '', x'00')",
            fetch_rows(policy, given, look),
        )
        database.executemany(
            "INSERT INTO snapshot (id, policy_id, fetch_id, text_sha256, digest, first_seen, last_seen, source, title, lang, words, claims, problems, unverified, revision) VALUES (?, ?, ?, ?, ?, ?, ?, 'live', 'Privacy policy', 'en', 1200, '{\"updated\":\"2024-03-01\"}', '[]', '', ?)",
            (
                (
                    n,
                    policy,
                    (policy - 1) * given.fetches + 1,
                    (text := texts[n % len(texts)]),
                    text.hex(),
                    stored(BEGUN + k * step),
                    stored(BEGUN + (k + 1) * step - timedelta(hours=9)),
                    READING,
                )
                for k in range(given.snapshots)
                for n in [(policy - 1) * given.snapshots + k + 1]
            ),
        )
        database.executemany(
            "INSERT INTO change (policy_id, from_snapshot_id, to_snapshot_id, at, kind, material, topics, direction, severity, headline, state, comparison, revision) VALUES (?, ?, ?, ?, 'material', 1, '[\"retention\"]', 'weaker', 'medium', 'keeps data longer', 'settled', ?, ?)",
            (
                (policy, n, n + 1, stored(BEGUN + (k + 1) * step), comparison, COMPARISON)
                for k in range(given.snapshots - 1)
                for n in [(policy - 1) * given.snapshots + k + 1]
            ),
        )
        if policy % 500 == 0:
            print(f"  {policy} policies written", file=sys.stderr, flush=True)
    database.execute("COMMIT")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("ANALYZE")
    database.close()


def fill_texts(database: sqlite3.Connection, count: int) -> list[bytes]:
    made = []
    for number in range(1, count + 1):
        text = said(number)
        sha256 = hashlib.sha256(text.encode()).digest()
        made.append(sha256)
        database.execute(
            "INSERT INTO snapshot_text (sha256, frame) VALUES (?, ?)", (sha256, packed(text))
        )
        database.execute(
            "INSERT INTO searched_text (id, text_sha256) VALUES (?, ?)", (number, sha256)
        )
        database.execute("INSERT INTO text_search (rowid, said) VALUES (?, ?)", (number, text))
        if number % 10_000 == 0:
            print(f"  {number} texts written", file=sys.stderr, flush=True)
    return made


def fetch_rows(
    policy: int, given: argparse.Namespace, look: timedelta
) -> Iterator[tuple[object, ...]]:
    first = (policy - 1) * given.fetches
    for number in range(given.fetches):
        at = stored(BEGUN + number * look)
        yield first + number + 1, policy, "live", at, at, "unchanged" if number else "first"


def measured(name: str, reach: str, ask: Callable[[int], object], times: int) -> dict[str, object]:
    """Ask `times` times, each of another policy, after one that is not counted."""
    ask(0)
    took, spent = [], []
    for number in range(times):
        begun, cpu = time.perf_counter(), time.thread_time()
        ask(number)
        took.append((time.perf_counter() - begun) * 1000)
        spent.append((time.thread_time() - cpu) * 1000)
    return said_of(name, reach, took, spent)


def said_of(name: str, reach: str, took: list[float], spent: list[float]) -> dict[str, object]:
    """Print one line of the report and return it."""
    median, slowest = round(statistics.median(took), 2), round(max(took), 2)
    cpu = round(statistics.median(spent), 2)
    print(f"{name:<52} {median:>8} ms  slowest {slowest:>8}  CPU {cpu:>7} ms  {reach}", flush=True)
    return {
        "measure": name,
        "median_ms": median,
        "slowest_ms": slowest,
        "cpu_ms": cpu,
        "reach": reach,
    }


def ask_all(path: Path, given: argparse.Namespace) -> list[dict[str, object]]:
    pick = random.Random(1)  # noqa: S311 - which policy is asked
    chosen = [pick.randint(1, given.policies) for _ in range(500)]
    with light(str(path)) as source:
        assert source is not None
        middle = BEGUN + timedelta(days=1500)

        def text_at(number: int) -> str:
            standing = standing_at(source, chosen[number], middle + timedelta(hours=number))
            assert standing.snapshot is not None
            return text_of(source, standing.snapshot.id)

        return [
            measured(
                "history of one policy",
                "reach 5, aim 2",
                lambda n: timeline(source, chosen[n]),
                300,
            ),
            measured("text as of an instant, with both captures", "reach 3, aim 1", text_at, 300),
            measured(
                f"latest of all {given.policies} policies",
                "reach 100, aim 30",
                lambda _: latest(source),
                10,
            ),
            measured(
                "full text: a rare phrase",
                "reach 50, aim 20",
                lambda _: search_texts(source, f'"{RARE}"', limit=50),
                20,
            ),
            measured(
                "full text: two common words",
                "reach 50, aim 20",
                lambda _: search_texts(source, "address questions", limit=50),
                20,
            ),
            measured(
                "full text: a common phrase",
                "reach 50, aim 20",
                lambda _: search_texts(source, '"your name"', limit=50),
                20,
            ),
        ]


CLAUSES = ("We keep your data for two years.", "We keep your data for seven years, and sell it.")
WARMING = 2  # of the checks: statements are prepared, and the first text is no change


class Watched:
    """The write transactions of a store, timed: from asking for the lock, and from the commit."""

    def __init__(self, store: Store) -> None:
        self.whole: list[tuple[float, float]] = []  # by the clock and of the processor, in ms
        self.ending: list[tuple[float, float]] = []
        self._writing = store.writing
        store.writing = self.writing  # type: ignore[method-assign]  # to read the clock only

    @contextmanager
    def writing(self) -> Iterator[Session]:
        begun = ending = time.perf_counter(), time.thread_time()
        with self._writing() as session:
            yield session
            ending = time.perf_counter(), time.thread_time()
        self.whole.append(since(begun))
        self.ending.append(since(ending))


def since(begun: tuple[float, float]) -> tuple[float, float]:
    wall, cpu = begun
    return (time.perf_counter() - wall) * 1000, (time.thread_time() - cpu) * 1000


def commits(path: Path) -> list[dict[str, object]]:
    """Time the one transaction of a check that brings a change, its alert and ten deliveries.

    From asking for the lock to the end of the commit (what another writer waits), and the
    commit alone.
    """
    with open_store(str(path)) as store:
        policy = told_to_ten(store)
        watched = Watched(store)
        for number in range(40):
            at = BEGUN + timedelta(days=number + 1)
            keep(store, another(policy, number, at), rules=RULES, now=lambda at=at: at)
    whole, ending = watched.whole[WARMING:], watched.ending[WARMING:]
    name = "check with change, alert, 10 deliveries: lock to end"
    return [
        said_of(name, "reach 10", *(list(each) for each in zip(*whole, strict=True))),
        said_of("the commit alone", "", *(list(each) for each in zip(*ending, strict=True))),
    ]


def told_to_ten(store: Store) -> Policy:
    """Watch one more policy, of which ten people hear. A database that is kept has it from before."""
    with store.writing() as session:
        number = len(list_policies(session))
        url = f"https://bench-{number}.example/privacy"
        policy = add_policy(session, url=url, now=BEGUN)
        for reader in range(10):
            address = f"r{reader}@bench-{number}.example"
            subscribe(session, recipient=address, now=BEGUN, policy_id=policy.id)
    return policy


def another(policy: Policy, number: int, at: datetime) -> Fetched:
    """Return a fetch that brings another text than the one before."""
    assert policy.id is not None, "a stored policy has an id"
    return Fetched(
        policy_id=policy.id,
        source="live",
        url=policy.url,
        final_url=policy.url,
        redirects=(),
        slot_at=None,
        observed_at=at,
        took_ms=40,
        status=200,
        headers=(("Content-Type", "text/html"),),
        body=pages(CLAUSES[number % 2] + f" Rule {number}."),
    )


def as_process(path: Path, *call: str) -> dict[str, object]:
    """Return the CPU seconds of a command as a process, the best of seven."""
    best = 99.0
    for _ in range(7):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-m", "clausewatch", "--database", str(path), *call],
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=HERE.parents[1],
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    print(f"clausewatch {' '.join(call):<40} {best:>9.3f} CPU-s", flush=True)
    return {"measure": f"clausewatch {call[0]} as a process", "cpu_s": round(best, 3)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--policies", type=int, default=10_000)
    parser.add_argument("--snapshots", type=int, default=100, help="of each policy")
    parser.add_argument("--fetches", type=int, default=1000, help="of each policy")
    parser.add_argument("--searched", type=int, default=100_000, help="distinct texts in the index")
    parser.add_argument(
        "--folder", type=Path, help="where to make it; a temporary folder otherwise"
    )
    parser.add_argument("--keep", action="store_true", help="leave the database there")
    given = parser.parse_args()
    look_for_cycles_less_often()  # as the program does
    folder = given.folder or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "bench.sqlite"
    if not path.exists():
        begun = time.monotonic()
        fill(path, given)
        print(
            f"made in {time.monotonic() - begun:.0f} s: {path.stat().st_size / 1e9:.2f} GB",
            flush=True,
        )
    rows = ask_all(path, given)
    rows += commits(path)
    rows += [
        as_process(path, *call)
        for call in (
            ("history", "p1-privacy"),
            ("show", "p1-privacy"),
            ("status",),
            ("search", RARE),
        )
    ]
    print(
        "elsewhere: history as a process urlwatch 0.32, webchanges 0.93 CPU-s; API changedetection.io 49 ms; git log 12 ms"
    )
    print(json.dumps(rows))
    if not given.keep:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
