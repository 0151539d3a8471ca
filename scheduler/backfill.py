"""Backfills from their claim to their end; killed anywhere, it goes on from the rows.

    listing   -> the archive's index, page by page, into rows
    fetching  -> a round of captures, as `crawler.captures` chooses them, each placed at its
                 own time; round after round until nothing more is wanted
    done      -> or failed: over, and where the archive had nothing the next one is asked

Nothing here is news: what is found is history. A refusal ends the round, holds everybody
off that archive for a while and puts the backfill off until then.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from crawler.archive import ArchiveError
from scheduler.archive_work import LEASE, ArchiveDoors, Step, Work
from scheduler.feeding import dead_among
from storage.aliases import addresses_of
from storage.archived import has_any
from storage.backfills import (
    OPEN,
    BackfillView,
    backfills_of,
    begin_backfill,
    claim_backfills,
    claimants,
    end_backfill,
    give_back,
    postpone,
    release_backfill,
)
from storage.models import Policy

__all__ = ["begin_for_addresses", "work_backfills"]

log = logging.getLogger(__name__)

_MOST_FAILURES = 6  # in a row, each after a longer pause: an hour of them in all


def work_backfills(
    doors: ArchiveDoors, ids: Sequence[int] | None = None, *, patiently: bool = False
) -> list[BackfillView]:
    """Work open backfills that are due, and those that follow from them; returns them all.

    `ids`: only these. `patiently` waits for those that were put off; otherwise they are
    left to whoever comes when they are due.
    """
    mine = list(ids) if ids is not None else None
    _release_the_dead(doors)
    worked: dict[int, None] = {}
    while not doors.stop.is_set():
        with doors.store.writing() as session:
            claimed = claim_backfills(
                session, now=doors.now(), worker=doors.worker, lease=LEASE, ids=mine
            )
        if not claimed:
            if not (patiently and mine is not None and _wait_for(doors, mine)):
                break
            continue
        (backfill,) = claimed
        worked[backfill.id] = None
        following = _work_one(doors, backfill)
        if following is not None:
            worked[following] = None
            if mine is not None:
                mine.append(following)
    with doors.store.reading() as session:
        return backfills_of(session, ids=list(worked))


def begin_for_addresses(
    session: Session,
    policy: Policy,
    *,
    archive: str,
    reason: str,
    since: datetime | None,
    until: datetime,
    every: timedelta,
    finest: timedelta = timedelta(0),
    alone: bool = False,
    now: datetime,
) -> list[int]:
    """Write the cursor rows of a policy: one for each address that it had in the asked time."""
    assert policy.id is not None, "a stored policy has an id"
    begun = []
    for address in addresses_of(session, policy):
        begins = [at for at in (since, address.since) if at is not None]
        first, last = max(begins, default=None), min(until, address.until or until)
        if first is None or first < last:
            begun.append(
                begin_backfill(
                    session,
                    policy.id,
                    archive=archive,
                    url=address.url,
                    reason=reason,
                    since=first,
                    until=last,
                    every=every,
                    finest=finest,
                    alone=alone,
                    now=now,
                )
            )
    return begun


def _work_one(doors: ArchiveDoors, backfill: BackfillView) -> int | None:
    """Work one claimed backfill until it is over, put off or stopped; returns one that follows."""
    archive = doors.archives.get(backfill.archive)
    if archive is None:
        error = ArchiveError("index_unreadable", f"no archive is called {backfill.archive!r}")
        return _end(doors, backfill, error)
    work = Work(doors, backfill, archive)
    try:
        while not doors.stop.is_set():
            if work.trouble is not None:
                return _put_off(doors, work)
            work.refresh()
            if work.backfill.state == "listing":
                work.list_page()
            elif not work.fetch_round():
                return _end(doors, work.backfill, work.trouble)
    finally:
        with doors.store.writing() as session:
            release_backfill(session, backfill.id)
    return None


def _put_off(doors: ArchiveDoors, work: Work) -> int | None:
    """Leave an archive alone that does not answer, or give it up; returns what follows."""
    trouble = work.trouble
    assert trouble is not None
    if trouble.is_final:
        return _end(doors, work.backfill, trouble)
    until = work.hold_off()
    with doors.store.writing() as session:
        failures = postpone(
            session, work.backfill.id, due_at=until, cause=trouble.cause, detail=trouble.detail
        )
    log.info("archive put off", extra={"archive": work.archive.name, "until": until.isoformat()})
    waiting = replace(work.backfill, cause=trouble.cause, detail=trouble.detail, due_at=until)
    doors.on_step(Step(waiting, work.fetched, 0, waits_until=until))
    return _end(doors, work.backfill, trouble) if failures >= _MOST_FAILURES else None


def _end(doors: ArchiveDoors, backfill: BackfillView, error: ArchiveError | None) -> int | None:
    """Write down how it ended; where the archive had nothing, begin with the next one."""
    with doors.store.writing() as session:
        has = has_any(session, backfill.policy_id, backfill.archive, backfill.url)
        loops = backfill.cause == "index_loop"
        cause, detail = (
            (error.cause, error.detail) if error else ("index_loop" if loops else "", "")
        )
        if error is None and not has:
            cause, detail = "no_captures", "the archive lists none"
        end_backfill(session, backfill.id, now=doors.now(), cause=cause, detail=detail)
        following = _next_archive(doors, backfill.archive)
        if has or following is None or backfill.alone:
            return None
        return begin_backfill(
            session,
            backfill.policy_id,
            archive=following,
            url=backfill.url,
            reason=backfill.reason,
            since=backfill.since,
            until=backfill.until,
            every=backfill.every,
            finest=backfill.finest,
            now=doors.now(),
        )


def _next_archive(doors: ArchiveDoors, name: str) -> str | None:
    names = list(doors.archives)
    place = names.index(name) + 1 if name in names else len(names)
    return names[place] if place < len(names) else None


def _release_the_dead(doors: ArchiveDoors) -> None:
    with doors.store.writing() as session:
        if dead := dead_among(claimants(session)):
            give_back(session, dead)


def _wait_for(doors: ArchiveDoors, ids: Sequence[int]) -> bool:
    """Wait until the first of these that are open is due; False when none is."""
    with doors.store.reading() as session:
        due = [
            max(row.due_at, row.claimed_until or row.due_at)
            for row in backfills_of(session, ids=ids)
            if row.state in OPEN
        ]
    if not due:
        return False
    doors.wait(min(due))
    return not doors.stop.is_set()
