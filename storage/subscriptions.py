"""Who wants to hear of what: checked values in, rows kept. Ended ones stay, as a record of consent."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from storage.errors import BadValue, NotFound
from storage.models import Policy, Subscription

__all__ = [
    "CHANNELS",
    "SEVERITIES",
    "checked_address",
    "list_subscriptions",
    "subscribe",
    "unsubscribe",
]

CHANNELS = ("email",)
SEVERITIES = ("low", "medium", "high")  # the lighter first

_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}){0,8}"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
# RFC 5321 without quoted local parts and address literals: what people have.
_ADDRESS = re.compile(rf"(?P<local>{_LOCAL})@(?P<domain>{_LABEL}(?:\.{_LABEL}){{0,8}})")


def subscribe(
    session: Session,
    recipient: str,
    *,
    policy_id: int | None = None,
    service: str = "",
    tag: str = "",
    topics: Iterable[str] = (),
    min_severity: str = "low",
    channel: str = "email",
    now: datetime,
) -> Subscription:
    """Subscribe `recipient`; what is not given is not narrowed. Asking again for the same is no error.

    Raises BadValue or NotFound.
    """
    address = checked_address(recipient)
    values: dict[str, Any] = {
        "recipient": address,
        "channel": _one_of("channel", channel, CHANNELS),
        "policy_id": _known_policy(session, policy_id),
        "service": service,
        "tag": tag,
        "topics": _checked_topics(topics),
        "min_severity": _one_of("severity", min_severity, SEVERITIES),
    }
    for row in list_subscriptions(session, recipient=address):
        if all(getattr(row, column) == value for column, value in values.items()):
            return row
    row = Subscription(created_at=now, **values)
    session.add(row)
    session.flush()
    return row


def unsubscribe(
    session: Session, recipient: str, *, policy_id: int | None = None, now: datetime
) -> int:
    """End what `recipient` has, all of it or for one policy; returns how many ended."""
    ended = 0
    for row in list_subscriptions(session, recipient=checked_address(recipient)):
        if policy_id is None or row.policy_id == policy_id:
            row.ended_at = now
            session.add(row)
            ended += 1
    session.flush()
    return ended


def list_subscriptions(
    session: Session, *, recipient: str | None = None, include_ended: bool = False
) -> Sequence[Subscription]:
    """Return subscriptions in the order they were made."""
    query = select(Subscription).order_by(col(Subscription.id))
    if recipient is not None:
        query = query.where(Subscription.recipient == recipient)
    if not include_ended:
        query = query.where(col(Subscription.ended_at).is_(None))
    return session.exec(query).all()


def checked_address(text: str) -> str:
    """Return an e-mail address with its domain in small letters; raises BadValue."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None or len(found["local"]) > 64 or len(text) > 254:
        raise BadValue(f"{text!r} is no e-mail address (try name@example.com)")
    return f"{found['local']}@{found['domain'].lower()}"


def _known_policy(session: Session, policy_id: int | None) -> int | None:
    if policy_id is not None and session.get(Policy, policy_id) is None:
        raise NotFound(f"no policy has the id {policy_id}")
    return policy_id


def _checked_topics(topics: Iterable[str]) -> list[str]:
    from analysis.topics import TOPICS

    if isinstance(topics, str):
        raise BadValue(f"topics = {topics!r}: give a list of topics")
    return sorted({_one_of("topic", topic, TOPICS) for topic in topics})


def _one_of(what: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise BadValue(f"{what} {value!r} is not known (one of: {', '.join(allowed)})")
    return value
