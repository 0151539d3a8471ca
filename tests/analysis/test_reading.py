"""One door from bytes to text: what every reading promises, whatever the page."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.normalise import canonical, digest_of
from analysis.quality import assess
from analysis.reading import read_page

SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "seeds"
TYPES = st.sampled_from(
    ["", "text/html", "text/plain", "text/markdown", "application/json", "image/png"]
)
PIECES = st.sampled_from(
    ["<p>", "</p>", "<li>", "# ", "- ", "| a | b |", "\t", "\n", "1. ", "[a](b)", "**b**", "> ",
     "We keep it.", "CookiesAt this time we do.", "é", "\u200b", "\x00", "&nbsp;", "<table><tr><td>"]
)  # fmt: skip


@given(pieces=st.lists(PIECES, max_size=40), label=TYPES)
@settings(deadline=None, max_examples=300)
def test_a_reading_is_canonical_and_carries_its_own_digest(pieces: list[str], label: str) -> None:
    reading = read_page("".join(pieces).encode(), content_type=label)
    assert canonical(reading.text) == reading.text
    assert digest_of(reading.text) == reading.digest
    assert reading.words == len(reading.text.split())
    assert 0.0 <= reading.coverage <= 1.0
    assert all(reading.text[span.start : span.end] for span in reading.claims.spans)


@given(body=st.binary(max_size=300), label=TYPES, previous=st.none() | st.text(max_size=80))
@settings(deadline=None, max_examples=200)
def test_reading_and_judging_never_raise(body: bytes, label: str, previous: str | None) -> None:
    verdict = assess(read_page(body, content_type=label), previous=previous, previous_lang="en")
    assert verdict.ok == (verdict.cause == "")


def test_a_compressed_body_is_named_and_not_read_as_text() -> None:
    reading = read_page(gzip.compress(b"<p>We keep it.</p>"), content_type="text/html")
    assert (reading.text, reading.problems[0].name) == ("", "wrong_type")


@pytest.mark.skipif(not SEEDS.exists(), reason="the seed policies do not lie beside the project")
def test_each_seed_is_a_policy_with_headings_and_reads_the_same_twice() -> None:
    for path in sorted(SEEDS.iterdir()):
        reading = read_page(path.read_bytes(), content_type="text/plain")
        heads = sum(line.startswith("#") for line in reading.text.split("\n"))
        assert (reading.lang, assess(reading).cause) == ("en", "")
        assert heads >= 5
        again = read_page(reading.text.encode(), content_type="text/markdown")
        assert again.text == reading.text
