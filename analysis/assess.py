"""Judge one step between two editions: does it change a practice, which, and for whom.

Rules only, in this order: what is no statement is furniture; what says the
same is wording; then numbers, negation, permission, names, and at last new or
lost words about a practice.
"""

import re
from dataclasses import dataclass, field

from analysis.diff import Step, Unit
from analysis.direction import denies, leading, of_row, of_statement
from analysis.gates import Gated
from analysis.marks import PLACES, Marks, marks_of, meanings_of
from analysis.plain import strip_inline
from analysis.reasons import Delta, delta_of, of_rewording, promise_lost
from analysis.reasons import of_statement as of_statement_reasons
from analysis.rewording import (
    channels,
    is_address,
    longer,
    lower_age,
    net_words,
    new_names,
    own_words,
    recounted,
    turn,
    turns,
)
from analysis.roles import is_prose, role_of
from analysis.scene import Scene
from analysis.seats import seat_in
from analysis.signals import SIGNALS, signals_in
from analysis.stated import Stated, named_topics, period_topic, turned_practices
from analysis.subjects import subjects_of
from analysis.tagging import tag
from analysis.wording import changed_in

__all__ = ["Assessment", "assess"]

_SCOPE = Gated(
    r"\b(?:also )?appl(?:y|ies|icable) (?:to|only|when|if|in)\b|\b(?:policy|notice|statement|terms) (?:also )?(?:covers?|governs?)\b|s'applique|\bgilt für\b",
)
_IN_ROWS = frozenset({"sharing", "sale", "ai_training"})  # purposes and durations are its columns
_ON_CONSENT = frozenset(
    {"collection", "use", "sharing", "sale", "cookies", "ai_training", "transfers"}
)
_BETWEEN_US = re.compile(r"\b(?:we|us|our|you|your|vous|nous|votre|wir|sie|ihre)\b", re.IGNORECASE)
_FULL = 8  # words of a statement that its heading may explain
_REPRESENTATIVE = Gated(
    r"\b(?:representative|data protection officer|dpo)\b|représentant|délégué|datenschutzbeauftragt|vertreter",
)

_PARTY = re.compile(r"[A-Z][\w .&'’-]{1,40}\s?[:(–-]\s?https?://")


