"""Say what a changed statement is about: topics with weights, the special before the general.

A sentence on children's cookies is about children; a named transfer mechanism
is about transfers, whatever else the sentence mentions; "use" and "collection"
are said when nothing more definite is.
"""

from analysis.gates import Gated
from analysis.signals import signals_in
from analysis.tagging import tag

__all__ = ["around", "headed", "subjects_of"]

_GENERAL = frozenset({"collection", "use"})
_PRACTICES = frozenset(
    {"collection", "use", "sharing", "cookies", "retention", "security", "legal_basis"}
)
_LEADING = frozenset(
    {"children", "transfers", "retention", "security", "disputes", "policy_change", "ai_training"}
)
_MECHANISM = Gated(
    r"privacy shield|privacy framework|\bdpf\b|safe harbou?r|standard contractual|binding corporate|adequacy decision|clauses contractuelles|standardvertragsklauseln",
)

# Headings ask what the text below answers, in words of every day.
_ASKED = {
    "sharing": Gated(
        r"\bwho\b.{0,20}\b(?:sees?|gets?|receives?|access|reads?|knows?|partners?)|\bpartners\b|\bwer\b.{0,20}(?:bekommt|sieht|erhält|zugriff)|\ban wen\b|\bqui\b.{0,12}(?:voit|voient|reçoi|accès|consulte)",
    ),
    "retention": Gated(r"\bhow long\b|\bwie lang|combien de temps"),
    "access": Gated(
        r"\bwhat (?:can|may) (?:i|you)\b|\byour (?:say|control)\b|\bwas (?:können|dürfen) sie\b|\bvos choix\b|que pouvez-vous",
    ),
    "children": Gated(r"\bkids\b|\bjugendliche|\bjeunes\b"),
    "policy_change": Gated(r"\b(?:updates|revisions)\b|\bévolutions?\b|\bneuerungen\b"),
    "security": Gated(r"\bsafe\b|\bsecure\b|\bsicher\b|\bprotég"),
    "use": Gated(
        r"\bwhy\b|\bwhat (?:do (?:we|you) )?.{0,12}\bfor\b|\bwarum\b|\bwozu\b|\bwofür\b|\bpourquoi\b|à quoi",
    ),
    "collection": Gated(
        r"\bwhat (?:do )?(?:we|you) (?:know|hold|have|note|learn|gather)|\bwelche daten|\bce que nous (?:savons|notons|gardons)|\bquelles (?:données|informations)",
    ),
}


def subjects_of(
    text: str, heading: str = "", *, lang: str = "", brief: bool = False
) -> dict[str, float]:
    """The topics of a statement under its heading; 2.0 is certain, 1.0 likely. `brief` does without tagging."""
    weights = dict.fromkeys(signals_in(text), 1.0)
    if len(weights) > 1 and not brief:  # tagging settles which of several is meant
        for topic in tag(text, lang=lang).topics:
            if topic in weights:
                weights[topic] = 2.0
    if _MECHANISM.found(text):
        weights = {t: w for t, w in weights.items() if t not in _PRACTICES} | {"transfers": 2.0}
    above = set(signals_in(heading)) & _LEADING if heading else set()
    if weights and len(above) == 1 and not above & weights.keys():
        weights |= dict.fromkeys(above, 1.5)
    if "children" in weights:
        weights = {t: w for t, w in weights.items() if t not in _PRACTICES}
    if any(t not in _GENERAL for t in weights):
        weights = {t: w for t, w in weights.items() if t not in _GENERAL or w >= 2.0}
    return weights


def around(heading: str, *, lang: str = "") -> dict[str, float]:
    """What a statement without words of a practice is about: its heading's topic, else "other"."""
    above = subjects_of(heading, lang=lang)
    if above:
        return {max(above, key=lambda topic: above[topic]): 1.0}
    return {headed(heading) or "other": 1.0}


def headed(heading: str) -> str:
    """The topic of a heading that asks in plain words, or ""."""
    return next((topic for topic, asks in _ASKED.items() if asks.found(heading)), "")
