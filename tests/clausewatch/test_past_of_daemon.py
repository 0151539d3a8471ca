"""The daemon asks archives by itself: killed in the middle it goes on, later it fills what was missed."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.storage.world import URL, A, B, C
from tests.support.archive import FakeArchive
from tests.support.program import Program, said, stop
from tests.support.site import Site

START = datetime(2020, 1, 1, tzinfo=UTC)
MONTH = timedelta(days=31)
TEXTS = {"A": A, "B": B, "C": C}
SETTINGS = """[[archive]]
name = "fake"
kind = "wayback"
index = "{archive.url}/cdx"
captures = "{archive.url}/web"
index_per_minute = 6000
captures_per_second = {pace}

[backfill]
density = "0s"
again = "1s"
"""


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 100
    while not holds():
        assert time.monotonic() < ends, "it never came to this"
        time.sleep(0.02)  # another process tells nobody how far it is


@pytest.mark.slow
def test_a_daemon_killed_amid_the_past_goes_on_and_live_checks_continue_the_same_timeline(
    tmp_path: Path,
) -> None:
    config = tmp_path / "clausewatch.toml"
    program = Program(tmp_path, {"CLAUSEWATCH_CONFIG": str(config)})

    def history() -> list[tuple[str, str, str]]:
        rows: list[dict[str, Any]] = program.run("history", "acme", "--json").json
        return [(row["first_seen"][:10], row["last_seen"][:10], row["source"]) for row in rows]

    with FakeArchive() as archive, Site() as site:
        config.write_text(SETTINGS.format(archive=archive, pace=10))
        for number, text in enumerate("ABCABCBACBAC"):
            archive.put(URL, START + number * MONTH, TEXTS[text] + b"<!-- %d -->" % number)
        program.run("add", URL, "--name", "acme")

        daemon = program.start("run")
        until(lambda: archive.asked_for("capture") >= 4)
        daemon.kill()
        daemon.communicate()
        assert archive.asked_for("capture") < 12, "it was killed on the way"

        config.write_text(SETTINGS.format(archive=archive, pace=100))
        daemon = program.start("run")
        said(daemon, "looked back")
        assert stop(daemon)[0] == 0
        assert archive.asked_for("capture") <= 12 + 3, "only what was in flight is asked again"
        assert len(history()) == 12

        missed = datetime.now(UTC) - 2 * timedelta(days=1)  # while nobody watched
        archive.put(URL, missed, A)
        daemon = program.start("run")
        said(daemon, "looked back")
        assert stop(daemon)[0] == 0
        assert [row[2] for row in history()] == ["fake"] * 13
        assert archive.asked_for("capture") <= 13 + 3, "what is known is not asked for again"

        page = site.put("/privacy", A.decode(), content_type="text/html")
        program.run("edit", "acme", "--url", page)
        program.run("check", "acme")
        today = f"{datetime.now(UTC):%Y-%m-%d}"
        assert history()[-1] == (f"{missed:%Y-%m-%d}", today, "fake")
        assert len(history()) == 13
        assert program.run("alerts", "--json").json == []
        assert program.run("verify", "--json").json["ok"] is True
