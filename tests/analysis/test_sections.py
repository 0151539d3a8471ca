"""How the sections of two editions find each other."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sections import Section, pair_sections, sections_of

SHARING = "We may share your data with carriers who deliver the parcels you order."
COOKIES = "We set cookies to remember your basket and to count visits to our pages."


def edition(*parts: tuple[str, str]) -> tuple[Section, ...]:
    return sections_of("\n\n".join(f"# {heading}\n\n{body}" for heading, body in parts))


def check(
    old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]], expect: list[tuple[str, str]]
) -> None:
    pairs = pair_sections(edition(*old), edition(*new))
    assert [(p.old.heading, p.new.heading) for p in pairs] == expect


def test_a_section_knows_the_headings_above_it() -> None:
    sections = sections_of("Start.\n\n# A\n\n## B\n\ntext\n\n# C\n\nmore")
    assert [(s.level, s.path) for s in sections] == [
        (0, ()),
        (1, ("A",)),
        (2, ("A", "B")),
        (1, ("C",)),
    ]


def test_a_moved_section_keeps_its_partner() -> None:
    check(
        [("Sharing", SHARING), ("Cookies", COOKIES)],
        [("Cookies", COOKIES), ("Sharing", SHARING)],
        [("Cookies", "Cookies"), ("Sharing", "Sharing")],
    )


def test_a_renumbered_heading_keeps_its_partner_though_its_text_changed() -> None:
    check(
        [("4. Sharing", SHARING)],
        [("5. Sharing", "Nobody gets it.")],
        [("4. Sharing", "5. Sharing")],
    )


def test_a_renamed_section_is_known_by_its_text() -> None:
    check(
        [("Who sees it", SHARING), ("Cookies", COOKIES)],
        [("Cookies", COOKIES), ("Recipients", SHARING.replace("parcels", "goods"))],
        [("Cookies", "Cookies"), ("Who sees it", "Recipients")],
    )


def test_the_closer_of_two_candidates_wins() -> None:
    far = SHARING.replace("parcels you order", "letters and the goods we send")
    check(
        [("Carriers", far), ("Delivery", SHARING)],
        [("Recipients", SHARING.replace("order", "buy"))],
        [("Delivery", "Recipients")],
    )


def test_an_unrelated_section_has_no_partner() -> None:
    check([("Sharing", SHARING)], [("Cookies", COOKIES)], [])


def test_a_floor_outside_zero_and_one_is_refused() -> None:
    with pytest.raises(ValueError, match="floor"):
        pair_sections((), (), floor=1.5)


texts = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from([SHARING, COOKIES, "x"])), max_size=5
)


@given(old=texts, new=texts)
def test_no_section_is_paired_twice(old: list[tuple[str, str]], new: list[tuple[str, str]]) -> None:
    pairs = pair_sections(edition(*old), edition(*new))
    assert len({id(p.old) for p in pairs}) == len({id(p.new) for p in pairs}) == len(pairs)
