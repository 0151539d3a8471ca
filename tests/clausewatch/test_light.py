"""Commands that only ask start light, and say the same as over the whole machinery."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from clausewatch.tables import as_csv, as_markdown, as_table
from storage.errors import StoreFailed
from storage.light import light
from tests.storage.world import HOUR, NOW, A, B, watched
from tests.support.program import Program

HEAVY = ("sqlmodel", "sqlalchemy", "pydantic", "scrapy", "twisted", "rich", "alembic", "lxml", "analysis")  # fmt: skip
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    world = watched(tmp_path)
    for body in (A, B, B):
        world.fetch(body)
    world.archive(A, NOW - HOUR)
    world.store.close()
    return tmp_path / "watch.sqlite"


def imported(*call: str) -> set[str]:
    """Return which of the heavy libraries a command imports."""
    program = (
        "import sys\n"
        "sys.argv = ['clausewatch', *sys.argv[1:]]\n"
        "from clausewatch.cli import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        f"    print('HEAVY', *({{name.split('.')[0] for name in sys.modules}} & set({HEAVY!r})))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *call],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    return set(done.stdout.rpartition("HEAVY")[2].split())


@pytest.mark.parametrize(
    "call",
    [
        "history tealeaf-privacy",
        "history tealeaf-privacy --csv",
        "history",
        "show tealeaf-privacy --at 2026-03-01",
        "status",
    ],
)
def test_a_command_that_asks_imports_nothing_heavy(database: Path, call: str) -> None:
    assert imported("--database", str(database), *call.split()) == set()


def test_the_version_and_a_mistake_import_nothing_heavy(tmp_path: Path) -> None:
    assert imported("--version") == set()
    assert imported("--database", str(tmp_path / "none.sqlite"), "hisotry") == set()


def test_a_database_of_another_schema_is_left_to_the_engine(database: Path) -> None:
    with light(str(database)) as connection:
        assert connection is not None
    with sqlite3.connect(database) as other:
        other.execute("UPDATE alembic_version SET version_num = '0001'")
    with light(str(database)) as connection:
        assert connection is None
    with light(str(database.parent / "new.sqlite")) as connection:
        assert connection is None
    with light("postgresql://db.example/watch") as connection:
        assert connection is None


def test_a_light_connection_writes_nothing(database: Path) -> None:
    def wipe() -> None:
        with light(str(database)) as connection:
            assert connection is not None
            connection.execute("DELETE FROM change")

    with pytest.raises(StoreFailed, match="cannot be read or written"):
        wipe()


def test_a_sheet_holds_no_formula_and_a_table_no_markup() -> None:
    rows = [["=1+1", "a,b", 'say "x"'], ["-2", "@cmd", "\x1b[31mred"], ["\t=1", "+1", "two\nlines"]]
    assert as_csv(["a", "b", "c"], rows) == (
        'a,b,c\r\n\'=1+1,"a,b","say ""x"""\r\n\'-2,\'@cmd,[31mred\r\n\'\t=1,\'+1,"two\nlines"\r\n'
    )
    assert as_markdown(["a", "b"], [["<b>|*x*", "two\nlines"]]) == (
        "| a | b |\n| --- | --- |\n| \\<b\\>\\|\\*x\\* | two lines |\n"
    )
    assert as_table(["n", "said"], [["1", "表"], ["10", "x\x1b"]], right=(0,)).split("\n") == [
        " n  said", " 1  表", "10  x",
    ]  # fmt: skip


def test_history_is_had_as_a_sheet_or_a_page(database: Path, tmp_path: Path) -> None:
    program = Program(tmp_path, {"CLAUSEWATCH_DATABASE": str(database)})
    sheet = program.run("history", "tealeaf-privacy", "--csv").out.splitlines()
    assert sheet[0].startswith("policy,snapshot,first_seen")
    assert [line.split(",")[4] for line in sheet[1:]] == ["live wayback", "live"]
    assert program.run("history", "tealeaf-privacy", "--markdown").out.startswith("| policy |")
    program.run("history", "tealeaf-privacy", "--csv", "--json", expect=2)


def test_what_a_policy_said_at_an_instant_comes_with_how_sure_that_is(
    database: Path, tmp_path: Path
) -> None:
    program = Program(tmp_path, {"CLAUSEWATCH_DATABASE": str(database)})

    def asked(at: str) -> dict[str, object]:
        found: dict[str, object] = program.run("show", "tealeaf-privacy", "--at", at, "--json").json
        return found

    seen = asked("2026-03-01T12:00:00Z")
    assert (seen["how"], seen["sources"]) == ("seen", ["live", "wayback"])
    assert seen["before"] == {"at": "2026-03-01T11:00:00Z", "source": "wayback", "snapshot": 1}
    assert seen["after"] == {"at": "2026-03-01T13:00:00Z", "source": "live", "snapshot": 1}
    assert asked("2026-03-01T13:30:00Z")["how"] == "between"
    assert asked("2026-03-02")["how"] == "since"
    early = program.run("show", "tealeaf-privacy", "--at", "2020-01-01", expect=2)
    assert "the first was seen 2026-03-01T11:00:00Z" in early.err
