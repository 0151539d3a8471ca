"""The text that a live fetch shows: its snapshot, and the changes that lead to it.

Whether readers may know of a change is not said here: see `storage.settling`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from storage.basis import Footing
from storage.derive import HISTORY, Judgement, judgement_of, snapshot_values
from storage.derived import drop_changes, keep_text, show_reading, write_change
from storage.errors import NotFound
from storage.models import Fetch, Snapshot
from storage.rows import ask, instant
from storage.sightings import note
from storage.understanding import Understood
from storage.weave import meet_history
from storage.writes import add, revise

__all__ = ["Standing", "write_text"]

_AFTER = timedelta(
    microseconds=1
)  # keeps texts in the order they came where the clock was set back


@dataclass(frozen=True, slots=True)
class Standing:
    """A policy's texts by the ids of their snapshots: the one seen last, the one readers know."""

    current_id: int | None
    stable_id: int | None
    change_id: int | None = None  # from the text before to a new one


def write_text(
    session: Session, footing: Footing, understood: Understood, fetch_id: int
) -> Standing:
    """Write the text that stands now, seen again or new, and what leads to it."""
    _write_remade(session, understood)
    before, known = footing.basis.current_id, footing.basis.stable_id
    if before is None or known is None:
        snapshot_id, _ = _write_snapshot(session, understood, fetch_id, stood_until=None)
        meet_history(session, footing.policy_id, since=None)
        return Standing(snapshot_id, snapshot_id)
    assert footing.last_seen is not None, "a policy with a current text has its row"
    if understood.outcome == "unchanged":
        _see_again(session, footing, understood, before, footing.last_seen)
        return Standing(before, known)
    snapshot_id, seen = _write_snapshot(
        session, understood, fetch_id, stood_until=footing.last_seen
    )
    written = _write_changes(session, understood, snapshot_id, seen)
    meet_history(session, footing.policy_id, since=footing.last_seen)
    return Standing(snapshot_id, known, written[before])


def _write_remade(session: Session, understood: Understood) -> None:
    for snapshot_id, reading in understood.remade:
        row = session.get(Snapshot, snapshot_id)
        if row is None:
            raise NotFound(f"no snapshot has the id {snapshot_id}")
        fetch = session.get_one(Fetch, row.live_fetch_id)
        assert fetch.id is not None, "a stored row has an id"
        text = keep_text(session, reading.text)
        note(session, fetch.id, reading.digest, policy_id=row.policy_id, text_sha256=text)
        if row.fetch_id == fetch.id:  # else an archive's capture shows it, read again in its turn
            show_reading(session, row, reading)


def _see_again(
    session: Session, footing: Footing, understood: Understood, current_id: int, since: datetime
) -> None:
    at = understood.fetched.observed_at
    if at > since:
        revise(session, Snapshot, current_id, {"last_seen": at})
    if understood.comparisons:
        first_seen = ask(session, "SELECT first_seen FROM snapshot WHERE id = :id", id=current_id)
        for before, _ in understood.comparisons:
            _drop_past(session, before, current_id)
        _write_changes(session, understood, current_id, instant(first_seen[0][0]))
    meet_history(session, footing.policy_id, since=since)


def _write_snapshot(
    session: Session, understood: Understood, fetch_id: int, *, stood_until: datetime | None
) -> tuple[int, datetime]:
    """Write a new text; returns its snapshot's id, and since when it is seen."""
    reading, fetched = understood.reading, understood.fetched
    assert reading is not None, "only a text that was read becomes a snapshot"
    not_before = fetched.observed_at if stood_until is None else stood_until + _AFTER
    ready = understood.ready.text if understood.ready else None
    text = keep_text(session, reading.text, ready=ready)
    note(session, fetch_id, reading.digest, policy_id=fetched.policy_id, text_sha256=text)
    values = snapshot_values(
        reading, fetched, fetch_id=fetch_id, text_sha256=text, not_before=not_before
    )
    return add(session, Snapshot, values), values["first_seen"]


def _write_changes(
    session: Session, understood: Understood, to: int, at: datetime
) -> dict[int, int]:
    """Write a change for every comparison; returns their ids by the snapshot they lead from."""
    return {
        before: write_change(
            session,
            judgement,
            policy_id=understood.fetched.policy_id,
            before=before,
            after=to,
            at=at,
        )
        for before, judgement in _judgements(understood)
    }


def _judgements(understood: Understood) -> tuple[tuple[int, Judgement], ...]:
    if understood.ready:
        return understood.ready.judgements
    return tuple((before, judgement_of(made)) for before, made in understood.comparisons)


def _drop_past(session: Session, before: int, after: int) -> None:
    """Drop the change of history between two texts: a live one takes its place."""
    past = ask(
        session,
        "SELECT id FROM change WHERE from_snapshot_id = :before AND to_snapshot_id = :after"
        " AND state = :state",
        before=before,
        after=after,
        state=HISTORY,
    )
    drop_changes(session, [row[0] for row in past])