_NOTHING = Delta((), ())
_UNTURNED = Stated({})
_NOBODY = re.compile(r"\b(?:nobody|no ?one)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Assessment:
    """kind: "material", "administrative", "editorial" or "noise"; `topics` with their weights."""

    kind: str
    topics: dict[str, float] = field(default_factory=dict)
    direction: str = ""
    reasons: tuple[str, ...] = ()
    facts: Delta = _NOTHING
    longer: bool = False
    promise_dropped: bool = False


_NOISE = Assessment("noise")
_EDITORIAL = Assessment("editorial")
_ADMINISTRATIVE = Assessment("administrative")


def assess(step: Step, scene: Scene) -> Assessment:
    if step.op in ("same", "moved", "respelled"):
        return _EDITORIAL
    if step.old and step.new:
        return _reworded(step, step.old, step.new, scene)
    unit = step.new or step.old
    return _whole(unit, scene, added=step.new is not None) if unit else _NOISE


def _whole(unit: Unit, scene: Scene, *, added: bool) -> Assessment:
    """A statement, item or row that came or went."""
    role = role_of(unit, scene.headings)
    if role in ("furniture", "panel"):
        return _NOISE
    if role in ("address", "fragment", "item") and (
        seat := _newly_seated(unit, scene, added=added)
    ):
        return seat
    if role in ("date", "notice", "address", "pointer"):
        return _ADMINISTRATIVE
    if role != "row" and unit.block in (scene.came_in_crowds if added else scene.left_in_crowds):
        return _NOISE
    if role in ("item", "fragment") and unit.key in scene.repeated:
        return _NOISE
    if role == "heading" or scene.said_elsewhere(unit, in_new=not added):
        return _EDITORIAL
    net = scene.came if added else scene.gone
    words = meanings_of(unit.key.split())
    fresh = len(words & net.keys())
    if fresh < max(1 if role == "row" else 2, 0.3 * len(words)):
        return _EDITORIAL
    topics = topics_of(unit, scene, in_new=added, role=role)
    if not topics:
        return _NOISE
    main = max(topics, key=lambda t: topics[t])
    text = unit.text
    facts = (
        _NOTHING if scene.brief else delta_of(*("", text) if added else (text, ""), unit.heading)
    )
    return Assessment(
        "material",
        topics,
        _direction_of(unit, leading(topics, text), role, added=added),
        of_statement_reasons(text, main, facts, added=added, row=role == "row"),
        facts,
        promise_dropped=not added and denies(text),
    )


def _newly_seated(unit: Unit, scene: Scene, *, added: bool) -> Assessment | None:
    """A seat in a country of which the other edition says nothing of the kind."""
    country = seat_in(unit.text)
    others = scene.change.old_blocks if added else scene.change.new_blocks
    if not country or any(seat_in(strip_inline(block.raw)) == country for block in others):
        return None
    reason = f"{'now' if added else 'no longer'} names a seat in {country}"
    return Assessment("material", {"contact": 1.0}, "neutral", (reason,))


def _direction_of(unit: Unit, topic: str, role: str, *, added: bool) -> str:
    if role == "prose" or topic == "contact":
        return of_statement(unit.text, topic, added=added, heading=unit.heading)
    if role == "row":
        return of_row(unit.text, added=added)
    return "neutral"


def topics_of(unit: Unit, scene: Scene, *, in_new: bool, role: str) -> dict[str, float]:
    """What a whole statement is about; an item or row also by what introduces it."""
    topics = subjects_of(unit.text, unit.heading, lang=scene.lang, brief=scene.brief)
    if _REPRESENTATIVE.found(unit.text):
        topics["contact"] = 2.0
    if role == "fragment":
        return _fragment_topics(unit, topics, scene, in_new=in_new)
    if role == "prose":
        if not topics and _SCOPE.found(unit.text):
            return {"other": 1.0}
        if not topics and not scene.brief and _speaks_of_us(unit):
            found = tag(unit.text, unit.heading, lang=scene.lang).topics
            return {t: 1.0 for t in found if t not in ("other", "regional", "contact")}
        return topics
    lead = scene.lead_of(unit, in_new=in_new)
    context = " ".join((*unit.path[-2:], lead))
    around = subjects_of(context, lang=scene.lang, brief=scene.brief)
    if role == "row":
        return _row_topics(context, topics, around, scene)
    if role == "item" and not around and unit.key.count(" ") < 7:
        return {}
    if len(meanings_of(unit.key.split())) < 2 and not topics:
        return {}
    return topics | {t: w / 2 for t, w in around.items() if t not in topics} if around else topics


def _speaks_of_us(unit: Unit) -> bool:
    """Whether a full statement between reader and service stands under a heading on a practice."""
    return (
        unit.key.count(" ") >= _FULL
        and _BETWEEN_US.search(unit.text) is not None
        and any(signals_in(heading) for heading in unit.path)
    )


def _newly_sensitive(facts: Delta) -> str:
    """The first sensitive kind of data that only one wording names."""
    return next((f.value for f in (*facts.came, *facts.gone) if f.detail == "sensitive"), "")


def _row_topics(
    context: str, own: dict[str, float], around: dict[str, float], scene: Scene
) -> dict[str, float]:
    """A row is about what its table lists: cookies, recipients, or how long things are kept."""
    if scene.tracker_page or "cookie" in context.lower():
        main = "cookies"
    else:
        main = next(
            (t for t in ("sharing", "retention", "transfers", "collection") if t in around), ""
        )
    if not main:
        return own or around
    return {main: 2.0} | {t: 0.5 for t in own if t in _IN_ROWS and t != main}


def _fragment_topics(
    unit: Unit, topics: dict[str, float], scene: Scene, *, in_new: bool
) -> dict[str, float]:
    """A line that is no sentence says something only as a named party or mechanism."""
    if _PARTY.match(unit.text):
        context = " ".join((*unit.path[-2:], scene.lead_of(unit, in_new=in_new)))
        around = subjects_of(context, lang=scene.lang, brief=scene.brief)
        return {"sharing": 1.0} if around else {}
    return {t: w for t, w in topics.items() if t in ("transfers", "contact", "disputes")}


def _sided(by_words: str, by_facts: str) -> str:
    """Facts say for whom it is where the words do not."""
    return by_facts if by_words == "neutral" and by_facts else by_words


def _by_marks(
    before: Marks, after: Marks, facts: Delta, sentence: dict[str, float], new: Unit
) -> dict[str, float]:
    """The topics of a period, an age or a consent that only one wording has."""
    topics: dict[str, float] = {}
    if before.periods != after.periods and (sentence or is_prose(new.text)):
        about = period_topic(facts) or (
            "retention" if "retention" in sentence or not sentence else next(iter(sentence))
        )
        topics[about] = 2.0
    if before.ages != after.ages:
        topics["children"] = 2.0
    if before.consent != after.consent and (practices := sentence.keys() & _ON_CONSENT):
        topics |= {t: 2.0 for t in sentence if t in practices} | {"choice": 1.5}
    return topics


def _by_names(
    names: tuple[tuple[str, str], ...], sentence: dict[str, float], new: Unit
) -> dict[str, float]:
    """The topic of names that only one wording has: the sentence's own, else the places."""
    if not names:
        return {}
    for topic in ("access", "choice", "transfers", "sharing", "cookies", "contact"):
        if topic in sentence:
            return {topic: 2.0}
    if any(PLACES.pattern.fullmatch(name) for _, name in names) and is_prose(new.text):
        return {"regional": 2.0}
    return {}


def _reworded(step: Step, old: Unit, new: Unit, scene: Scene) -> Assessment:
    """One statement in other words."""
    if old.bare == new.bare:
        return _ADMINISTRATIVE
    roles = {role_of(unit, scene.headings) for unit in (old, new)}
    # A denial that now sounds like a banner ("this site uses cookies") was a statement all the same.
    if roles & {"furniture", "panel"} and denies(old.text) == denies(new.text):
        return _NOISE
    if "date" in roles or (roles & {"notice", "address", "pointer"} and not recounted(old, new)):
        return _ADMINISTRATIVE
    if "heading" in roles:
        return _EDITORIAL
    left, right, phrase = own_words(step, scene)
    if not phrase:
        return _EDITORIAL
    if is_address(phrase):
        return _ADMINISTRATIVE
    before, after = marks_of(left), marks_of(right)
    gone, came = net_words(left, right, scene)
    facts = _NOTHING if scene.brief else delta_of(left, right, new.heading)
    extra: tuple[str, ...] = ()
    sentence = subjects_of(left + " . " + right, new.heading, lang=scene.lang, brief=scene.brief)
    names = new_names(old, new, scene)
    topics = _by_marks(before, after, facts, sentence, new) | _by_names(names, sentence, new)
    flipped = set(signals_in(right)) ^ set(signals_in(left))
    hits = flipped | set(signals_in(phrase))
    size = sum(gone.values()) + sum(came.values())
    if hits and (size >= 2 or hits == {"security"}):
        topics |= {t: 2.0 for t in SIGNALS if t in hits and t not in topics}
    if sentence.keys() & {"access", "choice"} and channels(left) != channels(right):
        topics = {t: 2.0 for t in sentence if t in ("access", "choice")} | topics
        extra = ("a way to ask has changed",)
    if size >= 1 and sentence and (sensitive := _newly_sensitive(facts)):
        topics = {("sharing" if "sharing" in sentence else "collection"): 2.0} | topics
        extra += (f"sensitive data: {sensitive}",)
    turned = turns(before, after)
    flipped_by = _UNTURNED
    denials = sum(before.negations.values()), sum(after.negations.values())
    if not scene.brief and (denials[0] != denials[1] or _NOBODY.search(phrase)):
        flipped_by = turned_practices(left, right, new.heading)
        topics = flipped_by.topics | {t: w for t, w in topics.items() if t not in flipped_by.topics}
    named = _UNTURNED
    if size >= 1 and not scene.brief and is_prose(new.text):
        named = named_topics(facts, phrase, sentence)
        if not (gone and came):  # one word for another may be a synonym; one more or less is not
            topics = topics or named.topics
    if (
        not topics
        and sentence
        and (turned or size >= 4)
        and (is_prose(new.text) or denies(old.text))
    ):
        best = sorted(sentence, key=lambda t: -sentence[t])[:2]
        topics = dict.fromkeys(best, 1.0)
    if not topics and _SCOPE.found(phrase) and size >= 2:
        topics = {"other": 1.0}
    if not topics:
        return _EDITORIAL
    changed = changed_in(step.words)
    dropped = promise_lost(left, right, *changed)
    made = promise_lost(right, left, *reversed(changed))
    reasons = extra + of_rewording(left, right, step.words, (before, after), names, facts)
    return Assessment(
        "material",
        topics,
        flipped_by.direction
        or ("weaker" if dropped else "stronger" if made else "")
        or _sided(turn(old, new, topics, before, after, gone, came), named.direction),
        reasons or (f"other words: '{phrase[:80]}'",),
        facts,
        longer=longer(before.periods, after.periods) or lower_age(before.ages, after.ages),
        promise_dropped=bool(dropped),
    )
