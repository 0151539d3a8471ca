"""One clause of a plain policy in French or German is edited, as in `test_small_edits`."""

import pytest

from analysis.compare import Comparison, compare

POLICIES = {
    "fr": """# Politique de confidentialité

## Qui sommes-nous

Nous tenons une petite boutique de thé et de tout ce qu'il faut pour le préparer.

## {heading}

{clause}

## Questions

Écrivez-nous à contact@boutique.example pour toute question sur cette page.
""",
    "de": """# Datenschutzerklärung

## Wer wir sind

Wir betreiben einen kleinen Laden für Tee und alles, was man zum Aufgießen braucht.

## {heading}

{clause}

## Fragen

Schreiben Sie uns an kontakt@laden.example, wenn Sie Fragen zu dieser Seite haben.
""",
}

EDITS = [
    ("fr", "Partage", "Nous transmettons votre adresse au transporteur.", "Nous transmettons votre adresse au transporteur et à nos partenaires publicitaires.", "sharing", "weaker"),
    ("fr", "Partage", "Vos données ne sont jamais communiquées à des tiers.", "Vos données peuvent être communiquées à des tiers.", "sharing", "weaker"),
    ("fr", "Partage", "Seules les données nécessaires sont transmises à nos prestataires.", "Les données utiles sont transmises à nos prestataires.", "sharing", "weaker"),
    ("fr", "Partage", "Nous ne partageons ni ne vendons vos données.", "Nous ne partageons pas vos données.", "sale", "weaker"),
    ("fr", "Partage", "Vos ordonnances sont transmises au médecin qui vous suit.", "Vos ordonnances sont transmises au médecin qui vous suit et à votre mutuelle.", "sharing", "weaker"),
    ("de", "Zahlung", "Ihre Zahlungsdaten verarbeitet allein unser Dienstleister.", "Ihre Zahlungsdaten verarbeiten wir und unser Dienstleister.", "sharing", "weaker"),
    ("fr", "Vente", "Nous ne vendons pas vos données.", "Nous vendons vos données à des annonceurs.", "sale", "weaker"),
    ("fr", "Durée", "Vos commandes sont conservées pendant 3 ans.", "Vos commandes sont conservées pendant 10 ans.", "retention", "weaker"),
    ("fr", "Cookies", "Nous n'utilisons pas de traceurs publicitaires.", "Nous utilisons des traceurs publicitaires.", "cookies", "weaker"),
    ("fr", "Transferts", "Vos données ne sont pas transférées en dehors de l'EEE.", "Vos données peuvent être transférées en dehors de l'EEE.", "transfers", "weaker"),
    ("fr", "Hébergement", "Vos données sont hébergées en France.", "Vos données sont hébergées en France et aux États-Unis.", "transfers", "weaker"),
    ("fr", "Vos droits", "Vous pouvez déposer une plainte auprès de l'autorité de contrôle.", "Nous lisons chaque lettre.", "access", "weaker"),
    ("fr", "Vos droits", "Vous disposez d'un droit d'accès, de rectification et d'effacement.", "Vous disposez d'un droit d'accès et de rectification.", "access", "weaker"),
    ("fr", "Finalités", "Nous utilisons vos achats pour tenir nos comptes.", "Nous utilisons vos achats pour tenir nos comptes et pour entraîner nos modèles d'intelligence artificielle.", "ai_training", "weaker"),
    ("fr", "Base légale", "Ce traitement repose sur votre consentement.", "Ce traitement repose sur notre intérêt légitime.", "legal_basis", "weaker"),
    ("fr", "Finalités", "Nous répondons à vos messages.", "Nous répondons à vos messages.\n\n- Mesurer l'audience de nos publicités sur les réseaux sociaux ;", "use", ""),
    ("de", "Weitergabe", "Wir geben Ihre Adresse an den Spediteur weiter.", "Wir geben Ihre Adresse an den Spediteur und an Werbepartner weiter.", "sharing", "weaker"),
    ("de", "Weitergabe", "Ihre Daten werden nicht an Dritte weitergegeben.", "Ihre Daten können an Dritte weitergegeben werden.", "sharing", "weaker"),
    ("de", "Verkauf", "Wir verkaufen Ihre Daten niemals.", "Wir verkaufen Ihre Daten an Werbetreibende.", "sale", "weaker"),
    ("de", "Dauer", "Ihre Bestellungen speichern wir zwei Jahre.", "Ihre Bestellungen speichern wir zehn Jahre.", "retention", "weaker"),
    ("de", "Dauer", "Protokolle werden nach 7 Tagen gelöscht.", "Protokolle werden nach 90 Tagen gelöscht.", "retention", "weaker"),
    ("de", "Drittländer", "Ihre Daten werden nur in der Europäischen Union verarbeitet.", "Ihre Daten werden in den USA verarbeitet.", "transfers", "weaker"),
    ("de", "Rechte", "Sie können sich bei der Aufsichtsbehörde beschweren.", "Wir lesen jeden Brief.", "access", "weaker"),
    ("de", "Rechte", "Sie können der Verarbeitung jederzeit widersprechen.", "Wir lesen jeden Brief.", "choice", "weaker"),
    ("de", "Werbung", "Werbung senden wir Ihnen nur mit Ihrer Einwilligung.", "Werbung senden wir Ihnen.", "choice", "weaker"),
    ("de", "Zwecke", "Wir nutzen Ihre Einkäufe für unsere Buchhaltung.", "Wir nutzen Ihre Einkäufe für unsere Buchhaltung und zum Training unserer Modelle.", "ai_training", "weaker"),
    ("de", "Kinder", "Das Angebot richtet sich nicht an Kinder unter 16 Jahren.", "Das Angebot richtet sich nicht an Kinder unter 13 Jahren.", "children", ""),
]  # fmt: skip

