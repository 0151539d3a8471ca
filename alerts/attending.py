"""The watch over ourselves: what is wrong is told once, and once that it is over. State lies in rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, or_, select

from alerts.asked import wish_of
from alerts.health import conditions_of
from alerts.health_values import HealthRules, Standing
from alerts.message_ids import message_id
from alerts.notice_content import NoticeContent
from alerts.notices import Due, Quieting, content_of, due_notices, recovery_of
from alerts.noticing import Reader, write_notice
from alerts.standing import standing_of
from storage.engine import Store
from storage.integrity import damage_of
from storage.models import Attempt, Delivery, Fetch, Notice, Silence, Subscription

__all__ = ["Attended", "attend", "open_notices", "traces_of"]


@dataclass(frozen=True, slots=True)
class Attended:
    """What one look said: how many notices were raised, how many recovered."""

    raised: int = 0
    recovered: int = 0


def attend(
    store: Store,
    *,
    now: datetime,
    rules: HealthRules,
    domain: str,
    disk_free: int | None = None,
) -> Attended:
    """Look how all stands and write the notices that are due, each with its deliveries."""
    with store.reading() as session:
        standing = standing_of(
            session, now=now, rules=rules, disk_free=disk_free, disk_of=store.database
        )
        if _nothing(_due(session, standing, rules, now)):
            return Attended()
    with store.writing() as session:
        # Again, now that nobody else writes: another process may have said it meanwhile.
        due = _due(session, standing, rules, now)
        readers = list(_operators(session, now))
        open_ones = {(row.kind, row.subject): row for row in open_notices(session)}
        for condition in due.raised:
            thread = message_id(f"notice {condition.kind} {condition.subject}".encode(), domain)
            content = content_of(condition, now=now, thread=thread)
            write_notice(
                session, content, readers, subject=condition.subject, now=now, domain=domain
            )
        for kind, subject in due.recovered:
            raised = NoticeContent.from_json(open_ones[kind, subject].content)
            content = recovery_of(raised, now=now)
            write_notice(session, content, readers, subject=subject, now=now, domain=domain)
    return Attended(len(due.raised), len(due.recovered))


def traces_of(session: Session) -> tuple[int, ...]:
    """Return how far the facts go that notices are made of: the same again, nothing happened."""
    tables = (Fetch, Attempt, Delivery, Silence)
    newest = tuple(session.exec(select(func.max(table.id))).one() or 0 for table in tables)
    damage = damage_of(session)
    return (*newest, damage.count if damage else 0)


def open_notices(session: Session) -> list[Notice]:
    """Return what was raised and is not over, the oldest first."""
    last = (
        select(func.max(Notice.id))
        .where(col(Notice.kind) != "confirm")
        .group_by(col(Notice.kind), col(Notice.subject))
    )
    query = select(Notice).where(col(Notice.id).in_(last), Notice.event == "raised")
    return list(session.exec(query.order_by(col(Notice.id))))


def _nothing(due: Due) -> bool:
    return not (due.raised or due.recovered)


def _due(session: Session, standing: Standing, rules: HealthRules, now: datetime) -> Due:
    silences = [
        Quieting(row.kind, row.policy_id, row.ends_at)
        for row in session.exec(select(Silence).where(col(Silence.ends_at) > now))
    ]
    open_ones = {(row.kind, row.subject): row.created_at for row in open_notices(session)}
    return due_notices(conditions_of(standing, rules, now=now), open_ones, silences, now=now)


def _operators(session: Session, now: datetime) -> Iterator[Reader]:
    ended = col(Subscription.ended_at)
    query = select(Subscription).where(
        or_(ended.is_(None), ended > now),
        col(Subscription.operator).is_(True),
        col(Subscription.awaits_consent).is_(False),
    )
    for row in session.exec(query.order_by(col(Subscription.id))):
        yield Reader(row.recipient, row.channel, wish_of(row).when, row.language, row.paused_until)
