"""Derived rows made again from bodies under the rules of now, policy by policy. Tells nobody.

A pass has a row of its own that says how far it came, so that it goes on where
it was killed. Rows keep their ids: alerts name them, and so do people. What was
told stays as it was told; a change that is judged otherwise now is only shown
otherwise. A text whose body is not kept stays as it was, and is said to.

Slow work happens in `plan`, outside any write transaction; `apply` writes one
policy's plan, or nothing where the policy moved on meanwhile. The same rows and
the same rules give the same rows, bit for bit: a second pass finds nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlmodel import Session, col, or_, select

from analysis.compare import Comparison, compare
from analysis.normalise import without
from analysis.quality import assess
from analysis.reading import Reading
from analysis.revisions import COMPARISON, READING
from storage.basis import basis_of
from storage.blobs import get_text
from storage.derive import HISTORY, change_row, reading_columns
from storage.derived import rewrite_change, show_reading
from storage.engine import Store
from storage.furniture import relearn
from storage.histories import LiveChange, histories
from storage.models import Change, Policy, RebuildPass, Snapshot
from storage.policies import find_policy
from storage.understanding import read_capture

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

__all__ = ["Difference", "Plan", "apply", "plan", "rebuild", "rebuild_step"]

# What people see of a row, and how a difference in it is called.
_SEEN = {"text_sha256": "text", "title": "title", "lang": "language", "claims": "dates"}
_JUDGED = ("kind", "topics", "direction", "severity", "headline")


@dataclass(frozen=True, slots=True)
class Difference:
    """What a rebuild makes of one row. `what`: text, title, ..., kind, topics, severity, ..."""

    policy: str
    table: str  # snapshot, change
    row: int
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written of one policy. `stamp` is what it was made from."""

    policy_id: int
    policy: str
    stamp: tuple[object, ...]
    readings: Mapping[int, Reading] = field(default_factory=dict)  # by snapshot
    comparisons: Mapping[int, Comparison] = field(default_factory=dict)  # by change
    differences: Sequence[Difference] = ()
    kept: Sequence[int] = ()  # snapshots whose body is gone, or says no policy any more


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
    """Rebuild one policy that older rules made rows of; None where there is none.

    For the daemon: each step is short, and the pass is over once for all when
    every policy was looked at under the rules of now.
    """
    scope = "rules of now"
    with store.reading() as session:
        if _finished(session, scope):
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


def plan(store: Store, policy_id: int) -> Plan:
    """Return what the rules of now make of a policy's bodies. Writes nothing."""
    with store.reading() as session:
        policy = session.get_one(Policy, policy_id)
        snapshots = _snapshots(session, policy_id)
        changes = _changes(session, policy_id)
        readings = {_id(row.id): _read(session, row, policy) for row in snapshots}
        good = {number: reading for number, reading in readings.items() if reading is not None}
        furniture = basis_of(policy).furniture
        texts = {
            _id(row.id): without(
                good[_id(row.id)].text
                if _id(row.id) in good
                else get_text(session, row.text_sha256),
                furniture,
            )
            for row in snapshots
        }
        digests = {
            _id(row.id): good[_id(row.id)].digest if _id(row.id) in good else row.digest
            for row in snapshots
        }
        comparisons = _judged(policy, changes, texts, digests)
        return Plan(
            policy_id,
            policy.name,
            _stamp(policy, snapshots, changes),
            good,
            comparisons,
            tuple(_differences(policy.name, snapshots, changes, good, comparisons)),
            tuple(_id(row.id) for row in snapshots if _id(row.id) not in good),
        )


def apply(session: Session, made: Plan) -> bool:
    """Write `made`; False, with nothing written, where the policy moved on. In Store.writing()."""
    policy = session.get_one(Policy, made.policy_id)
    snapshots = _snapshots(session, made.policy_id)
    changes = _changes(session, made.policy_id)
    if _stamp(policy, snapshots, changes) != made.stamp:
        return False
    for row in snapshots:
        reading = made.readings.get(_id(row.id))
        if reading is not None and (row.revision != READING or _says_else(row, reading)):
            show_reading(session, row, reading)
    for change in changes:
        comparison = made.comparisons[_id(change.id)]
        if change.revision != COMPARISON or _judges_else(change, comparison):
            rewrite_change(session, change, comparison)
    session.flush()
    return True


