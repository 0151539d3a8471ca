"""Say in plain words why a step matters: what was promised, named, counted, allowed.

Reasons are read by people, most telling first. They quote the texts, and never
say more than the two wordings show.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.direction import denies
from analysis.facts import Fact, facts_of
from analysis.marks import Marks

__all__ = ["Delta", "delta_of", "of_rewording", "of_statement", "promise_lost"]

_CONSENT_WORDS = re.compile(r" (?:choice|legal basis): (?:opt.in|consent)$")
_QUOTE = 90  # characters of a quoted statement
_SLOTS = {
    "data_type": "data", "role": "recipient", "party": "recipient", "purpose": "purpose", "technology": "tracking by",
    "transfer": "transfer mechanism", "country": "country", "right": "right", "choice": "choice",
    "legal_basis": "legal basis", "region": "region", "dispute": "dispute term", "disclosure": "disclosure to",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Delta:
    """The facts that only one of two wordings states."""

    gone: tuple[Fact, ...]
    came: tuple[Fact, ...]

    def first(self, slot: str, *, came: bool = True) -> str:
        """The first value of a slot on one side, or ""."""
        return next((f.value for f in (self.came if came else self.gone) if f.slot == slot), "")


def delta_of(before: str, after: str, heading: str = "") -> Delta:
    old, new = facts_of(before, heading=heading), facts_of(after, heading=heading)
    left, right = {(f.slot, f.value) for f in old}, {(f.slot, f.value) for f in new}
    return Delta(
        tuple(f for f in old if (f.slot, f.value) not in right),
        tuple(f for f in new if (f.slot, f.value) not in left),
    )


def of_statement(text: str, topic: str, facts: Delta, *, added: bool, row: bool) -> tuple[str, ...]:
    """Why a statement that came or went matters."""
    if row:
        return (f"row {'added' if added else 'removed'}: {_clip(text)}",)
    out: list[str] = []
    if denies(text):
        out.append(f"promise {'made' if added else 'dropped'}: {_quoted(text)}")
    elif topic in ("choice", "access"):
        out.append(f"{'new' if added else 'no longer offered'}: {_quoted(text)}")
    out += _named(facts)
    words = topic.replace("_", " ")
    return tuple(out) or (f"{'new statement' if added else 'statement removed'} on {words}",)


def of_rewording(
    before: str,
    after: str,
    changed: tuple[str, str],
    marks: tuple[Marks, Marks],
    names: Sequence[tuple[str, str]],
    facts: Delta,
) -> tuple[str, ...]:
    """Why another wording of one statement matters. `changed` are the words gone and new."""
    old, new = marks
    out: list[str] = []
    if dropped := promise_lost(before, after, *changed):
        out.append(f"promise dropped: {_quoted(dropped)}")
    elif made := promise_lost(after, before, *reversed(changed)):
        out.append(f"promise made: {_quoted(made)}")
    if old.periods != new.periods:
        out.append(_was_now("period", old.periods, new.periods))
    if old.ages != new.ages:
        out.append(_was_now("age", old.ages, new.ages))
    if old.consent != new.consent:
        out.append(
            "consent now asked for"
            if new.consent > old.consent
            else "'with your consent' no longer required"
        )
    if old.limits != new.limits:
        out.append("limit added" if new.limits > old.limits else "limit dropped: 'only'")
    if old.modals != new.modals:
        gone, came = " / ".join(old.modals - new.modals), " / ".join(new.modals - old.modals)
        out.append(
            f"'{gone}' became '{came}'"
            if gone and came
            else f"'{came or gone}' {'added' if came else 'dropped'}"
        )
    if sum(old.negations.values()) != sum(new.negations.values()) and not out:
        out.append(
            "a negation came"
            if sum(new.negations.values()) > sum(old.negations.values())
            else "a negation went"
        )
    out += [f"{'now names' if op == 'added' else 'no longer names'} {name}" for op, name in names]
    consent = old.consent != new.consent  # said already
    out += [r for r in _named(facts) if r not in out and not (consent and _CONSENT_WORDS.search(r))]
    return tuple(out)


def promise_lost(before: str, after: str, gone: str, came: str) -> str:
    """The denial that a rewording took away: the whole statement, or the words of it that went."""
    if denies(before) and not denies(after):
        return before
    return gone if denies(gone) and not denies(came) else ""


def _named(facts: Delta) -> list[str]:
    out: list[str] = []
    for found, word in ((facts.came, "new"), (facts.gone, "no longer names")):
        for slot, label in _SLOTS.items():
            values = list(dict.fromkeys(f.value for f in found if f.slot == slot))
            if values:
                out.append(f"{word} {label}: {', '.join(values[:4]).replace('_', ' ')}")
    return out


def _was_now(what: str, old: frozenset[str], new: frozenset[str]) -> str:
    gone, came = ", ".join(sorted(old - new)), ", ".join(sorted(new - old))
    if gone and came:
        return f"{what} changed: was {gone}, now {came}"
    return f"{what} added: {came}" if came else f"{what} removed: was {gone}"


def _quoted(text: str) -> str:
    return f"'{_clip(text)}'"


def _clip(text: str) -> str:
    return text if len(text) <= _QUOTE else re.sub(r"\W*\s\S*$", "", text[: _QUOTE + 1]) + " …"
