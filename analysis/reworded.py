"""Judge one statement that both editions have, in other words: does it say another thing?

What differs is asked in the order of what it proves: numbers and consent, names, words of a
practice, ways to ask, sensitive data, what is denied; then facts alone; then how much has
changed, and where it stands.
"""

import re

from analysis.about import BY_PLACE, SCOPE, is_preface
from analysis.assessment import ADMINISTRATIVE, EDITORIAL, NOISE, Assessment
from analysis.contract import amounts_in, binds
from analysis.diff import Step, Unit
from analysis.direction import denies, guards
from analysis.gates import Gated
from analysis.marks import PLACES, lengths_of
from analysis.pair import ON_REQUEST, Pair, replaced_in
from analysis.reasons import of_rewording, other_words, promise_lost
from analysis.rewording import (
    is_address,
    longer,
    lower_age,
    own_words,
    recounted,
    turn,
    turns,
    weighty,
)
from analysis.roles import announced, is_prose, is_sentence, role_of
from analysis.scene import Scene
from analysis.sentences import key_of, words_of
from analysis.signals import SIGNALS, signals_in
from analysis.stated import period_topic
from analysis.trifles import drops_example, only_reaches, slips
from analysis.wording import changed_in

__all__ = ["assess_rewording"]

_ON_CONSENT = frozenset(
    {"collection", "use", "sharing", "sale", "cookies", "ai_training", "transfers"}
)
_OF_A_PARENT = frozenset({"legal_basis", "choice"})  # whose consent it is, beside a child
_ONE_MORE = re.compile(
    r"(?:, )?(?:and|or|et|ou|und|oder|sowie|ainsi qu[e'’]|as well as) ?(?:also |auch |aussi )?"
    r"(?:(?:to|with|by) (?:your|our|their|the|an?|other|all|any|certain|selected)|à|aux?|avec|par|an|mit)\b",
    re.IGNORECASE,
)
_GIVES = Gated(
    r"\b(?:send|give|pass|forward|supply|hand|provide|make)\b.{0,80}\b(?:to|available)\b|\b(?:envoyons|donnons|remettons|adressons|fournissons)\b|\b(?:senden|schicken|leiten|reichen)\b",
)
_MUCH = 4  # words with a meaning, lost and gained, that make another statement by themselves
_MUCH_DENIED = 3  # the same where something is denied: a promise is made of few words


def assess_rewording(step: Step, old: Unit, new: Unit, scene: Scene) -> Assessment:
    """Judge a step that has both sides."""
    if quiet := _unsaid(old, new, scene):
        return quiet
    left, right, phrase = own_words(step, scene)
    if not phrase:
        return EDITORIAL
    if is_address(phrase):
        return ADMINISTRATIVE
    pair = Pair(step, old, new, scene, left, right, phrase)
    topics = _topics_of(pair)
    return _told(pair, topics) if topics else EDITORIAL


def _unsaid(old: Unit, new: Unit, scene: Scene) -> Assessment | None:
    """The verdict on what is no statement, or the same one with another date or address."""
    if old.key.replace(" ", "") == new.key.replace(" ", ""):
        return EDITORIAL  # "can not" and "cannot", "web site" and "website"
    if old.bare == new.bare:
        return _another_site(old, new, scene) or ADMINISTRATIVE
    roles = {role_of(unit, scene.headings) for unit in (old, new)}
    # A denial that now sounds like a banner ("this site uses cookies") was a statement all the same.
    if roles & {"furniture", "panel"} and denies(old.text) == denies(new.text):
        prose = is_prose(old.text) and is_prose(new.text)
        told = "panel" not in roles and prose and recounted(old, new)
        return None if told or _is_spoken(old, new, scene) else NOISE
    says = announced(old.text), announced(new.text)
    if roles == {"pointer"} and all(says) and says[0] != says[1]:
        return None  # it may now be about more
    if "date" in roles or (roles & {"notice", "address", "pointer"} and not recounted(old, new)):
        return ADMINISTRATIVE
    return EDITORIAL if "heading" in roles else None


def _another_site(old: Unit, new: Unit, scene: Scene) -> Assessment | None:
    """An entry of a list of parties in which one site, known by its address, replaced another."""
    if not (names := replaced_in(old, new, scene)):
        return None
    reasons = tuple(f"{'now' if op == 'added' else 'no longer'} names {name}" for op, name in names)
    return Assessment("material", {"sharing": 2.0}, "neutral", reasons)


