"""What a person does with deliveries: try again, let go, drop. Each act is a fact beside the attempts.

Nothing disappears: a dropped delivery stays, with who dropped it, when and why.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select, update

from storage.chain import append
from storage.errors import BadValue, NotFound
from storage.models import Attempt, Delivery

__all__ = ["drop", "held", "release", "retry"]

_UNDER_WAY = "is being sent at this moment; ask again in ten minutes"


def retry(session: Session, delivery_ids: Sequence[int], *, now: datetime, note: str = "") -> int:
    """Queue deliveries that were given up or dropped, or that wait for their next try; returns how many.

    The whole message is tried again, and for as long as a new one. Raises
    NotFound, and BadValue for one that cannot be tried.
    """
    for row in _rows(session, delivery_ids):
        if row.state not in ("dead", "dropped", "queued"):
            raise BadValue(f"delivery {row.id} is {row.state}; only others can be tried again")
        _refuse_claimed(row, now)
        _note(session, row, "revived", note or "to be tried again", now)
        _set(session, row, state="queued", attempts=0, next_attempt_at=now)
    return len(delivery_ids)


def drop(session: Session, delivery_ids: Sequence[int], *, now: datetime, note: str = "") -> int:
    """Take deliveries out of the queue for good; returns how many. Raises NotFound or BadValue."""
    for row in _rows(session, delivery_ids):
        if row.state in ("sent", "gathered", "dropped"):
            raise BadValue(f"delivery {row.id} is {row.state}; there is nothing to drop")
        _refuse_claimed(row, now)
        _note(session, row, "dropped", note or "dropped by hand", now)
        _set(session, row, state="dropped")
    return len(delivery_ids)


def release(session: Session, *, now: datetime, note: str = "") -> int:
    """Let all go that is held because too much changed at once; returns how many deliveries.

    They wait as new ones do, so that many for one recipient still go out as one
    mail; what was held before no longer counts towards holding more.
    """
    rows = held(session)
    for row in rows:
        _note(session, row, "released", note or "released by hand", now)
        _set(session, row, state="waiting", next_attempt_at=now, last_error="")
    return len(rows)


def held(session: Session) -> Sequence[Delivery]:
    """Return the deliveries that wait for a person, oldest first."""
    query = select(Delivery).where(col(Delivery.state) == "held").order_by(col(Delivery.id))
    return session.exec(query).all()


def _rows(session: Session, delivery_ids: Sequence[int]) -> list[Delivery]:
    rows = []
    for delivery_id in delivery_ids:
        row = session.get(Delivery, delivery_id)
        if row is None:
            raise NotFound(f"no delivery has the id {delivery_id} (see: clausewatch outbox list)")
        rows.append(row)
    return rows


def _refuse_claimed(row: Delivery, now: datetime) -> None:
    if row.state == "queued" and row.claimed_until and row.claimed_until > now:
        raise BadValue(f"delivery {row.id} {_UNDER_WAY}")


def _note(session: Session, row: Delivery, act: str, note: str, now: datetime) -> None:
    assert row.id is not None
    append(session, Attempt(delivery_id=row.id, at=now, result=act, reply=note[:1000], link=b""))


def _set(session: Session, row: Delivery, **values: object) -> None:
    session.exec(
        update(Delivery)
        .where(col(Delivery.id) == row.id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    session.expire(row)
