"""The languages: none lacks a text, each says it in its own way, and the words of a page stay as they are."""

import email
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from alerts.health import conditions_of
from alerts.health_values import (
    Archive,
    Condition,
    DeadLetters,
    HealthRules,
    Queue,
    Standing,
    Watched,
)
from alerts.labels import day, document, effect, instant, topic
from alerts.message import Content, Envelope, MailOptions, compose, compose_short, encoded
from alerts.notice_content import EVENTS, NOTICE_KINDS
from alerts.notices import content_of, recovery_of
from alerts.phrases import LANGUAGES, phrases_in
from alerts.retelling import headline_retold, reason_retold
from analysis.topics import TOPICS
from storage.integrity import Damage
from tests.alerts.examples import content, digest, notice, point

ROOT = Path(__file__).resolve().parents[2]
SENT = datetime(2026, 6, 3, 14, 6, tzinfo=UTC)
OTHERS = tuple(language for language in LANGUAGES if language != "en")


def texts(language: str) -> dict[str, Any]:  # TOML
    file = ROOT / "alerts" / "languages" / f"{language}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


def keys(table: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text by its whole key; "one" and "other" are texts of their own."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from keys(value, f"{path}{name}.")
        elif isinstance(value, str):
            yield f"{path}{name}", value


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def spaced(text: str) -> str:
    """French sets blanks that do not break before its colons and inside its quotation marks."""
    return text.replace("\u00a0", " ")


def read(told: Content, language: str, *, short: bool = False) -> EmailMessage:
    envelope = Envelope("ada@example.org", "<one@example.org>", SENT, language)
    make = compose_short if short else compose
    return email.message_from_bytes(encoded(make(told, envelope, MailOptions())), policy=default)


def words(mail: EmailMessage, kind: str = "plain") -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return " ".join(str(body.get_content()).split())


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_lacks_a_language(language: str) -> None:
    english, theirs = dict(keys(texts("en"))), dict(keys(texts(language)))
    assert set(theirs) == set(english)
    # A count may be left out where the language says it as a word.
    odd = {
        key: slots(english[key]) ^ slots(text)
        for key, text in theirs.items()
        if (slots(english[key]) ^ slots(text)) - {"count", "document"}
    }
    assert odd == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_topic_direction_and_severity_has_a_name(language: str) -> None:
    phrases = phrases_in(language)
    assert len(phrases.months) == 12
    for name in TOPICS:
        assert phrases.has(f"topic.{name}"), name
    for direction in ("weaker", "stronger", "mixed", "neutral"):
        for severity in ("high", "medium", "low"):
            assert ", " in effect(severity, direction, phrases)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_is_asked_for_is_there(language: str) -> None:
    """Every mail in every shape: a missing key or value would raise."""
    many = content(points=(point(),) * 3, all_points=70, all_asides=9, unconfirmed=True)
    plain = content(asides=(), all_asides=0, effective=None, direction="", severity="")
    for told in (content(), many, plain, digest(), digest(entries=()), digest(coverage=None),
                 digest(cadence="weekly"), digest(cadence="hourly"), digest(cadence="at_once"),
                 digest(cadence="history", coverage=None),
                 notice(), notice(event="recovered"), notice(kind="confirm")):  # fmt: skip
        for short in (False, True):
            mail = read(told, language, short=short)
            assert mail["Content-Language"] == language
            assert "{" not in words(mail)


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_of_our_own_stays_english(language: str) -> None:
    frames = ("Why it matters", "First seen", "Also changed", "See more", "You get this",
              "Before", "severity", "protection for you", "Contents", "What happened",
              "Needs you", "policies checked", "3 June 2026", "Between",
              "our own checks", "oldest first", "Looking back")  # fmt: skip
    for told in (content(), digest(), digest(cadence="history"), notice()):
        for kind in ("plain", "html"):
            text = words(read(told, language), kind)
            assert [frame for frame in frames if frame in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_the_page_are_never_translated(language: str) -> None:
    text = words(read(content(), language)).replace("| ", "")
    assert "We do not share your location with anyone." in text
    assert "How we share information" in text


def test_subjects_read_as_sentences_of_their_language() -> None:
    three = content(points=(point(),) * 3, all_points=3)
    assert read(three, "en")["Subject"] == (
        "Tern: privacy policy now shares location with advertisers (2 more)"
    )
    assert read(three, "de")["Subject"] == (
        "Tern, Datenschutzerklärung – Weitergabe an Werbetreibende: Standort (2 weitere)"
    )
    assert read(three, "fr")["Subject"] == (
        "Tern, politique de confidentialité – partage avec les annonceurs : localisation (2 autres)"
    )


def test_what_cannot_be_retold_is_named_by_topic_and_effect_and_quoted_in_english() -> None:
    odd = content(headline="does something unheard of")
    mail = read(odd, "de")
    assert mail["Subject"] == (
        "Tern, Datenschutzerklärung – Weitergabe von Daten, weniger Schutz für Sie"
    )
    assert "Does something unheard of" in words(mail)


def test_a_document_in_the_plural_stands_apart_from_its_verb() -> None:
    assert read(content(document="terms"), "en")["Subject"] == (
        "Tern, terms of service: now shares location with advertisers"
    )
    assert read(content(document="guidelines"), "en")["Subject"].startswith("Tern, guidelines:")


def test_a_rewrite_says_how_many_passages_it_has() -> None:
    rewritten = content(headline="largely rewritten: cookies and tracking (45 more)", all_points=46)
    assert read(rewritten, "en")["Subject"].endswith("cookies and tracking (46 passages)")


def test_dates_are_those_of_the_language() -> None:
    first = date(2026, 8, 1)
    assert [day(first, phrases_in(language)) for language in LANGUAGES] == [
        "1 August 2026",
        "1. August 2026",
        "1er août 2026",
    ]
    assert instant(SENT, phrases_in("de")) == "3. Juni 2026, 14:06 Uhr (UTC)"
    assert instant(SENT, phrases_in("fr")) == "3 juin 2026 à 14 h 06 UTC"


def test_zero_is_singular_in_french_only() -> None:
    def said(language: str) -> str:
        return phrases_in(language).say("digest.changes", count=0)

    assert [said(language) for language in LANGUAGES] == [
        "0 policy changes",
        "0 Änderungen",
        "0 changement",
    ]


def test_an_unknown_language_topic_or_document_is_shown_all_the_same() -> None:
    assert phrases_in("eo").language == "en"
    assert topic("new_thing", phrases_in("de")) == "New thing"
    assert document("house-rules", phrases_in("fr")) == "house rules"


@pytest.mark.parametrize(
    ("english", "german", "french"),
    [
        ("keeps data for 3 years (was 90 days)", "Speicherdauer: 3 Jahre (bisher 90 Tage)",
         "conservation : 3 ans (auparavant 90 jours)"),
        ("shares data with Microsoft, MS Clarity", "Weitergabe an Microsoft, MS Clarity: Daten",
         "partage avec Microsoft, MS Clarity : données"),
        ("trains AI on your data", "KI-Training: Ihre Daten", "entraînement d’IA : vos données"),
        ("shares data with unheard-of people", "", ""),
    ],
)  # fmt: skip
def test_a_headline_is_retold_whole_or_not_at_all(english: str, german: str, french: str) -> None:
    assert headline_retold(english, phrases_in("de")) == german
    assert spaced(headline_retold(english, phrases_in("fr"))) == french


@pytest.mark.parametrize(
    ("english", "german", "french"),
    [
        ("period changed: was 90 days, now 3 years", "Frist geändert: bisher 90 Tage, jetzt 3 Jahre",
         "durée modifiée : auparavant 90 jours, maintenant 3 ans"),
        ("new recipient: advertisers, Sentry", "neue Empfänger: Werbetreibende, Sentry",
         "nouveaux destinataires : les annonceurs, Sentry"),
        ("promise dropped: 'We do not sell data'", "Zusage entfällt: „We do not sell data“",
         "promesse retirée : « We do not sell data »"),
        ("something new", "", ""),
    ],
)  # fmt: skip
def test_a_reason_is_retold_whole_or_stays_english(english: str, german: str, french: str) -> None:
    assert reason_retold(english, phrases_in("de")) == german
    assert spaced(reason_retold(english, phrases_in("fr"))) == french


@pytest.mark.parametrize("language", OTHERS)
def test_a_retelling_uses_the_slots_of_its_pattern_and_no_other(language: str) -> None:
    data = texts(f"retold_{language}")
    for english, theirs in (*data["headlines"], *data["reasons"]):
        assert slots(theirs) == slots(english), english


def test_both_vocabularies_know_the_same_words() -> None:
    german, french = (set(texts(f"retold_{language}")["values"]) for language in OTHERS)
    assert german == french
    for unit in ("day", "days", "month", "months", "year", "years"):
        assert unit in german


def test_no_quotation_mark_of_ours_is_left_open() -> None:
    for language in LANGUAGES:
        for key, text in keys(texts(language)):
            for first, last in (("“", "”"), ("„", "“"), ("«", "»")):
                if first in text and not (language == "de" and first == "“"):
                    assert text.count(last) >= text.count(first), key
            assert not re.search(r"\s{2}", text), key


# Notices


@pytest.mark.parametrize("language", OTHERS)
def test_every_notice_is_worded_in_every_language(language: str) -> None:
    known = texts(f"notices_{language}")
    assert set(known) == set(NOTICE_KINDS)
    for kind, parts in known.items():
        events = EVENTS if kind != "confirm" else ("raised",)
        wanted = {f"{event}_{part}" for event in events for part in ("title", "happened", "advice")}
        assert set(parts) - {"link"} == wanted, kind


def all_conditions() -> list[Condition]:
    """One of each kind, as the program itself words it."""
    hour = timedelta(hours=1)
    bad = [
        Watched(n, f"auk-{n}", "Auk", f"https://auk{n}.example/p", f"auk{n}.example", failures=9,
                outcome="failed", cause="timeout", last_at=SENT, since=SENT - 40 * hour)
        for n in range(4)
    ]  # fmt: skip
    held = replace(bad[0], id=9, host="gull.example", outcome="held", cause="bot_wall")
    moved = replace(bad[0], id=10, host="tern.example", outcome="unchanged", moved_to="https://new.example/",
                    moved_since=SENT - 90 * hour)  # fmt: skip
    standing = Standing(
        watched=(*bad, held, moved),
        queue=Queue(3, SENT - 9 * hour, "451 later"),
        dead=(DeadLetters("ada@example.org", 2, SENT, "550 no", 7),),
        archives=(Archive("wayback", 5, SENT, "rate_limited", "429"),),
        late=4,
        late_since=SENT - 9 * hour,
        held=12,
        held_policies=11,
        held_since=SENT,
        disk_free=1,
        disk_of="/var/watch.sqlite",
        damage=Damage(SENT, 2, ("fetch 7: was changed after it was written",)),
    )
    return conditions_of(standing, HealthRules(), now=SENT)


@pytest.mark.parametrize("language", OTHERS)
def test_what_the_program_raises_is_told_in_the_language_of_the_operator(language: str) -> None:
    conditions = all_conditions()
    assert {condition.kind for condition in conditions} == set(NOTICE_KINDS) - {"confirm"}
    for condition in conditions:
        raised = content_of(condition, now=SENT, thread="<n@example.org>")
        for told in (raised, recovery_of(raised, now=SENT)):
            text = words(read(told, language))
            for english in (told.title, told.advice, told.happened):
                assert english not in text, told.kind
            assert "{" not in text


def test_a_notice_that_lacks_a_value_is_told_as_it_was_written() -> None:
    old = notice(values={}, happened="It failed five times.")
    assert "It failed five times." in words(read(old, "de"))
