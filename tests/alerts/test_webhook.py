"""Events to a real receiver, checked with the verifier that receivers use; and what each answer means."""

import asyncio
import base64
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from standardwebhooks import Webhook

from alerts.channels import RENDERERS, render
from alerts.errors import Gone, SendError
from alerts.event_body import MOST_BYTES, schema
from alerts.events import Event
from alerts.message import Envelope, MailOptions
from alerts.outbox import DrainReport, drain
from alerts.rendered import Rendered
from alerts.senders.reach import Reach, retry_after_of
from alerts.senders.webhook import WebhookSender, WebhookTarget
from storage.subscriptions import CHANNELS
from tests.alerts.examples import content, digest, notice, point
from tests.alerts.world import OPTIONS, WORKER, World, made
from tests.support.receiver import Receiver

ROOT = Path(__file__).resolve().parents[2]
SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two octets ok").decode()
OTHER = "whsec_" + base64.b64encode(b"another secret of thirty-two oct").decode()
SENT = datetime(2026, 6, 3, 14, 6, tzinfo=UTC)
ENVELOPE = Envelope("legal", "<one@example.org>", SENT)
LOOPBACK = Reach((ip_network("127.0.0.0/8"),), timeout_s=5)
MESSAGE = render("webhook", content(), ENVELOPE, MailOptions())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def sender(
    receiver: Receiver, *secrets: str, reach: Reach = LOOPBACK, url: str = ""
) -> WebhookSender:
    target = WebhookTarget(url or receiver.url, secrets or (SECRET,), reach)
    return WebhookSender({"legal": target}, now=lambda: datetime.now(UTC), agent="Clausewatch/test")


def post(receiver: Receiver, message: Rendered = MESSAGE, *secrets: str) -> str:
    return asyncio.run(sender(receiver, *secrets).send(message))


def refusal(receiver: Receiver, reach: Reach = LOOPBACK, url: str = "") -> SendError:
    with pytest.raises(SendError) as caught:
        asyncio.run(sender(receiver, reach=reach, url=url).send(MESSAGE))
    return caught.value


# What is sent


def test_an_event_verifies_with_the_library_that_receivers_use(receiver: Receiver) -> None:
    assert post(receiver) == "200 ok"
    [came] = receiver.posts
    event = Webhook(SECRET).verify(came.body, dict(came.headers))
    assert event["type"] == "alert.raised"
    assert event["data"]["policy"] == "tern-privacy"
    assert came.headers["content-type"] == "application/json"
    assert came.headers["user-agent"] == "Clausewatch/test"


def test_every_try_has_the_same_id_and_the_same_body(receiver: Receiver) -> None:
    post(receiver)
    post(receiver)
    first, second = receiver.posts
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "one@example.org"
    assert first.body == second.body


def test_a_forged_body_does_not_verify(receiver: Receiver) -> None:
    post(receiver)
    [came] = receiver.posts
    forged = came.body.replace(b"weaker", b"better")
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(SECRET).verify(forged, dict(came.headers))


def test_while_a_secret_is_replaced_both_verify(receiver: Receiver) -> None:
    post(receiver, MESSAGE, OTHER, SECRET)
    [came] = receiver.posts
    for secret in (SECRET, OTHER):
        Webhook(secret).verify(came.body, dict(came.headers))


@pytest.mark.parametrize("told", [content(), digest(), notice(), notice(event="recovered")])
@pytest.mark.parametrize("short", [False, True])
def test_every_event_is_one_of_the_documented_ones(told: object, short: bool) -> None:
    body = render("webhook", told, ENVELOPE, MailOptions(), short=short).body  # type: ignore[arg-type]  # parametrised
    event = TypeAdapter(Event).validate_json(body)
    assert json.loads(body)["timestamp"] == "2026-06-03T14:06:00Z"
    assert TypeAdapter(Event).dump_json(event) == body


def test_a_receiver_hears_that_a_connection_could_not_be_verified() -> None:
    told = content(unverified="self-signed certificate")
    body = json.loads(render("webhook", told, ENVELOPE, MailOptions()).body)
    assert body["data"]["unverified"] == "self-signed certificate"


def test_the_documented_schema_is_that_of_the_program() -> None:
    written = json.loads((ROOT / "docs" / "webhook.schema.json").read_text(encoding="utf-8"))
    assert written == schema()


def test_a_large_change_is_shortened_and_says_so() -> None:
    words = "We may share <data> with “partners” & others. " * 90
    many = tuple(point(heading=f"Section {n}", before=words, after=words[9:]) for n in range(60))
    body = render("webhook", content(points=many, all_points=60), ENVELOPE, MailOptions()).body
    assert len(body) <= MOST_BYTES
    data = json.loads(body)["data"]
    assert data["shortened"] is True
    assert data["findings_total"] == 60
    assert 0 < len(data["findings"]) < 60


def test_hostile_text_is_without_what_acts() -> None:
    hostile = "a\x1b[31mred\x00 \u202egnitekram \ud800 <b>"
    told = content(
        headline=hostile, points=(point(heading=hostile, before=hostile, after=hostile),)
    )
    body = render("webhook", told, ENVELOPE, MailOptions()).body.decode()
    assert "\\u001b" not in body
    assert "\u202e" not in body
    assert "<b>" in body


def test_with_web_pages_an_event_says_where_they_are() -> None:
    options = MailOptions(public_url="https://watch.example.org")
    body = render("webhook", content(), ENVELOPE, options).body
    url = "https://watch.example.org/policies/tern-privacy/changes/12-13"
    assert json.loads(body)["data"]["comparison_url"] == url


