"""The commands that say who hears of what, and what a person does with what was told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from clausewatch.cli import cli
from storage.engine import open_store
from tests.alerts.world import World
from tests.support.program import Program


@pytest.fixture
def desk(tmp_path: Path) -> Iterator["Desk"]:
    desk = Desk(tmp_path)
    yield desk
    desk.world.store.close()


class Desk:
    """A database with policies and changes in it, and the command line in this process."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.world = World(open_store(str(home / "desk.sqlite")), now=datetime.now(UTC))

    def run(self, *args: str, expect: int = 0) -> str:
        settings = self.home / "clausewatch.toml"
        settings.write_text(f'[mail]\nfolder = "{self.home}/mails"\n', encoding="utf-8")
        database = str(self.home / "desk.sqlite")
        done: Result = CliRunner().invoke(
            cli, ["--config", str(settings), "--database", database, *args]
        )
        assert done.exit_code == expect, (done.output, done.exception)
        return done.output

    def json(self, *args: str, expect: int = 0) -> Any:  # Any: what the command prints
        import json

        return json.loads(self.run(*args, "--json", expect=expect))


def test_who_would_hear_of_a_change_and_why_not(desk: Desk) -> None:
    policy_id = desk.world.policy("acme")
    desk.world.change(policy_id)
    desk.run("subscribe", "ada@example.org", "--topic", "sharing", "--language", "de")
    desk.run("subscribe", "ben@example.org", "--topic", "children", "--cadence", "daily",
             "--at", "7:30", "--timezone", "Europe/Berlin")  # fmt: skip
    (ada,) = desk.json("subscriptions", "test", "ada@example.org")
    assert (ada["hears"], ada["why_not"], ada["policy"]) == (True, None, "acme")
    (ben,) = desk.json("subscriptions", "test", "ben@example.org", "--policy", "acme")
    assert (ben["hears"], ben["why_not"]) == (False, "nothing in it is about children")
    assert "daily at 07:30 Europe/Berlin" in ben["wants"]
    said = desk.run("subscriptions", "test")
    assert said.count("\nno ") + said.count("no   ben") >= 1
    assert "yes  ada@example.org" in said


def test_a_reader_leaves_by_the_token_of_a_mail_and_a_watchlist_does_not_bring_them_back(
    desk: Desk,
) -> None:
    watchlist = desk.home / "watchlist.toml"
    watchlist.write_text(
        '[[policy]]\nurl = "https://acme.example/privacy"\nname = "acme"\n'
        '[[subscription]]\nemail = "ada@example.org"\npolicies = ["acme"]\ncadence = "weekly"\n'
        'weekday = "fri"\n[[subscription]]\nemail = "ben@example.org"\n',
        encoding="utf-8",
    )
    plan = desk.json("sync", str(watchlist), "--dry-run")
    assert [entry["recipient"] for entry in plan["subscriptions"]["begin"]] == [
        "ada@example.org",
        "ben@example.org",
    ]
    assert desk.json("subscriptions") == []
    desk.run("sync", str(watchlist))
    ada, _ = desk.json("subscriptions")
    assert (ada["policy"], ada["cadence"], ada["weekday"]) == ("acme", "weekly", "friday")
    assert (ada["origin"], ada["at"]) == ("watchlist", "08:00")
    assert desk.json("sync", str(watchlist))["subscriptions"]["same"] == 2

    token = desk.json("subscriptions", "links", "ada@example.org")["unsubscribe"]
    assert "1 subscription of ada@example.org ended" in desk.run("unsubscribe", "--token", token)
    assert "0 subscriptions" in desk.run("unsubscribe", "--token", token)
    assert "left by themselves" in desk.run("sync", str(watchlist))
    assert [row["recipient"] for row in desk.json("subscriptions")] == ["ben@example.org"]
    broken = token[:-3] + ("AAA" if not token.endswith("AAA") else "BBB")
    assert "was changed" in desk.run("unsubscribe", "--token", broken, expect=2)

    desk.run("subscribe", "cy@example.org")  # by hand: no file's business
    watchlist.write_text('[[policy]]\nurl = "https://acme.example/privacy"\nname = "acme"\n'
                         "subscription = []\n".replace("subscription", "#"), encoding="utf-8")  # fmt: skip
    desk.run("sync", str(watchlist))  # speaks of none: leaves them
    assert len(desk.json("subscriptions")) == 2


