"""Where the work stands: what is due, late, failing, told and waiting to be sent. Writes nothing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from storage.filters import Filters, conditions
from storage.rows import ask, instant, jsoned, some_instant
from storage.views import AlertView, DeliveryView, FetchView, StatusView

if TYPE_CHECKING:
    from storage.rows import Source

__all__ = ["DELIVERY_COLUMNS", "alerts", "delivery_view", "fetches", "status"]

DELIVERY_COLUMNS = (
    "d.id, d.recipient, d.channel, d.state, d.attempts, d.message_id, d.next_attempt_at,"
    " d.sent_at, d.last_error"
)

_LATE = timedelta(hours=1)  # a check that waits longer is not merely queueing
_ALL = Filters()
_AT_ONCE = 500  # parameters in one query; SQLite takes 999 everywhere


def status(source: "Source", now: datetime) -> StatusView:
    """Return where the work stands."""
    policies, due, late, next_due = ask(
        source,
        "SELECT count(*), sum(CASE WHEN next_check_at <= :now THEN 1 ELSE 0 END),"
        " sum(CASE WHEN next_check_at <= :late THEN 1 ELSE 0 END), min(next_check_at)"
        " FROM policy WHERE retired_at IS NULL",
        now=now,
        late=now - _LATE,
    )[0]
    last = ask(  # a look of ours; what archives saw is no check
        source,
        "SELECT recorded_at FROM \"fetch\" WHERE source = 'live' ORDER BY id DESC LIMIT 1",
    )
    queues = dict(
        tuple(row) for row in ask(source, "SELECT state, count(*) FROM delivery GROUP BY state")
    )
    outcomes = _last_outcomes_of_the_failing(source)
    return StatusView(
        policies=policies,
        due=due or 0,
        late=late or 0,
        failing=outcomes.count("failed"),
        held=outcomes.count("held"),
        last_fetch_at=instant(last[0][0]) if last else None,
        next_due_at=some_instant(next_due),
        outbox_queued=queues.get("queued", 0) + queues.get("waiting", 0),
        outbox_held=queues.get("held", 0),
        outbox_dead=queues.get("dead", 0),
        alerts=ask(source, "SELECT count(*) FROM alert")[0][0],
    )


def fetches(source: "Source", policy_id: int, limit: int = 20) -> list[FetchView]:
    """Return the last `limit` attempts to fetch a policy, newest first."""
    rows = ask(
        source,
        "SELECT id, policy_id, source, slot_at, observed_at, recorded_at, took_ms, status, outcome,"
        ' cause, detail, provenance, body_sha256 FROM "fetch" WHERE policy_id = :policy'
        " ORDER BY observed_at DESC, id DESC LIMIT :limit",
        policy=policy_id,
        limit=limit,
    )
    return [_fetch_view(row) for row in rows]


def alerts(
    source: "Source",
    *,
    policy_id: int | None = None,
    since: datetime | None = None,
    filters: Filters = _ALL,
) -> list[AlertView]:
    """Return what was told, oldest first, with its deliveries. Alerts have no kind: all matter."""
    wanted, given = conditions(
        replace(filters, kind="", since=since or filters.since), row="a", at="created_at"
    )
    if policy_id is not None:
        wanted.append("a.policy_id = :policy_id")
        given["policy_id"] = policy_id
    found = ask(
        source,
        "SELECT a.id, a.policy_id, p.name, a.from_snapshot_id, a.to_snapshot_id, a.created_at,"
        " a.topics, a.severity, a.direction, a.headline, a.content"
        " FROM alert a JOIN policy p ON p.id = a.policy_id"
        f" WHERE {' AND '.join(wanted) or '1 = 1'} ORDER BY a.created_at, a.id",
        **given,
    )
    sent = _deliveries(source, [row[0] for row in found])
    return [_alert_view(row, sent[row[0]]) for row in found]


def _last_outcomes_of_the_failing(source: "Source") -> list[str]:
    """Only policies that failed at least once in a row are looked at: few, even of many."""
    rows = ask(
        source,
        'SELECT (SELECT f.outcome FROM "fetch" f WHERE f.policy_id = p.id'
        " ORDER BY f.observed_at DESC, f.id DESC LIMIT 1)"
        " FROM policy p WHERE p.retired_at IS NULL AND p.failures > 0",
    )
    return [row[0] for row in rows if row[0]]


def _fetch_view(row: Sequence[Any]) -> FetchView:
    provenance = jsoned(row[11]) or {}
    return FetchView(
        id=row[0],
        policy_id=row[1],
        source=row[2],
        slot_at=some_instant(row[3]),
        observed_at=instant(row[4]),
        recorded_at=instant(row[5]),
        took_ms=row[6],
        status=row[7],
        outcome=row[8],
        cause=row[9],
        detail=row[10],
        final_url=provenance.get("final_url", ""),
        redirects=tuple(provenance.get("redirects", ())),
        body_sha256=bytes(row[12]).hex() if row[12] else "",
    )


def _deliveries(source: "Source", alert_ids: Sequence[int]) -> dict[int, list[DeliveryView]]:
    found: dict[int, list[DeliveryView]] = defaultdict(list)
    for first in range(0, len(alert_ids), _AT_ONCE):
        some = alert_ids[first : first + _AT_ONCE]
        places = {f"a{number}": alert_id for number, alert_id in enumerate(some)}
        rows = ask(
            source,
            f"SELECT d.alert_id, {DELIVERY_COLUMNS} FROM delivery d"
            f" WHERE d.alert_id IN ({', '.join(f':{name}' for name in places)}) ORDER BY d.id",
            **places,
        )
        for alert_id, *rest in rows:
            found[alert_id].append(delivery_view(rest))
    return found


def delivery_view(row: Sequence[Any]) -> DeliveryView:
    """Return the delivery that a row of DELIVERY_COLUMNS holds."""
    return DeliveryView(
        id=row[0],
        recipient=row[1],
        channel=row[2],
        state=row[3],
        attempts=row[4],
        message_id=row[5],
        next_attempt_at=instant(row[6]),
        sent_at=some_instant(row[7]),
        last_error=row[8],
    )


def _alert_view(row: Sequence[Any], sent: Sequence[DeliveryView]) -> AlertView:
    return AlertView(
        id=row[0],
        policy_id=row[1],
        policy=row[2],
        from_snapshot_id=row[3],
        to_snapshot_id=row[4],
        created_at=instant(row[5]),
        topics=tuple(jsoned(row[6])),
        severity=row[7],
        direction=row[8],
        headline=row[9],
        content=jsoned(row[10]),
        deliveries=tuple(sent),
    )
