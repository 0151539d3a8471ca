"""A word that changes amid a policy's own text is seen, whatever word it is; page furniture is not.

The policies are made up. Each row is one edit of one of them: what stood there, what
stands there now, the topics of which one must come first, and the direction ("" where
it could be argued).
"""

import pytest

from analysis.compare import Comparison, compare
from analysis.diff import diff
from analysis.subjects import headed
from analysis.surroundings import header_of, lead_of, surroundings_of

ENGLISH = """# Privacy policy of the Gull Line

The Gull Line sails between four islands. This policy tells you what happens to your data when you book a crossing.

## 1. Definitions

- Passenger means anyone who boards one of our ferries on foot.
- Booking means a paid ticket, on paper or on a phone.

## 2. What we gather

When you book, we note the following:

- your name and date of birth;
- the cabin you would like;
- meals.

Our cameras on deck film the railing. The pictures are seen by the officer on watch only.

## 3. Why

We look at how full each sailing was in order to plan the next summer. We do not rate our passengers. Breakfast offers are sent once you have signed up for them.

## 4. Who receives it

Your data goes to these companies:

- the harbour offices of the islands;
- Kittiwake Catering, which cooks on board.

| Company | Task | Place |
| --- | --- | --- |
| Puffin Post | letters | Norway |
| Tern Tickets | printing | Denmark |

The coastguard gets the list of passengers where a judge has signed for it. We tell you about it afterwards.

## 5. How long

Bookings stay with us for three years. Deck films are wiped after two weeks.

## 6. Your rights

You may see your booking and have it put right. We reply within four weeks, at no cost to you.

## 7. Security

Our booking system stands in a locked room. A friendly hacker looks for holes in it every spring.
"""

GERMAN = """# Datenschutzerklärung der Möwenlinie

Die Möwenlinie fährt zwischen vier Inseln. Diese Erklärung gilt für Buchungen auf unserer Website.

## Erhobene Daten

Bei einer Buchung erheben wir:

- Name;
- Kabine.

Wir bewerten unsere Fahrgäste nicht.

## Empfänger

- das Hafenamt der Inseln;
- Küstenküche GmbH, die an Bord kocht.

## Speicherdauer

Buchungen bleiben drei Jahre bei uns. Die Bilder der Kameras werden nach vierzehn Tagen überschrieben.

## Ihre Rechte

Wir antworten innerhalb eines Monats. Sie dürfen uns auch anrufen.
"""

FRENCH = """# Politique de confidentialité de la Ligne des Mouettes

La Ligne des Mouettes relie quatre îles. Cette politique décrit ce que deviennent vos données.

## Données collectées

Lors d'une réservation, nous notons :

- votre nom ;
- la cabine choisie.

Nous ne notons pas nos passagers.

## Destinataires

- la capitainerie ;
- Cuisine du Large, qui prépare les repas.

## Durée de conservation

Les réservations restent chez nous pendant trois ans. Les images sont écrasées au bout de quinze jours.

## Vos droits

Nous répondons dans un délai d'un mois. Vous pouvez aussi nous téléphoner.
"""