# What an answer means


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_2xx_is_taken(receiver: Receiver, status: int) -> None:
    receiver.answer(status)
    assert post(receiver).startswith(str(status))


def test_410_means_never_again(receiver: Receiver) -> None:
    receiver.answer(410, b"moved out")
    error = refusal(receiver)
    assert isinstance(error, Gone)
    assert "moved out" in str(error)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_receiver_is_tried_again_when_it_says(receiver: Receiver, status: int) -> None:
    receiver.answer(status, Retry_After="7200")
    error = refusal(receiver)
    assert not error.permanent
    assert error.retry_after == timedelta(hours=2)


@pytest.mark.parametrize(("status", "hint"), [(401, "secret"), (404, "address"), (400, "read")])
def test_a_receivers_mistake_is_tried_again_and_hints_at_what_to_mend(
    receiver: Receiver, status: int, hint: str
) -> None:
    receiver.answer(status, b"no")
    error = refusal(receiver)
    assert not error.permanent
    assert hint in str(error)


def test_too_large_is_sent_again_without_quotes(receiver: Receiver) -> None:
    receiver.answer(413)
    assert refusal(receiver).permanent
    short = render("webhook", content(), ENVELOPE, MailOptions(), short=True)
    data = json.loads(short.body)["data"]
    assert data["findings"] == []
    assert data["findings_total"] == 1


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    with Receiver() as elsewhere:
        receiver.answer(307, Location=elsewhere.url)
        assert "not followed" in str(refusal(receiver))
        assert elsewhere.posts == []


def test_a_receiver_that_hangs_is_given_up_in_time(receiver: Receiver) -> None:
    receiver.hang()
    reach = replace(LOOPBACK, timeout_s=0.2)
    assert "no answer within 0.2 s" in str(refusal(receiver, reach))


def test_nobody_there_is_said_in_the_systems_words(receiver: Receiver) -> None:
    assert "127.0.0.1" in str(refusal(receiver, url="http://127.0.0.1:1/hook"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_an_address_inside_is_refused_unless_allowed(receiver: Receiver, host: str) -> None:
    error = refusal(receiver, Reach(timeout_s=5), f"http://{host}:{receiver.port}/hook")
    assert "allow_addresses" in str(error)
    assert receiver.posts == []


def test_an_untrusted_certificate_is_refused() -> None:
    with Receiver(tls=True) as receiver:
        assert "certificate" in str(refusal(receiver)).lower()
        assert receiver.posts == []
        trusted = replace(LOOPBACK, tls=receiver.trust)
        assert asyncio.run(sender(receiver, reach=trusted).send(MESSAGE)) == "200 ok"


def test_a_name_that_the_settings_lost_is_said() -> None:
    empty = WebhookSender({}, now=lambda: SENT, agent="test")
    with pytest.raises(SendError, match="'legal' in the settings"):
        asyncio.run(empty.send(MESSAGE))


def test_no_error_and_no_log_repeats_the_secret_or_the_address(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret_url = f"{receiver.url}/token-7f3a9"
    receiver.answer(500)
    said = str(refusal(receiver, url=secret_url)) + repr(sender(receiver, url=secret_url))
    refused = str(refusal(receiver, url="http://127.0.0.1:1/token-7f3a9"))
    for text in (said, refused, caplog.text):
        assert "token-7f3a9" not in text
        assert SECRET not in text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("120", 120), ("Wed, 03 Jun 2026 14:08:00 GMT", 120), ("Tue, 02 Jun 2026 14:08:00 GMT", 0),
     ("soon", 0), ("", 0), ("-5", 0), ("9" * 40, 0)],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(text: str, seconds: int) -> None:
    assert retry_after_of(text, SENT) == timedelta(seconds=seconds)


# Through the outbox


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = made(tmp_path)
    world.subscribe("legal", channel="webhook")
    world.tell(world.policy())
    yield world
    world.store.close()


def drained(world: World, receiver: Receiver) -> DrainReport:
    world.gather()
    senders = {"webhook": sender(receiver)}
    return asyncio.run(
        drain(world.store, senders, worker=WORKER, now=lambda: world.now, options=OPTIONS)
    )


def test_the_outbox_tries_again_when_the_receiver_asked_it_to(
    world: World, receiver: Receiver
) -> None:
    receiver.answer(503, times=1, Retry_After="7200")
    assert drained(world, receiver) == DrainReport(retried=1)
    world.later(hours=1, minutes=59)
    assert drained(world, receiver) == DrainReport()
    world.later(minutes=2)
    assert drained(world, receiver) == DrainReport(sent=1)
    assert len({came.headers["webhook-id"] for came in receiver.posts}) == 1


def test_the_outbox_gives_up_at_once_when_the_receiver_is_gone(
    world: World, receiver: Receiver
) -> None:
    receiver.answer(410)
    assert drained(world, receiver) == DrainReport(dead=1)
    assert len(receiver.posts) == 1


def test_a_channel_without_a_sender_waits(world: World, receiver: Receiver) -> None:
    world.gather()
    report = asyncio.run(
        drain(world.store, {}, worker=WORKER, now=lambda: world.now, options=OPTIONS)
    )
    assert report == DrainReport()
    assert world.states() == ["queued"]


def test_every_channel_that_can_be_asked_for_can_be_rendered() -> None:
    assert set(RENDERERS) == set(CHANNELS)
