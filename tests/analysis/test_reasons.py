"""What a reader is told of a change, in words that neither mislead nor repeat the text beside them."""

import pytest

from analysis.compare import compare
from analysis.direction import leading

BASE = (
    "# Policy\n\nWe run a shop and describe here how we treat what you tell us about yourself.\n\n"
)


def told(old: str, new: str, heading: str = "Sharing") -> tuple[str, ...]:
    start = f"{BASE}# {heading}\n\n"
    return compare(start + old, start + new).findings[0].reasons


DENIAL = "We do not share your details with advertisers, insurers or professional advisers."


@pytest.mark.parametrize("old", ["", "We share your details with carriers and others."])
def test_a_denial_is_a_promise_and_names_no_recipient_and_no_choice(old: str) -> None:
    reasons = told(old, DENIAL)
    assert len(reasons) == 1
    assert reasons[0].startswith("promise made: 'We do not share your details with advertisers")


def test_a_long_promise_is_quoted_from_its_denial_on() -> None:
    old = f"As with all that our customers in the shop tell us, {DENIAL.lower()}"
    assert told(old, "")[0].startswith("promise dropped: 'do not share your details")


def test_a_row_is_named_by_its_first_cell() -> None:
    row = "| Brightpane Media | advertising | USA |"
    assert told("", row)[0] == "row added: Brightpane Media"


def test_a_modal_that_came_with_other_words_is_not_what_changed() -> None:
    old = "We store your kettle settings in your account for your use."
    new = f"{old[:-1]}, with your brewing history, so that your kettle can grow with you."
    assert not any("'can'" in reason for reason in told(old, new, "Storage"))
    assert told("We will never sell your data.", "We may sell your data.", "Sale")


def test_two_parts_of_one_name_are_one_name() -> None:
    old = "We share personal data with processors such as Amito and Sendwell."
    new = "We share personal data with processors such as Amito, Sendwell and Brightpane Quorex."
    names = [reason for reason in told(old, new) if "Brightpane" in reason or "Quorex" in reason]
    assert names == ["now names Brightpane Quorex"]


def test_a_lost_opt_in_is_said_in_words() -> None:
    old = "We process your data on the basis of your consent and you may opt in to offers."
    reasons = told(old, "", "Your choices")
    assert {"no longer asks for your opt-in", "no longer relies on consent"} <= set(reasons)


def test_training_models_beside_keeping_you_safe_is_a_use_and_a_way_out_is_none() -> None:
    topics = {"security": 2.0, "ai_training": 1.0}
    assert leading(topics, "This includes keeping you safe and training models.") == "ai_training"
    assert leading(topics, "You can opt out of training models.") == "security"


def test_choosing_advertisements_for_a_reader_is_no_choice_of_theirs() -> None:
    old = "We use what you look at in our shop."
    new = "We use what you look at in our shop to choose which advertisements to show you."
    start = f"{BASE}# Data\n\n"
    assert "less choice" not in compare(start + old, start + new).headline