MATERIAL = [
    (ENGLISH, "when you book a crossing.", "when you book a crossing or a tour by bus.", "other", ""),
    (ENGLISH, "on a phone.", "on a phone or at a kiosk.", "other", ""),
    (ENGLISH, "- meals.", "- meals;\n- weight.", "collection", ""),
    (ENGLISH, "by the officer on watch only", "by the officer on watch", "collection", "weaker"),
    (ENGLISH, "by the officer on watch only", "by the officer on watch and the purser only", "collection", ""),
    (ENGLISH, " We do not rate our passengers.", "", "other use", "weaker"),
    (ENGLISH, "We do not rate our passengers.", "We rate our passengers.", "other use", "weaker"),
    (ENGLISH, "sent once you have signed up for them", "sent to every passenger", "other use choice", ""),
    (ENGLISH, "which cooks on board.", "which cooks on board;\n- Razorbill Radio, which plays music.", "sharing", ""),
    (ENGLISH, "| Puffin Post | letters | Norway |\n", "", "sharing", ""),
    (ENGLISH, "| printing | Denmark |", "| printing | Denmark |\n| Skua Surveys | polls | Iceland |", "sharing", ""),
    (ENGLISH, "| printing | Denmark |", "| printing | Iceland |", "sharing transfers", ""),
    (ENGLISH, "where a judge has signed for it", "on demand", "sharing", ""),
    (ENGLISH, " We tell you about it afterwards.", "", "sharing", "weaker"),
    (ENGLISH, "wiped after two weeks", "wiped after two months", "retention", "weaker"),
    (ENGLISH, "Bookings stay with us for three years.", "Bookings stay with us.", "retention", "weaker"),
    (ENGLISH, ", at no cost to you", "", "access", ""),
    (ENGLISH, " A friendly hacker looks for holes in it every spring.", "", "security other", ""),
    (ENGLISH, "stands in a locked room", "stands in a room", "security other", ""),
    (GERMAN, "auf unserer Website", "auf unserer Website und am Schalter", "other", ""),
    (GERMAN, "- Kabine.", "- Kabine;\n- Gewicht.", "collection", ""),
    (GERMAN, "Wir bewerten unsere Fahrgäste nicht.", "Wir bewerten unsere Fahrgäste.", "collection", ""),
    (GERMAN, "kocht.", "kocht;\n- Funkhaus AG, die Musik spielt.", "sharing", ""),
    (GERMAN, "vierzehn Tagen", "dreißig Tagen", "retention", "weaker"),
    (GERMAN, "eines Monats", "von drei Monaten", "access", "weaker"),
    (GERMAN, " Sie dürfen uns auch anrufen.", "", "access", ""),
    (FRENCH, "- la cabine choisie.", "- la cabine choisie ;\n- votre poids.", "collection", ""),
    (FRENCH, "Nous ne notons pas nos passagers.", "Nous notons nos passagers.", "collection", ""),
    (FRENCH, "repas.", "repas ;\n- Radio du Large, qui joue de la musique.", "sharing", ""),
    (FRENCH, "quinze jours", "trente jours", "retention", "weaker"),
    (FRENCH, "d'un mois", "de trois mois", "access", "weaker"),
]  # fmt: skip

COSMETIC = [
    (ENGLISH, "three years", "3 years"),
    (ENGLISH, "three years", "36 months"),
    (ENGLISH, "within four weeks", "within 28 days"),
    (ENGLISH, "You may see your booking", "You can see your booking"),
    (ENGLISH, "We tell you about it afterwards.", "We will tell you about it afterwards."),
    (ENGLISH, "We reply within", "We respond within"),
    (ENGLISH, "in order to plan", "to plan"),
    (ENGLISH, "where a judge has", "were a jugde has"),
    (ENGLISH, "stands in a locked room", "stands in a loked room"),
    (ENGLISH, "The Gull Line sails between", "The Gull Line usually sails between"),
    (GERMAN, "eines Monats", "von einem Monat"),
    (GERMAN, "Website", "Webseite"),
    (FRENCH, "trois ans", "3 ans"),
    (FRENCH, "d'un mois", "de un mois"),
    (ENGLISH, "Gull Line", "Tern Line"),
]


def edited(policy: str, before: str, after: str) -> Comparison:
    assert before in policy
    return compare(policy, policy.replace(before, after), doc_type="privacy")


@pytest.mark.parametrize(("policy", "before", "after", "topics", "direction"), MATERIAL)
def test_a_word_amid_the_policy_is_seen(
    policy: str, before: str, after: str, topics: str, direction: str
) -> None:
    comparison = edited(policy, before, after)
    assert comparison.material, comparison
    assert comparison.topics[0] in topics.split(), comparison
    if direction:
        assert comparison.direction == direction, comparison


@pytest.mark.parametrize(("policy", "before", "after"), COSMETIC)
def test_the_same_said_otherwise_is_not(policy: str, before: str, after: str) -> None:
    assert not edited(policy, before, after).material


@pytest.mark.parametrize(
    "furniture",
    [
        "Timetable\n\nPrices\n\nLog in",
        "Our new ferry is the biggest of them all.\n\nBook now for the long weekend!",
        "- Cabins\n- Lounges\n- Dogs on board",
        "The captain was born on the smallest island and has been at sea ever since.",
    ],
)
@pytest.mark.parametrize("at", ["head", "foot"])
def test_what_stands_at_the_edge_of_the_page_is_not(furniture: str, at: str) -> None:
    page = f"{furniture}\n\n{ENGLISH}" if at == "head" else f"{ENGLISH}\n{furniture}\n"
    assert not compare(ENGLISH, page, doc_type="privacy").material
    assert not compare(page, ENGLISH, doc_type="privacy").material


def test_a_page_worked_over_is_told_by_what_names_a_practice() -> None:
    lines = [f"We thank passenger number {n} for a warm word on our {n}th trip." for n in range(40)]
    old = f"{ENGLISH}\n## Notes on your data\n\n" + "\n\n".join(lines)
    new = old.replace("warm word", "kind letter")
    assert not compare(old, new, doc_type="privacy").material


