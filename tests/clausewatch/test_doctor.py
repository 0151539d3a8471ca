"""The doctor: each thing that can be wrong is found, said in its own words, and has a next step."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clausewatch.doctor.finding import (
    Finding,
    clock_finding,
    disk_finding,
    hosts_finding,
    worst,
)
from storage.lock import holder_of, holding
from tests.support.mailbox import Mailbox
from tests.support.program import Program
from tests.support.receiver import Receiver

NOW = datetime(2026, 6, 3, 14, 5, tzinfo=UTC)
GB = 10**9


def examined(program: Program, *args: str, expect: int | None = 0) -> dict[str, Any]:
    """The report by name; of several lines of one name the worst."""
    report = program.run("doctor", "--json", *args, expect=expect).json
    rank = {"ok": 0, "warn": 1, "fail": 2}
    found: dict[str, Any] = {}
    for finding in report["findings"]:
        known = found.get(finding["name"])
        if known is None or rank[finding["state"]] > rank[known["state"]]:
            found[finding["name"]] = finding
    return found


# What figures mean


@pytest.mark.parametrize(
    ("ahead_s", "state"),
    [([0], "ok"), ([1, 2, 3600], "ok"), ([-60], "warn"), ([45], "warn"), ([400, 400, 0], "fail"),
     ([-3600], "fail"), ([], "warn")],
)  # fmt: skip
def test_the_clock_is_judged_by_the_host_in_the_middle(ahead_s: list[int], state: str) -> None:
    offsets = [timedelta(seconds=s) for s in ahead_s]
    assert clock_finding(offsets, against="3 watched hosts").state == state


def test_a_clock_that_is_off_is_said_to_be_ahead_or_behind() -> None:
    ahead = clock_finding([timedelta(seconds=400)], against="1 watched host")
    behind = clock_finding([timedelta(seconds=-400)], against="1 watched host")
    assert ahead.said == "400 s ahead of 1 watched host"
    assert behind.said == "400 s behind 1 watched host"


@pytest.mark.parametrize(("free", "state"), [(5 * GB, "ok"), (2 * GB, "warn"), (GB // 2, "fail")])
def test_room_on_the_disk_is_judged_by_what_notices_warn_at(free: int, state: str) -> None:
    assert disk_finding(free, GB, "/var").state == state


def test_one_host_that_is_down_is_theirs_and_all_of_them_ours() -> None:
    down = ("https://b.example", "b.example: no answer within 10 s")
    assert hosts_finding(["https://a.example"], [down]).state == "warn"
    alone = hosts_finding([], [down])
    assert alone.state == "fail"
    assert "network" in alone.next_step
    assert hosts_finding([], []).next_step == "clausewatch add URL"


def test_the_report_is_as_bad_as_its_worst_line() -> None:
    assert worst([Finding("a", "ok", ""), Finding("b", "warn", "")]) == "warn"
    assert worst([]) == "ok"


# On a real installation


def test_a_new_installation_has_warnings_and_nothing_is_created(tmp_path: Path) -> None:
    program = Program(tmp_path)
    found = examined(program)
    assert found["database"]["state"] == "warn"
    assert "not there yet" in found["database"]["said"]
    assert found["mail"]["said"].startswith("no server is set: mails are written to")
    assert not list(tmp_path.rglob("*.sqlite"))
    assert "-> clausewatch add URL" in program.run("doctor").out


def test_every_line_that_is_not_well_has_a_next_step(tmp_path: Path) -> None:
    report = Program(tmp_path).run("doctor", "--json").json
    assert [f for f in report["findings"] if f["state"] != "ok" and not f["next_step"]] == []


def test_a_mistake_in_the_settings_is_the_first_thing_said(tmp_path: Path) -> None:
    file = tmp_path / "clausewatch.toml"
    file.write_text('every = "soon"\n')
    program = Program(tmp_path, {"CLAUSEWATCH_CONFIG": str(file)})
    found = examined(program, expect=4)
    assert "every" in found["settings"]["said"]


def test_a_secret_that_others_can_read_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "smtp").write_text("smtp+plain://127.0.0.1:1")
    (tmp_path / "smtp").chmod(0o644)
    file = tmp_path / "clausewatch.toml"
    file.write_text(
        'contact = "a@example.org"\n[mail]\nsmtp_url_file = "smtp"\nfrom = "a@b.example"\n'
    )
    program = Program(tmp_path, {"CLAUSEWATCH_CONFIG": str(file)})
    assert "chmod 600" in examined(program, expect=4)["settings"]["next_step"]
    (tmp_path / "smtp").chmod(stat.S_IRUSR | stat.S_IWUSR)
    assert examined(program, expect=4)["settings"]["state"] == "ok"


def test_a_sound_database_is_said_to_be_and_a_damaged_one_too(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.run("list")
    [file] = tmp_path.rglob("*.sqlite")
    found = examined(program)
    assert "sound, writable" in found["database"]["said"]
    assert found["outbox"]["state"] == "ok"

    data = bytearray(file.read_bytes())
    data[8192:12288] = b"\xff" * 4096
    file.write_bytes(bytes(data))
    found = examined(program, expect=4)
    assert found["database"]["state"] == "fail"
    assert found["database"]["next_step"]


def test_the_mail_server_is_asked_all_that_comes_before_a_mail(tmp_path: Path) -> None:
    with Mailbox(secure=True) as mailbox:
        program = Program(
            tmp_path, {"CLAUSEWATCH_SMTP_URL": mailbox.url, "SSL_CERT_FILE": mailbox.ca_file}
        )
        mail = examined(program)["mail"]
        assert mail["state"] == "ok"
        assert "STARTTLS, logged in, 250" in mail["said"]
        assert mailbox.received == []

        found = examined(program, "--send-test", "ada@example.org")
        assert "to ada@example.org:" in found["test mail"]["said"]
        assert "kept" in found["test mail"]["said"]
        [message] = mailbox.messages
        assert message["Subject"] == "Clausewatch: a test message"


def test_a_wrong_password_is_said_in_the_servers_words_and_not_repeated(tmp_path: Path) -> None:
    with Mailbox(secure=True) as mailbox:
        url = f"smtp://watch:canary-5d1@127.0.0.1:{mailbox.port}"
        program = Program(tmp_path, {"CLAUSEWATCH_SMTP_URL": url, "SSL_CERT_FILE": mailbox.ca_file})
        result = program.run("doctor", expect=4)
    assert "535" in result.out
    assert "password is wrong" in result.out
    assert "canary-5d1" not in result.out + result.err


def test_a_certificate_nobody_signed_and_a_closed_port_are_told_apart(tmp_path: Path) -> None:
    with Mailbox(secure=True) as mailbox:
        program = Program(tmp_path, {"CLAUSEWATCH_SMTP_URL": mailbox.url})
        assert "certificate" in examined(program, expect=4)["mail"]["next_step"]
        mailbox.refuse()
        assert "host and port" in examined(program, expect=4)["mail"]["next_step"]


def test_watched_hosts_are_asked_and_their_clock_is_ours(tmp_path: Path) -> None:
    with Receiver() as up:
        program = Program(tmp_path, {"CLAUSEWATCH_ALLOW_ADDRESSES": "127.0.0.0/8"})
        program.run("add", f"http://127.0.0.1:{up.port}/privacy", "--name", "up")
        found = examined(program)
        assert found["hosts"]["said"] == "1 of 1 watched hosts answer"
        assert found["clock"]["said"] == "agrees with 1 watched hosts"
        program.run("add", "http://127.0.0.1:1/privacy", "--name", "down")
        assert examined(program)["hosts"]["said"].startswith("1 of 2 watched hosts answer")


def test_a_private_host_that_is_not_allowed_is_not_asked(tmp_path: Path) -> None:
    with Receiver() as inside:
        program = Program(tmp_path, {"CLAUSEWATCH_ALLOW_ADDRESSES": ""})
        program.run("add", f"http://127.0.0.1:{inside.port}/privacy", expect=None)
        found = examined(program, expect=None)
    assert found["hosts"]["state"] != "ok"


def test_who_holds_the_database_is_known_without_taking_it(tmp_path: Path) -> None:
    database = str(tmp_path / "watch.sqlite")
    assert holder_of(database) == ""
    with holding(database, what="clausewatch run", now=NOW):
        assert "`clausewatch run` (process" in holder_of(database)
    assert holder_of(database) == ""