def _by_recipient(pair: Pair) -> dict[str, float]:
    """Sharing, where all that came or went is one more to share with: "and to your insurer"."""
    ops = {op for op, text in pair.step.words if op != "same" and key_of(text)}
    if pair.size < 1 or len(ops) != 1 or not _ONE_MORE.match(pair.phrase):
        return {}
    shares = "sharing" in pair.sentence or (not pair.sentence and _GIVES.found(pair.right))
    return {"sharing": 2.0} if shares else {}


def _is_spoken(old: Unit, new: Unit, scene: Scene) -> bool:
    """Whether both wordings are a sentence of one paragraph of the policy: no widget's label."""
    return (
        scene.within(old, in_new=False)
        and scene.within(new, in_new=True)
        and old.raw != old.text
        and new.raw != new.text
        and is_prose(old.text)
        and is_prose(new.text)
    )


def _topics_of(pair: Pair) -> dict[str, float]:
    """What a rewording changes, with weights; empty when it says the same."""
    topics = _by_marks(pair) | _by_names(pair) | _by_recipient(pair)
    topics |= {t: 2.0 for t in _by_signals(pair) if t not in topics}
    if pair.other_channel:
        topics = {t: 2.0 for t in pair.sentence if t in ON_REQUEST} | topics
    if pair.sensitive:
        topics = {("sharing" if "sharing" in pair.sentence else "collection"): 2.0} | topics
    turned = pair.turned.topics
    topics = turned | {t: weight for t, weight in topics.items() if t not in turned}
    return _listed(
        pair, topics or _by_facts(pair) or _by_size(pair) or _by_contract(pair) or _by_place(pair)
    )


def _listed(pair: Pair, topics: dict[str, float]) -> dict[str, float]:
    """The same, where a table, list or the sentence itself says what all of it is about."""
    if not topics:
        return topics
    if "children" in pair.sentence and topics.keys() <= _OF_A_PARENT:
        return {"children": 2.0}
    if pair.new.kind != "row" or not pair.introduced:
        return topics
    main = next(iter(pair.introduced))
    if "retention" in topics and main != "cookies":
        return topics
    return {t: w / 2 for t, w in topics.items()} | {main: topics.get(main, max(topics.values()))}


def _by_marks(pair: Pair) -> dict[str, float]:
    """The topics of a period, an age or a consent that only one wording has."""
    before, after = pair.before, pair.after
    topics: dict[str, float] = {}
    if lengths_of(before.periods) != lengths_of(after.periods):
        topics |= _of_period(pair)
    was, now = amounts_in(pair.left), amounts_in(pair.right)
    if was != now and pair.is_prose and (pair.scene.contract or (was and now)):
        topics["disputes" if pair.scene.contract else next(iter(pair.sentence), "other")] = 2.0
    if before.ages != after.ages:
        topics["children"] = 2.0
    if before.consent != after.consent and (practices := pair.sentence.keys() & _ON_CONSENT):
        topics |= {t: 2.0 for t in pair.sentence if t in practices} | {"choice": 1.5}
    elif before.consent != after.consent and pair.is_prose:
        topics |= {"choice": 1.5}
    return topics


def _of_period(pair: Pair) -> dict[str, float]:
    """What a period is of: what the statement says, else its heading or table, else keeping."""
    if topic := period_topic(pair.facts):
        return {topic: 2.0}
    in_table = pair.new.kind == "row" and "cookies" not in pair.introduced
    if pair.scene.contract and binds(pair.right) and pair.sentence.keys() <= {"retention"}:
        return {"disputes": 2.0}
    if in_table or "retention" in pair.sentence:
        return {"retention": 2.0}
    topics = pair.sentence or {t: w for t, w in pair.introduced.items() if t != "other"}
    if not topics and not pair.is_prose:
        return {}
    return {next(iter(topics), "retention"): 2.0}


def _by_names(pair: Pair) -> dict[str, float]:
    """The topic of names that only one wording has: the sentence's own, else the places."""
    if pair.replaced:
        return {"sharing": 2.0}
    if not pair.names or drops_example(pair.step.words):
        return {}
    for topic in ("access", "choice", "transfers", "sharing", "cookies", "contact", "collection"):
        if topic in pair.sentence:
            return {topic: 2.0}
    if any(PLACES.pattern.fullmatch(name) for _, name in pair.names) and pair.is_prose:
        return {"regional": 2.0}
    return {}


