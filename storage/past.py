"""A capture from an archive into rows, at its own time: history, not news.

Captures may come in any order and give the same timeline as if they had come in
the order of their time. None moves the current text, the readers' baseline, or
when the next check is due; none is told. A capture is judged by itself, for what
stands before it is not known yet: one that shows no policy is held.

Slow work happens in `understand_past`, outside any write transaction.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from analysis.quality import Verdict, assess
from analysis.reading import Reading
from analysis.revisions import READING
from storage.assembling import assembled
from storage.basis import basis_of
from storage.blobs import get_text, put_body
from storage.chain import append
from storage.derive import fetch_row
from storage.derived import show_reading
from storage.engine import Store
from storage.errors import NotFound, Stale
from storage.fetched import Fetched
from storage.models import Body, Fetch, Policy, Snapshot
from storage.placing import Run, place
from storage.understanding import read_capture, read_fetched
from storage.weave import Foreseen, add_sighting, runs_of

__all__ = ["PastRecorded", "PastUnderstood", "record_past", "understand_past"]


@dataclass(frozen=True, slots=True)
class PastUnderstood:
    """A capture and what it says. `remade`: snapshots around it, read again under the rules of now."""

    fetched: Fetched
    read_by: tuple[str, str, frozenset[str]]  # selectors, and lines that do not count
    outcome: str  # seen, held, failed, known
    cause: str = ""
    detail: str = ""
    reading: Reading | None = None
    remade: tuple[tuple[int, Reading], ...] = ()
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
        remade = _remade(session, policy, fetched.observed_at)
        return replace(
            understood,
            outcome="seen",
            remade=remade,
            foreseen=_foresee(session, policy, fetched, reading, dict(remade)),
        )


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
        fetch = _write_fetch(session, understood, understood.outcome, now)
        return replace(recorded, fetch_id=fetch.id or 0, outcome=understood.outcome)
    _write_remade(session, understood)
    runs = runs_of(session, fetched.policy_id)
    spot = place(runs, fetched.observed_at, reading.digest)
    outcome = (
        "first" if not runs else "changed" if spot.how in ("between", "inside") else "unchanged"
    )
    fetch = _write_fetch(session, understood, outcome, now)
    shown = add_sighting(session, policy, fetch, reading, spot, understood.foreseen)
    return replace(recorded, fetch_id=fetch.id or 0, outcome=outcome, snapshot_id=shown)


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


def _write_fetch(
    session: Session, understood: PastUnderstood, outcome: str, now: datetime
) -> Fetch:
    fetched, reading = understood.fetched, understood.reading
    row = fetch_row(
        fetched,
        outcome=outcome,
        cause=understood.cause,
        detail=understood.detail,
        digest=reading.digest if reading else "",
        now=now,
    )
    if fetched.body is not None:
        before = _body_before(session, fetched)
        row.body_sha256 = put_body(session, fetched.body, after=before)
    return append(session, row)


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


def _write_remade(session: Session, understood: PastUnderstood) -> None:
    for snapshot_id, reading in understood.remade:
        row = session.get(Snapshot, snapshot_id)
        if row is None or row.revision == READING:
            continue
        show_reading(session, row, reading)


def _remade(session: Session, policy: Policy, at: datetime) -> tuple[tuple[int, Reading], ...]:
    """Read again what stands around `at` and was read under other rules."""
    made = []
    for run in _around(runs_of(session, policy.id or 0), at):
        row = session.get_one(Snapshot, run.snapshot_id)
        if row.revision == READING:
            continue
        reading = read_capture(session, row.fetch_id, basis_of(policy))
        if reading is not None and assess(reading).ok:
            made.append((run.snapshot_id, reading))
    return tuple(made)


def _around(runs: list[Run], at: datetime) -> list[Run]:
    count = sum(run.first <= at for run in runs)
    return runs[max(0, count - 2) : count + 2]


def _foresee(
    session: Session, policy: Policy, fetched: Fetched, reading: Reading, remade: dict[int, Reading]
) -> Foreseen:
    """Make the comparisons that will be written, unless another capture comes between."""
    runs = [
        replace(run, digest=remade[run.snapshot_id].digest) if run.snapshot_id in remade else run
        for run in runs_of(session, policy.id or 0)
    ]
    spot = place(runs, fetched.observed_at, reading.digest)
    foreseen = Foreseen()
    before, after = spot.before, spot.after
    if spot.how == "inside":
        before = after = spot.run
    if spot.how in ("within", "later"):
        return foreseen
    for run, forwards in ((before, True), (after, False)):
        if run is None:
            continue
        row = session.get_one(Snapshot, run.snapshot_id)
        made = remade.get(run.snapshot_id)
        text = made.text if made else get_text(session, row.text_sha256)
        old, new = (text, reading.text) if forwards else (reading.text, text)
        foreseen.comparison(old, new, policy)
    return foreseen
