"""`clausewatch run`: the daemon, as a process."""

import os
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.support.program import Program, said, stop
from tests.support.site import Site

POLICY = (
    "<title>Privacy Policy</title><h1>Privacy Policy</h1>"
    "<p>We collect your name and your address when you order something in our shop.</p>"
    "<p>We keep your personal data for {} months and share it with nobody.</p>"
)


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
        assert said(daemon, "checked")["changed"] == 1
        said(daemon, "sent")
        code, _ = stop(daemon)

        assert code == 0
        (alert,) = program.run("alerts", "--json").json
        assert alert["deliveries"][0]["state"] == "sent"


@pytest.mark.slow
def test_a_killed_daemon_loses_nothing_and_the_next_one_goes_on(tmp_path: Path) -> None:
    with Site() as site:
        program = Program(tmp_path, {"CLAUSEWATCH_CONFIRM_AFTER": "0s"})
        url = site.put("/privacy", POLICY.format(12))
        program.run("add", url, "--name", "acme")
        daemon = program.start("run")
        said(daemon, "checked")
        os.kill(daemon.pid, signal.SIGKILL)
        daemon.communicate()
        assert program.run("verify", "--json").json["ok"] is True
        assert len(program.run("history", "acme", "--json").json) == 1


@pytest.mark.slow
def test_a_daemon_is_seen_from_outside_and_takes_up_a_changed_watchlist_on_hang_up(
    tmp_path: Path,
) -> None:
    with Site() as site, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(60)
        url = site.put("/privacy", POLICY.format(12))
        watchlist = tmp_path / "watchlist.toml"
        watchlist.write_text(f'[[policy]]\nurl = "{url}"\nname = "acme"\n')
        port = _free_port()
        program = Program(
            tmp_path,
            {
                "NOTIFY_SOCKET": str(tmp_path / "notify"),
                "CLAUSEWATCH_LISTEN": f"127.0.0.1:{port}",
                "CLAUSEWATCH_WATCHLIST": str(watchlist),
                "CLAUSEWATCH_PING_URL": site.put("/ping", "heard"),
            },
        )
        daemon = program.start("run")
        assert manager.recv(100) == b"READY=1"
        said(daemon, "checked")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            assert b'clausewatch_fetches_total{outcome="first"} 1.0' in answer.read()

        watchlist.write_text("[[policy]]\nurl = 7\n")
        daemon.send_signal(signal.SIGHUP)
        refused = said(daemon, "the settings were not taken up", bad=True)
        assert "url = 7" in refused["message"]

        watchlist.write_text(f'[[policy]]\nurl = "{url}"\nname = "acme-privacy"\n')
        daemon.send_signal(signal.SIGHUP)
        said(daemon, "new settings taken up")
        assert [row["policy"] for row in program.run("list", "--json").json] == ["acme-privacy"]
        code, _ = stop(daemon)

        assert code == 0
        assert "/ping" in site.hits


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
