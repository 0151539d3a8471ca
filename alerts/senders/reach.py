"""How far a request to an address that a person set may go, and what came of it: values only."""

import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from storage.addresses import Network

__all__ = ["Answer", "Reach", "retry_after_of"]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a request may go: `networks` beside public addresses, and for how long."""

    networks: Sequence[Network] = ()
    timeout_s: float = 15.0
    tls: ssl.SSLContext | None = None  # None: what the system trusts


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. `body` is its beginning."""

    status: int
    retry_after: str
    location: str
    date: str
    body: str


def retry_after_of(text: str, now: datetime) -> timedelta:
    """Read a Retry-After header, seconds or a date; zero where there is none or it is nonsense."""
    text = text.strip()
    if text.isdigit() and len(text) < 10:
        return timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return timedelta(0)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(at - now, timedelta(0))
