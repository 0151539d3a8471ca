"""The only reader for commands, mails and the web. Writes nothing, derives nothing.

Times order a policy's texts; where two are equal, their digests do.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, func
from sqlmodel import Session, col, select

from storage.blobs import get_text, unpacked
from storage.errors import NotFound
from storage.models import Alert, Change, Delivery, Fetch, Policy, Snapshot
from storage.views import (
    AlertView,
    ChangeView,
    DeliveryView,
    FetchView,
    SnapshotView,
    StatusView,
)

if TYPE_CHECKING:
    from analysis.compare import Comparison

__all__ = [
    "alerts",
    "change_between",
    "change_of",
    "comparison_of",
    "delivery_view",
    "fetches",
    "snapshot_at",
    "status",
    "text_of",
    "timeline",
]

_LATE = timedelta(hours=1)  # a check that waits longer is not merely queueing
# All but the comparison, which is the bulk of a row.
_CHANGE_COLUMNS = tuple(
    getattr(Change, name) for name in Change.model_fields if name not in ("comparison", "revision")
)


def timeline(session: Session, policy_id: int) -> list[SnapshotView]:
    """Return the texts of a policy, oldest first, each with its change from the one before."""
    snapshots = session.exec(
        select(Snapshot)
        .where(Snapshot.policy_id == policy_id)
        .order_by(col(Snapshot.first_seen), col(Snapshot.digest))
    ).all()
    rows = session.execute(select(*_CHANGE_COLUMNS).where(Change.policy_id == policy_id))
    changes = {(row.from_snapshot_id, row.to_snapshot_id): _change_view(row) for row in rows}
    before = [None, *(snapshot.id for snapshot in snapshots)]
    return [
        _snapshot_view(snapshot, changes.get((previous, snapshot.id)))
        for previous, snapshot in zip(before, snapshots, strict=False)
    ]


def text_of(session: Session, snapshot_id: int) -> str:
    """Return the canonical text of a snapshot; raises NotFound."""
    return get_text(session, _snapshot(session, snapshot_id).text_sha256)


def snapshot_at(session: Session, policy_id: int, at: datetime) -> SnapshotView | None:
    """Return the text that stood at `at`: the last one first seen by then. None before the first.

    Between `last_seen` of one text and `first_seen` of the next nobody looked;
    the earlier one is given.
    """
    found = session.exec(
        select(Snapshot)
        .where(Snapshot.policy_id == policy_id, col(Snapshot.first_seen) <= at)
        .order_by(col(Snapshot.first_seen).desc(), col(Snapshot.digest).desc())
        .limit(2)
    ).all()
    if not found:
        return None
    change = None
    if len(found) == 2:
        change = change_between(session, _id(found[1].id), _id(found[0].id))
    return _snapshot_view(found[0], change)


def change_of(session: Session, change_id: int) -> ChangeView:
    """Return one change; raises NotFound."""
    row = session.execute(select(*_CHANGE_COLUMNS).where(Change.id == change_id)).first()
    if row is None:
        raise NotFound(f"no change has the id {change_id}")
    return _change_view(row)


def change_between(session: Session, a: int, b: int) -> ChangeView | None:
    """Return the recorded change from snapshot `a` to snapshot `b`; None where none was recorded."""
    row = session.execute(
        select(*_CHANGE_COLUMNS).where(Change.from_snapshot_id == a, Change.to_snapshot_id == b)
    ).first()
    return None if row is None else _change_view(row)


def comparison_of(session: Session, change_id: int) -> "Comparison":
    """Return all that was made of a change: edits, findings, reasons; raises NotFound."""
    from analysis.compare import Comparison

    frame = session.exec(select(Change.comparison).where(Change.id == change_id)).first()
    if frame is None:
        raise NotFound(f"no change has the id {change_id}")
    return Comparison.from_json(unpacked(frame))


def fetches(session: Session, policy_id: int, limit: int = 20) -> list[FetchView]:
    """Return the last `limit` attempts to fetch a policy, newest first."""
    rows = session.exec(
        select(Fetch)
        .where(Fetch.policy_id == policy_id)
        .order_by(col(Fetch.observed_at).desc(), col(Fetch.id).desc())
        .limit(limit)
    )
    return [_fetch_view(row) for row in rows]


def alerts(
    session: Session, *, policy_id: int | None = None, since: datetime | None = None
) -> list[AlertView]:
    """Return what was told, oldest first, with its deliveries."""
    query = select(Alert, Policy.name).join(Policy, col(Policy.id) == Alert.policy_id)
    if policy_id is not None:
        query = query.where(Alert.policy_id == policy_id)
    if since is not None:
        query = query.where(col(Alert.created_at) >= since)
    found = session.exec(query.order_by(col(Alert.created_at), col(Alert.id))).all()
    sent = _deliveries(session, [_id(alert.id) for alert, _ in found])
    return [_alert_view(alert, name, sent[_id(alert.id)]) for alert, name in found]


def status(session: Session, now: datetime) -> StatusView:
    """Return where the work stands."""
    watched = col(Policy.retired_at).is_(None)
    queues = dict(
        session.exec(select(Delivery.state, func.count()).group_by(col(Delivery.state))).all()
    )
    outcomes = _last_outcomes_of_the_failing(session)
    return StatusView(
        policies=_count(session, Policy.id, watched),
        due=_count(session, Policy.id, watched, col(Policy.next_check_at) <= now),
        late=_count(session, Policy.id, watched, col(Policy.next_check_at) <= now - _LATE),
        failing=sum(outcome == "failed" for outcome in outcomes),
        held=sum(outcome == "held" for outcome in outcomes),
        last_fetch_at=session.exec(
            select(Fetch.recorded_at).order_by(col(Fetch.id).desc()).limit(1)
        ).first(),
        next_due_at=session.exec(select(func.min(Policy.next_check_at)).where(watched)).one(),
        outbox_queued=queues.get("queued", 0) + queues.get("waiting", 0),
        outbox_held=queues.get("held", 0),
        outbox_dead=queues.get("dead", 0),
        alerts=_count(session, Alert.id),
    )


def _snapshot(session: Session, snapshot_id: int) -> Snapshot:
    found = session.get(Snapshot, snapshot_id)
    if found is None:
        raise NotFound(f"no snapshot has the id {snapshot_id}")
    return found


def _snapshot_view(row: Snapshot, change: ChangeView | None) -> SnapshotView:
    return SnapshotView(
        id=_id(row.id),
        policy_id=row.policy_id,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        source=row.source,
        sha256=row.text_sha256.hex(),
        digest=row.digest,
        title=row.title,
        lang=row.lang,
        words=row.words,
        claims=row.claims,
        problems=tuple(row.problems),
        change=change,
    )


def _change_view(row: Row[Any]) -> ChangeView:
    values = dict(row._mapping)  # noqa: SLF001 - the public name of a row's mapping
    values["topics"] = tuple(values["topics"])
    return ChangeView(**values)


def _fetch_view(row: Fetch) -> FetchView:
    provenance = row.provenance or {}
    return FetchView(
        id=_id(row.id),
        policy_id=row.policy_id,
        source=row.source,
        slot_at=row.slot_at,
        observed_at=row.observed_at,
        recorded_at=row.recorded_at,
        took_ms=row.took_ms,
        status=row.status,
        outcome=row.outcome,
        cause=row.cause,
        detail=row.detail,
        final_url=provenance.get("final_url", ""),
        redirects=tuple(provenance.get("redirects", ())),
        body_sha256=row.body_sha256.hex() if row.body_sha256 else "",
    )


def _deliveries(session: Session, alert_ids: Sequence[int]) -> dict[int, list[DeliveryView]]:
    found: dict[int, list[DeliveryView]] = defaultdict(list)
    for first in range(0, len(alert_ids), 500):
        rows = session.exec(
            select(Delivery)
            .where(col(Delivery.alert_id).in_(alert_ids[first : first + 500]))
            .order_by(col(Delivery.id))
        )
        for row in rows:
            found[_id(row.alert_id)].append(delivery_view(row))
    return found


def delivery_view(row: Delivery) -> DeliveryView:
    """Return how one delivery stands."""
    return DeliveryView(
        id=_id(row.id),
        recipient=row.recipient,
        channel=row.channel,
        state=row.state,
        attempts=row.attempts,
        message_id=row.message_id,
        next_attempt_at=row.next_attempt_at,
        sent_at=row.sent_at,
        last_error=row.last_error,
    )


def _alert_view(row: Alert, name: str, sent: Sequence[DeliveryView]) -> AlertView:
    return AlertView(
        id=_id(row.id),
        policy_id=row.policy_id,
        policy=name,
        from_snapshot_id=row.from_snapshot_id,
        to_snapshot_id=row.to_snapshot_id,
        created_at=row.created_at,
        topics=tuple(row.topics),
        severity=row.severity,
        direction=row.direction,
        headline=row.headline,
        content=row.content,
        deliveries=tuple(sent),
    )


def _count(session: Session, column: Any, *conditions: Any) -> int:
    return session.exec(select(func.count(column)).where(*conditions)).one()


def _last_outcomes_of_the_failing(session: Session) -> Sequence[str]:
    """Only policies that failed at least once in a row are looked at: few, even of many."""
    last = (
        select(Fetch.outcome)
        .where(Fetch.policy_id == col(Policy.id))
        .order_by(col(Fetch.observed_at).desc(), col(Fetch.id).desc())
        .limit(1)
        .correlate(Policy)
        .scalar_subquery()
    )
    query = select(last).where(col(Policy.retired_at).is_(None), Policy.failures > 0)
    return [outcome for outcome in session.exec(query) if outcome]


def _id(value: int | None) -> int:
    assert value is not None, "a stored row has an id"
    return value
