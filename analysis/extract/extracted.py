"""What every kind of document is turned into before it is made canonical."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.problems import Problem

__all__ = ["Extracted", "Link"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link of the main text: its words and its address as written."""

    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Extracted:
    """`lines` are raw (not yet canonical).

    `coverage` is the kept share of the visible prose, in [0, 1]; of all visible
    text where the page has no prose.
    """

    lines: list[str]
    links: Sequence[Link] = ()
    title: str = ""
    coverage: float = 1.0
    problems: tuple[Problem, ...] = ()
