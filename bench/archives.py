"""What becomes of an archive that misbehaves: plain waybackpy beside a backfill; and what thinning saves.

    python bench/archives.py [--captures FOLDER]

Both ask the same archive on loopback (`tests.support.archive`). With FOLDER (it holds
`wayback.warc.gz`) the second table says, for each density, how many captures are fetched
and for how many addresses the timeline is the one that all captures give.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from waybackpy import WaybackMachineCDXServerAPI  # noqa: E402

from analysis.quality import assess  # noqa: E402
from analysis.reading import read_page  # noqa: E402
from crawler.captures import NO_TEXT, Sight, inferred, wanted  # noqa: E402
from storage.warc import read_warc  # noqa: E402
from tests.scheduler.past import START, Past  # noqa: E402
from tests.storage.world import URL, A, watched  # noqa: E402
from tests.support.archive import FakeArchive  # noqa: E402

PATIENCE_S = 20.0  # for a library that knows no timeout
CAPTURES = 12


SHORT = b"<html>429 Too Many</html>"


def busy(archive: FakeArchive) -> None:
    archive.refuse(1_000, body=SHORT)


def busy_twice(archive: FakeArchive) -> None:
    archive.refuse(2, body=SHORT)


def busy_with_words(archive: FakeArchive) -> None:
    archive.refuse(1_000, body=b"<html><body>Too many requests, slow down and come again later")


def down(archive: FakeArchive) -> None:
    archive.refuse(1_000, status=503, body=b"unavailable")


def hanging(archive: FakeArchive) -> None:
    archive.hang(1)


def no_day(archive: FakeArchive) -> None:
    archive.put(URL, "20200600000000", A)


def cut(archive: FakeArchive) -> None:
    archive.index_in_pages_of(100, cuts_rows=True)


def looping(archive: FakeArchive) -> None:
    archive.index_in_pages_of(5, repeats_key=True)


MOODS: dict[str, Callable[[FakeArchive], None]] = {
    "429, for ever": busy,
    "429 with a page, for ever": busy_with_words,
    "429 twice, then well": busy_twice,
    "503, for ever": down,
    "no answer, once": hanging,
    "a timestamp without a day": no_day,
    "a row cut short": cut,
    "the same resume key again": looping,
}


def main() -> None:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--captures", type=Path, help="a folder with wayback.warc.gz")
    given = options.parse_args()
    print(f"{'mood of the archive':28} {'waybackpy 3.0.6':38} backfill")
    for name, mood in MOODS.items():
        print(f"{name:28} {with_waybackpy(mood):38} {with_backfill(mood)}", flush=True)
    if given.captures:
        densities(given.captures / "wayback.warc.gz")


@contextmanager
def archive_in(mood: Callable[[FakeArchive], None]) -> Iterator[FakeArchive]:
    with FakeArchive() as archive:
        for number in range(CAPTURES):
            archive.put(URL, START + number * timedelta(days=40), A + b"<!-- %d -->" % number)
        mood(archive)
        yield archive


def with_waybackpy(mood: Callable[[FakeArchive], None]) -> str:
    """Return what the library says, asked as its manual asks."""
    said = [f"nothing, after {PATIENCE_S:.0f} s"]
    with archive_in(mood) as archive:

        def ask() -> None:
            api = WaybackMachineCDXServerAPI(URL, user_agent="bench", limit="5")
            api.endpoint = f"{archive.url}/cdx"
            count = 0
            try:
                for _ in api.snapshots():
                    count += 1
                    if count > 10 * CAPTURES:
                        said[0] = f"more than {10 * CAPTURES} captures, no end"
                        return
            except Exception as error:  # noqa: BLE001 - what it raises is the result
                said[0] = f"{type(error).__name__} after {count} captures"
                return
            said[0] = f"{count} captures, no error"

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(PATIENCE_S)
    return said[0]


def with_backfill(mood: Callable[[FakeArchive], None]) -> str:
    with archive_in(mood) as archive, tempfile.TemporaryDirectory() as folder:
        world = watched(Path(folder))
        past = Past(world, archive, timeout_s=2.0)
        began = time.monotonic()
        done = past.backfill()
        took = time.monotonic() - began
        world.store.close()
    waits = "+".join(f"{wait.total_seconds():.0f}" for wait in past.waits)
    rest = f", {done.unreadable} unreadable" if done.unreadable else ""
    pauses = f", pauses of {waits} s" if waits else ""
    words = f"{done.state}{f' ({done.cause})' if done.cause else ''}, {done.listed} captures"
    return f"{words}{rest}{pauses} [{took:.1f} s]"


def densities(warc: Path) -> None:
    truth = defaultdict(list)
    with warc.open("rb") as file:
        for one in read_warc(file, name=warc.name):
            reading = read_page(one.body, url=one.url, content_type="text/html")
            text = reading.digest if assess(reading).ok else NO_TEXT
            truth[one.url].append(Sight(one.at, f"{one.at}", text))
    total = sum(map(len, truth.values()))
    print(f"\n{'density':10} {'fetched':>9} {'of':>5} {'same timeline':>15}")
    for days in (0, 7, 30, 90, 180, 365):
        fetched = same = 0
        for sights in truth.values():
            sights.sort(key=lambda sight: sight.at)
            found, count = thinned(sights, timedelta(days=days))
            fetched += count
            same += runs(found) == runs(sights)
        named = f"{days} d" if days else "all"
        print(f"{named:10} {fetched:9} {total:5} {same:12}/{len(truth)}")


def thinned(truth: list[Sight], every: timedelta) -> tuple[list[Sight], int]:
    known = [replace(sight, text=None) for sight in truth]
    count = 0
    while chosen := wanted(known, every=every):
        count += len(chosen)
        for place in chosen:
            known[place] = truth[place]
    return inferred(known), count


def runs(sights: list[Sight]) -> list[tuple[str, datetime, datetime]]:
    shown = [sight for sight in sights if sight.text]
    grouped = (list(group) for _, group in groupby(shown, key=lambda sight: sight.text))
    return [(group[0].text or "", group[0].at, group[-1].at) for group in grouped]


if __name__ == "__main__":
    main()
