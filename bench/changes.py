"""Measure the comparison of two editions: judgement, planted edits, time.

    python bench/changes.py [PACK.jsonl.gz] [--planted 1000] [--predictions FILE] [--only judge|planted|time]

PACK is a labelled pack of recorded policy changes (by default the one beside
the project); without it there is nothing to measure. Prints three tables: the
judgement against the labels, as a whole and for five groups of services; recall on planted edits and
false findings on cosmetic ones; and the time of a comparison beside other
ways to find words that differ. `--predictions` also writes what
`score_changes.py` reads.
"""

import argparse
import gzip
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from long_pairs import KINDS, long_pairs  # noqa: E402  # found through the line above
from planting import COSMETIC, MATERIAL, Planted, plant  # noqa: E402

from analysis.compare import Comparison, compare, dataset_topics  # noqa: E402
from analysis.reading import read_page  # noqa: E402
from clausewatch.memory import look_for_cycles_less_often  # noqa: E402

PACK = ROOT.parent / "shared" / "data" / "changes" / "dev.jsonl.gz"
_WHOLE = 2_000  # characters on both sides of a change that goes into the long pairs
Row = dict[str, Any]  # Any: a line of the pack, as its guide describes it


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("pack", nargs="?", type=Path, default=PACK)
    parser.add_argument("--planted", type=int, default=1000, help="planted edits of each sort")
    parser.add_argument("--predictions", type=Path, help="write predictions for the scorer here")
    parser.add_argument("--only", choices=("judge", "planted", "time"))
    given = parser.parse_args()
    look_for_cycles_less_often()  # as the program does
    if not given.pack.exists():
        sys.exit(f"no pack at {given.pack}: name one")
    with gzip.open(given.pack, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    if given.only in (None, "judge"):
        _judge(rows, given.predictions)
    if given.only in (None, "planted"):
        _planted(rows, given.planted)
    if given.only in (None, "time"):
        _time(rows)


def _compared(row: Row) -> Comparison:
    return compare(
        row["old_text"],
        row["new_text"],
        doc_type=row["doc_type"],
        date=row["date"],
        old_id=row["old_blob"],
        new_id=row["new_blob"],
        history=[(date, old, new) for date, old, new in row["history"]["prior"]],
    )


def _judge(rows: Sequence[Row], predictions: Path | None) -> None:
    found = {row["id"]: _compared(row) for row in rows}
    every = Counter((True, bool(row["material"])) for row in rows)
    ours = Counter((found[row["id"]].material, bool(row["material"])) for row in rows)
    weighted: defaultdict[tuple[bool, bool], float] = defaultdict(float)
    for row in rows:
        weighted[found[row["id"]].material, bool(row["material"])] += row.get("weight") or 0.0
    print("material or not                 P     R     F1    alerts per 100")
    _line("every change alerts", every)
    _line("compare", ours)
    _line("compare, weighted to the crawl", weighted)
    alarms = Counter(row["kind"] for row in rows if found[row["id"]].material)
    kinds = Counter(row["kind"] for row in rows)
    print("alarms by kind:", "  ".join(f"{k} {alarms[k]}/{kinds[k]}" for k in sorted(kinds)))
    memo = [row for row in rows if row["set"] == "memo" and row["material"]]
    told = sum(found[row["id"]].material for row in memo)
    print(f"changes an expert wrote about: {told}/{len(memo)} told")
    _topics(rows, found)
    _folds(rows, found)
    if predictions:
        with predictions.open("w", encoding="utf-8") as out:
            for row in rows:
                one = found[row["id"]]
                line = {
                    "id": row["id"],
                    "material": one.material,
                    "clauses": list(dataset_topics(one.topics)),
                    "direction": one.direction,
                }
                out.write(json.dumps(line) + "\n")


def _line(name: str, cells: Any) -> None:  # Any: a Counter of counts or a dict of weights
    tp, fp, fn = cells[True, True], cells[True, False], cells[False, True]
    p, r, f = _prf(tp, fp, fn)
    total = sum(cells.values()) or 1
    print(f"{name:<30} {p:.3f} {r:.3f} {f:.3f} {100 * (tp + fp) / total:8.1f}")


def _prf(tp: float, fp: float, fn: float) -> tuple[float, float, float]:
    p = tp / (tp + fp) if tp + fp else 0.0
    r = tp / (tp + fn) if tp + fn else 0.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def _topics(rows: Sequence[Row], found: dict[str, Comparison]) -> None:
    hits = Counter[str]()
    sides = Counter[bool]()
    for row in rows:
        one = found[row["id"]]
        named, gold = (
            set(dataset_topics(one.topics)) if one.material else set(),
            set(row["clauses"]),
        )
        hits.update(tp=len(named & gold), fp=len(named - gold), fn=len(gold - named))
        if one.material and row["material"]:
            sides[one.direction == row["direction"]] += 1
    p, r, f = _prf(hits["tp"], hits["fp"], hits["fn"])
    print(f"topics, micro, all records      {p:.3f} {r:.3f} {f:.3f}")
    print(
        f"direction right                 {sides[True] / max(1, sides.total()):.3f} of {sides.total()}"
    )


def _folds(rows: Sequence[Row], found: dict[str, Comparison], folds: int = 5) -> None:
    """How even the judgement is over services: F1 on five disjoint groups of them."""
    services = sorted({row["service_group"] for row in rows})
    scores = []
    for fold in range(folds):
        group = set(services[fold::folds])
        cells = Counter(
            (found[r["id"]].material, bool(r["material"]))
            for r in rows
            if r["service_group"] in group
        )
        scores.append(_prf(cells[True, True], cells[True, False], cells[False, True])[2])
    print("F1 by group of services:       ", "  ".join(f"{score:.3f}" for score in scores))


def _planted(rows: Sequence[Row], count: int) -> None:
    texts = [
        row["old_text"]
        for row in rows
        if row["lang_old"] == "en" and row["words_old"] > 600 and row["kind"] != "broken"
    ]
    edits = list(plant(random.Random(7), texts, MATERIAL, count, noisy=True))  # noqa: S311  # seeded on purpose
    _by_name(f"\n{len(edits)} planted edits under noise, found and quoted:", edits, _is_quoted)
    cosmetic = list(plant(random.Random(8), texts, COSMETIC, count, noisy=False))  # noqa: S311  # seeded on purpose
    _by_name(
        f"{len(cosmetic)} cosmetic edits, told by mistake:",
        cosmetic,
        lambda p: compare(p.old, p.new).material,
    )


def _is_quoted(planted: Planted) -> bool:
    needle = planted.needle.lower()
    findings = compare(planted.old, planted.new).findings
    return any(needle in f"{f.before} {f.after}".lower() for f in findings)


def _by_name(title: str, edits: Iterable[Planted], test: Callable[[Planted], bool]) -> None:
    hits, total = Counter[str](), Counter[str]()
    for planted in edits:
        total[planted.name] += 1
        hits[planted.name] += test(planted)
    print(title, f"{hits.total() / max(1, total.total()):.4f}")
    print("   ", "  ".join(f"{name} {hits[name]}/{total[name]}" for name in total))


def _time(rows: Sequence[Row]) -> None:
    print(f"\n{'milliseconds of CPU a pair':<32} {'p50':>7} {'p95':>7} {'max':>7} {'pairs':>7}")
    pairs = [(row["old_text"], row["new_text"]) for row in rows]
    compare(*pairs[0])  # the first call compiles the cues
    _timed("compare", pairs, compare)
    _timed("difflib, words", pairs[::12], _difflib_words)
    _timed("git diff --word-diff", pairs[::6], _git_words)
    _timed("diff-match-patch", pairs[::6], _matcher("diff_match_patch"))
    _timed("lxml.html.diff", pairs[::12], _matcher("lxml.html.diff"))
    stored = [(_stored(row["old_text"]), _stored(row["new_text"])) for row in rows]
    _timed_long([pair for pair in stored if min(map(len, pair)) >= _WHOLE])


def _stored(text: str) -> str:
    """A text of the pack as the program stores it."""
    return read_page(text.encode(), content_type="text/markdown").text


def _timed_long(changes: Sequence[tuple[str, str]]) -> None:
    """The same for texts of 150 KB, made of several policies each as the program stores them."""
    pairs = long_pairs(changes)
    for kind in KINDS:
        if pairs[kind]:
            _timed(f"150 KB, {kind}: compare", pairs[kind], compare)
    for kind in ("a real change", "six edits", "one word in all"):
        if few := pairs[kind][:6]:
            _timed(f"150 KB, {kind}: difflib", few[:1], _difflib_words)
            _timed(f"150 KB, {kind}: git", few, _git_words)
            _timed(f"150 KB, {kind}: dmp", few[:1], _matcher("diff_match_patch"))


def _timed(
    name: str, pairs: Sequence[tuple[str, str]], run: Callable[[str, str], object] | None
) -> None:
    if run is None:
        print(f"{name:<32} not installed")
        return
    spent = []
    for old, new in pairs:
        began = time.process_time()
        wall = time.perf_counter()
        run(old, new)
        own = time.process_time() - began
        spent.append(1000 * (own if run is not _git_words else time.perf_counter() - wall))
    spent.sort()
    p50, p95 = spent[len(spent) // 2], spent[int(len(spent) * 0.95)]
    print(f"{name:<32} {p50:7.1f} {p95:7.1f} {spent[-1]:7.1f} {len(spent):7}")


def _difflib_words(old: str, new: str) -> object:
    return SequenceMatcher(None, old.split(), new.split(), autojunk=False).get_opcodes()


def _git_words(old: str, new: str) -> object:
    """Wall time: the work is done in another process."""
    with tempfile.TemporaryDirectory() as folder:
        a, b = Path(folder) / "a", Path(folder) / "b"
        a.write_text(old, encoding="utf-8")
        b.write_text(new, encoding="utf-8")
        command = ["git", "diff", "--no-index", "--word-diff", str(a), str(b)]
        return subprocess.run(command, capture_output=True, check=False).stdout  # our own files


def _matcher(module: str) -> Callable[[str, str], object] | None:
    """Another library's comparison, where it is installed."""
    try:
        found = __import__(module, fromlist=["_"])
    except ImportError:
        return None
    if module == "diff_match_patch":

        def run(old: str, new: str) -> object:
            engine = found.diff_match_patch()
            engine.Diff_Timeout = 0
            return engine.diff_main(old, new)

        return run
    return lambda old, new: found.htmldiff(f"<p>{old}</p>", f"<p>{new}</p>")


if __name__ == "__main__":
    main()
