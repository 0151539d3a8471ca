"""How a reworded sentence is shown."""

from analysis.wording import redline

Words = tuple[tuple[str, str], ...]


def shown(before: str, after: str) -> str:
    marks = {"same": "{}", "gone": "[-{}-]", "new": "[+{}+]"}
    return "".join(marks[op].format(text) for op, text in redline(before, after))


def test_one_word_is_shown_in_its_place() -> None:
    assert shown("We may share data.", "We will share data.") == "We[- may-][+ will+] share data."


def test_a_change_at_the_end_leaves_the_full_stop() -> None:
    assert (
        shown("under the age of 13.", "under the age of 16.") == "under the age of[- 13-][+ 16+]."
    )


def test_scraps_between_two_changes_are_shown_as_one_phrase() -> None:
    text = shown(
        "We collect names and emails of customers", "We collect photos and voices of customers"
    )
    assert text == "We collect[- names and emails-][+ photos and voices+] of customers"


def test_a_long_common_run_is_never_swallowed() -> None:
    text = shown(
        "Today we keep what you send us for as long as the law asks us to.",
        "Now we keep what you send us for as long as the law allows us to.",
    )
    assert text == (
        "[-Today-][+Now+] we keep what you send us for as long as the law[- asks-][+ allows+] us to."
    )


def test_nothing_on_one_side_is_one_piece() -> None:
    assert redline("", "New.") == (("new", "New."),)
    assert redline("Old.", "") == (("gone", "Old."),)
