"""Judge one step between two editions: does it change a practice, which, and for whom.

Rules only. What came or went as a whole is judged here: what is no statement is
furniture, what the other edition says elsewhere is no change, and the rest is
told by its topics. A statement in other words is judged by `reworded`.
"""

import re

from analysis.assessment import ADMINISTRATIVE, EDITORIAL, NO_FACTS, NOISE, Assessment
from analysis.contract import binds
from analysis.diff import Step, Unit
from analysis.direction import denies, leading, of_row, of_statement
from analysis.gates import Gated
from analysis.marks import meanings_of
from analysis.plain import strip_inline
from analysis.reasons import delta_of
from analysis.reasons import of_statement as of_statement_reasons
from analysis.reworded import SCOPE, assess_rewording
from analysis.roles import role_of
from analysis.scene import Scene
from analysis.seats import seat_in
from analysis.signals import signals_in
from analysis.subjects import subjects_of
from analysis.tagging import tag

__all__ = ["assess"]

_IN_ROWS = frozenset({"sharing", "sale", "ai_training"})  # purposes and durations are its columns
_BETWEEN_US = re.compile(r"\b(?:we|us|our|you|your|vous|nous|votre|wir|sie|ihre)\b", re.IGNORECASE)
_FULL = 8  # words of a statement that its heading may explain
_REPRESENTATIVE = Gated(
    r"\b(?:representative|data protection officer|dpo)\b|représentant|délégué|datenschutzbeauftragt|vertreter",
)

_ON_DATA = Gated(
    r"\bdata\b|\binformation\b|\bpersonal\b|\bprivacy\b|\bcookies?\b|\bcontent\b|\bdonnées\b|\bdaten\b|\bchild|\bminors?\b|\btrain(?:ing)?\b",
)  # what a clause of a contract names when it is about more than the contract
_THANKED = Gated(
    r"\backnowledge?ments?\b|\bhall of fame\b|\bthanks?\b|\bcredits\b|\bcontributors\b|remerciements|danksagung",
)  # headings over people who are thanked
_PARTY = re.compile(r"[A-Z][\w .&'’-]{1,40}\s?[:(–-]\s?https?://")


def assess(step: Step, scene: Scene) -> Assessment:
    if step.op in ("same", "moved", "respelled"):
        return EDITORIAL
    if step.old and step.new:
        return assess_rewording(step, step.old, step.new, scene)
    unit = step.new or step.old
    return _whole(unit, scene, added=step.new is not None) if unit else NOISE


def _whole(unit: Unit, scene: Scene, *, added: bool) -> Assessment:
    """A statement, item or row that came or went."""
    role = role_of(unit, scene.headings)
    if role in ("furniture", "panel"):
        return NOISE
    if role in ("address", "fragment", "item") and (
        seat := _newly_seated(unit, scene, added=added)
    ):
        return seat
    if role in ("date", "notice", "address", "pointer"):
        return ADMINISTRATIVE
    if role != "row" and unit.block in (scene.came_in_crowds if added else scene.left_in_crowds):
        return NOISE
    if role in ("item", "fragment") and unit.key in scene.repeated:
        return NOISE
    if role == "heading" or scene.said_elsewhere(unit, in_new=not added):
        return EDITORIAL
    net = scene.came if added else scene.gone
    words = meanings_of(unit.key.split())
    fresh = len(words & net.keys())
    if fresh < max(1 if role == "row" else 2, 0.3 * len(words)):
        return EDITORIAL
    topics = topics_of(unit, scene, in_new=added, role=role)
    if not topics:
        return NOISE
    main = max(topics, key=lambda t: topics[t])
    text = unit.text
    sides = ("", text) if added else (text, "")
    facts = NO_FACTS if scene.brief else delta_of(*sides, unit.heading, lang=scene.lang)
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
    if scene.contract and role in ("prose", "item") and binds(unit.text):
        return (topics if _ON_DATA.found(unit.text) else {}) | {"disputes": 1.5}
    if role == "prose":
        if not topics and SCOPE.found(unit.text):
            return {"other": 1.0}
        if not topics and not scene.brief and _speaks_of_us(unit):
            found = tag(unit.text, unit.heading, lang=scene.lang).topics
            return {t: 1.0 for t in found if t not in ("other", "regional", "contact")}
        return topics
    if any(_THANKED.found(heading) for heading in unit.path[-2:]):
        return {}
    context = " ".join((*unit.path[-2:], scene.lead_of(unit, in_new=in_new)))
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
