"""What ships: the wheel's names and files, the program run from it, and locks that fit the project file."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.test_architecture import imports_of, modules

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {"alerts", "analysis", "clausewatch", "crawler", "scheduler", "storage"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def run(
    *command: str, folder: Path, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, text=True
    )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with what is installed: no build environment, no network."""
    folder = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "hatchling", "build", "--target", "wheel")
    done = run(*build, "--directory", str(folder), folder=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


def files_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_the_six_rooms_and_nothing_else(wheel: Path) -> None:
    top = {name.partition("/")[0] for name in files_in(wheel)}
    assert {name for name in top if not name.endswith(".dist-info")} == ROOMS


def test_every_file_of_a_room_is_in_the_wheel(wheel: Path) -> None:
    """Templates, migrations, cue tables, the model and the demo's texts are read at run time."""
    tracked = run("git", "ls-files", "--", *sorted(ROOMS), folder=ROOT)
    if tracked.returncode:
        pytest.skip("a source archive has no list of its files")
    there = {name for name in tracked.stdout.splitlines() if (ROOT / name).is_file()}
    assert there - files_in(wheel) == set()


@pytest.mark.parametrize(
    "kind", ["storage/migrations/versions/", "alerts/templates/", "clausewatch/demo/"]
)
def test_what_the_program_reads_at_run_time_ships_with_it(wheel: Path, kind: str) -> None:
    assert [name for name in files_in(wheel) if name.startswith(kind)] != []


def test_no_test_bench_or_note_is_in_the_wheel(wheel: Path) -> None:
    strays = [n for n in files_in(wheel) if n.startswith(("tests/", "bench/", "docs/", "locks/"))]
    assert strays == []


def test_the_program_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    environment = {**os.environ, "PYTHONPATH": str(place)}

    def python(code: str, *words: str) -> subprocess.CompletedProcess[str]:
        return run(sys.executable, "-c", code, *words, folder=tmp_path, environment=environment)

    def clausewatch(*words: str) -> subprocess.CompletedProcess[str]:
        start = "from clausewatch.__main__ import main; main()"
        return python(start, "--database", str(tmp_path / "watch.sqlite"), *words)

    origin = python("import storage; print(storage.__file__)")
    assert origin.stdout.startswith(str(place)), "the checkout was run, not the wheel"
    version = clausewatch("--version")
    assert PROJECT["version"] in version.stdout, version.stderr
    added = clausewatch("add", "https://example.org/privacy", "--name", "example")
    assert added.returncode == 0, added.stderr
    listed = clausewatch("list", "--json")
    assert "https://example.org/privacy" in listed.stdout, listed.stderr


def test_the_console_script_is_the_only_one(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        name = next(n for n in archive.namelist() if n.endswith("entry_points.txt"))
        lines = archive.read(name).decode().split("\n")
    assert [line for line in lines if "=" in line] == ["clausewatch = clausewatch.__main__:main"]


def pins(lock: str) -> dict[str, str]:
    """Return the versions a lock file names, by normalised package name."""
    found = {}
    for line in (ROOT / "locks" / lock).read_text(encoding="utf-8").splitlines():
        name, equals, rest = line.partition("==")
        if equals and not line.startswith((" ", "#")):
            found[same(name)] = rest.split()[0]
    return found


@pytest.mark.parametrize(
    ("lock", "extras"), [("run.txt", ()), ("dev.txt", ("dev",)), ("all.txt", tuple(EXTRAS))]
)
def test_a_lock_pins_what_the_project_file_asks_for(lock: str, extras: tuple[str, ...]) -> None:
    wanted = [*PROJECT["dependencies"], *(text for extra in extras for text in EXTRAS[extra])]
    pinned = pins(lock)
    for requirement in map(Requirement, wanted):
        name = same(requirement.name)
        assert name in pinned, f"{requirement} is not in locks/{lock}: run make lock"
        assert requirement.specifier.contains(pinned[name]), f"{requirement}: run make lock"


def test_the_locks_agree_with_each_other() -> None:
    run, dev, everything = pins("run.txt"), pins("dev.txt"), pins("all.txt")
    assert run.items() <= dev.items() <= everything.items()


@pytest.mark.parametrize("lock", ["run.txt", "dev.txt", "all.txt"])
def test_a_lock_names_no_index_and_no_path_and_hashes_everything(lock: str) -> None:
    lines = (ROOT / "locks" / lock).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if "://" in line or line.startswith(("-", "/"))] == []
    starts = [n for n, line in enumerate(lines) if "==" in line and not line.startswith((" ", "#"))]
    assert all("--hash=sha256:" in lines[n + 1] for n in starts)


def test_what_the_rooms_import_is_asked_for_by_name() -> None:
    """A library that only comes with another one goes when that one changes its mind."""
    homes = packages_distributions()
    optional = [text for extra, texts in EXTRAS.items() if extra != "dev" for text in texts]
    wanted = [*PROJECT["dependencies"], *optional]
    asked = {same(Requirement(text).name) for text in wanted}
    imported = {name.partition(".")[0] for path in modules() for name, _ in imports_of(path)}
    foreign = imported - ROOMS - sys.stdlib_module_names - {"", "compression"}  # 3.14's zstd
    missing = {
        name: homes.get(name)
        for name in foreign
        if not any(same(home) in asked for home in homes.get(name, []))
    }
    assert missing == {}


def same(name: str) -> str:
    """Spell the name of a distribution as the index does."""
    return re.sub(r"[-_.]+", "-", name).lower()
