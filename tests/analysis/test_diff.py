"""What stayed, moved, came, went and was reworded between two editions."""

from analysis.diff import diff
from tests.support.growth import assert_linear

HOSTING = "We share account data with our hosting company."
LOGS = "Server logs are deleted after thirty days."
RIGHTS = "You can ask for a copy of your data at any time."


def edits(old: str, new: str) -> list[tuple[str, str, str]]:
    return [(e.kind, e.before, e.after) for e in diff(old, new).edits]


def test_equal_editions_have_no_edits() -> None:
    assert edits(f"# A\n\n{HOSTING}\n\n{LOGS}", f"# A\n\n{HOSTING}\n\n{LOGS}") == []


def test_a_sentence_that_came_is_added_alone() -> None:
    assert edits(f"{HOSTING} {LOGS}", f"{HOSTING} {RIGHTS} {LOGS}") == [("added", "", RIGHTS)]


def test_a_sentence_that_went_is_removed_alone() -> None:
    assert edits(f"{HOSTING} {RIGHTS} {LOGS}", f"{HOSTING} {LOGS}") == [("removed", RIGHTS, "")]


def test_a_moved_paragraph_is_moved_not_removed_and_added() -> None:
    old, new = f"{HOSTING}\n\n{LOGS}\n\n{RIGHTS}", f"{RIGHTS}\n\n{HOSTING}\n\n{LOGS}"
    assert edits(old, new) == [("moved", RIGHTS, RIGHTS)]


def test_a_changed_word_pairs_its_sentences() -> None:
    new = LOGS.replace("thirty", "ninety")
    assert edits(LOGS, new) == [("reworded", LOGS, new)]


def test_other_marks_and_case_pair_their_sentences_first() -> None:
    old = "We share data - with carriers."
    assert edits(f"{old} {LOGS}", f"We share Data – with carriers! {LOGS}") == [
        ("reworded", old, "We share Data – with carriers!")
    ]


def test_a_paragraph_cut_in_two_has_no_edits_but_the_cut() -> None:
    assert edits(f"{HOSTING} {LOGS}", f"{HOSTING}\n\n{LOGS}") == []


def test_list_numbers_and_heading_levels_are_no_edits_of_words() -> None:
    steps = diff("# 1. Sharing\n\n1. names\n2. ages", "### 2. Sharing\n\n- names\n- ages").steps
    assert {step.op for step in steps} <= {"respelled"}


def test_table_rows_are_matched_by_their_first_cell() -> None:
    head = "| Name | Kept |\n| --- | --- |\n"
    old = head + "| sid | 1 day |\n| theme | 1 year |\n"
    new = head + "| theme | 2 years |\n| sid | 1 day |\n| ads | 1 year |\n"
    assert ("reworded", "theme | 1 year", "theme | 2 years") in edits(old, new)
    assert ("added", "", "ads | 1 year") in edits(old, new)
    assert not [e for e in edits(old, new) if "sid" in e[1] and e[0] != "moved"]


def test_links_and_emphasis_are_no_edits() -> None:
    assert (
        edits("We share **data** with [Acme](https://a.example).", "We share data with Acme.") == []
    )


def test_an_edit_names_the_heading_it_stands_under() -> None:
    old, new = (
        f"# Sharing\n\n{HOSTING}\n\n# Logs\n\n{LOGS}",
        f"# Sharing\n\n{HOSTING}\n\n# Logs\n\n{LOGS} {RIGHTS}",
    )
    assert [e.heading for e in diff(old, new).edits] == ["Logs"]


def test_a_moved_paragraph_names_the_headings_it_left_and_came_to() -> None:
    old = f"# Policy\n\n## Sharing\n\n{HOSTING}\n\n{RIGHTS}\n\n## Logs\n\n{LOGS}"
    new = f"# Policy\n\n## Sharing\n\n{HOSTING}\n\n## Logs\n\n{LOGS}\n\n{RIGHTS}"
    moved = next(step for step in diff(old, new).steps if step.op == "moved")
    assert moved.old
    assert moved.new
    assert (moved.old.path, moved.new.path) == (("Policy", "Sharing"), ("Policy", "Logs"))


def test_ten_times_as_many_moved_lines_cost_ten_times_as_much() -> None:
    """Without headings, so that whoever looks for the one above looks at all lines above."""
    lines = "".join(f"Line {number} is about a thing.\n\n" for number in range(20_000))

    def turn(text: str) -> None:
        blocks = text.split("\n\n")
        diff(text, "\n\n".join(blocks[1::2] + blocks[::2]))

    assert_linear(turn, lines)
