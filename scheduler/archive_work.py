"""One backfill under way: a page of an index, a round of captures, each answer into rows.

What comes for a capture is placed at its own time, or the reason why not is written down.
Whether to go on, wait or give up is `scheduler.backfill`'s.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import Session

from crawler.archive import (
    Archive,
    ArchiveError,
    Capture,
    Question,
    capture_address,
    index_question,
    judge_capture,
    read_index,
    trouble_of,
)
from crawler.asking import Ask, Reply
from crawler.captures import Sight, again, wanted
from crawler.errors import FetchError
from crawler.fetched import Answer
from scheduler.jobs import Clock
from storage.archived import (
    Kept,
    Line,
    Looked,
    add_lines,
    kept_bytes,
    looks,
    note_outcome,
    note_try,
    untold_redirects,
)
from storage.backfills import (
    BackfillView,
    backfills_of,
    renew_claim,
)
from storage.engine import Store
from storage.errors import Stale
from storage.fetched import Fetched
from storage.pace import hold_off, take_turn, well_answered
from storage.past import PastRecorded, record_past, understand_past
from storage.rebuild import settle
from storage.sightings import digest_seen

__all__ = ["LEASE", "ArchiveDoors", "AskArchive", "Step", "Work", "keep_past"]

# Longer than one answer of an archive takes; what a killed worker of another machine held is
# free after it, what one of this machine held at once.
LEASE = timedelta(minutes=5)
_ROUND = 64  # captures asked for before the plan is made anew: eight seconds of them
_TRIES = 3  # of one capture
_MOST_COLLISIONS = 5
_INDEX, _CAPTURE = "index", "capture"


class AskArchive(Protocol):
    """`crawler.asking.ask`, with what it needs besides."""

    def __call__(
        self,
        asks: Sequence[Ask],
        *,
        keep: Callable[[Reply], bool],
        admit: Callable[[Ask], float],
        stop: threading.Event | None,
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Step:
    """How far a backfill is, told after each page of an index and each capture."""

    backfill: BackfillView
    fetched: int  # captures, of the round at hand included
    left: int  # of that round
    outcome: str = ""  # of the capture just placed
    waits_until: datetime | None = None  # the archive wants to be left alone


@dataclass(frozen=True, slots=True)
class ArchiveDoors:
    """What a backfill needs of the world. `wait` sleeps until an instant or a stop."""

    store: Store
    archives: Mapping[str, Archive]  # by name, in the order they are asked
    ask: AskArchive
    now: Clock
    wait: Callable[[datetime], None]
    worker: str
    stop: threading.Event = field(default_factory=threading.Event)
    on_step: Callable[[Step], None] = lambda _: None


class Work:
    """One backfill under way."""

    def __init__(self, doors: ArchiveDoors, backfill: BackfillView, archive: Archive) -> None:
        self.doors = doors
        self.backfill = backfill
        self.archive = archive
        self.trouble: ArchiveError | None = None
        self.fetched = 0
        self._keys: set[str] = set()  # where the index went on; one that comes again is a loop

    def refresh(self) -> None:
        """Read the row again and hold the claim for longer."""
        with self.doors.store.writing() as session:
            renew_claim(session, self.backfill.id, until=self.doors.now() + LEASE)
        with self.doors.store.reading() as session:
            (self.backfill,) = backfills_of(session, ids=[self.backfill.id])

    def list_page(self) -> None:
        backfill = self.backfill
        question = Question(
            backfill.url, backfill.since, backfill.until, resume_key=backfill.resume_key
        )

        def keep(reply: Reply) -> bool:
            try:
                self._keep_page(question, _answer(reply))
            except (ArchiveError, FetchError) as error:
                self._note(error)
            return False

        self._ask([Ask(0, index_question(self.archive, question))], keep, _INDEX)
        self._tell(left=0)

    def fetch_round(self) -> bool:
        """Fetch what the plan wants next; False when it wants nothing more."""
        with self.doors.store.reading() as session:
            looked = looks(session, self.backfill)
        sights = [Sight(look.at, look.digest, look.text) for look in looked]
        places = wanted(sights, every=self.backfill.every, finest=self.backfill.finest)
        places = [place for place in places if looked[place].id is not None]
        if not places:
            places = self._show_again(looked, again(sights))
        if not places:
            return self._ask_redirects()
        chosen = {place: looked[place] for place in places[:_ROUND]}
        left = set(chosen)

        def keep(reply: Reply) -> bool:
            left.discard(reply.ask.number)
            outcome = self._keep_capture(chosen[reply.ask.number], reply)
            self._tell(left=len(left) + len(places) - len(chosen), outcome=outcome)
            return self.trouble is None

        asks = [
            Ask(place, capture_address(self.archive, _capture(look)))
            for place, look in chosen.items()
        ]
        self._ask(asks, keep, _CAPTURE)
        return True

    def _ask_redirects(self) -> bool:
        """Ask where archived redirects led, for the sake of aliases; False when that is known."""
        with self.doors.store.reading() as session:
            looked = untold_redirects(session, self.backfill)

        def keep(reply: Reply) -> bool:
            look = looked[reply.ask.number]
            assert look.id is not None, "only captures of this backfill are asked for"
            with self.doors.store.writing() as session:
                note_try(session, look.id)
            self._keep_capture(look, reply)
            return self.trouble is None

        asks = [
            Ask(number, capture_address(self.archive, _capture(look)))
            for number, look in enumerate(looked)
        ]
        self._ask(asks, keep, _CAPTURE)
        return bool(asks)

    def _ask(self, asks: Sequence[Ask], keep: Callable[[Reply], bool], kind: str) -> None:
        interval = (
            timedelta(minutes=1) / self.archive.index_per_minute
            if kind == _INDEX
            else timedelta(seconds=1) / self.archive.captures_per_second
        )

        def admit(_: Ask) -> float:
            now = self.doors.now()
            with self.doors.store.writing() as session:
                turn = take_turn(session, self._key(kind), now=now, interval=interval)
            return max((turn - now).total_seconds(), 0.0)

        self.doors.ask(asks, keep=keep, admit=admit, stop=self.doors.stop)

    def _keep_page(self, question: Question, answer: Answer) -> None:
        page = read_index(self.archive, question, answer, self.doors.now())
        loops = bool(page.resume_key) and page.resume_key in self._keys | {question.resume_key}
        self._keys.add(page.resume_key)
        with self.doors.store.writing() as session:
            add_lines(
                session,
                self.backfill.id,
                map(_line, page.captures),
                resume_key="" if loops else page.resume_key,
                unreadable=page.unreadable,
                cause="index_loop" if loops else "",
            )
            self._well_answered(session)

    def _keep_capture(self, look: Looked, reply: Reply) -> str:
        """Place what came for a capture, or write down why not; returns the outcome."""
        assert look.id is not None, "only captures of this backfill are asked for"
        capture = _capture(look)
        try:
            answer = _answer(reply)
            verdict = judge_capture(capture, answer, self.doors.now())
        except (ArchiveError, FetchError) as error:
            return self._keep_trouble(look.id, error)
        if verdict.cause:
            with self.doors.store.writing() as session:
                note_outcome(
                    session,
                    look.id,
                    "failed",
                    cause=verdict.cause,
                    detail=verdict.detail,
                    leads_to=verdict.leads_to,
                )
            return "failed"
        kept = Kept(answer.body, verdict.headers)
        outcome = self._place(look.id, capture, verdict.at, kept, reply.took_ms)
        with self.doors.store.writing() as session:
            self._well_answered(session)
        self.fetched += 1
        return outcome

    def _keep_trouble(self, archived_id: int, error: ArchiveError | FetchError) -> str:
        wide = error if isinstance(error, ArchiveError) else trouble_of(error)
        with self.doors.store.writing() as session:
            if wide is not None and wide.is_final:
                note_outcome(session, archived_id, "failed", cause=wide.cause, detail=wide.detail)
                return "failed"
            if wide is not None and wide.is_busy:
                self._note(wide)
            elif note_try(session, archived_id) >= _TRIES:
                note_outcome(
                    session, archived_id, "failed", cause="capture_failed", detail=str(error)
                )
                return "failed"
        return ""

    def _show_again(self, looked: Sequence[Looked], places: Sequence[int]) -> list[int]:
        """Place sightings of bytes that are kept; returns those that must be fetched for it."""
        missing = []
        for place in places:
            look = looked[place]
            if look.id is None:
                continue
            with self.doors.store.reading() as session:
                kept = kept_bytes(session, self.backfill, look.digest)
            if kept is None:
                missing.append(place)
            else:
                self._place(look.id, _capture(look), look.at, kept, 0)
        return missing

    def _place(
        self, archived_id: int, capture: Capture, at: datetime, kept: Kept, took_ms: int
    ) -> str:
        fetched = Fetched(
            policy_id=self.backfill.policy_id,
            source=self.archive.name,
            url=capture.url,
            final_url=capture.url,
            redirects=(),
            slot_at=None,
            observed_at=at,
            took_ms=took_ms,
            status=200,
            headers=kept.headers,
            body=kept.body,
        )
        recorded, text = keep_past(self.doors.store, fetched, now=self.doors.now)
        with self.doors.store.writing() as session:
            renew_claim(session, self.backfill.id, until=self.doors.now() + LEASE)
            note_outcome(
                session,
                archived_id,
                "placed" if text else recorded.outcome,
                text=text,
                cause=recorded.cause,
                detail=recorded.detail,
                fetch_id=recorded.fetch_id,
            )
        return recorded.outcome

    def _note(self, error: ArchiveError | FetchError) -> None:
        if isinstance(error, FetchError):
            error = trouble_of(error) or ArchiveError("index_unreadable", str(error))
        self.trouble = self.trouble or error

    def _tell(self, *, left: int, outcome: str = "") -> None:
        self.doors.on_step(Step(self.backfill, self.fetched, left, outcome))

    def _key(self, kind: str) -> str:
        return f"{self.archive.host} {kind}"

    def _well_answered(self, session: Session) -> None:
        for kind in (_INDEX, _CAPTURE):
            well_answered(session, self._key(kind))

    def hold_off(self) -> datetime:
        """Leave the archive alone for a while; returns until when."""
        assert self.trouble is not None
        asked = timedelta(seconds=self.trouble.retry_after_s)
        with self.doors.store.writing() as session:
            return max(
                hold_off(session, self._key(kind), now=self.doors.now(), asked=asked)
                for kind in (_INDEX, _CAPTURE)
            )


def keep_past(store: Store, fetched: Fetched, *, now: Clock) -> tuple[PastRecorded, str]:
    """Place one capture; returns what became of it and the digest of its text, "" for none."""
    for _ in range(_MOST_COLLISIONS):
        settle(store, fetched.policy_id)
        understood = understand_past(store, fetched)
        try:
            with store.writing() as session:
                recorded = record_past(session, understood, now=now())
                return recorded, digest_seen(session, recorded.fetch_id)
        except Stale:
            continue
    raise RuntimeError(f"{fetched.url}: changed under us {_MOST_COLLISIONS} times")


def _answer(reply: Reply) -> Answer:
    if isinstance(reply.answer, FetchError):
        raise reply.answer
    return reply.answer


def _line(capture: Capture) -> Line:
    return Line(
        url=capture.url,
        timestamp=capture.timestamp,
        at=capture.at,
        repaired=capture.repaired,
        mime=capture.mime,
        status=capture.status,
        digest=capture.digest,
        cause=capture.doubt,
    )


def _capture(look: Looked) -> Capture:
    line = look.line
    assert line is not None, "only captures of this backfill are asked for"
    return Capture(
        timestamp=line.timestamp,
        at=line.at,
        url=line.url,
        mime=line.mime,
        status=line.status,
        digest=line.digest,
        repaired=line.repaired,
    )
