"""An alert and its deliveries, written in the transaction of the change they tell of.

What is written here is all a mail needs; nothing is sent. Whatever happens to the
process afterwards, the outbox finds the deliveries.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlmodel import Session, col, or_, select

from alerts.content import AlertContent, Aside
from alerts.errors import NothingToTell
from alerts.feedback import mutes_of
from alerts.freezing import MOST_ASIDES, MOST_POINTS, asides_of, points_of
from alerts.message_ids import message_id
from alerts.mutes import split
from alerts.rules import Address, Matter, News, Wish, addressed, rank_of, with_severities
from alerts.timing import When, due_at
from analysis.compare import Comparison, Finding
from storage.chain import append, append_all
from storage.history import comparison_of
from storage.models import Alert, Change, Delivery, Policy, Snapshot, Subscription
from storage.rows import ask

__all__ = ["content_of", "news_of", "raise_alert", "wish_of", "wishes"]

_MUTED = "muted"  # what an alert's line begins with when nobody was told
_LINE = 300  # characters kept of what is shown on one line


def raise_alert(
    session: Session,
    change_id: int,
    *,
    now: datetime,
    domain: str,
    severities: Mapping[str, str] = MappingProxyType({}),
    unconfirmed: bool = False,
    at_least: str = "low",
    window: timedelta = timedelta(0),
) -> Alert | None:
    """Write the alert of one material change and a delivery for each who wants it.

    None when this pair of snapshots was told before, or is less severe than
    `at_least`. Nobody may want it: the alert is written all the same. `domain`
    ends the Message-IDs. `severities` are people's own, by topic, and win over
    the judgement's. `unconfirmed` says that no second fetch has agreed yet. `window`
    is how long alerts wait for others that go to the same recipient.

    Raises NothingToTell for a change that is not material.
    """
    change = session.get_one(Change, change_id)
    if not change.material:
        raise NothingToTell(f"change {change_id} is {change.kind}; only material ones are told")
    if _was_told(session, change):
        return None
    policy = session.get_one(Policy, change.policy_id)
    comparison = with_severities(comparison_of(session, change_id), severities)
    if rank_of(comparison.severity) < rank_of(at_least):
        return None
    content = content_of(session, policy, change, comparison, domain)
    content = replace(content, unconfirmed=unconfirmed)
    heard, muted = split(comparison, mutes_of(session, change.policy_id))
    if muted:
        content = _without(content, comparison, heard, muted)
    alert = append(session, _alert(change, content, now))
    news = news_of(policy, heard)
    if muted and not heard.findings:
        return alert  # on record, and nobody wanted to hear of it again
    hearers = addressed(wishes(session, now), news)
    append_all(session, [_delivery(alert, one, now, domain, window) for one in hearers])
    return alert


def wishes(session: Session, now: datetime) -> Iterator[Wish]:
    """Return what readers asked for and agreed to, in the order they did."""
    ended = col(Subscription.ended_at)
    query = select(Subscription).where(
        or_(ended.is_(None), ended > now),
        col(Subscription.operator).is_(False),
        col(Subscription.awaits_consent).is_(False),
    )
    for row in session.exec(query.order_by(col(Subscription.id))):
        yield wish_of(row)


def wish_of(row: Subscription) -> Wish:
    """Return what one subscription asks for."""
    return Wish(
        recipient=row.recipient,
        channel=row.channel,
        policy_id=row.policy_id,
        service=row.service,
        tag=row.tag,
        topics=tuple(row.topics),
        min_severity=row.min_severity,
        direction=row.direction,
        when=When(row.cadence, row.at_time, row.weekday, row.timezone, row.quiet),
        language=row.language,
        paused_until=row.paused_until,
        id=row.id or 0,
    )


def news_of(policy: Policy, comparison: Comparison) -> News:
    """Return what a change is about, as far as anybody may ask for it."""
    matters = tuple(
        Matter(finding.topic, finding.severity, finding.direction)
        for finding in comparison.findings
    )
    without = tuple(
        Matter(topic, comparison.severity, comparison.direction) for topic in comparison.topics
    )
    assert policy.id is not None
    return News(policy.id, policy.service, tuple(policy.tags), matters or without)


def content_of(
    session: Session, policy: Policy, change: Change, comparison: Comparison, domain: str
) -> AlertContent:
    """Return what a mail about one change says, of its two snapshots and their `comparison`."""
    old = session.get_one(Snapshot, change.from_snapshot_id)
    new = session.get_one(Snapshot, change.to_snapshot_id)
    points = points_of(comparison.findings)
    asides = asides_of(comparison.edits, comparison.findings)
    return AlertContent(
        policy=policy.name,
        service=policy.service or policy.name,
        document=policy.kind,
        url=policy.url,
        title=new.title[:_LINE],
        lang=new.lang,
        headline=change.headline[:_LINE],
        topics=tuple(change.topics),
        direction=change.direction,
        severity=comparison.severity,
        from_snapshot=change.from_snapshot_id,
        to_snapshot=change.to_snapshot_id,
        first_seen=new.first_seen,
        before_last_seen=old.last_seen,
        thread=message_id(f"thread of {policy.url_key}".encode(), domain),
        points=points[:MOST_POINTS],
        all_points=len(points),
        asides=asides[:MOST_ASIDES],
        all_asides=len(asides),
        effective=_claimed(new.claims, "effective"),
        updated=_claimed(new.claims, "updated"),
        unverified=(new.unverified or old.unverified)[:_LINE],
    )


def _was_told(session: Session, change: Change) -> bool:
    told = ask(
        session,
        "SELECT 1 FROM alert WHERE from_snapshot_id = :before AND to_snapshot_id = :after",
        before=change.from_snapshot_id,
        after=change.to_snapshot_id,
    )
    return bool(told)


def _without(
    content: AlertContent, comparison: Comparison, heard: Comparison, muted: Sequence[Finding]
) -> AlertContent:
    """Return `content` with the muted passages moved to what does not count."""
    points = points_of(heard.findings)
    quiet = tuple(
        Aside("muted", *(text[:_LINE] for text in (one.heading, one.before, one.after)))
        for one in muted
    )
    asides = (*quiet, *asides_of(comparison.edits, comparison.findings))
    return replace(
        content,
        headline=(heard.headline if points else content.headline)[:_LINE],
        topics=tuple(heard.topics),
        direction=heard.direction,
        severity=heard.severity,
        points=points[:MOST_POINTS],
        all_points=len(points),
        asides=asides[:MOST_ASIDES],
        all_asides=len(asides),
    )


def _claimed(claims: dict[str, Any], name: str) -> date | None:  # JSON values
    try:
        return date.fromisoformat(str(claims.get(name) or "")[:10])
    except ValueError:
        return None


def _alert(change: Change, content: AlertContent, now: datetime) -> Alert:
    return Alert(
        policy_id=change.policy_id,
        from_snapshot_id=change.from_snapshot_id,
        to_snapshot_id=change.to_snapshot_id,
        created_at=now,
        topics=list(content.topics),
        severity=content.severity,
        direction=content.direction,
        headline=change.headline if content.points else f"{_MUTED}: {change.headline}",
        content=content.to_json(),
        link=b"",
    )


def _delivery(
    alert: Alert, address: Address, now: datetime, domain: str, window: timedelta
) -> Delivery:
    seed = alert.link + f"{address.channel}:{address.recipient}".encode()
    assert alert.id is not None
    return Delivery(
        alert_id=alert.id,
        recipient=address.recipient,
        channel=address.channel,
        message_id=message_id(seed, domain),
        created_at=now,
        link=b"",
        state="waiting",
        next_attempt_at=due_at(address.when, now, window=window, paused_until=address.paused_until),
        cadence=address.when.cadence,
        timezone=address.when.timezone,
        language=address.language,
    )
