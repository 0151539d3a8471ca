"""The service files: what systemd and launchd read, and that they read it."""

import plistlib
import shutil
import subprocess
import sys
from pathlib import Path, PurePath

import pytest

from clausewatch.service.install import agent_plan, system_plan, user_plan, write
from clausewatch.service.systemd import Program, system_service
from tests.support.program import Program as Clausewatch

PROGRAM = Program(PurePath(sys.executable))
# Of ten; 0 is none at all. Below 2 `systemd-analyze` says "OK"; most services of a fresh Debian have 9.6.
MOST_EXPOSED = 2.0


def systemd_analyze(*arguments: str) -> "subprocess.CompletedProcess[str]":
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("there is no systemd on this machine")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


def test_systemd_finds_nothing_to_say_about_the_units(tmp_path: Path) -> None:
    plan = system_plan(PROGRAM, root=tmp_path)
    write(plan)
    said = systemd_analyze("verify", *(str(path) for path, _ in plan.files))
    assert (said.returncode, said.stderr) == (0, "")


def test_the_machines_service_is_exposed_to_little(tmp_path: Path) -> None:
    unit = tmp_path / "clausewatch.service"
    unit.write_text(system_service(Program(PurePath("/opt/clausewatch/bin/python"))))
    said = systemd_analyze("security", "--offline=true", "--no-pager", str(unit))
    (overall,) = (line for line in said.stdout.splitlines() if "Overall exposure level" in line)
    assert float(overall.split(":")[1].split()[0]) <= MOST_EXPOSED, said.stdout


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/opt/cw/bin/python", "/opt/cw/bin/python -m clausewatch run"),
        ("/opt/my tools/python", '"/opt/my tools/python" -m clausewatch run'),
        ("/opt/100%/py$on", '"/opt/100%%/py$$on" -m clausewatch run'),
    ],
)
def test_a_path_means_itself_to_systemd(path: str, written: str) -> None:
    assert Program(PurePath(path)).command("run") == written


def test_a_python_in_a_home_folder_stays_readable_and_no_other_home_is() -> None:
    assert "ProtectHome=read-only" in system_service(Program(PurePath("/home") / "ada" / "venv"))
    assert "ProtectHome=yes" in system_service(Program(PurePath("/opt/venv/bin/python")))


def test_a_browser_gets_what_it_cannot_do_without() -> None:
    assert "MemoryDenyWriteExecute=yes" in system_service(PROGRAM)
    assert "MemoryDenyWriteExecute" not in system_service(Program(PROGRAM.python, browser=True))


def test_macos_reads_an_agent_that_is_started_again_only_when_it_failed(tmp_path: Path) -> None:
    program = Program(PROGRAM.python, PurePath("/Library/a & b.toml"))
    ((_, text),) = agent_plan(program, home=tmp_path).files
    read = plistlib.loads(text.encode())
    assert read["ProgramArguments"][-3:] == ["--config", "/Library/a & b.toml", "run"]
    assert read["KeepAlive"] == {"SuccessfulExit": False}


def test_backups_go_where_systemd_says_that_state_lies(tmp_path: Path) -> None:
    texts = {path.name: text for path, text in system_plan(PROGRAM, root=tmp_path).files}
    assert "backup --keep 14 --into %S/clausewatch/backups\n" in texts["clausewatch-backup.service"]


def test_writing_twice_changes_nothing(tmp_path: Path) -> None:
    plan = user_plan(PROGRAM, home=tmp_path)
    assert len(write(plan)) == 3
    assert write(plan) == []


def test_the_command_writes_into_the_users_own_folder_and_says_what_to_run(tmp_path: Path) -> None:
    if sys.platform == "darwin":
        pytest.skip("a Mac has agents instead")
    program = Clausewatch(tmp_path)
    shown = program.run("install-service", "--user", "--print")
    assert "ExecStart=" in shown.out
    assert not (tmp_path / ".config").exists()

    done = program.run("install-service", "--user")

    assert (tmp_path / ".config/systemd/user/clausewatch.service").is_file()
    assert "systemctl --user enable --now clausewatch.service" in done.out
