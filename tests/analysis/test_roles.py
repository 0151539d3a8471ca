"""Which part a piece of text plays on its page."""

import pytest

from analysis.diff import Unit
from analysis.roles import role_of
from analysis.sentences import bare_key, key_of


def role(
    text: str, kind: str = "paragraph", raw: str = "", headings: frozenset[str] = frozenset()
) -> str:
    return role_of(Unit(kind, text, key_of(text), bare_key(text), (), 0, raw or text), headings)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("We share your data with carriers.", "prose"),
        ("Nous partageons vos données avec des transporteurs.", "prose"),
        ("Wir geben Ihre Daten an Spediteure weiter.", "prose"),
        ("Last updated: 3 March 2021", "date"),
        ("Effective date: January 1, 2020", "date"),
        ("© 2021 Acme Ltd", "furniture"),
        ("Skip to main content", "furniture"),
        ("We have updated our privacy policy.", "notice"),
        ("For more information, see our cookie notice.", "pointer"),
        ("12 High Street, Bristol", "address"),
        ("Reject all", "panel"),
        ("Acme Ltd", "fragment"),
        ("...", "furniture"),
    ],
)
def test_a_line_is_known_by_its_words(text: str, part: str) -> None:
    assert role(text) == part


def test_a_link_alone_is_navigation_but_a_sentence_with_one_is_not() -> None:
    assert role("Partners", "item", "[Partners](/partners)") == "furniture"
    assert (
        role("We list our partners here for you.", raw="We list [our partners](/p) here for you.")
        == "prose"
    )


def test_an_item_that_repeats_a_heading_is_a_table_of_contents() -> None:
    assert role("7. Your rights", "item", headings=frozenset({"your rights"})) == "furniture"


def test_a_pointer_with_a_way_to_opt_out_is_a_statement() -> None:
    assert role("For more information and to opt out, see our settings page.") == "prose"
