"""Say what a whole statement, item or row is about: by itself, or by what introduces it.

A row is about what its table lists, an item about what its list is for. What says nothing of a
practice in itself is about its heading's subject, if it stands amid the policy's own text.
"""

import re

from analysis.contract import binds
from analysis.diff import Unit
from analysis.gates import Gated
from analysis.marks import meanings_of
from analysis.scene import Scene
from analysis.signals import signals_in
from analysis.subjects import around, subjects_of
from analysis.tagging import tag

__all__ = ["BY_PLACE", "SCOPE", "introduced", "is_preface", "topics_of"]

BY_PLACE = 0.15  # weight of what only its place tells: named alone, it gives way to all else

SCOPE = Gated(
    r"\b(?:also )?appl(?:y|ies|icable) (?:to|only|when|if|in)\b|\b(?:policy|notice|statement|terms) (?:also )?(?:covers?|governs?)\b|s'applique|\bgilt für\b|\bgelten für\b",
)
_IN_ROWS = frozenset({"sharing", "sale", "ai_training"})  # purposes and durations are its columns
_LISTS = ("sharing", "retention", "transfers", "collection")  # what a table is most likely of
_HEADERS = {
    "sharing": Gated(
        r"\b(?:vendors?|providers?|recipients?|(?:sub-?)?processors?|compan(?:y|ies)|partners?|third part(?:y|ies)|suppliers?)\b"
        r"|dienstleister|empfänger|anbieter|unternehmen|auftragsverarbeiter|prestataire|destinataire|sous-traitant|fournisseur|partenaire|société",
    ),
    "retention": Gated(r"retention|storage period|how long|speicherdauer|aufbewahr|conservation"),
    "collection": Gated(r"\bdata\b|\binformation\b|datenkategorie|\bdaten\b|données"),
}  # words of the first row of a table
_BETWEEN_US = re.compile(r"\b(?:we|us|our|you|your|vous|nous|votre|wir|sie|ihre)\b", re.IGNORECASE)
_OF_READERS = re.compile(r"\b(?:you|your|vous|vos|votre|sie|ihre?[nrms]?)\b", re.IGNORECASE)
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


def topics_of(unit: Unit, scene: Scene, *, in_new: bool, role: str) -> dict[str, float]:
    """What a whole statement is about; an item or row also by what introduces it."""
    topics = subjects_of(unit.text, unit.heading, lang=scene.lang, brief=scene.brief)
    if _REPRESENTATIVE.found(unit.text):
        topics["contact"] = 2.0
    if role == "fragment":
        return _fragment_topics(unit, topics, scene, in_new=in_new)
    if scene.contract and role in ("prose", "item") and binds(unit.text):
        return (topics if _ON_DATA.found(unit.text) else {}) | {"disputes": 1.5}
    if role != "prose" and any(_THANKED.found(heading) for heading in unit.path[-2:]):
        return {}
    if role == "row":
        return _row_topics(unit, topics, scene, in_new=in_new)
    if role == "prose":
        return topics or _by_place(unit, scene, in_new=in_new)
    beside = _beside(unit, scene, in_new=in_new)
    amid = scene.amid(unit, in_new=in_new)
    if not beside and unit.key.count(" ") < 7:
        return around(unit.heading, lang=scene.lang) if amid else {}
    if not topics and not amid and (scene.few or len(meanings_of(unit.key.split())) < 2):
        return {}
    return topics | {t: w / 2 for t, w in beside.items() if t not in topics} if beside else topics


def is_preface(unit: Unit) -> bool:
    """Whether a piece stands under the title of the page alone, and is about neither data nor its reader.

    What the page applies to is its scope, wherever it is said.
    """
    if SCOPE.found(unit.text):
        return False
    if len(unit.path) > 1 or _ON_DATA.found(unit.text) or _OF_READERS.search(unit.text):
        return False
    return "other" in around(unit.heading)


def introduced(unit: Unit, scene: Scene, *, in_new: bool) -> dict[str, float]:
    """What a piece without words of a practice is about: its table, its list, or its heading."""
    if unit.kind == "row":
        return _row_topics(unit, {}, scene, in_new=in_new)
    beside = _beside(unit, scene, in_new=in_new) if unit.kind == "item" else {}
    return beside or around(unit.heading, lang=scene.lang)


def _by_place(unit: Unit, scene: Scene, *, in_new: bool) -> dict[str, float]:
    """The topics of a statement that names no practice."""
    if SCOPE.found(unit.text):
        return {"other": 1.0}
    amid = scene.amid(unit, in_new=in_new)
    if not scene.brief and _speaks_of_us(unit):
        heading = unit.heading if amid or not scene.few else ""
        found = tag(unit.text, heading, lang=scene.lang).topics
        if topics := {t: 1.0 for t in found if t not in ("other", "regional", "contact")}:
            return topics
    if not amid or is_preface(unit):
        return {}
    return dict.fromkeys(introduced(unit, scene, in_new=in_new), BY_PLACE)


def _beside(unit: Unit, scene: Scene, *, in_new: bool) -> dict[str, float]:
    """What the headings and the line that introduce a piece are about."""
    said = _introduction(unit, scene, in_new=in_new)
    return subjects_of(said, lang=scene.lang, brief=scene.brief)


def _introduction(unit: Unit, scene: Scene, *, in_new: bool) -> str:
    """The two nearest headings and the line that lead into an item or row."""
    return " ".join((*unit.path[-2:], scene.lead_of(unit, in_new=in_new)))


def _speaks_of_us(unit: Unit) -> bool:
    """Whether a full statement between reader and service stands under a heading on a practice."""
    return (
        unit.key.count(" ") >= _FULL
        and _BETWEEN_US.search(unit.text) is not None
        and any(signals_in(heading) for heading in unit.path)
    )


def _row_topics(
    unit: Unit, own: dict[str, float], scene: Scene, *, in_new: bool
) -> dict[str, float]:
    """A row is about what its table lists: cookies, recipients, or how long things are kept."""
    header = scene.header_of(unit, in_new=in_new)
    said = _introduction(unit, scene, in_new=in_new)
    beside = subjects_of(said, lang=scene.lang, brief=scene.brief)
    if scene.tracker_page or "cookie" in f"{said} {header}".lower():
        main = "cookies"
    else:
        main = next((t for t in _LISTS if t in beside), "")
    if not main:
        listed = next((t for t, words in _HEADERS.items() if words.found(header)), "")
        return own or beside or ({listed: 1.0} if listed else {})
    return {main: 2.0} | {t: 0.5 for t in own if t in _IN_ROWS and t != main}


def _fragment_topics(
    unit: Unit, topics: dict[str, float], scene: Scene, *, in_new: bool
) -> dict[str, float]:
    """A line that is no sentence says something only as a named party or mechanism."""
    if _PARTY.match(unit.text):
        return {"sharing": 1.0} if _beside(unit, scene, in_new=in_new) else {}
    return {t: w for t, w in topics.items() if t in ("transfers", "contact", "disputes")}
