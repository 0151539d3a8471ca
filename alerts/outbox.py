"""Deliveries not yet done: claim one, send it, write down the answer.

All state lies in rows. A process killed between the sending and the writing
leaves a claim that lapses; the mail then goes out again under the same
Message-ID, which is how readers' programs know it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, col, func, not_, or_, select, update

from alerts.channels import render
from alerts.content import AlertContent, Summary
from alerts.digest_content import DigestContent
from alerts.errors import Gone, SendError, Unreachable
from alerts.harmless import one_line
from alerts.links import Leave
from alerts.message import Envelope, MailOptions
from alerts.notice_content import NoticeContent
from alerts.rendered import Rendered, Sender
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

__all__ = ["DrainReport", "MailOptions", "Prepare", "drain", "wait_after"]

log = logging.getLogger(__name__)

_LEASE = timedelta(minutes=10)  # more than the slowest server may take for one mail
_LONGEST_WAIT = timedelta(hours=1)
_LONGEST_ASKED = timedelta(days=1)  # whatever a server says in Retry-After
_GIVE_UP_AFTER = timedelta(days=5)  # what RFC 5321 4.5.4.1 asks of mail servers
_GIVE_UP_ATTEMPTS = 100  # and that many tries, should we ourselves have been off for days
# A mail can itself be why nobody answers (its size, a filter that never ends), or a mailbox has
# room for a small one only: the last two days are the short mail's. A weekend shortens nothing.
_SHORTEN_AFTER = timedelta(days=3)
_SHORTEN_ATTEMPTS = 60
_BATCH = 200
_REPLY = 1000  # characters kept of an answer


Prepare = Callable[[Sequence[int]], Awaitable[None]]  # told the ids of deliveries that are due
Ways = Callable[[str], Leave]  # the ways out that a mail to a recipient offers

_CONTENTS: Mapping[str, type[AlertContent | DigestContent | NoticeContent]] = {
    "alert": AlertContent,
    "digest": DigestContent,
    "notice": NoticeContent,
}


@dataclass(frozen=True, slots=True)
class DrainReport:
    """What one pass did: mails taken, mails to try again, mails given up, mails nobody wants."""

    sent: int = 0
    retried: int = 0
    dead: int = 0
    dropped: int = 0  # their readers have left meanwhile


@dataclass(frozen=True, slots=True)
class _Claimed:
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
class _Outcome:
    """result: sent, refused (a short mail follows), retry, dead, dropped; `stop` ends the channel's pass.

    `wait` is what the server asked for before the next try.
    """

    result: str
    reply: str
    stop: bool = False
    wait: timedelta = timedelta(0)


async def drain(
    store: Store,
    senders: Mapping[str, Sender],
    *,
    now: Callable[[], datetime],
    options: MailOptions,
    ignore_backoff: bool = False,
    limit: int = 200,
    prepare: Prepare | None = None,
    ways: Ways | None = None,
) -> DrainReport:
    """Send what is due, at most `limit` deliveries, each at most once; oldest first.

    `senders` are by channel; what goes by another channel waits. One recipient
    gets a policy's messages in order: a later one waits for the earlier. A server
    that cannot be reached ends the pass of its channel after one try.
    `prepare` may add to what mails will say; it can delay them, not stop them.
    `ways` gives the signed ways out that each mail offers its reader.
    """
    counts = {"sent": 0, "retry": 0, "dead": 0, "dropped": 0}
    tried: set[int] = set()
    open_ones = dict(senders)
    try:
        while len(tried) < limit and open_ones:
            due = await asyncio.to_thread(_due, store, now(), tried, ignore_backoff, open_ones)
            if not due:
                break
            due = dict([*due.items()][: limit - len(tried)])
            await _prepare(prepare, [*due])
            for delivery_id, channel in due.items():
                if channel not in open_ones:
                    continue
                tried.add(delivery_id)
                send = open_ones[channel]
                outcome = await _deliver(
                    store, send, delivery_id, now, options, ignore_backoff, ways
                )
                if outcome is not None:
                    counts[outcome.result] += 1
                    if outcome.stop:
                        del open_ones[channel]
    finally:
        for sender in senders.values():
            await sender.close()
    return _report(counts)


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after the `attempts`-th failure: 1, 2, 4 ... 60 minutes."""
    return min(timedelta(minutes=1 << min(attempts - 1, 6)), _LONGEST_WAIT)


def _report(counts: dict[str, int]) -> DrainReport:
    return DrainReport(counts["sent"], counts["retry"], counts["dead"], counts["dropped"])


