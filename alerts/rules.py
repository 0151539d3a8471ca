"""Who hears of a change and how grave it is, from what people asked for. Pure.

A wish that names nothing wants everything; what it does name must all hold.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.compare import Comparison

__all__ = ["Address", "News", "Wish", "addressed", "rank_of", "with_severities"]

_RANK = {"low": 0, "medium": 1, "high": 2}


@dataclass(frozen=True, slots=True)
class Wish:
    """One subscription. `topics` () means every topic."""

    recipient: str
    channel: str = "email"
    policy_id: int | None = None
    service: str = ""
    tag: str = ""
    topics: tuple[str, ...] = ()
    min_severity: str = "low"


@dataclass(frozen=True, slots=True)
class News:
    """What a change is about. `points` are (topic, severity), one for each finding."""

    policy_id: int
    service: str
    tags: tuple[str, ...]
    points: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Address:
    """Where an alert goes."""

    recipient: str
    channel: str


def addressed(wishes: Iterable[Wish], news: News) -> list[Address]:
    """Return each address once, in the order of the wishes, spelt as first written.

    Addresses that differ in case only are one person.
    """
    found: dict[tuple[str, str], Address] = {}
    for wish in wishes:
        if _wants(wish, news):
            key = (wish.recipient.casefold(), wish.channel)
            found.setdefault(key, Address(wish.recipient, wish.channel))
    return list(found.values())


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


def _wants(wish: Wish, news: News) -> bool:
    return (
        wish.policy_id in (None, news.policy_id)
        and wish.service.casefold() in ("", news.service.casefold())
        and (not wish.tag or wish.tag in news.tags)
        and _any_point(wish.topics, wish.min_severity, news.points)
    )


def _any_point(topics: Sequence[str], least: str, points: Sequence[tuple[str, str]]) -> bool:
    """One and the same finding must have the topic and the weight."""
    floor = rank_of(least)
    return any(
        (not topics or topic in topics) and rank_of(severity) >= floor for topic, severity in points
    )
