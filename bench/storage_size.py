"""Measure what the record costs: bytes for each kind of fetch, and the time of a commit.

    python -m bench.storage_size                                   # made-up pages, a minute
    python -m bench.storage_size --pack ../shared/data/replay      # and every capture of the replay pack
    python -m bench.storage_size --pack ../shared/data/replay --limit 100   # of each page

Made-up pages go through the door that fetches go through (`understand`, `record`
and an alert with deliveries), with headers as servers send them; the captures of
the pack go through `put_body` and the chain, each after the capture before it,
as `record.keep_bodies = "captures"` does. Bytes are those of the file on disk,
indexes and all. The last lines say what it took of the processor.
"""

import argparse
import hashlib
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

from sqlmodel import col, func, select

from alerts.raising import raise_alert
from storage.blobs import get_body, put_body
from storage.chain import append_all
from storage.derive import fetch_values
from storage.engine import Store, open_store
from storage.fetched import Fetched
from storage.models import Body, Fetch
from storage.policies import add_policy, edit_policy
from storage.record import record, understand
from storage.subscriptions import subscribe
from storage.upkeep import compact

_NOW = datetime(2026, 3, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_URL = "https://www.tealeaf.example/privacy"
_LINES = 1870  # of a made-up page: some 246 KB, the mean of the pages that policies stand on


def main() -> None:
    given = _arguments()
    with tempfile.TemporaryDirectory(dir=given.scratch) as folder:
        _made_up(Path(folder))
        if given.pack:
            _pack(Path(folder), given.pack, given.limit)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pack", type=Path, help="the folder of the replay pack")
    parser.add_argument("--limit", type=int, help="captures of each page; else all")
    parser.add_argument("--scratch", type=Path, help="where the databases are made, and removed")
    return parser.parse_args()


class _Watched:
    """One policy and its database; `fetch` is a whole check, a day later each time."""

    def __init__(self, file: Path, *, captures: bool) -> None:
        self.file = file
        self.store = open_store(str(file))
        self.at = _NOW
        self.commits: list[float] = []  # seconds, with the waiting for the disk
        self.spent: list[float] = []  # seconds of the processor
        with self.store.writing() as session:
            policy = add_policy(session, url=_URL, now=_NOW)
            if captures:
                edit_policy(session, policy.name, keep_bodies="captures")
            for number in range(5):
                subscribe(session, f"reader{number}@example.org", now=_NOW)
            self.policy_id = policy.id or 0

    def fetch(self, body: bytes | None, number: int) -> str:
        self.at += _DAY
        fetched = Fetched(
            policy_id=self.policy_id,
            source="live",
            url=_URL,
            final_url=_URL,
            redirects=(),
            slot_at=self.at,
            observed_at=self.at,
            took_ms=180,
            status=200 if body else 304,
            headers=_headers(number),
            body=body,
        )
        understood = understand(self.store, fetched, now=self.at)
        started, cpu = time.perf_counter(), time.process_time()
        with self.store.writing() as session:
            recorded = record(session, understood, now=self.at, confirm_after=timedelta(0))
            if recorded.news_change_id is not None:
                raise_alert(session, recorded.news_change_id, now=self.at, domain="example.org")
        self.commits.append(time.perf_counter() - started)
        self.spent.append(time.process_time() - cpu)
        return recorded.outcome

    def size(self) -> int:
        """Return the bytes of the file in use, its log folded in."""
        with self.store.reading() as session:
            values = [
                int(session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one())
                for name in ("page_count", "freelist_count", "page_size")
            ]
        return (values[0] - values[1]) * values[2]


def _made_up(folder: Path) -> None:
    watched = _Watched(folder / "unchanged.sqlite", captures=False)
    before = watched.size()
    watched.fetch(_page(0), 0)
    first = watched.size() - before
    print(f"first capture of a page of {len(_page(0)):,} bytes, with its text: {first:,} bytes")
    count, before = 3000, watched.size()
    for number in range(count):
        assert watched.fetch(None, number) == "unchanged"
    each = (watched.size() - before) / count
    print(f"an unchanged check (304, or the same text): {each:.0f} bytes")
    print(f"   its commit, synchronous=FULL: median {_ms(watched.commits[1:])}")
    print(f"   of it on the processor: median {_ms(watched.spent[1:])}")

    watched = _Watched(folder / "captures.sqlite", captures=True)
    watched.fetch(_page(0), 0)
    count, before, cpu = 300, watched.size(), time.process_time()
    for number in range(1, count + 1):
        assert watched.fetch(_page(number), number) == "unchanged"
    each = (watched.size() - before) / count
    spent = (time.process_time() - cpu) / count
    print(
        f"a further distinct raw capture, its headers kept: {each:.0f} bytes, "
        f"{1000 * spent:.1f} ms of CPU with the reading of the page"
    )

    watched = _Watched(folder / "changes.sqlite", captures=False)
    watched.fetch(_page(0), 0)
    watched.commits.clear()
    watched.spent.clear()
    count = 30
    for number in range(1, count + 1):
        assert watched.fetch(_page(0, months=number), number) == "changed"
        watched.fetch(_page(0, months=number), number)  # agrees, so that readers are told
    print(
        f"commit of a check with change, alert and 5 deliveries, synchronous=FULL: "
        f"median {_ms(watched.commits[1::2])}"
    )
    print(f"   of it on the processor: median {_ms(watched.spent[1::2])}")
    print(f"   the disk alone, 4 KB written and synced: median {_ms(_disk(folder))}")


def _disk(folder: Path) -> list[float]:
    took = []
    with (folder / "disk").open("wb") as file:
        for _ in range(50):
            started = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - started)
    return took


