"""When an archive may be asked next: one rate for all processes, kept over restarts.

A turn is taken in a write transaction, so that two processes never take the same one. A
refusal holds everybody off, for a minute at least and longer each time.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from storage.models import Pace

__all__ = ["hold_off", "pause", "take_turn", "well_answered"]

# The Internet Archive blocks an address that asks on after a 429; a minute is what it wishes.
_LEAST = timedelta(seconds=60)
_LONGEST = timedelta(hours=12)
_MOST_DOUBLINGS = 12
# A turn further ahead than any pause means that the clock was set back: it is not waited for.
_FURTHEST = timedelta(days=1)


def pause(refusals: int, *, asked: timedelta = timedelta(0)) -> timedelta:
    """Return how long to leave a server alone after so many refusals in a row, this one included."""
    grown = _LEAST * (1 << min(max(refusals - 1, 0), _MOST_DOUBLINGS))
    return max(min(grown, _LONGEST), asked)


def take_turn(session: Session, key: str, *, now: datetime, interval: timedelta) -> datetime:
    """Take the next turn at `key` and return when it is; turns are `interval` apart."""
    row = session.get(Pace, key) or Pace(key=key, next_at=now)
    at = now if row.next_at > now + _FURTHEST else max(row.next_at, now)
    row.next_at = at + interval
    session.add(row)
    session.flush()
    return at


def hold_off(session: Session, key: str, *, now: datetime, asked: timedelta) -> datetime:
    """Let nobody take a turn at `key` for a while after a refusal; returns until when."""
    row = session.get(Pace, key) or Pace(key=key, next_at=now)
    row.refusals += 1
    row.next_at = max(row.next_at, now + pause(row.refusals, asked=asked))
    session.add(row)
    session.flush()
    return row.next_at


def well_answered(session: Session, key: str) -> None:
    """Forget the refusals at `key`: the next one begins with the shortest pause again."""
    row = session.get(Pace, key)
    if row is not None and row.refusals:
        row.refusals = 0
        session.add(row)
        session.flush()
