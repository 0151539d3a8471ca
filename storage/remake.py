"""One policy's derived rows made again: planned from its bodies under the rules of now, then written.

Rows keep their ids: alerts name them, and so do people. What was told stays as it was
told; a change that is judged otherwise now is only shown otherwise. Captures that are
taken for the same text now, or no longer, make other runs: archived texts join and part,
a live text stays a row of its own. A text whose body is not kept stays as it was, and is
said to.

Slow work happens in `plan`, outside any write transaction; `apply` writes one policy's
plan, or nothing where the policy moved on meanwhile.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sqlmodel import Session, col, select

from analysis.compare import Comparison, compare
from analysis.normalise import without
from analysis.quality import assess
from analysis.reading import Reading
from analysis.revisions import COMPARISON, READING
from storage.basis import basis_of
from storage.blobs import get_text
from storage.derive import HISTORY, judges_else, reading_columns, text_sha256_of
from storage.derived import keep_text, rewrite_change
from storage.engine import Store
from storage.histories import LiveChange, histories
from storage.models import Change, Fetch, Policy, Sighting, Snapshot
from storage.placing import LiveText, Run, runs_of
from storage.sightings import archived_captures, live_texts
from storage.weave import Foreseen, rows_of, weave

__all__ = ["Difference", "Plan", "apply", "plan"]

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
    digests: Mapping[int, str] = field(default_factory=dict)  # by fetch: what each saw
    foreseen: Foreseen = field(default_factory=Foreseen)
    judged: Mapping[int, Comparison] = field(default_factory=dict)  # of live changes, by change
    differences: Sequence[Difference] = ()
    kept: Sequence[int] = ()  # snapshots whose body is gone, or says no policy any more


def plan(store: Store, policy_id: int) -> Plan:
    """Return what the rules of now make of a policy's bodies. Writes nothing."""
    with store.reading() as session:
        policy = session.get_one(Policy, policy_id)
        snapshots = _snapshots(session, policy_id)
        changes = _changes(session, policy_id)
        sightings = _sightings(session, policy_id)
        foreseen = Foreseen()
        shown = {row.fetch_id for row in snapshots}
        for fetch_id in shown | {row.fetch_id for row in sightings}:
            reading = foreseen.reading(session, policy, fetch_id)
            if reading is not None and not assess(reading).ok:
                foreseen.readings[fetch_id] = None
        digests = _digests(session, sightings, foreseen.readings)
        live = live_texts(session, policy_id, digests)
        runs = runs_of(live, archived_captures(session, policy_id, digests))
        rows = rows_of(runs, snapshots)
        judged = _judged(session, policy, changes, live, digests, foreseen)
        beside = _beside(session, policy, runs, rows, foreseen)
        return Plan(
            policy_id,
            policy.name,
            _stamp(policy, snapshots, changes, sightings),
            digests,
            foreseen,
            judged,
            (
                *_moved(policy.name, runs, rows, snapshots),
                *_told_otherwise(policy.name, runs, rows, foreseen.readings),
                *_judged_otherwise(policy.name, changes, judged, beside),
            ),
            tuple(_id(row.id) for row in snapshots if foreseen.readings[row.fetch_id] is None),
        )


def apply(session: Session, made: Plan) -> bool:
    """Write `made`; False, with nothing written, where the policy moved on. In Store.writing()."""
    policy = session.get_one(Policy, made.policy_id)
    changes = _changes(session, made.policy_id)
    sightings = _sightings(session, made.policy_id)
    if _stamp(policy, _snapshots(session, made.policy_id), changes, sightings) != made.stamp:
        return False
    for row in sightings:
        reading = made.foreseen.readings[row.fetch_id]
        row.digest, row.revision = made.digests[row.fetch_id], READING
        if row.text_sha256 is not None and reading is not None:
            row.text_sha256 = keep_text(session, reading.text)
        session.add(row)
    session.flush()
    weave(session, policy, made.foreseen, anew=True)
    for change in changes:
        comparison = made.judged.get(_id(change.id))
        if comparison and (change.revision != COMPARISON or judges_else(change, comparison)):
            rewrite_change(session, change, comparison)
    session.flush()
    return True


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


def _sightings(session: Session, policy_id: int) -> Sequence[Sighting]:
    return session.exec(
        select(Sighting).where(Sighting.policy_id == policy_id).order_by(col(Sighting.fetch_id))
    ).all()


def _stamp(
    policy: Policy,
    snapshots: Sequence[Snapshot],
    changes: Sequence[Change],
    sightings: Sequence[Sighting],
) -> tuple[object, ...]:
    """Return what a plan rests on: whatever of it moves makes the plan void."""
    return (
        basis_of(policy),
        tuple((row.id, row.fetch_id, row.text_sha256, row.revision) for row in snapshots),
        tuple((row.id, row.state, row.revision) for row in changes),
        tuple((row.fetch_id, row.digest, row.revision) for row in sightings),
    )


