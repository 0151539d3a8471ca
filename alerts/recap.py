"""The past of policies as a mail that somebody asked for; the only way in which history is told.

A recap is a digest whose cadence is "history": its deliveries, its words and its
place in the chain are those of any digest. It raises no alert. Asked for again,
it is sent again.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlmodel import Session

from alerts.asked import wishes
from alerts.digest_content import DigestContent, DigestEntry
from alerts.digests import MOST_TOGETHER, Parcel
from alerts.gathering import write_digest
from alerts.message_ids import message_id
from alerts.noticing import Reader
from alerts.rules import with_severities
from alerts.subjects import content_of, subject_of
from alerts.timing import due_at
from storage.changes import changes
from storage.filters import Filters
from storage.history import comparison_of
from storage.models import Snapshot
from storage.subscriptions import checked_address

__all__ = ["Recap", "reader_of", "write_recap"]

_CADENCE = "history"
_CHANNEL = "email"
_TELLABLE = frozenset({"settled", "history"})  # not what is unconfirmed, undone or passed over
_MOST = 100_000  # no policy has so many changes


@dataclass(frozen=True, slots=True)
class Recap:
    """What was put into the outbox: how many mails, due when, and how many changes by policy."""

    mails: int
    due_at: datetime
    changes: Mapping[str, int]


def reader_of(session: Session, address: str, *, now: datetime) -> Reader | None:
    """Return how `address` hears of changes; None where it is not subscribed to any.

    Who has left, and who was asked and has not agreed, is sent nothing. Raises
    BadValue for what is no address.
    """
    address = checked_address(address).lower()
    for wish in wishes(session, now):
        if wish.channel == _CHANNEL and wish.recipient.lower() == address:
            when = replace(wish.when, cadence="at_once")
            return Reader(wish.recipient, _CHANNEL, when, wish.language, wish.paused_until)
    return None


def write_recap(
    session: Session,
    reader: Reader,
    policies: Sequence[str],
    *,
    now: datetime,
    domain: str,
    since: datetime | None = None,
    until: datetime | None = None,
    severities: Mapping[str, str] = MappingProxyType({}),
) -> Recap:
    """Put what materially changed in the past of `policies` into the outbox, in one transaction.

    By service, the oldest first within one; changes first seen from `since` to
    `until`. More than one mail names in full go out in several. No change: no mail.
    The mails wait for the end of the reader's pause and quiet hours.
    """
    due = due_at(reader.when, now, window=timedelta(0), paused_until=reader.paused_until)
    entries = [
        entry
        for name in dict.fromkeys(policies)
        for entry in _entries(session, Filters(name, kind="material", since=since, until=until),
                              domain, severities)
    ]  # fmt: skip
    entries.sort(key=lambda entry: (entry.content.service.casefold(), entry.content.first_seen))
    parcel = Parcel(
        recipient=reader.recipient,
        channel=reader.channel,
        cadence=_CADENCE,
        timezone=reader.when.timezone,
        language=reader.language,
        slot_at=now,
    )
    mails = 0
    for first in range(0, len(entries), MOST_TOGETHER):
        content = _content(entries[first : first + MOST_TOGETHER], parcel, domain)
        write_digest(session, parcel, content, now=now, domain=domain, due=due)
        mails += 1
    return Recap(mails, due, Counter(entry.content.policy for entry in entries))


def _entries(
    session: Session, filters: Filters, domain: str, severities: Mapping[str, str]
) -> Iterator[DigestEntry]:
    for listed in changes(session, filters, limit=_MOST):
        if listed.change.state not in _TELLABLE:
            continue
        change = listed.change
        comparison = with_severities(comparison_of(session, change.id), severities)
        subject = subject_of(session, change.policy_id)
        source = session.get_one(Snapshot, change.to_snapshot_id).source
        yield DigestEntry(None, content_of(session, subject, change, comparison, domain), source)


def _content(entries: Sequence[DigestEntry], parcel: Parcel, domain: str) -> DigestContent:
    """One mail of it, about the time from the first sight of an old text to that of the newest."""
    return DigestContent(
        cadence=_CADENCE,
        begins=min(entry.content.before_last_seen for entry in entries),
        ends=max(entry.content.first_seen for entry in entries),
        timezone=parcel.timezone,
        thread=message_id(f"recaps for {parcel.recipient}".encode(), domain),
        entries=tuple(entries),
    )
