"""Channels beside mail: their settings, their secrets, and a try of each."""

import base64
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook

from clausewatch.config import Settings, SettingsError, load_settings
from tests.support.program import Program
from tests.support.receiver import Receiver
from tests.support.site import Site

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()

PAGE = """<!doctype html><html lang=en><title>Privacy policy</title><main><h1>Privacy policy</h1>
<h2>What we collect</h2><p>We collect your name, your address and what you buy in our shop.</p>
<h2>Who gets it</h2><p>{}</p>
<h2>Your rights</h2><p>You may ask us for a copy of your data, or ask us to delete it.</p></main>"""

WEBHOOK = """
[channels.legal]
kind = "webhook"
url = "https://hooks.example.org/t/canary-5d1"
secret_file = "legal-secret"
"""


def load(folder: Path, text: str, environ: dict[str, str] | None = None) -> Settings:
    (folder / "clausewatch.toml").write_text(text)
    return load_settings(folder / "clausewatch.toml", environ or {})


def mistake(folder: Path, text: str, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        load(folder, text, environ)
    return str(caught.value)


def test_a_webhook_takes_its_secret_from_a_file_beside_the_settings(tmp_path: Path) -> None:
    (tmp_path / "legal-secret").write_text(f"{SECRET}\nwhsec_{'b2xk' * 8}\n")
    channel = load(tmp_path, WEBHOOK).channels["legal"]
    assert channel.secrets == (SECRET, f"whsec_{'b2xk' * 8}")
    assert channel.host == "hooks.example.org"


def test_the_environment_gives_addresses_and_secrets(tmp_path: Path) -> None:
    environ = {
        "CLAUSEWATCH_CHANNEL_LEGAL_TEAM_URL": "https://hooks.example.org/x",
        "CLAUSEWATCH_CHANNEL_LEGAL_TEAM_SECRET": SECRET,
    }
    channel = load(tmp_path, '[channels.legal-team]\nkind = "webhook"\n', environ).channels
    assert channel["legal-team"].secrets == (SECRET,)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (WEBHOOK.replace("secret_file", "secret"), "CLAUSEWATCH_CHANNEL_LEGAL_SECRET"),
        ('[channels.team]\nkind = "apprise"\nurl = "slack://canary-5d1/b/c"', "CHANNEL_TEAM_URL"),
        ('[channels.team]\nkind = "apprise"\nurl_file = "none"', "cannot be read"),
        ('[channels.team]\nkind = "pigeon"', "channels.team.kind"),
        ('[channels.Team]\nkind = "apprise"', "small letters"),
        ('[channels.legal]\nkind = "webhook"\nurl = "http://canary-5d1.example/"', "https://"),
        ('[channels.legal]\nkind = "webhook"\nurl = "https://canary-5d1.example/"', "needs a secret"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_and_no_secret_is_repeated(tmp_path: Path, text: str, said: str) -> None:
    told = mistake(tmp_path, text)
    assert said in told
    assert "canary-5d1" not in told


def test_a_secret_of_another_form_is_refused_unrepeated(tmp_path: Path) -> None:
    (tmp_path / "legal-secret").write_text("whsec_tooshort")
    told = mistake(tmp_path, WEBHOOK)
    assert "24 to 64 bytes" in told
    assert "tooshort" not in told


def test_settings_shown_in_a_log_show_no_secret(tmp_path: Path) -> None:
    (tmp_path / "legal-secret").write_text(SECRET)
    shown = repr(load(tmp_path, WEBHOOK))
    assert SECRET not in shown
    assert "canary-5d1" not in shown


def program(home: Path, receiver: Receiver, **environ: str) -> Program:
    (home / "clausewatch.toml").write_text(
        f"""
[channels.legal]
kind = "webhook"
url = "{receiver.url}"
secret_file = "legal-secret"
allow_addresses = ["127.0.0.0/8"]
"""
    )
    (home / "legal-secret").write_text(SECRET)
    return Program(home, {"CLAUSEWATCH_CONFIG": str(home / "clausewatch.toml"), **environ})


def test_a_try_of_a_channel_shows_the_true_answer(tmp_path: Path) -> None:
    with Receiver() as receiver:
        run = program(tmp_path, receiver).run
        assert run("channels", "list", "--json").json == [
            {"name": "legal", "kind": "webhook", "host": "127.0.0.1"}
        ]
        assert "legal: taken: 200 ok" in run("channels", "test", "legal").out
        receiver.answer(503, b"not today")
        failed: dict[str, Any] = run("channels", "test", "legal", "--json", expect=4).json
        assert failed == {"channel": "legal", "ok": False, "answer": "503 not today"}
        assert "there are: legal" in run("channels", "test", "other", expect=2).err


def test_a_new_secret_is_one_that_the_settings_take(tmp_path: Path) -> None:
    secret = Program(tmp_path).run("channels", "secret").out.strip()
    (tmp_path / "legal-secret").write_text(secret)
    assert load(tmp_path, WEBHOOK).channels["legal"].secrets == (secret,)


def test_a_channel_is_subscribed_by_its_name_and_told_like_a_person(tmp_path: Path) -> None:
    """From the page to the receiver: nothing but the program and two servers."""
    with Receiver() as receiver, Site() as site:
        run = program(tmp_path, receiver, CLAUSEWATCH_CONFIRM_AFTER="0s").run
        run("add", site.put("/privacy", PAGE.format("We never sell data.")), "--name", "acme")
        said = run("subscribe", "legal", "--channel", "webhook").out
        assert said == "legal will hear of material changes in every policy, by webhook\n"
        run("check")
        site.put("/privacy", PAGE.format("We sell data to advertisers."))
        run("check", "--all", expect=10)
        assert run("outbox", "send", "--json").json["sent"] == 1
        [came] = receiver.posts
        event = Webhook(SECRET).verify(came.body, dict(came.headers))
        assert event["data"]["policy"] == "acme"
        assert run("unsubscribe", "legal").out == "1 subscription of legal ended\n"


def test_a_channel_that_is_not_set_cannot_be_subscribed(tmp_path: Path) -> None:
    with Receiver() as receiver:
        run = program(tmp_path, receiver).run
        assert "there are: legal" in run("subscribe", "other", "--channel", "webhook", expect=2).err
        assert "there are: none" in run("subscribe", "legal", "--channel", "apprise", expect=2).err
        assert "no e-mail address" in run("subscribe", "legal", expect=2).err
