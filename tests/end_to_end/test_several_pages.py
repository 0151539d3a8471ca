"""Policies of other shapes, watched through the program: on several pages, PDF, Markdown, plain text."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.inside import Inside
from tests.support.pdf import pdf_of
from tests.support.site import Site

_PRIVACY = """<!doctype html><html lang=en><title>Privacy</title><main><h1>Privacy policy</h1>
<p>Wren Bakery collects your name, your address and what you order in our shop.</p>
<h2>Keeping</h2><p>We keep your personal data for {period} after your last order, then we delete it.</p>
<h2>Your rights</h2><p>You may ask us for a copy of your data, or withdraw your consent.</p></main>"""
_COOKIES = """<!doctype html><html lang=en><title>Cookies</title><main><h1>Cookie notice</h1>
<p>We use cookies to remember your basket and to keep you signed in to your account with us.</p>
<p>Our cookies expire after {period}. You may refuse them, or withdraw your consent.</p></main>"""
_PARTNERS = """<!doctype html><html lang=en><title>Partners</title><main><h1>Sub-processors</h1>
<p>We share personal data with the third parties on this list, who process it for us.</p>
<ul><li>Plover Parcels, carrier</li><li>{second}</li></ul></main>"""


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture
def program(tmp_path: Path) -> Inside:
    return Inside(tmp_path, {"CLAUSEWATCH_CONFIRM_AFTER": "0s", "CLAUSEWATCH_CRAWL_DELAY": "0s"})


def put_all(site: Site, **said: str) -> list[str]:
    """Put the three pages, each with a validator of its own; return their addresses."""
    pages = (("/privacy", _PRIVACY), ("/cookies", _COOKIES), ("/partners", _PARTNERS))
    usual = {"period": "two years", "second": "Dunlin Hosting, computers"}
    addresses = []
    for path, page in pages:
        body = page.format(**usual) if path[1:] not in said else said[path[1:]]
        headers = {"ETag": f'"{hash(body)}"'}
        addresses.append(site.put(path, body, headers=headers))
    return addresses


def check(program: Inside, expect: int = 0) -> dict[str, Any]:
    (line,) = program.run("check", "--all", "--json", expect=expect).lines
    assert isinstance(line, dict)
    return line


def test_several_pages_are_one_policy(site: Site, program: Inside) -> None:
    privacy, cookies, partners = put_all(site)
    program.run("add", privacy, "--also", cookies, "--also", partners, "--name", "wren")
    assert check(program)["outcome"] == "first"
    text = program.run("show", "wren").out
    places = [
        text.index(mark)
        for mark in (f"# Page 1: {privacy}", f"# Page 2: {cookies}", f"# Page 3: {partners}")
    ]
    assert places == sorted(places)
    assert "Plover Parcels" in text[places[2] :]

    told = program.run("check", "--all", "-v").out
    assert f"{cookies}: 304" in told
    assert [hit.headers.get("if-none-match") is not None for hit in site.seen("/cookies")] == [
        False,
        True,
    ]

    put_all(
        site,
        partners=_PARTNERS.format(
            second="Magpie Media, advertising, to whom we sell personal data"
        ),
    )
    changed = check(program, expect=10)
    assert (changed["outcome"], changed["change"]["material"], changed["alerted"]) == (
        "changed",
        True,
        True,
    )
    text = program.run("show", "wren").out
    assert "remember your basket" in text, "what had not changed is taken from the last capture"
    assert "Magpie Media" in program.run("diff", "wren", expect=10).out


def test_one_page_that_fails_or_is_doubtful_fails_the_whole_by_name(
    site: Site, program: Inside
) -> None:
    privacy, cookies, partners = put_all(site)
    program.run("add", privacy, "--also", cookies, "--also", partners, "--name", "wren")
    check(program)
    site.put("/cookies", "busy", status=503)
    failed = check(program, expect=4)
    assert (failed["outcome"], failed["cause"]) == ("failed", "server_error")
    assert cookies in failed["detail"]
    site.put(
        "/cookies", "<!doctype html><title>Just a moment...</title><h1>Checking your browser</h1>"
    )
    held = check(program, expect=4)
    assert (held["outcome"], held["cause"]) == ("held", "bot_wall")
    assert cookies in held["detail"]
    put_all(site)
    assert check(program)["outcome"] == "unchanged"


def test_a_page_that_the_watcher_adds_or_takes_away_is_no_news(site: Site, program: Inside) -> None:
    privacy, cookies, partners = put_all(site)
    program.run("add", privacy, "--name", "wren")
    program.run("subscribe", "reader@example.org")
    check(program)
    program.run("edit", "wren", "--also", cookies)
    added = check(program)
    assert (added["outcome"], added["change"]["material"]) == ("changed", False)
    program.run("edit", "wren", "--also", partners, "--also", cookies)
    assert check(program)["change"]["material"] is False
    put_all(site, privacy=_PRIVACY.format(period="seven years"))
    program.run("edit", "wren", "--one-page")
    changed = check(program, expect=10)
    assert changed["change"]["headline"].startswith("keeps data for 7 years")
    assert program.run("alerts", "--json").json[0]["topics"] == ["retention"]
    assert program.run("list", "--json").json[0]["also"] == []


def test_the_body_alone_is_enough_to_read_the_text_again(site: Site, program: Inside) -> None:
    privacy, cookies, _ = put_all(site)
    program.run("add", privacy, "--also", cookies, "--name", "wren")
    check(program)
    text = program.run("show", "wren").out
    with sqlite3.connect(program.home / "clausewatch.sqlite") as database:
        database.execute("UPDATE snapshot SET revision = 0")
    database.close()
    site.put("/privacy", _PRIVACY.format(period="two years") + "<!-- other bytes -->")
    assert check(program)["outcome"] == "unchanged", "read again from the body, it is the same"
    assert program.run("show", "wren").out == text
    program.run("verify")


def test_a_watchlist_declares_pages_and_the_browser(site: Site, program: Inside) -> None:
    privacy, cookies, partners = put_all(site)
    entry = f'[[policy]]\nurl = "{privacy}"\nname = "wren"\nbrowser = "never"\nalso = ["{cookies}", "{partners}"]\n'
    (program.home / "watchlist.toml").write_text(entry)
    program.run("sync", "watchlist.toml")
    (row,) = program.run("list", "--json").json
    assert (row["also"], row["browser"]) == ([cookies, partners], "never")
    assert program.run("sync", "watchlist.toml", "--json").json["same"] == ["wren"]
    (program.home / "watchlist.toml").write_text(entry.replace(f', "{partners}"', ""))
    program.run("sync", "watchlist.toml")
    assert program.run("list", "--json").json[0]["also"] == [cookies]
    for wrong, hint in (
        ('also = "x"', "write a list"),
        ('browser = "maybe"', "auto, always, never"),
        (f'also = ["{privacy}"]', "own address"),
    ):
        (program.home / "watchlist.toml").write_text(f'[[policy]]\nurl = "{privacy}"\n{wrong}\n')
        assert hint in program.run("sync", "watchlist.toml", expect=2).err


_MARKDOWN = """# Privacy policy

