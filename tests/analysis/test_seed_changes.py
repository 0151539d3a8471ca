"""The first policies asked for: an edit to each is told with its topic, wherever they are at hand."""

import re
from pathlib import Path

import pytest

from analysis.compare import Comparison, compare

SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "seeds"

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason=f"no policies at {SEEDS}")


def edited(name: str, old: str, new: str) -> Comparison:
    """Compare a seed with itself after one edit; `old` may cross line ends."""
    text = next(SEEDS.glob(f"{name}.*")).read_text(encoding="utf-8")
    pattern = r"\s+".join(map(re.escape, old.split()))
    changed, count = re.subn(pattern, lambda _: new, text)
    assert count == 1
    return compare(text, changed, doc_type="Privacy Policy")


def test_cookies_where_there_were_none() -> None:
    found = edited("spectrotek", "we do not use cookies", "this site uses cookies")
    assert (found.topics[0], found.direction, found.severity) == ("cookies", "weaker", "high")


def test_a_new_row_in_the_table_of_vendors() -> None:
    row = "Helpdesko\tAll data\tTickets\tSupport desk\tUSA\n"
    found = edited("soutron", "SendGrid", f"{row}SendGrid")
    assert found.topics == ("sharing",)
    assert found.findings[0].after.startswith("Helpdesko | All data")
    assert found.headline == "shares data with Helpdesko"


def test_a_number_of_years_where_it_was_as_long_as_necessary() -> None:
    found = edited(
        "ntropic",
        "as long as is reasonably necessary",
        "seven years",
    )
    assert found.topics == ("retention",)
    assert found.headline == "keeps data for 7 years (was as long as needed)"


def test_a_promise_that_went() -> None:
    found = edited("ntron", "never be sold or passed", "not be passed")
    assert found.topics[0] == "sale"
    assert (found.direction, found.severity) == ("weaker", "high")
    assert found.findings[0].reasons[0].startswith("promise dropped: 'never be sold")


def test_advertisers_who_came() -> None:
    found = edited(
        "soutron", "7. Security", "We may share your data with advertisers.\n\n7. Security"
    )
    assert (found.topics, found.direction) == (("sharing",), "weaker")
    assert found.headline == "shares data with advertisers"


@pytest.mark.parametrize("name", ["inxtron", "ntron", "ntropic", "soutron", "spectrotek"])
def test_spacing_and_dates_are_not_told(name: str) -> None:
    text = next(SEEDS.glob(f"{name}.*")).read_text(encoding="utf-8")
    spaced = "Last updated: 3 May 2024\n\n" + text.replace("\n", "\n\n").replace(". ", ".  ")
    assert not compare(text, spaced).material