def _pack(folder: Path, pack_folder: Path, limit: int | None) -> None:
    pack = _reader(pack_folder)
    file = folder / "pack.sqlite"
    store = open_store(str(file))
    captures = raw = 0
    keeping = 0.0
    cpu = time.process_time()
    for number, (keys, url) in enumerate(_documents(pack), 1):
        with store.writing() as session:
            policy = add_policy(
                session, url=f"https://page-{number}.example/", name=f"page-{number}", now=_NOW
            )
            policy_id = policy.id or 0
        after = None
        for first in range(0, len(keys[:limit]), 100):
            with store.writing() as session:
                for key, at in keys[:limit][first : first + 100]:
                    data = pack.get(key)
                    values = fetch_values(
                        _capture(policy_id, url, at), outcome="unchanged", cause="", detail="",
                        digest="", now=at,
                    )  # fmt: skip
                    started = time.process_time()
                    after = values["body_sha256"] = put_body(session, data, after=after)
                    append_all(session, Fetch, [values])
                    keeping += time.process_time() - started
                    captures, raw = captures + 1, raw + len(data)
                    session.expunge_all()
    total = time.process_time() - cpu
    _report_pack(store, file, captures, raw)
    print(
        f"   CPU: {1000 * keeping / captures:.2f} ms a capture to keep it "
        f"({total:.0f} s in all, with the reading of the pack)"
    )
    _time_reading(store)
    store.close()


def _report_pack(store: Store, file: Path, captures: int, raw: int) -> None:
    with store.reading() as session:
        bodies, frames = session.exec(
            select(func.count(), func.sum(func.length(Body.frame))).select_from(Body)
        ).one()
        alone = session.exec(
            select(func.count(), func.avg(Body.size), func.avg(func.length(Body.frame))).where(
                col(Body.base_sha256).is_(None)
            )
        ).one()
    store.close()
    compact(str(file))
    size = file.stat().st_size
    print(f"replay pack: {captures:,} captures, {bodies:,} distinct, {raw / 1e9:.2f} GB raw")
    print(
        f"   {size / 1e6:.1f} MB on disk, {size / captures:.0f} bytes a capture; "
        f"the frames alone {frames / 1e6:.1f} MB"
    )
    print(
        f"   {alone[0]} stand alone (first captures, other pages): "
        f"{alone[1]:,.0f} bytes raw, {alone[2]:,.0f} kept, on average"
    )


