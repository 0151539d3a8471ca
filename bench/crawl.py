"""CPU of a fetch against a bare Scrapy spider, in one run; memory over many fetches.

    python bench/crawl.py [--pages 3000] [--hosts 50] [--leak 15000]

A server in a process of its own serves one page of policy-like HTML, gzipped, on
127.0.0.2 and up. Each contender fetches the same addresses in a process of its own, and
its CPU is read there: start-up is measured with few pages and subtracted.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1]))

ETAG = '"bench"'
WARM = 200
PAGE = (
    "<html><head><title>Privacy</title></head><body>"
    + "".join(
        f"<h2>{n}. Section</h2><p>We collect item {n * 7919} and keep it for {n} days; "
        f"we share it with partner {n * 104729 % 997} for purpose {n * 31 % 89}.</p>"
        for n in range(400)
    )
    + "</body></html>"
).encode()


def serve(hosts: int) -> None:
    """Answer every request with the page, or 304 to its validator; print the port."""
    body = gzip.compress(PAGE)
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Encoding: gzip\r\n"
        f"ETag: {ETAG}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    fresh = b"HTTP/1.1 304 Not Modified\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                asked = await reader.readuntil(b"\r\n\r\n")
                if asked.startswith(b"GET /robots.txt"):
                    writer.write(missing)
                elif b"If-None-Match" in asked:
                    writer.write(fresh)
                else:
                    writer.write(head + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        first = await asyncio.start_server(answer, "127.0.0.2", 0, backlog=512)
        port = first.sockets[0].getsockname()[1]
        for host in range(1, hosts):
            await asyncio.start_server(answer, f"127.0.0.{2 + host}", port, backlog=512)
        print(port, flush=True)
        await asyncio.Event().wait()

    asyncio.run(run())


def urls(port: int, hosts: int, pages: int) -> list[str]:
    return [f"http://127.0.0.{2 + n % hosts}:{port}/policy/{n}" for n in range(pages)]


def bare(addresses: list[str], *, conditional: bool) -> int:
    """A spider as the tutorial has it: Scrapy's defaults, no log."""
    import scrapy
    from scrapy.crawler import CrawlerProcess

    got = 0

    class Bare(scrapy.Spider):
        name = "bare"

        async def start(self):  # type: ignore[no-untyped-def]  # noqa: ANN202
            headers = {"If-None-Match": ETAG} if conditional else {}
            for url in addresses:
                yield scrapy.Request(
                    url, headers=headers, dont_filter=True, meta={"handle_httpstatus_list": [304]}
                )

        def parse(self, response):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            nonlocal got
            got += response.status in {200, 304}

    logging.disable(logging.CRITICAL)
    process = CrawlerProcess({"LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False})
    _ = process.crawl(Bare)
    process.start()
    return got


def ours(addresses: list[str], *, conditional: bool) -> int:
    from crawler.run import CrawlOptions, crawl
    from storage.policies import Target

    targets = [
        Target(
            policy_id=number,
            name=str(number),
            url=url,
            etag=ETAG if conditional else None,
            last_modified=None,
            select="",
            remove="",
            slot_at=None,
        )
        for number, url in enumerate(addresses)
    ]
    options = CrawlOptions(user_agent="Clausewatch-bench/0", allow_addresses=("127.0.0.0/8",))
    report = crawl(targets, keep=lambda _: None, options=options, clock=lambda: datetime.now(UTC))
    return report.fetched


CONTENDERS: dict[str, Callable[..., int]] = {"bare": bare, "ours": ours}


def child(name: str, port: int, hosts: int, pages: int, *, conditional: bool) -> None:
    addresses = urls(port, hosts, pages)
    began = time.perf_counter()
    got = CONTENDERS[name](addresses, conditional=conditional)
    peak_kib = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
    print(
        json.dumps(
            {
                "got": got,
                "cpu": time.process_time(),
                "wall": time.perf_counter() - began,
                "peak_mib": peak_kib / 1024,
            }
        )
    )


def measure(name: str, port: int, hosts: int, pages: int, *, conditional: bool) -> dict[str, float]:
    command = [sys.executable, str(HERE), "--child", name, "--port", str(port)]
    command += ["--hosts", str(hosts), "--pages", str(pages)]
    command += ["--conditional"] if conditional else []
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    result: dict[str, float] = json.loads(out.splitlines()[-1])
    assert result["got"] == pages, result
    return result


def compare(port: int, hosts: int, pages: int) -> None:
    print(
        f"{pages} pages of {len(PAGE) / 1024:.0f} KiB on {hosts} hosts; CPU per page, start-up subtracted"
    )
    for conditional, answer in ((False, "200"), (True, "304")):
        marginal: dict[str, list[float]] = {"bare": [], "ours": []}
        peak = dict.fromkeys(CONTENDERS, 0.0)
        for _ in range(3):  # side by side, so that a busy machine hits both
            for name in CONTENDERS:
                few = measure(name, port, hosts, WARM, conditional=conditional)
                many = measure(name, port, hosts, WARM + pages, conditional=conditional)
                marginal[name].append((many["cpu"] - few["cpu"]) / pages * 1000)
                peak[name] = max(peak[name], many["peak_mib"])
        best = {name: min(values) for name, values in marginal.items()}
        for name in CONTENDERS:
            spread = ", ".join(f"{value:.2f}" for value in marginal[name])
            print(f"  {answer} {name}: {best[name]:.2f} ms ({spread}); peak {peak[name]:.0f} MiB")
        print(f"  {answer} ours / bare: {best['ours'] / best['bare']:.2f}")


def leak(port: int, hosts: int, pages: int) -> None:
    """Fetch in crawls of 500 in one process; memory, files and threads after each 2,500."""
    import gc
    import threading

    status = Path("/proc/self/status")
    for done in range(500, pages + 1, 500):
        assert ours(urls(port, hosts, 500), conditional=False) == 500
        if done % 2500 == 0:
            gc.collect()
            resident = int(status.read_text().split("VmRSS:")[1].split()[0]) / 1024
            files = len(list(Path("/proc/self/fd").iterdir()))
            print(
                f"  {done:6d} fetches: {resident:6.1f} MiB resident, {files} files, "
                f"{threading.active_count()} threads",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--leak", type=int, default=0)
    parser.add_argument("--child", choices=[*CONTENDERS, "server"])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--conditional", action="store_true")
    given = parser.parse_args()
    if given.child == "server":
        serve(given.hosts)
    elif given.child:
        child(given.child, given.port, given.hosts, given.pages, conditional=given.conditional)
    else:
        command = [sys.executable, str(HERE), "--child", "server", "--hosts", str(given.hosts)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            try:
                if given.leak:
                    leak(port, given.hosts, given.leak)
                else:
                    compare(port, given.hosts, given.pages)
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
