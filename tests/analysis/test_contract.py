"""Terms of service are read as a contract as well: what their reader owes, may do, and loses."""

import pytest

from analysis.compare import Comparison, compare

TERMS = """# Terms of Service

These terms are between you and the tea shop.

## {heading}

{clause}

## Questions

Write to us at terms@shop.example with any question.
"""

EDITS = [
    ("Payment", "We charge a fee of 5% on every order.", "We charge a fee of 15% on every order.", ""),
    ("Refunds", "Tea is sold in tins.", "Tea is sold in tins. You are entitled to a full refund within 14 days of your order.", "stronger"),
    ("Refunds", "You may cancel at any time and receive a refund.", "Tea is sold in tins.", "weaker"),
    ("Use", "Tea is sold in tins.", "Tea is sold in tins. Use of the free plan for any commercial purpose is strictly prohibited.", "weaker"),
    ("Ending", "Tea is sold in tins.", "Tea is sold in tins. We may terminate your account at our sole discretion.", "weaker"),
    ("Paid features", "If you choose to purchase tasting kits beyond your plan, you pay for each of them.", "If you choose to open tasting kits beyond your plan, you pay for each of them.", ""),
    ("Trial", "A trial ends after 10 days unless it is cancelled.", "A trial ends after 3 days unless it is cancelled.", ""),
]  # fmt: skip


def edited(heading: str, before: str, after: str, doc_type: str) -> Comparison:
    old, new = (TERMS.format(heading=heading, clause=clause) for clause in (before, after))
    return compare(old, new, doc_type=doc_type)


@pytest.mark.parametrize("doc_type", ["terms", "Terms of Service"])
@pytest.mark.parametrize(("heading", "before", "after", "direction"), EDITS)
def test_what_binds_the_reader_of_terms_is_told(
    heading: str, before: str, after: str, direction: str, doc_type: str
) -> None:
    found = edited(heading, before, after, doc_type)
    assert found.topics == ("disputes",), found
    if direction:
        assert found.direction == direction, found


def test_the_same_words_said_in_passing_make_no_news_of_a_privacy_policy() -> None:
    after = "Tea is sold in tins. Wholesale prices are for cafés, and taxes are included."
    assert not edited("Tea", "Tea is sold in tins.", after, "privacy").material


def test_another_sum_is_told_with_both_sums() -> None:
    found = edited(
        "Copies", "You pay $5 for a paper copy.", "You pay $25 for a paper copy.", "privacy"
    )
    assert "amount changed: was $5, now $25" in found.findings[0].reasons


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Lost tins can not be replaced.", "Lost tins cannot be replaced."),
        ("The shop is owned by Tea Pot s. r. o.", "The shop is owned by TeaPot s. r. o."),
    ],
)
def test_one_word_written_as_two_is_no_change_of_terms(before: str, after: str) -> None:
    assert edited("Tea", before, after, "terms").kind == "editorial"