COSMETIC = [
    ("fr", "Vos données sont conservées selon une politique écrite.", "Vos données sont gardées conformément à une politique écrite."),
    ("fr", "Nous utilisons des cookies pour vous offrir une meilleure visite.", "Nous utilisons des cookies afin de vous proposer une meilleure visite."),
    ("fr", "Nous vous invitons à lire notre politique dans son intégralité pour connaître vos droits.", "Merci de lire notre politique en entier pour connaître vos droits."),
    ("fr", "Dans ce cadre, nous sommes amenés à collecter et traiter vos données.", "Nous collectons et traitons donc vos données."),
    ("fr", "Nous utilisons également des cookies pour compter les visites.", "Nous nous servons aussi de cookies pour compter les visites."),
    ("fr", "La présente politique est susceptible d'être modifiée à tout moment.", "La présente politique peut être modifiée à tout moment."),
    ("fr", "Ces données sont conservées pendant une durée maximale de 25 mois.", "Ces données sont conservées pour une durée de 25 mois au maximum."),
    ("de", "Unseren Datenschutzbeauftragten erreichen Sie unter a@laden.example.", "Unseren Datenschutzbeauftragten erreichen Sie per E-Mail unter b@laden.example."),
    ("de", "Wir verwenden Ihre Daten, um auf Ihre Fragen zu antworten.", "Wir nutzen Ihre Angaben, um auf Ihre Fragen zu antworten."),
    ("de", "Wir speichern Ihre Daten gemäß unserer Richtlinie.", "Ihre Daten werden entsprechend unserer Richtlinie gespeichert."),
    ("de", "Sie können der Verarbeitung jederzeit widersprechen.", "Der Verarbeitung können Sie jederzeit widersprechen."),
]  # fmt: skip


def edited(lang: str, heading: str, before: str, after: str) -> Comparison:
    old, new = (POLICIES[lang].format(heading=heading, clause=c) for c in (before, after))
    return compare(old, new, doc_type="privacy")


@pytest.mark.parametrize(("lang", "heading", "before", "after", "topic", "direction"), EDITS)
def test_a_small_edit_is_seen_and_named_by_its_own_topic(
    lang: str, heading: str, before: str, after: str, topic: str, direction: str
) -> None:
    comparison = edited(lang, heading, before, after)
    assert comparison.material, comparison
    assert topic in comparison.topics, comparison
    if direction:
        assert comparison.direction == direction, comparison


@pytest.mark.parametrize(("lang", "before", "after"), COSMETIC)
def test_the_same_in_other_words_is_not_material(lang: str, before: str, after: str) -> None:
    assert not edited(lang, "...", before, after).material