def _by_signals(pair: Pair) -> list[str]:
    """The practices whose words came, went or stand in the changed phrase."""
    flipped = set(signals_in(pair.right)) ^ set(signals_in(pair.left))
    hits = flipped | set(signals_in(pair.phrase))
    denied = pair.size >= 1 and denies(pair.old.text)  # each verb of a promise is one
    if "retention" in hits and period_topic(pair.facts):
        hits = hits - {"retention"}  # its days are no storage period
    telling = hits and (pair.size >= 2 or denied or hits == {"security"})
    return [topic for topic in SIGNALS if topic in hits] if telling else []


def _by_contract(pair: Pair) -> dict[str, float]:
    """In terms of service: what binds the reader otherwise than it did."""
    changed = pair.size >= 2 or turns(pair.before, pair.after)
    if pair.scene.contract and changed and binds(f"{pair.left} . {pair.right}"):
        return {"disputes": 1.0}
    return {}


def _by_facts(pair: Pair) -> dict[str, float]:
    """What facts say alone: one word for another may be a synonym, one more or less is not."""
    gone, came = pair.net
    return {} if gone and came else pair.named.topics


def _by_size(pair: Pair) -> dict[str, float]:
    """What the sentence is about where its meaning turned or much of it is new; else its scope."""
    turned = turns(pair.before, pair.after) or guards(pair.left) != guards(pair.right)
    if (
        (pair.size >= (_MUCH_DENIED if denies(pair.old.text) else _MUCH) or turned)
        and (pair.is_prose or denies(pair.old.text))
        and pair.sentence
    ):
        best = sorted(pair.sentence, key=lambda t: -pair.sentence[t])[:2]
        return dict.fromkeys(best, 1.0)
    if pair.size >= 2 and SCOPE.found(pair.phrase):
        return {"other": 1.0}
    return {}


def _by_place(pair: Pair) -> dict[str, float]:
    """What a statement amid others of the policy is about, where a word with a meaning differs."""
    gone, came = (set(weighty(words)) for words in pair.net)
    words = pair.step.words
    differs = (gone ^ came) - slips(*map(words_of, changed_in(words)))
    if not differs and not turns(pair.before, pair.after):
        return {}
    if only_reaches(words) or drops_example(words):
        return {}
    if pair.new.kind == "paragraph" and not all(map(is_sentence, (pair.old.text, pair.new.text))):
        return {}
    scene = pair.scene
    if not (scene.amid(pair.old, in_new=False) and scene.amid(pair.new, in_new=True)):
        return {}
    topics = pair.sentence or ({} if is_preface(pair.new) else pair.introduced)
    return {max(topics, key=lambda topic: topics[topic]): BY_PLACE} if topics else {}


def _told(pair: Pair, topics: dict[str, float]) -> Assessment:
    """A rewording that matters, with its reasons and for whom it is better."""
    before, after, words = pair.before, pair.after, pair.step.words
    changed = changed_in(words)
    dropped = promise_lost(pair.left, pair.right, *changed)
    made = promise_lost(pair.right, pair.left, *reversed(changed))
    direction = pair.turned.direction or ("weaker" if dropped else "stronger" if made else "")
    if not direction:
        by_words = turn(pair.old, pair.new, topics, before, after, pair.net, changed)
        direction = _sided(by_words, pair.named.direction)
    reasons = of_rewording(
        pair.left, pair.right, words, (before, after), (*pair.replaced, *pair.names), pair.facts
    )
    return Assessment(
        "material",
        topics,
        direction,
        (*_first_of_all(pair), *reasons) or (other_words(words),),
        pair.facts,
        longer=longer(before.periods, after.periods) or lower_age(before.ages, after.ages),
        promise_dropped=bool(dropped),
        weight=min(1.0, max(topics.values())),
    )


def _first_of_all(pair: Pair) -> list[str]:
    """Reasons that come before those any rewording can have."""
    reasons = ["a way to ask has changed"] if pair.other_channel else []
    return [*reasons, f"sensitive data: {pair.sensitive}"] if pair.sensitive else reasons


def _sided(by_words: str, by_facts: str) -> str:
    """Facts say for whom it is where the words do not."""
    return by_facts if by_words == "neutral" and by_facts else by_words
