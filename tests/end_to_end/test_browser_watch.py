"""A page that only a script fills, watched through the program with a real Chromium."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.browser import BROWSER, POLICY, need_browser, shell
from tests.support.inside import Inside
from tests.support.site import Site

_FILL = "fetch('/text').then(r => r.text()).then(t => { document.getElementById('root').innerHTML = t; })"


@pytest.fixture
def site() -> Iterator[Site]:
    need_browser()
    with Site() as running:
        yield running


@pytest.mark.slow
def test_a_page_that_a_script_fills_is_watched_like_any_other(site: Site, tmp_path: Path) -> None:
    settings = tmp_path / "clausewatch.toml"
    settings.write_text(f'confirm_after = "0s"\ncrawl.browser_path = "{BROWSER}"\n')
    program = Inside(tmp_path, {"CLAUSEWATCH_CONFIG": str(settings)})
    url = site.put("/privacy", shell(_FILL), headers={"ETag": '"frame"'})
    site.put("/text", POLICY)
    program.run("add", url, "--name", "wren")
    told = program.run("check", "-v").out
    assert "by a browser (shell)" in told
    assert "bring" in program.run("show", "wren").out
    with sqlite3.connect(tmp_path / "clausewatch.sqlite") as database:
        needed, etag = database.execute("SELECT browser_needed_at, etag FROM policy").fetchone()
    database.close()
    assert needed is not None, "it is remembered"
    assert etag is None, "the frame's validator would hide a change of its text"

    (again,) = program.run("check", "--all", "--json").lines
    assert again["outcome"] == "unchanged"

    site.put("/text", POLICY.replace("two years", "nine years"))
    (changed,) = program.run("check", "--all", "--json", expect=10).lines
    assert "9 years" in changed["change"]["headline"]

    program.run("edit", "wren", "--browser", "never")
    (held,) = program.run("check", "--all", "--json", expect=4).lines
    assert (held["outcome"], held["cause"]) == ("held", "shell")
