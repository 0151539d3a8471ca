"""Derived rows made again under the rules of now, policy by policy. Tells nobody.

A pass has a row of its own that says how far it came, so that it goes on where
it was killed. What is made of one policy, `storage.remake` plans and writes. The same
rows and the same rules give the same rows, bit for bit: a second pass finds nothing.

A policy whose furniture or selectors changed is settled the same way before the next
capture of it is judged, so that nothing is compared that was read by different knowledge.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlmodel import Session, col, or_, select

from analysis.revisions import COMPARISON, READING
from storage.engine import Store
from storage.furniture import relearn
from storage.models import Change, Policy, RebuildPass, Sighting, Snapshot
from storage.policies import find_policy
from storage.remake import Plan, apply, plan
from storage.sightings import is_stale

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

__all__ = ["rebuild", "rebuild_step", "settle"]


def rebuild(
    store: Store,
    *,
    names: Sequence[str] = (),
    older_than: int | None = None,
    dry_run: bool = False,
    now: Callable[[], datetime],
    on_policy: Callable[[Plan, int, int], None] = lambda *_: None,
) -> None:
    """Rebuild the policies called `names`, or all; `on_policy` hears of each, of how many.

    With `older_than`, only policies with rows that rules before that revision
    made. A pass over all of them that was killed is gone on with.
    """
    scope = f"older than {older_than}" if older_than is not None else "all"
    with store.reading() as session:
        wanted = _wanted(session, names, older_than)
    after = 0
    if not names and not dry_run:
        after = _begin(store, scope, now())
    left = [policy_id for policy_id in wanted if policy_id > after]
    done = len(wanted) - len(left)
    for number, policy_id in enumerate(left, done + 1):
        made = plan(store, policy_id) if dry_run else _rebuilt(store, policy_id)
        if not names and not dry_run:
            _went_on(store, scope, policy_id)
        on_policy(made, number, len(wanted))
    if not names and not dry_run:
        _end(store, scope, now())


def rebuild_step(store: Store, *, now: Callable[[], datetime]) -> Plan | None:
    """Rebuild one policy that older rules or other knowledge made rows of; None: there is none.

    For the daemon: each step is short, and the pass is over once for all when
    every policy was looked at under the rules of now.
    """
    scope = "rules of now"
    with store.reading() as session:
        learnt = session.exec(
            select(Sighting.policy_id).where(Sighting.revision == 0).limit(1)
        ).first()
        finished = _finished(session, scope)
    if learnt is not None:
        return _rebuilt(store, learnt)
    if finished:
        return None
    after = _begin(store, scope, now())
    with store.reading() as session:
        outdated = _has_rows(col(Snapshot.revision) != READING, col(Change.revision) != COMPARISON)
        policy_id = session.exec(
            select(Policy.id)
            .where(outdated, col(Policy.id) > after)
            .order_by(col(Policy.id))
            .limit(1)
        ).first()
    if policy_id is None:
        _end(store, scope, now())
        return None
    made = _rebuilt(store, policy_id)
    _went_on(store, scope, policy_id)
    return made


def settle(store: Store, policy_id: int, *, only_learnt: bool = False) -> None:
    """Read a policy's captures again where they were read by other rules or other knowledge.

    With `only_learnt`, only where its furniture or selectors changed since: newer rules
    are brought to all policies in the background.
    """
    with store.reading() as session:
        stale = is_stale(session, policy_id, revision=0 if only_learnt else None)
    if stale:
        _rebuilt(store, policy_id)


def _rebuilt(store: Store, policy_id: int) -> Plan:
    while True:
        made = plan(store, policy_id)
        with store.writing() as session:
            # Learnt from the texts as they read now; what they say does not hang on it.
            if apply(session, made) and not relearn(session, policy_id):
                return made


def _wanted(session: Session, names: Sequence[str], older_than: int | None) -> list[int]:
    if names:
        return sorted(_id(find_policy(session, name).id) for name in names)
    query = select(Policy.id).order_by(col(Policy.id))
    if older_than is not None:
        query = query.where(
            _has_rows(col(Snapshot.revision) < older_than, col(Change.revision) < older_than)
        )
    return [_id(found) for found in session.exec(query)]


def _has_rows(
    snapshot: "ColumnElement[bool]", change: "ColumnElement[bool]"
) -> "ColumnElement[bool]":
    """Say of a policy that a snapshot or a change of it is so."""
    return or_(
        select(Snapshot.id).where(Snapshot.policy_id == col(Policy.id), snapshot).exists(),
        select(Change.id).where(Change.policy_id == col(Policy.id), change).exists(),
    )


def _pass(session: Session, scope: str) -> RebuildPass | None:
    """Return the newest pass of this scope under the rules of now."""
    return session.exec(
        select(RebuildPass)
        .where(
            RebuildPass.scope == scope,
            RebuildPass.reading == READING,
            RebuildPass.comparison == COMPARISON,
        )
        .order_by(col(RebuildPass.id).desc())
        .limit(1)
    ).first()


def _finished(session: Session, scope: str) -> bool:
    found = _pass(session, scope)
    return found is not None and found.ended_at is not None


def _begin(store: Store, scope: str, now: datetime) -> int:
    """Go on with the pass that was not ended, or begin one; returns the last policy it did."""
    with store.writing() as session:
        found = _pass(session, scope)
        if found is not None and found.ended_at is None:
            return found.done_policy_id
        session.add(RebuildPass(scope=scope, reading=READING, comparison=COMPARISON, begun_at=now))
    return 0


def _went_on(store: Store, scope: str, policy_id: int) -> None:
    with store.writing() as session:
        found = _pass(session, scope)
        assert found is not None, "a pass that goes on was begun"
        found.done_policy_id = policy_id
        session.add(found)


def _end(store: Store, scope: str, now: datetime) -> None:
    with store.writing() as session:
        found = _pass(session, scope)
        assert found is not None, "a pass that ends was begun"
        found.ended_at = now
        session.add(found)


def _id(value: int | None) -> int:
    assert value is not None, "a stored row has an id"
    return value
