"""An alert and its deliveries, written in the transaction of the change they tell of.

What is written here is all a mail needs; nothing is sent. Whatever happens to the
process afterwards, the outbox finds the deliveries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlmodel import Session

from alerts.asked import wishes
from alerts.content import AlertContent, Aside
from alerts.errors import NothingToTell
from alerts.feedback import mutes_of
from alerts.freezing import MOST_ASIDES, MOST_POINTS, asides_of, points_of
from alerts.message_ids import message_id
from alerts.mutes import split
from alerts.rules import Address, addressed, rank_of, with_severities
from alerts.subjects import LINE, content_of, news_of, subject_of
from alerts.timing import due_at
from analysis.compare import Comparison, Finding
from storage.chain import append, append_all
from storage.history import change_of, comparison_of
from storage.models import Alert, Delivery
from storage.rows import ask
from storage.views import ChangeView

__all__ = ["raise_alert"]

_MUTED = "muted"  # what an alert's line begins with when nobody was told


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
    change = change_of(session, change_id)
    if not change.material:
        raise NothingToTell(f"change {change_id} is {change.kind}; only material ones are told")
    if _was_told(session, change):
        return None
    subject = subject_of(session, change.policy_id)
    comparison = with_severities(comparison_of(session, change_id), severities)
    if rank_of(comparison.severity) < rank_of(at_least):
        return None
    content = content_of(session, subject, change, comparison, domain)
    content = replace(content, unconfirmed=unconfirmed)
    heard, muted = split(comparison, mutes_of(session, change.policy_id))
    if muted:
        content = _without(content, comparison, heard, muted)
    alert = append(session, _alert(change, content, now))
    news = news_of(subject, heard)
    if muted and not heard.findings:
        return alert  # on record, and nobody wanted to hear of it again
    hearers = addressed(wishes(session, now, policy_id=change.policy_id), news)
    deliveries = [_delivery(alert, one, now, domain, window) for one in hearers]
    append_all(session, Delivery, deliveries)
    return alert


def _was_told(session: Session, change: ChangeView) -> bool:
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
        Aside("muted", *(text[:LINE] for text in (one.heading, one.before, one.after)))
        for one in muted
    )
    asides = (*quiet, *asides_of(comparison.edits, comparison.findings))
    return replace(
        content,
        headline=(heard.headline if points else content.headline)[:LINE],
        topics=tuple(heard.topics),
        direction=heard.direction,
        severity=heard.severity,
        points=points[:MOST_POINTS],
        all_points=len(points),
        asides=asides[:MOST_ASIDES],
        all_asides=len(asides),
    )


def _alert(change: ChangeView, content: AlertContent, now: datetime) -> Alert:
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
) -> dict[str, Any]:
    """Return a delivery by column."""
    seed = alert.link + f"{address.channel}:{address.recipient}".encode()
    return {
        "alert_id": alert.id,
        "recipient": address.recipient,
        "channel": address.channel,
        "message_id": message_id(seed, domain),
        "created_at": now,
        "state": "waiting",
        "next_attempt_at": due_at(
            address.when, now, window=window, paused_until=address.paused_until
        ),
        "cadence": address.when.cadence,
        "timezone": address.when.timezone,
        "language": address.language,
    }
