"""A whole unchanged check of real pages, side by side with other tools, in one run.

    python bench/checks.py --pack FOLDER --packlib FOLDER [--envs FOLDER] [--pages 200] [--nonce]
    python bench/checks.py --pack FOLDER --packlib FOLDER --leak 15000
    python bench/checks.py --slow

A server in a process of its own serves real pages on 127.0.0.2 and up, 50 hosts, gzipped.
Captures that send a browser on to another site are left out: it is not there. `bare` is
a Scrapy spider that only fetches; everything else fetches, reads, compares and writes down. Every tool looks once to know the pages; what is measured is a second look
at which nothing has changed. With `--nonce` each answer has a comment of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import gzip
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1]))

from bench.contenders import contenders  # noqa: E402
from bench.crawl import bare  # noqa: E402
from clausewatch.memory import look_for_cycles_less_often  # noqa: E402

HOSTS = 50
WARM = 100
ROUNDS = 3


def real_pages(pack: Path, packlib: Path, count: int) -> list[bytes]:
    """Return captures of the pack, the documents in turn, the same in every process."""
    sys.path.insert(0, str(packlib))
    import packlib as lib  # type: ignore[import-not-found]  # beside the data, not of this project

    opened = lib.Pack(str(pack))
    keys: dict[str, list[str]] = {}
    for record in opened.index():
        if record["ext"] == "html":
            keys.setdefault(record["source"], []).append(record["key"])
    chosen: list[bytes] = []
    while len(chosen) < count and any(keys.values()):
        found = [opened.get(of_one.pop()) for of_one in keys.values() if of_one]
        chosen += [page for page in found if not leads_on(page)]
    return chosen[:count]


def leads_on(page: bytes) -> bool:
    """Say whether a page refreshes itself to another, as the archived copy of a moved one does."""
    from w3lib.html import get_meta_refresh

    return get_meta_refresh(page[: 1 << 14].decode("latin-1"))[1] is not None


def serve(pages: Sequence[bytes], *, nonce: bool) -> None:
    """Serve page n at /policy/n on every host; print the port."""
    packed = [gzip.compress(page, 5) for page in pages]
    missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    answers = 0

    def body_of(number: int) -> bytes:
        nonlocal answers
        if not nonce:
            return packed[number]
        answers += 1  # a second gzip member: the page need not be packed again
        return packed[number] + gzip.compress(f"<!-- {answers:09d} -->".encode(), 1)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                asked = await reader.readuntil(b"\r\n\r\n")
                path = asked.split(b" ", 2)[1].decode()
                if path == "/hang":
                    await asyncio.sleep(3600)
                if not path.startswith("/policy/"):
                    writer.write(missing)
                    continue
                body = body_of(int(path.rpartition("/")[2]) % len(packed))
                head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
                head += f"Content-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        first = await asyncio.start_server(answer, "127.0.0.2", 0, backlog=512)
        port = first.sockets[0].getsockname()[1]
        for host in range(1, HOSTS + 20):
            await asyncio.start_server(answer, f"127.0.0.{2 + host}", port, backlog=512)
        print(port, flush=True)
        await asyncio.Event().wait()

    asyncio.run(run())


def urls(port: int, pages: int) -> list[str]:
    return [f"http://127.0.0.{2 + n % HOSTS}:{port}/policy/{n}" for n in range(pages)]


class Whole:
    """Clausewatch's own check, from the claim to the committed rows, in this process."""

    def __init__(self, folder: Path, addresses: Sequence[str]) -> None:
        from crawler.manners import Manners
        from crawler.options import CrawlOptions
        from scheduler.jobs import CheckRules
        from storage.engine import open_store
        from storage.policies import add_policy

        self.now = datetime(2026, 3, 1, tzinfo=UTC)
        self.store = open_store(str(folder / "bench.sqlite"))
        self.manners = Manners()
        self.options = CrawlOptions(
            user_agent="Clausewatch-bench/0", allow_addresses=("127.0.0.0/8",)
        )
        self.rules = CheckRules(timedelta(days=1), timedelta(minutes=15), "example.org")
        with self.store.writing() as session:
            for url in addresses:
                add_policy(session, url=url, browser="never", now=self.now)

    def check(self) -> dict[str, int]:
        """Check what is due a day later; returns how often each outcome came."""
        from collections import Counter

        from crawler.run import crawl
        from scheduler.jobs import LEASE, check
        from storage.claims import claim_due

        with self.store.writing() as session:
            targets = claim_due(session, now=self.now, limit=9999, worker="bench", lease=LEASE)
        outcomes: Counter[str] = Counter()

        def crawl_now(some, *, keep):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            return crawl(
                some,
                keep=keep,
                options=self.options,
                clock=lambda: self.now,
                manners=self.manners,
            )

        def count(recorded) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
            outcomes[recorded.outcome] += 1

        check(
            self.store,
            targets,
            crawl=crawl_now,
            rules=self.rules,
            now=lambda: self.now,
            on_recorded=count,
            hosts=self.manners,
        )
        self.now += timedelta(days=1)
        return dict(outcomes)


