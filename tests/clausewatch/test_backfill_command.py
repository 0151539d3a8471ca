"""`backfill`, `alias`, `export` and `import` as a person runs them, and killed while they run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.storage.world import URL, A, B, C
from tests.support.archive import FakeArchive
from tests.support.program import Program

START = datetime(2020, 1, 1, tzinfo=UTC)
MONTH = timedelta(days=31)


@dataclass
class Desk:
    program: Program
    archive: FakeArchive

    def backfill(self, *args: str, expect: int = 0) -> Any:
        (said,) = self.program.run("backfill", "acme", *args, "--json", expect=expect).lines
        return said

    def history(self) -> list[tuple[str, str, str]]:
        return [
            (row["sha256"], row["first_seen"], row["last_seen"])
            for row in self.program.run("history", "acme", "--json").json
        ]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with FakeArchive() as archive:
        config = tmp_path / "clausewatch.toml"
        config.write_text(
            f"""[[archive]]
name = "fake"
kind = "wayback"
index = "{archive.url}/cdx"
captures = "{archive.url}/web"
index_per_minute = 6000
captures_per_second = 20
"""
        )
        program = Program(tmp_path, {"CLAUSEWATCH_CONFIG": str(config)})
        program.run("add", URL, "--name", "acme")
        yield Desk(program, archive)


def put(desk: Desk, texts: str) -> None:
    bodies = {"A": A, "B": B, "C": C}
    for number, text in enumerate(texts):
        desk.archive.put(URL, START + number * MONTH, bodies[text] + b"<!-- %d -->" % number)


@pytest.mark.slow
def test_a_backfill_that_is_killed_goes_on_and_finds_the_same(desk: Desk) -> None:
    put(desk, "ABCABCBACBACABCB")
    running = desk.program.start("backfill", "acme", "--all-captures")
    ends = time.monotonic() + 60
    while desk.archive.asked_for("capture") < 6 and time.monotonic() < ends:
        time.sleep(0.02)  # another process tells nobody how far it is
    running.kill()
    running.communicate()
    assert desk.archive.asked_for("capture") < 16, "it was killed on the way"

    said = desk.backfill("--all-captures")

    assert (said["texts"], said["placed"]) == (16, 16)
    assert desk.archive.asked_for("capture") <= 16 + 5, "only what was in flight is asked again"
    assert len(desk.history()) == 16
    desk.program.run("verify")


def test_the_past_is_fetched_told_of_and_shown(desk: Desk) -> None:
    put(desk, "AAABBB")
    desk.archive.redirect(URL, START + 7 * MONTH, "https://www.tealeaf.example/legal/privacy")

    said = desk.backfill("--from", "2019-01-01", "--every", "1mo")
    shown = desk.program.run("backfill", "acme").out

    assert said["archives"][0]["state"] == "done"
    assert (said["captures"], said["texts"], said["material"]) == (7, 2, 1)
    assert said["causes"] == {"archived_redirect": 1}
    assert said["suggested"] == ["https://www.tealeaf.example/legal/privacy"]
    assert "2 texts of the past" in shown
    assert "clausewatch alias acme https://www.tealeaf.example/legal/privacy" in shown
    assert desk.program.run("alerts", "--json").json == []


def test_an_older_address_is_asked_for_too(desk: Desk) -> None:
    old = "http://tealeaf.example/old/privacy.html"
    put(desk, "BB")
    desk.archive.put(old, START - 2 * MONTH, A)

    listed = desk.program.run("alias", "acme", old, "--to", "2020-01-01", "--json").json
    said = desk.backfill()

    assert listed["aliases"] == [{"url": old, "from": None, "to": "2020-01-01T23:59:59Z"}]
    assert {one["url"] for one in said["archives"]} == {URL, old}
    assert said["texts"] == 2
    desk.program.run("alias", "acme", "--remove", old)
    assert "no older address" in desk.program.run("alias", "acme").out


def test_mistakes_in_the_call_are_named(desk: Desk) -> None:
    for args in (
        (),
        ("acme", "--all"),
        ("acme", "--every", "1mo", "--all-captures"),
        ("acme", "--archive", "other"),
        ("acme", "--every", "soon"),
        ("nobody",),
    ):
        assert desk.program.run("backfill", *args, expect=2).err


def test_an_archive_that_is_gone_is_said_and_exits_with_4(desk: Desk) -> None:
    desk.archive.refuse(1, what="index", status=403, body=b"Blocked Site Error")
    said = desk.backfill(expect=4)
    assert said["archives"][0]["cause"] == "archive_excluded"


def test_a_file_leaves_and_comes_back_and_strangers_stay_out(desk: Desk, tmp_path: Path) -> None:
    put(desk, "AB")
    desk.backfill()
    said = desk.program.run("export", "acme", "-o", "out.warc.gz", "--json").json
    other = Program(tmp_path, {"CLAUSEWATCH_DATABASE": str(tmp_path / "other.sqlite")})

    assert (said["captures"], said["index"]) == (2, "out.cdxj")
    refused = other.run("import", "out.warc.gz", "--json", expect=4).json
    assert refused["strangers"] == {URL: 2}
    taken = other.run("import", "out.warc.gz", "--add", "--json").json
    assert (taken["placed"], taken["added"]) == (2, ["acme"])
    assert other.run("import", "out.warc.gz", "--json").json["known"] == 2
    history = [
        (row["sha256"], row["first_seen"], row["last_seen"])
        for row in other.run("history", "acme", "--json").json
    ]
    assert history == desk.history()


def test_the_shared_text_of_a_corpus_is_taken_in_at_its_own_date(tmp_path: Path) -> None:
    seed = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "seeds" / "inxtron.md"
    if not seed.is_file():
        pytest.skip("the texts of shared/data are not here")
    program = Program(tmp_path)

    taken = program.run("import", str(seed), "--add", "--json").json

    (row,) = program.run("history", taken["added"][0], "--json").json
    assert row["first_seen"] == "2010-06-26T04:16:30Z"
    assert "inxtron.com" in program.run("list", "--json").json[0]["url"]
