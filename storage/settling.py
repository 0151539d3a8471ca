"""When a new text is what readers are to know: it stood long enough, in all that matters.

A text is confirmed by a fetch that agrees: the same text, or one that differs
from it in nothing that matters (a page whose furniture changes at every fetch
must not hide a change for ever). A page that never says the same twice, in
what matters, is told of as it stands once a week.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from storage.derive import HISTORY
from storage.models import Change
from storage.rows import ask, flag, instant, write
from storage.texts import Standing
from storage.writes import revise

__all__ = ["Settled", "confirm_at", "settle_text"]

# Of a restless page: so many texts since the one that readers know, none of which stood,
# over so long. What they know is gone for good by then, and silence would be a miss.
_RESTLESS_TEXTS = 4
_RESTLESS_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Settled:
    """What readers know after a fetch."""

    standing: Standing
    news_change_id: int | None = None  # a change that they are to hear of now


def settle_text(
    session: Session, policy_id: int, standing: Standing, *, confirm_after: timedelta, back: bool
) -> Settled:
    """Move the readers' baseline where the current text has stood long enough.

    `back`: it is the text that readers know, again; what came between is told to nobody.
    """
    current, stable = standing.current_id, standing.stable_id
    if back:
        _close_pending(session, policy_id, "flap")
        return Settled(replace(standing, stable_id=current))
    if current == stable or not _has_stood(session, policy_id, standing, confirm_after):
        return Settled(standing)
    change_id, material = _change(session, standing)
    revise(session, Change, change_id, {"state": "settled"})
    _close_pending(session, policy_id, "merged")
    return Settled(replace(standing, stable_id=current), change_id if material else None)


def confirm_at(
    session: Session, standing: Standing, *, confirm_after: timedelta
) -> datetime | None:
    """Return when to look again, so that a pending material change settles; None where none is."""
    if standing.current_id == standing.stable_id:
        return None
    _, material = _change(session, standing)
    if not material:
        return None  # nobody waits for it; the next check in turn settles it
    return _unsettled_since(session, standing) + confirm_after


def _has_stood(
    session: Session, policy_id: int, standing: Standing, confirm_after: timedelta
) -> bool:
    """Say so by the page's own clock, from sighting to sighting.

    One fetch confirms nothing, however late it is recorded.
    """
    seen = ask(session, "SELECT last_seen FROM snapshot WHERE id = :id", id=standing.current_id)
    last_seen = instant(seen[0][0])
    if last_seen - _unsettled_since(session, standing) >= confirm_after:
        return True
    return _is_restless(session, policy_id, standing.stable_id, last_seen)


def _close_pending(session: Session, policy_id: int, state: str) -> None:
    write(
        session,
        "UPDATE change SET state = :state WHERE policy_id = :policy AND state = 'pending'",
        state=state,
        policy=policy_id,
    )


def _unsettled_since(session: Session, standing: Standing) -> datetime:
    """Return since when the page has said what it says now, in all that matters."""
    snapshot_id = standing.current_id
    while True:
        # By the change: an archive may have seen the text before any live fetch did.
        material, since, before = ask(
            session,
            "SELECT material, at, from_snapshot_id FROM change WHERE to_snapshot_id = :to"
            " AND state <> :history ORDER BY from_snapshot_id DESC LIMIT 1",
            to=snapshot_id,
            history=HISTORY,
        )[0]
        if flag(material) or before == standing.stable_id:
            return instant(since)
        snapshot_id = before


def _change(session: Session, standing: Standing) -> tuple[int, bool]:
    """Return the change from the text that readers know to the current one, and whether it matters."""
    change_id, material = ask(
        session,
        "SELECT id, material FROM change"
        " WHERE from_snapshot_id = :before AND to_snapshot_id = :after",
        before=standing.stable_id,
        after=standing.current_id,
    )[0]
    return change_id, flag(material)


def _is_restless(session: Session, policy_id: int, stable: int | None, last_seen: datetime) -> bool:
    count, first = ask(
        session,
        "SELECT count(DISTINCT to_snapshot_id), min(at) FROM change WHERE policy_id = :policy"
        " AND state <> :history AND to_snapshot_id > :stable",
        policy=policy_id,
        history=HISTORY,
        stable=stable,
    )[0]
    return count >= _RESTLESS_TEXTS and last_seen - instant(first) >= _RESTLESS_FOR
