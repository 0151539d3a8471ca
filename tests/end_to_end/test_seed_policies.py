"""The first five policies, from a loopback site to a real mailbox, through the program itself."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from tests.support.mailbox import Mailbox
from tests.support.program import Program
from tests.support.seeds import SEEDS, Seed, as_html, needs_seeds
from tests.support.site import Site

pytestmark = needs_seeds


class Watched:
    """The five policies on a site, watched by the program, with a reader who hears of everything."""

    def __init__(self, site: Site, mailbox: Mailbox, home: Path, *, form: str) -> None:
        self.site = site
        self.mailbox = mailbox
        self.form = form
        settings = home / "clausewatch.toml"
        settings.write_text("[mail]\ngroup_from = 100  # five at once would be one mail\n")
        self.program = Program(
            home,
            {
                "CLAUSEWATCH_CONFIG": str(settings),
                "CLAUSEWATCH_CONFIRM_AFTER": "0s",
                "CLAUSEWATCH_SMTP_URL": mailbox.url,  # STARTTLS and a log-in
                "SSL_CERT_FILE": str(mailbox.ca_file),
                "CLAUSEWATCH_MAIL_FROM": "Clausewatch <watch@example.org>",
            },
        )
        for seed in SEEDS:
            self.put(seed, seed.text)
            self.program.run("add", f"{site.url}/{seed.name}", "--name", seed.name)
        self.program.run("subscribe", "reader@example.org")

    def put(self, seed: Seed, text: str) -> None:
        if self.form == "html":
            kind, body = "text/html; charset=utf-8", as_html(text, title="Privacy Policy")
        else:
            kind, body = "text/plain; charset=utf-8", text
        self.site.put(f"/{seed.name}", body, content_type=kind)

    def check(self, *, expect: int) -> dict[str, Any]:
        lines = self.program.run("check", "--all", "--json", expect=expect).lines
        self.program.run("outbox", "send")
        return {line["policy"]: line for line in lines}


@pytest.fixture(params=["text", "html"])
def watched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Watched]:
    with Site() as site, Mailbox(secure=True) as mailbox:
        yield Watched(site, mailbox, tmp_path, form=request.param)


@pytest.mark.slow
def test_one_edited_clause_gives_one_mail_with_its_topic_and_both_quotes(watched: Watched) -> None:
    first = watched.check(expect=0)
    assert {line["outcome"] for line in first.values()} == {"first"}
    assert watched.mailbox.messages == []

    for seed in SEEDS:
        watched.put(seed, seed.edited)
    changed = watched.check(expect=10)
    assert {name: line["outcome"] for name, line in changed.items()} == {
        seed.name: "changed" for seed in SEEDS
    }
    alerts = watched.program.run("alerts", "--json").json
    assert sorted(alert["policy"] for alert in alerts) == sorted(seed.name for seed in SEEDS)
    assert all(alert["deliveries"][0]["state"] == "sent" for alert in alerts)
    assert len(watched.mailbox.messages) == len(SEEDS)
    for seed in SEEDS:
        _assert_told(seed, alerts, watched)

    for seed in SEEDS:
        watched.put(seed, _redated(seed.edited))
    again = watched.check(expect=0)
    assert not any(line["change"] and line["change"]["material"] for line in again.values())
    assert len(watched.program.run("alerts", "--json").json) == len(SEEDS)
    assert len(watched.mailbox.messages) == len(SEEDS)


def _assert_told(seed: Seed, alerts: list[dict[str, Any]], watched: Watched) -> None:
    (alert,) = [alert for alert in alerts if alert["policy"] == seed.name]
    assert alert["topics"][0] in seed.topics, alert
    diff = watched.program.run("diff", seed.name, "--json", expect=10).json
    assert _quoted(seed.before, [finding["before"] for finding in diff["findings"]]), diff
    assert _quoted(seed.after, [finding["after"] for finding in diff["findings"]]), diff
    texts = [_text(mail) for mail in watched.mailbox.messages]
    (text,) = [text for text in texts if f"/{seed.name}" in text]
    for words in (seed.before, seed.after):
        assert words in _unmarked(text), (words, text)


def _quoted(words: str, quotes: list[str]) -> bool:
    return any(words in quote for quote in quotes) if words else True


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def _unmarked(text: str) -> str:
    """Undo the marks a mail sets around changed words, so that a clause reads as one sentence."""
    return re.sub(r"\s+", " ", re.sub(r"[\[\]{}*_>|+]|(?<=\s)-|-(?=\s)", "", text))


def _redated(text: str) -> str:
    """Change dates and spacing and nothing else."""
    text = text.replace("24 May, 2018", "2 June, 2019").replace("May 24, 2018", "June 2, 2019")
    return text.replace("\n", "\n\n").replace(". ", ".  ") + "\n\nLast updated: 2 June 2019\n"
