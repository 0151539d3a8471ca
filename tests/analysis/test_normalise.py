"""Texts that say the same are spelled the same, and the digest moves with what counts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.normalise import canonical, digest_of

WORDS = st.text(
    alphabet=st.one_of(
        st.characters(),
        st.sampled_from("«»‘’“”–—…•·-*#|`´ \t\n\r\u200b\u00a0\u202e\u0301\u2028ﬁ1.)o"),
    ),
    max_size=120,
)


def same(*spellings: str) -> None:
    assert len({canonical(spelling) for spelling in spellings}) == 1
    assert len({digest_of(canonical(spelling)) for spelling in spellings}) == 1


def test_quotes_and_dashes_have_one_style() -> None:
    same("“We” don’t sell – ever", '"We" don\'t sell - ever', "«\u00a0We\u00a0» don´t sell — ever")


def test_blanks_and_invisible_characters_carry_nothing() -> None:
    same(
        "We  keep\u00a0it\u200b for 30 days",
        "\ufeffWe keep it for\t30 days ",
        "We ke\u00adep it for 30 days",
    )


def test_bidi_controls_cannot_hide_a_change() -> None:
    same("we do \u202enot\u202c sell", "we do not sell")


def test_line_ends_have_one_style() -> None:
    same("one\r\n\r\ntwo", "one\n\n\n\ntwo", "one\rtwo", "one\u2028two")


def test_bullets_have_one_style() -> None:
    same("• one\n• two", "* one\n* two", "·      one\n·      two", "– one\n– two", "-\tone\n+ two")


def test_composed_and_decomposed_accents_are_one() -> None:
    same("donnée", "donne\u0301e")


def test_blocks_are_parted_and_items_and_rows_are_not() -> None:
    text = "# Cookies\nWe set two.\n- one\n  - inner\n2) two\n|a|b|\n|---|---|\n| c | d |\nEnd."
    assert canonical(text).split("\n") == [
        "# Cookies", "", "We set two.", "", "- one", "  - inner", "2. two", "",
        "| a | b |", "| c | d |", "", "End.",
    ]  # fmt: skip


def test_lines_that_say_nothing_go() -> None:
    assert canonical("one\n-----\n***\n| | |\n•\ntwo") == "one\n\ntwo"


@given(text=WORDS)
@settings(deadline=None, max_examples=400)
def test_a_canonical_text_is_its_own_canonical_text(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once


@given(text=WORDS)
@settings(deadline=None)
def test_every_ascii_letter_survives_in_order(text: str) -> None:
    letters = [char for char in text if char.isascii() and char.isalpha() and char != "o"]
    left = iter(char for char in canonical(text) if char.isascii())
    assert all(letter in left for letter in letters)  # "o" may be a bullet


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("© 2023 Example Ltd", "© 2024 Example Ltd"),
        ("Copyright 2010-2023, Example", "Copyright 2010-2024, Example"),
        ("Read more (opens in new tab)", "Read more"),
        ("Lire la suite (nouvelle fenêtre)", "Lire la suite"),
        ("See https://example.org/a?utm_source=mail&x=1", "See https://example.org/a?utm_source=web&x=1"),
        ("Write to [email\u00a0protected]", "Write to [email protected]"),
        ("1,204 views", "1,310 views"),
        ("Updated 3 days ago by us", "Updated 4 days ago by us"),
        ("12 out of 30 found this helpful", "13 out of 31 found this helpful"),
        ("Ray ID: 7d1b2c3d4e5f6a7b", "Ray ID: 0f1e2d3c4b5a6978"),
        ("form 6f1ed002ab5595859014ebf0951522d9", "form 5f1ed002ab5595859014ebf0951522d8"),
        ("## Sharing\n\nWe share.", "# Sharing\n- We share."),
    ],
)  # fmt: skip
def test_what_differs_from_fetch_to_fetch_does_not_count(before: str, after: str) -> None:
    assert digest_of(canonical(before)) == digest_of(canonical(after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Last updated: 1 May 2023", "Last updated: 1 May 2024"),
        ("We keep it for 30 days", "We keep it for 90 days"),
        ("We do not sell data", "We do sell data"),
        ("Effective 2023-01-01", "Effective 2024-01-01"),
        ("Uptime Robot s. r. o.", "UptimeRobot s. r. o."),
        ("We set 2 session ID cookies", "We set 2 session ID beacons"),
        ("1. Data\n2. Use", "1. Use\n2. Data"),
        ("| _ga | 2 years |", "| _ga | 13 months |"),
    ],
)
def test_what_the_document_says_counts(before: str, after: str) -> None:
    assert digest_of(canonical(before)) != digest_of(canonical(after))


def test_volatile_words_stay_in_the_text() -> None:
    assert "2024" in canonical("© 2024 Example Ltd")


def test_many_bullets_are_one() -> None:
    assert canonical("- - - - - x") == "- x"
    assert canonical(canonical("- - - - </p>")) == canonical("- - - - </p>")
