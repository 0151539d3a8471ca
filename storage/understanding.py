"""What a fetch means for its policy: reads rows, runs the analysis, writes nothing.

Slow work (reading a page, comparing texts) happens here, outside any write
transaction; `storage.record` then writes what was decided, if the policy still
stands where it stood.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, select

from analysis.compare import Comparison, compare
from analysis.normalise import without
from analysis.pages import shared
from analysis.quality import Verdict, assess
from analysis.reading import Reading, ReadOptions, read_page
from analysis.revisions import READING
from storage.assembling import assembled
from storage.basis import Basis, Footing, basis_of, footing_of
from storage.blobs import Packed, PackedText, get_body, get_text, pack_body, pack_text
from storage.derive import HISTORY, ComparedRow, Judgement, has_lasted, history_for, judgement_of
from storage.engine import Store
from storage.errors import NotFound, Stale
from storage.fetched import Fetched
from storage.furniture import Lessons, foresee
from storage.models import Change, Fetch, Policy, Sighting, Snapshot
from storage.provenance import headers_of

__all__ = ["Prepared", "Understood", "read_capture", "read_fetched", "understand"]

_BATCH = 50  # fetches in memory at a time


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is written of a new text, made ready outside the write transaction: no other writer waits for it."""

    body: Packed
    text: PackedText
    judgements: tuple[tuple[int, Judgement], ...]  # of the comparisons, in their order
    lessons: Lessons


@dataclass(frozen=True, slots=True)
class Understood:
    """A fetch and what it means. `comparisons` lead from a snapshot id to the text that stands now."""

    fetched: Fetched
    basis: Basis
    outcome: str  # first, unchanged, changed, held, failed
    cause: str = ""
    detail: str = ""
    reading: Reading | None = None
    comparisons: tuple[tuple[int, Comparison], ...] = ()
    back: bool = False  # changed, to the text that readers know
    remade: tuple[tuple[int, Reading], ...] = ()  # snapshot id, read again under the rules of now
    ready: Prepared | None = None  # of a new text


@dataclass(frozen=True, slots=True)
class _Text:
    snapshot_id: int
    digest: str
    text: str
    lang: str
    remade: Reading | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    basis: Basis
    kind: str
    current: _Text | None = None
    stable: _Text | None = None
    compared: bool = True  # stable -> current has its row, or they are one
    told: Sequence[ComparedRow] = ()  # the changes that settled, oldest first
    seen: Sequence[ComparedRow] = ()  # every text after another, oldest first


def understand(store: Store, fetched: Fetched, *, now: datetime) -> Understood:
    """Return what `fetched` means for its policy. Raises NotFound for an unknown one.

    Raises Stale where what is known of the policy changed since its text was read: settle
    it first (`storage.rebuild`), for nothing may be compared that was read by different knowledge.
    """
    if fetched.source != "live":
        raise ValueError(f"source {fetched.source!r}: not a live fetch; use storage.past")
    with store.reading() as session:
        footing = footing_of(session, fetched.policy_id)
        if footing is None:
            raise NotFound(f"no policy has the id {fetched.policy_id}")
        basis = footing.basis
        if fetched.pages and not fetched.cause:
            fetched = assembled(session, fetched, _policy(session, footing))
        if fetched.cause:
            return Understood(fetched, basis, "failed", fetched.cause, fetched.detail)
        if footing.revision == 0:
            raise Stale(f"{footing.name!r} has captures to be read again")
        if fetched.body is None:
            return _without_body(session, fetched, footing)
        if _same_bytes(session, footing, fetched.body):
            return Understood(fetched, basis, "unchanged")
        reading = read_fetched(fetched, basis)
        if _plainly_unchanged(session, footing, reading):
            return Understood(fetched, basis, "unchanged", reading=reading)
        policy = _policy(session, footing)
        known = _known(session, policy)
        understood = _decide(fetched, reading, known)
        if understood.outcome == "held" and _stays(session, understood, now):
            understood = _accept(fetched, reading, known)
        if understood.outcome in ("first", "changed"):
            return _prepared(session, policy, understood)
        return understood


def _prepared(session: Session, policy: Policy, understood: Understood) -> Understood:
    """Do what can be done of the writing."""
    reading, body = understood.reading, understood.fetched.body
    assert reading is not None, "a new text was read"
    assert body is not None, "and from a body"
    ready = Prepared(
        body=pack_body(session, body, after=policy.last_body_sha256),
        text=pack_text(reading.text),
        judgements=tuple((before, judgement_of(made)) for before, made in understood.comparisons),
        lessons=foresee(session, policy, reading.text),
    )
    return replace(understood, ready=ready)


def read_fetched(fetched: Fetched, basis: Basis) -> Reading:
    """Return what the body of `fetched` says."""
    assert fetched.body is not None, "only a fetch with a body is read"
    return _read(fetched.body, fetched.final_url, fetched.header("content-type"), basis)