Wren Bakery collects your name and your address.

## Keeping

We keep your personal data for {period} after your last order, then we delete it.

## Your rights

* You may ask us for a copy of your data.
* You may withdraw your consent.
"""


@pytest.mark.parametrize(
    ("path", "content_type", "kind"),
    [
        ("/privacy.md", "text/markdown; charset=utf-8", "markdown"),
        ("/raw/privacy", "text/markdown", "markdown"),
        ("/privacy.txt", "text/plain; charset=utf-8", "text"),
        ("/privacy.md", "application/octet-stream", "markdown"),
        ("/policy.pdf", "application/pdf", "pdf"),
        ("/download?id=7", "application/octet-stream", "pdf"),
        ("/policy", "", "pdf"),
    ],
)
def test_documents_of_other_kinds_are_watched_like_pages(
    site: Site, program: Inside, path: str, content_type: str, kind: str
) -> None:
    def put(period: str) -> str:
        text = _MARKDOWN.format(period=period)
        return site.put(path, pdf_of(text) if kind == "pdf" else text, content_type=content_type)

    program.run("add", put("two years"), "--name", "wren")
    assert check(program)["outcome"] == "first"
    shown = program.run("show", "wren").out
    assert "for two years after your last order" in " ".join(shown.split())
    put("seven years")
    changed = check(program, expect=10)
    assert "7 years" in changed["change"]["headline"]
