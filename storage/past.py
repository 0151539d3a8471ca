"""A capture from an archive into rows, at its own time: history, not news.

Captures may come in any order and give the same timeline as if they had come in
the order of their time. None moves the current text, the readers' baseline, or
when the next check is due; none is told. A capture is judged by itself, for what
stands before it is not known yet: one that shows no policy is held.

Slow work happens in `understand_past`, outside any write transaction.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from analysis.quality import Verdict, assess
from analysis.reading import Reading
from storage.assembling import assembled
from storage.basis import basis_of
from storage.blobs import get_text, put_body
from storage.chain import append_all
from storage.derive import fetch_values
from storage.engine import Store
from storage.errors import NotFound, Stale
from storage.fetched import Fetched
from storage.models import Body, Fetch, Policy, Snapshot
from storage.placing import Run, Sighted, runs_of
from storage.sightings import archived_captures, live_texts, note
from storage.understanding import read_fetched
from storage.weave import Foreseen, weave

__all__ = ["PastRecorded", "PastUnderstood", "record_past", "understand_past"]

_NEW = 0  # stands for a fetch that is not written yet


@dataclass(frozen=True, slots=True)
class PastUnderstood:
    """A capture and what it says."""

    fetched: Fetched
    read_by: tuple[str, str, frozenset[str]]  # selectors, and lines that do not count
    outcome: str  # seen, held, failed, known
    cause: str = ""
    detail: str = ""
    reading: Reading | None = None
    foreseen: Foreseen = field(default_factory=Foreseen)


@dataclass(frozen=True, slots=True)
class PastRecorded:
    policy_id: int
    policy: str  # its name
    fetch_id: int
    outcome: str  # first, changed, unchanged, held, failed; known: was recorded before
    cause: str
    detail: str
    snapshot_id: int | None  # the text it shows


def understand_past(store: Store, fetched: Fetched) -> PastUnderstood:
    """Read a capture from an archive and what it will be compared with. Raises NotFound.

    `fetched.source` names the archive, `observed_at` is the time of the capture.
    What was seen before should have been settled (`storage.rebuild`): read as it is now.
    """
    if fetched.source == "live":
        raise ValueError("a live fetch is not of the past; use storage.record")
    with store.reading() as session:
        policy = session.get(Policy, fetched.policy_id)
        if policy is None:
            raise NotFound(f"no policy has the id {fetched.policy_id}")
        basis = basis_of(policy)
        understood = PastUnderstood(
            fetched, (basis.select, basis.remove, basis.furniture), "failed"
        )
        if fetched.cause:
            return replace(understood, cause=fetched.cause, detail=fetched.detail)
        if fetched.body is None:
            detail = fetched.detail or "the archive's answer has no body"
            return replace(understood, cause="empty", detail=detail)
        if _known(session, fetched) is not None:
            return replace(understood, outcome="known")
        fetched = assembled(session, fetched, policy)
        reading = read_fetched(fetched, basis)
        verdict = assess(reading)
        if verdict.ok:
            verdict = _as_live(session, policy, reading)
        understood = replace(understood, fetched=fetched, reading=reading)
        if not verdict.ok:
            return replace(understood, outcome="held", cause=verdict.cause, detail=verdict.evidence)
        foreseen = _foresee(session, policy, fetched, reading)
        return replace(understood, outcome="seen", foreseen=foreseen)


def record_past(session: Session, understood: PastUnderstood, *, now: datetime) -> PastRecorded:
    """Write one capture and the history that follows from it; only inside Store.writing().

    A capture that was recorded before is left as it is: outcome "known". Its
    body is kept whatever it says, for an archive may not keep it for ever.

    Raises Stale, having written nothing, when the policy's selectors or furniture changed
    since `understand_past`: understand the capture again.
    """
    fetched = understood.fetched
    policy = session.get_one(Policy, fetched.policy_id)
    basis = basis_of(policy)
    if (basis.select, basis.remove, basis.furniture) != understood.read_by:
        raise Stale(f"{policy.name!r} changed while a capture of it was being read")
    recorded = PastRecorded(
        fetched.policy_id, policy.name, 0, "known", understood.cause, understood.detail, None
    )
    known = _known(session, fetched) if fetched.body is not None and not fetched.cause else None
    if known is not None:
        return replace(recorded, fetch_id=known)
    reading = understood.reading
    if understood.outcome != "seen" or reading is None:
        fetch_id = _write_fetch(session, understood, understood.outcome, now)
        return replace(recorded, fetch_id=fetch_id, outcome=understood.outcome)
    runs, its_own = _with(session, fetched, reading)
    outcome = "unchanged" if its_own.sightings > 1 else "changed" if len(runs) > 1 else "first"
    fetch_id = _write_fetch(session, understood, outcome, now)
    note(session, fetch_id, reading.digest, policy_id=fetched.policy_id)
    understood.foreseen.readings[fetch_id] = reading
    shown = weave(session, policy, understood.foreseen)[fetch_id]
    return replace(recorded, fetch_id=fetch_id, outcome=outcome, snapshot_id=shown)


def _as_live(session: Session, policy: Policy, reading: Reading) -> Verdict:
    """Doubt a capture in another language than the live page's: an archive looks from elsewhere."""
    current_id = policy.current_snapshot_id
    current = session.get(Snapshot, current_id) if current_id is not None else None
    unknown = {"", "und"}
    if current is None or current.lang in unknown or reading.lang in unknown | {current.lang}:
        return Verdict(ok=True)
    return Verdict(False, "wrong_language", f"{current.lang} -> {reading.lang}")


