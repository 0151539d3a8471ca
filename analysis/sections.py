"""Split an edition into headed sections and pair the sections of two editions.

Pairing comes before diffing, so that a moved or renamed section is compared
with itself, not reported as a deletion plus an insertion.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.plain import Block, blocks_of, strip_inline
from analysis.sentences import key_of

__all__ = ["Pair", "Section", "pair_sections", "sections_of"]

_SHINGLE = 3  # words; "we may share" alone is boilerplate, not a match
_FLOOR = 0.3  # a ten-word section survives any one changed word (5/11), not two apart (2/14)
_MOST = 60  # unmatched sections a side that are compared all with all


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the blocks below it, up to the next heading.

    `path` holds the headings from the outermost to this one. The text before
    the first heading is a section of level 0 with an empty heading.
    """

    level: int
    heading: str
    path: tuple[str, ...]
    lines: tuple[Block, ...]

    @property
    def body(self) -> str:
        """The plain text below the heading, one block a line."""
        return "\n".join(strip_inline(block.raw) for block in self.lines)


@dataclass(frozen=True, slots=True)
class Pair:
    old: Section
    new: Section


def sections_of(text: str) -> tuple[Section, ...]:
    """Split an edition at its headings, in document order."""
    return group(blocks_of(text))


def group(blocks: Sequence[Block]) -> tuple[Section, ...]:
    """Sections of blocks that are read already."""
    sections: list[Section] = []
    level, path, lines = 0, (), []  # type: int, tuple[tuple[int, str], ...], list[Block]
    for block in blocks:
        if block.kind != "heading":
            lines.append(block)
            continue
        if lines or path:
            sections.append(_section(level, path, lines))
        level, lines = block.level, []
        path = (*(p for p in path if p[0] < level), (level, strip_inline(block.raw)))
    if lines or path:
        sections.append(_section(level, path, lines))
    return tuple(sections)


def pair_sections(
    old: Sequence[Section], new: Sequence[Section], *, floor: float = _FLOOR
) -> list[Pair]:
    """Match the sections of two editions: same text, same heading, then best overlap.

    `floor` is the least word-shingle Jaccard overlap, a ratio in [0, 1], that
    still counts as the same section under another heading. Returns at most
    min(m, n) pairs in the order of `new`; a section in no pair was removed or
    added. Only the first 60 sections a side that no heading matched are
    compared by overlap.

    Raises ValueError if `floor` is outside [0, 1].

    Source: Broder 1997, "On the resemblance and containment of documents",
    https://doi.org/10.1109/SEQUEN.1997.666900 (resemblance over w-shingles).
    """
    if not 0 <= floor <= 1:
        raise ValueError(f"floor must be in [0, 1], not {floor}")
    partner: dict[int, int] = {}
    _match_equal(partner, [s.lines for s in old], [s.lines for s in new])
    _match_equal(partner, [_title(s) for s in old], [_title(s) for s in new])
    left = [i for i in range(len(old)) if i not in set(partner.values())][:_MOST]
    right = [j for j in range(len(new)) if j not in partner][:_MOST]
    a = {i: _shingles(old[i].body) for i in left}
    b = {j: _shingles(new[j].body) for j in right}
    scored = [(_overlap(a[i], b[j]), i, j) for i in left for j in right]
    used: set[int] = set()
    for score, i, j in sorted(scored, key=lambda t: (-t[0], abs(t[1] - t[2]), t[1] + t[2])):
        if score >= floor and score > 0 and i not in used and j not in partner:
            partner[j] = i
            used.add(i)
    return [Pair(old[partner[j]], new[j]) for j in sorted(partner)]


def _section(level: int, path: tuple[tuple[int, str], ...], lines: list[Block]) -> Section:
    names = tuple(name for _, name in path)
    return Section(level if path else 0, names[-1] if names else "", names, tuple(lines))


def _title(section: Section) -> tuple[str, ...]:
    """What a heading says without its number; the untitled start has no title."""
    key = key_of(section.heading)
    return (key,) if key else ()


def _match_equal(
    partner: dict[int, int], old: Sequence[tuple[object, ...]], new: Sequence[tuple[object, ...]]
) -> None:
    """Pair what is equal and not empty, first with first."""
    taken = set(partner.values())
    waiting: dict[tuple[object, ...], list[int]] = {}
    for i, value in enumerate(old):
        if value and i not in taken:
            waiting.setdefault(value, []).append(i)
    for j, value in enumerate(new):
        if j not in partner and (queue := waiting.get(value)):
            partner[j] = queue.pop(0)


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = key_of(text).split()
    if len(words) < _SHINGLE:
        return frozenset({tuple(words)}) if words else frozenset()
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def _overlap(a: frozenset[tuple[str, ...]], b: frozenset[tuple[str, ...]]) -> float:
    if not a or not b:
        return 0.0
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared)
