"""What the facts of two wordings say by themselves: which topics turned, and for whom.

A word or two can turn a clause ("do not", "and for advertising"): too few to
weigh, plain enough to read. Facts decide here; the number of changed words does not.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from analysis.facts import Fact, facts_of
from analysis.reasons import Delta
from analysis.signals import signals_in

__all__ = ["Stated", "named_topics", "period_topic", "turned_practices"]

_CERTAIN = 2.5  # above what changed words alone suggest
_LIKELY = 1.5
_PRACTICES = {
    "share": "sharing",
    "sell": "sale",
    "collect": "collection",
    "retain": "retention",
    "use": "use",
}
_WITH_NOBODY = re.compile(
    r"\bwith (?:nobody|no ?one|none|no (?:third|other) \w{1,12})\b", re.IGNORECASE
)
# What a service does for its readers: to deny it takes something away.
_FOR_READERS = r"(?:honou?r|respect|encrypt|protect|notify|inform|tell|delete|anonymi[sz]e|respond|comply|recogni[sz]e)"
_REFUSED = re.compile(
    rf"(?:\b(?:do|does|will|can|could|shall|may) not|n't|\bcannot|\bnever|\bno longer) (?:\w{{1,12}} ){{0,2}}?{_FOR_READERS}\b",
    re.IGNORECASE,
)
_TOPIC_OF = {
    "data_type": "collection",
    "role": "sharing",
    "purpose": "use",
    "right": "access",
    "choice": "choice",
    "transfer": "transfers",
    "country": "transfers",
    "legal_basis": "legal_basis",
    "dispute": "disputes",
    "notice": "policy_change",
    "technology": "cookies",
    "breach": "security",
}
_PURPOSE = re.compile(
    r"\bfor (?:\w{1,14} ){0,2}?(?:advertising|marketing|profiling|analytics|research)\b",
    re.IGNORECASE,
)
_TO_THE_READER = frozenset({"right", "choice"})  # more of these is better
_FROM_THE_READER = frozenset({"data_type", "role", "purpose", "technology", "dispute"})


@dataclass(frozen=True, slots=True)
class Stated:
    """Topics with their weights, and the direction; both empty where nothing is stated."""

    topics: dict[str, float]
    direction: str = ""


_NOTHING = Stated({})


def turned_practices(before: str, after: str, heading: str = "", *, lang: str = "") -> Stated:
    """What one wording denies and the other does, by topic."""
    old, new = _said(before, heading, lang), _said(after, heading, lang)
    exposed = [topic for topic in new if old.get(topic) is True and new[topic] is False]
    denied = [topic for topic in new if old.get(topic) is False and new[topic] is True]
    if exposed or denied:
        direction = "mixed" if exposed and denied else "weaker" if exposed else "stronger"
        return Stated(dict.fromkeys(exposed + denied, _CERTAIN), direction)
    refused, was_refused = bool(_REFUSED.search(after)), bool(_REFUSED.search(before))
    if refused != was_refused:
        return Stated({}, "weaker" if refused else "stronger")
    return _NOTHING


def named_topics(facts: Delta, phrase: str, sentence: Iterable[str]) -> Stated:
    """The topics of facts that only one wording states, where its words are too few to weigh."""
    topics = {
        _TOPIC_OF[fact.slot]: _LIKELY
        for fact in (*facts.came, *facts.gone)
        if fact.slot in _TOPIC_OF
    }
    about = set(sentence)
    if _PURPOSE.search(phrase):
        topics["use"] = _LIKELY
    if "cookies" in about and topics.keys() & {"use", "collection"}:
        topics = {"cookies": _LIKELY}
    elif "sharing" in about and "collection" in topics:
        topics = {"sharing": _LIKELY}
    elif "contact" in about:
        topics.pop("collection", None)  # an address to write to is no data that is taken
    return Stated(topics, _side(facts))


def period_topic(facts: Delta) -> str:
    """What a changed duration is about where it is no storage period; "" otherwise."""
    for fact in (*facts.came, *facts.gone):
        if fact.slot == "right" and fact.detail == "time to answer":
            return "access"
        if fact.slot == "breach":
            return "security"
        if fact.slot == "notice" and fact.detail == "time ahead":
            return "policy_change"
    return ""


def _side(facts: Delta) -> str:
    """Whom it favours that facts came and went."""
    score = sum(map(_worth, facts.came)) - sum(map(_worth, facts.gone))
    return "stronger" if score > 0 else "weaker" if score < 0 else ""


def _worth(fact: Fact) -> int:
    """What a fact gives the reader: +1, or takes: -1."""
    if (fact.slot, fact.value) == ("choice", "none") or fact.polarity.startswith("does_not"):
        return -1 if fact.slot == "choice" else 1
    if fact.slot in _TO_THE_READER:
        return 1
    if fact.slot == "period" and fact.value == "without end":
        return -1
    return -1 if fact.slot in _FROM_THE_READER else 0


def _said(text: str, heading: str, lang: str) -> dict[str, bool]:
    """Topic -> whether the text denies it; one that is affirmed anywhere is not denied."""
    said: dict[str, bool] = {}
    for fact in facts_of(text, heading=heading, lang=lang):
        if fact.slot == "practice" and fact.value in _PRACTICES:
            topic = _PRACTICES[fact.value]
        elif fact.slot == "technology":
            topic = "cookies"
        else:
            continue
        denied = fact.polarity.startswith("does_not")
        if topic == "sharing" and _WITH_NOBODY.search(text):
            denied = True
        said[topic] = said.get(topic, True) and denied
    if "use" in said and "ai_training" in signals_in(text):
        said["ai_training"] = said.pop("use")
    if "cookies" in said and "use" in said:
        said["cookies"] = said.pop("use")
    return said
