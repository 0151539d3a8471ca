"""How often a page reads otherwise although nothing changed, in the recorded captures of a pack.

    python -m bench.noise ../shared/data/replay [--without Buffer] [--show]

Four figures in one run, each against what people's selectors saw:

    bare        the digest of each capture against that of the one before it
    watched     the text that stands for a watched policy: a doubtful capture leaves the last good
                one standing, and learnt furniture does not count
    confirmed   the same, once the next capture agreed or none came for as long as a fetch
    told        of those, what matters: a reader would have had a mail

A change that the references record and we do not is a miss, unless its text came back within five
versions or it changed no word. `digest` and `watched` are also what the scorer beside the pack takes
(`score_noise.py PACK bench/noise.py:watched`); that one reads equal bodies once, so a stub that comes
again leaves standing what stood when it first came.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.compare import Comparison, compare
from analysis.furniture import learn_furniture, learn_visitors
from analysis.normalise import digest_of, without
from analysis.quality import assess
from analysis.reading import Reading, read_page
from bench.pack import Pack
from storage.derive import has_lasted

FIGURES = ("bare", "watched", "confirmed", "told")
PAST = 30  # texts of a page that teach, as in storage.furniture
BETWEEN = timedelta(hours=12)  # fetches of the pack; equal bytes left no capture
RECENT = 8  # readings kept: pages serve the same bytes again soon or never


def digest(html: bytes, url: str) -> str:
    return read_page(html, url=url).digest


def watched(html: bytes, url: str) -> str:
    return _WATCH.see(read_page(html, url=url), url, url, None)


@dataclass
class Policy:
    """A watched page: the text that stands, and what its past has taught."""

    standing: Reading | None = None
    counted: str = ""  # the digest of what counts in it
    texts: list[str] = field(default_factory=list)
    furniture: frozenset[str] = frozenset()
    doubt: str = ""  # the digest of a doubtful text, while nothing else is seen
    sightings: list[datetime] = field(default_factory=list)  # of it

    def counts(self, reading: Reading) -> str:
        return digest_of(without(reading.text, self.furniture))

    def against(self, reading: Reading) -> Comparison:
        assert self.standing is not None
        return compare(*(without(one.text, self.furniture) for one in (self.standing, reading)))


class Watch:
    """What the pipeline decides of one capture after another, without its rows."""

    def __init__(self) -> None:
        self._services: dict[str, dict[str, Policy]] = {}

    def see(self, reading: Reading, url: str, name: str, at: datetime | None) -> str:
        """Take in a capture of a document; return the digest of the text that stands after it."""
        service = self._services.setdefault(urlsplit(url).hostname or url, {})
        policy = service.setdefault(name, Policy())
        if policy.standing is None or policy.counts(reading) != policy.counted:
            if _is_held(policy, reading, at):
                return policy.standing.digest if policy.standing else ""
            policy.standing = reading
            policy.texts = [*policy.texts, reading.text][-PAST:]
            _teach(list(service.values()))
        policy.doubt, policy.sightings = "", []
        return policy.standing.digest


_WATCH = Watch()


def _is_held(policy: Policy, reading: Reading, at: datetime | None) -> bool:
    before = policy.standing
    cause = assess(
        reading,
        previous=before.text if before else "",
        previous_lang=before.lang if before else "",
    ).cause
    if not cause and before and policy.against(reading).kind == "broken":
        cause = "broken"
    if not cause:
        return False
    if policy.doubt != reading.digest:
        policy.doubt, policy.sightings = reading.digest, []
    if at is None:
        return True
    policy.sightings.append(at)
    return not has_lasted(cause, policy.sightings, at)


def _teach(service: Sequence[Policy]) -> None:
    """Learn as storage does after a new text; what then reads otherwise is no news."""
    for policy in service:
        if policy.standing:
            beside = [p.standing.text for p in service if p.standing and p is not policy]
            policy.furniture = learn_visitors(policy.texts) | learn_furniture(
                [*beside, policy.standing.text]
            )
            policy.counted = policy.counts(policy.standing)


@dataclass(frozen=True)
class Capture:
    """`kind` says how it stands to the capture before: none, true, flap, markup or unscored."""

    kind: str
    at: datetime
    key: str
    bare: str
    standing: str


def replayed(pack: Pack, leave_out: str) -> Iterator[tuple[str, list[Capture], dict[str, str]]]:
    """Yield each document's captures, and the texts that stood, by digest."""
    watch = Watch()
    rows = (row for row in pack.captures() if not leave_out or leave_out not in row["source"])
    for source, group in groupby(rows, key=lambda row: str(row["source"])):
        recent: dict[str, Reading] = {}
        found: list[Capture] = []
        texts: dict[str, str] = {}
        for row in group:
            key, at = row["key"], datetime.fromisoformat(row["fetched_at"]).astimezone(UTC)
            reading = recent.get(key) or read_page(pack.blob(key), url=row["url"] or "")
            recent = {key: reading, **dict(list(recent.items())[: RECENT - 1])}
            standing = watch.see(reading, row["url"] or "", source, at)
            if standing == reading.digest:
                texts.setdefault(standing, reading.text)
            found.append(Capture(_kind(row), at, key, reading.digest, standing))
        yield source, found, texts


