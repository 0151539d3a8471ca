"""Where an edition says the words of a statement: the quick look finds what counting out all words finds."""

from hypothesis import example, given
from hypothesis import strategies as st

from analysis.edition import Edition
from analysis.plain import blocks_of, strip_inline
from analysis.sentences import key_of, words_of
from tests.support.growth import assert_linear

_WORDS = st.sampled_from(
    "we may share your data don't user's l'accès détails ﬁle 数据 İ Straße a b2b naïve".split()
)
_MARKS = st.sampled_from(
    [" ", ", ", " — ", "; ", " (", ") ", ".\n\n", "\n- ", " / ", " … ", "\xa0"]
)
_TEXTS = st.lists(st.tuples(_WORDS, _MARKS), max_size=120).map(
    lambda parts: "".join(f"{word}{mark}" for word, mark in parts)
)


def counted_out(text: str, key: str) -> bool:
    words = " ".join(" ".join(words_of(strip_inline(block.raw))) for block in blocks_of(text))
    return bool(key) and f" {key} " in f" {words} "


@given(_TEXTS, st.lists(_WORDS, max_size=5).map(" ".join), st.booleans())
@example("we may share " * 40, "share your", False)  # an example is given by place
@example("share we may " * 40, "share we may", False)
def test_a_statement_is_found_where_counting_out_all_words_finds_it(
    text: str, phrase: str, crowded: bool
) -> None:
    key = key_of(phrase)
    edition = Edition(tuple(blocks_of(text)), crowded=crowded)
    assert edition.says(key) is counted_out(text, key)


@given(_TEXTS, st.data())
def test_every_run_of_words_of_an_edition_is_found_in_it(text: str, data: st.DataObject) -> None:
    edition = Edition(tuple(blocks_of(text)), crowded=False)
    words = [w for block in blocks_of(text) for w in words_of(strip_inline(block.raw))]
    if words:
        start = data.draw(st.integers(0, len(words) - 1))
        stop = data.draw(st.integers(start + 1, min(len(words), start + 8)))
        assert edition.says(" ".join(words[start:stop]))


def test_a_word_that_ends_like_a_statement_is_not_taken_for_it() -> None:
    text = f"{'Other words go here. ' * 20}Metadata we keep. {'Other words go here. ' * 20}"
    edition = Edition(tuple(blocks_of(text)), crowded=False)
    assert edition.says("metadata we keep")
    assert not edition.says("data we keep")


def test_a_name_is_found_in_its_own_case_only() -> None:
    edition = Edition(tuple(blocks_of("We send it to **Acme** Hosting.")), crowded=False)
    assert edition.stands(" Acme Hosting")
    assert not edition.stands(" acme")


def test_a_page_of_one_word_is_searched_as_quickly_as_any_other() -> None:
    def ask(text: str) -> None:
        edition = Edition(tuple(blocks_of(text)), crowded=False)
        for more in range(20):
            edition.says(f"{'we ' * (20 + more)}keep")

    assert_linear(ask, "we " * 50_000)
