"""Which raw pages may go when their time is over, and letting them go.

Nothing goes unless a person set a time. What a snapshot rests on never goes:
the first and the last capture that showed its text. Nor does a body that
another, younger capture names too. What went is written down as a fact, with
the digest, so that the record says what is missing and still verifies.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from storage.blobs import rest_elsewhere
from storage.chain import append
from storage.engine import Store
from storage.models import Body, Dropped, Fetch, Policy, Snapshot

__all__ = ["Capture", "Span", "drop_bodies", "droppable", "may_be_dropped"]

_BATCH = 25  # bodies in one transaction: the daemon waits for one at most, some 100 ms
_SHOWN = frozenset({"first", "changed", "unchanged"})  # outcomes that say the text stood there
_REASON = "retention"


@dataclass(frozen=True, slots=True)
class Capture:
    """A fetch that has a body."""

    fetch_id: int
    policy_id: int
    observed_at: datetime
    outcome: str
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Span:
    """A snapshot: whose, from when to when, and the captures it was read from."""

    policy_id: int
    fetch_id: int
    first_seen: datetime
    last_seen: datetime
    live_fetch_id: int | None = None  # of a text that a live fetch brought, after an archive's


def may_be_dropped(
    captures: Sequence[Capture], spans: Iterable[Span], *, before: datetime
) -> dict[bytes, set[int]]:
    """Return the digests that may go and the policies that had them; all captures must be given. Pure.

    A body goes when every capture that has it is older than `before` and none
    of them is the first or the last of a snapshot, or the live one that brought it.
    """
    kept = _boundaries(captures, spans)
    owners: dict[bytes, set[int]] = defaultdict(set)
    stays: set[bytes] = set()
    for capture in captures:
        owners[capture.sha256].add(capture.policy_id)
        if capture.observed_at >= before or capture.fetch_id in kept:
            stays.add(capture.sha256)
    return {sha256: policies for sha256, policies in owners.items() if sha256 not in stays}


def droppable(session: Session, *, before: datetime) -> dict[bytes, set[int]]:
    """Return what may_be_dropped says of the database as it is."""
    names = ("id", "policy_id", "observed_at", "outcome", "body_sha256")
    columns = [getattr(Fetch, name) for name in names]  # by name: more than select's types count
    rows = session.connection().execute(
        select(*columns).where(col(Fetch.body_sha256).in_(select(Body.sha256)))
    )
    captures = [Capture(*row) for row in rows]
    spans = session.connection().execute(
        select(*(getattr(Snapshot, name) for name in Span.__slots__))
    )
    found = may_be_dropped(captures, (Span(*row) for row in spans), before=before)
    for latest in session.exec(select(Policy.last_body_sha256)):
        found.pop(latest or b"", None)  # what the next capture will be kept as a difference to
    return found


def drop_bodies(store: Store, *, before: datetime, now: datetime) -> tuple[int, int]:
    """Drop what may go, a few bodies at a time; returns how many, and their size unpacked.

    Killed anywhere, the next run goes on.
    """
    with store.reading() as session:
        going = droppable(session, before=before)
        newest = session.exec(select(func.max(Fetch.id))).one() or 0
        order, resting = _lines(session, going)
    count = size = 0
    for first in range(0, len(order), _BATCH):
        with store.writing() as session:
            late = _since(session, newest)
            for sha256 in order[first : first + _BATCH]:
                if sha256 in late:
                    continue  # it was fetched again meanwhile
                for other in (*resting.get(sha256, ()), *late):
                    rest_elsewhere(session, other, than=going.keys())
                count, size = count + 1, size + _drop(session, sha256, going[sha256], now)
    return count, size


def _boundaries(captures: Sequence[Capture], spans: Iterable[Span]) -> set[int]:
    """Return the fetches that are the first or the last to show a snapshot's text."""
    shown: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    for capture in captures:
        if capture.outcome in _SHOWN:
            shown[capture.policy_id].append((capture.observed_at, capture.fetch_id))
    for of_policy in shown.values():
        of_policy.sort()
    kept: set[int] = set()
    for span in spans:
        kept.add(span.fetch_id)
        if span.live_fetch_id is not None:
            kept.add(span.live_fetch_id)
        inside = [
            fetch_id
            for at, fetch_id in shown[span.policy_id]
            if span.first_seen <= at <= span.last_seen
        ]
        kept |= set(inside[:1] + inside[-1:])
    return kept


def _lines(
    session: Session, going: Mapping[bytes, object]
) -> tuple[list[bytes], dict[bytes, list[bytes]]]:
    """Return what goes, no body before those that rest on it, and what stays but rests on it."""
    places: dict[bytes, int] = {}
    resting: dict[bytes, list[bytes]] = defaultdict(list)
    rows = session.connection().execute(select(Body.sha256, Body.place, Body.base_sha256))
    for sha256, place, base in rows:
        if sha256 in going:
            places[sha256] = place
        elif base in going:
            resting[base].append(sha256)
    return sorted(places, key=lambda sha256: (-places[sha256], sha256)), resting


def _since(session: Session, newest: int) -> set[bytes]:
    """Return the bodies of the fetches after `newest`: few, and maybe of what was to go."""
    named = select(Fetch.body_sha256).where(col(Fetch.id) > newest)
    return {sha256 for sha256 in session.exec(named) if sha256 is not None}


def _drop(session: Session, sha256: bytes, policies: Iterable[int], now: datetime) -> int:
    body = session.get_one(Body, sha256)
    for policy_id in sorted(policies):
        append(
            session,
            Dropped(
                policy_id=policy_id, body_sha256=sha256, size=body.size, at=now, reason=_REASON
            ),
        )
    session.delete(body)
    session.flush()
    return body.size
