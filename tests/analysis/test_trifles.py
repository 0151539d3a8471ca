"""What is no news amid a policy's own text, where nothing but its place speaks for it."""

import pytest

from analysis.compare import compare
from analysis.trifles import drops_example, only_reaches, slips

POLICY = """# Privacy policy

We run a small shop for tea. {preface}

## What we collect

We collect your name when you order. {clause} We collect your address as well.

## Questions

{questions}
"""
PLAIN = {
    "preface": "It opened long ago.",
    "clause": "Your taste is noted on a card.",
    "questions": "Write to us.",
}


def is_told(before: dict[str, str], after: dict[str, str]) -> bool:
    old, new = (POLICY.format(**PLAIN | given) for given in (before, after))
    return compare(old, new, doc_type="privacy").material


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Your taste is noted ffor guests.", "Your taste is noted for guests."),
        ("Our recipes lie in repos on a shelf.", "Our recipes lie in repositories on a shelf."),
        (
            "You may change your card by contacting the counter support.",
            "You may change your card by contacting us through the counter support portal.",
        ),
        (
            "Your card shows nicknames from clubs like Chirper and Fotolog.",
            "Your card shows nicknames from clubs like Chirper.",
        ),
        (
            "Names that you use on networks like Chirper and Fotolog are shared with no third party.",
            "Names that you use on networks like Chirper are shared with no third party.",
        ),
        ("Cards are not intended for keeping.", "Cards are not meant for keeping."),
        ("Your card is displayed on the wall.", "Your card is shown on the wall."),
    ],
)
def test_a_trifle_is_not_told(before: str, after: str) -> None:
    assert not is_told({"clause": before}, {"clause": after})


def test_a_joke_under_the_title_is_not_told() -> None:
    assert not is_told({}, {"preface": "It opened long ago, when tea still grew on ships."})


def test_an_example_that_is_new_and_a_word_that_is_another_are_told() -> None:
    clause = "Your card shows nicknames from clubs like Chirper."
    assert is_told({"clause": clause}, {"clause": clause.replace("Chirper", "Chirper and Fotolog")})
    assert is_told({}, {"clause": "Your taste is noted on a screen."})


def test_a_number_or_a_denial_is_no_slip() -> None:
    assert slips(["for"], ["four"]) == set()
    assert slips(["not"], ["nota"]) == set()
    assert slips(["wich", "ffor"], ["which", "for"]) == {"wich", "ffor"} - {"which", "for"}


def test_what_else_differs_beside_the_way_to_reach_us_is_seen() -> None:
    same, through = ("same", "Contact "), ("new", "us through the portal")
    assert only_reaches((same, through))
    assert not only_reaches((same, through, ("new", " and pay a toll")))
    assert not drops_example((same, ("gone", "Fotolog")))
