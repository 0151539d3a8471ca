"""Facts as phrases that a reader of contracts takes in at a glance: "keeps: 7 years", "denies: selling".

The slots and values themselves are for machines, and stay in JSON.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.fact import Fact
from clausewatch.printing import plain

__all__ = ["Phrase", "phrases_of", "tells"]

_DOING = {
    "collect": "collecting",
    "use": "using",
    "share": "sharing",
    "sell": "selling",
    "retain": "keeping",
    "track": "tracking",
}
_LABELS = {
    "period": "keeps",
    "party": "names",
    "role": "speaks of",
    "data_type": "data",
    "purpose": "purposes",
    "choice": "choices",
    "right": "rights",
    "technology": "technology",
    "transfer": "transfers",
    "country": "places",
    "legal_basis": "legal basis",
    "notice": "tells of changes",
    "breach": "after a breach",
    "disclosure": "discloses on",
    "dispute": "disputes",
    "contact": "contact",
    "region": "holds for",
}
_DENIED = {"technology": "does not use", "data_type": "not the data"}
_VALUES = {
    ("choice", "opt_in"): "opt-in",
    ("choice", "opt_out"): "opt-out",
    ("choice", "browser"): "browser settings",
    ("choice", "none"): "none",
    ("notice", "email"): "by email",
    ("notice", "site"): "on the site",
    ("notice", "in product"): "in the product",
    ("notice", "consent"): "by asking for consent",
    ("notice", "none"): "the reader has to look",
}
# Said of the value by the label already, or of how it was found: no news to a reader.
_SILENT = frozenset({"named", "open", "email", "phone", "time ahead", "time to answer"})
_OF_A_ROW = frozenset({"party", "technology"})  # their detail repeats the row they stand in
_EVERYWHERE = frozenset({"will", "can"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a clause states of one kind. `denied`: it states that this is not so.

    `condition` quotes what a denial leaves open ("unless you agree").
    """

    label: str
    values: tuple[str, ...]
    denied: bool = False
    condition: str = ""

    @property
    def said(self) -> str:
        """The values, and the condition they stand under."""
        values = ", ".join(self.values)
        return f"{values} ({self.condition})" if self.condition else values

    def __str__(self) -> str:
        return f"{self.label}: {self.said}"


def phrases_of(facts: Sequence[Fact]) -> tuple[Phrase, ...]:
    """Return one phrase a kind of fact, denials first, then in the order of the clause.

    What tells a reader nothing (see `tells`) is left out. The values are safe to show.
    """
    found: dict[tuple[str, bool, str], dict[str, None]] = {}
    for fact in facts:
        if tells(fact):
            label, value = _said(fact)
            denied = fact.polarity.startswith("does_not")
            condition = plain(fact.detail) if fact.polarity == "does_not_unless" else ""
            found.setdefault((label, denied, condition), {}).setdefault(plain(value))
    phrases = [
        Phrase(label, tuple(values), denied, condition)
        for (label, denied, condition), values in found.items()
    ]
    return tuple(sorted(phrases, key=lambda phrase: not phrase.denied))


def tells(fact: Fact) -> bool:
    """Whether a reader learns from a fact: every second line "uses" something, or "may"."""
    if fact.slot == "modality":
        return bool(fact.detail) and fact.value not in _EVERYWHERE
    return (fact.slot, fact.value, fact.polarity) != ("practice", "use", "does")


def _said(fact: Fact) -> tuple[str, str]:
    """Return the label and the value of a fact in a reader's words."""
    denied = fact.polarity.startswith("does_not")
    if fact.slot == "practice":
        return ("denies" if denied else "practices"), _doing(fact)
    if fact.slot == "modality":
        return "wording", f"{fact.value} {fact.detail}"
    if fact.slot == "age":
        return "age", f"{fact.detail} {fact.value}".strip()
    if fact.slot == "date":
        return fact.detail or "date", fact.value
    if fact.slot == "scope":
        return ("does not apply" if fact.polarity == "does_not" else "applies"), fact.value
    value = _VALUES.get((fact.slot, fact.value), fact.value.replace("_", " "))
    if fact.detail and fact.detail not in _SILENT and fact.slot not in _OF_A_ROW:
        value = f"{value} ({fact.detail})"
    label = _LABELS.get(fact.slot, fact.slot.replace("_", " "))
    return (_DENIED.get(fact.slot, "denies") if denied else label), value


def _doing(fact: Fact) -> str:
    doing = _DOING.get(fact.value, fact.value)
    return f"{doing} ({fact.detail})" if fact.detail and fact.polarity == "does" else doing
