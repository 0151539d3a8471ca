"""A worker that dies: run in a process of its own, it stops dead at the n-th thing it asks of the database.

Nothing in the program knows of it: it listens to the database driver's own
events, and leaves as kill -9 does, with nothing closed or flushed.
"""

import os
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any

from sqlalchemy import Engine, event
from sqlmodel import Session, col, func, select

from storage.chain import append
from storage.claims import claim_due, release
from storage.engine import Store, open_store
from storage.history import change_of
from storage.models import Alert, Fetch
from storage.record import record, understand
from storage.retention import drop_bodies
from tests.storage.world import HOUR, NOW, A, B, fetched

__all__ = ["KILLED", "capture", "die_at", "endless", "let_go", "open_only", "work"]

KILLED = 137  # what a shell says of a process that was killed

# What the page does, an hour after the other; the last is news.
STEPS = (A, B, None, B)
LEASE = timedelta(minutes=30)


def die_at(count: int) -> None:
    """Die before the `count`-th statement that writes, or commit, from now on.

    Before one that only reads is the same as before the next that writes.
    """
    left = [count]

    def tick(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os._exit(KILLED)

    def before(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.lstrip().startswith(("SELECT", "PRAGMA", "BEGIN")):
            tick()

    event.listen(Engine, "before_cursor_execute", before)
    event.listen(Engine, "commit", tick)


def open_only(database: str) -> None:
    open_store(database).close()


def work(database: str, *, from_day: int = 1) -> None:
    """Do every check that is not done yet; killed anywhere, a run of a later day goes on."""
    now = NOW + timedelta(days=from_day)  # by then the lease of a dead worker is over
    with open_store(database) as store:
        while True:
            with store.writing() as session:
                (target,) = claim_due(session, now=now, limit=1, worker="w", lease=LEASE)
            assert target.slot_at is not None
            number = (target.slot_at - NOW) // HOUR
            if number == len(STEPS):
                return
            _check(store, number, STEPS[number])


def capture(database: str) -> None:
    """Keep a few captures of one text, for `let_go`."""
    with open_store(database) as store:
        for number in range(6):
            at = NOW + number * HOUR
            got = fetched(1, at, A + f"<!-- {number} -->".encode())
            understood = understand(store, got, now=at)
            with store.writing() as session:
                record(session, understood, now=at, confirm_after=HOUR, keep_bodies="captures")


def let_go(database: str) -> None:
    """Drop all but the first and the last of them."""
    now = NOW + timedelta(days=1)
    with open_store(database) as store:
        drop_bodies(store, before=now, now=now)


def _check(store: Store, number: int, body: bytes | None) -> None:
    at = NOW + number * HOUR
    cause = "" if body else "timeout"
    got = fetched(1, at, body, slot_at=at, cause=cause, status=200 if body else None)
    understood = understand(store, got, now=at)
    with store.writing() as session:
        recorded = record(session, understood, now=at, confirm_after=HOUR)
        if recorded.news_change_id is not None:
            _tell(session, recorded.news_change_id)
        release(session, 1, next_check_at=at + HOUR, failures=0)


def _tell(session: Session, change_id: int) -> None:
    view = change_of(session, change_id)
    append(
        session,
        Alert(
            policy_id=view.policy_id,
            from_snapshot_id=view.from_snapshot_id,
            to_snapshot_id=view.to_snapshot_id,
            created_at=view.at,
            severity=view.severity,
            direction=view.direction,
            headline=view.headline,
            content={},
        ),
    )


def endless(database: str, said: Connection) -> None:
    """Check one policy for ever, saying so after each check: something to kill at random."""
    with open_store(database) as store:
        with store.reading() as session:
            done = session.exec(select(func.count(col(Fetch.id)))).one()
        while True:
            at = NOW + done * HOUR
            body = (A, A, B, B)[done % 4]
            understood = understand(store, fetched(1, at, body, slot_at=at), now=at)
            with store.writing() as session:
                recorded = record(session, understood, now=at, confirm_after=HOUR)
                if recorded.news_change_id is not None:
                    _tell(session, recorded.news_change_id)
            done += 1
            said.send(done)
