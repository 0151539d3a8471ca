"""The fact of one live fetch, with its body where that is to be kept.

What a fetch that changed nothing leaves is written by `storage.unchanged`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from storage.basis import Footing
from storage.blobs import put_body
from storage.chain import append_all
from storage.derive import clean_headers, fetch_values
from storage.fetched import Fetched
from storage.models import Fetch
from storage.provenance import headers_of, headers_since
from storage.rows import ask
from storage.understanding import Understood

__all__ = ["Attempted", "write_fetch"]


@dataclass(frozen=True, slots=True)
class Attempted:
    fetch_id: int
    body_sha256: bytes | None  # None: no body was kept


def write_fetch(
    session: Session, footing: Footing, understood: Understood, *, now: datetime, keep_bodies: str
) -> Attempted:
    """Write what was fetched; `keep_bodies` is for policies that do not say themselves."""
    fetched = understood.fetched
    values = fetch_values(
        fetched,
        outcome=understood.outcome,
        cause=understood.cause,
        detail=understood.detail,
        digest=understood.reading.digest if understood.reading else "",
        now=now,
    )
    known = understood.outcome == "unchanged"
    body = None
    if fetched.body is not None and (
        not known or (footing.keep_bodies or keep_bodies) == "captures"
    ):
        ready = understood.ready.body if understood.ready else None
        body = put_body(session, fetched.body, after=footing.last_body_sha256, ready=ready)
        if known:
            values["provenance"] = _said_otherwise(session, footing, fetched, values["provenance"])
    values |= {"body_sha256": body, "slot_at": _open_slot(session, fetched)}
    (appended,) = append_all(session, Fetch, [values])
    return Attempted(appended.id, body)


def _said_otherwise(
    session: Session, footing: Footing, fetched: Fetched, provenance: dict[str, Any] | None
) -> dict[str, Any]:
    """Add the headers of a capture whose text is known, as far as they are not those of its first."""
    query = "SELECT live_fetch_id FROM snapshot WHERE id = :current"
    first_id = ask(session, query, current=footing.basis.current_id)[0][0]
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
