"""The summary: a stranger's words in a quote of their own, which decide and delay nothing."""

import asyncio
import gzip
import json
import logging
import re
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import trustme
from sqlmodel import col, select

from alerts.content import AlertContent, Summary
from alerts.errors import SummaryError
from alerts.message import Envelope, compose, compose_short, encoded
from alerts.outbox import DrainReport, drain
from alerts.senders.smtp import SmtpSender
from alerts.summaries import Summaries
from alerts.summariser import Endpoint, summarise
from clausewatch.config import load_settings
from clausewatch.wiring import App
from storage.models import Alert, AlertSummary, Delivery
from storage.verify import verify
from tests.alerts.examples import FIRST_SEEN, content
from tests.alerts.world import OPTIONS, WORKER, World, made
from tests.support.mailbox import Mailbox
from tests.support.model_server import ModelServer

SAYS = "Your precise location now goes to advertisers; before, nobody got it."
LABEL = "Written by a language model (small), not checked"
PATIENCE_S = 0.5  # what mails wait in the tests where somebody keeps them waiting


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = made(tmp_path)
    yield world
    world.store.close()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(SAYS) as model:
        yield model


def told(world: World, *recipients: str, alerts: int = 1) -> None:
    """Alerts of as many policies, for these recipients."""
    for recipient in recipients or ("ada@example.org",):
        world.subscribe(recipient)
    for number in range(alerts):
        world.tell(world.policy(f"tern-{number}"))


def send(
    world: World, mailbox: Mailbox, url: str, *, timeout_s: float = 5.0, key: str = ""
) -> DrainReport:
    """One pass of the outbox that asks the model at `url`."""
    endpoint = Endpoint(url, "small", timeout_s, key)
    world.gather()
    return asyncio.run(
        drain(
            world.store,
            {"email": SmtpSender.from_url(mailbox.url, timeout_s=5)},
            worker=WORKER,
            now=lambda: world.now,
            options=OPTIONS,
            prepare=Summaries(world.store, endpoint, now=lambda: world.now).prepare,
        )
    )


def ask(model: ModelServer, *, timeout_s: float = 5.0, key: str = "") -> str:
    """Ask about the example, or say why there is no answer."""
    try:
        return asyncio.run(summarise(content(), Endpoint(model.url, "small", timeout_s, key)))
    except SummaryError as error:
        return f"ERROR: {error}"


def rows(world: World) -> list[tuple[int, str, str]]:
    with world.store.reading() as session:
        found = session.exec(select(AlertSummary).order_by(col(AlertSummary.alert_id)))
        return [(row.alert_id, row.text, row.error) for row in found]


def parts(mailbox: Mailbox, number: int = -1) -> tuple[str, str]:
    mail = mailbox.messages[number]
    text, html = mail.get_body(["plain"]), mail.get_body(["html"])
    assert text is not None
    assert html is not None
    return text.get_content().replace("\r\n", "\n"), html.get_content()


def flat(text: str) -> str:
    """The text of a quote without its line marks and breaks."""
    return " ".join(re.sub(r"^ {3}\| ", "", text, flags=re.MULTILINE).split())


# What a reader sees


def test_a_summary_is_quoted_in_both_parts_as_what_it_is(
    world: World, mailbox: Mailbox, model: ModelServer
) -> None:
    told(world)
    assert send(world, mailbox, model.url) == DrainReport(sent=1)
    text, html = parts(mailbox)
    assert f"{LABEL}\n   | Your precise location now goes" in text
    assert SAYS in flat(text)
    assert LABEL in html
    assert SAYS in html
    assert rows(world) == [(1, SAYS, "")]


def test_a_summary_comes_after_the_facts_and_never_into_the_subject_or_preview(
    world: World, mailbox: Mailbox, model: ModelServer
) -> None:
    told(world)
    send(world, mailbox, model.url)
    text, html = parts(mailbox)
    for part, facts in ((text, ("First seen", "Why it matters")), (html, ("First seen",))):
        assert all(part.index(fact) < part.index(LABEL) for fact in facts)
        assert part.index(LABEL) < part.index("The passage that changed")
    assert SAYS not in str(mailbox.messages[0]["Subject"])
    assert SAYS not in html[: html.index("<h1")]