def _time_reading(store: Store) -> None:
    chance = random.Random(20260301)  # noqa: S311 - which bodies, no secret
    with store.reading() as session:
        names = session.exec(select(Body.sha256)).all()
    took = []
    for sha256 in chance.sample(list(names), min(300, len(names))):
        with store.reading() as session:
            started = time.perf_counter()
            get_body(session, sha256)
            took.append(time.perf_counter() - started)
    print(f"   one body read again: median {_ms(took)}, the slowest {1000 * max(took):.1f} ms")


def _ms(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return (
        f"{1000 * median(ordered):.1f} ms, 95 % {1000 * ordered[len(ordered) * 95 // 100]:.1f} ms"
    )


def _reader(folder: Path) -> Any:  # the pack's own reader, which lies beside it
    sys.path.insert(0, str(folder.resolve().parents[1] / "eval"))
    return import_module("packlib").Pack(str(folder))


def _documents(pack: Any) -> Iterator[tuple[list[tuple[str, datetime]], str]]:
    """Yield each page's captures in order, and its address."""
    found: dict[tuple[str, str, str], list[tuple[str, datetime]]] = {}
    for row in pack.index():
        at = datetime.fromisoformat(row["fetched_at"])
        found.setdefault((row["coll"], row["doc"], row["url"]), []).append((row["key"], at))
    for (_, _, url), keys in found.items():
        yield keys, url


def _capture(policy_id: int, url: str, at: datetime) -> Fetched:
    return Fetched(
        policy_id=policy_id, source="live", url=url, final_url=url, redirects=(), slot_at=at,
        observed_at=at, took_ms=180, status=200, headers=(), body=None,
    )  # fmt: skip


def _page(nonce: int, *, months: int = 12) -> bytes:
    """Return a page of the usual size whose nonces, numbers and asset names change at every visit."""
    seed = hashlib.sha256(str(nonce).encode()).hexdigest()
    words = ["order", "account", "address", "payment", "delivery", "support", "product", "message"]
    chance = random.Random(7)  # noqa: S311 - the same page each time but for the nonces
    rows = "".join(
        f'<div class="paragraph column-{chance.randrange(9)}" role="listitem"><p>When you '
        f"use your {chance.choice(words)} we read the {chance.choice(words)} number "
        f"{chance.randrange(9999)} to show it to you.</p></div>\n"
        for _ in range(_LINES)
    )
    return (
        f"<!doctype html><html lang=en><head><title>Privacy policy</title>"
        f'<script nonce="{seed[:32]}">var csrf="{seed[32:]}"</script></head><body>'
        f"<main><h1>Privacy policy</h1><p>We keep your personal data for {months} months, and we "
        f"do not sell it to anybody.</p>{rows}</main>"
        f'<script src="/a.js?v={seed[:12]}" nonce="{seed[:32]}"></script></body></html>'
    ).encode()


def _headers(number: int) -> tuple[tuple[str, str], ...]:
    """Return headers such as a large site's; a date, a request's id and a policy's nonce differ."""
    seed = hashlib.sha256(f"headers {number}".encode()).hexdigest()
    same: Mapping[str, str] = {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "private, no-cache, no-store, max-age=0",
        "Server": "cloudflare",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "Vary": "Accept-Encoding",
    }
    return (
        *same.items(),
        ("Date", f"{number % 28 + 1:02} Mar 2026 12:00:{number % 60:02} GMT"),
        ("CF-Ray", f"{seed[:16]}-FRA"),
        ("X-Request-Id", seed[16:48]),
    )


if __name__ == "__main__":
    main()