def read_capture(session: Session, fetch_id: int, basis: Basis) -> Reading | None:
    """Return what the kept body of a fetch says under the rules of now; None where none is kept."""
    fetch = session.get(Fetch, fetch_id)
    if fetch is None or fetch.body_sha256 is None:
        return None
    provenance = fetch.provenance or {}
    headers = {name.lower(): value for name, value in headers_of(session, fetch)}
    url = provenance.get("final_url") or provenance.get("url") or basis.url
    body = get_body(session, fetch.body_sha256)
    return _read(body, url, headers.get("content-type", ""), basis)


def _policy(session: Session, footing: Footing) -> Policy:
    return session.get_one(Policy, footing.policy_id)


def _without_body(session: Session, fetched: Fetched, footing: Footing) -> Understood:
    basis = footing.basis
    if fetched.status != 304:
        detail = fetched.detail or "the answer has no body"
        return Understood(fetched, basis, "failed", "empty", detail)
    if basis.current_id is None:
        detail = "the server says the page has not changed, but no text of it is kept"
        return Understood(fetched, basis, "failed", "not_modified", detail)
    if _compared(session, basis):
        return Understood(fetched, basis, "unchanged")
    missing = _missing_comparison(fetched, _known(session, _policy(session, footing)))
    return Understood(fetched, basis, "unchanged", comparisons=missing)


def _same_bytes(session: Session, footing: Footing, body: bytes) -> bool:
    """Return whether `body` is, byte for byte, the capture behind the current text.

    Then there is nothing to read: many servers send a page so for months.
    """
    return (
        footing.revision == READING
        and footing.last_body_sha256 == hashlib.sha256(body).digest()
        and _compared(session, footing.basis)
    )


def _plainly_unchanged(session: Session, footing: Footing, reading: Reading) -> bool:
    """Return whether `reading` is the current text, read under the same rules: the common case."""
    return (
        footing.revision == READING
        and footing.digest == reading.digest
        and _compared(session, footing.basis)
    )


def _decide(fetched: Fetched, reading: Reading, known: _Known) -> Understood:
    current = known.current
    if current is not None and reading.digest == current.digest:
        return _accept(fetched, reading, known)
    previous = current.text if current else ""
    if not reading.pages:  # those of several are each judged against their own
        previous, _ = shared(previous, reading.text, url=known.basis.url)
    verdict = assess(
        reading,
        previous=previous,
        previous_lang=current.lang if current else "",
    )
    if not verdict.ok:
        return _held(fetched, reading, known, verdict)
    understood = _accept(fetched, reading, known)
    broken = [made for _, made in understood.comparisons if made.kind == "broken"]
    if broken:
        return _held(fetched, reading, known, Verdict(False, "broken", broken[0].headline))
    return understood


def _held(fetched: Fetched, reading: Reading, known: _Known, verdict: Verdict) -> Understood:
    detail = "; ".join(part for part in (verdict.evidence, fetched.detail) if part)
    return Understood(fetched, known.basis, "held", verdict.cause, detail, reading=reading)


def _accept(fetched: Fetched, reading: Reading, known: _Known) -> Understood:
    """Take `reading` as the policy's text."""
    current, stable = known.current, known.stable
    if current is None or stable is None:
        return Understood(fetched, known.basis, "first", reading=reading)
    understood = Understood(
        fetched, known.basis, "unchanged", reading=reading, remade=_remade(known)
    )
    if reading.digest == current.digest:
        return replace(understood, comparisons=_missing_comparison(fetched, known))
    back = reading.digest == stable.digest
    pairs = []
    if current.snapshot_id != stable.snapshot_id:
        history = known.seen if back else ()
        pairs.append((current.snapshot_id, _compare(fetched, current, reading, known, history)))
    if not back:
        pairs.append((stable.snapshot_id, _compare_told(fetched, stable, reading, known)))
    return replace(understood, outcome="changed", comparisons=tuple(pairs), back=back)


def _missing_comparison(fetched: Fetched, known: _Known) -> tuple[tuple[int, Comparison], ...]:
    current, stable = known.current, known.stable
    if known.compared or current is None or stable is None:
        return ()
    return ((stable.snapshot_id, _compare_told(fetched, stable, current, known)),)


def _compare_told(fetched: Fetched, old: _Text, new: Reading | _Text, known: _Known) -> Comparison:
    date = fetched.observed_at.isoformat()
    history = history_for(old.digest, new.digest, date=date, told=known.told)
    return _compare(fetched, old, new, known, history)


def _compare(
    fetched: Fetched,
    old: _Text,
    new: Reading | _Text,
    known: _Known,
    history: Sequence[ComparedRow],
) -> Comparison:
    before, after = shared(old.text, new.text, url=known.basis.url)
    return compare(
        without(before, known.basis.furniture),
        without(after, known.basis.furniture),
        doc_type=known.kind,
        date=fetched.observed_at.isoformat(),
        old_id=old.digest,
        new_id=new.digest,
        history=history,
    )


