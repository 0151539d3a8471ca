"""PDFs are read in a child process, which may die without harm."""

from collections.abc import Iterator

import pytest

from analysis.extract.pdf import PdfReader
from analysis.extract.pdf_layout import Line, Page, lay_out
from analysis.reading import read_page
from tests.support.pdf import pdf

FIRST = [
    (9, 800, "Example Ltd, house rules 7"),
    (20, 760, "Privacy Notice"),
    (11, 720, "We keep the letters that you write to us for as long as it takes us"),
    (11, 706, "to answer them, and then for a year."),
    (14, 670, "Cookies"),
    (11, 640, "We set no cookie that your order does not need, as the keeper of our"),
    (9, 40, "Page 1 of 3"),
]
SECOND = [
    (9, 800, "Example Ltd, house rules 8"),
    (11, 760, "house decided in the spring. These are the kinds:"),
    (11, 740, "- one for the basket"),
    (11, 726, "- one for the language of the shop"),
    (9, 40, "Page 2 of 3"),
]
THIRD = [(9, 800, "Example Ltd, house rules 9"), (11, 760, "The end."), (9, 40, "Page 3 of 3")]


@pytest.fixture
def reader() -> Iterator[PdfReader]:
    one = PdfReader(timeout_s=20)
    yield one
    one.close()


def test_headings_paragraphs_and_items_are_found_across_lines_and_pages() -> None:
    reading = read_page(pdf(FIRST, SECOND, THIRD))
    assert reading.kind == "pdf"
    assert reading.text.split("\n\n") == [
        "# Privacy Notice",
        (
            "We keep the letters that you write to us for as long as it takes us to answer them, and then "
            "for a year."
        ),
        "## Cookies",
        (
            "We set no cookie that your order does not need, as the keeper of our house decided in the "
            "spring. These are the kinds:"
        ),
        "- one for the basket\n- one for the language of the shop",
        "The end.",
    ]


def test_words_that_come_letter_by_letter_are_joined_where_they_stand_side_by_side() -> None:
    letters = [(char, 12.0 + 6 * at) for at, char in enumerate("we sell") if char != " "]
    apart = [Line(char, 11, False, left, 60, left + 6, 50) for char, left in letters]
    assert lay_out([Page(100, tuple(apart))]) == ["we sell"]


def test_a_broken_file_is_a_problem(reader: PdfReader) -> None:
    lines, problems = reader.read(b"%PDF-1.4\nnothing follows")
    assert lines == []
    assert [problem.name for problem in problems] == ["pdf_unreadable"]


def test_a_page_without_words_is_said_to_be_a_picture(reader: PdfReader) -> None:
    assert [problem.name for problem in reader.read(pdf([]))[1]] == ["pdf_no_text"]


def test_a_child_that_dies_costs_one_document(reader: PdfReader) -> None:
    assert reader.read(pdf(THIRD))[0]
    child = reader._child
    assert child is not None
    child.kill()
    child.wait()
    assert reader.read(pdf(THIRD))[0]


def test_a_document_that_takes_too_long_is_given_up() -> None:
    hurried = PdfReader(timeout_s=0.0)
    try:
        assert [problem.name for problem in hurried.read(pdf(THIRD))[1]] == ["pdf_timeout"]
    finally:
        hurried.close()


def test_more_pages_than_the_limit_are_cut_and_said(reader: PdfReader) -> None:
    names = ["".join("abcdefghij"[int(digit)] for digit in str(n)) for n in range(405)]
    lines, problems = reader.read(pdf(*[[(11, 700, f"The letter {name}.")] for name in names]))
    assert f"The letter {names[399]}." in lines[-1]
    assert names[400] not in lines[-1]
    assert [problem.name for problem in problems] == ["pdf_cut"]
