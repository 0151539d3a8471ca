"""`explain`: a policy clause by clause, on a terminal, as a page and for machines."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from analysis.clausemap import clause_map
from analysis.fact import Fact
from clausewatch.clause_page import clause_page
from clausewatch.fact_phrases import phrases_of
from tests.support.program import Program
from tests.support.site import Site

POLICY = """# Privacy Policy

## What we share

We never sell your data unless you tell us to. We may share your address with the carrier.

## Cookies

- We use session cookies to remember your basket.
- We do not use web beacons.

## How long we keep it

We keep your orders for two years.
"""
HOSTILE = (
    "We share your data with <script>alert(1)</script> \u202eparties\u202c \x1b[31mred {{ 7+7 }}."
)


class _Page(HTMLParser):
    """The elements of a page, its ids, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if "href" in found else []
        assert not any(name.startswith("on") or name == "src" for name in found)

    def handle_data(self, data: str) -> None:
        self.words += data


def page_of(text: str) -> _Page:
    return _Page(clause_page("Privacy Policy", clause_map(text)))


@pytest.fixture
def program(tmp_path: Path) -> Program:
    (tmp_path / "policy.md").write_text(POLICY, encoding="utf-8")
    (tmp_path / "hostile.md").write_text(f"# Privacy Policy\n\n{HOSTILE}\n", encoding="utf-8")
    return Program(tmp_path)


def test_the_terminal_shows_each_clause_with_its_topics_facts_and_reasons(program: Program) -> None:
    out = program.run("explain", "policy.md").out
    assert re.search(r"^Privacy Policy > How long we keep it$", out, re.MULTILINE)
    assert re.search(r"^4 clauses about .*\bcookies \(2\)", out, re.MULTILINE)
    assert re.search(r"^  4\. retention$", out, re.MULTILINE)
    assert "  We keep your orders for two years.\n" in out
    assert "- denies: selling (unless you tell us to)" in out
    assert "- does not use: web beacon" in out
    assert "- keeps: 2 years" in out
    assert '- because of "' in out


def test_json_has_every_clause_fact_and_cue_with_its_place(program: Program) -> None:
    sharing, session, beacons, keeping = program.run("explain", "policy.md", "--json").json
    assert sharing["path"] == ["Privacy Policy", "What we share"]
    assert {"sharing", "sale"} <= set(sharing["topics"])
    assert (session["kind"], keeping["kind"]) == ("item", "paragraph")
    assert "cookies" in beacons["topics"]
    (period,) = [fact for fact in keeping["facts"] if fact["slot"] == "period"]
    assert period["value"] == "2 years"
    assert "two years" in keeping["text"][period["start"] : period["end"]]
    assert keeping["scores"]["retention"] >= 3
    assert {cue["topic"] for cue in keeping["cues"]} <= set(keeping["topics"])


def test_a_page_is_written_and_nothing_else_is_printed(program: Program) -> None:
    done = program.run("explain", "policy.md", "--html", "map.html")
    assert done.out == ""
    assert "map.html has 4 clauses" in done.err
    assert "keeps:" in _Page((program.home / "map.html").read_text(encoding="utf-8")).words


def test_a_page_and_json_can_be_had_at_once(program: Program) -> None:
    assert len(program.run("explain", "policy.md", "--html", "map.html", "--json").json) == 4
    assert (program.home / "map.html").exists()


def test_a_name_is_neither_file_nor_policy(program: Program) -> None:
    assert "nowhere" in program.run("explain", "nowhere", expect=2).err


@pytest.fixture
def watched(program: Program) -> Iterator[Program]:
    with Site() as site:
        body = "".join(f"<p>{line}</p>" for line in POLICY.splitlines() if line and line[0] != "#")
        page = (
            f"<!doctype html><html lang=en><title>Acme</title><main><h1>Privacy Policy</h1>{body}"
        )
        address = site.put("/privacy", page, content_type="text/html; charset=utf-8")
        program.run("add", address, "--name", "acme")
        yield program


@pytest.mark.slow
def test_a_watched_policy_is_explained_by_its_name(watched: Program) -> None:
    assert "acme has no text yet" in watched.run("explain", "acme", expect=2).err
    watched.run("check")
    assert watched.run("explain", "acme").out.startswith("acme\n")
    clauses: list[dict[str, Any]] = watched.run("explain", "acme", "--json").json
    assert any("two years" in clause["text"] for clause in clauses)


