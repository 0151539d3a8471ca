"""One live fetch into rows: the door, and the order in which they are written.

    reads alike, or 304   -> unchanged: the current text was seen again
    doubtful              -> held: fact and body, nothing else moves
    reads otherwise       -> changed: a snapshot, and changes leading to it, pending
    pending long enough   -> settled: readers' baseline moves; news if it matters
    back before that      -> flap: nobody hears of it

Its parts:

    storage.attempts   writes the fact and its body
    storage.texts      the snapshot, and the changes that lead to it
    storage.settling   says when readers are to know
    storage.noted      what the policy's own row keeps
    storage.unchanged  does all of it at once where nothing has changed
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlmodel import Session

from storage.attempts import Attempted, write_fetch
from storage.basis import Footing, footing_of
from storage.errors import NotFound, Stale
from storage.fetched import Fetched
from storage.furniture import teach
from storage.history import change_of
from storage.models import Policy
from storage.noted import noted
from storage.settling import Settled, confirm_at, settle_text
from storage.story import Story, story_of
from storage.texts import Standing, write_text
from storage.unchanged import write_unchanged
from storage.understanding import Understood, understand
from storage.views import ChangeView
from storage.writes import revise

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
    alerted: bool = False  # an alert was raised: settled news, or a grave change at first sight


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
        return _as_recorded(written.footing, understood, written.fetch_id)
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
    footing = _footing(session, understood)
    policy_id, basis = footing.policy_id, footing.basis
    fetch = write_fetch(session, footing, understood, now=now, keep_bodies=keep_bodies)
    said = noted(footing, understood)
    settled = Settled(Standing(basis.current_id, basis.stable_id))
    if understood.outcome not in ("failed", "held"):
        text = write_text(session, footing, understood, fetch.fetch_id)
        settled = settle_text(
            session, policy_id, text, confirm_after=confirm_after, back=understood.back
        )
        said |= _stands(settled.standing, fetch)
    revise(session, Policy, policy_id, said)
    if understood.ready:  # a new text
        teach(session, policy_id, service=footing.service, lessons=understood.ready.lessons)
    standing, change_id = settled.standing, settled.standing.change_id
    return replace(
        _as_recorded(footing, understood, fetch.fetch_id),
        snapshot_id=standing.current_id,
        change=None if change_id is None else change_of(session, change_id),
        news_change_id=settled.news_change_id,
        confirm_at=confirm_at(session, standing, confirm_after=confirm_after),
        moved_to=said.get("moved_to") or "",
        story=story_of(understood, rows=_rows(fetch, standing, understood.outcome)),
    )


def _footing(session: Session, understood: Understood) -> Footing:
    """Return where the policy stands: where it stood when the fetch was understood, or Stale."""
    footing = footing_of(session, understood.fetched.policy_id)
    if footing is None:
        raise NotFound(f"no policy has the id {understood.fetched.policy_id}")
    if footing.basis != understood.basis:
        raise Stale(f"{footing.name!r} changed while a fetch of it was being read")
    return footing


def _stands(standing: Standing, fetch: Attempted) -> dict[str, Any]:
    """Return what the policy's row says of its texts, and what the next body is likely to resemble."""
    values: dict[str, Any] = {
        "current_snapshot_id": standing.current_id,
        "stable_snapshot_id": standing.stable_id,
    }
    if fetch.body_sha256 is not None:
        values["last_body_sha256"] = fetch.body_sha256
    return values


def _as_recorded(footing: Footing, understood: Understood, fetch_id: int) -> Recorded:
    """Return what there is to say of a fetch that moved nothing."""
    return Recorded(
        policy_id=footing.policy_id,
        policy=footing.name,
        url=footing.basis.url,
        fetch_id=fetch_id,
        outcome=understood.outcome,
        cause=understood.cause,
        detail=understood.detail,
        status=understood.fetched.status,
        snapshot_id=footing.basis.current_id,
        change=None,
        news_change_id=None,
        confirm_at=None,
        story=story_of(understood, rows=[f"fetch {fetch_id}"]),
    )


def _rows(fetch: Attempted, standing: Standing, outcome: str) -> list[str]:
    """Name the rows that a fetch left, for the story of it."""
    rows = [f"fetch {fetch.fetch_id}"]
    if fetch.body_sha256 is not None:
        rows.append(f"body {fetch.body_sha256.hex()[:12]}")
    if outcome in ("first", "changed"):
        rows.append(f"snapshot {standing.current_id}")
    return rows if standing.change_id is None else [*rows, f"change {standing.change_id}"]
