"""Where a sentence ends, and which wordings count as one."""

import pytest

from analysis.sentences import bare_key, key_of, split_sentences


def test_a_paragraph_is_cut_at_its_full_stops() -> None:
    assert split_sentences("We keep logs. We delete them! Do you mind? No.") == [
        "We keep logs.",
        "We delete them!",
        "Do you mind?",
        "No.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Acme Inc. and Beta Ltd. share it.",
        "Some data, e.g. Names, is kept.",
        "J. Smith is our DPO.",
    ],
)
def test_an_abbreviation_ends_no_sentence(text: str) -> None:
    assert split_sentences(text) == [text]


def test_text_without_blanks_is_cut_at_its_own_marks() -> None:
    assert split_sentences("我们收集信息。我们使用信息。") == ["我们收集信息。", "我们使用信息。"]


def test_list_numbers_quotes_and_case_do_not_count() -> None:
    assert key_of("3.2 We don’t “sell” Data.") == key_of("We don't sell data")


def test_a_number_inside_a_sentence_counts() -> None:
    assert key_of("Within 14 days we reply.") != key_of("Within 30 days we reply.")
    assert key_of("30 days after closure") != key_of("90 days after closure")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Last updated: May 3, 2021", "Last updated: 4 June 2022"),
        ("Write to privacy@example.org", "Write to dpo@example.com"),
        ("Call +44 20 7946 0000 now", "Call +44 20 7946 0999 now"),
        ("See https://example.org/a for more", "See https://example.org/b for more"),
        ("As said in section 4.2 above", "As said in section 7.1 above"),
    ],
)
def test_dates_addresses_and_references_do_not_count_in_a_bare_key(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)
    assert bare_key(one) == bare_key(other)


def test_a_period_counts_in_a_bare_key() -> None:
    assert bare_key("We keep it 18 months.") != bare_key("We keep it 24 months.")