def _kind(row: dict[str, object]) -> str:
    if row["label"] == "none":
        return "unscored" if row["gap"] else "none"
    if row["label"] != "change" or row["sources"] != 1:
        return "unscored"
    return "flap" if row["flap"] else "markup" if row.get("kind") == "markup" else "true"


def _moves(captures: Sequence[Capture], texts: dict[str, str]) -> dict[str, set[int]]:
    """Return, by figure, the captures at which something is seen to have changed."""
    pairs = [(at, captures[at - 1], captures[at]) for at in range(1, len(captures))]
    confirmed, told = _confirmed(captures, texts)
    return {
        "bare": {at for at, before, after in pairs if before.bare != after.bare},
        "watched": {at for at, before, after in pairs if before.standing != after.standing},
        "confirmed": confirmed,
        "told": told,
    }


def _confirmed(captures: Sequence[Capture], texts: dict[str, str]) -> tuple[set[int], set[int]]:
    """Return where a new text was confirmed, and where that would be told of."""
    confirmed: set[int] = set()
    told: set[int] = set()
    base = captures[0].standing
    for at in range(1, len(captures)):
        new = captures[at].standing
        if new == base:
            continue
        last = at + 1 == len(captures)
        stood = last or captures[at + 1].at - captures[at].at >= 1.5 * BETWEEN
        if stood or captures[at - 1].standing == new:
            confirmed.add(at)
            if base in texts and compare(texts[base], texts[new]).material:
                told.add(at)
            base = new
    return confirmed, told


def _wrong(captures: Sequence[Capture], at: int, moves: dict[str, set[int]]) -> Iterator[str]:
    """Yield the figures that are wrong about a capture; a confirmation may come one later."""
    scored = captures[at - 1].kind not in ("none", "unscored")
    for figure, places in moves.items():
        waits = figure in ("confirmed", "told")
        if captures[at].kind == "none" and at in places and not (waits and scored):
            yield figure
        if captures[at].kind == "true" and at not in places and not (waits and at + 1 in places):
            yield figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--without", default="", help="leave out the documents of this name")
    parser.add_argument("--show", action="store_true", help="name each false and each missed one")
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    for source, captures, texts in replayed(Pack(arguments.folder), arguments.without):
        moves = _moves(captures, texts)
        for at in range(1, len(captures)):
            counts[captures[at].kind] += 1
            for figure in _wrong(captures, at, moves):
                counts[f"{figure} {captures[at].kind}"] += 1
                if arguments.show:
                    kind, when = captures[at].kind, f"{captures[at].at:%F %H:%M}"
                    print(f"  {figure} {kind}: {source} {when} {captures[at].key[:10]}")
    print(f"{counts['none']} captures at which nothing changed, {counts['true']} lasting changes")
    for figure in FIGURES:
        false, missed = counts[f"{figure} none"], counts[f"{figure} true"]
        rate = 1000 * false / max(1, counts["none"])
        rest = f"{missed} of no substance" if figure == "told" else f"missed {missed}"
        print(f"{figure:10} false {false:4} = {rate:5.2f} in 1,000   {rest}")


if __name__ == "__main__":
    main()
