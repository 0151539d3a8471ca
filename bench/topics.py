"""Score the tagger on OPP-115 and time it: per category, micro and macro F1, segments a second.

    python bench/topics.py OPP115_FOLDER [--failures CATEGORY]

Retention is also counted with the period facts of the clause, as the judgement does. Lines of
100,000 characters are timed as well: prose, and statements repeated until they are as dense as can be.
"""

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.facts import facts_of
from analysis.memo import forget
from analysis.tagging import tag, tag_opp115
from analysis.topics import OPP115
from clausewatch.memory import look_for_cycles_less_often

LINES = {
    "prose": "When you order a kettle we ask for your name and address, and we use them to send it to you and for"
    " nothing else. Our service providers keep the records of each order for seven years, as the law requires. ",
    "one statement": "We may share your data with third parties and keep it for two years. ",
    "a denial": "We do not sell your data. ",
    "two facts in five words": "we keep it 30 days. ",
    "names": "Acme Inc, ",
}
_WARM = 300  # segments that are tagged before the clock starts
SIGNALS = {"do not track", "dnt", "global privacy control", "gpc"}


def f1(hit: int, extra: int, missed: int) -> tuple[float, float, float]:
    precision = hit / (hit + extra) if hit + extra else 0.0
    recall = hit / (hit + missed) if hit + missed else 0.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


def table(gold: list[set[str]], found: list[set[str]]) -> None:
    totals, rows = [0, 0, 0], []
    for name in OPP115:
        pairs = [(name in g, name in f) for g, f in zip(gold, found, strict=True)]
        counts = [pairs.count((True, True)), pairs.count((False, True)), pairs.count((True, False))]
        totals = [a + b for a, b in zip(totals, counts, strict=True)]
        rows.append(f1(*counts))
        print(f"  {name:38s} {rows[-1][0]:.3f} {rows[-1][1]:.3f} {rows[-1][2]:.3f}")
    print("  {:38s} {:.3f} {:.3f} {:.3f}".format("micro", *f1(*totals)))
    print(f"  {'macro':38s} {'':11s} {sum(r[2] for r in rows) / len(rows):.3f}")


def topics_of(text: str) -> set[str]:
    """The topics, without the cookies of a clause that says no more than "Do Not Track".

    The signal is one of our cookies, and a category of its own in OPP-115.
    """
    tags = tag(text, lang="en")
    spoken = {cue.text for cue in tags.cues if cue.topic == "cookies"}
    return set(tags.topics) - ({"cookies"} if spoken and spoken <= SIGNALS else set())


def attributes(segments: list[dict]) -> None:
    """Attributes that a topic or a fact of ours answers for."""
    said = [
        (
            set(s["attrs"]),
            topics_of(s["text"]),
            {v for f in facts_of(s["text"], lang="en") for v in (f.slot, f.value)},
        )
        for s in segments
    ]
    for attribute, topic in (
        ("cookies", "cookies"),
        ("children", "children"),
        ("california", "California"),
    ):
        counts = [0, 0, 0]
        for attrs, topics, values in said:
            counts[0] += attribute in attrs and topic in {*topics, *values}
            counts[1] += attribute not in attrs and topic in {*topics, *values}
            counts[2] += attribute in attrs and topic not in {*topics, *values}
        print("  {:38s} {:.3f} {:.3f} {:.3f}".format(f"{attribute} by {topic}", *f1(*counts)))
    keeping = [
        "retention" in topics or "period" in values
        for s, (_, topics, values) in zip(segments, said, strict=True)
        if "Data Retention" in s["labels"]
    ]
    print(
        f"  retention recall, topic or period       {sum(keeping) / len(keeping):.3f} of {len(keeping)}"
    )


def load() -> None:
    """The time that the first English clause of a process takes: weights, rules, their patterns."""
    began = time.process_time()
    tag_opp115("We share your data with our partners.")
    spent = time.process_time() - began
    print(f"the first clause, which loads the model and its rules: {1000 * spent:.0f} ms")


def long_lines() -> None:
    """Milliseconds of CPU for lines of 100,000 characters: the best of five each.

    The facts are read right after the tags, as a clause is read: of both, the words are cut once.
    """
    print("100,000 characters of              tags  facts  both  ms, and how many facts")
    for name, unit in LINES.items():
        text = (unit * (100_000 // len(unit) + 1))[:100_000]
        tags, facts, both, found = 9.0, 9.0, 9.0, 0
        for _ in range(5):
            forget()
            began = time.process_time()
            tag(text, lang="en")
            between = time.process_time()
            found = len(facts_of(text, lang="en"))
            ended = time.process_time()
            tags, facts = min(tags, between - began), min(facts, ended - between)
            both = min(both, ended - began)
        print(f"  {name:32s} {1000 * tags:5.1f} {1000 * facts:6.1f} {1000 * both:5.1f}     {found}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--failures", default="")
    options = parser.parse_args()
    look_for_cycles_less_often()  # as the program does
    load()
    for split in ("majority", "union"):
        lines = (options.folder / f"opp115_{split}_validation.jsonl").read_text().splitlines()
        segments = [json.loads(line) for line in lines]
        for s in segments[:_WARM]:  # a rule is compiled when a text first has its words
            tag(s["text"], lang="en")
        forget()
        began = time.process_time()
        found = [set(tag_opp115(s["text"]).topics) for s in segments]
        spent = time.process_time() - began
        began = time.process_time()
        for s in segments:
            tag(s["text"], lang="en")
        again = time.process_time() - began
        print(
            f"{split}: {len(segments)} segments, {len(segments) / spent:.0f} a CPU-second"
            f" (tag: {len(segments) / again:.0f})"
        )
        table([set(s["labels"]) for s in segments], found)
        attributes(segments)
        for s, f in zip(segments, found, strict=True):
            if options.failures and (options.failures in s["labels"]) != (options.failures in f):
                print("  +" if options.failures in f else "  -", s["text"][:200])
    long_lines()


if __name__ == "__main__":
    main()
