"""Reading, measured against the references, the bare parser and other tools.

    python bench/extraction.py PACK_FOLDER [--cases ok]

prints token precision, recall, F1, 4-gram recall, the share of pages with a
recall under .9, and CPU a page, for each tool that is installed. The other tools
(trafilatura, inscriptis, readability-lxml) go into an environment of their own, beside
selectolax, zstandard, charset-normalizer and pypdfium2 for ours. PACK_FOLDER is
a replay pack (`extraction.jsonl` beside `pack.sqlite`). `extract` and `digest`
are also the callables that the scorers beside the pack take.
"""

import argparse
import importlib
import importlib.util
import json
import re
import sqlite3
import statistics
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import zstandard
from selectolax.lexbor import LexborHTMLParser

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.reading import read_page

Tool = Callable[[bytes, str], str]
ROUNDS = 3  # the best of three: the machine is shared
TARGET = r"\((?:[^()\s]|\([^()]{0,300}\)){0,3000}(?:\s+\"[^\"]{0,500}\")?\)"
LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\]]{0,300}\]){0,3000})\]" + TARGET)
IMAGE = re.compile(r"!\[[^\]]{0,1000}\]\([^)]{0,3000}\)")
ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])")


class Case(NamedTuple):
    html: bytes
    url: str
    reference: str


class Score(NamedTuple):
    precision: float
    recall: float
    f1: float
    grams: float


def extract(html: bytes, url: str) -> str:
    return read_page(html, url=url).text


def digest(html: bytes, url: str) -> str:
    return read_page(html, url=url).digest


def bare_parse(html: bytes, _: str) -> str:
    LexborHTMLParser(html)
    return ""


def body_text(html: bytes, _: str) -> str:
    body = LexborHTMLParser(html).body
    return body.text(separator=" ") if body else ""


def tools() -> Iterator[tuple[str, Tool]]:
    yield "bare parse", bare_parse
    yield "whole body", body_text
    yield "clausewatch", extract
    if importlib.util.find_spec("trafilatura"):
        trafilatura = importlib.import_module("trafilatura")
        yield "trafilatura", lambda html, _: trafilatura.extract(html, favor_recall=True) or ""
    if importlib.util.find_spec("inscriptis"):
        inscriptis = importlib.import_module("inscriptis")
        yield "inscriptis", lambda html, _: inscriptis.get_text(html.decode("utf-8", "replace"))
    if importlib.util.find_spec("readability"):
        readability = importlib.import_module("readability")
        yield "readability", lambda html, _: readable(readability, html)


def readable(readability: object, html: bytes) -> str:
    """Return the words of readability's summary, which is HTML."""
    document = readability.Document(html.decode("utf-8", "replace"))  # type: ignore[attr-defined]  # imported by name
    return body_text(document.summary().encode(), "")


def cases(folder: Path, wanted: str) -> list[Case]:
    database = sqlite3.connect(f"file:{folder / 'pack.sqlite'}?mode=ro", uri=True)
    frames: dict[int, bytes] = {}

    def blob(key: str) -> bytes:
        frame, start, length = database.execute(
            "select frame, off, len from blobs where key=?", (key,)
        ).fetchone()
        if frame not in frames:
            (packed,) = database.execute("select z from frames where id=?", (frame,)).fetchone()
            unpack = zstandard.ZstdDecompressor(max_window_size=1 << 27)
            frames[frame] = unpack.decompress(packed, max_output_size=1 << 28)
        return frames[frame][start : start + length]

    rows = map(json.loads, (folder / "extraction.jsonl").read_text("utf-8").splitlines())
    return [
        Case(blob(row["key"]), row["url"], blob(row["ref"]).decode("utf-8", "replace"))
        for row in rows
        if row["cls"] == wanted
    ]


def words_of(text: str) -> list[str]:
    text = IMAGE.sub(" ", unicodedata.normalize("NFKC", text))
    text = LINK.sub(r"\1", LINK.sub(r"\1", text))
    return re.findall(
        r"\w+", ESCAPE.sub(r"\1", text).replace("<br>", " ").replace("_", " ").lower()
    )


def score(reference: list[str], found: list[str]) -> Score:
    common = sum((Counter(reference) & Counter(found)).values())
    precision, recall = common / max(1, len(found)), common / max(1, len(reference))
    grams, got = (
        Counter(zip(*(words[n:] for n in range(4)), strict=False)) for words in (reference, found)
    )
    kept = sum((grams & got).values()) / max(1, sum(grams.values()))
    both = precision + recall
    return Score(precision, recall, 2 * precision * recall / both if both else 0.0, kept)


def cpu_ms(tool: Tool, pages: list[Case]) -> float:
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for case in pages:
            tool(case.html, case.url)
        rounds.append(time.process_time() - start)
    return min(rounds) / len(pages) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cases", default="ok")
    arguments = parser.parse_args()
    pages = cases(arguments.folder, arguments.cases)
    references = [words_of(case.reference) for case in pages]
    floor = 0.0
    print(
        f"{len(pages)} pages, {sum(len(case.html) for case in pages) / len(pages) / 1024:.0f} kB each"
    )
    for name, tool in tools():
        spent = cpu_ms(tool, pages)
        floor = floor or spent
        scores = [
            score(reference, words_of(tool(case.html, case.url)))
            for case, reference in zip(pages, references, strict=True)
        ]
        mean = [statistics.fmean(column) for column in zip(*scores, strict=True)]
        low = sum(one.recall < 0.9 for one in scores) / len(scores)
        print(
            f"{name:12} P {mean[0]:.4f}  R {mean[1]:.4f}  F1 {mean[2]:.4f}  R4 {mean[3]:.4f}"
            f"  R<.9 {low:6.1%}  {spent:7.2f} ms  {spent / floor:6.1f}x the bare parse"
        )


if __name__ == "__main__":
    main()
