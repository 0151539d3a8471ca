"""Rules over words match what they say, and only within a sentence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.wordcode import Grammar, Rule, words_of
from tests.support.growth import assert_linear

SETS = {"share": "share shares shared disclose*"}


def quotes(pattern: str, text: str) -> list[str]:
    grammar = Grammar([Rule("hit", pattern)], SETS)
    coded = grammar.encode(text)
    return [coded.quote(first, last) for _, first, last in grammar.matches(coded)]


def test_a_set_stands_for_any_of_its_words() -> None:
    assert quotes("@share data", "We share data. They disclosed data. I sell data.") == [
        "share data",
        "disclosed data",
    ]


def test_a_gap_takes_the_fewest_words_and_ends_with_the_sentence() -> None:
    assert quotes("share ~3 data", "We share all your data, data. Share it. Data rests.") == [
        "share all your data"
    ]


def test_a_gap_is_bounded() -> None:
    assert quotes("share ~1 data", "share one two data") == []


def test_an_element_may_be_missing_and_a_word_may_be_forbidden() -> None:
    assert quotes("sell ?your data !protection", "sell data; sell your data protection") == [
        "sell data"
    ]


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    assert quotes("share ~6 data", "We share with Acme Inc. and others data") != []


def test_curly_apostrophes_and_hyphens_read_as_plain_words() -> None:
    assert words_of("Don’t opt-out.") == ["don't", "opt", "out", "."]


def test_a_rule_must_begin_with_a_word() -> None:
    with pytest.raises(ValueError, match="begin with a word"):
        Grammar([Rule("hit", "~3 data")])


@given(st.text())
@settings(deadline=None)
def test_every_word_stands_where_its_span_says(text: str) -> None:
    coded = Grammar([Rule("hit", "share")]).encode(text)
    assert len(coded.words) == len(coded.code) == len(coded.starts) == len(coded.ends)
    for word, start, end in zip(coded.words, coded.starts, coded.ends, strict=True):
        assert text[start:end].lower().replace("’", "'") == word


def test_a_line_of_a_hundred_thousand_characters_is_read_in_linear_time() -> None:
    grammar = Grammar([Rule("hit", "share ~12 with ~12 parties")])

    def work(line: str) -> None:
        assert list(grammar.matches(grammar.encode(line))) == []

    assert_linear(work, "share with " * 9_000)
