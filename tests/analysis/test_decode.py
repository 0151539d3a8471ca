"""Bytes become text in the order browsers use, and what is odd is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.decode import decode

ACCENTS = "Données à caractère personnel"


def check(body: bytes, content_type: str, text: str, *problems: str) -> None:
    decoded = decode(body, content_type)
    assert decoded.text == text
    assert [problem.name for problem in decoded.problems] == list(problems)


def test_a_byte_order_mark_wins_over_the_header() -> None:
    check(b"\xef\xbb\xbf" + ACCENTS.encode(), "text/html; charset=iso-8859-1", ACCENTS)
    check(b"\xff\xfe" + ACCENTS.encode("utf-16-le"), "text/html; charset=utf-8", ACCENTS)


def test_the_header_wins_over_the_page() -> None:
    page = f'<meta charset="utf-8">{ACCENTS}'
    check(page.encode("cp1252"), "text/html; charset=windows-1252", page)


def test_a_page_that_declares_its_encoding_is_believed() -> None:
    page = f"<meta http-equiv='Content-Type' content='text/html; charset=iso-8859-15'>{ACCENTS} €"
    check(page.encode("iso8859-15"), "text/html", page)


def test_the_same_text_served_in_six_ways_reads_the_same() -> None:
    served = [
        decode(ACCENTS.encode(), "text/html; charset=utf-8"),
        decode(ACCENTS.encode(), ""),
        decode(b"\xef\xbb\xbf" + ACCENTS.encode(), ""),
        decode(ACCENTS.encode("cp1252"), "text/html; charset=latin1"),
        decode(ACCENTS.encode("cp1252"), "text/html; charset=utf-8"),
        decode(ACCENTS.encode(), "text/html; charset=windows-1252"),
    ]
    assert {one.text for one in served} == {ACCENTS}


def test_utf8_under_a_single_byte_label_is_read_as_utf8_and_said() -> None:
    check(ACCENTS.encode(), "text/html; charset=iso-8859-1", ACCENTS, "charset_wrong")


@pytest.mark.parametrize(
    "label", ["zlib_codec", "idna", "unicode_escape", "utf-7", "rot13", "x" * 30]
)
def test_a_codec_that_is_no_encoding_of_the_web_is_refused(label: str) -> None:
    check(b"plain words", f"text/html; charset={label}", "plain words", "charset_unknown")


def test_unreadable_bytes_are_named_and_not_raised() -> None:
    noise = bytes(range(128, 256)) * 8
    names = {problem.name for problem in decode(noise, "text/html; charset=euc-jp").problems}
    assert names & {"decode", "bad_bytes"}


@given(body=st.binary(max_size=400), label=st.text(max_size=20))
def test_no_bytes_and_no_label_make_it_raise(body: bytes, label: str) -> None:
    decoded = decode(body, f"text/html; charset={label}")
    decoded.text.encode("utf-8")  # no lone surrogates either