def _rebuilt(store: Store, policy_id: int) -> Plan:
    while True:
        made = plan(store, policy_id)
        with store.writing() as session:
            # Learnt from the texts as they read now; what they say does not hang on it.
            if apply(session, made) and not relearn(session, session.get_one(Policy, policy_id)):
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


def _snapshots(session: Session, policy_id: int) -> Sequence[Snapshot]:
    return session.exec(
        select(Snapshot)
        .where(Snapshot.policy_id == policy_id)
        .order_by(col(Snapshot.first_seen), col(Snapshot.digest))
    ).all()


def _changes(session: Session, policy_id: int) -> Sequence[Change]:
    return session.exec(
        select(Change).where(Change.policy_id == policy_id).order_by(col(Change.id))
    ).all()


def _stamp(
    policy: Policy, snapshots: Sequence[Snapshot], changes: Sequence[Change]
) -> tuple[object, ...]:
    """Return what a plan rests on: whatever of it moves makes the plan void."""
    return (
        basis_of(policy),
        tuple((row.id, row.fetch_id, row.text_sha256, row.revision) for row in snapshots),
        tuple((row.id, row.state, row.revision) for row in changes),
    )


def _read(session: Session, row: Snapshot, policy: Policy) -> Reading | None:
    reading = read_capture(session, row.fetch_id, basis_of(policy))
    return reading if reading is not None and assess(reading).ok else None


def _judged(
    policy: Policy,
    changes: Sequence[Change],
    texts: Mapping[int, str],
    digests: Mapping[int, str],
) -> dict[int, Comparison]:
    live = [
        LiveChange(_id(row.id), row.from_snapshot_id, row.to_snapshot_id, row.at, row.state)
        for row in changes
        if row.state != HISTORY
    ]
    known = histories(live, digests)
    return {
        _id(row.id): compare(
            texts[row.from_snapshot_id],
            texts[row.to_snapshot_id],
            doc_type=policy.kind,
            date=row.at.isoformat() if row.state != HISTORY else "",
            old_id=digests[row.from_snapshot_id] if row.state != HISTORY else "",
            new_id=digests[row.to_snapshot_id] if row.state != HISTORY else "",
            history=known.get(_id(row.id), ()),
        )
        for row in changes
    }


def _differences(
    policy: str,
    snapshots: Sequence[Snapshot],
    changes: Sequence[Change],
    readings: Mapping[int, Reading],
    comparisons: Mapping[int, Comparison],
) -> list[Difference]:
    found = []
    for row in snapshots:
        reading = readings.get(_id(row.id))
        if reading is not None:
            made = {**reading_columns(reading), "text_sha256": _sha256(reading.text)}
            found += [
                Difference(policy, "snapshot", _id(row.id), what, _shown(was), _shown(made[column]))
                for column, what in _SEEN.items()
                if (was := getattr(row, column)) != made[column]
            ]
    for change in changes:
        new = comparisons[_id(change.id)]
        found += [
            Difference(policy, "change", _id(change.id), name, _shown(old), _shown(value))
            for name in _JUDGED
            if (old := _plain(getattr(change, name))) != (value := _plain(getattr(new, name)))
        ]
    return found


def _says_else(row: Snapshot, reading: Reading) -> bool:
    columns = reading_columns(reading)
    return row.text_sha256 != _sha256(reading.text) or any(
        getattr(row, name) != value for name, value in columns.items()
    )


def _judges_else(change: Change, comparison: Comparison) -> bool:
    made = change_row(comparison, policy_id=0, before=0, after=0, at=change.at)
    return change.comparison != made.comparison or change.headline != made.headline


def _sha256(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()[:12]
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


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