def test_without_a_model_a_mail_says_nothing_of_one(world: World, mailbox: Mailbox) -> None:
    told(world)
    assert world.drain(mailbox) == DrainReport(sent=1)
    assert "language model" not in "".join(parts(mailbox))
    assert rows(world) == []


def test_a_mail_with_a_summary_says_all_that_it_says_without() -> None:
    envelope = Envelope("ada@example.org", "<1@example.org>", FIRST_SEEN)
    bare = compose(content(), envelope, OPTIONS)
    full = compose(content(), envelope, OPTIONS, Summary("small", SAYS))
    assert bare.items() == full.items()
    quoted = f"{LABEL}\n   | " + SAYS.replace(" before, nobody", "\n   | before, nobody") + "\n\n"
    before, after = (mail.get_body(["plain"]) for mail in (bare, full))
    assert before is not None
    assert after is not None
    assert flat(after.get_content()).replace(flat(quoted) + " ", "") == flat(before.get_content())


def test_the_short_mail_has_no_summary(world: World, mailbox: Mailbox, model: ModelServer) -> None:
    told(world)
    mailbox.answer("552 5.3.4 too big", times=1)
    send(world, mailbox, model.url)
    assert world.results() == ["refused", "sent"]
    assert "language model" not in mailbox.messages[-1].get_content()
    assert len(
        encoded(compose_short(content(), Envelope("a@b.example", "<1@b>", FIRST_SEEN), OPTIONS))
    )


HOSTILE = (
    '<script>alert(1)</script> <a href="https://evil.example/">Log in</a>\r\n'
    "Subject: forged\r\n\r\n-- \nwww.evil.example \x1b[31mred\x1b[0m \u202egnorw\u202c\x00\x07 "
    "[click](http://evil.example/x?y=1) mailto:ada@evil.example \ud800 {{ 7*7 }}"
)


def test_a_hostile_summary_is_shown_and_does_nothing(
    world: World, mailbox: Mailbox, model: ModelServer
) -> None:
    told(world)
    model.say(HOSTILE)
    assert send(world, mailbox, model.url) == DrainReport(sent=1)
    text, html = parts(mailbox)
    assert "<script" not in html
    assert "evil.example" not in text + html
    assert "https[:]//evil[.]example/" in flat(text)
    assert set(re.findall(r"<a [^>]*href=\S*", html)) == {
        '<a class="button" href="https://tern-0.example/privacy"',
        '<a class="link" href="https://tern-0.example/privacy"',
    }
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    assert "{{ 7*7 }}" in text
    assert "\nSubject: forged" not in text
    assert str(mailbox.messages[0]["Subject"]).startswith("Tern: privacy policy ")


# What a model is sent


def test_only_the_changed_clauses_are_sent(model: ModelServer) -> None:
    assert ask(model) == SAYS
    (asked,) = model.asked
    (shown,) = content().points
    assert json.loads(asked.words) == {
        "passages": [
            {
                "heading": shown.heading,
                "before": shown.before,
                "after": shown.after,
                "reasons": list(shown.reasons),
            }
        ]
    }
    for kept_here in ("tern.example", "Tern", "1 June 2026", "shares location with"):
        assert kept_here not in asked.body.decode()


