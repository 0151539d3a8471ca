"""One clause of a plain policy is edited: it is seen, named by its own topic, and read for whom it is.

Each row: what stood there, what stands there now, the topic that must come
first, and the direction ("" where it could be argued). The policy around it is
the same, so nothing but the clause can decide.
"""

import pytest

from analysis.compare import Comparison, compare

POLICY = """# Privacy Policy

## About us

We run a small shop for tea and everything one needs to make it.

## {heading}

{clause}

## Questions

Write to us at privacy@shop.example with any question about this policy.
"""

EDITS = [
    # sharing
    ("Sharing", "We share your data with nobody.", "We share your data with advertisers.", "sharing", "weaker"),
    ("Who sees it", "We share your address with the carrier, and with nobody else.", "We share your address with the carrier and with advertisers.", "sharing", "weaker"),
    ("Sharing", "We may share your data with our affiliates.", "We may share your data with our affiliates and with data brokers.", "sharing", "weaker"),
    ("Sharing", "We disclose data to the police only with a court order.", "We disclose data to the police on request.", "sharing", "weaker"),
    ("Sharing", "Our processors are Amito and Sendwell.", "Our processors are Amito, Sendwell and Brightpane.", "sharing", ""),
    ("Prescriptions", "We send your prescription to the doctor who treats you.", "We send your prescription to the doctor who treats you and to your insurer.", "sharing", "weaker"),
    ("Prescriptions", "We send your prescription to the doctor who treats you and to your insurer.", "We send your prescription to the doctor who treats you.", "sharing", "stronger"),
    # sale
    ("Sale", "We do not sell your data.", "We sell your data to partners.", "sale", "weaker"),
    ("Sale", "We will never sell your personal information.", "We may sell your personal information.", "sale", "weaker"),
    ("Sale", "We may sell your personal information.", "We do not sell your personal information.", "sale", "stronger"),
    # retention
    ("Storage", "We keep your orders for two years.", "We keep your orders for ten years.", "retention", "weaker"),
    ("Storage", "We keep your orders for ten years.", "We keep your orders for two years.", "retention", "stronger"),
    ("Storage", "We delete your account data after 30 days.", "We delete your account data after 90 days.", "retention", "weaker"),
    ("Storage", "We keep your messages for 30 days.", "We keep your messages indefinitely.", "retention", "weaker"),
    ("Storage", "Invoices are kept for at least 7 years to satisfy the tax office.", "Invoices are kept for at least 10 years to satisfy the tax office.", "retention", "weaker"),
    # cookies
    ("Cookies", "We use cookies to remember you.", "We use cookies to remember you and for advertising.", "cookies", "weaker"),
    ("Cookies", "We do not use cookies.", "We use cookies.", "cookies", "weaker"),
    ("Cookies", "We use session cookies only.", "We use session cookies and third-party tracking cookies.", "cookies", "weaker"),
    ("Cookies", "We honour Do Not Track signals.", "We do not honour Do Not Track signals.", "cookies", "weaker"),
    (
        "Cookies",
        "At present we do not use cookies.",
        "At present this site uses cookies.",
        "cookies",
        "weaker",
    ),
    ("Statistics", "We count visits with cookies and set them up to anonymize your data.", "We count visits with cookies.", "cookies", "weaker"),
    # collection
    ("What we collect", "We only collect data about you if we have a reason to do so.", "We collect data about you.", "collection", "weaker"),
    ("Other sources", "We import your profile information from Chirper.", "We import your profile information from Chirper and Fotolog.", "collection", "weaker"),
    ("Sources", "We do not buy or receive data about you from data brokers or other private services.", "We do not buy data about you from data brokers.", "sharing", "weaker"),
    ("What we collect", "We collect your name and address.", "We collect your name, address and precise location.", "collection", "weaker"),
    ("What we collect", "We collect your name, address and date of birth.", "We collect your name and address.", "collection", "stronger"),
    ("What we collect", "We do not collect biometric data.", "We collect biometric data.", "collection", "weaker"),
    # use
    ("How we use it", "We use your email address to answer you.", "We use your email address to answer you and for marketing.", "use", "weaker"),
    ("How we use it", "We do not use your messages to train AI models.", "We use your messages to train AI models.", "ai_training", "weaker"),
    ("How we use it", "We use your purchases to improve our shop.", "We use your purchases to improve our shop and to train machine learning models.", "ai_training", "weaker"),
    # choice, access
    ("Your choices", "You may opt out of marketing at any time.", "You may not opt out of marketing.", "choice", "weaker"),
    ("Your choices", "We send you offers only with your consent.", "We send you offers unless you opt out.", "choice", "weaker"),
    ("Your rights", "You may ask us for a copy of your data and ask us to delete it.", "You may ask us for a copy of your data.", "access", "weaker"),
    ("Your rights", "We answer your requests within 30 days.", "We answer your requests within 90 days.", "access", "weaker"),
    ("Complaints", "If you do not receive an answer, you are entitled to complain to the ombudsman.", "We read every letter.", "access", "weaker"),
    ("Sharing", "We may disclose aggregated data to affiliated or other companies for research or any purposes, without restriction.", "We may disclose aggregated data to affiliated companies for research.", "sharing", "stronger"),
    ("Your rights", "Your requests are processed within 30 days.", "Your requests are processed within a reasonable time.", "access", "weaker"),
    # children, transfers, security, disputes, policy changes
    ("Children", "Our shop is not meant for children under 16.", "Our shop is not meant for children under 13.", "children", ""),
    ("Transfers", "Your data stays in the European Union.", "Your data may be transferred to the United States.", "transfers", "weaker"),
    ("Security", "We encrypt your data at rest and in transit.", "We encrypt your data in transit.", "security", "weaker"),
    ("Security", "We will tell you of a breach within 72 hours.", "We will tell you of a breach.", "security", "weaker"),
    ("Disputes", "You may bring a claim before any court.", "Any claim is settled by binding arbitration.", "disputes", "weaker"),
    ("Changes", "We will give at least 30 days prior notice of any change of this policy.", "We will give notice of any change of this policy.", "policy_change", "weaker"),
    ("Changes", "We will email you 30 days before this policy changes.", "We may change this policy at any time without notice.", "policy_change", "weaker"),
]  # fmt: skip


