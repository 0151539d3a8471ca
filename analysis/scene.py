"""What must be known of a whole comparison before one of its steps can be judged.

Which words the new edition has more or less of, which names were swapped
throughout, which headings both carry, what stands elsewhere.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import attrgetter

from analysis.contract import is_contract
from analysis.diff import Diff, Step, Unit
from analysis.edition import Edition
from analysis.language import language_of
from analysis.marks import PLACES, TURNING, content
from analysis.memo import remembered
from analysis.roles import BUTTON, PANEL_TALK, headings_of, role_of
from analysis.sentences import words_of
from analysis.signals import signals_in
from analysis.surroundings import Surroundings, header_of, lead_of, surroundings_of

__all__ = ["Scene", "scene_of"]

_RENAMED = 3  # places in which the same words gave way to the same others
_GAP = 2  # blocks between two that came or went together
_CROWD = 6  # small pieces that make a run of navigation
_PROSE_SHARE = 0.35  # of its words; a list of a policy has an introduction, or is under a heading
_PANEL_SHARE = 0.4
_BANNER = 120  # words; a banner with a button is no longer
_REWRITE = 150  # steps; nobody reads that many findings, and reading them would take seconds
_WHOLE = ("us", "u.s", "eu", "uk", "usa")
_FEW = 20  # steps; in an edition worked over, other words are mostly style
_LABELS = 3  # times one text came or went
_COVERED = 0.85  # share of a statement's three-word runs found on the other side


@dataclass(frozen=True)  # no slots: what most comparisons never ask for is made on demand
class Scene:
    """`gone` and `came` are the content words with a net loss or gain; a word that only moved is
    in neither. `brief`: an edition written anew, told by its outlines. `headings` are the keys of
    those of both editions. `renames` are swaps (old words, new words) made throughout. `*_alone`
    are the keys of what came or went as a whole, `repeated` those that came or went several
    times, as labels of icons do.
    """

    change: Diff
    old: Edition
    new: Edition
    lang: str
    brief: bool
    tracker_page: bool
    contract: bool
    headings: frozenset[str]
    gone: Counter[str]
    came: Counter[str]
    renames: frozenset[tuple[str, str]]
    old_alone: frozenset[str]
    new_alone: frozenset[str]
    repeated: frozenset[str]

    @cached_property
    def old_runs(self) -> frozenset[tuple[str, ...]]:
        """Every three neighbouring words of what left or was reworded."""
        return _runs_of(s.old for s in self.change.steps if s.op in ("removed", "reworded"))

    @cached_property
    def new_runs(self) -> frozenset[tuple[str, ...]]:
        """The same of what came, or became of it."""
        return _runs_of(s.new for s in self.change.steps if s.op in ("added", "reworded"))

    @cached_property
    def came_in_crowds(self) -> frozenset[int]:
        """The blocks that came in one run of which little is prose."""
        return _crowds([s.new for s in self.change.steps if s.op == "added" and s.new])

    @cached_property
    def left_in_crowds(self) -> frozenset[int]:
        """The blocks that left in such a run."""
        return _crowds([s.old for s in self.change.steps if s.op == "removed" and s.old])

    @cached_property
    def few(self) -> bool:
        """Whether so little has changed that every word of it was meant."""
        told = sum(step.op in ("added", "removed", "reworded") for step in self.change.steps)
        return told <= _FEW

    @cached_property
    def _around_old(self) -> Surroundings:
        return surroundings_of(self.change, in_new=False)

    @cached_property
    def _around_new(self) -> Surroundings:
        return surroundings_of(self.change, in_new=True)

    def amid(self, unit: Unit, *, in_new: bool) -> bool:
        """Whether a unit stands in the midst of what its edition says of practices."""
        return self.few and self._around(in_new=in_new).amid(unit)

    def within(self, unit: Unit, *, in_new: bool) -> bool:
        """Whether a unit is part of a paragraph that stays, and that speaks of practices."""
        return self.few and self._around(in_new=in_new).within(unit)

    def said_elsewhere(self, unit: Unit, *, in_new: bool) -> bool:
        """Whether the other edition says the same in another cut: joined, split or repeated.

        Most of its words in the same order are enough, unless what is left
        turns the meaning: a denial, a limit, a consent.
        """
        runs = _runs(unit.key)
        covered = runs & (self.new_runs if in_new else self.old_runs)
        if unit.kind != "row" and len(runs) >= 3 and len(covered) >= _COVERED * len(runs):
            rest = set(unit.key.split()) - {word for run in covered for word in run}
            if not rest & TURNING:
                return True
        return unit.key.count(" ") >= 2 and self.has(unit.key, in_new=in_new)

    def has(self, key: str, *, in_new: bool) -> bool:
        """Whether an edition holds the words of a key in their order."""
        return self._edition(in_new=in_new).says(key)

    def cut_off(self, key: str, *, in_new: bool) -> bool:
        """Whether a phrase of this key stands alone on the other side, cut from its sentence."""
        return key in (self.new_alone if in_new else self.old_alone)

    def lead_of(self, unit: Unit, *, in_new: bool) -> str:
        """The line that introduces an item or row."""
        return lead_of(self._edition(in_new=in_new).blocks, unit.block)

    def header_of(self, unit: Unit, *, in_new: bool) -> str:
        """The first row of the table that a row stands in."""
        return header_of(self._edition(in_new=in_new).blocks, unit.block)

    def _edition(self, *, in_new: bool) -> Edition:
        return self.new if in_new else self.old

    def _around(self, *, in_new: bool) -> Surroundings:
        return self._around_new if in_new else self._around_old


def scene_of(change: Diff, *, doc_type: str = "") -> Scene:
    left = [s.old for s in change.steps if s.old and s.op in ("removed", "reworded")]
    right = [s.new for s in change.steps if s.new and s.op in ("added", "reworded")]
    a = content(Counter(" ".join([unit.key for unit in left]).split()))
    b = content(Counter(" ".join([unit.key for unit in right]).split()))
    kind = doc_type.lower()
    brief = len(change.steps) > _REWRITE
    whole = Counter(
        (s.op, u.key)
        for s in change.steps
        if s.op in ("added", "removed") and (u := s.new or s.old)
    )
    return Scene(
        change=change,
        old=Edition(change.old_blocks, crowded=brief),
        new=Edition(change.new_blocks, crowded=brief),
        lang=language_of(change.new),
        brief=brief,
        tracker_page="tracker" in kind or "cookie" in kind,
        contract=is_contract(kind),
        headings=headings_of((*change.old_blocks, *change.new_blocks)),
        gone=a - b,
        came=b - a,
        renames=_renames(change.steps),
        old_alone=frozenset(s.old.key for s in change.steps if s.op == "removed" and s.old),
        new_alone=frozenset(s.new.key for s in change.steps if s.op == "added" and s.new),
        repeated=frozenset(key for (_, key), count in whole.items() if count >= _LABELS),
    )


def _renames(steps: tuple[Step, ...]) -> frozenset[tuple[str, str]]:
    """Swaps of the same few words at several places, or in the title: a company or document renamed."""
    swaps: Counter[tuple[str, str]] = Counter()
    places: Counter[tuple[str, str]] = Counter()
    titles: set[tuple[str, str]] = set()
    for step in steps:
        if step.op == "reworded":
            here = [
                _own_ends(words_of(a[1]), words_of(b[1]))
                for a, b in pairwise(step.words)
                if a[0] == "gone" and b[0] == "new" and len(a[1].split()) <= 5 >= len(b[1].split())
            ]
            swaps.update(here)
            places.update(set(here))
            if step.old and step.old.kind == "heading" and not step.old.path:
                titles.update(here)
    return frozenset(
        swap
        for swap, count in swaps.items()
        if (swap in titles or (count >= _RENAMED and places[swap] >= _RENAMED - 1))
        and _is_renaming(*swap)
    )


def _is_renaming(old: str, new: str) -> bool:
    """Whether a swap can be of names: of places it says who is meant, of practices what is done."""
    if not old or not new or signals_in(old) or signals_in(new):
        return False
    return not any(PLACES.pattern.fullmatch(name.title()) or name in _WHOLE for name in (old, new))


def _own_ends(a: list[str], b: list[str]) -> tuple[str, str]:
    """Two phrases without the words that both begin or end with: addresses of one domain."""
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    while a and b and a[0] == b[0]:
        a, b = a[1:], b[1:]
    return " ".join(a), " ".join(b)


def _crowds(units: list[Unit]) -> frozenset[int]:
    """Blocks that came or went in one run of which little is prose, or much is a consent panel."""
    out: set[int] = set()
    run: list[Unit] = []
    for unit in [*sorted(units, key=attrgetter("block")), None]:
        if run and (unit is None or unit.block > run[-1].block + _GAP):
            if _is_crowd(run):
                out |= {u.block for u in run}
            run = []
        if unit is not None:
            run.append(unit)
    return frozenset(out)


def _is_crowd(run: list[Unit]) -> bool:
    """A consent tool, or small lines with little else; a list of a policy is items under a lead."""
    told = [(role_of(unit, frozenset()), unit.key.count(" ") + 1, unit.text) for unit in run]
    total = sum(words for _, words, _ in told)
    if any(role == "panel" for role, *_ in told):
        talk = sum(n for role, n, text in told if role == "panel" or PANEL_TALK.found(text))
        if talk >= _PANEL_SHARE * total:
            return True
    if total <= _BANNER and any(BUTTON.found(text) for *_, text in told):
        return any("ookie" in text for *_, text in told)
    small = sum(role in ("fragment", "furniture") for role, *_ in told)
    said = sum(words for role, words, _ in told if role in ("prose", "row", "item"))
    return small >= _CROWD and said < _PROSE_SHARE * total


def _runs_of(units: Iterable[Unit | None]) -> frozenset[tuple[str, ...]]:
    return frozenset().union(*(_runs(unit.key) for unit in units if unit))


@remembered(4096)  # asked of a statement alone, and for its edition
def _runs(key: str) -> frozenset[tuple[str, ...]]:
    words = key.split()
    return frozenset(zip(words, words[1:], words[2:], strict=False))
