"""Who hears of a change, how soon and how grave it is, from what people asked for. Pure.

A wish that names nothing wants everything; what it does name must all hold.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.timing import AT_ONCE, CADENCES, When
from analysis.compare import Comparison

__all__ = [
    "Address",
    "Matter",
    "News",
    "Wish",
    "addressed",
    "rank_of",
    "why_not",
    "with_severities",
]

_RANK = {"low": 0, "medium": 1, "high": 2}
_OPPOSITE = {"weaker": "stronger", "stronger": "weaker"}


@dataclass(frozen=True, slots=True)
class Wish:
    """One subscription. `topics` () means every topic, `direction` "" either."""

    recipient: str
    channel: str = "email"
    policy_id: int | None = None
    service: str = ""
    tag: str = ""
    topics: tuple[str, ...] = ()
    min_severity: str = "low"
    direction: str = ""
    when: When = AT_ONCE
    language: str = "en"
    paused_until: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Matter:
    """One finding, as far as anybody may ask for it."""

    topic: str
    severity: str
    direction: str = "mixed"


@dataclass(frozen=True, slots=True)
class News:
    """What a change is about."""

    policy_id: int
    service: str
    tags: tuple[str, ...]
    matters: tuple[Matter, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """Where an alert goes, how soon, and in which language."""

    recipient: str
    channel: str
    when: When = AT_ONCE
    language: str = "en"
    paused_until: datetime | None = None


def addressed(wishes: Iterable[Wish], news: News) -> list[Address]:
    """Return each address once, in the order of the wishes, spelt as first written.

    Addresses that differ in case only are one person. Of several wishes that
    want it, the one that wants it soonest says how.
    """
    found: dict[tuple[str, str], Address] = {}
    for wish in wishes:
        if why_not(wish, news):
            continue
        key = (wish.recipient.casefold(), wish.channel)
        known = found.get(key)
        if known is None or _pace(wish.when) < _pace(known.when):
            recipient = known.recipient if known else wish.recipient
            found[key] = Address(
                recipient, wish.channel, wish.when, wish.language, wish.paused_until
            )
    return list(found.values())


def why_not(wish: Wish, news: News) -> str:
    """Return why `wish` does not want `news`, in words for people; "" where it does."""
    if wish.policy_id not in (None, news.policy_id):
        return "it is for another policy"
    if wish.service.casefold() not in ("", news.service.casefold()):
        return f"it is for the policies of {wish.service}"
    if wish.tag and wish.tag not in news.tags:
        return f"the policy is not tagged {wish.tag}"
    return _why_no_matter(wish, news.matters)


def rank_of(severity: str) -> int:
    """Return how grave `severity` is, low = 0; what is none counts as low."""
    return _RANK.get(severity, 0)


def with_severities(comparison: Comparison, severities: Mapping[str, str]) -> Comparison:
    """Return `comparison` as grave as people say its topics are; other topics stay as judged."""
    findings = tuple(
        replace(finding, severity=severities.get(finding.topic, finding.severity))
        for finding in comparison.findings
    )
    if findings == comparison.findings:
        return comparison
    gravest = max((finding.severity for finding in findings), key=rank_of)
    return replace(comparison, findings=findings, severity=gravest)


def _pace(when: When) -> int:
    return CADENCES.index(when.cadence)


def _why_no_matter(wish: Wish, matters: Sequence[Matter]) -> str:
    """One and the same finding must have the topic, the weight and the direction."""
    left = [matter for matter in matters if not wish.topics or matter.topic in wish.topics]
    if not left:
        return f"nothing in it is about {', '.join(wish.topics)}"
    about = f" about {', '.join(wish.topics)}" if wish.topics else ""
    left = [matter for matter in left if rank_of(matter.severity) >= rank_of(wish.min_severity)]
    if not left:
        return f"nothing in it{about} is of {wish.min_severity} severity or more"
    # What is mixed, or points nowhere we can tell, is in part what either asks for.
    if wish.direction and all(m.direction == _OPPOSITE.get(wish.direction) for m in left):
        return f"nothing in it{about} makes the reader's position {wish.direction}"
    return ""
