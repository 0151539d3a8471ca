"""The rows of the outbox: which delivery is due, whose it is for now, and what became of it.

A claim is a lease. A sender that dies holds a mail no longer than that, and no
longer than until the next start on the same machine, which gives back what the
dead held.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, func, not_, or_, select, update

from alerts.content import Summary
from alerts.harmless import one_line
from storage.chain import append
from storage.engine import Store
from storage.models import (
    Alert,
    AlertSummary,
    Attempt,
    Delivery,
    Digest,
    Notice,
    Subscription,
)

__all__ = [
    "Claimed",
    "Outcome",
    "anything_queued",
    "claim",
    "claimants",
    "find_due",
    "give_back_of",
    "wait_after",
    "write_down",
]

_LEASE = timedelta(minutes=10)  # more than the slowest server may take for one mail
_LONGEST_WAIT = timedelta(hours=1)
_BATCH = 200
_REPLY = 1000  # characters kept of an answer


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that is ours for the length of the lease. `attempts` counts those before."""

    id: int
    recipient: str
    channel: str
    message_id: str
    created_at: datetime
    attempts: int
    kind: str
    language: str
    wanted: bool
    short: bool
    content: Mapping[str, Any]  # as JSON; reading it is part of the attempt
    summary: Summary | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """result: sent, refused (a short mail follows), retry, dead, dropped; `stop` ends the channel's pass.

    `wait` is what the server asked for before the next try.
    """

    result: str
    reply: str
    stop: bool = False
    wait: timedelta = timedelta(0)


def anything_queued(session: Session, now: datetime) -> bool:
    """Whether something is to be tried now, as far as one look at an index tells."""
    due = select(Delivery.id).where(
        col(Delivery.state) == "queued", col(Delivery.next_attempt_at) <= now
    )
    return session.exec(due.limit(1)).first() is not None


def find_due(
    store: Store,
    now: datetime,
    tried: Collection[int],
    ignore_backoff: bool,
    channels: Collection[str],
) -> dict[int, str]:
    """Return the channel of each that could be claimed now, by id, oldest first."""
    query = select(Delivery.id, Delivery.channel).where(*_claimable(now, ignore_backoff))
    query = query.where(col(Delivery.channel).in_([*channels]), col(Delivery.id).not_in(tried))
    # Those that were never tried go first: who refuses or hangs holds up nobody else.
    query = query.order_by(col(Delivery.attempts), col(Delivery.id)).limit(_BATCH)
    with store.reading() as session:
        return {found: channel for found, channel in session.exec(query) if found is not None}


