"""A comparison as people see it: on a terminal and as a page."""

from html.parser import HTMLParser

from analysis.compare import compare
from clausewatch.redline import redline
from clausewatch.redline_page import redline_page

OLD = """## Who we share it with

We share your address with the carrier.

We keep what you write to us for 30 days.
"""
NEW = """## Who we share it with

We share your address with the carrier and with advertisers.

We keep what you write to us for 365 days. \u202egnirb\u001b[31m<script>alert(1)</script>
"""


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)


def test_words_gone_and_new_are_marked_without_colour() -> None:
    shown = redline(compare(OLD, NEW), colour=False).plain
    assert "[-30-] {+365+} days" in shown
    assert "and with advertisers" in shown
    assert shown.startswith("material: ")


def test_what_a_page_says_cannot_steer_the_terminal() -> None:
    shown = redline(compare(OLD, NEW), colour=True).plain
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_the_page_marks_words_and_lets_no_markup_of_the_policy_through() -> None:
    page = redline_page("acme: snapshot 1 -> 2", compare(OLD, NEW))
    tags = _Tags()
    tags.feed(page)
    assert {"ins", "del", "article"} <= tags.seen
    assert "script" not in tags.seen
    assert "365" in page
    assert "\u202e" not in page


def test_equal_texts_have_no_edits() -> None:
    comparison = compare(OLD, OLD)
    assert not comparison.material
    assert "edits" not in redline(comparison, colour=False).plain
    assert "<article>" not in redline_page("same", comparison)
