"""Text from strangers, made safe to show."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.harmless import ascii_url, one_line, several_lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("We share  data.\n", "We share data."),
        ("first\r\nsecond\u2028third\u0085fourth", "first second third fourth"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;http://evil.example\x07click\x1b]8;;\x07", "click"),
        ("\u202eevil\u202c \u2066x\u2069", "evil x"),
        ("a\u00adb\u200bc\ufeffd\U000e0041", "abcd"),
        ("caf\u00e9 Müller 株式会社 עברית", "café Müller 株式会社 עברית"),
        ("e\u0301", "e\u0301"),
        ("Z\u0336\u0336\u0336\u0336\u0336\u0336\u0336", "Z\u0336\u0336\u0336\u0336"),
        ("\ud800x", "x"),
        ("a\tb", "a b"),
    ],
)
def test_what_acts_is_taken_out_and_what_reads_stays(text: str, shown: str) -> None:
    assert one_line(text, 100) == shown


def test_text_that_is_too_long_is_cut_and_says_so() -> None:
    assert one_line("word " * 10_000, 12) == "word word w…"


def test_joiners_that_scripts_need_stay_in_a_quote() -> None:
    persian = "می\u200cخواهم"
    assert several_lines(persian) == persian
    assert several_lines("👩\u200d💻") == "👩\u200d💻"


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_one_line_is_one_line_of_that_length(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert not any(unicodedata.category(char).startswith("C") for char in line)
    assert len(line.splitlines()) <= 1
    assert one_line(line, limit) == line


@given(st.text())
def test_making_harmless_twice_is_making_it_harmless_once(text: str) -> None:
    once = several_lines(text)
    assert several_lines(once) == once


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://tern.example/privacy?a=1#b", "https://tern.example/privacy?a=1#b"),
        ("http://tern.example:8080/", "http://tern.example:8080/"),
        ("https://tern.example/dätä", "https://tern.example/d%C3%A4t%C3%A4"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("https://user@tern.example/", ""),
        ("javascript:alert(1)", ""),
        ("https:///nowhere", ""),
        ("https://x/ y", ""),
        ('https://x/"onclick=', ""),
        ("https://x:99999/", ""),
        ("https://¸/", ""),  # IDNA writes a blank for it
        ("https://x/" + "a" * 2000, ""),
    ],
)
def test_an_address_is_shown_in_ascii_or_not_at_all(url: str, shown: str) -> None:
    assert ascii_url(url) == shown


@given(st.text(max_size=80))
def test_no_text_becomes_an_address_that_escapes_its_quotes(text: str) -> None:
    for url in (text, f"https://{text}", f"https://tern.example/{text}"):
        shown = ascii_url(url)
        assert shown.isascii()
        assert not set(shown) & set('"<> \\\r\n\t')