def _known(session: Session, fetched: Fetched) -> int | None:
    """Return the fetch that recorded the same capture before; two addresses are two captures."""
    rows = session.exec(
        select(Fetch).where(
            Fetch.policy_id == fetched.policy_id,
            Fetch.observed_at == fetched.observed_at,
            Fetch.source == fetched.source,
            Fetch.outcome != "failed",
        )
    )
    for row in rows:
        if (row.provenance or {}).get("url") == fetched.url:
            return row.id
    return None


def _write_fetch(session: Session, understood: PastUnderstood, outcome: str, now: datetime) -> int:
    fetched, reading = understood.fetched, understood.reading
    values = fetch_values(
        fetched,
        outcome=outcome,
        cause=understood.cause,
        detail=understood.detail,
        digest=reading.digest if reading else "",
        now=now,
    )
    if fetched.body is not None:
        before = _body_before(session, fetched)
        values["body_sha256"] = put_body(session, fetched.body, after=before)
    (appended,) = append_all(session, Fetch, [values])
    return appended.id


def _body_before(session: Session, fetched: Fetched) -> bytes | None:
    """Return the body of the capture before this one, from wherever: what it is likely to resemble."""
    query = (
        select(Fetch.body_sha256)
        .where(
            Fetch.policy_id == fetched.policy_id,
            col(Fetch.observed_at) <= fetched.observed_at,
            col(Fetch.body_sha256).in_(select(Body.sha256)),
        )
        .order_by(col(Fetch.observed_at).desc())
        .limit(1)
    )
    return session.exec(query).first()


def _with(session: Session, fetched: Fetched, reading: Reading) -> tuple[list[Run], Run]:
    """Return the runs that the sightings make with a new one, and the run that this is in."""
    policy_id, body = fetched.policy_id, hashlib.sha256(fetched.body or b"").digest()
    sighted = Sighted(_NEW, fetched.observed_at, fetched.source, body, reading.digest)
    runs = runs_of(
        live_texts(session, policy_id), [*archived_captures(session, policy_id), sighted]
    )
    return runs, next(run for run in runs if _NEW in run.archived)


def _foresee(session: Session, policy: Policy, fetched: Fetched, reading: Reading) -> Foreseen:
    """Make the comparisons that will be written, unless another capture comes between."""
    runs, its_own = _with(session, fetched, reading)
    foreseen = Foreseen()
    if its_own.sightings > 1 and its_own.fetch_id != _NEW:
        return foreseen
    place = runs.index(its_own)
    for run, forwards in ((runs[place - 1 : place], True), (runs[place + 1 : place + 2], False)):
        text = _text_of(session, policy, run[0].fetch_id) if run else None
        if text is not None:
            old, new = (text, reading.text) if forwards else (reading.text, text)
            foreseen.comparison(old, new, policy)
    return foreseen


def _text_of(session: Session, policy: Policy, fetch_id: int) -> str | None:
    """Return the text of a snapshot that a fetch shows; None where none is shown by it yet."""
    query = select(Snapshot.text_sha256).where(
        Snapshot.policy_id == policy.id, Snapshot.fetch_id == fetch_id
    )
    found = session.exec(query.limit(1)).first()
    return get_text(session, found) if found is not None else None
