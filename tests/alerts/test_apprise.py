"""Chat messages through the real Apprise to a real receiver (its json:// service)."""

import asyncio
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from alerts.channels import render
from alerts.errors import SendError
from alerts.message import Content, Envelope, MailOptions
from alerts.senders.apprise import AppriseSender, ChatTarget, _without_secrets
from tests.alerts.examples import content, digest, notice
from tests.support.receiver import Receiver

SENT = datetime(2026, 6, 3, 14, 6, tzinfo=UTC)
SECRET = "token-7f3a9c55"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def tell(receiver: Receiver, told: Content, *, url: str = "", language: str = "en") -> str:
    target = ChatTarget(url or f"json://127.0.0.1:{receiver.port}/{SECRET}", timeout_s=5)
    envelope = Envelope("team", "<one@example.org>", SENT, language)
    message = render("apprise", told, envelope, MailOptions())
    return asyncio.run(AppriseSender({"team": target}).send(message))


def test_an_alert_arrives_as_a_title_and_a_few_lines(receiver: Receiver) -> None:
    assert tell(receiver, content()) == "taken by the service"
    [came] = receiver.posts
    said = json.loads(came.body)
    assert said["title"] == "Tern: privacy policy now shares location with advertisers"
    assert "Less protection for you, high severity" in said["message"]
    assert "https://tern.example/privacy" in said["message"]
    assert "clausewatch diff tern-privacy 12 13" in said["message"]
    assert "We share your precise location" not in said["message"]


def test_a_digest_and_a_notice_arrive_too(receiver: Receiver) -> None:
    tell(receiver, digest(), language="de")
    tell(receiver, notice())
    first, second = (json.loads(came.body) for came in receiver.posts)
    assert first["title"] == "Tagesübersicht: 3 Änderungen bei Gull und Tern"
    assert "212 von 214 Dokumenten" in first["message"]
    assert second["title"] == "Clausewatch: auk-privacy could not be read 5 times"
    assert "clausewatch check auk-privacy" in second["message"]


def test_what_the_service_refuses_is_tried_again(receiver: Receiver) -> None:
    receiver.answer(500)
    with pytest.raises(SendError) as caught:
        tell(receiver, content())
    assert not caught.value.permanent


@pytest.mark.parametrize("url", ["nonsense://somewhere", f"json://127.0.0.1:1/{SECRET}"])
def test_no_error_and_no_log_repeats_the_address(
    receiver: Receiver, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with pytest.raises(SendError) as caught:
        tell(receiver, content(), url=url)
    assert SECRET not in str(caught.value)
    assert SECRET not in caplog.text


def test_a_service_that_hangs_is_given_up_in_time(receiver: Receiver) -> None:
    receiver.hang()
    target = ChatTarget(f"json://127.0.0.1:{receiver.port}/{SECRET}", timeout_s=0.3)
    message = render(
        "apprise", content(), Envelope("team", "<one@example.org>", SENT), MailOptions()
    )
    with pytest.raises(SendError):
        asyncio.run(AppriseSender({"team": target}).send(message))


def test_a_name_that_the_settings_lost_is_said(receiver: Receiver) -> None:
    message = render(
        "apprise", content(), Envelope("gone", "<one@example.org>", SENT), MailOptions()
    )
    with pytest.raises(SendError, match="'gone'"):
        asyncio.run(AppriseSender({}).send(message))


def test_no_part_of_an_address_survives_in_what_went_wrong() -> None:
    """Whatever a service's own words repeat: the token, the channel, the whole address."""
    url = f"slack://T1JJ3T3L2/{SECRET}/#counsel?footer=no"
    said = f"POST https://hooks.slack.example/T1JJ3T3L2/{SECRET} failed for counsel: 403"
    assert (
        _without_secrets(said, url) == "POST https://hooks.***.example/***/*** failed for ***: 403"
    )
