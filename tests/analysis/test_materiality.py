"""What of a whole change is told, in which order, and what is left out."""

import pytest

from analysis.diff import diff
from analysis.materiality import Verdict, judge
from analysis.scene import scene_of

START = "# How we use your data\n\nWe use your data to run our shop and to answer your questions."


def verdict(old: str, new: str, doc_type: str = "Privacy Policy") -> Verdict:
    return judge(diff(old, new), doc_type=doc_type)


def test_the_gravest_finding_comes_first_wherever_it_stands() -> None:
    new = f"{START}\n\nOur representative in Europe is Acme GmbH.\n\nWe sell your data to brokers."
    assert next(f.topic for f in verdict(START, new).findings) == "sale"


def test_labels_that_come_many_times_are_icons() -> None:
    icons = "\n".join(["- Use of data badge"] * 4)
    assert verdict(START, f"{START}\n\n{icons}").kind != "material"


def test_a_rewrite_tells_a_bounded_number_of_findings() -> None:
    old = "\n\n".join(
        f"We collect the number of item {n} that you personally own." for n in range(300)
    )
    new = "\n\n".join(
        f"Partners receive data on {'x' * (n % 90 + 3)} sold {n} times for ads." for n in range(300)
    )
    found = verdict(old, new)
    assert found.kind == "material"
    assert len(found.findings) == 200


def test_a_page_that_grew_by_other_documents_still_tells_what_changed_in_the_policy() -> None:
    start = START + " " + " ".join(f"We ship parcel number {n} to you." for n in range(60))
    policy = f"{start} We train our models on public data."
    terms = "\n\n".join(
        f"Clause {n} of the terms of sale says what number {n} means to us." for n in range(60)
    )
    grown = verdict(policy, f"{start}\n\n{terms}")
    assert grown.doubt == "bundle"
    assert [f.topic for f in grown.findings] == ["ai_training"]


def test_a_sentence_cut_elsewhere_is_not_told_unless_a_consent_is_lost() -> None:
    body = "we send reports on what you bought in our shop last year to our advertising partners abroad"
    old, new = f"Today {body}.", f"- {body}"
    assert verdict(old, new).kind != "material"
    change = diff(
        f"Only with consent {body}, and we log it. Thanks for reading.", f"- {body}, and we log it"
    )
    scene = scene_of(change)
    unit = next(step.old for step in change.steps if step.old and "consent" in step.old.text)
    assert not scene.said_elsewhere(unit, in_new=True)


def test_a_name_swapped_throughout_is_a_rename() -> None:
    text = "\n\n".join(
        f"Our shop Oldname may share your data with its carriers in case number {n}."
        for n in range(4)
    )
    assert verdict(text, text.replace("Oldname", "Newname")).kind == "editorial"


@pytest.mark.parametrize("doc_type", ["Trackers Policy", "Cookie Policy"])
def test_a_row_of_a_cookie_page_is_about_cookies(doc_type: str) -> None:
    old = "# List\n\n| Name | Origin |\n| --- | --- |\n| sid | ours |"
    assert verdict(old, f"{old}\n| uid | theirs |", doc_type).topics == ("cookies",)
