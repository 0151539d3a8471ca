"""Where a text stands in the history of its document."""

from analysis.variants import standing_of

LONG_AGO = ("2024-01-01T00:00:00Z", "start", "A")


def standing(date: str, old: str, new: str, *rows: tuple[str, str, str]) -> str:
    return standing_of(date, old, new, (LONG_AGO, *rows)).kind


def test_a_text_never_recorded_is_new() -> None:
    assert standing("2024-06-01T00:00:00Z", "A", "B") == "new"


def test_nothing_known_is_new() -> None:
    assert standing_of("", "", "", ()).kind == "new"


def test_a_quick_return_to_the_lasting_text_is_a_flap() -> None:
    row = ("2024-06-01T00:00:00Z", "A", "B")
    assert standing("2024-06-01T06:00:00Z", "B", "A", row) == "flap"


def test_a_late_return_is_news() -> None:
    row = ("2024-06-01T00:00:00Z", "A", "B")
    assert standing("2024-09-01T00:00:00Z", "B", "A", row) == "return"


def test_a_roll_out_that_was_taken_back_is_news_when_it_comes_again() -> None:
    rows = [("2024-06-01T00:00:00Z", "A", "B"), ("2024-06-01T06:00:00Z", "B", "A")]
    assert standing("2024-06-02T00:00:00Z", "A", "B", *rows) == "return"


def test_two_texts_that_alternate_are_variants() -> None:
    rows = [
        ("2024-06-01T00:00:00Z", "A", "B"),
        ("2024-06-11T00:00:00Z", "B", "A"),
        ("2024-06-21T00:00:00Z", "A", "B"),
    ]
    assert standing("2024-07-01T00:00:00Z", "B", "A", *rows) == "variant"


def test_a_gap_in_the_history_silences_nothing() -> None:
    row = ("2024-06-01T00:00:00Z", "B", "A")
    assert standing("2024-06-02T00:00:00Z", "C", "A", row) == "return"


def test_the_first_day_of_a_known_text_is_told() -> None:
    rows = (LONG_AGO, ("2024-06-01T00:00:00Z", "A", "B"))
    assert standing_of("2024-06-01T06:00:00Z", "B", "A", rows).since == "2024-01-01T00:00:00Z"
