"""The small words and numbers that a comparison must not overlook."""

from collections import Counter

import pytest

from analysis.marks import content, days_of, is_open, marks_of, names_in


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("kept for 18 months", {"18 months"}),
        ("kept for eighteen (18) months", {"18 months"}),
        ("within thirty business days", {"30 days"}),
        ("conservées pendant 3 ans", {"3 years"}),
        ("für zwölf Monate", {"12 months"}),
        ("for as long as is necessary", {"as long as needed"}),
        ("under 13 years of age", set()),
    ],
)
def test_periods_are_read_in_words_and_figures(text: str, periods: set[str]) -> None:
    assert marks_of(text).periods == periods


@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("children under the age of 13.", {"13"}),
        ("if you are 16 years old", {"16"}),
        ("in 13 states", set()),
    ],
)
def test_ages_are_told_from_other_numbers(text: str, ages: set[str]) -> None:
    assert marks_of(text).ages == ages


def test_negation_modality_limits_and_consent_are_counted() -> None:
    marks = marks_of("We will never share it and only use it with your consent.")
    assert (marks.negations, marks.modals, marks.limits, marks.consent) == (
        Counter(["never"]),
        Counter(["will"]),
        1,
        1,
    )


def test_synonyms_and_endings_do_not_count_as_content() -> None:
    assert content(Counter(["personal", "information", "shared"])) == content(
        Counter(["personal", "data", "share"])
    )


def test_a_name_is_a_capital_that_is_nowhere_small() -> None:
    assert names_in("We use Pendo and Cookies.", stands="we use cookies".__contains__) == {"Pendo"}


def test_a_place_is_a_name_even_at_the_start() -> None:
    assert "Oregon" in names_in("Oregon residents may appeal.", stands="".__contains__)


def test_an_open_period_is_longer_than_any_number() -> None:
    assert is_open("as long as needed")
    assert (
        days_of("as long as needed")
        > days_of("20 years")
        > days_of("18 months")
        > days_of("90 days")
    )
