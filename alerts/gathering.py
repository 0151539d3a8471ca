"""Deliveries that wait, brought on their way: the plan of `alerts.digests`, written in one transaction.

A digest, its delivery and the deliveries told in it are committed together:
killed anywhere, the next pass finds either all of them or none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, or_, select, update

from alerts.asked import wish_of
from alerts.content import AlertContent
from alerts.coverage import coverage_of
from alerts.digest_content import DigestContent, DigestEntry
from alerts.digests import (
    GatherRules,
    Parcel,
    Plan,
    Regular,
    Waiting,
    in_order,
    is_storm,
    plan_mails,
    regular_parcels,
)
from alerts.message_ids import message_id
from storage.chain import append
from storage.engine import Store
from storage.models import Alert, Attempt, Delivery, Digest, Policy, Subscription

__all__ = ["Gathered", "anything_waits", "gather", "write_digest"]

_MOST_AT_ONCE = 5000  # deliveries looked at in one pass; the rest waits for the next


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one pass brought on its way."""

    single: int = 0
    digests: int = 0
    told_in_digests: int = 0
    held: int = 0

    @property
    def any(self) -> bool:
        return bool(self.single or self.digests or self.held)


def gather(
    store: Store, *, now: datetime, rules: GatherRules, domain: str, closing: bool = False
) -> Gathered:
    """Queue what is due: singly, in groups, in digests; hold it when too much changed at once.

    `closing`: no more checks follow, so windows end now. `domain` ends Message-IDs.
    """
    with store.reading() as session:
        if not anything_waits(session, now, rules, closing=closing):
            return Gathered()
    with store.writing() as session:
        plan = _plan(session, now, rules, closing)
        _move(session, plan.single, {"state": "queued", "next_attempt_at": now})
        _move(session, plan.held, {"state": "held", "last_error": _HELD})
        for parcel in plan.parcels:
            content = _content(session, parcel, now, domain)
            delivery = write_digest(session, parcel, content, now=now, domain=domain)
            told = {"state": "gathered", "gathered_in": delivery.id, "last_error": ""}
            _move(session, parcel.members, told)
    together = sum(len(parcel.members) for parcel in plan.parcels)
    return Gathered(len(plan.single), len(plan.parcels), together, len(plan.held))


def anything_waits(
    session: Session, now: datetime, rules: GatherRules, *, closing: bool = False
) -> bool:
    """Whether `gather` would find something. Takes no lock: most passes find nothing."""
    latest = now + rules.window if closing else now
    due = select(Delivery.id).where(
        col(Delivery.state) == "waiting", col(Delivery.next_attempt_at) <= latest
    )
    if session.exec(due.limit(1)).first() is not None:
        return True
    return bool(regular_parcels(_regulars(session, now), now=now))


def write_digest(
    session: Session,
    parcel: Parcel,
    content: DigestContent,
    *,
    now: datetime,
    domain: str,
    due: datetime | None = None,
) -> Delivery:
    """Write a digest and its delivery, which goes out at `due`: now, if not given."""
    digest = append(
        session,
        Digest(
            recipient=parcel.recipient,
            channel=parcel.channel,
            cadence=parcel.cadence,
            slot_at=_free_slot(session, parcel),
            created_at=now,
            content=content.to_json(),
            link=b"",
        ),
    )
    return append(
        session,
        Delivery(
            recipient=parcel.recipient,
            channel=parcel.channel,
            message_id=message_id(digest.link + b"digest", domain),
            created_at=now,
            next_attempt_at=due or now,
            digest_id=digest.id,
            cadence=parcel.cadence,
            timezone=parcel.timezone,
            language=parcel.language,
            link=b"",
        ),
    )


_HELD = "held: too many policies changed at once (see: clausewatch outbox release)"


def _plan(session: Session, now: datetime, rules: GatherRules, closing: bool) -> Plan:
    waiting = _waiting(session, now + rules.window if closing else now)
    storm = bool(waiting) and is_storm(
        changed=_changed(session, now - rules.cycle),
        watched=_count_watched(session),
        rules=rules,
    )
    plan = plan_mails(waiting, now=now, rules=rules, storm=storm, closing=closing)
    quiet_ones = regular_parcels(_regulars(session, now), now=now, planned=plan.parcels)
    return Plan(plan.single, (*plan.parcels, *quiet_ones), plan.held)


