"""Six hours of a bad mail server in virtual time, with a program that is killed again and again.

The server is real (STARTTLS, log-in), the program a process of its own that
dies by SIGKILL at random moments; only its clock and its pages are ours.
`python -m tests.end_to_end.outage [POLICIES] [SEED]` prints what happened.
"""

import os
import random
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col
from sqlmodel import select as sql_select

from storage.engine import Store, open_store
from storage.models import Alert, Delivery, Notice
from storage.policies import add_policy
from storage.subscriptions import subscribe
from storage.verify import verify
from tests.end_to_end.outage_worker import START, service
from tests.support.mailbox import Mailbox, Received

__all__ = ["HEALTHY", "Report", "run"]

_ROOT = Path(__file__).resolve().parents[2]

# Who wants what. The healthy ones take every mail that the server takes at all.
HEALTHY = ("ada@example.org", "ben@example.org")
_READERS: dict[str, dict[str, Any]] = {  # Any: what subscriptions hold
    "ada@example.org": {},
    "ben@example.org": {"language": "de"},
    "kim@example.org": {},  # mailbox full for three hours
    "hal@example.org": {},  # their mails hang for forty minutes
    "eve@example.org": {},  # no such user, ever
    "hil@example.org": {"cadence": "hourly"},
    "dot@example.org": {"cadence": "daily", "at_time": "02:30", "timezone": "Europe/Berlin"},
    "ops@example.org": {"operator": True},
}
ALL_TOLD = ("ada", "ben", "kim", "hal", "hil", "dot")

_SIX_HOURS = 360
_KILLS = 0.12  # of the minutes
_LONGEST_S = 300.0  # of one pass, on a machine that is busy; more is a hang
# minute -> what the server does from then on
_MOODS = {
    0: "calm", 60: "refuse", 100: "later", 140: "too big", 180: "hang up", 220: "hang",
    260: "refuse", 300: "calm",
}  # fmt: skip
_AWAY = ((60, 140), (260, 300))  # when nobody is served


@dataclass
class Report:
    """What came. `late` are minutes from the alert to the mail, of healthy readers while served."""

    policies: int
    kills: int = 0
    starts: int = 0
    offered: int = 0
    received: int = 0
    doubles: int = 0
    names: dict[str, dict[str, set[str]]] = field(default_factory=dict)  # reader, service, ids
    differing: int = 0  # mails that came twice under one name and were not the same
    late: list[float] = field(default_factory=list)
    late_after_outage: list[float] = field(default_factory=list)
    states: dict[str, dict[str, int]] = field(default_factory=dict)  # reader, state, count
    notices: list[tuple[str, str]] = field(default_factory=list)  # event, kind
    notice_mails: int = 0
    misfits: int = 0
    alerts: int = 0
    seconds: float = 0.0

    def missing(self, reader: str) -> set[str]:
        told = self.names.get(f"{reader}@example.org", {})
        return {service(number) for number in range(self.policies)} - told.keys()

    def told_twice(self) -> list[tuple[str, str]]:
        return [
            (reader, name)
            for reader, told in self.names.items()
            for name, ids in told.items()
            if len(ids) != 1
        ]

    def __str__(self) -> str:
        worst = max(self.late, default=0.0)
        median = statistics.median(self.late) if self.late else 0.0
        lost = {reader: len(self.missing(reader)) for reader in ALL_TOLD}
        return (
            f"{self.policies} policies, {self.alerts} alerts, {self.kills} kills, "
            f"{self.received} mails taken ({self.doubles} doubles, {self.differing} of them "
            f"differing), lost {lost}, told twice {len(self.told_twice())}; healthy readers "
            f"after {median:.1f} min (median), {worst:.1f} (worst), after an outage "
            f"{max(self.late_after_outage, default=0.0):.1f} (worst); notices {self.notices}; "
            f"misfits {self.misfits}; {self.seconds:.0f} s"
        )


def run(
    folder: Path,
    *,
    policies: int,
    seed: int,
    kills: float = _KILLS,
    progress: Callable[[int, Report], None] = lambda *_: None,
) -> Report:
    """Play the six hours, and then a day of calm in big steps so that digests come.

    `kills`: in what share of the minutes the program is to be killed on the way.
    """
    began = time.monotonic()
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    report = Report(policies)
    database = str(folder / "outage.sqlite")
    with Mailbox(secure=True) as mailbox:
        mailbox.answer("550 5.1.1 no such user", to="eve@example.org", at="rcpt")
        with open_store(database) as store:
            _set_up(store, policies)
        life = _Life(database, mailbox, policies, report)
        arrived: list[float] = []
        for minute in [*range(_SIX_HOURS + 1), *range(420, 1800, 60), *range(1800, 1830)]:
            if minute in _MOODS:
                _change_mood(mailbox, _MOODS[minute])
            if minute in (30, 210):
                _fill_or_empty(mailbox, full=minute == 30)
            kill = minute <= _SIX_HOURS and chance.random() < kills
            life.live(minute, chance.uniform(0.0, 0.4) if kill else None)
            arrived += [minute] * (len(mailbox.received) - len(arrived))
            report.received = len(arrived)
            progress(minute, report)
        life.end()
        mails = list(zip(arrived, mailbox.received, strict=True))
        report.offered = len(mailbox.tried)
    with open_store(database) as store:
        _account(report, store, mails)
    report.seconds = time.monotonic() - began
    return report


