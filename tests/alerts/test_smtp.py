"""Speaking to a mail server: TLS or nothing, and what each refusal means."""

import asyncio
import ssl
from datetime import UTC, datetime

import pytest

from alerts.channels import render
from alerts.errors import BadMailUrl, SendError, Unreachable
from alerts.message import Envelope, MailOptions
from alerts.senders.smtp import SmtpSender
from tests.alerts.examples import content
from tests.support.mailbox import Mailbox

MAIL = render(
    "email",
    content(),
    Envelope("ada@example.org", "<one@example.org>", datetime(2026, 6, 3, 14, 6, tzinfo=UTC)),
    MailOptions("Watch <watch@example.org>"),
)


def hand_over(mailbox: Mailbox, *, times: int = 1, url: str = "", timeout_s: float = 5.0) -> str:
    """Send the example mail over one connection; return the last answer."""

    async def run() -> str:
        sender = SmtpSender.from_url(
            url or mailbox.url, tls_context=mailbox.trust, timeout_s=timeout_s
        )
        try:
            for _ in range(times):
                reply = await sender.send(MAIL)
            return reply
        finally:
            await sender.close()

    return asyncio.run(run())


def refusal(mailbox: Mailbox, *, url: str = "", timeout_s: float = 5.0) -> SendError:
    with pytest.raises(SendError) as caught:
        hand_over(mailbox, url=url, timeout_s=timeout_s)
    return caught.value


def test_a_mail_goes_over_tls_with_a_log_in_and_the_answer_comes_back() -> None:
    with Mailbox(secure=True) as mailbox:
        assert "kept" in hand_over(mailbox)
        [received] = mailbox.received
    assert received.encrypted
    assert received.user == "watch"
    assert (received.sender, received.recipients) == ("watch@example.org", ("ada@example.org",))
    assert received.message_id == "<one@example.org>"


def test_one_connection_serves_a_whole_pass() -> None:
    with Mailbox(secure=True) as mailbox:
        hand_over(mailbox, times=5)
        assert len(mailbox.received) == 5
        assert mailbox.connections == 1


def test_a_local_relay_needs_neither_tls_nor_log_in() -> None:
    with Mailbox() as mailbox:
        hand_over(mailbox)
        assert not mailbox.received[0].encrypted


def test_a_server_without_starttls_is_refused() -> None:
    with Mailbox(secure=True, starttls=False) as mailbox:
        error = refusal(mailbox)
        assert isinstance(error, Unreachable)
        assert not mailbox.received


def test_a_server_nobody_vouches_for_is_refused() -> None:
    with Mailbox(secure=True) as mailbox:
        mailbox.trust = ssl.create_default_context()
        error = refusal(mailbox)
        assert isinstance(error, Unreachable)
        assert "certificate" in str(error)


def test_a_wrong_password_is_the_servers_trouble_and_is_not_repeated_in_words() -> None:
    with Mailbox(secure=True) as mailbox:
        error = refusal(mailbox, url=f"smtp://watch:hunter2@127.0.0.1:{mailbox.port}")
        assert isinstance(error, Unreachable)
        assert not error.permanent
        assert "535" in str(error)
        assert "hunter2" not in str(error)


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with Mailbox(secure=True) as mailbox:
        mailbox.refuse()
        assert isinstance(refusal(mailbox), Unreachable)


@pytest.mark.parametrize(
    ("reply", "at", "permanent"),
    [
        ("451 4.3.0 try later", "data", False),
        ("452 4.2.2 mailbox full", "rcpt", False),
        ("421 4.7.0 too many mails", "data", False),
        ("552 5.3.4 too big", "data", True),
        ("554 5.7.1 looks like spam", "data", True),
        ("550 5.1.1 no such user", "rcpt", True),
        ("552 5.3.4 too big", "mail", True),
        ("553 5.7.1 sender not yours", "mail", False),  # our settings, no mail's fault
    ],
)
def test_each_refusal_says_whether_waiting_helps(reply: str, at: str, permanent: bool) -> None:
    with Mailbox(secure=True) as mailbox:
        mailbox.answer(reply, at=at)
        error = refusal(mailbox)
    assert not isinstance(error, Unreachable)
    assert error.permanent is permanent
    assert str(error) == reply


def test_a_connection_closed_after_the_mail_is_worth_another_try() -> None:
    with Mailbox(secure=True) as mailbox:
        mailbox.hang_up()
        error = refusal(mailbox)
        assert not error.permanent
        assert len(mailbox.received) == 1


def test_a_silent_server_costs_the_timeout_and_no_more() -> None:
    with Mailbox(secure=True) as mailbox:
        mailbox.hang()
        assert not refusal(mailbox, timeout_s=0.2).permanent


def test_after_a_refusal_the_next_mail_goes_through() -> None:
    with Mailbox(secure=True) as mailbox:
        mailbox.answer("552 5.3.4 too big", times=1)

        async def run() -> None:
            sender = SmtpSender.from_url(mailbox.url, tls_context=mailbox.trust)
            with pytest.raises(SendError):
                await sender.send(MAIL)
            await sender.send(MAIL)
            await sender.close()

        asyncio.run(run())
        assert len(mailbox.received) == 1


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://watch:hunter2@mail.example.org:notaport",
        "smtp://watch:hunter2@mail.example.org/folder",
        "smtp+plain://watch:hunter2@mail.example.org",  # a password in the clear over a network
    ],
)
def test_an_address_that_cannot_work_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(BadMailUrl) as caught:
        SmtpSender.from_url(url)
    assert "hunter2" not in str(caught.value)
    assert "smtps://" in str(caught.value)


def test_a_sender_shown_in_a_log_shows_no_password() -> None:
    shown = repr(SmtpSender.from_url("smtp://watch:hunter2@mail.example.org"))
    assert shown == "SmtpSender(mail.example.org:587, starttls)"
