"""Edits to a text in the demonstration's small Markdown: what the company's own lawyers do.

Each edit must find its place exactly once and must change something; a story
whose edits no longer fit its text stops with the words it looked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Edit", "Move", "MoveSection", "Replace", "StoryError", "apply"]


class StoryError(Exception):
    """The story and its texts do not fit together: a mistake of ours."""


@dataclass(frozen=True, slots=True)
class Replace:
    """Put `after` where `before` stands. Both are whole or partial lines."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Move:
    """Move the paragraph that begins with `start` to just behind the one beginning with `behind`.

    `apart` is what parts two paragraphs; a line end moves a table's rows instead.
    """

    start: str
    behind: str
    apart: str = "\n\n"


@dataclass(frozen=True, slots=True)
class MoveSection:
    """Move the section headed `heading` to just before the one headed `before`."""

    heading: str
    before: str


Edit = Replace | Move | MoveSection


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Return `text` after `edits`, in their order. Raises StoryError."""
    for edit in edits:
        changed = _apply_one(text, edit)
        if changed == text:
            raise StoryError(f"this edit changes nothing: {edit!r}")
        text = changed
    return text


def _apply_one(text: str, edit: Edit) -> str:
    match edit:
        case Replace(before, after):
            if text.count(before) != 1:
                raise StoryError(f"found {text.count(before)} times, not once: {before!r}")
            return text.replace(before, after)
        case Move(start, behind, apart):
            parts = text.rstrip("\n").split(apart)
            moved = parts.pop(_only(parts, start))
            parts.insert(_only(parts, behind) + 1, moved)
            return apart.join(parts) + "\n"
        case MoveSection(heading, before):
            head, *sections = text.rstrip("\n").split("\n\n## ")
            moved = sections.pop(_only(sections, heading + "\n"))
            sections.insert(_only(sections, before + "\n"), moved)
            return "\n\n## ".join((head, *sections)) + "\n"


def _only(parts: Sequence[str], start: str) -> int:
    places = [place for place, part in enumerate(parts) if part.startswith(start)]
    if len(places) != 1:
        raise StoryError(f"begins {len(places)} parts, not one: {start!r}")
    return places[0]