async def _prepare(prepare: Prepare | None, due: Sequence[int]) -> None:
    if prepare is None:
        return
    try:
        await prepare(due)
    except Exception:
        log.exception("mails go out as they are: what would be added to them failed")


async def _deliver(
    store: Store,
    send: Sender,
    delivery_id: int,
    now: Callable[[], datetime],
    options: MailOptions,
    ignore_backoff: bool,
    ways: Ways | None,
) -> _Outcome | None:
    """Claim, send and write down; None when another process has it. Twice where refused once."""
    claimed = await asyncio.to_thread(_claim, store, delivery_id, now(), ignore_backoff)
    if claimed is None:
        return None
    outcome = await _attempt(send, claimed, options, now, ways)
    await asyncio.to_thread(_write_down, store, claimed, outcome, now())
    if outcome.result != "refused":
        return outcome
    return await _deliver(store, send, delivery_id, now, options, True, ways)


async def _attempt(
    send: Sender,
    claimed: _Claimed,
    options: MailOptions,
    now: Callable[[], datetime],
    ways: Ways | None,
) -> _Outcome:
    """Try once. One mail never stops another, so even our own bugs end in this row."""
    if not claimed.wanted:
        return _Outcome("dropped", "not sent: unsubscribed meanwhile")
    refused = "dead" if claimed.short else "refused"
    try:
        message = await asyncio.to_thread(_render, claimed, options, ways)
    except Exception as error:
        log.exception("a message cannot be composed", extra={"delivery": claimed.id})
        return _Outcome(refused, f"cannot be composed: {type(error).__name__}: {error}")
    try:
        reply = await send.send(message)
    except Gone as error:
        return _Outcome("dead", str(error))
    except SendError as error:
        if error.permanent:
            return _Outcome(refused, str(error))
        outcome = _later(claimed, str(error), now(), stop=isinstance(error, Unreachable))
        return replace(outcome, wait=min(error.retry_after, _LONGEST_ASKED))
    except Exception as error:
        log.exception("sending failed", extra={"delivery": claimed.id})
        return _later(claimed, f"{type(error).__name__}: {error}", now())
    return _Outcome("sent", reply)


def _render(claimed: _Claimed, options: MailOptions, ways: Ways | None) -> Rendered:
    return render(
        claimed.channel,
        _CONTENTS[claimed.kind].from_json(claimed.content),
        Envelope(
            claimed.recipient,
            claimed.message_id,
            claimed.created_at,
            claimed.language,
            ways(claimed.recipient) if ways else None,
        ),
        options,
        short=claimed.short,
        summary=claimed.summary,
    )


def _later(claimed: _Claimed, reply: str, now: datetime, *, stop: bool = False) -> _Outcome:
    """Try again, but not for ever: a server that stutters for days has said no.

    First to the whole mail, and only then to the short one. A server that was not
    reached (`stop`) has said nothing of the mail.
    """
    age, tries = now - claimed.created_at, claimed.attempts + 1
    shortens = claimed.channel == "email" and not claimed.short and not stop
    if shortens and age >= _SHORTEN_AFTER and tries >= _SHORTEN_ATTEMPTS:
        return _Outcome("refused", f"not taken for days: {reply}")
    if age >= _GIVE_UP_AFTER and tries >= _GIVE_UP_ATTEMPTS:
        return _Outcome("dead", f"given up: {reply}", stop)
    return _Outcome("retry", reply, stop)


def _due(
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


def _claim(store: Store, delivery_id: int, now: datetime, ignore_backoff: bool) -> _Claimed | None:
    """Take one delivery if it can still be taken: the row count says whether we got it."""
    with store.writing() as session:
        taken = session.exec(
            update(Delivery)
            .where(col(Delivery.id) == delivery_id, *_claimable(now, ignore_backoff))
            .values(claimed_until=now + _LEASE)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount != 1:
            return None
        row = session.get_one(Delivery, delivery_id)
        return _Claimed(
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


def _write_down(store: Store, claimed: _Claimed, outcome: _Outcome, now: datetime) -> None:
    """Append the attempt as a fact and move the queue's state; a row that is done stays done."""
    reply = one_line(outcome.reply, _REPLY)
    attempt = Attempt(delivery_id=claimed.id, at=now, result=outcome.result, reply=reply, link=b"")
    values: dict[str, Any] = {  # Any: what the columns hold
        "attempts": claimed.attempts + 1,
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
