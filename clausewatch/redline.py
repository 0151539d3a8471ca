"""A comparison as an editor's redline on a terminal: findings first, then every other edit.

Everything is drawn from the one stored comparison; the texts are not looked at
again. Without colour, words gone stand in [-...-] and new words in {+...+}, as
`git diff --word-diff` writes them.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clausewatch.printing import plain

if TYPE_CHECKING:
    from rich.text import Text

    from analysis.compare import Comparison
    from analysis.diff import Edit

__all__ = ["edits_not_told", "redline", "whole", "words_of"]

_STYLES = {"same": "", "gone": "red strike", "new": "green"}
_SEVERITY = {"high": "bold red", "medium": "bold yellow", "low": "bold"}
_SENSE = {
    "weaker": "weaker for the reader",
    "stronger": "stronger for the reader",
    "mixed": "mixed for the reader",
    "neutral": "neutral for the reader",
}


def redline(comparison: "Comparison", *, colour: bool) -> "Text":
    """Return `comparison` as text for a terminal."""
    from rich.text import Text

    from alerts.freezing import points_of

    out = Text()
    out.append(comparison.kind, style="bold")
    out.append(f": {plain(comparison.headline)}\n")
    for point in points_of(comparison.findings):
        out.append("\n")
        out.append(f"{point.severity} ", style=_SEVERITY.get(point.severity, "bold"))
        out.append(f"{', '.join(point.topics)} {point.kind}".replace("_", " "), style="bold")
        out.append(f", {_SENSE.get(point.direction, point.direction)}\n")
        if point.heading:
            out.append(f"  under {plain(point.heading)}\n", style="dim")
        for reason in point.reasons:
            out.append(f"  because {plain(reason)}\n")
        out.append("  ")
        out.append(words_of(point.pieces or whole(point.before, point.after), colour=colour))
        out.append("\n")
    others = edits_not_told(comparison)
    if others:
        out.append(f"\n{'other' if comparison.findings else 'all'} edits ({len(others)})\n", "bold")
    for edit in others:
        out.append(f"  {edit.kind} ", style="dim")
        if edit.kind == "moved":
            out.append(plain(edit.after or edit.before), style="dim")
        else:
            out.append(words_of(edit.words or whole(edit.before, edit.after), colour=colour))
        out.append("\n")
    return out


def edits_not_told(comparison: "Comparison") -> "list[Edit]":
    """Return the edits that no finding quotes."""
    told = {(finding.before, finding.after) for finding in comparison.findings}
    return [edit for edit in comparison.edits if (edit.before, edit.after) not in told]


def whole(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Return a clause that came or went as (op, text) pairs."""
    return tuple((op, text) for op, text in (("gone", before), ("new", after)) if text)


def words_of(words: Iterable[tuple[str, str]], *, colour: bool) -> "Text":
    """Return one clause's (op, text) pairs as text for a terminal."""
    from rich.text import Text

    line = Text()
    for op, raw in words:
        text = plain(raw)
        bare = text.strip()
        if line and not line.plain.endswith(" ") and (op != "same" or text.startswith(" ")):
            line.append(" ")
        if colour or op == "same":
            line.append(bare, style=_STYLES.get(op, ""))
        elif bare:
            line.append(f"[-{bare}-]" if op == "gone" else f"{{+{bare}+}}")
        if text.endswith(" "):
            line.append(" ")
    return line
