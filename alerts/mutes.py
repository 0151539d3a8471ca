"""Clauses that nobody wants to hear of any more, until they change again. Pure.

A mute holds both sides of a passage. A finding is muted when each of its sides
is one of them: so the way back, and a page that goes to and fro, say no more,
while any third wording is news.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from alerts.rules import rank_of
from analysis.compare import Comparison, Finding
from analysis.headlines import headline_of

__all__ = ["Mute", "split"]

_BLANKS = re.compile(r"\s{1,10000}")


@dataclass(frozen=True, slots=True)
class Mute:
    """Both sides of one passage; "" where it came or went as a whole."""

    before: str
    after: str


def split(comparison: Comparison, mutes: Iterable[Mute]) -> tuple[Comparison, tuple[Finding, ...]]:
    """Return the comparison without its muted findings, and those.

    The headline, the severity, the direction and the topics are those of what is left; with
    nothing left they stay as they were.
    """
    sides = [{_words(mute.before), _words(mute.after)} for mute in mutes]
    muted = tuple(one for one in comparison.findings if _is_muted(one, sides))
    left = tuple(one for one in comparison.findings if one not in muted)
    if not muted or not left:
        return (comparison if not muted else replace(comparison, findings=())), muted
    topics = tuple(dict.fromkeys(finding.topic for finding in left))
    directions = {finding.direction for finding in left} - {"neutral", ""}
    return (
        replace(
            comparison,
            findings=left,
            headline=headline_of(left, topics),
            topics=topics,
            direction=directions.pop()
            if len(directions) == 1
            else "mixed"
            if directions
            else "neutral",
            severity=max((finding.severity for finding in left), key=rank_of),
        ),
        muted,
    )


def _is_muted(finding: Finding, sides: Sequence[set[str]]) -> bool:
    return any({_words(finding.before), _words(finding.after)} <= known for known in sides)


def _words(text: str) -> str:
    return _BLANKS.sub(" ", text).strip().casefold()
