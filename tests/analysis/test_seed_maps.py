"""The clause maps of the five first policies, against what a person read in them.

A topic that a reading neither asks for nor allows must not be there: only
collection, use, contact and other may come along unasked, since nearly every
clause can be said to touch them. A mistake that is accepted and comes right
fails too, so that it is taken off the list.
"""

from collections.abc import Iterator
from functools import cache

import pytest

from analysis.clausemap import Clause, clause_map, topics_of
from analysis.reading import read_page
from analysis.topics import TOPICS
from tests.analysis.seed_readings import MAPS, WHOLE, WHOLE_MAY, WRONG, Read
from tests.support.seeds import SEEDS, as_html, needs_seeds

pytestmark = needs_seeds

_LOOSE = {"collection", "use", "contact", "other"}
_FORMS = ("text", "html")


@cache
def clauses(name: str, form: str) -> tuple[Clause, ...]:
    (seed,) = (seed for seed in SEEDS if seed.name == name)
    if form == "text":
        reading = read_page(seed.text.encode(), url=seed.file)
    else:
        page = as_html(seed.text, title=name).encode()
        reading = read_page(page, url="https://example.org/privacy", content_type="text/html")
    return clause_map(reading.text, lang=reading.lang)


def clause(name: str, form: str, words: str) -> Clause:
    found = [c for c in clauses(name, form) if c.text.lstrip("| ").startswith(words)]
    assert found, f"no clause of {name} begins with {words!r}"
    return found[0]


def split(facts: str) -> set[str]:
    return {fact.strip() for fact in facts.split(";") if fact.strip()}


def misses(read: Read, got: Clause) -> Iterator[str]:
    """Yield how the program's reading differs from the person's."""
    stated = {f"{fact.slot}={fact.value}" for fact in got.facts}
    stated |= {f"{fact.slot}={fact.value}/{fact.polarity}" for fact in got.facts}
    wanted, allowed = set(read.topics.split()), set(read.may.split())
    yield from (f"-{topic}" for topic in wanted - set(got.tags.topics))
    yield from (f"+{topic}" for topic in set(got.tags.topics) - wanted - allowed - _LOOSE)
    yield from (f"-{fact}" for fact in split(read.facts) - stated)
    yield from (f"+{fact}" for fact in split(read.never) & stated)


def accepted(name: str, words: str) -> set[str]:
    return {wrong for policy, start, wrong in WRONG if (policy, start) == (name, words)}


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize(
    ("name", "read"),
    [pytest.param(name, read, id=f"{name}: {read.words}") for name in MAPS for read in MAPS[name]],
)
def test_a_clause_is_read_as_a_person_read_it(name: str, read: Read, form: str) -> None:
    got = clause(name, form, read.words)
    assert set(misses(read, got)) == accepted(name, read.words), (got.tags.topics, got.facts)


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize("name", MAPS)
def test_a_policy_is_about_what_a_person_found_in_it(name: str, form: str) -> None:
    found = set(topics_of(clauses(name, form))) - {"other"}
    wanted, allowed = set(WHOLE[name].split()), set(WHOLE_MAY.get(name, "").split())
    wrong = {f"-{t}" for t in wanted - found} | {f"+{t}" for t in found - wanted - allowed}
    assert wrong == accepted(name, "")


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize(
    ("vendor", "told"),
    [
        ("Amito Ltd", ("All data", "Hosting service", "UK / Germany")),
        ("Microsoft Azure", ("All data", "data backup", "UK")),
        ("SendGrid", ("Email address", "email delivery", "USA")),
    ],
)
def test_a_vendor_is_named_with_its_data_purpose_and_place(
    vendor: str, told: tuple[str, ...], form: str
) -> None:
    (party,) = [f for f in clause("soutron", form, vendor).facts if f.slot == "party"]
    assert party.value == vendor
    assert all(each in party.detail for each in told)


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize("name", MAPS)
def test_every_fact_stands_where_it_says(name: str, form: str) -> None:
    for each in clauses(name, form):
        for fact in each.facts:
            assert 0 <= fact.start < fact.end <= len(each.text)


def test_the_tables_name_real_topics_and_quote_five_words_at_most() -> None:
    reads = [read for table in MAPS.values() for read in table]
    assert all(0 < len(read.words.split()) <= 5 for read in reads)
    named = {t for read in reads for t in f"{read.topics} {read.may}".split()}
    named |= {t for whole in (*WHOLE.values(), *WHOLE_MAY.values()) for t in whole.split()}
    assert named <= set(TOPICS)
    known = {(name, read.words) for name in MAPS for read in MAPS[name]} | {(n, "") for n in MAPS}
    assert {(name, words) for name, words, _ in WRONG} <= known
