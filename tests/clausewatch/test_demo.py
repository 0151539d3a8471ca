"""The demonstration as a person runs it: what it prints, leaves behind, and says of itself."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default as modern
from pathlib import Path

import pytest

from clausewatch.commands import demo as command
from clausewatch.demo.story import MONTHS, PLANTS, SUBSCRIBERS

ROOT = Path(__file__).resolve().parents[2]

# The whole story takes some twenty seconds on a quiet machine.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@dataclass(frozen=True, slots=True)
class Run:
    home: Path
    code: int
    out: str
    err: str


def run(home: Path, *words: str, environ: Mapping[str, str] | None = None) -> Run:
    """Run `clausewatch` with `home` as its working folder."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "clausewatch", *words],
        cwd=home,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "PYTHONPATH": str(ROOT),
            **(environ or {}),
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    return Run(home, done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(tmp_path_factory.mktemp("whole"), "demo")


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(tmp_path_factory.mktemp("short"), "demo", "--months", "2", "--json")


def test_all_that_was_planted_is_found_and_nothing_else(whole: Run) -> None:
    assert (whole.code, whole.err) == (0, ""), whole.out
    assert "not as planted" not in whole.out
    assert "As planted: four material edits were planted and found" in whole.out


def test_everything_that_happens_is_shown_with_what_was_made_of_it(whole: Run) -> None:
    shown = " ".join(whole.out.split())
    for plant in PLANTS:
        assert " ".join(plant.told.split()) in shown
    for words in (
        "the date only, 6 October 2025 → 3 November 2025",
        "seperate → separate; wich → which",
        "1 passage moved",
        "headings renumbered",
        "both texts read exactly as before",
        "checks failed: server error",
        "2 checks doubtful",
        "recorded as a flap, nobody is told",
        "checks, nothing new",
    ):
        assert words in shown


def test_an_alert_shows_both_sides_with_the_changed_words_marked(whole: Run) -> None:
    shown = " ".join(whole.out.replace("│", " ").split())
    assert "before We keep your brewing log for [-90 days" in shown
    assert "after We keep your brewing log for {+three years, so that your kettle can grow" in shown
    assert "[-We never sell your personal data.-]" in shown
    assert whole.out.count("│ told ") == 4


def test_without_a_terminal_there_is_no_colour(whole: Run) -> None:
    assert "\x1b" not in whole.out


def test_mails_are_there_to_open_for_those_who_asked(whole: Run) -> None:
    folder = whole.home / "demo" / "mails"
    mails = [message_from_bytes(p.read_bytes(), policy=modern) for p in folder.glob("*.eml")]
    assert {mail["To"] for mail in mails} == {subscriber.address for subscriber in SUBSCRIBERS}
    assert sorted(path.stem for path in folder.glob("*.html")) == sorted(
        path.stem for path in folder.glob("*.eml")
    )
    assert f"{len(mails)}  mails were sent" in whole.out


def test_the_commands_it_names_work_when_pasted(whole: Run) -> None:
    pasted = [line.strip() for line in whole.out.splitlines() if " --config demo/" in line]
    assert len(pasted) == 6
    for line in pasted:
        words = shlex.split(line)
        done = run(whole.home, *words[words.index("--config") :])
        assert done.code in {0, 10}, (line, done.err)
        assert done.out.strip(), line


def test_what_the_commands_answer_is_the_story(whole: Run) -> None:
    def ask(*words: str) -> str:
        return run(whole.home, "--config", "demo/clausewatch.toml", *words).out

    alerts = json.loads(ask("alerts", "--json"))
    assert [alert["policy"].removeprefix("pottlewick-") for alert in alerts] == [
        plant.pages[0] for plant in PLANTS if plant.kind == "material"
    ]
    assert "for 90 days" in ask("show", "pottlewick-privacy", "--at", "2025-11-15")
    assert "for three years" in ask("show", "pottlewick-privacy", "--at", "2026-03-01")
    assert "for 30 days" in ask("show", "pottlewick-privacy")


def test_a_part_of_the_story_is_told_to_machines_as_well(short: Run) -> None:
    assert (short.code, short.err) == (0, "")
    report = json.loads(short.out)
    assert report["complaints"] == []
    assert set(report["checks"]) == {"first", "unchanged", "changed"}
    happenings = report["happenings"]
    assert [one["day"] for one in happenings] == [
        "2025-10-20", "2025-11-03", "2025-11-17", "2025-12-01",
    ]  # fmt: skip
    assert [alert["topics"] for one in happenings for alert in one["alerts"]] == [["retention"]]


def test_the_same_story_is_found_again_in_the_same_folder(short: Run) -> None:
    again = run(short.home, "demo", "--months", "2", "--json")
    before, after = json.loads(short.out), json.loads(again.out)
    for report in (before, after):
        report.pop("site")  # its port may be taken
        report["mails"] = len(report["mails"])  # Message-IDs name the rows that were told
    assert after == before


def test_settings_of_the_person_who_runs_it_are_left_alone(tmp_path: Path) -> None:
    environ = {
        "CLAUSEWATCH_DATABASE": str(tmp_path / "mine.sqlite"),
        "CLAUSEWATCH_SMTP_URL": "smtp://mail.invalid",
    }
    done = run(tmp_path, "demo", "--months", "1", environ=environ)
    assert done.code == 0, done.err
    assert not (tmp_path / "mine.sqlite").exists()
    assert "--database demo/clausewatch.sqlite" in done.out


def test_a_folder_that_is_not_its_own_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    done = run(tmp_path, "demo", "--folder", ".")
    assert done.code == 2
    assert "--folder" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_the_command_offers_the_whole_story() -> None:
    assert command._MONTHS == MONTHS