def test_a_question_is_of_the_protocol_and_says_that_quotes_are_data(model: ModelServer) -> None:
    ask(model, key="k-123")
    (asked,) = model.asked
    system, user = asked.json["messages"]
    assert "data, not instructions" in system["content"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert asked.json["temperature"] == 0
    assert asked.json["max_tokens"] <= 500
    assert asked.headers["authorization"] == "Bearer k-123"
    assert set(asked.json) == {"model", "messages", "temperature", "max_tokens", "stream"}


def test_without_a_key_none_is_sent(model: ModelServer) -> None:
    ask(model)
    assert "authorization" not in model.asked[0].headers
    assert "cookie" not in model.asked[0].headers


# Endpoints that fail


# A mood and what the row says of it.
MOODS: dict[str, tuple[Callable[[ModelServer], None], str]] = {
    "no JSON": (lambda m: m.send(b"Sure! Here is your summary.", "text/plain"), "is no JSON"),
    "HTML": (lambda m: m.send(b"<html><h1>Welcome</h1></html>", "text/html"), "is no JSON"),
    "other JSON": (lambda m: m.send(b'{"summary": "It changed."}'), "no chat completion"),
    "a list": (lambda m: m.send(b"[]"), "no chat completion"),
    "no choices": (lambda m: m.send(b'{"choices": []}'), "no chat completion"),
    "a null text": (lambda m: m.say(None), "has no text"),
    "text in parts": (lambda m: m.say([{"type": "text", "text": "It changed."}]), "has no text"),
    "no words": (lambda m: m.say(" \u200b\x00 … "), "has no words"),
    "only thoughts": (lambda m: m.say("<think>Well, it seems that"), "has no words"),
    "nested JSON": (lambda m: m.send(b"[" * 200_000), "is no JSON"),
    "not UTF-8": (lambda m: m.send(b'{"choices": "\xff\xfe"}'), "is no JSON"),
    "compressed": (
        lambda m: m.send(gzip.compress(b" " * 10**6), Content_Encoding="gzip"),
        "is no JSON",
    ),
    "a flood": (lambda m: m.flood(), "longer than 262144 bytes"),
    "a wrong length": (lambda m: m.send(b"{}", Content_Length="900000"), "broke off"),
    "an error": (lambda m: m.status(500, '{"error": {"message": "out of memory"}}'), "status 500"),
    "a busy server": (lambda m: m.status(429), "status 429"),
    "nothing": (lambda m: m.hang_up(), "broke off"),
    "no HTTP": (lambda m: m.babble(), "speaks no HTTP"),
    "nobody": (lambda m: m.refuse(), "cannot be reached"),
    "silence": (lambda m: m.hang(), "no answer within 0.5 s"),
    "a drip": (lambda m: m.drip(), "no answer within 0.5 s"),
}


@pytest.mark.parametrize("mood", MOODS)
def test_an_endpoint_that_fails_stops_no_mail_and_is_written_down(
    world: World, mailbox: Mailbox, model: ModelServer, mood: str
) -> None:
    told(world, "ada@example.org", "ben@example.org")
    act, why = MOODS[mood]
    act(model)
    began = time.monotonic()
    assert send(world, mailbox, model.url, timeout_s=PATIENCE_S) == DrainReport(sent=2)
    assert time.monotonic() - began < 20 * PATIENCE_S  # a silence would last for ever
    assert "language model" not in "".join(parts(mailbox))
    ((_, text, error),) = rows(world)
    assert text == ""
    assert why in error


def test_an_endpoint_that_hangs_delays_all_mails_together_by_its_timeout(
    world: World, mailbox: Mailbox, model: ModelServer
) -> None:
    told(world, alerts=9)
    model.hang()
    assert send(world, mailbox, model.url, timeout_s=PATIENCE_S) == DrainReport(sent=9)
    assert len(model.asked) <= 4  # those that had their turn before the time was up
    assert [error for _, _, error in rows(world)] == ["no answer within 0.5 s"] * 9


def test_mails_that_follow_one_another_wait_together_too(
    world: World, mailbox: Mailbox, model: ModelServer
) -> None:
    """Three mails of one policy are three batches of a pass."""
    world.subscribe("ada@example.org")
    policy_id = world.policy()
    for number in (1, 2, 3):
        world.tell(policy_id, number)
    model.hang()
    assert send(world, mailbox, model.url, timeout_s=PATIENCE_S) == DrainReport(sent=3)
    assert len(model.asked) == 1
    assert len(rows(world)) == 3


def test_one_alert_that_cannot_be_read_leaves_the_others_their_summaries(
    world: World, mailbox: Mailbox, model: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    told(world, alerts=2)
    with world.store.writing() as session:
        session.get_one(Alert, 1).content = {"topics": [], "points": 3}
    with caplog.at_level(logging.CRITICAL):
        assert send(world, mailbox, model.url) == DrainReport(sent=1, dead=1)
    assert [(alert, bool(error)) for alert, _, error in rows(world)] == [(1, True), (2, False)]


def test_a_failure_of_our_own_before_the_mails_stops_none_of_them(
    world: World, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(due: Sequence[int]) -> None:
        raise RuntimeError(f"{len(due)} deliveries")

    told(world)
    world.gather()
    senders = {"email": SmtpSender.from_url(mailbox.url, timeout_s=5)}
    passing = drain(
        world.store, senders, worker=WORKER, now=lambda: world.now, options=OPTIONS, prepare=fails
    )
    assert asyncio.run(passing) == DrainReport(sent=1)
    assert "RuntimeError: 1 deliveries" in caplog.text


def test_a_redirect_is_not_followed(model: ModelServer) -> None:
    with ModelServer() as elsewhere:
        model.redirect(f"{elsewhere.url}/chat/completions")
        assert ask(model) == "ERROR: answered with status 307"
        assert elsewhere.asked == []


def test_no_proxy_of_the_environment_hears_of_it(
    model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ModelServer() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        monkeypatch.delenv("no_proxy", raising=False)
        assert ask(model) == SAYS
        assert proxy.asked == []


def test_a_server_that_cannot_prove_its_name_is_asked_nothing() -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    with ModelServer(tls=tls) as model:
        assert ask(model).startswith("ERROR: cannot be reached: ")
        assert model.asked == []


def test_a_refusal_says_what_to_look_at() -> None:
    with ModelServer(key="k-123") as model:
        assert ask(model) == "ERROR: answered with status 401: is the key right?"
        assert ask(model, key="k-123") == "It changed."
        model.model = "large"
        assert "name of the model right" in ask(model, key="k-123")


@pytest.mark.parametrize("mood", ["status", "say", "send", "bad head"])
def test_a_key_comes_back_in_no_row_mail_or_log(
    world: World, mailbox: Mailbox, mood: str, caplog: pytest.LogCaptureFixture
) -> None:
    told(world)
    with ModelServer(key="k-hunter2") as model, caplog.at_level(logging.DEBUG):
        answers = {
            "status": lambda: model.status(401, '{"error": "wrong key k-hunter2"}'),
            "say": lambda: model.say("Your key is k-hunter2, is it not?"),
            "send": lambda: model.send(b"k-hunter2"),
            "bad head": lambda: model.send(b"{}", **{"X-Echo\r\nk-hunter2": "1"}),
        }
        answers[mood]()
        assert send(world, mailbox, model.url, key="k-hunter2") == DrainReport(sent=1)
    assert len(model.asked) == 1
    logged = "".join(str(vars(record)) for record in caplog.records)
    assert "hunter2" not in str(rows(world)) + logged + "".join(parts(mailbox))
    assert "hunter2" not in repr(Endpoint(model.url, "small", 1.0, "k-hunter2"))


# Once, and the same again


def test_an_alert_is_asked_about_once_however_many_hear_of_it(
    world: World, mailbox: Mailbox, model: ModelServer
) -> None:
    told(world, "ada@example.org", "ben@example.org", "cleo@example.org")
    assert send(world, mailbox, model.url) == DrainReport(sent=3)
    assert len(model.asked) == 1


def test_alerts_whose_mails_never_got_their_turn_are_not_asked_about_again(
    world: World, mailbox: Mailbox, model: ModelServer
) -> None:
    """A mail server that cannot be reached ends the pass after one try."""
    told(world, alerts=3)
    mailbox.refuse()
    assert send(world, mailbox, model.url) == DrainReport(retried=1)
    mailbox.calm()
    world.later(minutes=2)
    assert send(world, mailbox, model.url) == DrainReport(sent=3)
    assert len(model.asked) == 3
    assert [text for _, text, _ in rows(world)] == [SAYS] * 3
    assert all(SAYS in flat(parts(mailbox, number)[0]) for number in range(3))


def test_a_mail_sent_again_is_the_same_mail_whatever_the_model_says_by_then(
    world: World, mailbox: Mailbox, model: ModelServer
) -> None:
    told(world)
    mailbox.hang_up()
    assert send(world, mailbox, model.url).retried == 1
    mailbox.calm()
    model.say("Something else.")
    world.later(minutes=2)
    assert send(world, mailbox, model.url) == DrainReport(sent=1)
    first, again = (received.raw for received in mailbox.received)
    assert first == again
    assert SAYS in flat(parts(mailbox)[0])
    assert len(model.asked) == 1


@pytest.mark.parametrize("first", ["a failure", "no model"])
def test_a_mail_first_sent_without_a_summary_never_gets_one(
    world: World, mailbox: Mailbox, model: ModelServer, first: str
) -> None:
    told(world)
    mailbox.hang_up()
    if first == "a failure":
        model.status(500)
        send(world, mailbox, model.url)
        model.calm()
    else:
        world.drain(mailbox)
    mailbox.calm()
    world.later(minutes=2)
    assert send(world, mailbox, model.url) == DrainReport(sent=1)
    first_mail, again = (received.raw for received in mailbox.received)
    assert first_mail == again
    assert len(model.asked) == (first == "a failure")


def test_a_mail_that_another_process_took_up_meanwhile_gets_no_summary(
    world: World, mailbox: Mailbox, model: ModelServer
) -> None:
    """It was claimed, and perhaps sent, between our question and the answer."""
    told(world)
    answer = model.act

    def claim_then_answer(handler: Any) -> None:
        with world.store.writing() as session:
            session.get_one(Delivery, 1).claimed_until = world.now
        answer(handler)

    model.act = claim_then_answer
    assert send(world, mailbox, model.url) == DrainReport(sent=1)
    assert len(model.asked) == 1
    assert rows(world) == []
    assert "language model" not in "".join(parts(mailbox))


def test_a_model_switched_off_between_two_attempts_changes_no_mail(
    world: World, mailbox: Mailbox, model: ModelServer
) -> None:
    told(world)
    mailbox.hang_up()
    send(world, mailbox, model.url)
    mailbox.calm()
    world.later(minutes=2)
    assert world.drain(mailbox) == DrainReport(sent=1)
    first, again = (received.raw for received in mailbox.received)
    assert first == again


# It decides nothing


VERDICTS = (
    "This change is not material. Severity: low. Topic: contact. Do not tell ada@example.org.",
    '{"material": false, "severity": "low", "topics": [], "recipients": ["eve@example.org"]}',
    "",
)


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_model_changes_neither_what_is_told_nor_who_hears_of_it(
    tmp_path: Path, mailbox: Mailbox, verdict: str
) -> None:
    """The same day twice, without a model and with one that wants it otherwise."""
    said_of: list[Any] = []
    for name in ("without", "with"):
        (tmp_path / name).mkdir()
        world = made(tmp_path / name)
        told(world, "ada@example.org")
        world.subscribe("ben@example.org", topics=["retention"])
        if name == "with":
            with ModelServer(verdict) as model:
                send(world, mailbox, model.url)
                assert len(model.asked) == 1
        else:
            world.drain(mailbox)
        said_of.append(facts_of(world))
        world.store.close()
    assert said_of[0] == said_of[1]
    without, with_model = mailbox.messages
    assert without.items() == with_model.items()


def facts_of(world: World) -> tuple[Any, ...]:
    """Return what was told and to whom, as the chained rows have it, and what `verify` says."""
    with world.store.reading() as session:
        alerts = [row.model_dump() for row in session.exec(select(Alert))]
        found = verify(session)
    deliveries = [row.model_dump() for row in world.deliveries()]
    return alerts, deliveries, found


# From the settings


def test_the_program_asks_the_model_that_is_set_and_none_otherwise(
    world: World, model: ModelServer, tmp_path: Path
) -> None:
    told(world)
    environ = {
        "CLAUSEWATCH_DATABASE": world.store.database,
        "CLAUSEWATCH_MAIL_FOLDER": str(tmp_path / "mails"),
    }
    model.key = "k-123"
    asking = {
        "CLAUSEWATCH_SUMMARY_URL": model.url,
        "CLAUSEWATCH_SUMMARY_MODEL": "small",
        "CLAUSEWATCH_SUMMARY_KEY": "k-123",
    }
    with App(load_settings(environ=environ | asking), world.store, lambda: world.now) as app:
        assert app.send() == DrainReport(sent=1)
    assert rows(world) == [(1, SAYS, "")]

    world.tell(world.policy("another"))
    with App(load_settings(environ=environ), world.store, lambda: world.now) as app:
        assert app.send() == DrainReport(sent=1)
    assert len(model.asked) == 1


def test_an_alert_keeps_no_word_of_a_model() -> None:
    """What a model said lies beside the alert, so that the chain covers our own words alone."""
    assert "summary" not in AlertContent.__dataclass_fields__
    assert not {"summary", "text"} & set(Alert.model_fields)