def _digests(
    session: Session, sightings: Sequence[Sighting], readings: Mapping[int, Reading | None]
) -> dict[int, str]:
    """Return what each capture saw; one that cannot be read any more saw what its like saw."""
    times = dict(
        session.exec(
            select(Fetch.id, Fetch.observed_at).where(
                col(Fetch.id).in_(select(Sighting.fetch_id).where(Sighting.policy_id == sightings[0].policy_id))
            )
        ).all()
    ) if sightings else {}  # fmt: skip
    found = {row.fetch_id: made.digest for row in sightings if (made := readings[row.fetch_id])}
    for row in sightings:
        if row.fetch_id not in found:
            like = [
                (abs(times[other.fetch_id] - times[row.fetch_id]), other.fetch_id)
                for other in sightings
                if other.digest == row.digest and readings[other.fetch_id]
            ]
            found[row.fetch_id] = found[min(like)[1]] if like else row.digest
    return found


def _judged(
    session: Session,
    policy: Policy,
    changes: Sequence[Change],
    live: Sequence[LiveText],
    digests: Mapping[int, str],
    foreseen: Foreseen,
) -> dict[int, Comparison]:
    """Judge the changes that live fetches wrote, each by what was known when it was written."""
    rows = [row for row in changes if row.state != HISTORY]
    brought = {text.snapshot_id: text.fetch_id for text in live}
    said = {number: digests[fetch_id] for number, fetch_id in brought.items()}
    known = histories(
        [
            LiveChange(_id(row.id), row.from_snapshot_id, row.to_snapshot_id, row.at, row.state)
            for row in rows
        ],
        said,
    )
    furniture = basis_of(policy).furniture
    texts = {
        number: without(_text(session, fetch_id, foreseen), furniture)
        for number, fetch_id in brought.items()
    }
    return {
        _id(row.id): compare(
            texts[row.from_snapshot_id],
            texts[row.to_snapshot_id],
            doc_type=policy.kind,
            date=row.at.isoformat(),
            old_id=said[row.from_snapshot_id],
            new_id=said[row.to_snapshot_id],
            history=known.get(_id(row.id), ()),
        )
        for row in rows
    }


def _text(session: Session, fetch_id: int, foreseen: Foreseen) -> str:
    """Return what the live fetch that brought a text says now, or said where that is gone."""
    reading = foreseen.readings[fetch_id]
    kept = session.get_one(Sighting, fetch_id).text_sha256
    assert kept is not None, "a live fetch that brought a text keeps it"
    return reading.text if reading is not None else get_text(session, kept)


def _beside(
    session: Session,
    policy: Policy,
    runs: Sequence[Run],
    rows: Sequence[Snapshot | None],
    foreseen: Foreseen,
) -> dict[tuple[int | None, int | None], Comparison]:
    """Compare what will stand side by side; returns the comparisons by the snapshots there are."""
    texts = []
    for run, row in zip(runs, rows, strict=True):
        reading = foreseen.readings[run.fetch_id]
        kept = get_text(session, row.text_sha256) if reading is None and row is not None else None
        texts.append((row.id if row else None, reading.text if reading is not None else kept))
    return {
        (before, after): foreseen.comparison(old, new, policy)
        for (before, old), (after, new) in pairwise(texts)
        if old is not None and new is not None
    }


def _moved(
    policy: str, runs: Sequence[Run], rows: Sequence[Snapshot | None], there: Sequence[Snapshot]
) -> Iterator[Difference]:
    """Say which texts stand at another time, which are new, and which stand no more by themselves."""
    for run, row in zip(runs, rows, strict=True):
        was, made = _span(row) if row else "", _span(run)
        if was != made:
            yield Difference(policy, "snapshot", (row and row.id) or 0, "seen", was, made)
    for row in there:
        if row not in rows:
            yield Difference(policy, "snapshot", _id(row.id), "seen", _span(row), "")


def _told_otherwise(
    policy: str,
    runs: Sequence[Run],
    rows: Sequence[Snapshot | None],
    readings: Mapping[int, Reading | None],
) -> Iterator[Difference]:
    """Say what people will see otherwise of the texts that stay."""
    for run, row in zip(runs, rows, strict=True):
        reading = readings[run.fetch_id]
        if row is None or reading is None:
            continue
        made = {**reading_columns(reading), "text_sha256": text_sha256_of(reading.text)}
        for column, what in _SEEN.items():
            if (was := getattr(row, column)) != made[column]:
                yield Difference(
                    policy, "snapshot", _id(row.id), what, _shown(was), _shown(made[column])
                )


def _judged_otherwise(
    policy: str,
    changes: Sequence[Change],
    judged: Mapping[int, Comparison],
    beside: Mapping[tuple[int | None, int | None], Comparison],
) -> Iterator[Difference]:
    for change in changes:
        made = judged.get(_id(change.id))
        made = made or beside.get((change.from_snapshot_id, change.to_snapshot_id))
        for name in _JUDGED if made is not None else ():
            old, new = _plain(getattr(change, name)), _plain(getattr(made, name))
            if old != new:
                yield Difference(policy, "change", _id(change.id), name, _shown(old), _shown(new))


def _span(stood: Run | Snapshot) -> str:
    first, last = (
        (stood.first, stood.last) if isinstance(stood, Run) else (stood.first_seen, stood.last_seen)
    )
    return f"{first:%Y-%m-%d %H:%M:%S} to {last:%Y-%m-%d %H:%M:%S}"


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()[:12]
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _id(value: int | None) -> int:
    assert value is not None, "a stored row has an id"
    return value
