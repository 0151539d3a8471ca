"""What the daemon asks archives for by itself, at low priority: one pass, then it is asked again.

First what a person waits for goes on, then what follows from the rows: policies never asked
for, those whose last pass is long ago, those whose live page is blocked or gone. Where it
is wanted, archives are asked to capture pages whose change was told.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from crawler.asking import Ask, Reply
from crawler.errors import FetchError
from scheduler.archive_work import ArchiveDoors
from scheduler.backfill import begin_for_addresses, work_backfills
from storage.lookback import (
    is_public_page,
    note_save,
    open_count,
    unsaved_alerts,
    wanted_backfills,
)
from storage.models import Pace, Policy
from storage.pace import hold_off, take_turn, well_answered

__all__ = ["LookBackRules", "ask_to_save", "begin_wanted", "look_back"]

log = logging.getLogger(__name__)

_AHEAD = 20  # open backfills: enough to go on with, few enough that rows of today go before
_SAVE_APART = timedelta(seconds=15)  # four a minute, a third of what the Internet Archive allows
_SAVE_WITHIN = timedelta(days=1)  # a capture of what was told longer ago shows something else
_SAVES = 5  # in one pass
_IN_URLS = "%/:?&=#~,+@!$'()*;[]"  # what an address holds already stays as it is


@dataclass(frozen=True, slots=True)
class LookBackRules:
    """What the settings say. `again` zero: never."""

    automatic: bool
    density: timedelta
    again: timedelta
    fallback: bool
    save: bool


def look_back(doors: ArchiveDoors, rules: LookBackRules) -> int:
    """Begin what is wanted, work what is due, ask for captures; returns how many were worked."""
    if rules.automatic:
        begin_wanted(doors, rules)
    worked = len(work_backfills(doors))
    if worked:
        log.info("looked back", extra={"backfills": worked})
    if rules.save:
        ask_to_save(doors)
    return worked


def begin_wanted(doors: ArchiveDoors, rules: LookBackRules) -> int:
    """Write the cursor rows of what follows from the state of the policies."""
    now = doors.now()
    with doors.store.writing() as session:
        room = _AHEAD - open_count(session)
        if room <= 0:
            return 0
        wants = wanted_backfills(
            session, now=now, again=rules.again, fallback=rules.fallback, limit=room
        )
        for want in wants:
            begin_for_addresses(
                session,
                session.get_one(Policy, want.policy_id),
                archive=next(iter(doors.archives)),
                reason=want.reason,
                since=want.since,
                until=now,
                every=rules.density,
                finest=want.finest,
                now=now,
            )
    return len(wants)


def ask_to_save(doors: ArchiveDoors) -> int:
    """Ask the first archive that takes requests to capture what was told; returns how often."""
    archive = next((one for one in doors.archives.values() if one.save_url), None)
    if archive is None:
        return 0
    key = f"{archive.host} save"
    with doors.store.reading() as session:
        told = unsaved_alerts(session, since=doors.now() - _SAVE_WITHIN, limit=_SAVES)
    told = [(alert_id, url) for alert_id, url in told if is_public_page(url)]

    def admit(_: Ask) -> float:
        with doors.store.writing() as session:
            turn = take_turn(session, key, now=doors.now(), interval=_SAVE_APART)
        return max((turn - doors.now()).total_seconds(), 0.0)

    def keep(reply: Reply) -> bool:
        answer = reply.answer
        status = None if isinstance(answer, FetchError) else answer.status
        detail = str(answer) if isinstance(answer, FetchError) else ""
        with doors.store.writing() as session:
            if status is None or status == 429 or status >= 500:
                hold_off(session, key, now=doors.now(), asked=timedelta(0))
                return False  # the row is missing: it is asked again after the pause
            well_answered(session, key)
            note_save(
                session,
                reply.ask.number,
                archive=archive.name,
                now=doors.now(),
                status=status,
                detail=detail,
            )
        return True

    asks = [
        Ask(alert_id, f"{archive.save_url.rstrip('/')}/{quote(url, safe=_IN_URLS)}")
        for alert_id, url in told
    ]
    if not _may_ask(doors, key):
        return 0
    doors.ask(asks, keep=keep, admit=admit, stop=doors.stop)
    return len(asks)


def _may_ask(doors: ArchiveDoors, key: str) -> bool:
    """Whether nobody has to be left alone just now: a pass does not wait out a pause."""
    with doors.store.reading() as session:
        row = session.get(Pace, key)
    return row is None or row.next_at <= doors.now() + _SAVE_APART
