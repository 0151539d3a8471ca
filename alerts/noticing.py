"""A notice and its deliveries in one transaction, so that nothing said is lost or said twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from alerts.links import Claim, make_token
from alerts.message_ids import message_id
from alerts.notice_content import NoticeContent
from alerts.timing import AT_ONCE, When, due_at
from storage.chain import append, append_all
from storage.models import Delivery, Notice

__all__ = ["Reader", "consent_question", "write_notice"]

_TO_ANSWER = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who gets a notice."""

    recipient: str
    channel: str = "email"
    when: When = AT_ONCE
    language: str = "en"
    paused_until: datetime | None = None


def write_notice(
    session: Session,
    content: NoticeContent,
    readers: Sequence[Reader],
    *,
    subject: str,
    now: datetime,
    domain: str,
) -> Notice:
    """Write one notice and a delivery for each reader. A notice goes at once, but not in quiet hours."""
    notice = append(
        session,
        Notice(
            kind=content.kind,
            subject=subject,
            event=content.event,
            created_at=now,
            content=content.to_json(),
            link=b"",
        ),
    )
    unique = {(r.recipient.casefold(), r.channel): r for r in readers}.values()
    deliveries = [_delivery(notice, reader, now, domain) for reader in unique]
    append_all(session, Delivery, deliveries)
    return notice


def _delivery(notice: Notice, reader: Reader, now: datetime, domain: str) -> dict[str, Any]:
    """Return a delivery by column."""
    seed = notice.link + f"{reader.channel}:{reader.recipient}".encode()
    return {
        "notice_id": notice.id,
        "recipient": reader.recipient,
        "channel": reader.channel,
        "message_id": message_id(seed, domain),
        "created_at": now,
        "next_attempt_at": due_at(
            reader.when, now, window=timedelta(0), paused_until=reader.paused_until
        ),
        "timezone": reader.when.timezone,
        "language": reader.language,
    }


def consent_question(
    key: bytes, recipient: str, wishes: Sequence[str], *, now: datetime, domain: str, page: str = ""
) -> NoticeContent:
    """Return what somebody is asked before they hear of anything. `wishes` are phrases.

    `page` is where the web page is reached from outside, "" where it is not.
    """
    ends = now + _TO_ANSWER
    token = make_token(key, Claim("confirm", recipient, ends=ends))
    link = (("Yes, send them to me", f"{page.rstrip('/')}/confirm/{token}"),) if page else ()
    return NoticeContent(
        kind="confirm",
        event="raised",
        title="Do you want to hear when privacy policies change?",
        happened=f"Somebody asked Clausewatch to send this address {'; '.join(wishes)}.",
        advice=(
            "Nothing is sent until you agree, and nothing happens if you do not answer. "
            f"The link holds until {ends:%Y-%m-%d}."
        ),
        since=now,
        at=now,
        thread=message_id(f"consent of {recipient}".encode(), domain),
        commands=(f"clausewatch unsubscribe --token {token}",),
        links=link,
        values={"wishes": "; ".join(wishes), "until": ends.date().isoformat()},
    )
