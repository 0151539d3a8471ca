"""Say in plain words why a step matters: what was promised, named, counted, allowed.

Reasons are read by people, most telling first. They quote the texts, and never
say more than the two wordings show.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.contract import amounts_in
from analysis.direction import denial_at, denies
from analysis.facts import Fact, facts_of
from analysis.marks import Marks, days_of, force_of, lengths_of
from analysis.sentences import words_of
from analysis.wording import Words, changed_in

__all__ = ["Delta", "delta_of", "of_rewording", "of_statement", "other_words", "promise_lost"]

_QUOTE = 60  # characters of a quote: the whole statement stands beside the reason
_START = 20  # characters before a denial that are quoted with it: "At Acme we do not"
_TURN = 4  # words of a changed phrase whose modal is what changed; in more it came with a practice
_MARKS = " ,.;:()|–-\n\t"  # at the ends of changed words
_YOURS = re.compile(r"\b(?:you|your|votre|vos|vous|ihrer?|ihren|sie)\b", re.IGNORECASE)
_CONSENT = frozenset({("choice", "opt_in"), ("choice", "consent"), ("legal_basis", "consent")})
_DONE = frozenset(
    {"data_type", "role", "party", "purpose", "technology", "disclosure", "choice", "right"}
)  # what a denial names is not done, and is no offer
_SAID = {
    ("choice", "opt_in"): ("now asks for your opt-in", "no longer asks for your opt-in"),
    ("choice", "opt_out"): ("now lets you opt out", "no longer lets you opt out"),
    ("choice", "consent"): ("now asks for your consent", "no longer asks for your consent"),
}  # in words for people, where a slot and its value are none
_SLOTS = {
    "data_type": "data", "role": "recipient", "party": "recipient", "purpose": "purpose", "technology": "tracking by",
    "transfer": "transfer mechanism", "country": "country", "right": "right", "choice": "choice",
    "region": "region", "dispute": "dispute term", "disclosure": "disclosure to",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Delta:
    """The facts that only one of two wordings states."""

    gone: tuple[Fact, ...]
    came: tuple[Fact, ...]

    def first(self, slot: str, *, came: bool = True) -> str:
        """The first value of a slot on one side, or ""."""
        return next((f.value for f in (self.came if came else self.gone) if f.slot == slot), "")


def delta_of(before: str, after: str, heading: str = "", *, lang: str = "") -> Delta:
    """The facts of one wording that the other lacks. `lang` is the language of the document."""
    old, new = (facts_of(text, heading=heading, lang=lang) for text in (before, after))
    left, right = set(map(_said_by, old)), set(map(_said_by, new))
    return Delta(
        tuple(f for f in old if _said_by(f) not in right),
        tuple(f for f in new if _said_by(f) not in left),
    )


def _said_by(fact: Fact) -> tuple[str, str | float]:
    """What a fact says, whatever its period is counted in."""
    length = days_of(fact.value) if fact.slot == "period" else 0.0
    return fact.slot, round(length, 1) if 0.0 < length < float("inf") else fact.value


def of_statement(text: str, topic: str, facts: Delta, *, added: bool, row: bool) -> tuple[str, ...]:
    """Why a statement that came or went matters."""
    if row:
        return (f"row {'added' if added else 'removed'}: {_clip(text.partition(' | ')[0])}",)
    out = _named(_not_denied(facts, text, text))
    if topic == "retention" and (periods := _values((*facts.came, *facts.gone), "period")):
        out.insert(0, f"period {'added: ' if added else 'removed: was '}{periods}")
    if denies(text):
        out.insert(0, f"promise {'made' if added else 'dropped'}: {_promise(text)}")
    elif topic in ("choice", "access") and (len(text) <= _QUOTE or not out):
        out.insert(0, f"{'new' if added else 'no longer offered'}: {_quoted(text)}")
    elif topic in ("policy_change", "security") or not out:
        out.insert(0, f"{'new' if added else 'no longer said'}: {_quoted(text)}")
    return tuple(out)


def of_rewording(
    before: str,
    after: str,
    words: Words,
    marks: tuple[Marks, Marks],
    names: Sequence[tuple[str, str]],
    facts: Delta,
) -> tuple[str, ...]:
    """Why another wording of one statement matters. `words` is the redline of it."""
    old, new = marks
    changed = changed_in(words)
    out: list[str] = []
    if dropped := promise_lost(before, after, *changed):
        out.append(f"promise dropped: {_promise(dropped)}")
    elif made := promise_lost(after, before, *reversed(changed)):
        out.append(f"promise made: {_promise(made)}")
    if lengths_of(old.periods) != lengths_of(new.periods):
        out.append(_was_now("period", old.periods, new.periods))
    if old.ages != new.ages:
        out.append(_was_now("age", old.ages, new.ages))
    if (sums := amounts_in(before)) != (now := amounts_in(after)):
        out.append(_was_now("amount", sums, now))
    if old.consent != new.consent:
        out.append(_of_consent(before, came=new.consent > old.consent))
    if old.limits != new.limits:
        out.append("limit added" if new.limits > old.limits else "limit dropped: 'only'")
    out += _modals(old, new, words)
    if sum(old.negations.values()) != sum(new.negations.values()) and not out:
        out.append(_of_negation(old.negations, new.negations))
    told = _joined(names, before, after)
    out += [f"{'now names' if op == 'added' else 'no longer names'} {name}" for op, name in told]
    said = {name for _, name in told}
    facts = _without(_not_denied(facts, before, after), said, consent=old.consent != new.consent)
    out += [reason for reason in _named(facts) if reason not in out]
    return tuple(out)


def promise_lost(before: str, after: str, gone: str, came: str) -> str:
    """The denial that a rewording took away: the whole statement, or the words of it that went."""
    if denies(before) and not denies(after):
        return before
    return gone if denies(gone) and not denies(came) else ""


def other_words(words: Words) -> str:
    """What stands in a redline where no rule has a name for it: the words themselves."""
    gone, came = (
        [piece for op, text in words if op == side and (piece := text.strip(_MARKS))]
        for side in ("gone", "new")
    )
    if len(gone) == len(came) == 1:
        return f"{_quoted(gone[0])} became {_quoted(came[0])}"
    if gone and came:
        return f"other words: {_quoted(' … '.join(came))}"
    return f"{_quoted(' … '.join(gone or came))} {'dropped' if gone else 'added'}"


def _of_consent(before: str, *, came: bool) -> str:
    """That consent is asked for, or the reader's or another's is not any more."""
    if came:
        return "consent now asked for"
    whose = "'with your consent'" if _YOURS.search(before) else "consent"
    return f"{whose} no longer required"


def _of_negation(old: Counter[str], new: Counter[str]) -> str:
    """The negation that came or went, by its word where there is one."""
    came, gone = new - old, old - new
    if len(came) + len(gone) == 1:
        return f"{_quoted(next(iter(came or gone)))} {'added' if came else 'dropped'}"
    return f"a negation {'came' if sum(new.values()) > sum(old.values()) else 'went'}"


def _modals(old: Marks, new: Marks, words: Words) -> list[str]:
    """The modal that gave way, came or went, where it is what changed."""
    if force_of(old.modals) == force_of(new.modals):
        return []
    small = {
        side: Counter(
            word
            for op, text in words
            if op == side and text.count(" ") <= _TURN
            for word in words_of(text)
        )
        for side in ("gone", "new")
    }
    gone = " / ".join((old.modals - new.modals) & small["gone"])
    came = " / ".join((new.modals - old.modals) & small["new"])
    if gone and came:
        return [f"'{gone}' became '{came}'"]
    return [f"'{came or gone}' {'added' if came else 'dropped'}"] if came or gone else []


def _joined(
    names: Sequence[tuple[str, str]], before: str, after: str
) -> tuple[tuple[str, str], ...]:
    """Names of which one follows the other are one name: "Brightpane Media"."""
    out: list[tuple[str, str]] = []
    for side, text in (("added", after), ("removed", before)):
        own = sorted((name for op, name in names if op == side), key=len, reverse=True)
        if own:
            one = "|".join(map(re.escape, own))
            runs = re.findall(rf"(?<!\w)(?:{one})(?: (?:{one})){{0,5}}(?!\w)", text)
            loose = [name for name in own if not any(name in run for run in runs)]
            out += [(side, name) for name in dict.fromkeys((*runs, *sorted(loose)))]
    return tuple(out)


def _not_denied(facts: Delta, before: str, after: str) -> Delta:
    """Without what only a denial names: "we do not share with advertisers" names no recipient."""

    def kept(found: tuple[Fact, ...], text: str) -> tuple[Fact, ...]:
        at = denial_at(text)
        return found if at < 0 else tuple(f for f in found if f.slot not in _DONE or f.end <= at)

    return Delta(kept(facts.gone, before), kept(facts.came, after))


def _without(facts: Delta, names: set[str], *, consent: bool) -> Delta:
    """Without what is said already: a name, or that consent is asked for."""

    def kept(found: tuple[Fact, ...]) -> tuple[Fact, ...]:
        return tuple(
            f
            for f in found
            if f.value not in names and not (consent and (f.slot, f.value) in _CONSENT)
        )

    return Delta(kept(facts.gone), kept(facts.came))


def _named(facts: Delta) -> list[str]:
    out: list[str] = []
    for found, came in ((facts.came, True), (facts.gone, False)):
        if not found:
            continue
        out += dict.fromkeys(
            _SAID[key][not came] for f in found if (key := (f.slot, f.value)) in _SAID
        )
        for slot, label in _SLOTS.items():
            if values := _values(found, slot):
                out.append(f"{'new' if came else 'no longer names'} {label}: {values}")
        if bases := _values(found, "legal_basis"):
            out.append(f"{'now' if came else 'no longer'} relies on {bases}")
    return out


def _values(found: Sequence[Fact], slot: str) -> str:
    own = (f.value for f in found if f.slot == slot and (slot, f.value) not in _SAID)
    return ", ".join(list(dict.fromkeys(own))[:4]).replace("_", " ")


def _was_now(what: str, old: frozenset[str], new: frozenset[str]) -> str:
    gone, came = ", ".join(sorted(old - new)), ", ".join(sorted(new - old))
    if gone and came:
        return f"{what} changed: was {gone}, now {came}"
    return f"{what} added: {came}" if came else f"{what} removed: was {gone}"


def _promise(text: str) -> str:
    """A promise in quotes: the whole statement where it is short, else from its denial on."""
    at = denial_at(text) if len(text) > _QUOTE else 0
    return _quoted(text[at:] if at > _START else text)


def _quoted(text: str) -> str:
    return f"'{_clip(text)}'"


def _clip(text: str) -> str:
    return text if len(text) <= _QUOTE else re.sub(r"\W*\s\S*$", "", text[: _QUOTE + 1]) + " …"
