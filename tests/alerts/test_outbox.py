"""The outbox: every mail gets there, under one Message-ID, whatever the mail server does."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlmodel import col

from alerts.claiming import wait_after
from alerts.errors import SendError, Unreachable
from alerts.outbox import DrainReport
from alerts.rendered import Rendered
from alerts.senders.smtp import SmtpSender
from storage.models import Subscription
from storage.verify import verify
from tests.alerts.world import World, made
from tests.support.mailbox import Mailbox


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = made(tmp_path)
    yield world
    world.store.close()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox(secure=True) as mailbox:
        yield mailbox


def told(world: World, *recipients: str, policy: str = "tern-privacy") -> int:
    """A policy, those who want to hear of it, and one alert."""
    for recipient in recipients or ("ada@example.org",):
        world.subscribe(recipient)
    policy_id = world.policy(policy)
    world.tell(policy_id)
    return policy_id


class Scripted:
    """A sender that does what it is told: raise, or take the mail."""

    def __init__(self, *script: BaseException | None) -> None:
        self.script = list(script)
        self.taken: list[str] = []

    async def send(self, message: Rendered) -> str:
        act = self.script.pop(0) if self.script else None
        if act is not None:
            raise act
        self.taken.append(message.id)
        return "250 OK"

    async def close(self) -> None:
        """Nothing is open."""


# Getting there


def test_an_alert_reaches_each_who_asked_once(world: World, mailbox: Mailbox) -> None:
    told(world, "ada@example.org", "ben@example.org")

    assert world.drain(mailbox) == DrainReport(sent=2)
    assert world.drain(mailbox) == DrainReport()

    assert sorted(r.recipients for r in mailbox.received) == [
        ("ada@example.org",),
        ("ben@example.org",),
    ]
    assert world.states() == ["sent", "sent"]
    assert world.results() == ["sent", "sent"]
    assert {r.message_id for r in mailbox.received} == {d.message_id for d in world.deliveries()}


def test_mails_of_one_policy_are_one_thread(world: World, mailbox: Mailbox) -> None:
    policy_id = told(world)
    world.tell(policy_id, 2)
    world.tell(world.policy("other"), 1)
    world.drain(mailbox)
    threads = {r.message_id: r.message["References"] for r in mailbox.received}
    first, second, other = (threads[row.message_id] for row in world.deliveries())
    assert first == second != other


def test_a_long_queue_is_worked_off_over_one_connection(world: World, mailbox: Mailbox) -> None:
    world.subscribe("ada@example.org")
    for number in range(55):
        world.tell(world.policy(f"policy-{number}"))
    assert world.drain(mailbox, limit=52) == DrainReport(sent=52)
    assert mailbox.connections == 1
    assert world.drain(mailbox) == DrainReport(sent=3)
    ids = [r.message_id for r in mailbox.received]
    assert ids == [d.message_id for d in world.deliveries()]


# Waiting


def test_waits_double_up_to_an_hour() -> None:
    minutes = [wait_after(n) / timedelta(minutes=1) for n in range(1, 10)]
    assert minutes == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_mail_server_down_for_six_hours_loses_nothing(world: World, mailbox: Mailbox) -> None:
    policy_id = told(world, "ada@example.org", "ben@example.org")
    mailbox.refuse()
    for tick in range(72):
        if tick == 20:
            world.tell(policy_id, 2)
        report = world.drain(mailbox)
        assert report.sent == report.dead == 0
        world.later(minutes=5)
    assert not mailbox.received

    mailbox.calm()
    for _ in range(13):  # within the longest wait
        world.drain(mailbox)
        world.later(minutes=5)

    assert world.states() == ["sent"] * 4
    arrived = [r.message_id for r in mailbox.received]
    assert sorted(arrived) == sorted(d.message_id for d in world.deliveries())
    for recipient in ("ada@example.org", "ben@example.org"):
        mine = [r.message_id for r in mailbox.received if r.recipients == (recipient,)]
        assert mine == [d.message_id for d in world.deliveries() if d.recipient == recipient]


def test_an_unreachable_server_is_tried_once_a_pass(world: World, mailbox: Mailbox) -> None:
    world.subscribe("ada@example.org")
    for number in range(20):
        world.tell(world.policy(f"policy-{number}"))
    mailbox.refuse()
    assert world.drain(mailbox) == DrainReport(retried=1)
    assert world.results() == ["retry"]


def test_a_4xx_is_tried_again_after_its_wait_and_not_before(world: World, mailbox: Mailbox) -> None:
    told(world)
    mailbox.answer("451 4.3.0 try later", times=2)

    assert world.drain(mailbox) == DrainReport(retried=1)
    assert world.drain(mailbox) == DrainReport()
    world.later(seconds=61)
    assert world.drain(mailbox) == DrainReport(retried=1)
    world.later(seconds=61)
    assert world.drain(mailbox) == DrainReport()
    world.later(seconds=61)
    assert world.drain(mailbox) == DrainReport(sent=1)

    assert [a.reply for a in world.attempts()][:2] == ["451 4.3.0 try later"] * 2
    assert world.deliveries()[0].attempts == 3
    assert world.deliveries()[0].last_error == ""


def test_asked_to_send_now_it_does_not_wait(world: World, mailbox: Mailbox) -> None:
    told(world)
    mailbox.answer("451 4.3.0 try later", times=1)
    world.drain(mailbox)
    assert world.drain(mailbox, ignore_backoff=True) == DrainReport(sent=1)


def test_asked_to_send_now_it_still_tries_each_mail_once(world: World, mailbox: Mailbox) -> None:
    told(world)
    mailbox.answer("451 4.3.0 try later")
    assert world.drain(mailbox, ignore_backoff=True) == DrainReport(retried=1)


def test_after_five_days_of_tries_it_is_given_up_the_short_mail_too(world: World) -> None:
    told(world)
    busy = SendError("451 4.3.0 try later", permanent=False)
    while not world.drain(Scripted(busy, busy)).dead:
        world.now = world.deliveries()[0].next_attempt_at
    assert world.states() == ["dead"]
    assert world.results().count("refused") == 1
    days = (world.now - world.deliveries()[0].created_at) / timedelta(days=1)
    assert 5 <= days < 6
    assert world.deliveries()[0].last_error.startswith("given up: 451")


def test_a_mail_that_gets_no_answer_for_three_days_goes_out_short(
    world: World, mailbox: Mailbox
) -> None:
    told(world)
    lost = SendError("timed out waiting for server response", permanent=False)
    while "refused" not in world.results():
        assert world.drain(Scripted(lost, lost)) == DrainReport(retried=1)
        world.now = world.deliveries()[0].next_attempt_at
    days = (world.now - world.deliveries()[0].created_at) / timedelta(days=1)
    assert 3 <= days < 3.1
    assert world.drain(mailbox) == DrainReport(sent=1)
    [received] = mailbox.received
    assert received.message.get_content_type() == "text/plain"
    assert received.message_id == world.deliveries()[0].message_id


def test_a_server_that_is_away_for_days_shortens_no_mail(world: World, mailbox: Mailbox) -> None:
    told(world)
    away = Unreachable("nobody listens")
    while world.now - world.deliveries()[0].created_at < timedelta(days=4):
        assert world.drain(Scripted(away)) == DrainReport(retried=1)
        world.now = world.deliveries()[0].next_attempt_at
    assert world.drain(mailbox) == DrainReport(sent=1)
    assert mailbox.received[0].message.get_content_type() == "multipart/alternative"


def test_having_been_switched_off_for_a_week_gives_up_nothing(world: World) -> None:
    told(world)
    world.later(days=7)
    assert world.drain(Scripted(SendError("451", permanent=False))) == DrainReport(retried=1)
    assert world.states() == ["queued"]


# Order


def test_a_later_mail_of_a_thread_waits_for_the_earlier_one(world: World, mailbox: Mailbox) -> None:
    policy_id = told(world)
    mailbox.answer("451 4.3.0 try later", times=1)
    world.drain(mailbox)
    world.tell(policy_id, 2)
    world.tell(world.policy("other"))

    assert world.drain(mailbox) == DrainReport(sent=1)  # the other policy's
    assert world.states() == ["queued", "queued", "sent"]
    world.later(minutes=1)
    assert world.drain(mailbox) == DrainReport(sent=2)
    first, second, third = world.deliveries()
    assert [r.message_id for r in mailbox.received] == [
        third.message_id,
        first.message_id,
        second.message_id,
    ]


def test_a_mail_that_was_given_up_lets_the_next_one_pass(world: World, mailbox: Mailbox) -> None:
    policy_id = told(world)
    world.tell(policy_id, 2)
    mailbox.answer("550 5.1.1 not you", times=2)
    assert world.drain(mailbox) == DrainReport(sent=1, dead=1)
    assert world.states() == ["dead", "sent"]


# Refusals


def test_a_refused_mail_goes_out_once_more_short_and_without_quotes(
    world: World, mailbox: Mailbox
) -> None:
    told(world)
    mailbox.answer("552 5.3.4 too big", above=3000)

    assert world.drain(mailbox) == DrainReport(sent=1)

    assert world.results() == ["refused", "sent"]
    [received] = mailbox.received
    message = received.message
    assert message.get_content_type() == "text/plain"
    assert "advertisers" not in message.get_content()
    assert "clausewatch diff tern-privacy" in message.get_content()
    assert received.message_id == world.deliveries()[0].message_id


def test_what_is_refused_twice_is_dead_and_keeps_the_servers_words(
    world: World, mailbox: Mailbox
) -> None:
    told(world)
    mailbox.answer("550 5.1.1 no such user", to="ada@example.org")
    assert world.drain(mailbox) == DrainReport(dead=1)
    assert world.drain(mailbox) == DrainReport()
    assert world.results() == ["refused", "dead"]
    assert world.deliveries()[0].last_error == "550 5.1.1 no such user"


def test_one_refused_recipient_stops_no_other(world: World, mailbox: Mailbox) -> None:
    told(world, "ada@example.org", "gone@example.org", "ben@example.org")
    mailbox.answer("550 5.1.1 no such user", to="gone@example.org")
    assert world.drain(mailbox) == DrainReport(sent=2, dead=1)
    assert world.states() == ["sent", "dead", "sent"]


def test_a_short_mail_met_by_4xx_stays_short_when_tried_again(
    world: World, mailbox: Mailbox
) -> None:
    told(world)
    mailbox.answer("552 5.3.4 too big", times=1)
    mailbox.answer("451 4.3.0 try later", times=1)
    assert world.drain(mailbox) == DrainReport(retried=1)
    world.later(minutes=5)
    assert world.drain(mailbox) == DrainReport(sent=1)
    assert world.results() == ["refused", "retry", "sent"]
    assert mailbox.received[0].message.get_content_type() == "text/plain"


def test_a_wrong_password_loses_no_mail(world: World, mailbox: Mailbox) -> None:
    told(world)
    wrong = SmtpSender.from_url(
        f"smtp://watch:hunter2@127.0.0.1:{mailbox.port}", tls_context=mailbox.trust
    )
    assert world.drain(wrong) == DrainReport(retried=1)
    assert "535" in world.attempts()[0].reply
    assert "hunter2" not in world.attempts()[0].reply
    world.later(minutes=1)
    assert world.drain(mailbox) == DrainReport(sent=1)


def test_a_mail_that_cannot_be_composed_stops_no_other(world: World, mailbox: Mailbox) -> None:
    told(world)
    world.tell(world.policy("other"))
    with world.store.writing() as session:
        session.execute(text("UPDATE alert SET content = '{\"policy\": 7}' WHERE id = 1"))

    assert world.drain(mailbox) == DrainReport(sent=1, dead=1)
    assert world.states() == ["dead", "sent"]
    assert "cannot be composed" in world.deliveries()[0].last_error


def test_who_has_left_hears_no_more_not_even_what_waited(world: World, mailbox: Mailbox) -> None:
    told(world, "ada@example.org", "Ben@example.org")
    mailbox.refuse()
    world.drain(mailbox)
    mailbox.calm()
    with world.store.writing() as session:
        session.execute(
            update(Subscription)
            .where(col(Subscription.recipient) == "ada@example.org")
            .values(ended_at=world.now)
        )
    world.later(minutes=2)
    assert world.drain(mailbox) == DrainReport(sent=1, dropped=1)
    assert [r.recipients for r in mailbox.received] == [("Ben@example.org",)]
    assert world.deliveries()[0].last_error == "not sent: unsubscribed meanwhile"


def test_a_bug_in_a_sender_ends_in_its_row(world: World) -> None:
    told(world, "ada@example.org", "ben@example.org")
    report = world.drain(Scripted(RuntimeError("no such thing"), None))
    assert report == DrainReport(sent=1, retried=1)
    assert world.attempts()[0].reply == "RuntimeError: no such thing"


# Dying


def test_a_connection_lost_after_the_mail_repeats_the_same_message_id(
    world: World, mailbox: Mailbox
) -> None:
    told(world)
    mailbox.hang_up()
    assert world.drain(mailbox) == DrainReport(retried=1)
    world.later(minutes=1)
    assert world.drain(mailbox) == DrainReport(sent=1)
    first, second = mailbox.received
    assert first.raw == second.raw


def test_a_process_killed_before_it_wrote_down_the_answer_sends_again_once_the_claim_lapsed(
    world: World, mailbox: Mailbox
) -> None:
    told(world)

    class Killed(BaseException):
        """What a test can catch in place of SIGKILL."""

    class Dying(Scripted):
        async def send(self, message: Rendered) -> str:
            sender = SmtpSender.from_url(mailbox.url, tls_context=mailbox.trust)
            await sender.send(message)
            await sender.close()
            raise Killed

    with pytest.raises(Killed):
        world.drain(Dying())
    assert world.drain(mailbox) == DrainReport()  # somebody may still be at it
    world.later(minutes=11)
    assert world.drain(mailbox) == DrainReport(sent=1)

    first, second = mailbox.received
    assert first.raw == second.raw
    assert world.results() == ["sent"]


def test_two_processes_never_send_one_mail_twice(world: World) -> None:
    world.subscribe("ada@example.org")
    for number in range(10):
        world.tell(world.policy(f"policy-{number}"))
    one, two = Scripted(), Scripted()

    async def both() -> None:
        await asyncio.gather(world.drain_async(one), world.drain_async(two))

    asyncio.run(both())
    taken = one.taken + two.taken
    assert len(taken) == len(set(taken)) == 10


def test_what_was_sent_is_chained_and_verifies(world: World, mailbox: Mailbox) -> None:
    policy_id = told(world, "ada@example.org", "gone@example.org")
    mailbox.answer("550 5.1.1 no such user", to="gone@example.org")
    world.tell(policy_id, 2)
    world.drain(mailbox)
    with world.store.reading() as session:
        assert verify(session) == []
    with world.store.writing() as session:
        session.execute(text("UPDATE attempt SET reply = 'another' WHERE id = 2"))
    with world.store.reading() as session:
        assert [(m.table, m.row) for m in verify(session)] == [("attempt", "2")]