def test_a_table_knows_its_header_and_a_list_its_lead() -> None:
    change = diff(ENGLISH, ENGLISH.replace("printing", "stamping"))
    blocks = change.new_blocks
    row = next(at for at, block in enumerate(blocks) if "stamping" in block.raw)
    assert header_of(blocks, row).startswith("Company | Task")
    assert "The coastguard" in blocks[row + 1].raw
    assert lead_of(blocks, row) == "Your data goes to these companies:"
    unit = change.steps[0].new
    assert unit is not None
    assert surroundings_of(change, in_new=True).amid(unit)


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("Who gets to see it?", "sharing"),
        ("How long do you hold on to it?", "retention"),
        ("What can you ask of us?", "access"),
        ("Why do we want it?", "use"),
        ("What do we know of you?", "collection"),
        ("Wer bekommt das zu sehen?", "sharing"),
        ("Wie lange?", "retention"),
        ("Qui y a accès ?", "sharing"),
        ("Pourquoi", "use"),
        ("Our ferries", ""),
    ],
)
def test_a_heading_may_ask_in_plain_words(heading: str, topic: str) -> None:
    assert headed(heading) == topic
    policy = ENGLISH.replace("## 7. Security", f"## {heading}")
    found = edited(policy, "in a locked room", "in a tent")
    assert found.topics[:1] == ((topic,) if topic else ())


def test_an_age_in_words_is_an_age_in_three_languages() -> None:
    for before, after in (
        ("Nobody under fourteen may book alone.", "Nobody under twelve may book alone."),
        ("Kinder unter vierzehn Jahren reisen mit.", "Kinder unter zwölf Jahren reisen mit."),
        ("Les moins de quatorze ans voyagent à deux.", "Les moins de douze ans voyagent à deux."),
    ):
        policy = f"{ENGLISH}\n## 8. Children\n\n{before} We ask a parent.\n"
        found = edited(policy, before, after)
        assert found.findings[0].reasons[0] == "age changed: was 14, now 12"
        assert (found.topics[0], found.direction) == ("children", "weaker")


def test_a_sale_still_denied_is_no_sale_in_the_headline() -> None:
    policy = f"{ENGLISH}\n## 8. Sale\n\nWe do not sell or rent your data. We are sailors.\n"
    found = edited(policy, "sell or rent", "sell")
    assert found.headline == "changes selling data: 'or rent' dropped"


def test_periods_are_told_as_they_are_written() -> None:
    comparison = edited(ENGLISH, "wiped after two weeks", "wiped after 24 months")
    assert comparison.findings[0].reasons[0] == "period changed: was 2 weeks, now 24 months"
    added = edited(ENGLISH, "Deck films are", "We keep lost property for 24 months. Deck films are")
    assert added.headline.endswith("for 24 months")


def test_a_notice_of_thirty_days_is_no_age() -> None:
    policy = ENGLISH + "\n## 8. Changes\n\nWe write to you at least 30 days before a change.\n"
    comparison = edited(policy, "at least 30 days before", "before")
    assert comparison.topics == ("policy_change",)
    assert comparison.direction == "weaker"


def test_a_swap_of_unlike_promises_names_the_same_topics_from_both_sides() -> None:
    names = "We note your name and your cabin when you book a crossing with us today."
    cookies, sale = "At this time we do not use cookies.", "We do not sell your personal data."
    train = "We use your letters to train our models only with your consent."
    old = f"{names} {cookies}\n\n{names} {names} {names} {cookies}"
    new = f"{names} {train}\n\n{sale} {sale} {train} {train}"
    assert set(compare(old, new).topics) == set(compare(new, old).topics)


def test_partners_that_become_brokers_everywhere_are_not_renamed() -> None:
    told = "\n".join(
        f"- {port}: we share your booking with partners." for port in ("Ost", "West", "Sund")
    )
    policy = f"{ENGLISH}\n## 8. Ports\n\nIn each port:\n\n{told}\n"
    found = edited(policy, "with partners", "with data brokers")
    assert found.topics[0] == "sharing"
    assert len(found.findings) == 3


def test_a_teaser_below_the_last_statement_is_no_news() -> None:
    policy = (
        f"{ENGLISH}\nWe keep logs for a year.\n\nOur walk of the week leads to the lighthouse.\n"
    )
    found = compare(policy, policy.replace("the lighthouse", "the windmill"), doc_type="privacy")
    assert not found.material
