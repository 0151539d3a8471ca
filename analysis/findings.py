"""What a reader is told: one material point of a change, with the text it rests on."""

from dataclasses import dataclass

from analysis.wording import Words

__all__ = ["Finding"]


@dataclass(frozen=True, slots=True)
class Finding:
    """kind: "added", "removed", "changed". direction: "weaker", "stronger", "mixed", "neutral",
    for the reader. severity: "high", "medium", "low". `before` and `after` are quotes, one of
    them empty where a statement came or went. `reasons` are plain words, most telling first.
    """

    topic: str
    kind: str
    direction: str
    severity: str
    heading: str
    before: str
    after: str
    reasons: tuple[str, ...]
    words: Words
