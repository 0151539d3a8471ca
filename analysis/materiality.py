"""Judge the steps between two editions: which matter to a reader, and why.

First cut: see `judge`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.diff import Diff, Step
from analysis.sentences import words_of
from analysis.signals import signals_in
from analysis.wording import Words

__all__ = ["Finding", "Verdict", "judge"]

_GRANTS = frozenset({"choice", "access", "security", "children", "policy_change", "contact"})
_HIGH = frozenset({"sale", "ai_training", "children"})
_LOW = frozenset({"contact", "other"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One material point of a change, with the text it rests on."""

    topic: str
    kind: str
    direction: str
    severity: str
    heading: str
    before: str
    after: str
    reasons: tuple[str, ...]
    words: Words


@dataclass(frozen=True, slots=True)
class Verdict:
    kind: str
    findings: tuple[Finding, ...]


def judge(change: Diff, *, doc_type: str = "") -> Verdict:
    findings: list[Finding] = []
    for step in change.steps:
        findings += _findings(step, cookies="racker" in doc_type or "ookie" in doc_type)
    kind = "material" if findings else ("editorial" if change.steps else "noise")
    return Verdict(kind, tuple(findings))


def _findings(step: Step, *, cookies: bool) -> list[Finding]:
    if step.op in ("moved", "respelled", "same"):
        return []
    before = step.old.text if step.old else ""
    after = step.new.text if step.new else ""
    if step.old and step.new and step.old.bare == step.new.bare:
        return []
    gone, new = Counter(words_of(before)), Counter(words_of(after))
    changed = sum(((gone - new) + (new - gone)).values())
    if changed < 2:
        return []
    home = step.new or step.old
    phrase = " ".join(text for op, text in step.words if op != "same") or before + " " + after
    topics = signals_in(phrase) or (signals_in(before + " " + after) if changed > 3 else ())
    if not topics and cookies and home and home.kind == "row":
        topics = ("cookies",)
    kind = "changed" if before and after else ("added" if after else "removed")
    return [
        Finding(
            topic,
            kind,
            _direction(topic, kind),
            _severity(topic),
            home.heading if home else "",
            before,
            after,
            (f"{topic}: {kind}",),
            step.words,
        )
        for topic in topics[:3]
    ]


def _direction(topic: str, kind: str) -> str:
    if kind == "changed":
        return "neutral"
    return "stronger" if (topic in _GRANTS) == (kind == "added") else "weaker"


def _severity(topic: str) -> str:
    return "high" if topic in _HIGH else "low" if topic in _LOW else "medium"


def rank(findings: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(topic for topic, _ in Counter(f.topic for f in findings).most_common())
