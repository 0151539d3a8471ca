"""The made-up company: its texts, how they change, and the pages that show them."""

import urllib.error
import urllib.request
from datetime import UTC, date, datetime, time, timedelta
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from clausewatch.demo import theme
from clausewatch.demo.edits import Edit, Move, MoveSection, Replace, StoryError, apply
from clausewatch.demo.markup import headings_of, html_of
from clausewatch.demo.site import Site
from clausewatch.demo.story import BEGIN, MONTHS, PAGES, PLANTS, end_of, page_on, plants_until
from clausewatch.demo.theme import Visit

TEXT = """\
# Title

First words.

Second words.

## One

Of one.

## Two

Of two.
"""


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (Replace("First words.", "Other words."), TEXT.replace("First words.", "Other words.")),
        (
            Move("Second words.", behind="# Title"),
            TEXT.replace("First words.\n\nSecond words.", "Second words.\n\nFirst words."),
        ),
        (
            MoveSection("Two", before="One"),
            TEXT.replace(
                "## One\n\nOf one.\n\n## Two\n\nOf two.", "## Two\n\nOf two.\n\n## One\n\nOf one."
            ),
        ),
    ],
)
def test_an_edit_does_what_it_says(edit: Edit, expected: str) -> None:
    assert apply(TEXT, [edit]) == expected


@pytest.mark.parametrize(
    "edit",
    [
        Replace("words.", "sentences."),  # there are two
        Replace("no such words", "others"),
        Replace("First", "First"),
        Move("No such paragraph", behind="First"),
        MoveSection("Three", before="One"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused(edit: Edit) -> None:
    with pytest.raises(StoryError):
        apply(TEXT, [edit])


@pytest.mark.parametrize("name", PAGES)
def test_every_edit_of_the_story_fits(name: str) -> None:
    for day in range((end_of(MONTHS).date() - BEGIN).days):
        page = page_on(name, BEGIN + timedelta(days=day))
        assert page.text.startswith("# ")
        assert page.variant != page.text


def test_a_page_changes_on_the_days_of_its_plants_and_on_no_other() -> None:
    for name in PAGES:
        edited = {
            plant.day
            for plant in PLANTS
            if name in plant.pages and plant.edits and plant.kind != "variant"
        }
        changed = set()
        for number in range(1, (end_of(MONTHS).date() - BEGIN).days):
            day = BEGIN + timedelta(days=number)
            if page_on(name, day).text != page_on(name, day - timedelta(days=1)).text:
                changed.add(day)
        assert changed == edited


def test_what_happens_is_in_order_and_never_twice_at_a_time() -> None:
    for earlier, later in pairwise(PLANTS):
        assert earlier.until <= later.day


def test_the_story_is_as_rich_as_it_is_said_to_be() -> None:
    kinds = [plant.kind for plant in plants_until(end_of(MONTHS))]
    assert kinds.count("material") == 4
    assert {"cosmetic", "outage", "maintenance", "variant"} <= set(kinds)
    whys = {plant.why for plant in PLANTS if plant.kind == "cosmetic"}
    assert {"date only", "moved paragraph", "renumbered", "furniture", "typo"} <= whys


@pytest.mark.parametrize(("months", "end"), [(1, date(2025, 11, 6)), (8, date(2026, 6, 6))])
def test_a_story_of_some_months_ends_on_the_same_day_of_a_later_month(
    months: int, end: date
) -> None:
    assert end_of(months) == datetime.combine(end, time(), UTC)


def test_sections_are_numbered_where_they_stand() -> None:
    assert headings_of(TEXT) == ["1. One", "2. Two"]
    moved = apply(TEXT, [MoveSection("Two", before="One")])
    assert '<h2 id="section-1">1. Two</h2>' in html_of(moved)
    assert '<h2 id="section-2">2. One</h2>' in html_of(moved)


def test_markup_of_the_texts_is_rendered_and_nothing_else_is() -> None:
    html = html_of(
        "# T\n\n**a** *b* [c](/d) <e>\n\n- f\n- g\n\n| h | i |\n| --- | --- |\n| j | k |"
    )
    assert '<p><strong>a</strong> <em>b</em> <a href="/d">c</a> &lt;e&gt;</p>' in html
    assert "<ul>\n<li>f</li>\n<li>g</li>\n</ul>" in html
    assert "<tr><td>j</td><td>k</td></tr>" in html


class _Tags(HTMLParser):
    """Notes tags that are closed out of order."""

    _VOID = frozenset({"meta", "link", "input", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in self._VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("day", [BEGIN, date(2025, 11, 20), date(2026, 1, 2), date(2026, 5, 30)])
def test_pages_are_well_formed_and_say_their_whole_text(name: str, day: date) -> None:
    page = page_on(name, day)
    html = theme.policy(page, page.text, _visit(day))
    tags = _Tags()
    tags.feed(html)
    assert (tags.wrong, tags.open) == ([], [])
    assert html_of(page.text) in html
    assert str(page.updated.year) in html


def test_no_two_visits_see_the_same_page_and_the_same_visit_always_does() -> None:
    page = page_on("privacy", BEGIN)
    first, second = (theme.policy(page, page.text, _visit(BEGIN, number)) for number in (1, 2))
    assert first != second
    assert first == theme.policy(page, page.text, _visit(BEGIN, 1))


def _visit(day: date, number: int = 1) -> Visit:
    return Visit(datetime.combine(day, time(6), UTC), number)


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url) as answer:  # noqa: S310 - our own site
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.mark.parametrize(
    ("day", "path", "status", "words"),
    [
        (BEGIN, "/privacy", 200, "for 90 days"),
        (BEGIN, "/robots.txt", 200, "Disallow: /account"),
        (BEGIN, "/", 200, "cookie policy"),
        (BEGIN, "/teas", 404, "no such shelf"),
        (date(2025, 12, 1), "/privacy", 200, "for three years"),
        (date(2026, 1, 13), "/privacy", 503, "Service Unavailable"),
        (date(2026, 1, 14), "/cookies", 200, "Descaling in progress"),
        (date(2026, 1, 15), "/cookies", 200, "pw_basket"),
    ],
)
def test_the_site_answers_as_the_story_says_for_the_day(
    day: date, path: str, status: int, words: str
) -> None:
    with Site(lambda: datetime.combine(day, time(6), UTC), port=0) as site:
        answered, text = get(site.url + path)
    assert (answered, words in text) == (status, True)


def test_while_the_experiment_lasts_every_other_visitor_sees_it() -> None:
    with Site(lambda: datetime(2026, 2, 10, 6, tzinfo=UTC), port=0) as site:
        seen = ["which advertisements" in get(f"{site.url}/privacy")[1] for _ in range(4)]
    assert seen == [True, False, True, False]


def test_a_reader_may_ask_for_another_day() -> None:
    with Site(lambda: datetime.combine(BEGIN, time(6), UTC), port=0) as site:
        assert "for three years" in get(f"{site.url}/privacy?on=2025-12-24")[1]
        assert "for 90 days" in get(f"{site.url}/privacy?on=soon")[1]


def test_a_taken_port_is_no_obstacle() -> None:
    now = datetime.combine(BEGIN, time(6), UTC)
    with Site(lambda: now, port=0) as first:
        port = int(first.url.rpartition(":")[2])
        with Site(lambda: now, port=port) as second:
            assert second.url != first.url
            assert get(f"{second.url}/cookies")[0] == 200