def child_ours(port: int, pages: int) -> None:
    look_for_cycles_less_often()  # as the program does
    with tempfile.TemporaryDirectory() as folder:
        whole = Whole(Path(folder), urls(port, pages))
        with closing(whole.store):
            first = whole.check()
            whole.check()  # what was held or failed at first is no unchanged check
            looks = []
            for _ in range(ROUNDS):
                cpu, wall = time.process_time(), time.perf_counter()
                outcomes = whole.check()
                done = sum(outcomes.values())
                looks.append(
                    (
                        (time.process_time() - cpu) / done * 1000,
                        (time.perf_counter() - wall) / done * 1000,
                        outcomes,
                    )
                )
            print(json.dumps({"first": first, "looks": looks, "peak_mib": _status_mib("VmHWM")}))


def child_bare(port: int, pages: int) -> None:
    got = bare(urls(port, pages), conditional=False)
    print(json.dumps({"got": got, "cpu": time.process_time(), "peak_mib": _status_mib("VmHWM")}))


def child_leak(port: int, checks: int) -> None:
    """Check the same 500 policies again and again; memory, files and threads along the way."""
    look_for_cycles_less_often()
    with tempfile.TemporaryDirectory() as folder:
        whole = Whole(Path(folder), urls(port, 500))
        with closing(whole.store):
            done = 0
            while done < checks:
                done += sum(whole.check().values())
                if done % 2500 < 500:
                    gc.collect()
                    files = len(list(Path("/proc/self/fd").iterdir()))
                    print(
                        f"  {done:6d} checks: {_status_mib('VmRSS'):6.1f} MiB resident, peak "
                        f"{_status_mib('VmHWM'):.1f}, {files} files, {threading.active_count()} threads",
                        flush=True,
                    )


def child_slow(port: int, slow_hosts: int) -> None:
    """Fetch 2,000 pages of 50 good hosts, beside hosts that hang; how long each page took to come."""
    from crawler.feed import FedCrawl
    from crawler.manners import Manners
    from crawler.options import CrawlOptions
    from storage.fetched import Fetched
    from storage.policies import Target

    came: list[float] = []
    begun: dict[int, float] = {}
    all_came = threading.Event()

    def keep(fetched: Fetched) -> None:
        if "/policy/" in fetched.url:
            came.append(time.perf_counter() - begun[fetched.policy_id])
            if len(came) == 2000:
                all_came.set()

    def target(number: int, url: str) -> Target:
        begun[number] = time.perf_counter()
        return Target(number, str(number), url, None, None, "", "", None)

    crawl = FedCrawl(
        keep=keep,
        options=CrawlOptions(user_agent="bench/0", allow_addresses=("127.0.0.0/8",)),
        clock=lambda: datetime.now(UTC),
        manners=Manners(),
        on_problem=lambda error: print(error, file=sys.stderr),
    )
    hang = [f"http://127.0.0.{2 + HOSTS + n}:{port}/hang" for n in range(slow_hosts)]
    crawl.offer([target(1_000_000 + n, url) for n, url in enumerate(hang)])
    waiting = list(enumerate(urls(port, 2000)))
    while waiting:
        if (room := min(crawl.room, 32)) > 0:
            some, waiting = waiting[:room], waiting[room:]
            crawl.offer([target(number, url) for number, url in some])
        time.sleep(0.002)
    assert all_came.wait(300)
    crawl.stop(8.0)
    print(json.dumps({"p95_ms": statistics.quantiles(came, n=20)[-1] * 1000}))


def _status_mib(name: str) -> float:
    status = Path("/proc/self/status").read_text()
    return int(status.split(f"{name}:")[1].split()[0]) / 1024


