"""Policies whose page is gone for good, with the newest capture that still shows them.

Reads rows, writes nothing. Who tells an operator of it takes it from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from storage.models import Fetch, Policy

__all__ = ["LASTING", "Vanished", "vanished"]

# A page that is missing over a weekend has been moved about; one that is missing longer is gone.
LASTING = timedelta(days=3)
_CAPTURES = ("first", "changed", "unchanged", "archived")


@dataclass(frozen=True, slots=True)
class Vanished:
    """A policy without a page, and where it can still be read."""

    policy_id: int
    policy: str  # its name
    url: str
    since: datetime
    moved_to: str  # where it was last known to have moved; "": nowhere
    capture_id: int | None  # the newest fetch that has a body of it, live or from an archive
    captured_at: datetime | None
    capture_source: str
    capture_url: str


def vanished(
    session: Session, *, now: datetime, lasting: timedelta = LASTING
) -> Sequence[Vanished]:
    """Return the watched policies that had no page for at least `lasting`, the longest gone first."""
    gone = session.exec(
        select(Policy)
        .where(col(Policy.retired_at).is_(None), col(Policy.gone_since) <= now - lasting)
        .order_by(col(Policy.gone_since), col(Policy.id))
    ).all()
    return [_vanished(session, policy) for policy in gone]


def _vanished(session: Session, policy: Policy) -> Vanished:
    assert policy.id is not None
    assert policy.gone_since is not None
    last = session.exec(
        select(Fetch)
        .where(
            Fetch.policy_id == policy.id,
            col(Fetch.body_sha256).is_not(None),
            col(Fetch.outcome).in_(_CAPTURES),
        )
        .order_by(col(Fetch.observed_at).desc(), col(Fetch.id).desc())
        .limit(1)
    ).first()
    provenance = (last.provenance or {}) if last is not None else {}
    return Vanished(
        policy_id=policy.id,
        policy=policy.name,
        url=policy.url,
        since=policy.gone_since,
        moved_to=policy.moved_to or "",
        capture_id=last.id if last is not None else None,
        captured_at=last.observed_at if last is not None else None,
        capture_source=last.source if last is not None else "",
        capture_url=str(provenance.get("final_url") or provenance.get("url") or ""),
    )