def _remade(known: _Known) -> tuple[tuple[int, Reading], ...]:
    made = {text.snapshot_id: text.remade for text in (known.current, known.stable) if text}
    return tuple((snapshot_id, reading) for snapshot_id, reading in made.items() if reading)


def _stays(session: Session, held: Understood, now: datetime) -> bool:
    """Return whether the same doubtful text was all that was seen, long enough to believe it."""
    assert held.reading is not None, "a held fetch was read"
    rows = session.exec(
        select(Fetch.outcome, Fetch.observed_at, Fetch.provenance)
        .where(Fetch.policy_id == held.fetched.policy_id)
        .order_by(col(Fetch.observed_at).desc(), col(Fetch.id).desc())
        .execution_options(yield_per=_BATCH)
    )
    sightings: list[datetime] = []
    for outcome, observed_at, provenance in rows:
        if outcome in ("failed", "missed"):
            continue
        if outcome != "held" or (provenance or {}).get("digest") != held.reading.digest:
            return False
        sightings.append(observed_at)
        if has_lasted(held.cause, sightings, now):
            return True
    return False


def _known(session: Session, policy: Policy) -> _Known:
    basis = basis_of(policy)
    current_id, stable_id = basis.current_id, basis.stable_id
    if policy.id is None or current_id is None or stable_id is None:
        return _Known(basis, policy.kind)
    current = _text(session, current_id, basis)
    stable = current if current_id == stable_id else _text(session, stable_id, basis)
    return _Known(
        basis,
        policy.kind,
        current,
        stable,
        compared=_compared(session, basis),
        told=_told(session, policy.id),
        seen=_seen(session, policy.id),
    )


def _text(session: Session, snapshot_id: int, basis: Basis) -> _Text:
    """Return a snapshot's text, read again from its body where the rules have changed since.

    A better rule is no news: the new page must meet the old one read the same way.
    """
    row, said = session.get(Snapshot, snapshot_id), _sighting(session, snapshot_id)
    if row is None or said is None or said.text_sha256 is None:
        raise NotFound(f"no live text has the snapshot id {snapshot_id}")
    if said.revision != READING:
        reading = read_capture(session, said.fetch_id, basis)
        if reading is not None and assess(reading).ok:
            return _Text(snapshot_id, reading.digest, reading.text, reading.lang, reading)
    return _Text(snapshot_id, said.digest, get_text(session, said.text_sha256), row.lang)


def _sighting(session: Session, snapshot_id: int | None) -> Sighting | None:
    """Return what the live fetch that brought a text says: an archive's capture may show the row."""
    row = session.get(Snapshot, snapshot_id) if snapshot_id is not None else None
    return session.get(Sighting, row.live_fetch_id) if row and row.live_fetch_id else None


def _read(body: bytes, url: str, content_type: str, basis: Basis) -> Reading:
    options = ReadOptions(select=basis.select, remove=basis.remove, furniture=basis.furniture)
    return read_page(body, url=url, content_type=content_type, options=options)


def _compared(session: Session, basis: Basis) -> bool:
    """Return whether the way from the readers' text to the current one has its row, if it needs one."""
    if basis.current_id == basis.stable_id:
        return True
    query = select(Change.id).where(
        Change.from_snapshot_id == basis.stable_id,
        Change.to_snapshot_id == basis.current_id,
        Change.state != HISTORY,
    )
    return session.exec(query).first() is not None


def _told(session: Session, policy_id: int) -> list[ComparedRow]:
    rows = session.exec(
        select(Change.at, Change.from_snapshot_id, Change.to_snapshot_id)
        .where(Change.policy_id == policy_id, Change.state == "settled")
        .order_by(col(Change.at), col(Change.id))
    ).all()
    digests = _digests(session, policy_id)
    return [(at.isoformat(), digests[before], digests[after]) for at, before, after in rows]


def _seen(session: Session, policy_id: int) -> list[ComparedRow]:
    """Every live text with the live one before it: of its changes the one from the newest text."""
    rows = session.exec(
        select(Change.at, Change.from_snapshot_id, Change.to_snapshot_id)
        .where(Change.policy_id == policy_id, Change.state != HISTORY)
        .order_by(col(Change.to_snapshot_id), col(Change.from_snapshot_id))
    ).all()
    direct = {after: (at, before) for at, before, after in rows}
    digests = _digests(session, policy_id)
    return [
        (at.isoformat(), digests[before], digests[after]) for after, (at, before) in direct.items()
    ]


def _digests(session: Session, policy_id: int) -> dict[int | None, str]:
    rows = session.exec(select(Snapshot.id, Snapshot.digest).where(Snapshot.policy_id == policy_id))
    return dict(rows.all())
