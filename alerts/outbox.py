"""Deliveries not yet done: claim one, send it, write down the answer.

All state lies in rows. A process killed between the sending and the writing
leaves a claim that lapses; the mail then goes out again under the same
Message-ID, which is how readers' programs know it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.channels import render
from alerts.claiming import Claimed, Outcome, claim, find_due, write_down
from alerts.content import AlertContent
from alerts.digest_content import DigestContent
from alerts.errors import Gone, SendError, Unreachable
from alerts.links import Leave
from alerts.message import Envelope, MailOptions
from alerts.notice_content import NoticeContent
from alerts.rendered import Rendered, Sender
from storage.engine import Store

__all__ = ["DrainReport", "MailOptions", "Prepare", "drain"]

log = logging.getLogger(__name__)

_LONGEST_ASKED = timedelta(days=1)  # whatever a server says in Retry-After
_GIVE_UP_AFTER = timedelta(days=5)  # what RFC 5321 4.5.4.1 asks of mail servers
_GIVE_UP_ATTEMPTS = 100  # and that many tries, should we ourselves have been off for days
# A mail can itself be why nobody answers (its size, a filter that never ends), or a mailbox has
# room for a small one only: the last two days are the short mail's. A weekend shortens nothing.
_SHORTEN_AFTER = timedelta(days=3)
_SHORTEN_ATTEMPTS = 60


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
class _Pass:
    """What holds for all mails of one pass."""

    store: Store
    worker: str
    now: Callable[[], datetime]
    options: MailOptions
    ways: Ways | None


async def drain(
    store: Store,
    senders: Mapping[str, Sender],
    *,
    worker: str,
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
    `worker` is who claims, as host:process. `prepare` may add to what mails will
    say; it can delay them, not stop them. `ways` gives the signed ways out that
    each mail offers its reader.
    """
    this = _Pass(store, worker, now, options, ways)
    counts = {"sent": 0, "retry": 0, "dead": 0, "dropped": 0}
    tried: set[int] = set()
    open_ones = dict(senders)
    try:
        while len(tried) < limit and open_ones:
            due = await asyncio.to_thread(find_due, store, now(), tried, ignore_backoff, open_ones)
            if not due:
                break
            due = dict([*due.items()][: limit - len(tried)])
            await _prepare(prepare, [*due])
            for delivery_id, channel in due.items():
                if channel not in open_ones:
                    continue
                tried.add(delivery_id)
                outcome = await _deliver(this, open_ones[channel], delivery_id, ignore_backoff)
                if outcome is not None:
                    counts[outcome.result] += 1
                    if outcome.stop:
                        del open_ones[channel]
    finally:
        for sender in senders.values():
            await sender.close()
    return DrainReport(counts["sent"], counts["retry"], counts["dead"], counts["dropped"])


async def _prepare(prepare: Prepare | None, due: Sequence[int]) -> None:
    if prepare is None:
        return
    try:
        await prepare(due)
    except Exception:
        log.exception("mails go out as they are: what would be added to them failed")


async def _deliver(
    this: _Pass, send: Sender, delivery_id: int, ignore_backoff: bool
) -> Outcome | None:
    """Claim, send and write down; None when another process has it. Twice where refused once."""
    claimed = await asyncio.to_thread(
        claim, this.store, delivery_id, this.now(), ignore_backoff, worker=this.worker
    )
    if claimed is None:
        return None
    outcome = await _attempt(this, send, claimed)
    await asyncio.to_thread(write_down, this.store, claimed, outcome, this.now())
    if outcome.result != "refused":
        return outcome
    return await _deliver(this, send, delivery_id, True)


async def _attempt(this: _Pass, send: Sender, claimed: Claimed) -> Outcome:
    """Try once. One mail never stops another, so even our own bugs end in this row."""
    if not claimed.wanted:
        return Outcome("dropped", "not sent: unsubscribed meanwhile")
    refused = "dead" if claimed.short else "refused"
    try:
        message = await asyncio.to_thread(_render, this, claimed)
    except Exception as error:
        log.exception("a message cannot be composed", extra={"delivery": claimed.id})
        return Outcome(refused, f"cannot be composed: {type(error).__name__}: {error}")
    try:
        reply = await send.send(message)
    except Gone as error:
        return Outcome("dead", str(error))
    except SendError as error:
        if error.permanent:
            return Outcome(refused, str(error))
        outcome = _later(claimed, str(error), this.now(), stop=isinstance(error, Unreachable))
        return replace(outcome, wait=min(error.retry_after, _LONGEST_ASKED))
    except Exception as error:
        log.exception("sending failed", extra={"delivery": claimed.id})
        return _later(claimed, f"{type(error).__name__}: {error}", this.now())
    return Outcome("sent", reply)


def _render(this: _Pass, claimed: Claimed) -> Rendered:
    return render(
        claimed.channel,
        _CONTENTS[claimed.kind].from_json(claimed.content),
        Envelope(
            claimed.recipient,
            claimed.message_id,
            claimed.created_at,
            claimed.language,
            this.ways(claimed.recipient) if this.ways else None,
        ),
        this.options,
        short=claimed.short,
        summary=claimed.summary,
    )


def _later(claimed: Claimed, reply: str, now: datetime, *, stop: bool = False) -> Outcome:
    """Try again, but not for ever: a server that stutters for days has said no.

    First to the whole mail, and only then to the short one. A server that was not
    reached (`stop`) has said nothing of the mail.
    """
    age, tries = now - claimed.created_at, claimed.attempts + 1
    shortens = claimed.channel == "email" and not claimed.short and not stop
    if shortens and age >= _SHORTEN_AFTER and tries >= _SHORTEN_ATTEMPTS:
        return Outcome("refused", f"not taken for days: {reply}")
    if age >= _GIVE_UP_AFTER and tries >= _GIVE_UP_ATTEMPTS:
        return Outcome("dead", f"given up: {reply}", stop)
    return Outcome("retry", reply, stop)
