"""Who would hear of a change, when, and who would not and why: the rules tried, nothing written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlmodel import Session, col, select

from alerts.asked import wish_of
from alerts.rules import addressed, why_not, with_severities
from alerts.subjects import news_of, subject_of
from alerts.timing import due_at
from storage.history import comparison_of
from storage.models import Change, Subscription
from storage.subscriptions import list_subscriptions

__all__ = ["Trial", "latest_changes", "try_change"]

_MOST = 5  # changes that are tried when nobody names one


@dataclass(frozen=True, slots=True)
class Trial:
    """One subscription and one change. `why_not` "": it is told at `at`, unless `instead` says how.

    `instead`: another subscription of the same person wants it sooner.
    """

    subscription: Subscription
    change_id: int
    policy: str
    headline: str
    why_not: str
    at: datetime | None = None
    instead: bool = False


def try_change(
    session: Session,
    change_id: int,
    recipient: str | None,
    *,
    now: datetime,
    window: timedelta,
    severities: Mapping[str, str] = MappingProxyType({}),
) -> list[Trial]:
    """Return what each subscription of `recipient` (None: of everybody) makes of one change.

    Operators' subscriptions are left out: they are never for changes. Raises
    sqlalchemy's NoResultFound for a change that is not there.
    """
    change = session.get_one(Change, change_id)
    subject = subject_of(session, change.policy_id)
    news = news_of(subject, with_severities(comparison_of(session, change_id), severities))
    trials = []
    rows = [row for row in list_subscriptions(session, recipient=recipient) if not row.operator]
    heard = addressed((wish_of(row) for row in rows if not row.awaits_consent), news)
    for row in rows:
        wish = wish_of(row)
        why = _why_nobody(change) or ("they have not agreed yet" if row.awaits_consent else "")
        why = why or why_not(wish, news)
        chosen = next(
            (a for a in heard if a.recipient.casefold() == wish.recipient.casefold()), None
        )
        told = due_at(wish.when, now, window=window, paused_until=wish.paused_until)
        sooner = chosen is not None and chosen.when != wish.when
        trials.append(
            Trial(
                row,
                change_id,
                subject.name,
                change.headline,
                why,
                at=None if why else told,
                instead=not why and sooner,
            )
        )
    return trials


def latest_changes(session: Session, *, policy_id: int | None = None) -> list[int]:
    """Return the ids of the last few material changes, of one policy or of all, newest first."""
    query = select(Change.id).where(col(Change.material).is_(True))
    if policy_id is not None:
        query = query.where(Change.policy_id == policy_id)
    query = query.order_by(col(Change.id).desc()).limit(1 if policy_id is not None else _MOST)
    return [found for found in session.exec(query) if found is not None]


def _why_nobody(change: Change) -> str:
    if not change.material:
        return f"the change is {change.kind}: nobody hears of it"
    return ""
