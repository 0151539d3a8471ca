"""A policy as a map of its clauses: what a list, a table and a heading lend to a clause."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.clausemap import Clause, clause_map, topics_of
from analysis.facts import facts_of
from analysis.tagging import tag

LISTED = """# Privacy

## Information we collect and use

We use your information for the following purposes:

- Running prize draws
- Keeping our statistics

We collect your name.
"""
TABLE = """## Third parties

| Name | Data | Purpose | Place |
| Brightpane Ltd | Email address | Hosting service | Germany |
"""


def clause(text: str, words: str) -> Clause:
    (found,) = [c for c in clause_map(text, lang="en") if words in c.text]
    return found


def stated(text: str) -> set[str]:
    return {f"{f.slot}={f.value}/{f.polarity}" for f in facts_of(text, lang="en")}


def test_an_item_is_read_with_the_line_that_leads_into_its_list() -> None:
    assert "use" in clause(LISTED, "prize draws").tags.topics
    alone = LISTED.replace("We use your information for the following purposes:\n\n", "")
    assert "use" not in clause(alone, "prize draws").tags.topics


def test_a_lead_ends_with_its_list() -> None:
    assert "use" not in clause(LISTED, "your name").tags.topics
    assert clause(LISTED, "prize draws").path == ("Privacy", "Information we collect and use")


def test_a_vendor_row_names_vendor_data_purpose_and_place() -> None:
    row = clause(TABLE, "Brightpane")
    facts = {(f.slot, f.value) for f in row.facts}
    assert {
        ("party", "Brightpane Ltd"),
        ("data_type", "email address"),
        ("purpose", "hosting"),
        ("country", "Germany"),
    } <= facts


@pytest.mark.parametrize("text", [LISTED, TABLE])
def test_a_fact_quotes_its_own_clause(text: str) -> None:
    for each in clause_map(text, lang="en"):
        for fact in each.facts:
            assert 0 <= fact.start < fact.end <= len(each.text)
            if fact.slot == "party":
                assert each.text[fact.start : fact.end] == fact.value


@given(st.text(alphabet="ab|-#: \n.", max_size=80))
@settings(deadline=None)
def test_any_text_has_a_map(text: str) -> None:
    clauses = clause_map(text)
    assert set(topics_of(clauses)) == {t for c in clauses for t in c.tags.topics}
    assert all(0 <= f.start < f.end <= len(c.text) for c in clauses for f in c.facts)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("We do not use the site to knowingly collect data from children.", "practice=collect/does_not"),
        ("We do not use web beacons.", "technology=web beacon/does_not"),
        ("This information will not (and cannot) be used to identify you.", "practice=use/does_not"),
        ("We log your internet protocol (IP) address.", "data_type=ip address/"),
        ("It holds your name, address and telephone number.", "data_type=postal address/"),
        ("You can ask us to restrict what we do with it.", "right=restriction/"),
        ("We announce changes of this policy by letting you know by email.", "notice=email/"),
        ("We share data within our group.", "role=affiliates/"),
        ("You can opt not to tell us your name.", "choice=opt_out/"),
    ],
)  # fmt: skip
def test_a_fact_is_found_however_it_is_put(text: str, fact: str) -> None:
    assert fact in stated(text)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("We will keep you updated with information about your order.", "practice=retain/does"),
        ("We keep your information confidential.", "practice=retain/does"),
        ("We use it to provide you with information.", "practice=share/does"),
        ("Data provided to us is encrypted.", "practice=share/does"),
        ("Except as provided above, your data stays here.", "practice=share/does"),
        ("We disclose it for fraud prevention.", "role=credit agencies/"),
        ("Click the link provided at the bottom of an email.", "practice=share/does"),
        ("Click here to read our emails.", "data_type=browsing history/"),
    ],
)
def test_a_like_phrase_is_no_fact(text: str, fact: str) -> None:
    assert fact not in stated(text)


def test_what_is_kept_and_given_for_real_still_counts() -> None:
    assert "practice=retain/does" in stated("We keep your information for two years.")
    assert "practice=share/does" in stated("We provide your information to advertisers.")


@pytest.mark.parametrize(
    ("text", "topic", "expect"),
    [
        ("Some visitors access our website, and we count where they come from.", "access", False),
        (
            "Some pages may then look odd, or you may not access parts of our shop.",
            "access",
            False,
        ),
        ("You may access the personal data that we hold on you.", "access", True),
        ("We stop unauthorised access to the application and other misuse.", "transfers", False),
        ("If you access the site from another country, data leaves it.", "transfers", True),
        (
            "We use it to send you news and to keep you updated with information on events.",
            "retention",
            False,
        ),
        ("You are under no obligation to provide any details.", "choice", True),
        ("Brightpane Ltd is the data controller.", "contact", True),
        ("Our site uses cookies and other tools to collect technical data.", "collection", True),
    ],
)
def test_a_phrase_has_its_topic_and_its_double_has_not(
    text: str, topic: str, *, expect: bool
) -> None:
    assert (topic in tag(text, lang="en").topics) is expect
