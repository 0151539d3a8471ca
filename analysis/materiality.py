"""Judge a whole change: its kind, and the findings a reader should hear of.

Severity follows a table of topic and direction, not the size of the edit: a
deleted promise weighs like an added intrusion.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.assess import assess
from analysis.assessment import Assessment
from analysis.diff import Diff, Step
from analysis.direction import overall
from analysis.findings import Finding
from analysis.scene import scene_of
from analysis.severity import LEVELS, severity_of
from analysis.usable import doubt_of
from analysis.wording import redline

__all__ = ["Finding", "Verdict", "judge"]

_SHARE = 0.3  # a topic is named when it weighs this much of the heaviest
_SHARE_SPECIAL = 0.2
_WEIGHTS = {
    "collection": 1.0,
    "use": 1.0,
    "sharing": 0.8,
    "cookies": 0.8,
    "choice": 0.8,
    "access": 0.8,
    "security": 0.8,
}
_SPECIAL = 1.4  # retention, transfers, children and the like are seldom mentioned in passing
_FULL = 10  # words of a full statement; a shorter one weighs less
_SHARE_GRAVE = 0.1  # the same for what no reader wants to miss
_GRAVE = frozenset({"sale", "ai_training", "children"})
_BARE = 0.5  # weight of "other" that says nothing beside a topic
_MOST = 200  # findings told of one change, the gravest first; nobody reads a rewrite as a list
_TOPICS = 3  # findings one edit can make


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
    topics = _topics(telling)
    findings = [f for s, a in telling for f in _findings(s, a, topics)]
    findings.sort(key=lambda f: (-LEVELS.index(f.severity), _rank(topics, f.topic)))
    direction = overall([(a.direction, a.weight) for _, a in telling])
    return Verdict("material", tuple(findings[:_MOST]), topics, direction, doubt)


def _rank(topics: tuple[str, ...], topic: str) -> int:
    return topics.index(topic) if topic in topics else len(topics)


def _quiet_kind(judged: Sequence[Assessment]) -> str:
    kinds = Counter(a.kind for a in judged)
    for kind in ("administrative", "editorial"):
        if kinds[kind]:
            return kind
    return "noise"


def _topics(told: Sequence[tuple[Step, Assessment]]) -> tuple[str, ...]:
    """The topics of a change, heaviest first; what every policy talks of must weigh more."""
    total: dict[str, float] = {}
    for step, a in told:
        words = max(unit.key.count(" ") + 1 for unit in (step.old, step.new) if unit)
        size = min(1.0, words / _FULL)
        for topic, weight in a.topics.items():
            total[topic] = total.get(topic, 0.0) + size * weight * _WEIGHTS.get(topic, _SPECIAL)
    if len(total) > 1 and total.get("other", 1.0) < _BARE:
        del total["other"]
    top = max(total.values())
    named = [t for t in total if total[t] >= _least(t, total[t]) * top]
    return tuple(sorted(named, key=lambda t: (-total[t], t)))


def _least(topic: str, weight: float) -> float:
    """The share of the heaviest topic that another needs to be named."""
    if topic in _GRAVE and weight >= 2.0:
        return _SHARE_GRAVE
    return _SHARE if topic in _WEIGHTS else _SHARE_SPECIAL


def _findings(step: Step, a: Assessment, topics: tuple[str, ...]) -> list[Finding]:
    before = step.old.text if step.old else ""
    after = step.new.text if step.new else ""
    home = step.new or step.old
    kind = "changed" if before and after else ("added" if after else "removed")
    top = max(a.topics.values())
    named = sorted(
        (t for t in a.topics if t in topics and a.topics[t] >= top / 2),
        key=lambda t: (-a.topics[t], topics.index(t)),
    )
    named = named or [max(a.topics, key=lambda t: a.topics[t])]
    return [
        Finding(
            topic=topic,
            kind=kind,
            direction=a.direction,
            severity=severity_of(
                topic,
                a.direction,
                kind=kind,
                promise_dropped=a.promise_dropped,
                longer=a.longer,
                facts=a.facts,
            ),
            heading=home.heading if home else "",
            before=before,
            after=after,
            reasons=a.reasons,
            words=step.words or redline(before, after),
        )
        for topic in named[:_TOPICS]
    ]
