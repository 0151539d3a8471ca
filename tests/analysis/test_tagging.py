"""What a clause is about, in three languages, and why."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import model
from analysis.tagging import Tags, tag, tag_opp115
from analysis.topics import OPP115, OPP115_OF_SENSE, TOPIC_TABLE, TOPICS, topic_named
from tests.support.growth import assert_linear


def check(text: str, *topics: str, heading: str = "", lang: str = "en") -> Tags:
    tags = tag(text, heading, lang=lang)
    assert set(topics) <= set(tags.topics), tags
    return tags


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("We collect your name, e-mail address and phone number.", "collection"),
        ("We use this information to improve our services and to send you offers.", "use"),
        ("We may share your information with our advertising partners.", "sharing"),
        ("We do not sell your personal information.", "sale"),
        ("We keep your account records for seven years.", "retention"),
        ("Our pages set cookies and web beacons.", "cookies"),
        ("All traffic is encrypted with TLS.", "security"),
        ("You can opt out of these emails.", "choice"),
        ("You have the right to have your data corrected or deleted.", "access"),
        ("Our service is not meant for children under 13.", "children"),
        ("Data is transferred outside the EEA under standard contractual clauses.", "transfers"),
        ("If you live in California, you have further rights.", "regional"),
        ("We use your posts to train our models.", "ai_training"),
        ("The legal basis is our legitimate interest.", "legal_basis"),
        ("We may update this privacy policy from time to time.", "policy_change"),
        ("Any claim goes to binding arbitration.", "disputes"),
        ("Questions? Contact us at privacy@example.com.", "contact"),
    ],
)
def test_each_topic_is_recognised_in_a_plain_sentence(text: str, topic: str) -> None:
    check(text, topic)


def test_a_few_english_words_are_not_taken_for_german_by_one_they_share() -> None:
    tags = tag("You may look round our web site without giving a name.")
    assert (tags.lang, "cookies" in tags.topics) == ("en", False)


def test_storage_on_a_device_is_tracking_whatever_stands_between_its_words() -> None:
    check("Where you refuse Local Device Storage, some pages fail.", "cookies")


def test_a_clause_may_have_several_topics() -> None:
    check("We never sell data, and we delete it after 30 days.", "sale", "retention")


def test_a_clause_without_a_topic_is_other_rather_than_nothing() -> None:
    assert tag("Thank you for reading this far.", lang="en").topics == ("other",)


def test_the_heading_speaks_where_the_clause_does_not() -> None:
    assert "cookies" not in tag("Session: kept until you leave.", lang="en").topics
    check("Session: kept until you leave.", "cookies", heading="Privacy > Cookies")


def test_every_topic_names_what_decided() -> None:
    tags = check("We share data with law enforcement and keep it for two years.", "sharing")
    assert {cue.topic for cue in tags.cues} >= set(tags.topics)
    assert "law enforcement" in {cue.text for cue in tags.cues}


def test_a_score_of_three_or_more_is_a_topic() -> None:
    tags = tag("We collect cookies and share them with third parties.", lang="en")
    assert set(tags.topics) == {t for t, s in tags.scores.items() if s >= 3 and t in TOPICS}


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Nous conservons vos données pendant treize mois.", {"retention"}),
        ("Vos informations sont transmises à nos prestataires.", {"sharing"}),
        ("Vous disposez d'un droit d'accès et de rectification.", {"access"}),
        ("Ce site dépose des cookies.", {"cookies"}),
        ("Le transfert hors de l'Union européenne repose sur des clauses types.", {"transfers"}),
    ],
)
def test_french_clauses_are_tagged_by_french_cues(text: str, topics: set[str]) -> None:
    check(text, *topics, lang="fr")


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("Wir löschen Ihre Daten nach zwölf Monaten, sobald sie nicht nötig sind.", {"retention"}),
        ("Ihre Daten werden an Dritte weitergegeben.", {"sharing"}),
        ("Sie haben das Recht auf Auskunft und Löschung.", {"access"}),
        ("Rechtsgrundlage ist unser berechtigtes Interesse.", {"legal_basis"}),
        ("Wir setzen Cookies ein.", {"cookies"}),
    ],
)
def test_german_clauses_are_tagged_by_german_cues(text: str, topics: set[str]) -> None:
    check(text, *topics, lang="de")


def test_the_language_is_read_from_the_clause_where_nobody_says_it() -> None:
    assert tag("Wir geben Ihre Daten nicht an Dritte weiter, die sie nutzen.").lang == "de"
    assert tag("We do not share your data with third parties.").lang == "en"


@pytest.mark.parametrize(
    ("text", "lang"), [("Мы не продаём ваши данные.", ""), ("No vendemos datos.", "es")]
)
def test_an_unknown_language_is_said_to_be_unknown(text: str, lang: str) -> None:
    tags = tag(text, lang=lang)
    assert (tags.topics, tags.known) == ((), False)


@pytest.mark.parametrize(
    "text",
    [
        "What is a cookie? A cookie is a small text file that a website puts on a computer.",
        "Web beacons are tiny graphics on a page, about the size of a full stop.",
        "1. SCOPE 2. WHAT WE COLLECT 3. HOW WE SHARE IT 4. CHILDREN 5. SAFETY 6. COOKIES AND OTHER TECHNOLOGY 7. CONTACT",
    ],
)
def test_what_only_explains_or_lists_cookies_is_no_practice(text: str) -> None:
    assert "cookies" not in tag(text, lang="en").topics


@pytest.mark.parametrize(
    "text",
    [
        "A cookie is a small text file. We use cookies to remember your basket.",
        "The shop may use cookies. Cookies are text files kept by the browser.",
        "Cookies are small files that our partners place to know you again.",
        "THE SHOP AND ITS SUPPLIERS USE COOKIES TO COUNT VISITS, TO SHOW ADVERTISING, AND TO REMEMBER THE BASKET.",
        "| _kettle | Kettle Analytics Inc | Counts Visits | Two Years | Statistics Cookie | First Party | HTTP | Yes | No |",
    ],
)
def test_a_practice_beside_an_explanation_and_a_row_keep_their_topic(text: str) -> None:
    check(text, "cookies")


def test_opp115_names_are_used_for_opp115_and_there_is_always_one() -> None:
    assert "Data Retention" in tag_opp115("We retain data for five years.").topics
    assert set(tag_opp115("").topics) <= set(OPP115)
    assert tag_opp115("").topics


def test_do_not_track_is_recognised_by_its_name_alone() -> None:
    assert "Do Not Track" in tag_opp115("We do not respond to DNT signals.").topics
    assert "Do Not Track" not in tag_opp115("We track your visits with cookies.").topics


def test_every_topic_stands_in_the_tables() -> None:
    assert [topic_named(name).name for name in TOPICS] == list(TOPICS)
    assert set(OPP115_OF_SENSE) >= set(TOPICS)
    assert {t.opp115 for t in TOPIC_TABLE} | {"Do Not Track"} == set(OPP115)
    unlawful = {t.name for t in TOPIC_TABLE if not t.gdpr}
    assert unlawful == {"other"}


def test_the_model_is_small_and_says_where_it_came_from() -> None:
    from importlib import resources

    folder = resources.files(model)
    assert len(folder.joinpath("topics.bin").read_bytes()) <= 500_000
    note = folder.joinpath("TRAINING.txt").read_text(encoding="utf-8")
    assert "ODC-BY" in note
    assert "Open Terms Archive" in note


def test_the_packed_sums_agree_with_the_plain_arithmetic() -> None:
    weights = model.load()
    known = weights.known(["we", "retain", "your", "data", "for", "seven", "years"])
    squares = [weights.lanes[k] >> (32 * len(OPP115)) for k in known]
    length = sum(squares) ** 0.5 / 16
    plain = [
        sum(column[k] - 128 for k in known) * step / length + bias
        for column, step, bias in zip(weights.weights, weights.steps, weights.biases, strict=True)
    ]
    assert weights.scores(known) == pytest.approx(plain)


@given(st.text(max_size=300), st.text(max_size=40))
@settings(deadline=None)
def test_tagging_is_total_and_gives_the_same_answer_twice(text: str, heading: str) -> None:
    first, second = tag(text, heading), tag(text, heading)
    assert first == second
    assert set(first.topics) <= set(TOPICS)
    assert set(tag_opp115(text, heading).topics) <= set(OPP115)


def test_a_line_of_a_hundred_thousand_characters_is_tagged_in_linear_time() -> None:
    line = "We may share your data with third parties and keep it for two years. " * 1500
    assert_linear(lambda text: tag(text, lang="en"), line[:100_000])
