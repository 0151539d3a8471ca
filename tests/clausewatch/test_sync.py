"""`clausewatch sync`: the watched policies become those of a file."""

from pathlib import Path

import pytest

from tests.support.program import Program, Result

BOTH = """
[[policy]]
url = "https://shop.example/privacy"
name = "shop"
every = "6h"
tags = ["eu"]

[[policy]]
url = "https://bank.example/cookies"
kind = "cookies"
"""


def sync(program: Program, toml: str, *options: str, expect: int = 0) -> Result:
    (program.home / "watchlist.toml").write_text(toml, encoding="utf-8")
    return program.run("sync", "watchlist.toml", *options, expect=expect)


def watched(program: Program) -> dict[str, str]:
    return {row["policy"]: row["every"] for row in program.run("list", "--json").json}


def test_a_dry_run_shows_what_would_change_and_changes_nothing(tmp_path: Path) -> None:
    program = Program(tmp_path)
    said = sync(program, BOTH, "--dry-run").out
    assert "+ shop  https://shop.example/privacy" in said
    assert "2 would be added" in said
    assert watched(program) == {}


def test_the_file_is_followed_when_policies_come_change_and_go(tmp_path: Path) -> None:
    program = Program(tmp_path)
    sync(program, BOTH)
    assert watched(program) == {"shop": "6h", "bank-cookies": None}
    assert "0 added, 0 changed, 0 retired, 2 as they are" in sync(program, BOTH).out

    only = BOTH.split('[[policy]]\nurl = "https://bank', maxsplit=1)[0].replace("6h", "1d")
    said = sync(program, only).out
    assert "every: 6h -> 1d" in said
    assert "- bank-cookies" in said
    assert watched(program) == {"shop": "1d"}

    assert "watched again" in sync(program, BOTH).out
    assert watched(program) == {"shop": "6h", "bank-cookies": None}


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ('[[policy]]\nulr = "https://shop.example"', 'did you mean "url"?'),
        ('[[policy]]\nname = "shop"', "say the url to watch"),
        ('[[policy]]\nurl = "https://shop.example"\nevery = "soon"', "is no duration"),
        ('[[policy]]\nurl = "https://shop.example"\ntags = "eu"', "write a list"),
        ('[[policy]]\nurl = "file:///etc/passwd"', "file"),
        ('[policies]\nurl = "https://shop.example"', "it has [[policy]]"),
        ("[[policy]", "cannot be read as TOML"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_changed(tmp_path: Path, toml: str, said: str) -> None:
    program = Program(tmp_path)
    refused = sync(program, toml, expect=2)
    assert said in refused.err
    assert "Traceback" not in refused.err
    assert watched(program) == {}
