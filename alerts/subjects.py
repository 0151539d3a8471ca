"""What there is to tell of a change: read from rows, and frozen."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from alerts.content import AlertContent
from alerts.freezing import MOST_ASIDES, MOST_POINTS, asides_of, points_of
from alerts.message_ids import message_id
from alerts.rules import Matter, News
from analysis.compare import Comparison
from storage.rows import ask, instant, jsoned
from storage.views import ChangeView

__all__ = ["LINE", "Subject", "content_of", "news_of", "subject_of"]

LINE = 300  # characters kept of what is shown on one line


@dataclass(frozen=True, slots=True)
class Subject:
    """A policy, as far as messages and wishes name it."""

    policy_id: int
    name: str
    service: str
    kind: str
    url: str
    url_key: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """A snapshot, as far as it is told of."""

    title: str
    lang: str
    first_seen: datetime
    last_seen: datetime
    claims: dict[str, Any]  # JSON values
    unverified: str


def subject_of(session: Session, policy_id: int) -> Subject:
    """Return the policy that a row tells of."""
    query = "SELECT name, service, kind, url, url_key, tags FROM policy WHERE id = :policy"
    name, service, kind, url, url_key, tags = ask(session, query, policy=policy_id)[0]
    return Subject(policy_id, name, service, kind, url, url_key, tuple(jsoned(tags)))


def news_of(subject: Subject, comparison: Comparison) -> News:
    """Return what a change is about, as far as anybody may ask for it."""
    matters = tuple(
        Matter(finding.topic, finding.severity, finding.direction)
        for finding in comparison.findings
    )
    without = tuple(
        Matter(topic, comparison.severity, comparison.direction) for topic in comparison.topics
    )
    return News(subject.policy_id, subject.service, subject.tags, matters or without)


def content_of(
    session: Session, subject: Subject, change: ChangeView, comparison: Comparison, domain: str
) -> AlertContent:
    """Return what a mail about one change says, of its two snapshots and their `comparison`."""
    old, new = (_side(session, side) for side in (change.from_snapshot_id, change.to_snapshot_id))
    points = points_of(comparison.findings)
    asides = asides_of(comparison.edits, comparison.findings)
    return AlertContent(
        policy=subject.name,
        service=subject.service or subject.name,
        document=subject.kind,
        url=subject.url,
        title=new.title[:LINE],
        lang=new.lang,
        headline=change.headline[:LINE],
        topics=change.topics,
        direction=change.direction,
        severity=comparison.severity,
        from_snapshot=change.from_snapshot_id,
        to_snapshot=change.to_snapshot_id,
        first_seen=new.first_seen,
        before_last_seen=old.last_seen,
        thread=message_id(f"thread of {subject.url_key}".encode(), domain),
        points=points[:MOST_POINTS],
        all_points=len(points),
        asides=asides[:MOST_ASIDES],
        all_asides=len(asides),
        effective=_claimed(new.claims, "effective"),
        updated=_claimed(new.claims, "updated"),
        unverified=(new.unverified or old.unverified)[:LINE],
    )


def _side(session: Session, snapshot_id: int) -> _Side:
    title, lang, first, last, claims, unverified = ask(
        session,
        "SELECT title, lang, first_seen, last_seen, claims, unverified FROM snapshot"
        " WHERE id = :snapshot",
        snapshot=snapshot_id,
    )[0]
    return _Side(title, lang, instant(first), instant(last), jsoned(claims), unverified)


def _claimed(claims: dict[str, Any], name: str) -> date | None:  # JSON values
    try:
        return date.fromisoformat(str(claims.get(name) or "")[:10])
    except ValueError:
        return None
