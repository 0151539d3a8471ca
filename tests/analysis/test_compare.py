"""What a comparison tells, on short policies of our own."""

import json

import pytest

from analysis.compare import Comparison, compare
from analysis.headlines import sentence_of

POLICY = """# Privacy policy

Last updated: March 3, 2021

# What we collect

When you open an account we collect your name, your address and your date of birth.

# Sharing

We share your details with carriers who deliver your parcels. We do not sell your personal data to anyone. We may share reports with our affiliates with your consent.

| Company | Purpose | Country |
| --- | --- | --- |
| Parcelo | delivery | Ireland |
| Hostly | hosting | Germany |

# Cookies

At this time we do not use cookies.

# How long we keep data

We keep order data for 18 months after your last order.

# Your rights

You have the right to ask for a copy of your data. You can opt out of our newsletter by e-mail or by phone. If you are a resident of California or Virginia, you may appeal our decision.

# Children

Our service is not directed to children under 13.

# Contact

Acme Ltd, 12 High Street, Bristol BS1 4ST. Write to privacy@acme.example or see https://acme.example/privacy.
"""


def after(old: str, new: str) -> Comparison:
    assert old in POLICY
    return compare(POLICY, POLICY.replace(old, new), doc_type="Privacy Policy")


@pytest.mark.parametrize(
    ("old", "new", "topic", "direction"),
    [
        (
            "At this time we do not use cookies.",
            "We use cookies to count visits.",
            "cookies",
            "weaker",
        ),
        ("| Hostly |", "| Zenly | advertising | USA |\n| Hostly |", "sharing", "weaker"),
        ("| Hostly |", "| Maily | newsletters | USA |\n| Hostly |", "sharing", "neutral"),
        ("18 months after your last order", "seven years", "retention", "weaker"),
        ("18 months", "12 months", "retention", "stronger"),
        (" We do not sell your personal data to anyone.", "", "sale", "weaker"),
        ("We do not sell your", "We may sell your", "sale", "weaker"),
        (
            "deliver your parcels.",
            "deliver your parcels. We may share your data with advertisers.",
            "sharing",
            "weaker",
        ),
        (" with your consent", "", "sharing", "weaker"),
        ("California or Virginia", "California, Oregon or Virginia", "access", "stronger"),
        ("under 13", "under 10", "children", "weaker"),
        (" You can opt out of our newsletter by e-mail or by phone.", "", "choice", "weaker"),
        (
            "date of birth.",
            "date of birth. We use your messages to train our machine learning models.",
            "ai_training",
            "weaker",
        ),
        (
            "date of birth.",
            "date of birth. We collect your fingerprints as biometric data.",
            "collection",
            "weaker",
        ),
    ],
)
def test_a_change_of_practice_is_material_and_names_its_topic(
    old: str, new: str, topic: str, direction: str
) -> None:
    found = after(old, new)
    assert (found.kind, found.topics[0], found.direction) == ("material", topic, direction)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("March 3, 2021", "May 9, 2022", "administrative"),
        ("privacy@acme.example", "dpo@acme.example", "administrative"),
        ("12 High Street", "7 Broad Quay", "administrative"),
        ("acme.example/privacy", "acme.example/legal/privacy", "administrative"),
        ("your personal data", "your personal information", "editorial"),
        ("We share your details", "We share your information", "editorial"),
        ("# Children", "## 8. Children", "editorial"),
    ],
)
def test_a_change_without_a_practice_is_not_material(old: str, new: str, kind: str) -> None:
    found = after(old, new)
    assert (found.kind, found.material, found.findings) == (kind, False, ())


def test_equal_texts_are_noise_without_edits() -> None:
    found = compare(POLICY, POLICY)
    assert (found.kind, found.edits, found.direction, found.severity) == ("noise", (), "", "")


def test_a_moved_section_is_not_material() -> None:
    start = POLICY.index("# Cookies")
    end = POLICY.index("# How long")
    assert not compare(POLICY, POLICY[:start] + POLICY[end:] + "\n" + POLICY[start:end]).material


def test_a_consent_banner_and_a_menu_are_noise() -> None:
    menu = "*   [Home](/)\n*   [Partners](/partners)\n*   [Sign in](/login)\n\n"
    banner = "\n\nWe use cookies to improve your visit. By continuing you accept them.\n\nAccept all cookies"
    found = compare(POLICY, menu + POLICY + banner)
    assert (found.kind, found.material) == ("noise", False)


def test_an_empty_page_and_another_language_are_no_changes_of_the_policy() -> None:
    long = POLICY * 3
    french = "Nous ne vendons pas vos données et vous pouvez nous écrire pour les obtenir. " * 40
    assert compare(long, "Not found").kind == "broken"
    assert compare(long, french).kind == "noise"


def test_a_half_that_is_missing_is_a_broken_capture() -> None:
    parts = [f"We process item {n} of your data for our service number {n}." for n in range(120)]
    assert compare("\n\n".join(parts), "\n\n".join(parts[:50])).kind == "broken"


def test_a_known_text_that_comes_back_is_quiet() -> None:
    new = POLICY.replace("18 months", "seven years")
    rows = [("2024-01-01T00:00:00Z", "x", "a"), ("2024-06-01T00:00:00Z", "a", "b")]
    found = compare(new, POLICY, date="2024-06-01T05:00:00Z", old_id="b", new_id="a", history=rows)
    assert (found.kind, found.headline) == ("noise", "back to the text first seen 2024-01-01")
    assert found.edits


def test_a_finding_quotes_the_row_and_says_what_came() -> None:
    found = after("| Hostly |", "| Zenly | advertising | USA |\n| Hostly |")
    assert [f.after for f in found.findings] == ["Zenly | advertising | USA"]
    assert found.headline == "shares data with Zenly"


def test_reasons_name_the_promise_and_the_period() -> None:
    dropped = after(" We do not sell your personal data to anyone.", "")
    assert (
        dropped.findings[0].reasons[0]
        == "promise dropped: 'We do not sell your personal data to anyone.'"
    )
    longer = after("18 months", "36 months")
    assert longer.findings[0].reasons[0] == "period changed: was 18 months, now 36 months"
    assert (longer.severity, longer.headline) == (
        "high",
        "keeps data for 36 months (was 18 months)",
    )


def test_every_finding_has_a_sentence() -> None:
    found = after(" with your consent", "")
    assert sentence_of(found.findings[0]).endswith("'with your consent' no longer required.")


def test_a_stored_comparison_reads_back_equal_and_is_compact() -> None:
    found = after("18 months", "seven years")
    text = found.to_json()
    assert Comparison.from_json(text) == found
    assert text == json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"findings":[],"edits":[],"topics":[],"what":1}']
)
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # json's own message or ours
        Comparison.from_json(text)
