"""The looks at a policy as such: those that nobody took, and how often one showed another text."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from storage.chain import append
from storage.models import Fetch

__all__ = ["Looks", "looks_since", "record_missed"]


@dataclass(frozen=True, slots=True)
class Looks:
    """Good looks since some instant: how many, how many showed a new text, and the first."""

    checks: int
    changes: int
    first_at: datetime | None


def record_missed(
    session: Session, policy_id: int, *, first: datetime, last: datetime, count: int, now: datetime
) -> None:
    """Write that `count` slots from `first` to `last` passed without a look: one fact for all.

    Only inside Store.writing(). What is written already is not written again.
    """
    known = select(Fetch.id).where(
        Fetch.policy_id == policy_id, Fetch.slot_at == first, Fetch.outcome == "missed"
    )
    if session.exec(known).first() is not None:
        return
    span = f"{first:%Y-%m-%d %H:%M}" + (f" to {last:%Y-%m-%d %H:%M}" if count > 1 else "")
    append(
        session,
        Fetch(
            policy_id=policy_id,
            slot_at=first,
            observed_at=first,
            recorded_at=now,
            outcome="missed",
            detail=f"{count} {'checks' if count > 1 else 'check'}, {span} UTC: nobody was watching",
            provenance={"slots": count, "until": last.isoformat()},
        ),
    )


def looks_since(session: Session, policy_id: int, since: datetime) -> Looks:
    """Count the good live looks at a policy since then."""
    rows = session.exec(
        select(Fetch.outcome, func.count(), func.min(Fetch.observed_at))
        .where(
            Fetch.policy_id == policy_id,
            Fetch.source == "live",
            col(Fetch.observed_at) >= since,
            col(Fetch.outcome).in_(("first", "unchanged", "changed")),
        )
        .group_by(col(Fetch.outcome))
    ).all()
    counts = Counter({outcome: count for outcome, count, _ in rows})
    firsts = [first for _, _, first in rows]
    return Looks(counts.total(), counts["changed"], min(firsts, default=None))
