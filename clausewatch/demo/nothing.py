"""Say in words why a change does not matter, from what the comparison found. Pure.

Not a judgement: the analysis has judged. This reads its edits as an editor would
list them: the date, what moved, what only got a new number, which words.
"""

import re
from collections import Counter

from analysis.compare import Comparison, Edit

__all__ = ["why_nothing"]

_DATE = re.compile(
    r"\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December) \d{4}"
)
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,3}\.? ")
_MARKS = re.compile(r"[^\w\s]")
_MOST_WORDS = 3  # pairs of words quoted; the rest is counted


def why_nothing(comparison: Comparison) -> str:
    """Return one line such as `1 passage moved; 3 headings renumbered`."""
    counts: Counter[str] = Counter()
    dates: list[str] = []
    words: list[str] = []
    for edit in comparison.edits:
        if edit.kind == "moved":
            counts["moved"] += 1
        elif edit.kind != "reworded":
            counts[edit.kind] += 1
        elif _DATE.search(edit.before) and _same(_DATE, edit):
            dates.append(_arrow(_DATE.findall(edit.before), _DATE.findall(edit.after)))
        elif _same(_NUMBER, edit):
            counts["renumbered"] += 1
        elif _same(_MARKS, edit):
            counts["punctuation"] += 1
        else:
            words.append(_changed(edit))
    alone = not counts and not words
    parts = [f"the date only, {dates[0]}" if alone else f"the date, {dates[0]}"] if dates else []
    parts += [_counted(counts[kind], kind) for kind in _KINDS if counts[kind]]
    parts += words[:_MOST_WORDS]
    if len(words) > _MOST_WORDS:
        parts.append(f"{len(words) - _MOST_WORDS} more like these")
    return "; ".join(parts) or comparison.headline


_KINDS = {
    "moved": ("passage moved", "passages moved"),
    "renumbered": ("heading renumbered", "headings renumbered"),
    "punctuation": ("sentence differs in punctuation", "sentences differ in punctuation"),
    "added": ("line added", "lines added"),
    "removed": ("line removed", "lines removed"),
}


def _counted(count: int, kind: str) -> str:
    one, many = _KINDS[kind]
    return f"{count} {one if count == 1 else many}"


def _same(pattern: re.Pattern[str], edit: Edit) -> bool:
    """Say whether both sides agree once what `pattern` finds is left out."""
    return pattern.sub("", edit.before) == pattern.sub("", edit.after)


def _changed(edit: Edit) -> str:
    gone = [text.strip() for op, text in edit.words if op == "gone"]
    new = [text.strip() for op, text in edit.words if op == "new"]
    if not gone and not new:
        gone, new = [edit.before], [edit.after]
    return _arrow(gone, new)


def _arrow(gone: list[str], new: list[str]) -> str:
    before, after = ", ".join(gone), ", ".join(new)
    if not before or not after:
        return f"“{after}” put in" if after else f"“{before}” taken out"
    return f"{before} → {after}"
