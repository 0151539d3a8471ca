"""Align two editions: what stayed, moved, came, went, and what was reworded.

Equal blocks are cancelled first, then equal sentences, wherever they stand;
only what is left is compared by likeness. Nothing here knows what matters.
"""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import nlargest

from analysis.plain import Block, blocks_of, strip_inline
from analysis.sentences import key_of, keys_of, split_sentences
from analysis.wording import Words, after_of, redline, similarity

__all__ = ["Diff", "Edit", "Step", "Unit", "applied", "diff"]

_FLOOR = 0.5  # share of common words from which two sentences are one, reworded
_FLOOR_HOME = 0.4  # the same under the same heading
_ROW_FLOOR = 0.4  # rows are short: their first cell must agree as well
_RARE = 10  # a word in more left-over sentences than this proposes no partner
_PROPOSALS = 6  # candidates a sentence is compared with


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
    left = _units(a, skip=frozenset(kept.values()))
    right = _units(b, skip=frozenset(kept))
    made: dict[int, Step] = {}  # id of a new unit -> how it came about
    rest_a, rest_b = _cancel(left, right, made)
    rest_a, rest_b = _pair(rest_a, rest_b, made)
    made |= {id(unit): Step("added", None, unit) for unit in rest_b}
    shifted = _shifted(kept)
    moves = {j: _whole(a, kept[j], b, j) for j in shifted}
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
    waiting: dict[str, deque[int]] = defaultdict(deque)
    for i, block in enumerate(a):
        waiting[block.raw].append(i)
    kept: dict[int, int] = {}
    for j, block in enumerate(b):
        if queue := waiting.get(block.raw):
            kept[j] = queue.popleft()
    return kept


def _shifted(kept: dict[int, int]) -> set[int]:
    """New indices of kept blocks that left their order: all but a longest increasing run."""
    js = sorted(kept)
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


def _whole(a: Sequence[Block], i: int, b: Sequence[Block], j: int) -> Step:
    """A block that moved as it is."""
    old = Unit(a[i].kind, strip_inline(a[i].raw), "", "", _paths(a, i), i, a[i].raw)
    new = Unit(b[j].kind, strip_inline(b[j].raw), "", "", _paths(b, j), j, b[j].raw)
    return Step("moved", old, new)


def _paths(blocks: Sequence[Block], at: int) -> tuple[str, ...]:
    """The headings above one block, outermost first."""
    path: list[str] = []
    level = 7
    for block in reversed(blocks[:at]):
        if block.kind == "heading" and block.level < level:
            path.append(strip_inline(block.raw))
            level = block.level
            if level == 1:
                break
    return tuple(reversed(path))


def _units(blocks: Sequence[Block], *, skip: frozenset[int]) -> list[Unit]:
    """The sentences, headings, items and rows of all blocks but `skip`."""
    units: list[Unit] = []
    path: tuple[tuple[int, str], ...] = ()
    names: tuple[str, ...] = ()
    for at, block in enumerate(blocks):
        above = names
        if block.kind == "heading":
            path = (*(p for p in path if p[0] < block.level), (block.level, block.raw))
            names = tuple(strip_inline(name) for _, name in path)
        if at in skip:
            continue
        text = strip_inline(block.raw)
        parts = [text] if block.kind in ("heading", "row") else split_sentences(text)
        units += [Unit(block.kind, part, *keys_of(part), above, at, block.raw) for part in parts]
    return units


def _cancel(
    left: Sequence[Unit], right: Sequence[Unit], made: dict[int, Step]
) -> tuple[list[Unit], list[Unit]]:
    """Match what says the same: the same letters, the same words, the same but for dates."""
    rest_a, rest_b = list(left), list(right)
    for attribute in ("text", "key", "bare"):
        waiting: dict[str, deque[Unit]] = defaultdict(deque)
        for unit in rest_a:
            waiting[getattr(unit, attribute)].append(unit)
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


def _nearest(queue: deque[Unit], unit: Unit) -> Unit:
    """The first waiting partner, one under the same heading before any other."""
    for at in range(min(len(queue), 8)):
        if queue[at].path == unit.path:
            found = queue[at]
            del queue[at]
            return found
    return queue.popleft()


