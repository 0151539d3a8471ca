"""What a signed link asks for, done: the same for the command line and for a web page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.links import check_token
from alerts.pausing import pause_all
from storage.engine import Store
from storage.subscriptions import agree, unsubscribe

__all__ = ["Followed", "follow"]

_PAUSE = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Followed:
    """What was done: `action` for `count` subscriptions. Done twice is no error, count 0."""

    action: str
    recipient: str
    count: int
    until: datetime


def follow(
    store: Store, key: bytes, token: str, *, now: datetime, until: datetime | None = None
) -> Followed:
    """Do what `token` allows; `until` is the end of a pause. Raises BadToken."""
    claim = check_token(key, token, now=now)
    until = until or now + _PAUSE
    with store.writing() as session:
        if claim.action == "pause":
            count = pause_all(session, claim.recipient, until=until)
        elif claim.action == "confirm":
            count = agree(session, claim.recipient)
        else:
            count = unsubscribe(
                session,
                claim.recipient,
                subscription_id=claim.subscription or None,
                by="recipient",
                now=now,
            )
    return Followed(claim.action, claim.recipient, count, until)