def edited(heading: str, before: str, after: str) -> Comparison:
    old, new = (POLICY.format(heading=heading, clause=clause) for clause in (before, after))
    return compare(old, new, doc_type="privacy")


@pytest.mark.parametrize(("heading", "before", "after", "topic", "direction"), EDITS)
def test_a_small_edit_is_seen_and_named_by_its_own_topic(
    heading: str, before: str, after: str, topic: str, direction: str
) -> None:
    comparison = edited(heading, before, after)
    assert comparison.material, comparison
    assert comparison.topics[0] == topic, comparison
    if direction:
        assert comparison.direction == direction, comparison


COSMETIC = [
    ("We share your data with the carrier.", "We share your data with the carrier!"),
    ("We keep your orders for two years.", "We keep your orders for 2 years."),
    ("We do not sell your data.", "We don't sell your data."),
    ("We collect your name and your address.", "We collect your address and your name."),
    ("We use cookies to remember you.", "We use cookies in order to remember you."),
    ("You can write to us at any time.", "You can write us at any time."),
    ("You accept this policy and consent to it.", "You agree to this policy and consent to it."),
    ("It's probably no surprise that we collect what you tell us.", "We collect what you tell us."),
    (
        "Below we explain how we use your data and share it.",
        "This page says how we use your data and share it.",
    ),
    (
        "You may also request that we delete your account by contacting us.",
        "You may also ask us to delete your account by writing to us.",
    ),
    ("Tea is fun.", "Tea is fun. We sell other goods too, and tins are sold in our shop."),
    ("Tea is fun.", "Tea is fun. We reserve the right to close the shop early on a holiday."),
    ("Tea is fun.", "Tea is fun. We collect donations for the village school every winter."),
    ("Tea is fun.", "Tea is fun. Green and black teas (collectively, the hot ones) are our pride."),
    ("Tea is fun.", "Tea is fun. And of course we also record changes of our own menu."),
    (
        "Tea is fun.",
        "Tea is fun. By your continued use of or access to our services you agree to be kind.",
    ),
]


@pytest.mark.parametrize(("before", "after"), COSMETIC)
def test_the_same_in_other_words_is_not_material(before: str, after: str) -> None:
    assert not edited("Your data", before, after).material
