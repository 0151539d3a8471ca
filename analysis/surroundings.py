"""Say whether a piece stands in the midst of a policy's own text, or at its edge.

A sentence of a paragraph that stays, an item of a list that stays, a paragraph between two
that speak of practices: each is the policy's own, whatever its words. Teasers, menus and
biographies come and go among their like. What a piece says is not asked here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from analysis.diff import Diff, Unit
from analysis.gates import Gated
from analysis.plain import Block, strip_inline
from analysis.signals import signals_in
from analysis.subjects import headed

__all__ = ["Surroundings", "header_of", "lead_of", "surroundings_of"]

_REACH = 3  # blocks that came or went together; more of them are judged by their words alone
_STAYS = frozenset({"same", "respelled", "reworded", "moved"})
_MARK = 8  # characters of a bullet or number before an item
_SECTION = 8  # blocks up or down that belong together, where no heading parts them
_SEVERAL = 2  # blocks; one word of a practice stands in a shop's footnotes too
_LED = ("item", "row")
_TABLE = 500  # rows above one
_LEAD_WITHIN = 60  # blocks above an item or row
_OF_POLICY = Gated(
    r"privacy|cookie|\bdefinitions?\b|\bbegriff|\bdéfinitions?\b|data protection|personal (?:data|information)|datenschutz|confidentialité|données personnelles|vie privée",
)


@dataclass(frozen=True)  # no slots: what most comparisons never ask for is made on demand
class Surroundings:
    """One edition's `blocks`, and the indices of those of which something `stays` in the other."""

    blocks: Sequence[Block]
    stays: frozenset[int]

    def amid(self, unit: Unit) -> bool:
        """Whether what stays beside a piece, on both sides, speaks of practices.

        An item is the policy's only by what introduces its list: menus stand in lists too.
        """
        if unit.kind == "item" and len(unit.text) + _MARK >= len(self._text(unit.block)):
            return self._is_introduced(unit.block) and self._has_siblings(unit.block)
        if unit.block in self.stays:
            return self.within(unit)
        return self._told(unit.block, -1) and self._told(unit.block, 1)

    def within(self, unit: Unit) -> bool:
        """Whether a piece is part of a block that stays, in a section that speaks of practices."""
        at = unit.block
        if at not in self.stays:
            return False
        if self.blocks[at].kind == "paragraph" and at in self._body:
            return True
        if self.blocks[at].kind == "item":
            return self._is_introduced(at)
        return not self._trails(at) and (self._speaks(at) or self._beside(at))

    def _trails(self, at: int) -> bool:
        """Whether a block comes after the last statement of the last section: teasers stand there."""
        last = self._body.stop - 1
        return self._headings[at] < last < at

    def _has_siblings(self, at: int) -> bool:
        """Whether an item of the same list stays, or is this one."""
        near = range(max(0, at - _REACH), min(at + _REACH + 1, len(self.blocks)))
        return any(other in self.stays and self.blocks[other].kind == "item" for other in near)

    def _told(self, start: int, step: int) -> bool:
        """Whether the nearest block that stays, up or down, speaks of practices."""
        for at in range(start + step, start + step * (_REACH + 1), step):
            if not 0 <= at < len(self.blocks):
                return False
            if at in self.stays:
                return self._speaks(at)
        return False

    def _speaks(self, at: int) -> bool:
        """Whether a block or what introduces it has words of a practice."""
        return bool(signals_in(self._text(at))) or self._is_introduced(at)

    def _is_introduced(self, at: int) -> bool:
        """Whether the heading above a block, or the line above its list, has such words."""
        above = self._headings[at]
        heading = self._text(above) if above >= 0 else ""
        if heading and (_OF_POLICY.found(heading) or signals_in(heading) or headed(heading)):
            return True
        lead = lead_of(self.blocks, at) if self.blocks[at].kind in _LED else ""
        return bool(signals_in(lead))

    def _beside(self, at: int) -> bool:
        """Whether several blocks of the same section have such words and stay."""
        above = self._headings[at]
        speaking = 0
        for near in range(max(above, at - _SECTION, 0), min(at + _SECTION, len(self.blocks))):
            if near > at and self.blocks[near].kind == "heading":
                break
            speaking += near in self.stays and bool(signals_in(self._text(near)))
        return speaking >= _SEVERAL

    def _text(self, at: int) -> str:
        return strip_inline(self.blocks[at].raw)

    @cached_property
    def _body(self) -> range:
        """From the first block that speaks of practices to the last."""
        speaking = [at for at in sorted(self.stays) if signals_in(self._text(at))]
        return range(speaking[0], speaking[-1] + 1) if speaking else range(0)

    @cached_property
    def _headings(self) -> list[int]:
        """Of each block the index of the heading it stands under, or -1."""
        out: list[int] = []
        last = -1
        for at, block in enumerate(self.blocks):
            out.append(last)
            if block.kind == "heading":
                last = at
        return out


def lead_of(blocks: Sequence[Block], at: int) -> str:
    """The line that introduces an item or row: the nearest block above that is neither."""
    for block in reversed(blocks[max(0, at - _LEAD_WITHIN) : at]):
        text = strip_inline(block.raw)
        if block.kind not in _LED and text.count(" ") >= 2:
            return text[-400:]
    return ""


def header_of(blocks: Sequence[Block], at: int) -> str:
    """The first row of the table that a row stands in."""
    for above in range(at, max(-1, at - _TABLE), -1):
        if above == 0 or blocks[above - 1].kind != "row":
            return strip_inline(blocks[above].raw) if above != at else ""
    return ""


def surroundings_of(change: Diff, *, in_new: bool) -> Surroundings:
    """The surroundings in one of the two editions."""
    if in_new:
        return Surroundings(
            change.new_blocks,
            frozenset(
                j
                for j, entry in enumerate(change.script)
                if isinstance(entry, int) or any(step.op in _STAYS for step in entry)
            ),
        )
    stays: set[int] = set()
    for entry in change.script:
        if isinstance(entry, int):
            stays.add(entry)
        else:
            stays.update(s.old.block for s in entry if s.old and s.op in _STAYS)
    return Surroundings(change.old_blocks, frozenset(stays))
