"""A text's language is named by its small words, or not named."""

import pytest

from analysis.language import language_of

SAYINGS = {
    "en": "We collect the data that you give to us and we will not sell it to any of our partners. "
    "You may ask us for a copy of your data, or to have it deleted, by writing to this address.",
    "fr": "Nous collectons les données que vous nous donnez et nous ne les vendons pas à nos "
    "partenaires. Vous pouvez demander une copie de vos données ou leur suppression par courriel.",
    "de": "Wir erheben die Daten, die Sie uns geben, und wir verkaufen sie nicht an unsere Partner. "
    "Sie können eine Kopie der Daten oder die Löschung bei uns mit einer E-Mail verlangen.",
    "es": "Recogemos los datos que usted nos da y no los vendemos a nuestros socios. Usted puede "
    "pedir una copia de sus datos o que se borren por correo en la dirección que está en esta página.",
    "it": "Raccogliamo i dati che ci vengono forniti e non li vendiamo ai nostri partner. Si può "
    "chiedere una copia dei dati o la loro cancellazione con una mail all'indirizzo di questa pagina.",
    "nl": "Wij verzamelen de gegevens die u ons geeft en wij verkopen ze niet aan onze partners. U "
    "kunt een kopie van uw gegevens of het wissen ervan bij ons vragen met een e-mail.",
    "pt": "Recolhemos os dados que você nos dá e não os vendemos aos nossos parceiros. Você pode "
    "pedir uma cópia dos seus dados ou que sejam apagados por uma mensagem para o endereço da página.",
}  # fmt: skip


@pytest.mark.parametrize("lang", SAYINGS)
def test_each_language_is_known_by_two_sentences(lang: str) -> None:
    assert language_of(SAYINGS[lang]) == lang


@pytest.mark.parametrize(
    "text", ["", "Privacy Policy", "12 34 56", "我们收集您提供给我们的数据。" * 20]
)
def test_what_is_short_or_foreign_is_not_guessed_at(text: str) -> None:
    assert language_of(text) == "und"


def test_an_english_title_does_not_name_a_french_text() -> None:
    text = "# Our Privacy Policy for you and for all of us\n\n" + (SAYINGS["fr"] + "\n\n") * 10
    assert language_of(text) == "fr"
