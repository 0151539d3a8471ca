"""One check, from claimed policies to committed alerts; a job killed anywhere is run again.

Nothing here decides: the crawler fetches, storage understands and records,
alerts tells, cadence says when next. A fetch, what was made of it, the alert it
raised and the time of the next check are committed in one transaction.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from sqlmodel import Session

from alerts.raising import raise_alert
from scheduler.adaptive import MEMORY, Seen, adapted
from scheduler.cadence import Cadence, missed_slots, next_check, phase_of
from storage.claims import Schedule, release, schedule_of
from storage.engine import Store
from storage.errors import StoreBusy, StoreFailed, StoreFull
from storage.history import change_between
from storage.hosts import HostMemory, remember
from storage.looks import looks_since, record_missed
from storage.models import Policy
from storage.policies import Target
from storage.rebuild import rebuild_step, settle
from storage.record import Fetched, KeepBodies, Recorded, Stale, record, understand
from storage.times import parse_times, parse_window

__all__ = ["LEASE", "CheckRules", "Clock", "Crawl", "HostMoves", "check", "keep", "worker_name"]

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

# Longer than any slice of checks takes; what a killed worker held is free again after it.
LEASE = timedelta(minutes=30)
# Two processes that check one policy at the same moment collide once; more is a bug.
_MOST_COLLISIONS = 5
# Between two policies that are made again: a rebuild takes at most about half of one core.
_REMAKE_PAUSE_S = 0.5
_REMAKE_TURN = timedelta(minutes=1)


class Crawl(Protocol):
    """Fetch every target and hand each result to `keep`, one at a time."""

    def __call__(self, targets: Sequence[Target], *, keep: Callable[[Fetched], None]) -> object: ...


class HostMoves(Protocol):
    """What a crawl learned of hosts and nobody wrote down yet."""

    def moves(self) -> HostMemory: ...

    def put_back(self, memory: HostMemory) -> None: ...


@dataclass(frozen=True, slots=True)
class CheckRules:
    """What the settings say about checks. `mail_domain` ends the Message-IDs.

    `mail_window` is how long alerts wait for others that go to the same recipient.

    `severities` are people's own, by topic. A change at least as grave as
    `tell_at_once` is told at first sight as unconfirmed; "" = none is.
    """

    every: timedelta
    confirm_after: timedelta
    mail_domain: str
    severities: Mapping[str, str] = field(default_factory=dict)
    tell_at_once: str = ""
    spread: bool = False  # each policy at a time of its own, instead of counted from its last check
    keep_bodies: KeepBodies = "texts"
    # A policy without a cadence of its own is checked as often as it changes asks for, within these.
    adaptive: tuple[timedelta, timedelta] | None = None
    mail_window: timedelta = timedelta(0)


def worker_name() -> str:
    """Return what this process calls itself on the rows it claims."""
    return f"{socket.gethostname()}:{os.getpid()}"


def check(
    store: Store,
    targets: Sequence[Target],
    *,
    crawl: Crawl,
    rules: CheckRules,
    now: Clock,
    on_recorded: Callable[[Recorded], None] | None = None,
    hosts: HostMoves | None = None,
) -> list[Recorded]:
    """Fetch `targets`, keep every result and return them in the order they came in."""
    results: list[Recorded] = []

    def keep_one(fetched: Fetched) -> None:
        recorded = keep(store, fetched, rules=rules, now=now, hosts=hosts)
        results.append(recorded)
        if on_recorded:
            on_recorded(recorded)

    crawl(targets, keep=keep_one)
    return results


def keep(
    store: Store,
    fetched: Fetched,
    *,
    rules: CheckRules,
    now: Clock,
    hosts: HostMoves | None = None,
) -> Recorded:
    """Understand one fetch and commit all that follows from it, and what `hosts` learned.

    A page that our own analysis stumbles over is recorded as failed, cause
    "internal", with the traceback in the log: one page never stops the others.
    """
    learned = hosts.moves() if hosts is not None else HostMemory()
    try:
        return _keep_retrying(store, fetched, learned, rules=rules, now=now)
    except BaseException:
        if hosts is not None:
            hosts.put_back(learned)
        raise


def _keep_retrying(
    store: Store, fetched: Fetched, learned: HostMemory, *, rules: CheckRules, now: Clock
) -> Recorded:
    for _ in range(_MOST_COLLISIONS):
        try:
            return _keep_once(store, fetched, learned, rules=rules, now=now)
        except Stale:  # another process moved the policy on, or its furniture was learnt
            settle(store, fetched.policy_id, only_learnt=True)
        except (StoreBusy, StoreFailed, StoreFull):
            raise  # no page's fault: the claim lapses and the page is fetched again
        except Exception as error:
            if fetched.cause:  # nothing was analysed, so this is no page's fault
                raise
            log.exception("analysis failed", extra={"url": fetched.final_url})
            detail = f"{type(error).__name__}: {error}"
            fetched = replace(fetched, cause="internal", detail=detail[:500])
    raise RuntimeError(f"{fetched.url}: changed under us {_MOST_COLLISIONS} times")


def remake(store: Store, stop: threading.Event, *, now: Clock) -> int:
    """Make again what older rules made of bodies, a policy at a time; returns of how many.

    It leaves the machine to the checks for a moment after each, ends after a minute
    (the next turn goes on) and alerts nobody.
    """
    made, until = 0, now() + _REMAKE_TURN
    while (
        not stop.is_set() and now() < until and (plan := rebuild_step(store, now=now)) is not None
    ):
        made += 1
        log.info("made again", extra={"policy": plan.policy, "rows": len(plan.differences)})
        stop.wait(_REMAKE_PAUSE_S)
    return made


def _keep_once(
    store: Store, fetched: Fetched, learned: HostMemory, *, rules: CheckRules, now: Clock
) -> Recorded:
    understood = understand(store, fetched, now=now())
    with store.writing() as session:
        at = now()
        schedule = schedule_of(session, fetched.policy_id)
        cadence = _cadence(session, fetched.policy_id, schedule, rules, at)
        _note_missed(session, fetched, cadence, at)
        recorded = record(
            session,
            understood,
            now=at,
            confirm_after=rules.confirm_after,
            keep_bodies=rules.keep_bodies,
        )
        alerted = _tell(session, recorded, rules=rules, now=at)
        recorded = replace(recorded, alerted=alerted)
        remember(session, learned)
        # A fetch that we broke off ourselves says nothing of the page: it is due again at once.
        aborted = recorded.cause == "aborted"
        failures = schedule.failures if aborted else _failures(schedule.failures, recorded)
        due = next_check(
            at,
            cadence,
            slot_at=fetched.slot_at,
            failures=failures,
            retry_after=timedelta(seconds=fetched.retry_after_s),
            confirm_at=at if aborted else recorded.confirm_at,
        )
        release(session, fetched.policy_id, next_check_at=due, failures=failures)
    return recorded


def _cadence(
    session: Session, policy_id: int, schedule: Schedule, rules: CheckRules, now: datetime
) -> Cadence:
    """Return when a policy is to be checked: as it says itself, else as the settings say."""
    every = timedelta(seconds=schedule.every_s) if schedule.every_s else rules.every
    if rules.adaptive and not schedule.every_s:
        least, most = rules.adaptive
        looks = looks_since(session, policy_id, now - MEMORY)
        span = now - looks.first_at if looks.first_at else timedelta(0)
        every = adapted(every, Seen(looks.checks, looks.changes, span), least=least, most=most)
    return Cadence(
        every,
        phase=phase_of(schedule.url_key, every) if rules.spread else None,
        times=parse_times(schedule.at_times) if schedule.at_times else None,
        window=parse_window(schedule.window) if schedule.window else None,
    )


def _note_missed(session: Session, fetched: Fetched, cadence: Cadence, now: datetime) -> None:
    """Write down the slots that passed while the one answered now waited."""
    if fetched.slot_at is None or fetched.cause == "aborted":
        return
    missed = missed_slots(now, cadence, slot_at=fetched.slot_at)
    if missed is not None:
        record_missed(
            session,
            fetched.policy_id,
            first=missed.first,
            last=missed.last,
            count=missed.count,
            now=now,
        )


def _tell(session: Session, recorded: Recorded, *, rules: CheckRules, now: datetime) -> bool:
    """Raise the alert that this fetch calls for: a settled change, or a grave one at first sight.

    False when there is none to raise, or it was raised before.
    """
    raised = partial(
        raise_alert,
        session,
        now=now,
        domain=rules.mail_domain,
        severities=rules.severities,
        window=rules.mail_window,
    )
    if recorded.news_change_id is not None:
        return raised(recorded.news_change_id) is not None
    if not rules.tell_at_once or recorded.confirm_at is None:  # nothing awaits its confirmation
        return False
    policy = session.get_one(Policy, recorded.policy_id)
    known, current = policy.stable_snapshot_id, policy.current_snapshot_id
    if known is None or current is None:
        return False
    change = change_between(session, known, current)
    if change is None or not change.material or change.state != "pending":
        return False
    return raised(change.id, unconfirmed=True, at_least=rules.tell_at_once) is not None


def _failures(before: int, recorded: Recorded) -> int:
    """Count the fetches in a row that failed or were held, this one included."""
    return before + 1 if recorded.outcome in {"failed", "held"} else 0