def _matched(attribute: str, old: Unit, new: Unit) -> Step:
    if attribute == "text":
        return Step("same", old, new)
    op = "respelled" if attribute == "key" else "reworded"
    return Step(op, old, new, redline(old.text, new.text))


def _pair(
    left: list[Unit], right: list[Unit], made: dict[int, Step]
) -> tuple[list[Unit], list[Unit]]:
    """Match by likeness, best first; what finds no partner came or went."""
    words_a = [unit.key.split() for unit in left]
    words_b = [unit.key.split() for unit in right]
    scored: list[tuple[float, tuple[str, ...], int, int, int, int]] = []
    for i, j in _proposals(words_a, words_b):
        score = _likeness(left[i], right[j], words_a[i], words_b[j])
        if score:
            names = tuple(sorted((left[i].key, right[j].key)))
            scored.append((-score, names, abs(i - j), i + j, i, j))
    scored.sort()
    used_a: set[int] = set()
    used_b: set[int] = set()
    for *_, i, j in scored:
        if i not in used_a and j not in used_b:
            used_a.add(i)
            used_b.add(j)
            words = redline(left[i].text, right[j].text)
            made[id(right[j])] = Step("reworded", left[i], right[j], words)
    return (
        [unit for i, unit in enumerate(left) if i not in used_a],
        [unit for j, unit in enumerate(right) if j not in used_b],
    )


def _likeness(old: Unit, new: Unit, a: list[str], b: list[str]) -> float:
    """How alike two units are, 0 when they are different statements."""
    if (old.kind == "row") != (new.kind == "row") or (old.kind == "heading") != (
        new.kind == "heading"
    ):
        return 0.0
    home = old.path == new.path
    if old.kind == "row":
        if key_of(old.text.split(" | ")[0]) != key_of(new.text.split(" | ")[0]):
            return 0.0
        return similarity(a, b, floor=_ROW_FLOOR) + 0.05 * home
    score = similarity(a, b, floor=_FLOOR_HOME if home else _FLOOR)
    return score + 0.05 * home if score else 0.0


def _proposals(a: Sequence[list[str]], b: Sequence[list[str]]) -> set[tuple[int, int]]:
    """Pairs worth a closer look: for every unit the partners it shares most rare words with."""
    own_a, own_b = _vocabularies(a), _vocabularies(b)
    there = _best_partners(own_a, own_b, _lengths(a), _lengths(b))
    back = _best_partners(own_b, own_a, _lengths(b), _lengths(a))
    return there | {(i, j) for j, i in back}


def _vocabularies(units: Sequence[list[str]]) -> list[dict[str, None]]:
    """The words of each unit once, in their order: sums of weights come out alike in every run."""
    return [dict.fromkeys(words) for words in units]


def _lengths(units: Sequence[list[str]]) -> list[int]:
    return [len(words) for words in units]


def _best_partners(
    a: Sequence[dict[str, None]],
    b: Sequence[dict[str, None]],
    size_a: Sequence[int],
    size_b: Sequence[int],
) -> set[tuple[int, int]]:
    where: dict[str, list[int]] = {}
    for j, words in enumerate(b):
        for word in words:
            where.setdefault(word, []).append(j)
    most = max(_RARE, len(b) // 20)
    rare = {w: (1.0 / (1 + len(js)), js) for w, js in where.items() if len(js) <= most}
    out: set[tuple[int, int]] = set()
    for i, words in enumerate(a):
        votes: dict[int, float] = {}
        for word in words:
            if word in rare:
                weight, places = rare[word]
                for j in places:
                    votes[j] = votes.get(j, 0.0) + weight
        if len(votes) > 4 * _PROPOSALS:  # only those that can still win are put in order
            bar = nlargest(_PROPOSALS, votes.values())[-1]
            votes = {j: v for j, v in votes.items() if v >= bar}
        if len(votes) <= _PROPOSALS:
            out.update((i, j) for j in votes)
            continue
        own = size_a[i]
        ranked = sorted((-vote, abs(size_b[j] - own), j) for j, vote in votes.items())
        out.update((i, j) for *_, j in ranked[:_PROPOSALS])
    return out
