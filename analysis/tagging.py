"""Say what a clause is about, with the cues that decided.

A clause is a paragraph, a list item or a table row, read together with its
heading path; never a bare sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from analysis.topic_cues_en import CUES, SETS
from analysis.topics import OPP115, OPP115_OF_SENSE, TOPICS
from analysis.wordcode import Coded, Grammar, Rule

__all__ = ["Cue", "Tags", "tag", "tag_opp115"]

_DECIDES = 3.0  # points; one strong cue, or two that agree


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing that spoke for a topic: `kind` is "phrase", "term" or "heading"."""

    topic: str
    kind: str
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Tags:
    """The topics of a clause, the score of each that got one, and what decided."""

    topics: tuple[str, ...]
    scores: Mapping[str, float] = field(default_factory=dict)
    cues: tuple[Cue, ...] = ()
    lang: str = "en"


@lru_cache(maxsize=1)
def _grammar() -> Grammar[tuple[str, int, int]]:
    return Grammar(
        [Rule((sense, weight, n), pattern) for n, (sense, weight, pattern) in enumerate(CUES)], SETS
    )


def tag(text: str, heading: str = "", *, lang: str = "") -> Tags:
    """Return the topics of a clause under its heading path, in the order of `TOPICS`."""
    cues = _phrases(text, "phrase") + _phrases(heading, "heading")
    topic_cues = [Cue(_TOPIC_OF.get(c.topic, c.topic), c.kind, c.text, c.weight) for c in cues]
    scores = _summed(topic_cues)
    topics = tuple(t for t in TOPICS if scores.get(t, 0.0) >= _DECIDES and t != "other")
    return Tags(
        topics or ("other",),
        scores,
        tuple(c for c in topic_cues if c.topic in topics),
        lang or "en",
    )


def tag_opp115(text: str, heading: str = "") -> Tags:
    """Return the OPP-115 categories of a segment, in the order of `OPP115`."""
    cues = [
        Cue(OPP115_OF_SENSE[c.topic], c.kind, c.text, c.weight)
        for c in _phrases(text, "phrase") + _phrases(heading, "heading")
    ]
    scores = _summed(cues)
    names = tuple(c for c in OPP115 if scores.get(c, 0.0) >= _DECIDES)
    names = names or ("Introductory/Generic",)
    return Tags(names, scores, tuple(c for c in cues if c.topic in names))


_TOPIC_OF = {"do_not_track": "cookies", "introduction": "other", "not_covered": "other"}


def _phrases(text: str, kind: str) -> list[Cue]:
    if not text:
        return []
    grammar = _grammar()
    coded = grammar.encode(text)
    seen: set[int] = set()
    cues: list[Cue] = []
    for match in grammar.matches(coded):
        sense, weight, number = match.meaning
        if number not in seen:
            seen.add(number)
            cues.append(Cue(sense, kind, _quoted(coded, match.first, match.last), float(weight)))
    return cues


def _quoted(coded: Coded, first: int, last: int) -> str:
    return " ".join(coded.words[first:last])


def _summed(cues: list[Cue]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for cue in cues:
        scores[cue.topic] = scores.get(cue.topic, 0.0) + cue.weight
    return scores
