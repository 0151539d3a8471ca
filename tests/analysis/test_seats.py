"""A seat in another country is news; a street, a floor or a telephone number is not."""

import pytest

from analysis.compare import compare
from analysis.seats import seat_in

POLICY = """# Privacy Policy

We collect your name and address to send you what you order.

## Contact

Write to us at privacy@shop.example with any question about this policy.
"""


@pytest.mark.parametrize(
    ("line", "country"),
    [
        ("German Address:", "Germany"),
        ("Our EU office", "the European Union"),
        ("Postal address in Ireland", "Ireland"),
        ("Niederlassung in der Schweiz", "Switzerland"),
        ("Siège en France :", "France"),
        ("U.S. mailing address", "the United States"),
        ("Email address", ""),
        ("Contact us", ""),
        ("Head office", ""),
    ],
)
def test_a_short_line_names_the_country_of_a_seat(line: str, country: str) -> None:
    assert seat_in(line) == country


def test_a_sentence_is_no_line_that_names_a_seat() -> None:
    assert not seat_in(
        "You may ask our office in Germany for a copy of what we hold about you, " * 2
    )


def test_a_seat_in_a_country_not_named_before_is_told() -> None:
    told = compare(POLICY, POLICY + "\nGerman Address:\n\nHauptweg 12\n\n99999 Musterstadt\n")

    assert told.material
    assert told.topics == ("contact",)
    assert told.findings[0].reasons == ("now names a seat in Germany",)


def test_a_seat_that_goes_is_told() -> None:
    told = compare(POLICY + "\nGerman Address:\n\nHauptweg 12\n\n99999 Musterstadt\n", POLICY)

    assert told.findings[0].reasons == ("no longer names a seat in Germany",)


def test_a_second_line_about_the_same_country_is_an_address_like_any_other() -> None:
    seated = POLICY + "\nGerman office:\n\nHauptweg 12\n"

    assert not compare(seated, seated + "\nPostal address in Germany:\n\nPostfach 4\n").material


def test_another_street_is_no_news() -> None:
    told = compare(
        POLICY + "\nOur office\n\n12 Main Street\n", POLICY + "\nOur office\n\n9 Side Street\n"
    )

    assert not told.material
