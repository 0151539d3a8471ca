"""`clausewatch run`: the daemon, as a process."""

import json
import os
import signal
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.support.program import Program, stop
from tests.support.site import Exchange, Site

POLICY = (
    "<title>Privacy Policy</title><h1>Privacy Policy</h1>"
    "<p>We collect your name and your address when you order something in our shop.</p>"
    "<p>We keep your personal data for {} months and share it with nobody.</p>"
)


def until(daemon: "subprocess.Popen[str]", message: str) -> dict[str, Any]:
    """Read the daemon's log up to a line that says `message`."""
    assert daemon.stderr is not None
    for line in daemon.stderr:
        said = json.loads(line)
        assert isinstance(said, dict)
        if said["message"] == message:
            return said
        assert said["level"] != "error", said
    raise AssertionError(f"the daemon ended without saying {message!r}")


@pytest.mark.slow
def test_the_daemon_checks_what_is_due_mails_what_changed_and_stops_when_told(
    tmp_path: Path,
) -> None:
    with Site() as site:
        program = Program(tmp_path, {"CLAUSEWATCH_CONFIRM_AFTER": "0s"})
        url = site.put("/privacy", POLICY.format(12))
        program.run("add", url, "--name", "acme")
        program.run("subscribe", "reader@example.org")
        program.run("check", "acme")
        site.put("/privacy", POLICY.format(36))
        program.run("remove", "acme")
        program.run("edit", "acme", "--resume")  # due at once

        daemon = program.start("run")
        assert until(daemon, "checked")["changed"] == 1
        until(daemon, "sent")
        code, _ = stop(daemon)

        assert code == 0
        (alert,) = program.run("alerts", "--json").json
        assert alert["deliveries"][0]["state"] == "sent"


@pytest.mark.slow
def test_a_signal_during_a_hanging_fetch_still_ends_the_daemon_within_ten_seconds(
    tmp_path: Path,
) -> None:
    with Site() as site:
        program = Program(tmp_path)
        asked = threading.Event()

        def hang(exchange: Exchange) -> None:
            asked.set()
            exchange.hang()

        url = site.act("/privacy", hang)
        program.run("add", url, "--name", "acme")
        daemon = program.start("run")
        assert asked.wait(60)
        code, _ = stop(daemon, timeout_s=10)
        assert code == 0


@pytest.mark.slow
def test_a_killed_daemon_loses_nothing_and_the_next_one_goes_on(tmp_path: Path) -> None:
    with Site() as site:
        program = Program(tmp_path, {"CLAUSEWATCH_CONFIRM_AFTER": "0s"})
        url = site.put("/privacy", POLICY.format(12))
        program.run("add", url, "--name", "acme")
        daemon = program.start("run")
        until(daemon, "checked")
        os.kill(daemon.pid, signal.SIGKILL)
        daemon.communicate()
        assert program.run("verify", "--json").json["ok"] is True
        assert len(program.run("history", "acme", "--json").json) == 1
