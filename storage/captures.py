"""The captures of a policy as they leave this database: every fetch with bytes, in the order of time.

What a capture says of its policy and itself goes with it (`about`), so that another
database can take it in and stand where this one stood.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from storage.blobs import get_body
from storage.models import Fetch, Policy, Snapshot

__all__ = ["Capture", "body_of", "captures_of", "policy_card"]

_UNPACKED = frozenset({"content-encoding", "transfer-encoding", "content-length"})


@dataclass(frozen=True, slots=True)
class Capture:
    """One fetch that brought bytes. `headers` are the server's that still hold of the bytes."""

    fetch_id: int
    url: str  # as asked for
    final_url: str  # whose bytes they are
    at: datetime
    source: str
    outcome: str
    status: int | None
    headers: tuple[tuple[str, str], ...]
    sha256: bytes
    link: bytes  # of the chain: names the fact
    as_served: bool  # the server's own bytes, not a browser's page or several in one
    # Of the first capture of a text: when that was seen last, where no capture shows it.
    seen_until: datetime | None
    about: dict[str, Any]

    @property
    def content_type(self) -> str:
        """The media type without its parameters."""
        for name, value in self.headers:
            if name.lower() == "content-type":
                return value.partition(";")[0].strip().lower() or "text/html"
        return "text/html"


def captures_of(session: Session, policy: Policy) -> Iterator[Capture]:
    """Yield a policy's captures, the oldest first."""
    assert policy.id is not None, "a stored policy has an id"
    until = dict(
        session.exec(
            select(Snapshot.fetch_id, Snapshot.last_seen).where(Snapshot.policy_id == policy.id)
        ).all()
    )
    kept = select(Fetch).where(Fetch.policy_id == policy.id, col(Fetch.body_sha256).is_not(None))
    rows = session.exec(kept.order_by(col(Fetch.observed_at), col(Fetch.id))).all()
    seen = {row.observed_at for row in rows}
    for row in rows:
        last = until.get(row.id or 0)
        yield _capture(row, policy, None if last in seen and last != row.observed_at else last)


def body_of(session: Session, capture: Capture) -> bytes:
    """Return the bytes of a capture."""
    return get_body(session, capture.sha256)


def policy_card(policy: Policy) -> dict[str, Any]:
    """Return what another database needs to watch the same document the same way."""
    return {
        "name": policy.name,
        "url": policy.url,
        "service": policy.service,
        "kind": policy.kind,
        "select": policy.select_css,
        "remove": policy.remove_css,
    }


def _capture(row: Fetch, policy: Policy, seen_until: datetime | None) -> Capture:
    assert row.id is not None and row.body_sha256 is not None, "asked for like this"  # noqa: PT018
    known = row.provenance or {}
    url = str(known.get("url") or policy.url)
    headers = tuple(
        (str(name), str(value))
        for name, value in known.get("headers", ())
        if str(name).lower() not in _UNPACKED
    )
    about: dict[str, Any] = {
        "policy": policy_card(policy),
        "source": row.source,
        "outcome": row.outcome,
        "url": url,
        "redirects": list(known.get("redirects", ())),
        "link": row.link.hex(),
        "sha256": row.body_sha256.hex(),
    }
    for name in ("rendered", "pages"):
        if known.get(name):
            about[name] = known[name]
    if row.cause:
        about["cause"] = row.cause
    if seen_until is not None and seen_until > row.observed_at:
        about["seen_until"] = seen_until.isoformat()
    return Capture(
        fetch_id=row.id,
        url=url,
        final_url=str(known.get("final_url") or url),
        at=row.observed_at,
        source=row.source,
        outcome=row.outcome,
        status=row.status,
        headers=headers,
        sha256=row.body_sha256,
        link=row.link,
        as_served=not (known.get("rendered") or known.get("pages")),
        seen_until=seen_until,
        about=about,
    )