def claim(
    store: Store, delivery_id: int, now: datetime, ignore_backoff: bool, *, worker: str
) -> Claimed | None:
    """Take one delivery if it can still be taken: the row count says whether we got it."""
    with store.writing() as session:
        taken = session.exec(
            update(Delivery)
            .where(col(Delivery.id) == delivery_id, *_claimable(now, ignore_backoff))
            .values(claimed_by=worker, claimed_until=now + _LEASE)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount != 1:
            return None
        row = session.get_one(Delivery, delivery_id)
        return Claimed(
            id=delivery_id,
            recipient=row.recipient,
            channel=row.channel,
            message_id=row.message_id,
            created_at=row.created_at,
            attempts=row.attempts,
            wanted=_is_wanted(session, row, now),
            kind=row.kind,
            language=row.language,
            short=_was_refused(session, delivery_id),
            content=_content(session, row),
            summary=_summary(session, row.alert_id),
        )


def write_down(store: Store, claimed: Claimed, outcome: Outcome, now: datetime) -> None:
    """Append the attempt as a fact and move the queue's state; a row that is done stays done."""
    reply = one_line(outcome.reply, _REPLY)
    attempt = Attempt(delivery_id=claimed.id, at=now, result=outcome.result, reply=reply, link=b"")
    values: dict[str, Any] = {  # Any: what the columns hold
        "attempts": claimed.attempts + 1,
        "claimed_by": None,
        "claimed_until": None,
        "last_error": "" if outcome.result == "sent" else reply,
    }
    if outcome.result == "sent":
        values |= {"state": "sent", "sent_at": now}
    elif outcome.result in ("dead", "dropped"):
        values |= {"state": outcome.result}
    elif outcome.result == "retry":
        wait = max(wait_after(claimed.attempts + 1), outcome.wait)
        values |= {"next_attempt_at": now + wait}
    else:
        values |= {"next_attempt_at": now}  # refused: the short mail is due at once
    with store.writing() as session:
        append(session, attempt)
        session.exec(
            update(Delivery)
            .where(col(Delivery.id) == claimed.id, col(Delivery.state) == "queued")
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def claimants(session: Session) -> list[str]:
    """Return who holds claims."""
    query = select(Delivery.claimed_by).where(
        col(Delivery.state) == "queued", col(Delivery.claimed_by).is_not(None)
    )
    return [sender for sender in session.exec(query.distinct()) if sender is not None]


def give_back_of(session: Session, dead: Collection[str]) -> None:
    """Give back what senders held that are known to be dead, without waiting for the lease."""
    session.execute(
        update(Delivery)
        .where(col(Delivery.state) == "queued", col(Delivery.claimed_by).in_(dead))
        .values(claimed_by=None, claimed_until=None)
    )


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after the `attempts`-th failure: 1, 2, 4 ... 60 minutes."""
    return min(timedelta(minutes=1 << min(attempts - 1, 6)), _LONGEST_WAIT)


def _was_refused(session: Session, delivery_id: int) -> bool:
    """Whether the whole mail was refused, since a person last asked to try anew."""
    query = select(Attempt.result).where(
        Attempt.delivery_id == delivery_id, col(Attempt.result).in_(["refused", "revived"])
    )
    return session.exec(query.order_by(col(Attempt.id).desc())).first() == "refused"


def _content(session: Session, row: Delivery) -> Mapping[str, Any]:
    if row.digest_id is not None:
        return session.get_one(Digest, row.digest_id).content
    if row.notice_id is not None:
        return session.get_one(Notice, row.notice_id).content
    return session.get_one(Alert, row.alert_id).content


def _summary(session: Session, alert_id: int | None) -> Summary | None:
    """Read in the transaction of the claim: from then on no row is added any more."""
    query = select(AlertSummary).where(AlertSummary.alert_id == alert_id)
    row = session.exec(query).first()
    return Summary(row.model, row.text) if row is not None and row.text else None


def _is_wanted(session: Session, row: Delivery, now: datetime) -> bool:
    """Whoever has left hears no more, not even what waited in the queue."""
    ended = col(Subscription.ended_at)
    query = select(Subscription.id).where(
        func.lower(Subscription.recipient) == row.recipient.lower(),
        Subscription.channel == row.channel,
        or_(ended.is_(None), ended > now),
    )
    if row.kind != "notice":
        query = query.where(col(Subscription.operator).is_(False))
    return session.exec(query).first() is not None


def _claimable(now: datetime, ignore_backoff: bool) -> list[ColumnElement[bool]]:
    """What makes a delivery free to be taken; the same for looking and for taking."""
    free = [
        col(Delivery.state) == "queued",
        or_(col(Delivery.claimed_until).is_(None), col(Delivery.claimed_until) <= now),
        not_(_has_an_earlier_one()),
    ]
    return free if ignore_backoff else [*free, col(Delivery.next_attempt_at) <= now]


def _has_an_earlier_one() -> ColumnElement[bool]:
    """An older mail of the same policy to the same recipient still waits, by itself or in a group."""
    other, theirs, ours, group = (
        aliased(Delivery),
        aliased(Alert),
        aliased(Alert),
        aliased(Delivery),
    )
    policy = select(ours.policy_id).where(ours.id == Delivery.alert_id)
    in_a_group = (
        select(group.id)
        .where(group.id == other.gathered_in, group.state == "queued", group.cadence == "at_once")
        .correlate(other)
        .exists()
    )
    return (
        select(other.id)
        .join(theirs, col(theirs.id) == other.alert_id)
        .where(
            theirs.policy_id == policy.correlate(Delivery).scalar_subquery(),
            other.recipient == Delivery.recipient,
            other.channel == Delivery.channel,
            col(other.id) < Delivery.id,
            or_(other.state == "queued", and_(other.state == "gathered", in_a_group)),
        )
        .correlate(Delivery)
        .exists()
    )