def test_somebody_who_is_asked_first_hears_of_nothing_until_they_agree(desk: Desk) -> None:
    desk.run("subscribe", "ada@example.org", "--ask-first")
    desk.world.tell(desk.world.policy("acme"))
    (question,) = desk.json("outbox", "list")
    assert (question["kind"], question["about"]) == ("notice", "confirm")
    desk.run("outbox", "send")
    (mail,) = (desk.home / "mails").glob("*.eml")
    words = mail.read_text().replace("=\n", "").replace("=3D", "=")
    token = words.split("--token ")[1].split()[0].rstrip('"')
    assert "1 subscription of ada@example.org confirmed" in desk.run(
        "unsubscribe", "--token", token
    )
    desk.world.tell(desk.world.policy("other"))
    assert [row["about"] for row in desk.json("outbox", "list")] == ["other"]


def test_a_pause_keeps_what_comes_for_its_end(desk: Desk) -> None:
    desk.run("subscribe", "ada@example.org")
    until = (desk.world.now + timedelta(days=9)).date().isoformat()
    desk.run("subscriptions", "pause", "ada@example.org", "--until", until)
    desk.world.tell(desk.world.policy("acme"))
    assert "0 sent" in desk.run("outbox", "send")
    desk.run("subscriptions", "resume", "ada@example.org")
    assert "1 sent" in desk.run("outbox", "send")


def test_what_waits_is_dropped_tried_again_and_the_record_still_holds(desk: Desk) -> None:
    desk.run("subscribe", "ada@example.org")
    desk.world.tell(desk.world.policy("acme"))
    (row,) = desk.json("outbox", "list")
    number = str(row["id"])
    assert "1 dropped" in desk.run("outbox", "drop", number, "--note", "a test")
    assert desk.json("outbox", "list") == []
    assert desk.json("outbox", "list", "--state", "dropped")[0]["id"] == row["id"]
    assert "nothing to drop" in desk.run("outbox", "drop", number, expect=2)
    assert "no delivery has the id 99" in desk.run("outbox", "retry", "99", expect=2)
    desk.run("outbox", "retry", number)
    assert "1 sent" in desk.run("outbox", "send")
    desk.run("verify")


def test_alerts_are_acknowledged_muted_and_called_wrong(desk: Desk) -> None:
    desk.world.tell(desk.world.policy("acme"))
    desk.run("alerts", "ack", "1")
    desk.run("alerts", "mute", "1", "--note", "known")
    desk.run("alerts", "wrong", "1", "--note", "it said so before", "--passage", "1")
    (alert,) = desk.json("alerts")
    assert [word["action"] for word in alert["feedback"]] == ["ack", "mute", "wrong"]
    (desk.home / "cases.jsonl").write_text(desk.run("alerts", "export-wrong"), encoding="utf-8")
    judged = desk.run("compare", "--jsonl", str(desk.home / "cases.jsonl"))
    assert '"id":"wrong-3"' in judged.replace(": ", ":")
    desk.run("alerts", "unmute", "1")
    assert "nothing of alert 1 is muted" in desk.run("alerts", "unmute", "1", expect=2)


def test_what_needs_a_person_is_said_and_can_be_silenced(desk: Desk) -> None:
    assert "Nothing needs you" in desk.run("notices")
    desk.run("silence", "add", "--kind", "disk_low", "--for", "7d", "--reason", "new disk on its way",
             "--author", "ada")  # fmt: skip
    (row,) = desk.json("silence", "list")
    assert (row["kind"], row["author"]) == ("disk_low", "ada")
    desk.run("silence", "end", str(row["id"]))
    assert desk.json("silence", "list") == []
    assert "no kind of notice" in desk.run(
        "silence", "add", "--kind", "x", "--for", "1d", "--reason", "y", expect=2
    )


@pytest.mark.slow
@pytest.mark.parametrize("group", ["alerts", "subscriptions"])
def test_a_group_that_lists_bare_lists_by_name_too(desk: Desk, group: str) -> None:
    desk.world.tell(desk.world.policy("acme"))
    desk.run("subscribe", "ada@example.org")
    assert desk.json(group, "list") == desk.json(group) != []


def test_the_commands_stand_in_the_help_of_the_program(tmp_path: Path) -> None:
    said = Program(tmp_path).run("--help").out
    assert all(name in said for name in ("subscriptions", "silence", "notices", "outbox"))
