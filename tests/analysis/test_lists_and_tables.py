"""Changes inside lists and tables: who replaced whom, what a long cell says, and who is only thanked."""

import pytest

from analysis.compare import Comparison, compare

PAGE = """# Privacy Policy

We run a small shop for tea and everything one needs to make it.

## {heading}

{lead}

{entries}

## Questions

Write to us at privacy@shop.example with any question about this policy.
"""
PROCESSORS = ("Our sub-processors", "We use the following service providers:")
PURPOSES = ("Why we use your data", "The table lists each processing.")
HEAD = "| Purpose | Data | Kept |\n| --- | --- | --- |\n"
LONG = (
    "Promoting our teas and telling you of offers from our own garden, measuring how our letters are "
    "read, asking what you thought of a delivery, and counting visits of our pages"
)
DATA = (
    "first name, last name, street, house number, town, country, what you ordered, when you ordered "
    "it, which letters you opened, which pages you visited and in which order"
)


def changed(
    about: tuple[str, str], before: str, after: str, doc_type: str = "privacy"
) -> Comparison:
    old, new = (PAGE.format(heading=about[0], lead=about[1], entries=e) for e in (before, after))
    return compare(old, new, doc_type=doc_type)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- Amito: for loging errors.", "- Brightpane: for logging errors."),
        (
            "- Helpwell.com: for chat, tickets and updates about products.",
            "- Answerly.com: for chat, tickets and updates about products.",
        ),
        (
            "- Amito – sends our letters to readers.\n- Sendwell – prints labels.",
            "- Ovenbird – sends our letters to readers.\n- Sendwell – prints labels.",
        ),
    ],
)
def test_a_recipient_that_replaced_another_in_a_list_is_told_as_sharing(
    before: str, after: str
) -> None:
    found = changed(PROCESSORS, before, after)
    assert found.topics == ("sharing",)
    assert found.direction == "neutral"


def test_a_slip_mended_in_the_name_of_a_recipient_is_no_news() -> None:
    found = changed(PROCESSORS, "- Brigthpane: for errors.", "- Brightpane: for errors.")
    assert not found.material


def test_a_cookie_that_another_site_now_sets_is_told() -> None:
    about = ("Cookies of others", "These cookies are set by the sites named.")
    rows = "| Name | Site | Kept |\n| --- | --- | --- |\n| uid | {} | 1 year |"
    assert changed(about, rows.format("adtide.net"), rows.format("peekaboo.io"), "cookies").material
    same = changed(about, rows.format("www.adtide.net"), rows.format("adtide.net"), "cookies")
    assert not same.material


@pytest.mark.parametrize(
    ("before", "after", "topic"),
    [
        (f"{LONG}. | {DATA}", f"{LONG} or calling you. | {DATA}, phone number", "collection"),
        (f"{LONG}. | {DATA} | two years", f"{LONG}, too. | {DATA} | five years", "retention"),
        (f"{LONG}. | {DATA}", f"{LONG}, and training our models. | {DATA}", "ai_training"),
    ],
)
def test_a_row_that_begins_with_a_long_cell_is_compared_word_by_word(
    before: str, after: str, topic: str
) -> None:
    found = changed(PURPOSES, f"{HEAD}| {before} |", f"{HEAD}| {after} |")
    assert topic in found.topics
    assert {finding.kind for finding in found.findings} == {"changed"}


def test_a_name_added_to_people_who_are_thanked_is_no_practice() -> None:
    about = ("Security", "We thank all who told us of a hole.\n\n### Acknowledgements")
    assert not changed(about, "- Ada Quill", "- Ada Quill\n- Bo Farthing").material


def test_a_line_of_a_change_log_tells_nothing_that_the_policy_does_not() -> None:
    about = ("Changes of this policy", "Change log:")
    entry = "- _2 May 2021:_ Added Amito to the list of sub-processors. Updated the terms."
    assert changed(about, "", entry).kind == "administrative"


def test_the_rule_of_a_table_is_no_row() -> None:
    about = ("Cookies", "We use these cookies.")
    rows = "| --- | --- |Cookies we use\n| sid | session |"
    found = changed(about, "", rows, "cookies")
    assert [finding.after for finding in found.findings] == ["sid | session"]
