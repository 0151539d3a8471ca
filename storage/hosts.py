"""What is remembered of hosts between crawls: when each is next free, and its robots.txt.

The values are the crawler's to fill and to heed; here they become rows and come back.
They are no facts: a lost row costs a request, never a record.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from storage.blobs import packed, unpacked
from storage.models import Host, RobotsCopy

__all__ = ["HostMemory", "HostState", "RobotsState", "forget_hosts", "recall", "remember"]

# RFC 9309 lets an old copy stand in while a robots.txt cannot be had; ours may for so long.
_KEPT = timedelta(days=30)
_MOST_ROBOTS = 2_000  # copies read back at a start, the newest first: a few MiB


@dataclass(frozen=True, slots=True)
class HostState:
    """When a host is free again. `host` is a name, or name:port for a server of our own."""

    host: str
    next_allowed_at: datetime  # the pause between two pages is over
    asked_until: datetime | None = None  # the server asked to be left alone until then
    refusals: int = 0  # answers in a row that asked for fewer requests


@dataclass(frozen=True, slots=True)
class RobotsState:
    """One robots.txt as read at `read_at`. No text and no cause: there are no rules."""

    origin: str
    read_at: datetime
    until: datetime
    text: str | None = None
    cause: str = ""  # why it could not be had, which counts as "stay away"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class HostMemory:
    hosts: Sequence[HostState] = ()
    robots: Sequence[RobotsState] = ()

    def __bool__(self) -> bool:
        return bool(self.hosts or self.robots)


def recall(session: Session, now: datetime) -> HostMemory:
    """Return what still matters of what was remembered."""
    hosts = session.exec(
        select(Host).where((col(Host.next_allowed_at) > now) | (col(Host.refusals) > 0))
    )
    copies = session.exec(
        select(RobotsCopy)
        .where(col(RobotsCopy.read_at) > now - _KEPT)
        .order_by(col(RobotsCopy.read_at).desc())
        .limit(_MOST_ROBOTS)
    )
    return HostMemory(
        [
            HostState(row.host, row.next_allowed_at, row.asked_until, row.refusals)
            for row in hosts.all()
        ],
        [
            RobotsState(
                origin=row.origin,
                read_at=row.read_at,
                until=row.until,
                text=unpacked(row.frame) if row.frame is not None else None,
                cause=row.cause,
                detail=row.detail,
            )
            for row in copies.all()
        ],
    )


def remember(session: Session, memory: HostMemory) -> None:
    """Write what moved, in the caller's transaction."""
    if memory.hosts:
        _upsert(
            session,
            Host,
            "host",
            (
                {
                    "host": state.host,
                    "next_allowed_at": max(
                        state.next_allowed_at, state.asked_until or state.next_allowed_at
                    ),
                    "asked_until": state.asked_until,
                    "refusals": state.refusals,
                }
                for state in memory.hosts
            ),
        )
    if memory.robots:
        _upsert(
            session,
            RobotsCopy,
            "origin",
            (
                {
                    "origin": state.origin,
                    "read_at": state.read_at,
                    "until": state.until,
                    "frame": packed(state.text) if state.text is not None else None,
                    "cause": state.cause,
                    "detail": state.detail,
                }
                for state in memory.robots
            ),
        )


def forget_hosts(session: Session, now: datetime) -> None:
    """Drop what no longer matters: hosts and copies that nobody asked for in a month."""
    session.execute(delete(Host).where(col(Host.next_allowed_at) < now - _KEPT))
    session.execute(delete(RobotsCopy).where(col(RobotsCopy.read_at) < now - _KEPT))


def _upsert(session: Session, table: Any, key: str, rows: Iterable[dict[str, Any]]) -> None:
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    insert = dialect.insert(table)
    names = [column.name for column in table.__table__.columns if column.name != key]
    statement = insert.on_conflict_do_update(
        index_elements=[key], set_={name: insert.excluded[name] for name in names}
    )
    session.connection().execute(statement, list(rows))
