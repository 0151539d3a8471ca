"""What a clause states, and exactly where it states it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.fact_rules import LANGUAGES, grammar_of
from analysis.facts import SLOTS, Fact, facts_of
from tests.support.growth import assert_linear


def read(text: str, slot: str, *, heading: str = "", lang: str = "en") -> list[Fact]:
    return [f for f in facts_of(text, heading=heading, lang=lang) if f.slot == slot]


def values(text: str, slot: str, *, heading: str = "", lang: str = "en") -> list[str]:
    return [f.value for f in read(text, slot, heading=heading, lang=lang)]


def polarities(text: str, *, lang: str = "en") -> list[tuple[str, str]]:
    return [(f.value, f.polarity) for f in read(text, "practice", lang=lang)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We do not sell your personal data.", [("sell", "does_not")]),
        ("Your information will never be sold.", [("sell", "does_not")]),
        ("No personal information is shared with anyone.", [("share", "does_not")]),
        ("None of your data is stored.", [("retain", "does_not")]),
        (
            "We do not sell, rent or share your data.",
            [("sell", "does_not"), ("sell", "does_not"), ("share", "does_not")],
        ),
        ("We do not share your data without your consent.", [("share", "does_not_unless")]),
        ("Except as set out here, we do not disclose data.", [("share", "does_not_unless")]),
        ("We don’t knowingly collect data from children.", [("collect", "does_not")]),
        ("We share your data.", [("share", "does")]),
    ],
)
def test_a_practice_is_done_or_denied_or_denied_with_a_condition(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert polarities(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "We not only collect your name but also use it.",
        "We cannot guarantee that your data will not be disclosed by others.",
        "Click the link “Do Not Sell My Personal Information”.",
        "If you do not provide your data, we cannot help you.",
        "You may ask us not to share your data.",
        "They agree not to disclose your data.",
        "We may not have collected data of each of these kinds.",
        "You can ask that we do not sell your data.",
    ],
)
def test_what_is_no_promise_is_no_denial(text: str) -> None:
    assert [p for _, p in polarities(text) if p != "does"] == []


def test_what_the_reader_does_is_no_practice() -> None:
    assert polarities("You may share photos with your friends.") == []


def test_a_condition_is_quoted_with_its_denial() -> None:
    (fact,) = read("We never share data unless the law requires it.", "practice")
    assert fact.detail == "unless the law requires it"


@pytest.mark.parametrize(
    ("text", "expected", "trigger"),
    [
        ("We keep records for seven (7) years after you leave.", "7 years", "after you leave"),
        ("Logs are deleted after 18 months.", "18 months", ""),
        ("We store them for twenty-four hours.", "24 hours", ""),
        ("Data is retained for 3 to 5 years.", "3-5 years", ""),
        ("We retain it for a year.", "1 year", ""),
        ("Backups are kept for ninety days.", "90 days", ""),
        ("We keep data as long as necessary for the service.", "as long as necessary", "open"),
        ("We keep data for as long as your account is active.", "while the account lasts", "open"),
        ("We retain your messages indefinitely.", "without end", "open"),
        ("We keep your profile until you ask us to remove it.", "until you ask", "open"),
        ("These are deleted when you close your browser.", "session", "open"),
        ("They last until you close your browser.", "session", "open"),
        ("Data over 180 days old are deleted.", "180 days", ""),
        ("We store receipts for six tax years.", "6 years", ""),
        ("We use it until your account was inactive for five years.", "5 years", ""),
    ],
)
def test_a_period_has_a_number_or_an_open_end_and_a_trigger(
    text: str, expected: str, trigger: str
) -> None:
    assert [(f.value, f.detail) for f in read(text, "period")] == [(expected, trigger)]


@pytest.mark.parametrize(
    "text",
    [
        "In the past 12 months we shared data that we keep.",
        "Customers 16 years old may ask us to delete data.",
        "We have been in business for 20 years.",
        "They remain on your device after you close your browser.",
        "Your address is not stored permanently.",
    ],
)
def test_other_durations_are_no_periods(text: str) -> None:
    assert values(text, "period") == []


def test_a_heading_on_keeping_makes_a_bare_duration_a_period() -> None:
    assert values("Invoices: ten years", "period", heading="How long we keep data") == ["10 years"]
    assert values("Invoices: ten years", "period") == []


def test_times_to_answer_and_to_tell_have_slots_of_their_own() -> None:
    assert values("We respond to requests within 45 days.", "right") == ["answer within 45 days"]
    assert "30 days" in values("We give 30 days notice of changes to this policy.", "notice")
    assert "72 hours" in values("We notify you of a breach within 72 hours.", "breach")


def test_ages_are_read_as_limits() -> None:
    assert values("No child under the age of 13 may register.", "age") == ["13"]
    assert values("You must be at least 16 years old.", "age") == ["16"]


def test_dates_need_a_cue_and_come_as_iso_dates() -> None:
    (fact,) = read("Last updated: May 24, 2018", "date")
    assert (fact.value, fact.detail) == ("2018-05-24", "updated")
    assert values("The law of May 24, 2018 applies.", "date") == []


@pytest.mark.parametrize(
    ("text", "heading", "names"),
    [
        ("We use Google Analytics and Stripe.", "", ["Google Analytics", "Stripe"]),
        ("The controller is Acme Widgets GmbH.", "", ["Acme Widgets GmbH"]),
        ("Our service providers include Foohost and Barmail.", "", ["Foohost", "Barmail"]),
        ("- Foohost", "Our sub-processors", ["Foohost"]),
        ("| Foohost | e-mail delivery | Ireland |", "Third parties", ["Foohost"]),
        ("We share Personal Data with Third Parties.", "", []),
        ("Contact Customer Support.", "", []),
    ],
)
def test_parties_are_named_in_prose_lists_and_rows(
    text: str, heading: str, names: list[str]
) -> None:
    assert values(text, "party", heading=heading) == names


def test_a_cookie_row_gives_its_name_its_row_and_its_lifetime() -> None:
    row = "| _ga | Google Analytics | counts visits | 2 years |"
    facts = {f.slot: f for f in facts_of(row, heading="Cookies", lang="en")}
    assert facts["technology"].value == "_ga"
    assert facts["technology"].detail == "Google Analytics; counts visits; 2 years"
    assert facts["period"].value == "2 years"
    assert facts["party"].value == "Google Analytics"


@pytest.mark.parametrize(
    ("text", "slot", "expected"),
    [
        ("our service providers and affiliates", "role", ["service providers", "affiliates"]),
        ("your name, email address and date of birth", "data_type", ["name", "email address", "date of birth"]),
        ("used for targeted advertising", "purpose", ["advertising"]),
        ("to train our machine learning models", "purpose", ["ai training"]),
        ("you may opt out", "choice", ["opt_out"]),
        ("the right to lodge a complaint", "right", ["complaint"]),
        ("session cookies and web beacons", "technology", ["session cookie", "web beacon"]),
        ("under standard contractual clauses", "transfer", ["standard contractual clauses"]),
        ("servers in Ireland", "country", ["Ireland"]),
        ("our legitimate interests", "legal_basis", ["legitimate interests"]),
        ("in answer to a subpoena", "disclosure", ["subpoena"]),
        ("binding arbitration", "dispute", ["arbitration"]),
        ("write to privacy@example.com.", "contact", ["privacy@example.com"]),
        ("California residents", "region", ["California"]),
        ("This policy also applies to our shops.", "scope", ["to our shops"]),
        ("We may collect it.", "modality", ["may"]),
    ],
)  # fmt: skip
def test_each_slot_reads_its_values(text: str, slot: str, expected: list[str]) -> None:
    assert values(text, slot) == expected


def test_what_the_law_requires_is_a_standard_of_disclosure_beside_a_sharing_only() -> None:
    assert values("We share data where required by law.", "disclosure") == ["required by law"]
    assert values("We keep invoices as required by law.", "disclosure") == []
    assert values("We share data. We keep invoices as required by law.", "disclosure") == []


def test_a_modal_governs_practices_and_no_other_verb() -> None:
    governed = {
        text: [f.detail for f in read(text, "modality")]
        for text in (
            "We may share your email address.",
            "We may suspend your use of the shop.",
            "You can choose whether to share it.",
        )
    }
    assert list(governed.values()) == [["share"], [""], [""]]


def test_what_is_not_used_or_collected_is_marked_so() -> None:
    (cookie,) = read("At this time we do not use cookies.", "technology")
    assert cookie.polarity == "does_not"
    kinds = read("We do not collect health data but we do collect your phone number.", "data_type")
    assert [(k.value, k.polarity) for k in kinds] == [("health", "does_not"), ("phone number", "")]


def test_sensitive_kinds_of_data_are_marked() -> None:
    details = {
        f.value: f.detail for f in read("your health data and your email address", "data_type")
    }
    assert details == {"health": "sensitive", "email address": ""}


def test_a_scope_may_be_denied() -> None:
    (fact,) = read("This policy does not apply to linked sites.", "scope")
    assert (fact.value, fact.polarity) == ("to linked sites", "does_not")


def test_french_and_german_clauses_give_facts_in_the_same_values() -> None:
    assert values("Nous conservons vos données pendant 13 mois.", "period", lang="fr") == [
        "13 months"
    ]
    assert polarities("Vos données ne sont jamais vendues.", lang="fr") == [("sell", "does_not")]
    assert values("Sie werden nach sechs Monaten gelöscht.", "period", lang="de") == ["6 months"]
    assert "service providers" in values("Wir setzen Dienstleister ein.", "role", lang="de")


def test_an_unknown_language_gives_no_facts() -> None:
    assert facts_of("We sell data.", lang="es") == ()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_rule_of_a_language_compiles_and_names_a_slot(lang: str) -> None:
    grammar = grammar_of(lang)
    found = {slot for (slot, _), *_ in grammar.matches(grammar.encode("cookie 13"))}
    assert {slot for slot in found if not slot.isupper()} <= set(SLOTS)


texts = st.text(max_size=300) | st.lists(
    st.sampled_from(
        "we do not never sell share your data with Acme Inc. | , unless 7 years keep for under 13 "
        "cookies except you may No . ( ) : @ policy applies to breach notify within".split()
    ),
    max_size=60,
).map(" ".join)


@given(texts, st.sampled_from(["", "Cookies", "Retention > Our partners"]))
@settings(deadline=None)
def test_every_fact_stands_in_the_text_and_has_a_known_slot(text: str, heading: str) -> None:
    facts = facts_of(text, heading=heading)
    assert facts == facts_of(text, heading=heading)
    for fact in facts:
        assert 0 <= fact.start < fact.end <= len(text)
        assert fact.slot in SLOTS
        assert fact.value.strip()


@given(st.text(max_size=200))
@settings(deadline=None)
def test_other_languages_read_any_text_too(text: str) -> None:
    assert isinstance(facts_of(text, lang="fr") + facts_of(text, lang="de"), tuple)


@pytest.mark.parametrize(
    "line",
    [
        "We never share your data with Acme Inc. unless the law requires it, for 7 years. ",
        "not , or sell ",
        "Aa Bb Cc Dd ",
        "(1) 2 3 4-5 6.7 ",
        "| a | 2 years ",
        "policy applies to ",
    ],
)
def test_a_line_of_a_hundred_thousand_characters_is_read_in_linear_time(line: str) -> None:
    text = (line * (100_000 // len(line) + 1))[:100_000]
    assert_linear(lambda part: facts_of(part, lang="en"), text)


@pytest.mark.parametrize(
    ("text", "polarity"),
    [
        ("Wir verkaufen Ihre Daten nicht.", "does_not"),
        ("Wir verkaufen Ihre Daten niemals an Dritte.", "does_not"),
        ("Wir erheben keine Standortdaten.", "does_not"),
        ("Wir verwenden Ihre Daten, wenn Sie nicht widersprechen.", "does"),
        ("Wir speichern nicht nur Ihren Namen.", "does"),
    ],
)
def test_a_german_main_clause_denies_after_its_verb(text: str, polarity: str) -> None:
    (practice,) = (fact for fact in facts_of(text, lang="de") if fact.slot == "practice")
    assert practice.polarity == polarity
