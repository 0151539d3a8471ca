"""Put sightings into the timeline of a policy: stretch runs, cut them, judge what stands side by side.

    nothing    ->  X      a run of its own, judged against both neighbours
    A.....A    ->  A C A  a run cut in two: the row stays where a live fetch saw it last

The row of a live text keeps its id whatever is found around it: alerts and the
readers' baseline name it. So do the changes that live fetches wrote. Texts that
stand side by side without such a change get one in the state "history": nobody
is ever told of it, and it goes when a text comes between.

Only inside Store.writing(). `storage.past` brings captures from archives;
`storage.record` asks when a live fetch meets captures newer than the one before.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from sqlmodel import Session, col, select

from analysis.compare import Comparison, compare
from analysis.normalise import without
from analysis.reading import Reading
from storage.basis import basis_of
from storage.blobs import get_text
from storage.derive import HISTORY, reading_columns
from storage.derived import drop_changes, keep_text, show_reading, write_change
from storage.models import Change, Fetch, Policy, Snapshot
from storage.placing import Place, Run, place, stands_before
from storage.understanding import read_capture

__all__ = ["Foreseen", "add_sighting", "meet_history", "runs_of"]

_SAW = ("first", "unchanged", "changed")  # the outcomes of fetches that saw a text
_KEPT = ("digest", "title", "lang", "words", "claims", "problems", "revision", "unverified")


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


def runs_of(session: Session, policy_id: int) -> list[Run]:
    """Return the runs of a policy, oldest first."""
    rows = session.exec(
        select(Snapshot.id, Snapshot.first_seen, Snapshot.last_seen, Snapshot.digest)
        .where(Snapshot.policy_id == policy_id)
        .order_by(col(Snapshot.first_seen), col(Snapshot.digest))
    ).all()
    return [Run(_id(row[0]), row[1], row[2], row[3]) for row in rows]


def add_sighting(
    session: Session,
    policy: Policy,
    fetch: Fetch,
    reading: Reading,
    spot: Place,
    foreseen: Foreseen,
) -> int:
    """Put an archived capture where `spot` says; returns the id of the snapshot that shows it.

    The runs on both sides were read under the rules of now.
    """
    if spot.run is None or spot.how == "inside":
        beside = [run.snapshot_id for run in (spot.before, spot.run, spot.after) if run]
        if spot.run is not None:
            beside.append(_cut(session, policy, spot.run, fetch, reading.digest, foreseen))
        new = _add_run(session, fetch, reading)
        _judge(session, policy, [*beside, new], foreseen)
        return new
    row = session.get_one(Snapshot, spot.run.snapshot_id)
    if spot.how == "later":
        row.last_seen = fetch.observed_at
    elif spot.how == "earlier" or _is_first(session, row, fetch):
        row.first_seen, row.source = fetch.observed_at, fetch.source
        _show(session, row, _id(fetch.id), reading)
        beside = [run.snapshot_id for run in (spot.before, spot.run, spot.after) if run]
        _judge(session, policy, beside, foreseen, anew={spot.run.snapshot_id})
    session.add(row)
    session.flush()
    return spot.run.snapshot_id


def meet_history(
    session: Session, policy: Policy, live: Snapshot, *, before: int | None, since: datetime | None
) -> None:
    """Let `live`, seen just now, take its place among captures newer than the last live one.

    `before` is the snapshot that was current, last seen at `since`; None where
    there was none. Nearly always nothing is newer, and one look into an index
    says so.
    """
    newer = select(Snapshot.id).where(Snapshot.policy_id == live.policy_id, Snapshot.id != live.id)
    if since is not None:
        newer = newer.where(col(Snapshot.first_seen) >= since, Snapshot.id != before)
    if session.exec(newer.limit(1)).first() is None:
        return
    foreseen = Foreseen()
    beside = {_id(live.id)}
    runs = [run for run in runs_of(session, live.policy_id) if run.snapshot_id != live.id]
    if live.id == before and since is not None:
        began, end = (live.first_seen, live.digest), (live.last_seen, live.digest)
        between = [run for run in runs if began < (run.first, run.digest) < end]
        if not between:
            return
        earlier = [run for run in runs if (run.first, run.digest) < began]
        beside |= {run.snapshot_id for run in (*earlier[-1:], *between)}
        beside.add(_halve(session, policy, live, since, live.last_seen, foreseen))
    beside |= _take_place(session, policy, live, foreseen)
    _judge(session, policy, beside, foreseen)


def _cut(
    session: Session, policy: Policy, run: Run, by: Fetch, digest: str, foreseen: Foreseen
) -> int:
    """Cut `run` where the text `digest` was seen by a fetch; returns the id of the new half.

    The row stays with the half that a live fetch saw last, so that its changes lie where
    they lay when no capture from an archive had stretched it.
    """
    at = by.observed_at
    seen = _sightings(session, run, by)
    last = max((t for t in seen if stands_before(run.digest, at, digest, t)), default=run.first)
    first = min((t for t in seen if not stands_before(run.digest, at, digest, t)), default=run.last)
    row = session.get_one(Snapshot, run.snapshot_id)
    live = _last_live(session, policy, run, by, foreseen)
    ends = live is not None and stands_before(run.digest, at, digest, live)
    return _halve(session, policy, row, last, first, foreseen, row_ends=ends)


def _halve(
    session: Session,
    policy: Policy,
    row: Snapshot,
    last: datetime,
    first: datetime,
    foreseen: Foreseen,
    *,
    row_ends: bool = False,
) -> int:
    """Let one half end at `last`, the other begin at `first`; returns the new one's id.

    The new one is the earlier; with `row_ends` the later.
    """
    new = Snapshot(
        policy_id=row.policy_id,
        fetch_id=row.fetch_id,
        text_sha256=row.text_sha256,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        source=row.source,
        **{name: getattr(row, name) for name in _KEPT},
    )
    earlier, later = (row, new) if row_ends else (new, row)
    earlier.last_seen, later.first_seen = last, first
    session.add_all([earlier, later])
    session.flush()
    _show_first(session, policy, later, foreseen)
    return _id(new.id)


def _show_first(session: Session, policy: Policy, row: Snapshot, foreseen: Foreseen) -> None:
    """Let `row`, which begins later than it did, show what its first sighting now showed."""
    sightings = session.exec(
        select(Fetch)
        .where(Fetch.policy_id == row.policy_id, Fetch.observed_at == row.first_seen)
        .where(col(Fetch.outcome).in_(_SAW))
        .order_by(col(Fetch.source), col(Fetch.body_sha256))
    ).all()
    for sighting in sightings:  # none where the live clock was set back
        shown = _showing(session, sighting)
        reading = None if shown is None else foreseen.reading(session, policy, shown)
        if shown is not None and reading is not None and reading.digest == row.digest:
            row.source = sighting.source
            _show(session, row, shown, reading)
            return


def _showing(session: Session, sighting: Fetch) -> int | None:
    """Return the fetch with the body that `sighting` saw: itself, or the last live one that has one."""
    if sighting.body_sha256 is not None:
        return sighting.id
    return session.exec(
        select(Fetch.id)
        .where(Fetch.policy_id == sighting.policy_id, Fetch.source == "live")
        .where(col(Fetch.observed_at) <= sighting.observed_at)
        .where(col(Fetch.outcome).in_(_SAW), col(Fetch.body_sha256).is_not(None))
        .order_by(col(Fetch.observed_at).desc(), col(Fetch.id).desc())
        .limit(1)
    ).first()


def _show(session: Session, row: Snapshot, fetch_id: int, reading: Reading) -> None:
    row.fetch_id = fetch_id
    show_reading(session, row, reading)


def _add_run(session: Session, fetch: Fetch, reading: Reading) -> int:
    row = Snapshot(
        policy_id=fetch.policy_id,
        fetch_id=_id(fetch.id),
        text_sha256=keep_text(session, reading.text),
        first_seen=fetch.observed_at,
        last_seen=fetch.observed_at,
        source=fetch.source,
        **reading_columns(reading),
    )
    session.add(row)
    session.flush()
    return _id(row.id)


def _take_place(session: Session, policy: Policy, live: Snapshot, foreseen: Foreseen) -> set[int]:
    """Join `live` with a run of its own text beside it, or cut the run it stands in.

    Returns the ids of what stands around it now.
    """
    runs = [run for run in runs_of(session, live.policy_id) if run.snapshot_id != live.id]
    spot = place(runs, live.first_seen, live.digest)
    beside = {run.snapshot_id for run in (spot.before, spot.run, spot.after) if run}
    if spot.run is None:
        return beside
    if spot.how == "inside":
        return beside | {
            _cut(
                session,
                policy,
                spot.run,
                session.get_one(Fetch, live.fetch_id),
                live.digest,
                foreseen,
            )
        }
    # A run after the last live text is an archive's alone: nothing live names it.
    joined = session.get_one(Snapshot, spot.run.snapshot_id)
    if joined.first_seen < live.first_seen:
        for name in (*_KEPT, "first_seen", "source", "fetch_id", "text_sha256"):
            setattr(live, name, getattr(joined, name))
    live.last_seen = max(live.last_seen, joined.last_seen)
    session.add(live)
    session.flush()
    touching = session.exec(
        select(Change.id).where(
            (Change.from_snapshot_id == joined.id) | (Change.to_snapshot_id == joined.id),
            Change.state == HISTORY,
        )
    ).all()
    drop_changes(session, [_id(change) for change in touching])
    session.delete(joined)
    session.flush()
    return beside - {spot.run.snapshot_id}


def _judge(
    session: Session,
    policy: Policy,
    ids: Iterable[int],
    foreseen: Foreseen,
    anew: AbstractSet[int] = frozenset(),
) -> None:
    """Let every two of the snapshots `ids` that stand side by side have their change, no others.

    `ids` are neighbours. Changes of those in `anew`, whose text is another now, are judged again.
    """
    rows = session.exec(
        select(Snapshot)
        .where(col(Snapshot.id).in_(list(ids)))
        .order_by(col(Snapshot.first_seen), col(Snapshot.digest))
    ).all()
    there = _changes_among(session, [_id(row.id) for row in rows])
    wanted = {(_id(a.id), _id(b.id)): (a, b) for a, b in pairwise(rows)}
    stale = [
        pair
        for pair, (_, state) in there.items()
        if state == HISTORY and (pair not in wanted or anew & set(pair))
    ]
    drop_changes(session, [there.pop(pair)[0] for pair in stale])
    for pair, (before, after) in wanted.items():
        if pair in there:
            continue
        old, new = (get_text(session, row.text_sha256) for row in (before, after))
        write_change(
            session,
            foreseen.comparison(old, new, policy),
            policy_id=after.policy_id,
            before=_id(before.id),
            after=_id(after.id),
            at=after.first_seen,
            state=HISTORY,
        )


def _changes_among(session: Session, ids: Sequence[int]) -> dict[tuple[int, int], tuple[int, str]]:
    rows = session.exec(
        select(Change.from_snapshot_id, Change.to_snapshot_id, Change.id, Change.state).where(
            col(Change.from_snapshot_id).in_(ids), col(Change.to_snapshot_id).in_(ids)
        )
    )
    return {(before, after): (_id(change), state) for before, after, change, state in rows}


def _sightings(session: Session, run: Run, by: Fetch) -> Sequence[datetime]:
    """Return when the text of `run` was seen, whatever `by` saw within it."""
    return session.exec(
        select(Fetch.observed_at)
        .where(Fetch.policy_id == by.policy_id, Fetch.id != by.id, col(Fetch.outcome).in_(_SAW))
        .where(col(Fetch.observed_at) >= run.first, col(Fetch.observed_at) <= run.last)
    ).all()


def _last_live(
    session: Session, policy: Policy, run: Run, by: Fetch, foreseen: Foreseen
) -> datetime | None:
    """Return when a live fetch other than `by` last saw the text of `run`; None: none did."""
    sightings = session.exec(
        select(Fetch)
        .where(Fetch.policy_id == by.policy_id, Fetch.source == "live", Fetch.id != by.id)
        .where(col(Fetch.observed_at) >= run.first, col(Fetch.observed_at) <= run.last)
        .where(col(Fetch.outcome).in_(_SAW))
        .order_by(col(Fetch.observed_at).desc(), col(Fetch.id).desc())
        .limit(2)
    ).all()
    for sighting in sightings:
        # At the instant it ends, another text may have been seen as well.
        if sighting.observed_at < run.last or _saw(session, policy, sighting, run, foreseen):
            return sighting.observed_at
    return None


def _saw(session: Session, policy: Policy, sighting: Fetch, run: Run, foreseen: Foreseen) -> bool:
    """Say whether a live fetch at the end of `run` saw its text, not the one that begins then."""
    begins = select(Snapshot.id).where(
        Snapshot.policy_id == sighting.policy_id,
        Snapshot.first_seen == run.last,
        Snapshot.id != run.snapshot_id,
    )
    if session.exec(begins.limit(1)).first() is None:
        return True
    shown = _showing(session, sighting)
    reading = None if shown is None else foreseen.reading(session, policy, shown)
    return reading is not None and reading.digest == run.digest


def _is_first(session: Session, row: Snapshot, fetch: Fetch) -> bool:
    """Say whether `fetch` is the one to show `row` by, of those at the instant it begins."""
    if fetch.observed_at != row.first_seen:
        return False
    shown = session.get_one(Fetch, row.fetch_id)
    digest = shown.body_sha256 if shown.observed_at == row.first_seen else None
    return (fetch.source, fetch.body_sha256 or b"") < (row.source, digest or b"")


def _id(value: int | None) -> int:
    assert value is not None, "a stored row has an id"
    return value
