"""`extract`, `tag` and `compare`: the analysis on files and streams, without a database."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.program import Program

PAGE = """<!doctype html><html lang=en><title>Privacy Policy</title><body>
<nav><a href=/>Home</a> <a href=/shop>Shop</a></nav>
<main><h1>Privacy Policy</h1>
<h2>How long we keep it</h2>
<p>We keep your order history for {period} after your last purchase, and then we delete it.</p>
<h2>Cookies</h2>
<p>We use cookies to remember your basket and to understand how you use our shop.</p>
</main><footer>Copyright 2026 The Shop</footer></body></html>"""


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def lines_of(*values: Mapping[str, object]) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


def test_extract_prints_the_policy_without_its_furniture(program: Program) -> None:
    (program.home / "page.html").write_text(PAGE.format(period="12 months"), encoding="utf-8")
    out = program.run("extract", "page.html", "--url", "https://shop.example/privacy").out
    assert "## How long we keep it" in out
    assert "12 months" in out
    assert "Shop</a>" not in out


def test_extract_reads_a_stream_and_its_digest_follows_the_content_alone(program: Program) -> None:
    pages = {
        "a": PAGE.format(period="12 months"),
        "later": PAGE.format(period="12 months").replace("Copyright 2026", "Copyright 2027"),
        "longer": PAGE.format(period="10 years"),
    }
    for name, page in pages.items():
        (program.home / f"{name}.html").write_text(page, encoding="utf-8")
    wanted = lines_of(
        *({"id": name, "path": f"{name}.html", "url": "https://shop.example/p"} for name in pages)
    )
    read = {line["id"]: line for line in program.run("extract", "--jsonl", stdin=wanted).lines}
    assert list(read) == list(pages)
    assert set(read["a"]) >= {"id", "text", "title", "lang", "digest", "problems"}
    assert read["a"]["title"] == "Privacy Policy"
    assert read["a"]["lang"] == "en"
    assert read["a"]["digest"] == read["later"]["digest"]
    assert read["a"]["digest"] != read["longer"]["digest"]


@pytest.mark.parametrize(
    ("scheme", "label"), [("topics", "retention"), ("opp115", "Data Retention")]
)
def test_tag_reads_a_stream_in_either_scheme(program: Program, scheme: str, label: str) -> None:
    wanted = lines_of({"id": 7, "text": "We retain your data for 12 months.", "heading": "Storage"})
    (line,) = program.run("tag", "--jsonl", "--scheme", scheme, stdin=wanted).lines
    assert line["id"] == 7
    assert label in line["labels"]
    assert line["scores"][label] > 0


def test_compare_judges_a_stream_of_pairs(program: Program) -> None:
    kept = "## Retention\n\nWe keep your order history for {} after your last purchase.\n"
    wanted = lines_of(
        {"id": "a", "old_text": kept.format("12 months"), "new_text": kept.format("10 years")},
        {"id": "b", "old_text": kept.format("12 months"), "new_text": kept.format("12  months")},
    )
    longer, same = program.run("compare", "--jsonl", stdin=wanted).lines
    assert longer["id"] == "a"
    assert longer["material"] is True
    assert longer["kind"] == "material"
    assert "retention" in longer["topics"]
    assert longer["direction"] == "weaker"
    finding = longer["findings"][0]
    assert set(finding) >= {
        "topic", "kind", "direction", "severity", "before", "after", "reasons",
    }  # fmt: skip
    assert "12 months" in finding["before"]
    assert "10 years" in finding["after"]
    assert same["material"] is False
    assert same["topics"] == []


def test_compare_shows_people_the_words_and_exits_with_ten(program: Program) -> None:
    for name, period in (("old", "12 months"), ("new", "10 years")):
        (program.home / f"{name}.html").write_text(PAGE.format(period=period), encoding="utf-8")
    out = program.run("compare", "old.html", "new.html", expect=10).out
    assert out.startswith("material")
    assert "[-12 months-]" in out
    assert "{+10 years+}" in out


def test_a_line_that_is_no_json_is_named(program: Program) -> None:
    done = program.run("tag", "--jsonl", stdin='{"id": 1, "text": "x"}\nnonsense\n', expect=2)
    assert "standard input, line 2" in done.err
