"""The timeline of a policy in rows, made to be what all its sightings make: runs and changes.

    storage.placing    says which runs the sightings make; pure
    weave              lets the snapshots be those runs, and what stands side by side be judged

The row of a live text keeps its id whatever is found around it: alerts and the
readers' baseline name it. So do the changes that live fetches wrote. Texts that
stand side by side without such a change get one in the state "history": nobody
is ever told of it, and it goes when a text comes between.

Only inside Store.writing(). `storage.past` brings captures from archives,
`storage.record` asks when a live fetch meets captures newer than the one before,
`storage.rebuild` when they are read otherwise now.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

from sqlalchemy import delete
from sqlmodel import Session, col, select

from analysis.compare import Comparison, compare
from analysis.normalise import without
from analysis.quality import assess
from analysis.reading import Reading
from analysis.revisions import COMPARISON, READING
from storage.basis import basis_of
from storage.blobs import get_text
from storage.derive import HISTORY, judgement_of, judges_else, says_else
from storage.derived import drop_changes, rewrite_change, show_reading, write_change
from storage.models import Change, Fetch, Policy, Snapshot
from storage.placing import Run, runs_of
from storage.rows import ask
from storage.sightings import archived_captures, live_texts
from storage.understanding import read_capture

__all__ = ["Foreseen", "meet_history", "rows_of", "weave"]

_EVER = datetime(1, 1, 1, tzinfo=UTC)
# What a row shows of its reading.
_SHOWN = ("text_sha256", "digest", "title", "lang", "words", "claims", "problems", "revision", "unverified")  # fmt: skip


@dataclass(slots=True)
class Foreseen:
    """Slow work done before the write transaction began. What is missing is done when needed."""

    comparisons: dict[tuple[str, str], Comparison] = field(default_factory=dict)  # by the texts
    readings: dict[int, Reading | None] = field(default_factory=dict)  # by the fetch's id

    def comparison(self, old: str, new: str, policy: Policy) -> Comparison:
        """Compare two texts that stood side by side, whatever came before them."""
        furniture = frozenset(policy.furniture)
        old, new = without(old, furniture), without(new, furniture)
        if (old, new) not in self.comparisons:
            self.comparisons[old, new] = compare(old, new, doc_type=policy.kind)
        return self.comparisons[old, new]

    def reading(self, session: Session, policy: Policy, fetch_id: int) -> Reading | None:
        """Return what the body of a fetch says under the rules of now; None where none is kept."""
        if fetch_id not in self.readings:
            self.readings[fetch_id] = read_capture(session, fetch_id, basis_of(policy))
        return self.readings[fetch_id]


def weave(
    session: Session, policy: Policy, foreseen: Foreseen, *, anew: bool = False
) -> dict[int, int]:
    """Let the snapshots of `policy` be the runs of its sightings, each with its neighbours judged.

    With `anew`, rows and judgements are looked at again even where nothing moved.
    Returns the snapshot that shows each capture of an archive, by its fetch's id.
    """
    policy_id = _id(policy.id)
    runs = runs_of(live_texts(session, policy_id), archived_captures(session, policy_id))
    there = session.exec(select(Snapshot).where(Snapshot.policy_id == policy_id)).all()
    loom = _Loom(session, policy, foreseen, {row.fetch_id: _columns(row) for row in there})
    matched = rows_of(runs, there)
    rows = [loom.laid(run, row, anew=anew) for run, row in zip(runs, matched, strict=True)]
    loom.judge(rows, anew=anew)
    kept = {row.id for row in rows}
    if gone := [row.id for row in there if row.id not in kept]:
        session.execute(delete(Snapshot).where(col(Snapshot.id).in_(gone)))
    return {
        fetch_id: _id(row.id)
        for run, row in zip(runs, rows, strict=True)
        for fetch_id in run.archived
    }


def meet_history(session: Session, policy_id: int, *, since: datetime | None) -> None:
    """Let a text that a live fetch saw just now take its place among captures newer than the last live one.

    `since` is when the text before was seen last; None where there was none. Nearly
    always nothing is newer, and one look into an index says so.
    """
    newer = ask(
        session,  # in the words of ix_fetch_archived
        "SELECT 1 FROM \"fetch\" WHERE policy_id = :policy AND source <> 'live'"
        " AND observed_at >= :since LIMIT 1",
        policy=policy_id,
        since=since or _EVER,
    )
    if newer:
        weave(session, session.get_one(Policy, policy_id), Foreseen())


def rows_of(runs: Sequence[Run], there: Iterable[Snapshot]) -> list[Snapshot | None]:
    """Return the row that each run keeps, or None where it needs a new one. Pure.

    A live text keeps its own. Any other run keeps one that stood at its time, of its own
    text rather than of another: people may have noted its number.
    """
    own = {row.id: row for row in there if row.live_fetch_id is not None}
    spare = sorted(
        (row for row in there if row.live_fetch_id is None),
        key=lambda row: (row.first_seen, row.digest),
    )
    found: list[Snapshot | None] = [
        own[run.snapshot_id] if run.snapshot_id is not None else None for run in runs
    ]
    for alike in (True, False):
        for place, run in enumerate(runs):
            if found[place] is None and (row := _spare(run, spare, alike=alike)) is not None:
                found[place] = row
                spare.remove(row)
    return found


def _spare(run: Run, spare: Iterable[Snapshot], *, alike: bool) -> Snapshot | None:
    for row in spare:
        if (row.digest == run.digest or not alike) and (
            row.first_seen <= run.last and run.first <= row.last_seen
        ):
            return row
    return None


@dataclass(slots=True)
class _Loom:
    """One weaving under way."""

    session: Session
    policy: Policy
    foreseen: Foreseen
    shown: Mapping[int, Mapping[str, object]]  # what rows showed before, by the fetch
    retold: set[int] = field(default_factory=set)  # rows that show another text now

    def laid(self, run: Run, row: Snapshot | None, *, anew: bool) -> Snapshot:
        """Let `row`, or a new one, be `run`; returns it."""
        if row is None:
            row = Snapshot(policy_id=_id(self.policy.id), fetch_id=0, text_sha256=b"", digest="",
                           first_seen=run.first, last_seen=run.last, revision=0)  # fmt: skip
        before = row.text_sha256
        shows_else = (row.fetch_id, row.digest) != (run.fetch_id, run.digest)
        row.first_seen, row.last_seen, row.source = run.first, run.last, run.source
        row.fetch_id = run.fetch_id
        if shows_else or anew:
            self._show(row, run, anew=anew)
        self.session.add(row)
        self.session.flush()
        if row.text_sha256 != before:
            self.retold.add(_id(row.id))
        return row

    def judge(self, rows: Sequence[Snapshot], *, anew: bool) -> None:
        """Let every two of `rows`, neighbours all, have their change, and no others of history."""
        wanted = {(_id(a.id), _id(b.id)): (a, b) for a, b in pairwise(rows)}
        there = {
            (change.from_snapshot_id, change.to_snapshot_id): change
            for change in self.session.exec(
                select(Change).where(Change.policy_id == self.policy.id)
            )
        }
        stale = [
            pair
            for pair, change in there.items()
            if change.state == HISTORY
            and (
                pair not in wanted
                or self.retold & set(pair)
                or change.at != wanted[pair][1].first_seen
            )
        ]
        drop_changes(self.session, [_id(there.pop(pair).id) for pair in stale])
        for pair, (before, after) in wanted.items():
            change = there.get(pair)
            if change is None:
                self._write(before, after)
            elif change.state == HISTORY and anew:
                comparison = self._compared(before, after)
                if change.revision != COMPARISON or judges_else(change, comparison):
                    rewrite_change(self.session, change, comparison)

    def _show(self, row: Snapshot, run: Run, *, anew: bool) -> None:
        """Let `row` show what the first capture of `run` showed, where that can still be read."""
        columns = self.shown.get(run.fetch_id)
        known = columns is not None and (columns["digest"], columns["revision"]) == (
            run.digest,
            READING,
        )
        reading = None
        if anew or not known:
            reading = self.foreseen.reading(self.session, self.policy, run.fetch_id)
        if reading is not None and assess(reading).ok:
            if row.id is None or row.revision != READING or says_else(row, reading):
                show_reading(self.session, row, reading)
        elif row.id is None or not anew:
            for name, value in (columns or self._alike(run)).items():
                setattr(row, name, value)
        row.digest = run.digest
        fetch = self.session.get_one(Fetch, run.fetch_id)
        row.unverified = str((fetch.provenance or {}).get("unverified", ""))

    def _alike(self, run: Run) -> Mapping[str, object]:
        """Return what a row of the same text showed, for a capture whose body is gone."""
        alike = [shown for shown in self.shown.values() if shown["digest"] == run.digest]
        return (alike or [*self.shown.values()])[0]

    def _write(self, before: Snapshot, after: Snapshot) -> None:
        write_change(
            self.session,
            judgement_of(self._compared(before, after)),
            policy_id=after.policy_id,
            before=_id(before.id),
            after=_id(after.id),
            at=after.first_seen,
            state=HISTORY,
        )

    def _compared(self, before: Snapshot, after: Snapshot) -> Comparison:
        old, new = (get_text(self.session, row.text_sha256) for row in (before, after))
        return self.foreseen.comparison(old, new, self.policy)


def _columns(row: Snapshot) -> dict[str, object]:
    return {name: getattr(row, name) for name in _SHOWN}


def _id(value: int | None) -> int:
    assert value is not None, "a stored row has an id"
    return value