class _Life:
    """The program, started again whenever it was killed."""

    def __init__(self, database: str, mailbox: Mailbox, policies: int, report: Report) -> None:
        self._command = [
            *(sys.executable, "-m", "tests.end_to_end.outage_worker"),
            *(database, mailbox.url, str(policies)),
        ]
        self._environ = {**os.environ, "SSL_CERT_FILE": mailbox.ca_file}
        self._report = report
        self._process: subprocess.Popen[bytes] | None = None

    def live(self, minute: int, kill_after_s: float | None) -> None:
        """Have the program live one minute; kill it on the way where asked, and begin anew."""
        self._say(minute)
        if kill_after_s is not None:
            if self._answers(kill_after_s):
                return
            assert self._process is not None
            self._process.kill()
            self._process.wait()
            self._close()
            self._report.kills += 1
            self._say(minute)
        if not self._answers(_LONGEST_S):
            raise AssertionError(f"minute {minute} takes more than {_LONGEST_S} s")

    def end(self) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait(10)
            self._close()

    def _say(self, minute: int) -> None:
        if self._process is None:
            self._process = subprocess.Popen(
                self._command,
                cwd=_ROOT,
                env=self._environ,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                bufsize=0,
            )
            self._report.starts += 1
        assert self._process.stdin is not None
        self._process.stdin.write(f"{minute}\n".encode())

    def _answers(self, timeout_s: float) -> bool:
        assert self._process is not None
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], timeout_s)
        if not ready:
            return False
        line = self._process.stdout.readline()
        assert line == b"done\n", f"the program ended by itself: {self._process.wait()}"
        return True

    def _close(self) -> None:
        if self._process is not None:
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()
            self._process = None


def _set_up(store: Store, policies: int) -> None:
    with store.writing() as session:
        for number in range(policies):
            host = f"{service(number).lower()}.example"
            add_policy(
                session,
                url=f"https://{host}/privacy",
                name=f"tern-{number}",
                service=service(number),
                now=START,
            )
        for reader, wish in _READERS.items():
            subscribe(session, reader, now=START, **wish)


def _change_mood(mailbox: Mailbox, mood: str) -> None:
    """The moods of one recipient stay; those of the server follow each other."""
    mailbox.end_moods_of_all()
    if mood == "refuse":
        mailbox.refuse()
    elif mood == "later":
        mailbox.answer("451 4.3.0 try later")
    elif mood == "too big":
        mailbox.answer("552 5.3.4 too big", above=8000)
    elif mood == "hang up":
        mailbox.hang_up(times=12)
    elif mood == "hang":
        mailbox.hang(to="hal@example.org", times=3)
        mailbox.slow(0.02)


def _fill_or_empty(mailbox: Mailbox, *, full: bool) -> None:
    if full:
        mailbox.answer("452 4.2.2 mailbox full", to="kim@example.org", at="rcpt")
    else:
        mailbox.end_moods_of("kim@example.org")


def _account(report: Report, store: Store, mails: list[tuple[float, Received]]) -> None:
    names: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    first: dict[str, tuple[float, bytes]] = {}
    told = [service(number) for number in range(report.policies)]
    with store.reading() as session:
        deliveries = session.exec(sql_select(Delivery)).all()
        notices = {row.message_id for row in deliveries if row.notice_id is not None}
        report.alerts = len(session.exec(sql_select(Alert.id)).all())
        rows = session.exec(sql_select(Notice).order_by(col(Notice.id)))
        report.notices = [(row.event, row.kind) for row in rows]
        report.misfits = len(verify(session))
    report.received = len(mails)
    for minute, mail in mails:
        reader = mail.recipients[0]
        known = first.setdefault(mail.message_id, (minute, mail.raw))
        if known[1] is not mail.raw:
            report.doubles += 1
            report.differing += known[1] != mail.raw
        if mail.message_id in notices:
            continue
        body = mail.message.get_body(("plain",))
        text = body.get_content() if body else ""
        for name in told:
            if name in text:
                names[reader][name].add(mail.message_id)
    report.notice_mails = sum(message_id in notices for message_id in first)
    report.names = {reader: dict(services) for reader, services in names.items()}
    states: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in deliveries:
        states[row.recipient][row.state] += 1
    report.states = {reader: dict(counts) for reader, counts in states.items()}
    _measure(report, deliveries, first)


def _measure(
    report: Report, deliveries: Sequence[Delivery], first: dict[str, tuple[float, bytes]]
) -> None:
    """How long healthy readers waited for each alert, by itself or in a group."""
    by_id = {row.id: row for row in deliveries}
    for row in deliveries:
        if row.recipient not in HEALTHY or row.alert_id is None:
            continue
        carrier = by_id[row.gathered_in] if row.gathered_in else row
        if carrier.message_id not in first:
            continue
        raised = (row.created_at - START) / timedelta(minutes=1)
        waited = first[carrier.message_id][0] - raised
        # Its window is over a minute later, and the claim of a killed process after ten.
        away = any(begins - 12 <= raised < ends for begins, ends in _AWAY)
        (report.late_after_outage if away else report.late).append(waited)


def _show(minute: int, report: Report) -> None:
    if minute % 10 == 0:
        print(f"minute {minute}: {report.received} mails, {report.kills} kills", file=sys.stderr)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as home:
        print(run(Path(home), policies=count, seed=int((sys.argv[2:] or ["1"])[0]), progress=_show))
