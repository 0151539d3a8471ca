"""A policy as a map of its clauses: what each is about, what it states, and what decided so.

The same tags and facts that a comparison judges by, laid out for one text.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from analysis.facts import Fact, facts_of
from analysis.plain import strip_inline
from analysis.sections import sections_of
from analysis.tagging import Tags, tag

__all__ = ["Clause", "clause_map", "topics_of"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A paragraph, item or row below its headings, outermost first."""

    path: tuple[str, ...]
    kind: str  # paragraph, item, row
    text: str
    tags: Tags
    facts: tuple[Fact, ...]


def clause_map(text: str, *, lang: str = "") -> tuple[Clause, ...]:
    """Return the clauses of a canonical text, in its order. Blocks without words are left out."""
    return tuple(
        Clause(
            section.path,
            block.kind,
            said,
            tag(said, " > ".join(section.path), lang=lang),
            facts_of(said, heading=section.heading, lang=lang),
        )
        for section in sections_of(text)
        for block in section.lines
        if (said := strip_inline(block.raw))
    )


def topics_of(clauses: Iterable[Clause]) -> tuple[str, ...]:
    """Return every topic of `clauses`, in the order they first come up."""
    return tuple(dict.fromkeys(topic for clause in clauses for topic in clause.tags.topics))
