"""What of a comparison is told: findings become passages, the other edits asides.

Bounded in every direction, since a page may change in ten thousand places.
"""

from collections.abc import Sequence

from alerts.content import Aside, Point
from alerts.quoting import Pieces, changed_words, cut
from analysis.compare import Edit, Finding

__all__ = ["MOST_ASIDES", "MOST_POINTS", "asides_of", "points_of"]

_QUOTE = 4000  # characters kept of one side of a quote: two pages of a policy
MOST_POINTS = 60  # a rewrite of everything is read at the source, not in a mail
MOST_ASIDES = 40
_EXCERPT = 240
_REASONS = 8
_GRAVITY = {"high": 0, "medium": 1, "low": 2}


def points_of(findings: Sequence[Finding]) -> tuple[Point, ...]:
    """Freeze findings; those about the same words become one point, the gravest first."""
    together: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        key = (finding.heading, finding.before, finding.after)
        together.setdefault(key, []).append(finding)
    points = [_merged(group) for group in together.values()]
    return tuple(sorted(points, key=lambda point: _GRAVITY.get(point.severity, len(_GRAVITY))))


def asides_of(edits: Sequence[Edit], findings: Sequence[Finding]) -> tuple[Aside, ...]:
    """Freeze the edits that no finding rests on, in the order of the page."""
    told = {(finding.before, finding.after) for finding in findings}
    return tuple(
        _aside(edit)
        for edit in edits
        if (edit.before, edit.after) not in told and not _is_quoted(edit, findings)
    )


def _merged(group: Sequence[Finding]) -> Point:
    first = group[0]
    directions = {finding.direction for finding in group} - {"neutral"}
    whole = not (first.before and first.after)
    return Point(
        topics=tuple(dict.fromkeys(finding.topic for finding in group)),
        kind=first.kind,
        direction="mixed" if len(directions) > 1 else "".join(directions) or "neutral",
        severity=min((f.severity for f in group), key=lambda s: _GRAVITY.get(s, len(_GRAVITY))),
        heading=first.heading[:_EXCERPT],
        before=_quote(first.before),
        after=_quote(first.after),
        reasons=tuple(dict.fromkeys(why[:_EXCERPT] for f in group for why in f.reasons))[:_REASONS],
        pieces=() if whole else _bounded(first.words),
    )


def _quote(text: str) -> str:
    return text if len(text) <= _QUOTE else text[:_QUOTE].rstrip() + " […]"


def _bounded(words: Pieces) -> Pieces:
    """Marked words whose two sides fit a quote; () when they cannot, so that the sides are shown."""
    size = {op: sum(len(text) for kind, text in words if kind == op) for op in ("gone", "new")}
    if max(size.values()) > _QUOTE:
        return ()
    return cut(words, 2 * _QUOTE)


def _is_quoted(edit: Edit, findings: Sequence[Finding]) -> bool:
    """A finding may quote one sentence of a longer edit."""
    return edit.kind != "moved" and any(
        (not finding.before or finding.before in edit.before)
        and (not finding.after or finding.after in edit.after)
        for finding in findings
    )


def _aside(edit: Edit) -> Aside:
    gone, new = changed_words(edit.words, "gone"), changed_words(edit.words, "new")
    marked = edit.kind == "reworded" and bool(gone or new)
    before = " … ".join(gone) if marked else edit.before
    after = " … ".join(new) if marked else edit.after
    if edit.kind == "moved":
        before, after = "", edit.after or edit.before
    return Aside(edit.kind, *(text[:_EXCERPT] for text in (edit.heading, before, after)))
