"""Times ahead, when the machine's clock was set back: what was to be in an hour shall be in an hour.

Rows hold UTC, so a clock that ran a day ahead leaves every policy due a day too
late, every mail waiting and every claim held. Facts are left as they are: they
say what the clock said.
"""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import BigInteger, CursorResult, type_coerce, update
from sqlalchemy.orm import InstrumentedAttribute
from sqlmodel import Session, col, select

from storage.models import Delivery, Fetch, Host, Policy, RobotsCopy

__all__ = ["ahead_of", "bring_back"]

# Two machines that share a database, or a clock that is being slewed, differ by less.
_NOTICED = timedelta(minutes=5)
_MICROSECOND = timedelta(microseconds=1)

_AHEAD: tuple[InstrumentedAttribute[datetime | None], ...] = tuple(
    getattr(table, name)
    for table, names in (
        (Policy, ("next_check_at", "claimed_until")),
        (Delivery, ("next_attempt_at", "claimed_until")),
        (Host, ("next_allowed_at", "asked_until")),
        (RobotsCopy, ("read_at", "until")),
    )
    for name in names
)


def ahead_of(session: Session, now: datetime) -> timedelta:
    """Return by how much the newest fetch was written in what is now the future; else zero."""
    newest = session.exec(select(Fetch.recorded_at).order_by(col(Fetch.id).desc()).limit(1)).first()
    ahead = timedelta(0) if newest is None else newest - now
    return ahead if ahead >= _NOTICED else timedelta(0)


def bring_back(session: Session, by: timedelta, *, now: datetime) -> int:
    """Bring every planned time after `now` nearer by `by`; returns how many rows that touched.

    Only inside Store.writing(). What would lie before `now` is due at once.
    """
    touched = 0
    for column in _AHEAD:
        on_sqlite = session.get_bind().dialect.name == "sqlite"
        nearer: Any = type_coerce(column, BigInteger) - by // _MICROSECOND  # a number or an instant
        statement = update(column.class_).where(column > now)
        done = session.execute(statement.values({column.key: nearer if on_sqlite else column - by}))
        touched += cast("CursorResult[Any]", done).rowcount
    return touched