def _waiting(session: Session, until: datetime) -> list[Waiting]:
    other, theirs = aliased(Delivery), aliased(Alert)
    behind = (
        select(other.id)
        .join(theirs, col(theirs.id) == other.alert_id)
        .where(
            theirs.policy_id == Alert.policy_id,
            other.recipient == Delivery.recipient,
            other.channel == Delivery.channel,
            other.state == "queued",
            col(other.id) < Delivery.id,
        )
        .correlate(Delivery, Alert)
        .exists()
    )
    query = (
        select(Delivery, behind)
        .join(Alert, col(Alert.id) == Delivery.alert_id)
        .where(col(Delivery.state) == "waiting", col(Delivery.next_attempt_at) <= until)
        .order_by(col(Delivery.id))
        .limit(_MOST_AT_ONCE)
    )
    return [
        Waiting(
            id=row.id or 0,
            alert_id=row.alert_id or 0,
            recipient=row.recipient,
            channel=row.channel,
            cadence=row.cadence,
            timezone=row.timezone,
            language=row.language,
            created_at=row.created_at,
            due_at=row.next_attempt_at,
            behind=bool(is_behind),
        )
        for row, is_behind in session.exec(query)
    ]


def _changed(session: Session, since: datetime) -> int:
    """Count the policies alerted of since then, and since a person last let alerts go or dropped them."""
    decided = select(func.max(Attempt.at)).where(col(Attempt.result) == "released")
    last: datetime | None = session.exec(decided).one()
    after = since if last is None else max(since, last)
    query = select(func.count(func.distinct(Alert.policy_id))).where(col(Alert.created_at) > after)
    return session.exec(query).one()


def _count_watched(session: Session) -> int:
    return session.exec(
        select(func.count(col(Policy.id))).where(col(Policy.retired_at).is_(None))
    ).one()


def _regulars(session: Session, now: datetime) -> list[Regular]:
    ended = col(Subscription.ended_at)
    query = select(Subscription).where(
        col(Subscription.say_unchanged).is_(True),
        col(Subscription.awaits_consent).is_(False),
        or_(ended.is_(None), ended > now),
        or_(col(Subscription.paused_until).is_(None), col(Subscription.paused_until) <= now),
        col(Subscription.cadence) != "at_once",
    )
    return [
        Regular(
            recipient=row.recipient,
            channel=row.channel,
            when=wish_of(row).when,
            language=row.language,
            since=row.created_at,
            last=_last_digest(session, row.recipient, row.channel, row.cadence),
        )
        for row in session.exec(query.order_by(col(Subscription.id)))
    ]


def _last_digest(session: Session, recipient: str, channel: str, cadence: str) -> datetime | None:
    return session.exec(
        select(func.max(Digest.slot_at)).where(
            Digest.recipient == recipient, Digest.channel == channel, Digest.cadence == cadence
        )
    ).one()


def _move(session: Session, ids: Sequence[int], values: Mapping[str, object]) -> None:
    for first in range(0, len(ids), 500):
        session.exec(
            update(Delivery)
            .where(col(Delivery.id).in_(ids[first : first + 500]))
            .where(col(Delivery.state) == "waiting")
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def _free_slot(session: Session, parcel: Parcel) -> datetime:
    """Return the parcel's slot, or just after it where it was told of already: a late entry."""
    last = _last_digest(session, parcel.recipient, parcel.channel, parcel.cadence)
    if last is None or last < parcel.slot_at:
        return parcel.slot_at
    return last + timedelta(microseconds=1)


def _content(session: Session, parcel: Parcel, now: datetime, domain: str) -> DigestContent:
    group = parcel.cadence == "at_once"
    alerts = {
        row.id: row
        for row in session.exec(select(Alert).where(col(Alert.id).in_(parcel.alert_ids)))
        if row.id is not None
    }
    contents = {id_: AlertContent.from_json(row.content) for id_, row in alerts.items()}
    order = in_order(
        contents,
        {id_: content.service for id_, content in contents.items()},
        {id_: content.severity for id_, content in contents.items()},
    )
    last = _last_digest(session, parcel.recipient, parcel.channel, parcel.cadence)
    begins = min((row.created_at for row in alerts.values()), default=now)
    if not group:
        begins = (
            max(last, parcel.slot_at - parcel.period) if last else parcel.slot_at - parcel.period
        )
    seed = f"{parcel.cadence} digests of {parcel.recipient}".encode()
    return DigestContent(
        cadence=parcel.cadence,
        begins=begins,
        ends=now if group else parcel.slot_at,
        timezone=parcel.timezone,
        thread=message_id(seed, domain),
        entries=tuple(DigestEntry(id_, contents[id_]) for id_ in order),
        coverage=None if group else coverage_of(session, parcel.recipient, now=now),
    )
