"""A document's claims about itself are read where a cue stands beside them."""

from datetime import date

import pytest

from analysis.claims import claims_of

HEAD = "# Privacy Notice\n\n"


@pytest.mark.parametrize(
    ("words", "lang", "expect"),
    [
        ("Last updated: May 24, 2018", "en", date(2018, 5, 24)),
        ("This policy was last modified on 3rd March 2021.", "en", date(2021, 3, 3)),
        ("Information current as of 24 May, 2018", "en", date(2018, 5, 24)),
        ("Last revised 03/04/2020", "en", date(2020, 3, 4)),
        ("Dernière mise à jour : 1er février 2022", "fr", date(2022, 2, 1)),
        ("Dernière mise à jour le 03/04/2020", "fr", date(2020, 4, 3)),
        ("Mise à jour : novembre 2023", "fr", date(2023, 11, 1)),
        ("Stand: 12. Januar 2024", "de", date(2024, 1, 12)),
        ("Última actualización: 5 de mayo de 2023", "es", date(2023, 5, 5)),
        ("Revised: April 21, 2023", "en", date(2023, 4, 21)),
        ("- Updated September 2015", "en", date(2015, 9, 1)),
        ("Latest update: March 24, 2020", "en", date(2020, 3, 24)),
        ("Version: 19.12.2018", "de", date(2018, 12, 19)),
        ("Version 7.0 | May 27, 2024", "en", date(2024, 5, 27)),
        ("Updated on 2024-02-30", "en", None),
        ("We were founded on 2 May 1999.", "en", None),
    ],
)
def test_the_date_of_the_last_update_is_read(words: str, lang: str, expect: date | None) -> None:
    assert claims_of(HEAD + words, lang=lang).updated == expect


@pytest.mark.parametrize(
    "words",
    [
        "Effective date: 1 June 2023",
        "This notice comes into force on June 1, 2023.",
        "Applicable à compter du 1er juin 2023",
        "Gültig ab 1. Juni 2023",
        "Diese Regeln gelten ab 1. Juni 2023.",
    ],
)
def test_the_date_of_effect_is_not_the_date_of_the_update(words: str) -> None:
    claims = claims_of(HEAD + words + "\n\nLast updated: 2 May 2023", lang="en")
    assert claims.effective == date(2023, 6, 1)
    assert claims.updated == date(2023, 5, 2)


def test_a_date_deep_in_the_text_is_nobodys_claim() -> None:
    filler = "We keep what you send to us.\n\n" * 200
    text = HEAD + filler + "The law was last updated on 4 May 2016.\n\n" + filler
    assert claims_of(text, lang="en").updated is None


def test_a_document_that_is_named_with_its_date_is_heard_wherever_it_says_so() -> None:
    filler = "We keep what you send to us.\n\n" * 200
    text = HEAD + filler + "This policy was last updated on 4 May 2016.\n\n" + filler
    assert claims_of(text, lang="en").updated == date(2016, 5, 4)


def test_a_document_that_signs_off_with_its_date_is_heard() -> None:
    filler = "We keep what you send to us.\n\n" * 200
    assert claims_of(HEAD + filler + "Last updated: 4 May 2016", lang="en").updated == date(
        2016, 5, 4
    )


def test_the_version_is_a_number_and_not_a_year() -> None:
    assert claims_of(HEAD + "Version 2.1 of this notice").version == "2.1"
    assert claims_of(HEAD + "Version 2023 of this notice").version == ""


def test_the_title_is_the_first_heading_of_the_best_level() -> None:
    assert claims_of("## Menu\n\n# Privacy Notice\n\n# Annex").title == "Privacy Notice"
    assert claims_of("No heading here", page_title="Privacy | Example").title == "Privacy | Example"


def test_every_claim_knows_its_place() -> None:
    text = HEAD + "Version 3.2. Last updated: 4 May 2016"
    spans = {span.name: text[span.start : span.end] for span in claims_of(text, lang="en").spans}
    assert spans == {"title": "Privacy Notice", "version": "3.2", "updated": "4 May 2016"}
