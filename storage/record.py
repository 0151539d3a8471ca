"""One fetch into rows: the fact, its body, and the snapshots and changes that follow from it.

    reads alike, or 304   -> unchanged: the current text was seen again
    doubtful              -> held: fact and body, nothing else moves
    reads otherwise       -> changed: a snapshot, and changes leading to it, pending
    pending long enough   -> settled: readers' baseline moves; news if it matters
    back before that      -> flap: nobody hears of it

A text is confirmed by a fetch that agrees: the same text, or one that differs
from it in nothing that matters (a page whose furniture changes at every fetch
must not hide a change for ever). A page that never says the same twice, in
what matters, is told of as it stands once a week.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlmodel import Session, col, func, select

from analysis.compare import Comparison
from storage.basis import basis_of
from storage.blobs import put_body
from storage.chain import append
from storage.derive import (
    HISTORY,
    NO_PAGE,
    clean_headers,
    fetch_row,
    moved_to,
    page_validators,
    snapshot_row,
    validators,
)
from storage.derived import drop_changes, keep_text, show_reading, write_change
from storage.errors import NotFound, Stale
from storage.fetched import Fetched
from storage.furniture import teach
from storage.history import change_of
from storage.models import Change, Fetch, Policy, Snapshot
from storage.provenance import headers_of, headers_since
from storage.rows import ask, instant, write
from storage.sightings import note
from storage.story import Story, story_of
from storage.unchanged import Written, write_unchanged
from storage.understanding import Understood, understand
from storage.views import ChangeView
from storage.weave import meet_history

__all__ = [
    "Fetched",
    "KeepBodies",
    "Recorded",
    "Stale",
    "Understood",
    "record",
    "record_in_full",
    "understand",
]

KeepBodies = Literal["texts", "captures"]

# Of a restless page: so many texts since the one that readers know, none of which stood,
# over so long. What they know is gone for good by then, and silence would be a miss.
_RESTLESS_TEXTS = 4
_RESTLESS_FOR = timedelta(days=7)
_AFTER = timedelta(
    microseconds=1
)  # keeps texts in the order they came where the clock was set back


@dataclass(frozen=True, slots=True)
class Recorded:
    policy_id: int
    policy: str  # its name
    url: str
    fetch_id: int
    outcome: str  # first, unchanged, changed, held, failed
    cause: str
    detail: str
    status: int | None
    snapshot_id: int | None  # the current text's, after this fetch
    change: ChangeView | None  # from the text before, where the outcome is changed
    news_change_id: int | None  # a change that readers are to hear of now
    confirm_at: datetime | None  # when to look again, so that a pending material change settles
    moved_to: str = ""  # it has moved for good, to another host: first seen by this fetch
    story: Story = field(default_factory=Story)


def record(
    session: Session,
    understood: Understood,
    *,
    now: datetime,
    confirm_after: timedelta,
    keep_bodies: KeepBodies = "texts",
) -> Recorded:
    """Write one fetch and what follows from it; only inside Store.writing().

    `keep_bodies` is for policies that do not say themselves: a body for each
    text, or for each capture. What changed nothing is written by `storage.unchanged`.

    Raises Stale, having written nothing, when the policy moved on since
    `understand`: understand the fetch again.
    """
    written = write_unchanged(session, understood, now=now, keep_bodies=keep_bodies)
    if written is not None:
        return _seen_again(written, understood)
    return record_in_full(
        session, understood, now=now, confirm_after=confirm_after, keep_bodies=keep_bodies
    )


def record_in_full(
    session: Session,
    understood: Understood,
    *,
    now: datetime,
    confirm_after: timedelta,
    keep_bodies: KeepBodies = "texts",
) -> Recorded:
    """Do as `record` does, the general way, whatever the fetch means."""
    fetched = understood.fetched
    policy = _policy(session, fetched.policy_id)
    if basis_of(policy) != understood.basis:
        raise Stale(f"{policy.name!r} changed while a fetch of it was being read")
    fetch = _write_fetch(session, policy, understood, now, policy.keep_bodies or keep_bodies)
    fetch_id = _id(fetch.id)
    change_id = news = None
    if understood.cause == "not_modified":  # a validator of ours that stands for nothing
        policy.etag = policy.last_modified = None
        policy.also_validators = {}
    if understood.outcome not in ("failed", "held"):
        _write_remade(session, understood)
        if fetched.body is not None:
            policy.etag, policy.last_modified = validators(fetched)
            policy.also_validators = page_validators(fetched)
            _note_reading(policy, fetched)
            _note_browser(policy, fetched)
        session.add(policy)
        change_id = _write_text(session, policy, understood, fetch_id)
        news = _settle(session, policy, confirm_after)
        if understood.outcome != "unchanged":
            teach(session, policy, understood.lessons)
    new_home = _note_whereabouts(policy, understood)
    session.add(policy)
    return Recorded(
        policy_id=fetched.policy_id,
        policy=policy.name,
        url=policy.url,
        fetch_id=fetch_id,
        outcome=understood.outcome,
        cause=understood.cause,
        detail=understood.detail,
        status=fetched.status,
        snapshot_id=policy.current_snapshot_id,
        change=None if change_id is None else change_of(session, change_id),
        news_change_id=news,
        confirm_at=_confirm_at(session, policy, confirm_after),
        moved_to=new_home,
        story=story_of(understood, rows=_rows(fetch, policy, understood.outcome, change_id)),
    )


def _seen_again(written: Written, understood: Understood) -> Recorded:
    footing = written.footing
    return Recorded(
        policy_id=footing.policy_id,
        policy=footing.name,
        url=footing.basis.url,
        fetch_id=written.fetch_id,
        outcome=understood.outcome,
        cause=understood.cause,
        detail=understood.detail,
        status=understood.fetched.status,
        snapshot_id=footing.basis.current_id,
        change=None,
        news_change_id=None,
        confirm_at=None,
        story=story_of(understood, rows=[f"fetch {written.fetch_id}"]),
    )


def _rows(fetch: Fetch, policy: Policy, outcome: str, change_id: int | None) -> list[str]:
    """Name the rows that this fetch left, for the story of it."""
    rows = [f"fetch {fetch.id}"]
    if fetch.body_sha256 is not None:
        rows.append(f"body {fetch.body_sha256.hex()[:12]}")
    if outcome in ("first", "changed"):
        rows.append(f"snapshot {policy.current_snapshot_id}")
    return rows if change_id is None else [*rows, f"change {change_id}"]


def _note_reading(policy: Policy, fetched: Fetched) -> None:
    """Remember whose validators these are, and when the page was last read whole."""
    policy.validated_url = fetched.final_url
    if all(page.status != 304 for page in fetched.pages):
        policy.read_at = fetched.observed_at


def _note_whereabouts(policy: Policy, understood: Understood) -> str:
    """Keep where the policy is: moved for good, or gone. Returns where to, if that is new."""
    fetched = understood.fetched
    if understood.outcome in ("failed", "held"):
        if understood.cause in NO_PAGE:
            policy.gone_since = policy.gone_since or fetched.observed_at
        return ""
    policy.gone_since = None
    before, now_at = policy.moved_to, moved_to(fetched)
    if now_at == before:
        return ""
    policy.moved_to, policy.moved_at = now_at, fetched.observed_at if now_at else None
    return now_at or ""


def _note_browser(policy: Policy, fetched: Fetched) -> None:
    """Remember whether a browser was needed, and when that was last made sure of."""
    if fetched.browser_needed:
        policy.browser_needed_at = fetched.observed_at
    elif fetched.plain_suffices:
        policy.browser_needed_at = None


def _write_fetch(
    session: Session, policy: Policy, understood: Understood, now: datetime, keep_bodies: str
) -> Fetch:
    fetched = understood.fetched
    row = fetch_row(
        fetched,
        outcome=understood.outcome,
        cause=understood.cause,
        detail=understood.detail,
        digest=understood.reading.digest if understood.reading else "",
        now=now,
    )
    known = understood.outcome == "unchanged"
    if fetched.body is not None and (not known or keep_bodies == "captures"):
        row.body_sha256 = put_body(
            session, fetched.body, after=policy.last_body_sha256, ready=understood.body
        )
        if understood.outcome not in ("failed", "held"):
            policy.last_body_sha256 = row.body_sha256
        if known:
            row.provenance = _said_otherwise(session, policy, fetched, row.provenance)
    row.slot_at = _open_slot(session, fetched)
    return append(session, row)


def _said_otherwise(
    session: Session, policy: Policy, fetched: Fetched, provenance: dict[str, Any] | None
) -> dict[str, Any]:
    """Add the headers of a capture whose text is known, as far as they are not those of its first."""
    first_id = _id(_snapshot(session, _id(policy.current_snapshot_id)).live_fetch_id)
    first = headers_of(session, session.get_one(Fetch, first_id))
    said = headers_since(first, clean_headers(fetched))
    return {**(provenance or {}), "like": first_id, **said}


def _open_slot(session: Session, fetched: Fetched) -> datetime | None:
    """Return the slot that `fetched` answers, unless a worker whose claim ran out answered it.

    The second answer is kept as well, as one that nobody scheduled.
    """
    if fetched.slot_at is None:
        return None
    answered = ask(
        session,
        'SELECT 1 FROM "fetch" WHERE policy_id = :policy AND slot_at = :slot'
        " AND observed_at >= :slot LIMIT 1",
        policy=fetched.policy_id,
        slot=fetched.slot_at,
    )
    return None if answered else fetched.slot_at


def _write_remade(session: Session, understood: Understood) -> None:
    for snapshot_id, reading in understood.remade:
        row = _snapshot(session, snapshot_id)
        fetch = session.get_one(Fetch, row.live_fetch_id)
        text = keep_text(session, reading.text)
        note(session, fetch, reading.digest, text_sha256=text)
        if row.fetch_id == fetch.id:  # else an archive's capture shows it, read again in its turn
            show_reading(session, row, reading)


def _write_text(
    session: Session, policy: Policy, understood: Understood, fetch_id: int
) -> int | None:
    """Write the text that stands now; returns the id of the change from the text before it."""
    if understood.outcome == "unchanged":
        current = _snapshot(session, _id(policy.current_snapshot_id))
        since = current.last_seen
        current.last_seen = max(since, understood.fetched.observed_at)
        session.add(current)
        _write_changes(session, understood, current)
        meet_history(session, policy, current, since=since)
        return None
    before = policy.current_snapshot_id
    stood_until = None if before is None else _snapshot(session, before).last_seen
    snapshot = _write_snapshot(session, understood, fetch_id, stood_until)
    policy.current_snapshot_id = _id(snapshot.id)
    if before is None:
        policy.stable_snapshot_id = snapshot.id
        meet_history(session, policy, snapshot, since=None)
        return None
    written = _write_changes(session, understood, snapshot)
    meet_history(session, policy, snapshot, since=stood_until)
    if understood.back:
        _close_pending(session, policy, "flap")
        policy.stable_snapshot_id = snapshot.id
    return written[before]


def _write_snapshot(
    session: Session, understood: Understood, fetch_id: int, stood_until: datetime | None
) -> Snapshot:
    reading, fetched = understood.reading, understood.fetched
    assert reading is not None, "only a text that was read becomes a snapshot"
    not_before = fetched.observed_at if stood_until is None else stood_until + _AFTER
    text = keep_text(session, reading.text)
    note(session, session.get_one(Fetch, fetch_id), reading.digest, text_sha256=text)
    snapshot = snapshot_row(
        reading, fetched, fetch_id=fetch_id, text_sha256=text, not_before=not_before
    )
    session.add(snapshot)
    session.flush()
    return snapshot


def _write_changes(session: Session, understood: Understood, to: Snapshot) -> dict[int, int]:
    """Write a change for every comparison; returns their ids by the snapshot they lead from."""
    return {
        before: _write_change(session, comparison, before, to)
        for before, comparison in understood.comparisons
    }


def _write_change(session: Session, comparison: Comparison, before: int, to: Snapshot) -> int:
    past = ask(
        session,
        "SELECT id FROM change WHERE from_snapshot_id = :before AND to_snapshot_id = :after"
        " AND state = :state",
        before=before,
        after=to.id,
        state=HISTORY,
    )
    drop_changes(session, [row[0] for row in past])
    return write_change(
        session,
        comparison,
        policy_id=to.policy_id,
        before=before,
        after=_id(to.id),
        at=to.first_seen,
    )


def _settle(session: Session, policy: Policy, confirm_after: timedelta) -> int | None:
    """Move the readers' baseline where the current text has stood long enough.

    Returns the id of the change to tell of, if it matters.
    """
    if policy.current_snapshot_id == policy.stable_snapshot_id:
        return None
    current = _snapshot(session, _id(policy.current_snapshot_id))
    # By the page's own clock, from sighting to sighting: one fetch confirms nothing,
    # however late it is recorded.
    stood = current.last_seen - _unsettled_since(session, policy, current)
    if stood < confirm_after and not _is_restless(session, policy, current):
        return None
    change = _change(session, _id(policy.stable_snapshot_id), _id(current.id))
    change.state = "settled"
    session.add(change)
    session.flush()
    _close_pending(session, policy, "merged")
    policy.stable_snapshot_id = current.id
    return change.id if change.material else None


def _unsettled_since(session: Session, policy: Policy, current: Snapshot) -> datetime:
    """Return since when the page has said what `current` says, in all that matters."""
    snapshot_id = current.id
    while snapshot_id != policy.stable_snapshot_id:
        # By the change: an archive may have seen the text before any live fetch did.
        material, since, before = ask(
            session,
            "SELECT material, at, from_snapshot_id FROM change WHERE to_snapshot_id = :to"
            " AND state <> :history ORDER BY from_snapshot_id DESC LIMIT 1",
            to=snapshot_id,
            history=HISTORY,
        )[0]
        if material:
            break
        snapshot_id = before
    return instant(since)


def _is_restless(session: Session, policy: Policy, current: Snapshot) -> bool:
    unsettled = session.exec(
        select(func.count(col(Change.to_snapshot_id).distinct()), func.min(Change.at)).where(
            Change.policy_id == policy.id,
            Change.state != HISTORY,
            col(Change.to_snapshot_id) > policy.stable_snapshot_id,
        )
    ).one()
    return unsettled[0] >= _RESTLESS_TEXTS and current.last_seen - unsettled[1] >= _RESTLESS_FOR


def _confirm_at(session: Session, policy: Policy, confirm_after: timedelta) -> datetime | None:
    current_id, stable_id = policy.current_snapshot_id, policy.stable_snapshot_id
    if current_id is None or stable_id is None or current_id == stable_id:
        return None
    if not _change(session, stable_id, current_id).material:
        return None  # nobody waits for it; the next check in turn settles it
    return _unsettled_since(session, policy, _snapshot(session, current_id)) + confirm_after


def _close_pending(session: Session, policy: Policy, state: str) -> None:
    write(
        session,
        "UPDATE change SET state = :state WHERE policy_id = :policy AND state = 'pending'",
        state=state,
        policy=policy.id,
    )


def _policy(session: Session, policy_id: int) -> Policy:
    found = session.get(Policy, policy_id)
    if found is None:
        raise NotFound(f"no policy has the id {policy_id}")
    return found


def _snapshot(session: Session, snapshot_id: int) -> Snapshot:
    found = session.get(Snapshot, snapshot_id)
    if found is None:
        raise NotFound(f"no snapshot has the id {snapshot_id}")
    return found


def _change(session: Session, before: int, after: int) -> Change:
    return session.exec(
        select(Change).where(Change.from_snapshot_id == before, Change.to_snapshot_id == after)
    ).one()


def _id(value: int | None) -> int:
    assert value is not None, "a stored row has an id"
    return value
