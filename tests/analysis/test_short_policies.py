"""A policy may be two sentences long. Small companies have such pages, and they change too."""

import pytest

from analysis.quality import assess
from analysis.reading import read_page

SHORT = (
    "<title>Privacy</title><h1>Privacy</h1><p>We do not sell your data.</p>",
    "<p>We set cookies.</p>",
    "<h1>Datenschutz</h1><p>Wir geben Ihre Daten nicht weiter.</p>",
    "We collect your name and address when you order, keep them for 12 months and share nothing.",
)


@pytest.mark.parametrize("page", SHORT)
def test_a_short_text_that_speaks_of_data_is_a_policy(page: str) -> None:
    assert assess(read_page(page.encode(), content_type="text/html; charset=utf-8")).ok


@pytest.mark.parametrize("page", ["", "   ", "<html></html>", "<p>Loading...</p>", "<p>Hello!</p>"])
def test_a_short_text_that_does_not_is_held(page: str) -> None:
    verdict = assess(read_page(page.encode(), content_type="text/html; charset=utf-8"))
    assert not verdict.ok
    assert verdict.cause
