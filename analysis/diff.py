"""Align two editions: what stayed, moved, came, went, and what was reworded.

Equal blocks are cancelled first, then equal sentences, wherever they stand;
only what is left is compared by likeness. Nothing here knows what matters.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from analysis.likeness import Statement, reworded_pairs
from analysis.plain import Block, blocks_of, strip_inline
from analysis.sentences import key_of, keys_of, split_sentences
from analysis.wording import Words, after_of, redline

__all__ = ["Diff", "Edit", "Step", "Unit", "applied", "diff"]

Paths = dict[int, tuple[str, ...]]  # index of a block -> the headings above it

_NAME = 6  # words of a first cell that names what its row is on: a cookie, a vendor, a purpose


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, heading, item or row in its place.

    `key` is its wording (see `sentences.key_of`), `bare` the wording without
    dates and addresses; both are empty for text without words. `raw` is the
    block it stands in, as written.
    """

    kind: str
    text: str
    key: str
    bare: str
    path: tuple[str, ...]
    block: int
    raw: str

    @property
    def heading(self) -> str:
        return self.path[-1] if self.path else ""


@dataclass(frozen=True, slots=True)
class Step:
    """How one place of the new edition came about, or what left the old one.

    op: "same", "moved", "respelled" (same words, other case or marks),
    "reworded", "added" (no `old`), "removed" (no `new`).
    """

    op: str
    old: Unit | None
    new: Unit | None
    words: Words = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """What a redline shows. kind: "moved", "added", "removed", "reworded"."""

    kind: str
    heading: str
    before: str
    after: str
    words: Words = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """What changed between two editions, with what is needed to judge it.

    `steps` are the changes in the order of the new edition, then what left.
    `script` names for every block of the new edition the old block it keeps, or
    the steps that make it: `applied` follows it.
    """

    old: str = field(repr=False)
    new: str = field(repr=False)
    old_blocks: tuple[Block, ...] = field(repr=False)
    new_blocks: tuple[Block, ...] = field(repr=False)
    steps: tuple[Step, ...]
    script: tuple[int | tuple[Step, ...], ...] = field(repr=False)

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The changes as a reader sees them; respelled ones count as reworded."""
        return tuple(_edit(step) for step in self.steps)


def diff(old: str, new: str) -> Diff:
    """Align two editions. Only sentences of blocks that differ are looked at one by one.

    What is equal costs linear time; each left-over sentence is aligned word by
    word with at most six likely partners.
    """
    a, b = tuple(blocks_of(old)), tuple(blocks_of(new))
    kept = _kept_blocks(a, b)
    shifted = _shifted(kept)
    still = kept.keys() - shifted
    above_a = _paths(a, skip=frozenset(kept[j] for j in still))
    above_b = _paths(b, skip=frozenset(still))
    left = _units(a, above_a, skip=frozenset(kept.values()))
    right = _units(b, above_b, skip=frozenset(kept))
    made: dict[int, Step] = {}  # id of a new unit -> how it came about
    rest_a, rest_b = _cancel(left, right, made)
    rest_a, rest_b = _pair(rest_a, rest_b, made)
    made |= {id(unit): Step("added", None, unit) for unit in rest_b}
    moves = {j: Step("moved", _whole(a, kept[j], above_a), _whole(b, j, above_b)) for j in shifted}
    steps_of: dict[int, list[Step]] = defaultdict(list)
    for unit in right:
        steps_of[unit.block].append(made[id(unit)])
    script: list[int | tuple[Step, ...]] = []
    steps: list[Step] = []
    for j in range(len(b)):
        script.append(kept[j] if j in kept else tuple(steps_of[j]))
        steps += [moves[j]] if j in moves else [s for s in steps_of[j] if s.op != "same"]
    steps += [Step("removed", unit, None) for unit in rest_a]
    return Diff(old, new, a, b, tuple(steps), tuple(script))


def applied(change: Diff) -> tuple[str, ...]:
    """The plain blocks of the new edition, made from the old blocks and the steps alone."""
    out: list[str] = []
    for entry in change.script:
        if isinstance(entry, int):
            out.append(strip_inline(change.old_blocks[entry].raw))
        else:
            out.append(" ".join(_made(step) for step in entry))
    return tuple(out)


def _made(step: Step) -> str:
    if step.words:
        return after_of(step.words)
    source = step.old if step.op in ("same", "moved") else step.new
    return source.text if source else ""


def _edit(step: Step) -> Edit:
    home = step.new or step.old
    before = step.old.text if step.old else ""
    after = step.new.text if step.new else ""
    kind = "reworded" if step.op == "respelled" else step.op
    words = step.words
    if not words and kind != "moved":
        words = redline(before, after)
    return Edit(kind, home.heading if home else "", before, after, words)


def _kept_blocks(a: Sequence[Block], b: Sequence[Block]) -> dict[int, int]:
    """New index -> old index of blocks that are equal to the letter, first with first."""
    waiting: dict[str, list[int]] = {}
    for i in range(len(a) - 1, -1, -1):  # so that the first is taken from the end
        waiting.setdefault(a[i].raw, []).append(i)
    return {j: queue.pop() for j, block in enumerate(b) if (queue := waiting.get(block.raw))}


def _shifted(kept: dict[int, int]) -> set[int]:
    """New indices of kept blocks that left their order: all but a longest increasing run.

    `kept` is in the order of its keys.
    """
    if all(before < after for before, after in pairwise(kept.values())):
        return set()
    js = list(kept)
    tails: list[int] = []  # old index at the end of the best run of each length
    ends: list[int] = []  # its position in js
    before: list[int] = []
    for at, j in enumerate(js):
        length = bisect_left(tails, kept[j])
        before.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(kept[j])
            ends.append(at)
        else:
            tails[length] = kept[j]
            ends[length] = at
    stay: set[int] = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        stay.add(js[at])
        at = before[at]
    return {j for j in js if j not in stay}


def _paths(blocks: Sequence[Block], *, skip: frozenset[int]) -> Paths:
    """The headings above all blocks but `skip`, outermost first."""
    paths: Paths = {}
    above: tuple[tuple[int, str], ...] = ()  # their levels and sources
    names: dict[tuple[tuple[int, str], ...], tuple[str, ...]] = {}
    for at, block in enumerate(blocks):
        if block.kind == "heading":  # the one before of its level is a neighbour, not above
            above = tuple(p for p in above if p[0] < block.level)
        if at not in skip:
            if above not in names:
                names[above] = tuple(strip_inline(raw) for _, raw in above)
            paths[at] = names[above]
        if block.kind == "heading":
            above = (*above, (block.level, block.raw))
    return paths


def _units(blocks: Sequence[Block], paths: Paths, *, skip: frozenset[int]) -> list[Unit]:
    """The sentences, headings, items and rows of all blocks but `skip`."""
    units: list[Unit] = []
    for at, block in enumerate(blocks):
        if at not in skip:
            text = strip_inline(block.raw)
            parts = [text] if block.kind in ("heading", "row") else split_sentences(text)
            path, raw = paths[at], block.raw
            units += [Unit(block.kind, part, *keys_of(part), path, at, raw) for part in parts]
    return units


def _whole(blocks: Sequence[Block], at: int, paths: Paths) -> Unit:
    """A block that moved as it is."""
    raw = blocks[at].raw
    return Unit(blocks[at].kind, strip_inline(raw), "", "", paths[at], at, raw)


def _cancel(
    left: Sequence[Unit], right: Sequence[Unit], made: dict[int, Step]
) -> tuple[list[Unit], list[Unit]]:
    """Match what says the same: the same letters, the same words, the same but for dates."""
    rest_a, rest_b = list(left), list(right)
    for attribute in ("text", "key", "bare"):
        waiting: dict[str, list[Unit]] = {}
        for unit in rest_a:
            waiting.setdefault(getattr(unit, attribute), []).append(unit)
        taken: set[int] = set()
        still: list[Unit] = []
        for unit in rest_b:
            value = getattr(unit, attribute)
            queue = waiting.get(value) if value or not unit.key else None
            if not queue:
                still.append(unit)
                continue
            partner = _nearest(queue, unit)
            taken.add(id(partner))
            made[id(unit)] = _matched(attribute, partner, unit)
        rest_a = [unit for unit in rest_a if id(unit) not in taken]
        rest_b = still
    return rest_a, rest_b


def _nearest(queue: list[Unit], unit: Unit) -> Unit:
    """The first waiting partner, one under the same heading before any other."""
    for at, partner in enumerate(queue[:8]):
        if partner.path == unit.path:
            return queue.pop(at)
    return queue.pop(0)


def _matched(attribute: str, old: Unit, new: Unit) -> Step:
    if attribute == "text":
        return Step("same", old, new)
    op = "respelled" if attribute == "key" else "reworded"
    return Step(op, old, new, redline(old.text, new.text))


def _pair(
    left: list[Unit], right: list[Unit], made: dict[int, Step]
) -> tuple[list[Unit], list[Unit]]:
    """Match by likeness; what finds no partner came or went."""
    pairs = reworded_pairs([_statement(unit) for unit in left], [_statement(u) for u in right])
    for i, j in pairs:
        old, new = left[i], right[j]
        made[id(new)] = Step("reworded", old, new, redline(old.text, new.text))
    used_a, used_b = {i for i, _ in pairs}, {j for _, j in pairs}
    return (
        [unit for i, unit in enumerate(left) if i not in used_a],
        [unit for j, unit in enumerate(right) if j not in used_b],
    )


def _statement(unit: Unit) -> Statement:
    """A heading is compared with headings, a row with rows of the same first cell.

    A long first cell names nothing: it is part of what the row says, and compared with it.
    """
    sort = unit.kind if unit.kind in ("heading", "row") else ""
    if sort == "row":
        name = key_of(unit.text.partition(" | ")[0])
        sort = f"row {name}" if name.count(" ") < _NAME else sort
    return Statement(unit.key, sort, unit.path, is_row=unit.kind == "row" and sort != "row")
