"""A gate saves time and changes no answer."""

import re
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import assess, marks, roles, subjects
from analysis.gates import Gated


def gates_of(room: ModuleType) -> list[tuple[str, Gated]]:
    name = room.__name__.rpartition(".")[2]
    return [(f"{name}.{key}", g) for key, g in vars(room).items() if isinstance(g, Gated)]


GATES = [gate for room in (assess, marks, roles, subjects) for gate in gates_of(room)]
PHRASES = (
    "last updated, effective date 4, as of 3, stand 2020, dernière mise à jour, version en vigueur, zuletzt geändert, "
    "letzte aktualisierung, gültig ab, in force since 1, © 2020, Copyright, All rights reserved, tous droits réservés, "
    "alle rechte vorbehalten, powered by, TM & ©, we have updated our policy, revised notice takes effect, list of previous, "
    "see all older, archived versions, making changes to our, will be replaced, will come into effect, was ist neu, "
    "wird am 1. Mai geändert, entrera en vigueur, new statement in effect, updated policy applies from, Accept all, "
    "Reject all, manage your preferences, cookies settings, Always active, your choices have been saved, confirm my choices, "
    "necessary for the website to function and, host description, switched off in our systems, as long as, so long as, "
    "indefinitely, until you, for the period, no longer than, aussi longtemps, tant que, solange, unbefristet, "
    "with your consent, prior authorization, unless you agree, opt-in, consentement, Einwilligung, Zustimmung, "
    "Privacy Shield, DPF, safe harbor, standard contractual, binding corporate rules, adequacy decision, "
    "clauses contractuelles, Standardvertragsklauseln, also applies to, policy covers, s'applique, gilt für, "
    "representative, data protection officer, représentant, délégué, Vertreter, we may share data, , the, and"
).split(", ")
texts = st.lists(st.sampled_from(PHRASES), max_size=6).map(" ".join)


@pytest.mark.parametrize(("name", "gate"), GATES, ids=[name for name, _ in GATES])
def test_a_gate_lets_every_match_through(name: str, gate: Gated) -> None:
    @settings(deadline=None)
    @given(text=texts)
    def law(text: str) -> None:
        bare = gate.pattern.search(text)
        found = gate.search(text)
        assert (found and found.span()) == (bare and bare.span())
        assert gate.findall(text) == gate.pattern.findall(text)

    law()


@pytest.mark.parametrize(("name", "gate"), GATES, ids=[name for name, _ in GATES])
def test_the_phrases_above_reach_every_gate(name: str, gate: Gated) -> None:
    assert any(gate.pattern.search(text) for text in PHRASES), name


def test_a_closed_gate_finds_nothing() -> None:
    gate = Gated(r"\bsh?ares?\b", "share")
    assert gate.search("an are of land") is None
    assert gate.findall("We SHARE it, he shares it") == ["SHARE", "shares"]
    assert re.search(r"\bare\b", "an are") is not None
