"""How all stands, read from rows: what `alerts.health` judges. Writes nothing."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, or_, select

from alerts.health_values import Archive, DeadLetters, HealthRules, Newer, Queue, Standing, Watched
from storage.errors import BadUrl
from storage.integrity import damage_of
from storage.models import Alert, Backfill, Delivery, Fetch, Policy, Snapshot
from storage.urls import normalise_url, server_of

__all__ = ["standing_of"]

_LIVE = "live"
_GOOD = ("first", "changed", "unchanged")
_LOOK_BACK = 60  # fetches of a moved policy: two months of daily ones


def standing_of(
    session: Session,
    *,
    now: datetime,
    rules: HealthRules,
    disk_free: int | None = None,
    disk_of: str = "",
) -> Standing:
    """Return how all stands. `disk_free` are bytes on the disk of the database, `disk_of`."""
    late, late_since = _late(session, now - rules.overdue_for, now)
    held, policies, held_since = _held(session)
    return Standing(
        watched=tuple(_watched(session)),
        queue=_queue(session),
        dead=tuple(_dead(session)),
        archives=tuple(_archives(session)),
        late=late,
        late_since=late_since,
        last_check_at=session.exec(
            select(Fetch.recorded_at).order_by(col(Fetch.id).desc()).limit(1)
        ).first(),
        held=held,
        held_policies=policies,
        held_since=held_since,
        disk_free=disk_free,
        disk_of=disk_of,
        damage=damage_of(session),
    )


def _watched(session: Session) -> Iterator[Watched]:
    last = (
        select(Fetch.id)
        .where(Fetch.policy_id == col(Policy.id), Fetch.source == _LIVE)
        .order_by(col(Fetch.observed_at).desc(), col(Fetch.id).desc())
        .limit(1)
        .correlate(Policy)
        .scalar_subquery()
    )
    # Columns, not rows as objects: of ten thousand policies that is a tenth of the work.
    columns: list[Any] = [  # Any: each of another type
        *(Policy.id, Policy.name, Policy.service, Policy.url, Policy.url_key, Policy.host),
        *(Policy.failures, Fetch.outcome, Fetch.cause, Fetch.detail, Fetch.observed_at),
        Fetch.provenance,
    ]
    query = (
        sa_select(*columns)
        .select_from(Policy)
        .outerjoin(Fetch, col(Fetch.id) == last)
        .where(col(Policy.retired_at).is_(None))
        .order_by(col(Policy.id))
    )
    # Of a policy that was never fetched the last five are None.
    for id_, name, service, url, key, host, failures, outcome, cause, detail, at, way in session.execute(query):  # fmt: skip
        to = _led_to(way) if outcome in _GOOD else ""
        since = _moved_since(session, id_, to) if to and _key(to) != key else None
        yield Watched(
            id=id_,
            name=name,
            service=service,
            url=url,
            host=host or server_of(url),
            failures=failures,
            outcome=outcome or "",
            cause=cause or "",
            detail=detail or "",
            last_at=at,
            since=_failing_since(session, id_) if failures else None,
            moved_to=to if since else "",
            moved_since=since,
            newer=_newer(session, id_) if failures else None,
        )


def _failing_since(session: Session, policy_id: int) -> datetime | None:
    """Return when the first attempt failed after the last good one."""
    good = _last_good(session, policy_id)
    query = select(func.min(Fetch.observed_at)).where(
        Fetch.policy_id == policy_id, Fetch.source == _LIVE
    )
    if good is not None:
        query = query.where(col(Fetch.observed_at) > good)
    return session.exec(query).one()


def _last_good(session: Session, policy_id: int) -> datetime | None:
    return session.exec(
        select(func.max(Fetch.observed_at)).where(
            Fetch.policy_id == policy_id,
            Fetch.source == _LIVE,
            col(Fetch.outcome).in_(_GOOD),
        )
    ).one()


def _newer(session: Session, policy_id: int) -> Newer | None:
    """Return the newest text where only an archive saw it, after the live page was last seen."""
    good = _last_good(session, policy_id)
    newest = session.exec(
        select(Snapshot)
        .where(Snapshot.policy_id == policy_id)
        .order_by(col(Snapshot.first_seen).desc(), col(Snapshot.digest).desc())
        .limit(1)
    ).first()
    if good is None or newest is None or newest.source == _LIVE or newest.first_seen <= good:
        return None
    return Newer(newest.source, newest.id or 0, newest.first_seen)


def _moved_since(session: Session, policy_id: int, to: str) -> datetime | None:
    """Return since when a policy answers from `to`; None where it always did."""
    query = (
        select(Fetch.observed_at, Fetch.provenance)
        .where(
            Fetch.policy_id == policy_id,
            Fetch.source == _LIVE,
            col(Fetch.outcome).in_(_GOOD),
        )
        .order_by(col(Fetch.observed_at).desc(), col(Fetch.id).desc())
        .limit(_LOOK_BACK)
    )
    since: datetime | None = None
    for at, provenance in session.exec(query):
        if _led_to(provenance) != to:
            return since
        since = at
    return None  # as far as we look back it led there: that is its way, not news


def _led_to(provenance: Mapping[str, Any] | None) -> str:
    return str((provenance or {}).get("final_url") or "")


def _key(url: str) -> str:
    try:
        return normalise_url(url)[1]
    except BadUrl:
        return url


def _queue(session: Session) -> Queue:
    stuck = (col(Delivery.state) == "queued", col(Delivery.attempts) > 0)
    count, since = session.exec(
        select(func.count(col(Delivery.id)), func.min(Delivery.created_at)).where(*stuck)
    ).one()
    error = session.exec(
        select(Delivery.last_error).where(*stuck).order_by(col(Delivery.id)).limit(1)
    ).first()
    return Queue(count, since, error or "")


def _dead(session: Session) -> Iterator[DeadLetters]:
    """Given up, and no later mail to the same recipient arrived. A notice of notices would never end."""
    rows = session.exec(
        select(Delivery)
        .where(col(Delivery.state) == "dead", col(Delivery.notice_id).is_(None))
        .order_by(col(Delivery.id))
    )
    by_recipient: dict[str, list[Delivery]] = {}
    for row in rows:
        by_recipient.setdefault(row.recipient.casefold(), []).append(row)
    for recipient, letters in by_recipient.items():
        arrived: int | None = session.exec(
            select(func.max(Delivery.id)).where(
                func.lower(Delivery.recipient) == recipient, col(Delivery.state) == "sent"
            )
        ).one()
        left = [row for row in letters if (row.id or 0) > (arrived or 0)]
        if left:
            yield DeadLetters(
                recipient=left[0].recipient,
                count=len(left),
                since=left[0].created_at,
                last_error=left[-1].last_error,
                first_id=left[0].id or 0,
            )


def _archives(session: Session) -> Iterator[Archive]:
    """The archives that look-backs under way fail at, each by the one that fails longest."""
    rows = session.exec(
        select(Backfill)
        .where(col(Backfill.state).in_(["listing", "fetching"]), col(Backfill.failures) > 0)
        .order_by(col(Backfill.archive), col(Backfill.failures).desc(), col(Backfill.id))
    )
    seen: set[str] = set()
    for row in rows:
        if row.archive not in seen:
            seen.add(row.archive)
            yield Archive(row.archive, row.failures, row.begun_at, row.cause, row.detail)


def _late(session: Session, due_before: datetime, now: datetime) -> tuple[int, datetime | None]:
    claimed = col(Policy.claimed_until)
    return session.exec(
        select(func.count(col(Policy.id)), func.min(Policy.next_check_at)).where(
            col(Policy.retired_at).is_(None),
            col(Policy.next_check_at) <= due_before,
            or_(claimed.is_(None), claimed <= now),
        )
    ).one()


def _held(session: Session) -> tuple[int, int, datetime | None]:
    return session.exec(
        select(
            func.count(col(Delivery.id)),
            func.count(func.distinct(Alert.policy_id)),
            func.min(Delivery.created_at),
        )
        .join(Alert, col(Alert.id) == Delivery.alert_id)
        .where(col(Delivery.state) == "held")
    ).one()
