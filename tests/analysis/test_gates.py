"""A gate saves time and changes no answer."""

import re
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import (
    about,
    assess,
    contract,
    direction,
    facts,
    marks,
    reworded,
    roles,
    signals,
    subjects,
    surroundings,
    tagging,
)
from analysis.gates import Alternative, Gated, alternatives_of, pieces_in


def gates_of(room: ModuleType) -> list[tuple[str, Gated]]:
    name = room.__name__.rpartition(".")[2]
    return [(f"{name}.{key}", g) for key, g in vars(room).items() if isinstance(g, Gated)]


ROOMS = (
    about,
    assess,
    contract,
    direction,
    reworded,
    facts,
    marks,
    roles,
    subjects,
    surroundings,
    tagging,
)
GATES = [gate for room in ROOMS for gate in gates_of(room)]
TABLES = [
    *((name, gate.alternatives) for name, gate in GATES),
    *((f"signals.{topic}", table) for topic, table in signals.ALTERNATIVES.items()),
]
PHRASES = (
    "last updated, effective date 4, as of 3, stand 2020, dernière mise à jour, version en vigueur, zuletzt geändert, "
    "letzte aktualisierung, gültig ab, in force since 1, © 2020, Copyright, All rights reserved, tous droits réservés, "
    "alle rechte vorbehalten, powered by, TM & ©, we have updated our policy, revised notice takes effect, list of previous, "
    "see all older, archived versions, making changes to our, will be replaced, will come into effect, was ist neu, "
    "wird am 1. Mai geändert, entrera en vigueur, new statement in effect, updated policy applies from, Accept all, "
    "Reject all, manage your preferences, cookies settings, Always active, your choices have been saved, confirm my choices, "
    "necessary for the website to function and, host description, switched off in our systems, as long as, so long as, "
    "indefinitely, until you, for the period, no longer than, aussi longtemps, tant que, solange, unbefristet, "
    "no surprise, not only, whether or not, not limited to, not least, pas seulement, nicht nur, "
    "with your consent, prior authorization, unless you agree, opt-in, consentement, Einwilligung, Zustimmung, "
    "Privacy Shield, DPF, safe harbor, standard contractual, binding corporate rules, adequacy decision, "
    "clauses contractuelles, Standardvertragsklauseln, also applies to, policy covers, s'applique, gilt für, "
    "representative, data protection officer, représentant, délégué, Vertreter, we may share data, , the, and, "
    "we never sell, you must not, only for, you may, advertising, right to, California, class action, lodge a complaint, "
    "at any time, erased, if you do not allow these cookies, by clicking, read more, 12 High Street, your rights, retained, "
    "a cookie is a small file, our partners place pixels, we use cookies, recipients, acknowledgements, without restriction, safeguards, "
    "a fee is charged, a full refund, you must not, free of charge, we send letters to, "
    "we will tell you, make a small charge, vendors, storage period, données, definitions"
).split(", ")
texts = st.lists(st.sampled_from(PHRASES), max_size=6).map(" ".join)


def matched(table: tuple[Alternative, ...]) -> st.SearchStrategy[tuple[Alternative, str]]:
    """Texts in which one of these alternatives matches, made from its own pattern."""
    return st.one_of([st.tuples(st.just(one), st.from_regex(one.pattern)) for one in table])


@pytest.mark.parametrize(("name", "table"), TABLES, ids=[name for name, _ in TABLES])
def test_what_an_alternative_matches_opens_its_gate(
    name: str, table: tuple[Alternative, ...]
) -> None:
    @settings(deadline=None, max_examples=3 * len(table), database=None)
    @given(example=matched(table))
    def law(example: tuple[Alternative, str]) -> None:
        one, text = example
        assert one.opens(pieces_in(text)), (name, one.pattern.pattern)

    law()


@pytest.mark.parametrize(("name", "gate"), GATES, ids=[name for name, _ in GATES])
def test_a_gate_answers_as_its_pattern_does(name: str, gate: Gated) -> None:
    @settings(deadline=None, max_examples=40)
    @given(text=texts)
    def law(text: str) -> None:
        bare = gate.pattern.search(text)
        found = gate.search(text)
        assert (found and found.span()) == (bare and bare.span())
        assert gate.found(text) == bool(bare)
        assert gate.findall(text) == gate.pattern.findall(text)

    law()


@pytest.mark.parametrize(("name", "gate"), GATES, ids=[name for name, _ in GATES])
def test_the_phrases_above_reach_every_gate(name: str, gate: Gated) -> None:
    assert any(gate.pattern.search(text) for text in PHRASES), name


def test_a_closed_gate_finds_nothing() -> None:
    gate = Gated(r"\bsh?ares?\b")
    assert gate.search("an are of land") is None
    assert not gate.found("an are of land")
    assert gate.findall("We SHARE it, he shares it") == ["SHARE", "shares"]
    assert re.search(r"\bare\b", "an are") is not None


def test_letters_that_count_as_others_where_case_is_ignored_open_a_gate() -> None:
    gate = Gated(r"\b(?:sink|links)\b")
    for text in ("\u017fink", "s\u0130nk", "s\u0131nk", "sin\u212a", "LIN\u212a\u017f"):
        assert gate.pattern.search(text) is not None, text
        assert gate.found(text), text


def pieces_for(pattern: str) -> list[list[str]]:
    (one,) = alternatives_of(pattern)
    return [sorted(needed) for needed in one.needs]


@pytest.mark.parametrize(
    ("pattern", "pieces"),
    [
        (r"cookies?\b", [["cookie"]]),
        (r"\bshar(?:e|es|ing)\b", [["share", "sharing"]]),
        (r"third[- ]part(?:y|ies)", [["third"], ["parties", "party"]]),
        (r"\bkeep\b.{0,60}\b(?:until|records?)", [["keep"], ["record", "until"]]),
        (r"(?:we|they) (?:may )?sell", [["sell"]]),
        (r"\w{1,14}ness", [["ness"]]),
        (r"(?:data){2,4}", [["data"]]),
        (r"(?<!social )number(?! one)", [["number"]]),
        (r"收集", [["收集"]]),
        (r"[^a]b?\d{1,4}", []),
    ],
)
def test_the_pieces_of_a_pattern_are_what_it_cannot_match_without(
    pattern: str, pieces: list[list[str]]
) -> None:
    assert pieces_for(pattern) == pieces


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Wir geben sie an unsere Werbepartner weiter", "sharing"),
        ("Les données sont traitées hors de l'Union", "transfers"),
        ("Remarketing", "use"),
        ("我们收集信息", "collection"),
    ],
)
def test_a_word_is_known_inside_another(text: str, topic: str) -> None:
    assert topic in signals.signals_in(text)


@settings(deadline=None)
@given(text=texts)
def test_signals_are_those_of_all_alternatives(text: str) -> None:
    plain = tuple(
        topic
        for topic, table in signals.ALTERNATIVES.items()
        if any(one.pattern.search(text.lower()) for one in table)
    )
    assert signals.signals_in(text) == plain
