"""Say what a changed statement is about: topics with weights, the special before the general.

A sentence on children's cookies is about children; a named transfer mechanism
is about transfers, whatever else the sentence mentions; "use" and "collection"
are said when nothing more definite is.
"""

from analysis.gates import Gated
from analysis.signals import signals_in
from analysis.tagging import tag

__all__ = ["around", "subjects_of"]

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
    return {max(above, key=lambda topic: above[topic]): 1.0} if above else {"other": 1.0}
