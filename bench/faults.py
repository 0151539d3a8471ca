"""Three faults that other tools are known to stumble over, side by side, in one run.

    python bench/faults.py --envs FOLDER      # environments as bench/contenders.py says

Each tool sees the page well, then the fault, then what comes after it. What it tells is
printed beside what is true: a body cut short is no change; a text deployed with an older
date is one; a server that asks for an hour of peace is not asked again within it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1]))

from bench.contenders import Contender, contenders  # noqa: E402
from tests.support import faults  # noqa: E402
from tests.support.misbehaviour import PAGE  # noqa: E402
from tests.support.site import Exchange, Site  # noqa: E402

NEWS = PAGE.replace("We do not share them with anybody", "We sell them to advertisers", 1)
DATE = "%a, %d %b %Y %H:%M:%S GMT"


@dataclass(frozen=True, slots=True)
class Fault:
    path: str
    asks: str  # what a tool must get right
    well: Callable[[Site, str], object]
    fault: Callable[[Site, str], object]


def whole(site: Site, path: str) -> None:
    site.act(path, faults.packed("gzip", PAGE.encode()))


def cut(site: Site, path: str) -> None:
    site.act(path, faults.cut_short("gzip", PAGE.encode()))


def dated(text: str, when: datetime) -> Callable[[Site, str], object]:
    """A file server: it answers 304 to any date that is not older than the file's."""
    modified = when.strftime(DATE)

    def answer(exchange: Exchange) -> None:
        since = exchange.hit.headers.get("if-modified-since", "")
        try:  # as Python's own http.server and Apache do
            asked = parsedate_to_datetime(since)
            fresh = (asked if asked.tzinfo else asked.replace(tzinfo=UTC)) >= when
        except (TypeError, ValueError):
            fresh = False
        body = b"" if fresh else text.encode()
        head = (
            f"HTTP/1.1 {'304 Not Modified' if fresh else '200 OK'}\r\nContent-Type: text/html\r\n"
        )
        head += f"Last-Modified: {modified}\r\nContent-Length: {len(body)}\r\n\r\n"
        exchange.send(head.encode() + body)

    return lambda site, path: site.act(path, answer)


def refuses(site: Site, path: str) -> None:
    site.put(path, "slow down", status=429, headers={"Retry-After": "3600"})


NOW = datetime.now(UTC).replace(microsecond=0)
FAULTS = (
    Fault("/cut", "half a gzip body is no change", whole, cut),
    Fault(
        "/older",
        "a text deployed with an older date is a change",
        dated(PAGE, NOW - timedelta(days=10)),
        dated(NEWS, NOW - timedelta(days=20)),
    ),
    Fault(
        "/busy",
        "429 with Retry-After: 3600 is not asked again within the hour",
        lambda site, path: site.put(path, PAGE),
        refuses,
    ),
)


class Ours:
    """Clausewatch as a person runs it: `add`, then `check --all`."""

    name = "clausewatch"

    def __init__(self) -> None:
        from tests.support.program import Program

        self._make = Program

    def begin(self, folder: Path, urls: list[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._program = self._make(folder, {"CLAUSEWATCH_CONFIRM_AFTER": "0s"})
        for url in urls:
            self._program.run("add", url, "--browser", "never")
        self.look()

    def look(self) -> dict[str, str]:
        lines = self._program.run("check", "--all", "--json", expect=None).lines
        return {line["url"]: line["cause"] or line["outcome"] for line in lines}


def look(tool: Contender | Ours) -> dict[str, str]:
    return tool.look() if isinstance(tool, Ours) else dict(tool.check().told)


def try_out(tool: Contender | Ours, folder: Path, ports: dict[str, str]) -> None:
    with Site(host="0.0.0.0") as site:  # noqa: S104 - tests bind so too; loopback asks
        urls = {f.path: f"http://{ports[f.path]}:{site.port}{f.path}" for f in FAULTS}
        for fault in FAULTS:
            fault.well(site, fault.path)
        tool.begin(folder, list(urls.values()))
        if not isinstance(tool, Ours):
            look(tool)
        for fault in FAULTS:
            fault.fault(site, fault.path)
        site.forget()
        first, second = look(tool), look(tool)
        asked = len(site.seen("/busy"))
        told = {f.path: f"{first[urls[f.path]]}, then {second[urls[f.path]]}" for f in FAULTS}
        fine = {
            "/cut": "changed" not in told["/cut"],
            "/older": first[urls["/older"]] == "changed",
            "/busy": asked == 1,
        }
        told["/busy"] += f"; asked {asked} times"
        print(f"{tool.name}", flush=True)
        for fault in FAULTS:
            sign = "right" if fine[fault.path] else "WRONG"
            print(f"  {sign}  {fault.asks}: {told[fault.path]}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--envs", type=Path, required=True, help="where the other tools are")
    given = parser.parse_args()
    ports = {fault.path: f"127.0.0.{n}" for n, fault in enumerate(FAULTS, 11)}
    with tempfile.TemporaryDirectory() as folder:
        for tool in [Ours(), *contenders(given.envs)]:
            try:
                try_out(tool, Path(folder) / tool.name, ports)
            finally:
                if not isinstance(tool, Ours):
                    tool.end()


if __name__ == "__main__":
    main()
