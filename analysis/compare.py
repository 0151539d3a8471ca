"""The one door of comparison: two editions of a policy in, what changed and whether it matters out.

Everything that tells a reader about a change (mail, page, feed, terminal)
renders the one `Comparison` made here. It is a value: deterministic, and the
same after `from_json(to_json())`.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from analysis.diff import Diff, Edit, diff
from analysis.findings import Finding
from analysis.headlines import headline_of, quiet_headline
from analysis.materiality import Verdict, judge
from analysis.memo import forget
from analysis.severity import LEVELS
from analysis.variants import Standing, standing_of

__all__ = ["Comparison", "Edit", "Finding", "compare", "dataset_topics"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What lies between two editions.

    kind: "material", "editorial", "administrative", "noise" or "broken" (one
    side is no usable text of this policy). `topics` are ordered, the one that
    matters most first. `direction` and `severity` are empty unless material.
    """

    kind: str
    material: bool
    topics: tuple[str, ...]
    direction: str
    severity: str
    headline: str
    findings: tuple[Finding, ...]
    edits: tuple[Edit, ...]

    def to_json(self) -> str:
        """Compact JSON, the same text for the same comparison."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote.

        Raises ValueError when the text is not such JSON.
        """
        try:
            row = json.loads(text)
            findings = tuple(_finding(item) for item in row.pop("findings"))
            edits = tuple(_edit(item) for item in row.pop("edits"))
            topics = tuple(row.pop("topics"))
            return cls(topics=topics, findings=findings, edits=edits, **row)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"not a stored comparison: {error}") from error


def compare(
    old: str,
    new: str,
    *,
    doc_type: str = "",
    date: str = "",
    old_id: str = "",
    new_id: str = "",
    history: Sequence[tuple[str, str, str]] = (),
) -> Comparison:
    """Compare two editions, ours or another archive's Markdown.

    `doc_type` names the document ("Privacy Policy", "Trackers Policy"). `date`
    (ISO), `old_id` and `new_id` place this change after `history`: earlier
    recorded changes (date, old_id, new_id), oldest first.
    """
    change = diff(old, new)
    standing = standing_of(date, old_id, new_id, history)
    if standing.kind in ("flap", "variant"):
        comparison = _quiet(standing, change)
    else:
        comparison = _judged(change, doc_type)
    forget()
    return comparison


def _judged(change: Diff, doc_type: str) -> Comparison:
    verdict = judge(change, doc_type=doc_type)
    findings = verdict.findings
    material = verdict.kind == "material"
    return Comparison(
        kind=verdict.kind,
        material=material,
        topics=verdict.topics,
        direction=verdict.direction,
        severity=max((f.severity for f in findings), key=LEVELS.index) if material else "",
        headline=headline_of(findings, verdict.topics) if material else _why_quiet(verdict),
        findings=findings,
        edits=change.edits,
    )


def _quiet(standing: Standing, change: Diff) -> Comparison:
    """The text is known: nothing is told, the edits are kept for who looks."""
    headline = {
        "flap": f"back to the text first seen {standing.since[:10]}",
        "variant": f"alternates with the text first seen {standing.since[:10]}",
    }[standing.kind]
    return Comparison("noise", False, (), "", "", headline, (), change.edits)


_DATASET = {
    "cookies": "cookies_tracking", "choice": "rights_choice", "access": "rights_choice", "regional": "rights_choice",
    "transfers": "international_transfer", "policy_change": "policy_change_notice", "disputes": "dispute_liability",
}  # fmt: skip


def dataset_topics(topics: Sequence[str]) -> tuple[str, ...]:
    """Our topics under the clause names of the labelled packs of policy changes, in order."""
    return tuple(dict.fromkeys(_DATASET.get(topic, topic) for topic in topics))


_DOUBTS = {
    "empty": "one side is empty",
    "other_document": "one side is another document",
    "truncated": "a great part is missing",
    "bundle": "other documents were captured with it",
    "language": "the same in another language",
}


def _why_quiet(verdict: Verdict) -> str:
    return quiet_headline(verdict.kind, _DOUBTS.get(verdict.doubt, ""))


def _finding(row: dict[str, Any]) -> Finding:  # Any: JSON, checked by the constructor's names
    words = tuple((op, text) for op, text in row.pop("words"))
    return Finding(reasons=tuple(row.pop("reasons")), words=words, **row)


def _edit(row: dict[str, Any]) -> Edit:  # Any: JSON, checked by the constructor's names
    return Edit(words=tuple((op, text) for op, text in row.pop("words")), **row)
