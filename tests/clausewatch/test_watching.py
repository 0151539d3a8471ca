"""From `add` to `alerts`: what the commands print and the codes they exit with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import Program
from tests.support.site import Site

POLICY = """<!doctype html><html lang=en><title>Privacy Policy - Acme</title><body><main>
<h1>Privacy Policy</h1>
<h2>What we collect</h2><p>We collect your name, your address and what you buy in our shop.</p>
<h2>Who we share it with</h2><p>{sharing}</p>
<h2>How long we keep it</h2><p>We keep your orders for {period} and delete them afterwards.</p>
<h2>Your rights</h2><p>You may ask us for a copy of your data, or ask us to delete it.</p>
</main></body></html>"""
QUIET = "We share your data with the carrier that delivers your order, and with nobody else."
LOUD = "We share your data with the carrier that delivers your order and with advertisers."


class Shop:
    """One policy on a site, watched by the program as `acme`."""

    def __init__(self, site: Site, home: Path) -> None:
        self.site = site
        self.program = Program(home, {"CLAUSEWATCH_CONFIRM_AFTER": "0s"})
        self.url = self.put()
        self.program.run("add", self.url, "--name", "acme", "--service", "Acme")

    def put(self, *, sharing: str = QUIET, period: str = "two years") -> str:
        page = POLICY.format(sharing=sharing, period=period)
        return self.site.put("/privacy", page, content_type="text/html; charset=utf-8")

    def check(self, *, expect: int = 0) -> dict[str, Any]:
        (line,) = self.program.run("check", "acme", "--json", expect=expect).lines
        assert isinstance(line, dict)
        return line


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with Site() as site:
        yield Shop(site, tmp_path)


@pytest.mark.slow
def test_a_policy_is_watched_from_its_first_text_to_the_alert(shop: Shop) -> None:
    shop.program.run("subscribe", "reader@example.org", "--topic", "sharing")
    first = shop.check()
    assert first["policy"] == "acme"
    assert first["url"] == shop.url
    assert (first["outcome"], first["status"], first["change"]) == ("first", 200, None)
    assert shop.check()["outcome"] == "unchanged"

    shop.put(sharing=LOUD)
    changed = shop.check(expect=10)
    assert changed["outcome"] == "changed"
    assert changed["snapshot"] > first["snapshot"]
    assert changed["change"]["kind"] == "material"
    assert changed["change"]["material"] is True
    assert changed["change"]["topics"][0] == "sharing"
    assert changed["change"]["direction"] == "weaker"

    rows = shop.program.run("history", "acme", "--json").json
    assert [row["snapshot"] for row in rows] == [first["snapshot"], changed["snapshot"]]
    assert rows[0]["change"] is None
    assert rows[1]["change"]["material"] is True
    assert set(rows[0]) >= {"snapshot", "first_seen", "last_seen", "source", "sha256", "words"}

    (alert,) = shop.program.run("alerts", "--json").json
    assert alert["policy"] == "acme"
    assert alert["deliveries"] == [
        {
            "recipient": "reader@example.org",
            "channel": "email",
            "state": "waiting",
            "attempts": 0,
            "sent_at": None,
            "last_error": None,
        }
    ]
    sent = shop.program.run("outbox", "send", "--json").json
    assert sent == {"sent": 1, "retried": 0, "dead": 0}
    (mail,) = (shop.program.home / "mails").glob("*.eml")
    assert b"reader@example.org" in mail.read_bytes()
    assert shop.program.run("outbox", "send", "--json").json["sent"] == 0


@pytest.mark.slow
def test_what_changed_is_shown_word_by_word_and_the_old_text_can_be_read(shop: Shop) -> None:
    first = shop.check()["snapshot"]
    shop.put(period="ten years")
    second = shop.check(expect=10)["snapshot"]

    shown = shop.program.run("diff", "acme", expect=10).out
    assert "[-two-] {+ten+}" in shown
    between = shop.program.run("diff", "acme", str(first), str(second), "--json", expect=10).json
    assert between["kind"] == "material"
    assert "two years" in between["findings"][0]["before"]
    assert "ten years" in between["findings"][0]["after"]
    assert "ten years" in shop.program.run("show", "acme").out
    old = shop.program.run("show", "acme", "--snapshot", str(first), "--json").json
    assert "two years" in old["text"]
    assert "no snapshot 99" in shop.program.run("diff", "acme", "99", expect=2).err
    assert (
        "no text from then" in shop.program.run("show", "acme", "--at", "1999-01-01", expect=2).err
    )


@pytest.mark.slow
def test_a_page_that_fails_keeps_its_text_and_exits_with_four(shop: Shop) -> None:
    kept = shop.check()["snapshot"]
    shop.site.put("/privacy", "gone", status=503)
    failed = shop.check(expect=4)
    assert (failed["outcome"], failed["cause"], failed["status"]) == ("failed", "server_error", 503)
    rows = shop.program.run("history", "acme", "--json").json
    assert [row["snapshot"] for row in rows] == [kept]
    status = shop.program.run("status", "--json", expect=4).json
    assert status["failing"] == 1
    assert "server_error" in shop.program.run("check", "--all", expect=4).out


def test_a_mistake_ends_in_one_plain_sentence(tmp_path: Path) -> None:
    program = Program(tmp_path)
    refused = program.run("add", "ftp://example.org/privacy", expect=2)
    assert "ftp" in refused.err
    assert "Traceback" not in refused.err
    assert "no policy is called 'nobody'" in program.run("history", "nobody", expect=2).err
    assert 'Did you mean "check"' in program.run("chekc", expect=2).err


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    program = Program(tmp_path)
    (tmp_path / "clausewatch.sqlite").write_text("my diary", encoding="utf-8")
    refused = program.run("list", expect=3)
    assert "Traceback" not in refused.err
    assert (tmp_path / "clausewatch.sqlite").read_text(encoding="utf-8") == "my diary"
