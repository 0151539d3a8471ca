"""Reading, measured against the references, the bare parser and other tools.

    python bench/extraction.py PACK_FOLDER [--cases ok] [--sketch FILE.py:FUNC]

prints token precision, recall, F1, 4-gram recall, the share of pages with a
recall under .9, and CPU a page, for each tool that is installed. Ours is there
twice: "main text" is what the other tools do too, bytes to lines of main text
(decode, extract); "clausewatch" is the whole reading, that is also lost structure
mended, one spelling, claims, language, volatile spans, and the digest. The other tools
(trafilatura, inscriptis, readability-lxml) go into an environment of their own, beside
selectolax, zstandard, charset-normalizer and pypdfium2 for ours. PACK_FOLDER is
a replay pack (`extraction.jsonl` beside `pack.sqlite`). `extract` is also a
callable that the scorers beside the pack take.

CPU is the sum over the pages, each read by one tool after the other, so that
all of them, the bare parse too, meet a processor that has just done something
else; a tool that reads all pages in a row is 1.4 times as fast, and the bare
parse gains most. `first` is the first round, in which no page was seen before;
the other figure is the best of five.
"""

import argparse
import importlib
import importlib.util
import os
import re
import statistics
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.decode import decode
from analysis.extract.html import extract_html
from analysis.reading import read_page
from bench.pack import Pack
from clausewatch.memory import look_for_cycles_less_often

Tool = Callable[[bytes, str], str]
ROUNDS = 5  # the machine is shared
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


def main_text(html: bytes, _: str) -> str:
    """Decode and extract only: for HTML in UTF-8 the text is needed by nothing but its check."""
    decoded = decode(html)
    clean = decoded.encoding == "utf-8" and not decoded.problems
    return "\n".join(extract_html(html if clean else decoded.text).lines)


def bare_parse(html: bytes, _: str) -> str:
    LexborHTMLParser(html)
    return ""


def body_text(html: bytes, _: str) -> str:
    body = LexborHTMLParser(html).body
    return body.text(separator=" ") if body else ""


def tools(sketch: str) -> Iterator[tuple[str, Tool]]:
    yield "bare parse", bare_parse
    yield "whole body", body_text
    yield "main text", main_text
    yield "clausewatch", extract
    if sketch:
        file, _, name = sketch.rpartition(":")
        sys.path.insert(0, str(Path(file).parent))
        yield "sketch", getattr(importlib.import_module(Path(file).stem), name)
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
    pack = Pack(folder)
    return [
        Case(pack.blob(row["key"]), row["url"], pack.blob(row["ref"]).decode("utf-8", "replace"))
        for row in pack.cases()
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


class Cpu(NamedTuple):
    """Seconds for all pages."""

    first: float
    best: float


def cpu_of(known: dict[str, Tool], pages: list[Case]) -> dict[str, Cpu]:
    rounds: list[dict[str, float]] = []
    for _ in range(ROUNDS):
        spent = dict.fromkeys(known, 0.0)
        for case in pages:
            for name, tool in known.items():
                start = time.process_time()
                tool(case.html, case.url)
                spent[name] += time.process_time() - start
        rounds.append(spent)
    return {name: Cpu(rounds[0][name], min(spent[name] for spent in rounds)) for name in known}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cases", default="ok")
    parser.add_argument(
        "--sketch", default="", help="one more tool, FILE.py:FUNC(bytes, url) -> text"
    )
    arguments = parser.parse_args()
    look_for_cycles_less_often()  # as the program does
    pages = cases(arguments.folder, arguments.cases)
    references = [words_of(case.reference) for case in pages]
    known = dict(tools(arguments.sketch))
    cpu = cpu_of(known, pages)
    floor = cpu["bare parse"]
    kilobytes = sum(len(case.html) for case in pages) / len(pages) / 1024
    print(f"{len(pages)} pages, {kilobytes:.0f} kB each; load {os.getloadavg()[0]:.1f}")
    for name, tool in known.items():
        scores = [
            score(reference, words_of(tool(case.html, case.url)))
            for case, reference in zip(pages, references, strict=True)
        ]
        mean = [statistics.fmean(column) for column in zip(*scores, strict=True)]
        low = sum(one.recall < 0.9 for one in scores) / len(scores)
        first, best = cpu[name]
        print(
            f"{name:12} P {mean[0]:.4f}  R {mean[1]:.4f}  F1 {mean[2]:.4f}  R4 {mean[3]:.4f}"
            f"  R<.9 {low:6.1%}  {best / len(pages) * 1000:7.2f} ms  {best / floor.best:6.1f}x the bare parse"
            f"  (first {first / len(pages) * 1000:.2f} ms, {first / floor.first:.1f}x)"
        )


if __name__ == "__main__":
    main()
