"""What is remembered of hosts between crawls: when each is next free, and its robots.txt.

The values are the crawler's to fill and to heed; here they become rows and come back.
They are no facts: a lost row costs a request, never a record.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from storage.blobs import packed, unpacked
from storage.models import Host, RobotsCopy
from storage.rows import write

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
    for host in memory.hosts:
        write(
            session,
            _upsert("host", "host", "next_allowed_at", "asked_until", "refusals"),
            host=host.host,
            next_allowed_at=max(host.next_allowed_at, host.asked_until or host.next_allowed_at),
            asked_until=host.asked_until,
            refusals=host.refusals,
        )
    for robots in memory.robots:
        write(
            session,
            _upsert("robots_copy", "origin", "read_at", "until", "frame", "cause", "detail"),
            origin=robots.origin,
            read_at=robots.read_at,
            until=robots.until,
            frame=packed(robots.text) if robots.text is not None else None,
            cause=robots.cause,
            detail=robots.detail,
        )


def forget_hosts(session: Session, now: datetime) -> None:
    """Drop what no longer matters: hosts and copies that nobody asked for in a month."""
    session.execute(delete(Host).where(col(Host.next_allowed_at) < now - _KEPT))
    session.execute(delete(RobotsCopy).where(col(RobotsCopy.read_at) < now - _KEPT))


def _upsert(table: str, key: str, *others: str) -> str:
    names = (key, *others)
    given = ", ".join(f":{name}" for name in names)
    moved = ", ".join(f"{name} = excluded.{name}" for name in others)
    return (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({given})"  # noqa: S608 - names of ours
        f" ON CONFLICT ({key}) DO UPDATE SET {moved}"
    )
