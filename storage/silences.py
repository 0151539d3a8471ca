"""Notices that nobody wants to hear of for a while: who said so, why, and until when."""

from datetime import datetime

from sqlmodel import Session, col, select

from storage.errors import BadValue, NotFound
from storage.models import Silence

__all__ = ["add_silence", "end_silence", "list_silences"]

_LONGEST = 500  # characters of a reason or a name


def add_silence(
    session: Session,
    *,
    author: str,
    reason: str,
    ends_at: datetime,
    now: datetime,
    kind: str = "",
    policy_id: int | None = None,
) -> Silence:
    """Silence one kind of notice ("" all), of one policy (None all), until `ends_at`. Raises BadValue."""
    if not author.strip() or not reason.strip():
        raise BadValue("a silence says who wants it and why")
    if ends_at <= now:
        raise BadValue(f"a silence until {ends_at:%Y-%m-%d %H:%M} UTC is over already")
    row = Silence(
        kind=kind,
        policy_id=policy_id,
        author=author.strip()[:_LONGEST],
        reason=reason.strip()[:_LONGEST],
        created_at=now,
        ends_at=ends_at,
    )
    session.add(row)
    session.flush()
    return row


def end_silence(session: Session, silence_id: int, *, now: datetime) -> Silence:
    """End a silence before its time. Raises NotFound; one that is over stays as it is."""
    row = session.get(Silence, silence_id)
    if row is None:
        raise NotFound(f"no silence has the id {silence_id} (see: clausewatch silence list)")
    row.ends_at = min(row.ends_at, now)
    session.add(row)
    session.flush()
    return row


def list_silences(session: Session, *, now: datetime, include_ended: bool = False) -> list[Silence]:
    """Return silences in the order they were made."""
    query = select(Silence).order_by(col(Silence.id))
    if not include_ended:
        query = query.where(col(Silence.ends_at) > now)
    return list(session.exec(query))
