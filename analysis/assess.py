"""Judge one step between two editions: does it change a practice, which, and for whom.

Rules only. What came or went as a whole is judged here: what is no statement is
furniture, what the other edition says elsewhere is no change, and the rest is
told by its topics. A statement in other words is judged by `reworded`.
"""

from analysis.about import topics_of
from analysis.assessment import ADMINISTRATIVE, EDITORIAL, NO_FACTS, NOISE, Assessment
from analysis.diff import Step, Unit
from analysis.direction import denies, leading, of_row, of_statement
from analysis.marks import meanings_of
from analysis.plain import strip_inline
from analysis.reasons import delta_of
from analysis.reasons import of_statement as of_statement_reasons
from analysis.reworded import assess_rewording
from analysis.roles import is_sentence, role_of
from analysis.scene import Scene
from analysis.seats import seat_in

__all__ = ["assess"]

_FRESH = 0.3  # of a statement's words
_ENOUGH = 4  # words that are news in the longest statement


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
    if role in ("furniture", "fragment") and _is_spoken(unit, scene, added=added):
        role = "prose"
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
    if fresh < _least(unit, role, scene, len(words), added=added):
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
        weight=min(1.0, max(topics.values())),
    )


def _is_spoken(unit: Unit, scene: Scene, *, added: bool) -> bool:
    """Whether a piece that looks like a label is a sentence of a paragraph that stays."""
    return is_sentence(unit.text) and scene.within(unit, in_new=added)


def _least(unit: Unit, role: str, scene: Scene, words: int, *, added: bool) -> float:
    """How many words the other edition must not have more of, for a piece to be news."""
    if role in ("row", "item") and scene.amid(unit, in_new=added):
        return 1
    return max(1 if role == "row" else 2, min(_ENOUGH, _FRESH * words))


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
