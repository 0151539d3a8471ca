"""The Message-ID of a delivery, fixed when its row is written. Pure."""

import hashlib
import re

__all__ = ["message_id"]

_MOST_DOMAIN = 40  # the standard library breaks a Message-ID that does not fit one header line


def message_id(seed: bytes, domain: str) -> str:
    """Return the Message-ID that belongs to `seed`, as in "<0123...@example.org>"."""
    host = domain.rstrip(".").lower()
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?", host):
        host = "localhost"
    if len(host) > _MOST_DOMAIN:
        host = host[-_MOST_DOMAIN:].lstrip(".-")
    return f"<{hashlib.sha256(seed).hexdigest()[:20]}@{host}>"
