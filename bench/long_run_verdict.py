"""What the rows say of a long run, held against its plan: slots, alerts, mails, the chain.

The slots are counted anew from the clock alone: each policy has one place in each
cadence, and each of these instants must be answered by exactly one fetch, or lie in
exactly one row that says it was missed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session, col, func, select

from clausewatch.wiring import App
from scheduler.cadence import phase_of
from storage.history import alerts
from storage.models import Alert, Change, Delivery, Fetch, Policy, Snapshot
from storage.policies import list_policies
from storage.verify import verify
from tests.support.mailbox import Mailbox

__all__ = ["Slots", "judge", "slots_of"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Slots:
    """How the slots of a run were answered. `extra` are looks between them: first looks, retries."""

    planned: int = 0
    fetched: int = 0
    missed: int = 0
    unanswered: int = 0
    doubled: int = 0
    extra: int = 0

    def __add__(self, other: "Slots") -> "Slots":
        return Slots(
            self.planned + other.planned,
            self.fetched + other.fetched,
            self.missed + other.missed,
            self.unanswered + other.unanswered,
            self.doubled + other.doubled,
            self.extra + other.extra,
        )


def judge(app: App, news: Mapping[str, int], mailbox: Mailbox) -> bool:
    """Print what the rows say; `news` are the changes that matter, by the name of the policy."""
    verdicts: dict[str, bool] = {}
    with app.store.reading() as session:
        print("outcomes:", dict(Counter(session.exec(select(Fetch.outcome)).all())))
        verdicts |= _slots(session, app.clock())
        verdicts |= _alerts(session, news)
        verdicts |= _mails(session, mailbox)
        problems = verify(session)
    verdicts[f"{len(problems)} misfits in the chain"] = not problems
    for said, good in verdicts.items():
        print("ok " if good else "BAD", said)
    return all(verdicts.values())


def slots_of(session: Session, policy: Policy, *, until: datetime) -> Slots:
    """Count the slots of one policy from its first fetch until then, and how each was answered."""
    assert policy.every_s is not None
    every = timedelta(seconds=policy.every_s)
    rows = session.exec(
        select(Fetch).where(Fetch.policy_id == policy.id, col(Fetch.slot_at).is_not(None))
    ).all()
    seen = Counter(row.slot_at for row in rows if row.outcome != "missed")
    gaps = [row for row in rows if row.outcome == "missed"]
    missed = Counter(slot for gap in gaps for slot in _slots_in(gap, every))
    first = min((at for at in seen if at is not None), default=None)
    if first is None:
        return Slots()  # to be watched from a later day on
    grid = list(_grid(_EPOCH + phase_of(policy.url_key, every), every, first, until))
    planned = set(grid)
    answers = [seen[slot] + missed[slot] for slot in grid]
    between = {slot: count for slot, count in seen.items() if slot not in planned}
    return Slots(
        planned=len(grid),
        fetched=sum(seen[slot] > 0 for slot in grid),
        missed=sum(missed[slot] > 0 for slot in grid),
        unanswered=sum(count == 0 for count in answers),
        doubled=sum(count > 1 for count in (*answers, *between.values())),
        extra=sum(between.values()),
    )


def _slots(session: Session, until: datetime) -> dict[str, bool]:
    policies: Sequence[Policy] = session.exec(select(Policy)).all()
    found = sum((slots_of(session, policy, until=until) for policy in policies), Slots())
    due = session.exec(select(func.count()).where(col(Policy.next_check_at) <= until)).one()
    return {
        f"{len(policies)} policies, {found.planned} slots: {found.fetched} fetched, "
        f"{found.missed} told as missed, {found.unanswered} without a row, {found.doubled} with "
        f"more than one; {found.extra} looks between them": not (found.unanswered or found.doubled),
        f"{due} still due at the end": due == 0,
    }


def _alerts(session: Session, news: Mapping[str, int]) -> dict[str, bool]:
    told = Counter(alert.policy for alert in alerts(session))
    names = {policy.name for policy in list_policies(session)}
    untold = sum(max(0, count - told[name]) for name, count in news.items())
    false = sum(max(0, told[name] - count) for name, count in news.items())
    pairs = session.exec(select(Alert.policy_id, Alert.from_snapshot_id, Alert.to_snapshot_id))
    doubled = sum(count > 1 for count in Counter(pairs.all()).values())
    silent = _settled_and_untold(session)
    elsewhere = sum(count for name, count in told.items() if name not in news)
    return {
        f"made-up policies: {sum(news.values())} changes that matter, {untold} untold, {false} "
        "false": untold == false == 0,
        f"{len(names - news.keys())} recorded pages: {elsewhere} alerts; in all {doubled} doubled, "
        f"{len(silent)} settled and material without one {silent[:5]}": not (doubled or silent),
    }


def _settled_and_untold(session: Session) -> list[int]:
    """Return the changes that readers should have heard of and did not, by the rows alone."""
    told = set(session.exec(select(Alert.from_snapshot_id, Alert.to_snapshot_id)).all())
    settled = session.exec(
        select(Change)
        .join(Snapshot, col(Snapshot.id) == Change.to_snapshot_id)
        .where(col(Change.material).is_(True), Change.state == "settled")
    )
    return [
        change.id or 0
        for change in settled
        if (change.from_snapshot_id, change.to_snapshot_id) not in told
    ]


def _mails(session: Session, mailbox: Mailbox) -> dict[str, bool]:
    count = session.exec(select(func.count(col(Alert.id)))).one()
    states = Counter(session.exec(select(Delivery.state)).all())
    ids = Counter(mail.message_id for mail in mailbox.received)
    again = sum(times - 1 for times in ids.values())
    return {
        f"{count} alerts, {states.total()} deliveries, {states.total() - states['sent']} not sent": (
            states.total() == states["sent"] == count
        ),
        f"{len(ids)} mails by Message-ID, {again} sent again under the same one": len(ids)
        == states.total(),
    }


def _grid(
    origin: datetime, every: timedelta, after: datetime, until: datetime
) -> Iterator[datetime]:
    slot = origin + every * ((after - origin) // every + 1)
    while slot <= until:
        yield slot
        slot += every


def _slots_in(gap: Fetch, every: timedelta) -> Iterator[datetime]:
    assert gap.slot_at is not None
    said = gap.provenance or {}
    for number in range(int(said.get("slots", 1))):
        yield gap.slot_at + every * number