def test_the_contents_count_the_clauses_of_a_topic_and_lead_to_them() -> None:
    page = page_of(POLICY)
    assert "topic-cookies" in page.ids
    assert {"#clause-2", "#clause-3", "#topic-cookies"} <= set(page.links)
    assert len(page.ids) == len(set(page.ids))
    assert all(link.removeprefix("#") in page.ids for link in page.links)
    assert "keeps:2 years" in page.words
    assert page.tags.count("details") == 4


def test_what_the_facts_rest_on_is_marked_and_no_word_is_lost() -> None:
    text = "We keep it for two years, and we never sell it."
    html = clause_page("x", clause_map(text))
    assert "<mark>for two years</mark>" in html or "<mark>two years</mark>" in html
    assert text in _Page(html).words


def test_a_hostile_policy_is_only_text(program: Program) -> None:
    (clause,) = clause_map("We share your data.")
    path = ("<script>alert(1)</script>",)
    page = _Page(clause_page("x", [replace(clause, path=path, text=HOSTILE, facts=())]))
    assert not {"script", "img", "iframe", "form"} & set(page.tags)
    assert page.words.count("<script>alert(1)</script>") == 2
    assert "{{ 7+7 }}" in page.words
    assert not {"\x1b", "\u202e"} & set(page.words)
    out = program.run("explain", "hostile.md").out
    assert not {"\x1b", "\u202e"} & set(out)
    assert "alert(1)" in out


def test_a_hostile_title_is_only_text() -> None:
    page = _Page(clause_page("</title><script>x</script>\u202e", ()))
    assert "script" not in page.tags
    assert "Nothing that we know." in page.words


def test_a_language_that_is_not_read_is_said_to_be_so() -> None:
    text = "Мы собираем ваши персональные данные и передаём их нашим партнёрам."
    page = _Page(clause_page("x", clause_map(text)))
    assert "in a language that is not read" in page.words
    assert "no topic" not in page.words.replace("no topics were looked for", "")


@pytest.mark.parametrize(
    ("fact", "phrase"),
    [
        (Fact("practice", "sell", 0, 1, "does_not"), "denies: selling"),
        (Fact("practice", "sell", 0, 1, "does_not_unless", "unless asked"), "denies: selling (unless asked)"),
        (Fact("practice", "share", 0, 1, "does", "by others"), "practices: sharing (by others)"),
        (Fact("period", "session", 0, 1, detail="open"), "keeps: session"),
        (Fact("period", "7 years", 0, 1, detail="after you leave"), "keeps: 7 years (after you leave)"),
        (Fact("age", "13", 0, 1, detail="under"), "age: under 13"),
        (Fact("data_type", "health", 0, 1, detail="sensitive"), "data: health (sensitive)"),
        (Fact("technology", "cookie", 0, 1, "does_not"), "does not use: cookie"),
        (Fact("scope", "to this site", 0, 1, "does_not"), "does not apply: to this site"),
        (Fact("notice", "none", 0, 1), "tells of changes: the reader has to look"),
        (Fact("modality", "never", 0, 1, detail="share"), "wording: never share"),
        (Fact("choice", "opt_out", 0, 1), "choices: opt-out"),
        (Fact("party", "Brightpane", 0, 1, detail="Name; Hosting; UK"), "names: Brightpane"),
    ],
)  # fmt: skip
def test_a_fact_reads_as_a_phrase(fact: Fact, phrase: str) -> None:
    assert [str(each) for each in phrases_of([fact])] == [phrase]


def test_phrases_gather_what_is_alike_with_the_denials_first() -> None:
    facts = [
        Fact("practice", "collect", 0, 1, "does"),
        Fact("practice", "use", 0, 1, "does"),
        Fact("modality", "will", 0, 1),
        Fact("practice", "sell", 0, 1, "does_not"),
        Fact("practice", "share", 0, 1, "does_not"),
        Fact("practice", "sell", 5, 6, "does_not"),
    ]
    assert [str(p) for p in phrases_of(facts)] == [
        "denies: selling, sharing",
        "practices: collecting",
    ]
