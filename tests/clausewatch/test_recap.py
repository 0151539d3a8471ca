"""A mail about the past is sent to who asked for it, once each time, and to nobody else."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import pytest

from tests.clausewatch.test_backfill_command import Desk, desk, put
from tests.storage.world import URL
from tests.support.program import Program

__all__ = ["desk"]

ADA, BEN = "ada@example.org", "ben@example.org"


def mails(program: Program) -> list[EmailMessage]:
    """Send what waits and return all mails so far, in the order they were put in the outbox."""
    program.run("outbox", "send")
    found = sorted((program.home / "mails").glob("**/*.eml"))
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in found
    ]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


def test_a_backfill_mails_what_it_found_to_who_is_named(desk: Desk) -> None:
    desk.program.run("subscribe", ADA)
    desk.program.run("subscribe", BEN)
    put(desk, "AAABBBCC")

    said = desk.backfill("--from", "2019-01-01", "--tell", ADA)
    (mail,) = mails(desk.program)

    assert (said["material"], said["told"]) == (2, 2)
    assert mail["To"] == ADA
    assert str(mail["Subject"]).startswith("Looking back: 2 policy changes at ")
    text = text_of(mail)
    assert "Between 3 March 2020, 00:00 UTC and 3 April 2020, 00:00 UTC, seen by fake" in text
    assert "Between 4 June 2020, 00:00 UTC and 5 July 2020, 00:00 UTC, seen by fake" in text
    assert text.index("by 3 April 2020") < text.index("by 5 July 2020"), "the oldest first"
    assert "clausewatch diff acme" in text
    assert "Less protection for you, high severity" in text
    assert desk.program.run("alerts", "--json").json == [], "it raises no alert"
    desk.program.run("verify")


def test_the_past_is_told_anew_only_when_asked_for_anew(desk: Desk) -> None:
    desk.program.run("subscribe", ADA)
    put(desk, "AAABBBCC")
    assert desk.backfill("--from", "2019-01-01")["told"] is None
    assert mails(desk.program) == []

    ask = ("recap", "acme", "--tell", ADA, "--json")
    said = desk.program.run(*ask).json
    assert (said["recipient"], said["mails"], said["changes"]) == (ADA, 1, {"acme": 2})
    assert len(mails(desk.program)) == len(mails(desk.program)) == 1
    desk.program.run(*ask)

    assert len({mail["Message-ID"] for mail in mails(desk.program)}) == 2
    desk.program.run("verify")


def test_a_recap_tells_of_the_time_that_was_asked_for(desk: Desk) -> None:
    desk.program.run("subscribe", ADA)
    put(desk, "AAABBBCC")
    desk.backfill("--from", "2019-01-01")

    ask = ("recap", "--all", "--tell", ADA)
    later = desk.program.run(*ask, "--since", "2020-05-01").out
    never = desk.program.run(*ask, "--until", "2020-03-30", "--json").json

    assert later.startswith(f"1 mail waits for {ADA}: 1 material change;")
    assert (never["mails"], never["due_at"], never["changes"]) == (0, None, {"acme": 0})
    (mail,) = mails(desk.program)
    assert "by 5 July 2020" in text_of(mail)
    assert "3 April 2020" not in text_of(mail)


@pytest.mark.parametrize(("language", "says"), [("de", "Rückblick"), ("fr", "Rétrospective")])
def test_a_recap_speaks_the_language_of_the_subscription(
    desk: Desk, language: str, says: str
) -> None:
    desk.program.run("subscribe", ADA, "--policy", "acme", "--language", language)
    put(desk, "AAABBB")
    desk.backfill("--from", "2019-01-01", "--tell", ADA)
    (mail,) = mails(desk.program)
    assert str(mail["Subject"]).startswith(says)
    assert mail["Content-Language"] == language


def test_who_is_not_subscribed_is_sent_nothing_and_no_archive_is_asked_for_it(desk: Desk) -> None:
    desk.program.run("subscribe", ADA)
    desk.program.run("unsubscribe", ADA)
    desk.program.run("subscribe", BEN, "--operator")
    put(desk, "AB")
    for address in (ADA, BEN, "cleo@example.org", "nobody"):
        assert desk.program.run("recap", "acme", "--tell", address, expect=2).err
        assert desk.program.run("backfill", "acme", "--tell", address, expect=2).err
    assert desk.archive.asked_for("index") == 0
    assert (
        f"clausewatch subscribe {ADA}"
        in desk.program.run("recap", "acme", "--tell", ADA, expect=2).err
    )


def test_mistakes_in_the_call_of_a_recap_are_named(desk: Desk) -> None:
    desk.program.run("subscribe", ADA)
    for args in ((), ("acme", "--all"), ("nobody",), (URL, "--since", "soon")):
        assert desk.program.run("recap", *args, "--tell", ADA, expect=2).err
    assert desk.program.run("recap", "acme", expect=2).err


def test_a_recap_waits_for_the_end_of_a_pause(desk: Desk) -> None:
    desk.program.run("subscribe", ADA)
    desk.program.run("subscriptions", "pause", ADA, "--until", "2099-01-01")
    put(desk, "AAABBB")
    desk.backfill("--from", "2019-01-01")
    said = desk.program.run("recap", "acme", "--tell", ADA, "--json").json
    assert said["due_at"].startswith("2099-01-01")
    assert mails(desk.program) == []
