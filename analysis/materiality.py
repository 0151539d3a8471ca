"""Judge a whole change: its kind, and the findings a reader should hear of.

Severity follows a table of topic and direction, not the size of the edit: a
deleted promise weighs like an added intrusion.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.assess import Assessment, assess
from analysis.diff import Diff, Step
from analysis.direction import overall
from analysis.scene import scene_of
from analysis.usable import doubt_of
from analysis.wording import Words

__all__ = ["Finding", "Verdict", "judge"]

_HIGH = frozenset({"sale", "ai_training", "children"})
_LOW = frozenset({"contact", "other"})
_SHARE = 0.3  # a topic is named when it weighs this much of the heaviest
_TOPICS = 3  # findings one edit can make


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
    """`doubt` names why a side is no usable text of the policy, or is empty."""

    kind: str
    findings: tuple[Finding, ...] = ()
    topics: tuple[str, ...] = ()
    direction: str = ""
    doubt: str = ""


def judge(change: Diff, *, doc_type: str = "") -> Verdict:
    doubt = doubt_of(change)
    if doubt in ("empty", "other_document"):
        return Verdict("broken", doubt=doubt)
    if doubt == "language":
        return Verdict("noise", doubt=doubt)
    scene = scene_of(change, doc_type=doc_type)
    silent = {"truncated": "removed", "bundle": "added"}.get(doubt, "")
    judged = [(s, assess(s, scene)) for s in change.steps if s.op != silent]
    telling = [(s, a) for s, a in judged if a.kind == "material"]
    if not telling:
        return Verdict("broken" if doubt else _quiet_kind([a for _, a in judged]), doubt=doubt)
    topics = _topics([a for _, a in telling])
    findings = [f for s, a in telling for f in _findings(s, a, topics)]
    direction = overall([(a.direction, a.weight) for _, a in telling])
    return Verdict("material", tuple(findings), topics, direction, doubt)


def _quiet_kind(judged: Sequence[Assessment]) -> str:
    kinds = Counter(a.kind for a in judged)
    for kind in ("administrative", "editorial"):
        if kinds[kind]:
            return kind
    return "noise"


def _topics(judged: Sequence[Assessment]) -> tuple[str, ...]:
    total: dict[str, float] = {}
    for a in judged:
        for topic, weight in a.topics.items():
            total[topic] = total.get(topic, 0.0) + weight
    top = max(total.values())
    named = [t for t in total if total[t] >= _SHARE * top]
    return tuple(sorted(named, key=lambda t: (-total[t], t)))


def _findings(step: Step, a: Assessment, topics: tuple[str, ...]) -> list[Finding]:
    before = step.old.text if step.old else ""
    after = step.new.text if step.new else ""
    home = step.new or step.old
    kind = "changed" if before and after else ("added" if after else "removed")
    named = sorted(
        (t for t in a.topics if t in topics), key=lambda t: (-a.topics[t], topics.index(t))
    )
    named = named or [max(a.topics, key=lambda t: a.topics[t])]
    return [
        Finding(
            t,
            kind,
            a.direction,
            _severity(t),
            home.heading if home else "",
            before,
            after,
            a.reasons,
            step.words,
        )
        for t in named[:_TOPICS]
    ]


def _severity(topic: str) -> str:
    return "high" if topic in _HIGH else "low" if topic in _LOW else "medium"
