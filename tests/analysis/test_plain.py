"""What a block is, in our canonical text and in other archives' Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.plain import Block, blocks_of, strip_all, strip_inline
from tests.support.growth import assert_linear


def kinds(text: str) -> list[tuple[str, str]]:
    return [(block.kind, strip_inline(block.raw)) for block in blocks_of(text)]


def test_headings_are_seen_with_hashes_and_with_underlines() -> None:
    assert kinds("## Sharing ##\n\nCookies\n=======\n\nSecurity\n---\n") == [
        ("heading", "Sharing"),
        ("heading", "Cookies"),
        ("heading", "Security"),
    ]


def test_items_lose_their_marks_whatever_the_mark() -> None:
    assert kinds("- name\n* age\n1. phone\n(a) city\n• mail") == [
        ("item", word) for word in ("name", "age", "phone", "city", "mail")
    ]


def test_a_table_keeps_its_cells_and_drops_its_rules() -> None:
    text = "| Name | Purpose |\n| --- | --- |\n| Acme | hosting |\n\nAcme\thosting\tUK"
    assert kinds(text) == [
        ("row", "Name | Purpose"),
        ("row", "Acme | hosting"),
        ("row", "Acme | hosting | UK"),
    ]


def test_a_link_by_reference_is_its_words_even_where_an_archive_escaped_it() -> None:
    for raw in ("See [our terms][t].", r"See \[our terms\]\[t\]."):
        assert strip_inline(raw) == "See our terms."


def test_a_line_wrapped_in_mid_sentence_is_one_paragraph() -> None:
    wrapped = (
        "We may share the information that you give us with  \nAcme Hosting, which keeps\nit safe."
    )
    assert kinds(wrapped) == [
        (
            "paragraph",
            "We may share the information that you give us with Acme Hosting, which keeps it safe.",
        )
    ]


def test_short_lines_of_an_address_stay_apart() -> None:
    assert len(kinds("Acme Ltd\n12 High Street\nBristol")) == 3


def test_script_and_page_data_are_dropped() -> None:
    script = 'window.dataLayer = window.dataLayer || []; function gtag(){dataLayer.push(arguments);} gtag("js", 1);'
    assert kinds(f'{script}\n{{"props":{{"page":"x"}}}}\nWe keep data.') == [
        ("paragraph", "We keep data.")
    ]


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("see [our *list*](https://example.org/a_(b) 'x')", "see our list"),
        ("[![logo](https://example.org/x.png)](https://example.org) We", "We"),
        (r"snake\_case and 2\. two", "snake_case and 2. two"),
        ("**bold** _word_ `code`", "bold word code"),
        ("Terms&nbsp;&amp; more<br>here", "Terms & more here"),
        ("zero\u200bwidth\u00ad", "zerowidth"),
        (r"[\[email protected\]](/cdn-cgi/l/email-protection#a1)", "email protected"),
    ],
)
def test_inline_markup_leaves_only_what_is_read(raw: str, plain: str) -> None:
    assert strip_inline(raw) == plain


@pytest.mark.parametrize(
    "junk", ["[" * 60_000, "[a](" * 30_000, "*_`" * 40_000, "<a " * 40_000, "| " * 60_000]
)
def test_hostile_lines_cost_no_more_than_long_ones(junk: str) -> None:
    def work(text: str) -> None:
        for block in blocks_of(text):
            strip_inline(block.raw)

    assert_linear(work, junk)


@given(
    st.lists(
        st.text(st.sampled_from("ab é’–\u3000\u2028*_`~[]()<&\\!>\t\x00\u200b\xa0 "), max_size=12)
    )
)
def test_blocks_stripped_together_are_stripped_like_each_alone(raws: list[str]) -> None:
    blocks = [Block("paragraph", 0, " ".join(raw.splitlines()).strip()) for raw in raws]
    assert strip_all(blocks) == [strip_inline(block.raw) for block in blocks]


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("the _ga and _gid cookies", "the _ga and _gid cookies"),
        ("| _ga | counts | _gid |", "| _ga | counts | _gid |"),
        ("_Last changed_ today, __again__", "Last changed today, again"),
        ("_the whole, (_nested_) too._", "the whole, (nested) too."),
        ("one_long_name", "one_long_name"),
    ],
)
def test_an_underline_alone_begins_a_name_and_a_pair_is_emphasis(raw: str, plain: str) -> None:
    assert strip_inline(raw) == plain
