"""Plain text, Markdown and pages without markup get their structure back."""

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.extract.mend import mend
from analysis.extract.text import markdown_lines
from analysis.reading import Reading, read_page

RUN_IN = (
    "The shop keeps no more than it needs. Our cookies are few.\n"
    "OUR PRIVACY NOTICEWe wrote this notice for our customers. CookiesAt this time we set one cookie "
    "and no more. How we protect your orderThe doors of the store are locked at night by the "
    "keeper.What do we do with an old order?In general, we keep it for ten years. Our rights to an "
    "order end with it. Your rightsYou have the right to see it. We take orders by PayPal and by "
    "GitHub Sponsors, and our JavaScript is small. LinkedIn is not used."
)
HEADINGS = ["OUR PRIVACY NOTICE", "Cookies", "How we protect your order",
            "What do we do with an old order?", "Your rights"]  # fmt: skip


def read(text: str, content_type: str = "text/plain") -> Reading:
    return read_page(text.encode(), content_type=content_type)


def headings(reading: Reading) -> list[str]:
    return [line.lstrip("# ") for line in reading.text.split("\n") if line.startswith("#")]


def lines(text: str) -> list[str]:
    return [line for line in read(text).text.split("\n") if line]


def test_headings_run_into_sentences_are_lines_again() -> None:
    reading = read(RUN_IN)
    assert headings(reading) == HEADINGS
    assert "## Cookies\n\nAt this time we set one cookie and no more.\n\n## How" in reading.text


def test_names_with_capitals_inside_are_not_split() -> None:
    text = read(RUN_IN).text
    for name in ("PayPal", "GitHub", "JavaScript", "LinkedIn"):
        assert name in text


def test_mending_twice_mends_once() -> None:
    once = mend(RUN_IN.split("\n"))
    assert mend(once) == once


@given(text=st.text(alphabet=st.sampled_from("Aa bB?.IWeInThe\n\t-•|1"), max_size=200))
@settings(deadline=None)
def test_mending_loses_no_letter(text: str) -> None:
    before = [char for char in text if char.isalnum()]
    assert [char for line in mend(text.split("\n")) for char in line if char.isalnum()] == before


def test_tables_of_tabs_and_dashes_are_rows() -> None:
    assert lines(
        "We use:\n\nName\tPurpose\tPlace\n----\t-------\t-----\nMail Ltd\tletters\tUK\n"
    ) == [
        "We use:",
        "| Name | Purpose | Place |",
        "| Mail Ltd | letters | UK |",
    ]


def test_odd_bullets_are_items() -> None:
    assert lines(
        "We use it for:\n•\t \tletters\n·      orders\n•\nreturns of goods\n- a) gifts"
    ) == [
        "We use it for:",
        "- letters",
        "- orders",
        "- returns of goods",
        "- a) gifts",
    ]


def test_short_lines_before_text_are_headings_and_numbers_set_the_level() -> None:
    reading = read(
        "Privacy Notice\n\nThis notice says what the shop does with what you tell it, and why.\n\n"
        "1.   Orders\n\nYour inquiries\n\nWe answer every letter, and keep it until it is answered.\n\n"
        "2.   Letters\n\nWe send a letter a month to those who asked for it, and to nobody else.\n\n"
        "3.   Contact\n\nWrite to the shop at its address, or ring at its door in the daytime."
    )
    assert [line for line in reading.text.split("\n") if line.startswith("#")] == [
        "# Privacy Notice", "## 1. Orders", "### Your inquiries", "## 2. Letters", "## 3. Contact",
    ]  # fmt: skip
    assert reading.title == "Privacy Notice"


def test_words_of_controls_at_the_top_are_no_text() -> None:
    assert lines("Menu\nClose\n\nSkip to content\n\nThe menu of the day is not a policy.") == [
        "The menu of the day is not a policy."
    ]


def test_a_note_of_an_archive_is_a_problem_and_not_text() -> None:
    reading = read(
        "> *The following text is extracted from a page that was archived on 2010-06-26.*\n\n"
        "# Notice\n\nWe keep nothing.",
        "text/markdown",
    )
    assert reading.text == "# Notice\n\nWe keep nothing."
    assert reading.problems[0].name == "archive_note"


def test_lines_broken_by_hand_are_joined() -> None:
    text = (
        "We keep the letters that you write to us for as long as it takes\n"
        "to answer them, and then for a year, because some of you write\n"
        "again. After that year the letters are burnt by the keeper, who\n"
        "writes down the day.\n\nThe keeper is Mr Example, who has kept the keys of the house\n"
        "since it was built, and who will keep them for as long as the\n"
        "house stands where it does.\n"
    )
    assert len(lines(text)) == 2


def test_markdown_stress_in_underscores_goes_and_names_keep_theirs() -> None:
    lines = [
        "_Last updated: 4 May 2023_",
        "**_Stand_**_: 4. Mai_",
        "the _ga and _gid cookies",
        "a_b_c",
    ]
    assert markdown_lines("\n".join(lines)) == [
        "Last updated: 4 May 2023",
        "Stand: 4. Mai",
        "the _ga and _gid cookies",
        "a_b_c",
    ]


def test_markdown_loses_its_markup_and_keeps_its_words() -> None:
    text = (
        "Privacy\n=======\n\nWe *never* sell [your **data**](https://example.org/a_(b)).\n\n"
        "Use\n---\n\n* one\n* two\\_three\n\n| a | b |\n| --- | --- |\n| c | d |\n"
    )
    assert read(text, "text/markdown").text.split("\n") == [
        "# Privacy", "", "We never sell your data.", "", "## Use", "", "- one", "- two_three", "",
        "| a | b |", "| c | d |",
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["<pre>{}</pre>", "<p>{}</p>", "{}"])
def test_the_same_words_in_plain_html_read_the_same(form: str) -> None:
    words = html.escape(RUN_IN)
    if form != "<pre>{}</pre>":
        words = words.replace("\n", "<br>\n")
    page = f"<html><body>{form.format(words)}</body></html>"
    assert read(page, "text/html").digest == read(RUN_IN).digest


def test_an_image_is_of_the_wrong_type_and_json_needs_a_browser() -> None:
    assert read_page(b"\x89PNG\r\n\x1a\n...").problems[0].name == "wrong_type"
    reading = read('{"page": "<p>We keep it</p>"}', "application/json")
    assert reading.problems[0].name == "needs_browser"
