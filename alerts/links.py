"""Signed links: what a mail offers its reader to do, without a log-in. Pure.

A token says who may do what, signed with the installation's key (HMAC-SHA-256):
it can be checked without a database and cannot be made without the key. The
same delivery gives the same token, so that a mail sent again is the same mail.

    token = v1.<base64url of the claim's JSON>.<base64url of the first 16 bytes of the MAC>
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from alerts.errors import BadToken

__all__ = ["ACTIONS", "Claim", "Leave", "check_token", "leave", "make_token"]

ACTIONS = ("unsubscribe", "pause", "confirm")

_VERSION = "v1"
_MAC = 16  # bytes; 128 bits are out of reach of guessing, and keep the link on two lines
_LONGEST = 1000  # characters; longer is no token of ours and is not worth a hash
_SHAPE = re.compile(r"v1\.([A-Za-z0-9_-]{1,900})\.([A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class Claim:
    """What a token allows: `action` for `recipient`, of one `subscription` or of all (0).

    `ends` None: for ever, as a link to unsubscribe must be.
    """

    action: str
    recipient: str
    subscription: int = 0
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """The ways out of a mail. `header` is the value of List-Unsubscribe.

    `one_click`: the mail may carry `List-Unsubscribe-Post: List-Unsubscribe=One-Click`
    (RFC 8058). `url` and `pause_url` are "" where no page of ours is public;
    `mailto` and `command` always work.
    """

    header: str
    one_click: bool
    token: str
    url: str
    pause_url: str
    mailto: str
    command: str


def make_token(key: bytes, claim: Claim) -> str:
    """Return the token of `claim`. Raises ValueError for an unknown action or an empty key."""
    if claim.action not in ACTIONS or not key:
        raise ValueError(f"no token for {claim.action!r} (one of: {', '.join(ACTIONS)})")
    values: dict[str, str | int] = {"a": claim.action, "r": claim.recipient}
    if claim.subscription:
        values["s"] = claim.subscription
    if claim.ends:
        values["e"] = int(claim.ends.timestamp())
    words = json.dumps(values, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    body = _packed(words.encode())
    return f"{_VERSION}.{body}.{_packed(_mac(key, body))}"


def check_token(key: bytes, token: str, *, now: datetime) -> Claim:
    """Return what `token` allows. Raises BadToken; compares in constant time."""
    token = token.strip()
    shape = _SHAPE.fullmatch(token) if len(token) <= _LONGEST else None
    if shape is None:
        raise BadToken("this is no token of ours; copy the whole of it from the mail")
    body, mac = shape.groups()
    if not hmac.compare_digest(_packed(_mac(key, body)), mac):
        raise BadToken("this token was changed, or made by another installation")
    claim = _read(body)
    if claim.ends is not None and claim.ends <= now:
        raise BadToken(f"this token ended on {claim.ends:%Y-%m-%d %H:%M} UTC; ask for a new mail")
    return claim


def leave(key: bytes, recipient: str, *, mail_address: str, public_url: str = "") -> Leave:
    """Return the ways out for `recipient`.

    `mail_address` takes requests by mail; `public_url` is where the web page is
    reached from outside, "" where it is not: then there is no one-click header.
    """
    token = make_token(key, Claim("unsubscribe", recipient))
    pause = make_token(key, Claim("pause", recipient))
    base = public_url.rstrip("/")
    url = f"{base}/unsubscribe/{token}" if base else ""
    subject = quote(f"unsubscribe {token}")
    mailto = f"mailto:{mail_address}?subject={subject}"
    ways = [f"<{way}>" for way in (url, mailto) if way]
    return Leave(
        header=", ".join(ways),
        one_click=base.startswith("https://"),  # RFC 8058 section 3.1 asks for HTTPS
        token=token,
        url=url,
        pause_url=f"{base}/pause/{pause}" if base else "",
        mailto=mailto,
        command=f"clausewatch unsubscribe --token {token}",
    )


def _mac(key: bytes, body: str) -> bytes:
    words = f"clausewatch links {_VERSION}\n{body}".encode()
    return hmac.new(key, words, hashlib.sha256).digest()[:_MAC]


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _read(body: str) -> Claim:
    try:
        values = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        ends = datetime.fromtimestamp(values["e"], UTC) if "e" in values else None
        return Claim(values["a"], values["r"], int(values.get("s", 0)), ends)
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise BadToken("this token cannot be read") from error
