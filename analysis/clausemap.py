"""A policy as a map of its clauses: what each is about, what it states, and what decided so.

The same tags and facts that a comparison judges by, laid out for one text. A
list item is read together with the line that leads into its list: below "we use
it for the following purposes:" a bare "research" is a use.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analysis.fact import Fact
from analysis.facts import facts_of
from analysis.plain import strip_inline
from analysis.sections import Section, sections_of
from analysis.tagging import Tags, tag

__all__ = ["Clause", "clause_map", "topics_of"]

_LEADS = (":", ";", "\u2013", "-")  # how a line ends that leads into a list
_LEAD = 300  # characters of its end that are read; a longer one is a clause of its own
_EDGE = "| "  # how a table row begins, for the reader of facts


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
    return tuple(clause for section in sections_of(text) for clause in _clauses(section, lang=lang))


def topics_of(clauses: Iterable[Clause]) -> tuple[str, ...]:
    """Return every topic of `clauses`, in the order they first come up."""
    return tuple(dict.fromkeys(topic for clause in clauses for topic in clause.tags.topics))


def _clauses(section: Section, *, lang: str) -> Iterator[Clause]:
    lead = ""
    for block in section.lines:
        said = strip_inline(block.raw)
        if not said:
            continue
        if block.kind != "item":
            lead = said[-_LEAD:] if said.endswith(_LEADS) else ""
        above = section.path
        if lead and block.kind == "item":
            above = (*above[:-1], lead, *above[-1:])  # the heading stays the nearest
        tags = tag(said, " > ".join(above), lang=lang)
        facts = _facts(said, block.kind, section.heading, lang=lang)
        yield Clause(section.path, block.kind, said, tags, facts)


def _facts(said: str, kind: str, heading: str, *, lang: str) -> tuple[Fact, ...]:
    """Return the facts; a row is read with the edges that tell it from a sentence."""
    if kind != "row":
        return facts_of(said, heading=heading, lang=lang)
    found = facts_of(f"{_EDGE}{said} |", heading=heading, lang=lang)
    shift = len(_EDGE)
    return tuple(f._replace(start=f.start - shift, end=f.end - shift) for f in found)
