"""The marked words of a quote, cut to a length."""

from hypothesis import given
from hypothesis import strategies as st

from alerts.quoting import (
    Pieces,
    after_side,
    bare_marks,
    before_side,
    changed_words,
    cut,
)

PIECES = st.lists(
    st.tuples(st.sampled_from(["same", "gone", "new"]), st.text("ab .", min_size=1, max_size=400)),
    max_size=8,
).map(tuple)

MARKED: Pieces = (("same", "We "), ("gone", "do not "), ("same", "share. "), ("new", "Gladly. "))


def text_of(pieces: Pieces) -> str:
    return "".join(text for _, text in pieces)


def test_each_side_reads_as_its_edition_did() -> None:
    assert text_of(before_side(MARKED)) == "We do not share. "
    assert text_of(after_side(MARKED)) == "We share. Gladly. "
    assert changed_words(MARKED, "gone") == ("do not",)


def test_marks_hold_no_blanks_at_their_ends() -> None:
    assert bare_marks((("same", "We "), ("gone", " do not "), ("same", "share"))) == (
        ("same", "We "),
        ("same", " "),
        ("gone", "do not"),
        ("same", " "),
        ("same", "share"),
    )


def test_what_fits_is_left_alone() -> None:
    assert cut(MARKED, 1000) == MARKED


def test_unchanged_words_far_from_a_change_are_left_out_first() -> None:
    far = "Lorem ipsum dolor sit amet. " * 40
    pieces = (("same", far), ("gone", "never"), ("same", far), ("new", "often"), ("same", far))
    short = cut(pieces, 4000)
    assert changed_words(short, "gone") == ("never",)
    assert changed_words(short, "new") == ("often",)
    assert text_of(short).count("[…]") == 3
    assert len(text_of(short)) < 800


def test_a_quote_without_marks_loses_its_end() -> None:
    assert text_of(cut((("same", "word " * 1000),), 50)) == "word " * 9 + "word […]"


@given(PIECES, st.integers(min_value=10, max_value=2000))
def test_a_cut_quote_is_about_as_long_as_asked(pieces: Pieces, limit: int) -> None:
    assert len(text_of(cut(pieces, limit))) <= limit + 5


@given(PIECES)
def test_bare_marks_change_no_letter(pieces: Pieces) -> None:
    assert text_of(bare_marks(pieces)) == text_of(pieces)
    for op in ("gone", "new"):
        assert changed_words(bare_marks(pieces), op) == changed_words(pieces, op)