def run_child(what: str, port: int, count: int) -> dict[str, float]:
    command = [sys.executable, str(HERE), "--child", what, "--port", str(port)]
    out = subprocess.run(
        [*command, "--pages", str(count)], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    found: dict[str, float] = json.loads(out.splitlines()[-1])
    return found


def compare(port: int, pages: int, envs: Path | None) -> None:
    marginal, peak = [], 0.0
    for _ in range(ROUNDS):
        few, many = run_child("bare", port, WARM), run_child("bare", port, WARM + 5 * pages)
        marginal.append((many["cpu"] - few["cpu"]) / (5 * pages) * 1000)
        peak = max(peak, many["peak_mib"])
    floor = statistics.median(marginal)
    spread = ", ".join(f"{value:.2f}" for value in marginal)
    print(f"  bare Scrapy fetch   {floor:6.2f} ms CPU a page ({spread}); peak {peak:.0f} MiB")
    found = run_child("ours", port, pages)
    looks: Sequence[tuple[float, float, dict[str, int]]] = found["looks"]  # type: ignore[assignment]
    cpu = statistics.median(look[0] for look in looks)
    spread = ", ".join(f"{look[0]:.2f}" for look in looks)
    print(
        f"  clausewatch         {cpu:6.2f} ms CPU a page ({spread}); peak {found['peak_mib']:.0f} MiB;"
        f" {cpu / floor:.2f} x bare; outcomes {looks[-1][2]}, at first {found['first']}",
        flush=True,
    )
    for tool in contenders(envs) if envs else []:
        with tempfile.TemporaryDirectory() as folder:
            try:
                tool.begin(Path(folder), urls(port, pages))
                tool.check()
                look = tool.check()
            finally:
                tool.end()
        spent = look.cpu_s / pages * 1000
        told = {word: list(look.told.values()).count(word) for word in set(look.told.values())}
        print(
            f"  {tool.name:19s} {spent:6.2f} ms CPU a page; peak {look.peak_mib:.0f} MiB;"
            f" {spent / floor:.2f} x bare; told {told}",
            flush=True,
        )


def slow(port: int) -> None:
    """Good hosts alone, beside one and beside four that hang, in turn; the ratio is of medians."""
    p95: dict[int, list[float]] = {0: [], 1: [], 4: []}
    for _ in range(ROUNDS):
        for hosts, came in p95.items():
            came.append(run_child("slow", port, hosts)["p95_ms"])
    print("  p95 of 2,000 pages of 50 good hosts, from offered to kept:")
    alone = statistics.median(p95[0])
    for hosts, came in p95.items():
        median, spread = statistics.median(came), ", ".join(f"{value:.0f}" for value in came)
        print(
            f"    beside {hosts} hosts that hang: {median:.0f} ms ({spread}), {median / alone:.2f} x alone",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pack", type=Path, help="a replay pack: real pages")
    parser.add_argument("--packlib", type=Path, help="the folder of packlib.py, which reads it")
    parser.add_argument("--envs", type=Path, help="where the other tools are")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--nonce", action="store_true", help="no two answers are the same bytes")
    parser.add_argument("--leak", type=int, default=0)
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--child", choices=["server", "bare", "ours", "leak", "slow"])
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    if given.child == "server":
        pages = (
            real_pages(given.pack, given.packlib, given.pages)
            if given.pack
            else [b"<p>We keep your data for thirty days.</p>" * 400]
        )
        serve(pages, nonce=given.nonce)
    elif given.child:
        of = {"bare": child_bare, "ours": child_ours, "leak": child_leak, "slow": child_slow}
        of[given.child](given.port, given.pages)
    else:
        _measure(given)


def _measure(given: argparse.Namespace) -> None:
    command = [sys.executable, str(HERE), "--child", "server", "--pages", str(given.pages)]
    command += ["--nonce"] if given.nonce else []
    if given.pack:
        command += ["--pack", str(given.pack), "--packlib", str(given.packlib)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        try:
            if given.slow:
                slow(port)
            elif given.leak:
                leak = [sys.executable, str(HERE), "--child", "leak", "--port", str(port)]
                subprocess.run([*leak, "--pages", str(given.leak)], check=True)
            else:
                print(f"{given.pages} real pages on {HOSTS} hosts; an unchanged check of each")
                compare(port, given.pages, given.envs)
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
