"""What a reader sees first."""

import pytest

from analysis.compare import compare

BASE = (
    "# Policy\n\nWe run a shop and describe here how we treat what you tell us about yourself.\n\n"
)


def headline(old: str, new: str) -> str:
    return compare(BASE + old, BASE + new).headline


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "",
            "We may share your location data with advertisers.",
            "shares location with advertisers",
        ),
        (
            "We keep orders for 2 years.",
            "We keep orders for 5 years.",
            "keeps data for 5 years (was 2 years)",
        ),
        ("We do not sell your data.", "", "drops a promise not to sell data"),
        ("", "We never sell your data.", "makes a promise not to sell data"),
        ("You can opt out of marketing mail.", "", "drops a way to opt out"),
        (
            "Not for children under 16.",
            "Not for children under 13.",
            "moves the age limit to 13 (was 16)",
        ),
        (
            "",
            "We keep orders for 5 years. We may share your location data with advertisers.",
            "shares location with advertisers (1 more)",
        ),
    ],
)
def test_a_headline_says_the_gravest_point_and_counts_the_rest(
    old: str, new: str, expected: str
) -> None:
    assert headline(old, new) == expected


def test_a_headline_fits_a_phone() -> None:
    names = " and ".join(f"Company{chr(65 + n)}" for n in range(20))
    assert (
        len(
            headline(
                "We share data with our partners.", f"We share data with our partners {names}."
            )
        )
        <= 90
    )


def test_a_rewrite_is_called_one() -> None:
    old = "\n\n".join(f"We collect the number {n} of item {n} that you own." for n in range(60))
    new = "\n\n".join(
        f"Our partners receive personal data {'x' * (n + 3)} under contract {n} for advertising purposes."
        for n in range(60)
    )
    assert headline(old, new).startswith("largely rewritten: ")
