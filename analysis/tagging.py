"""Say what a clause is about, with the cues and terms that decided.

A clause is a paragraph, a list item or a table row, read together with its
heading path; never a bare sentence. Two readers agree on it: phrase rules
(`topic_cues_en` and its sisters), whose points are exact and few, and a linear
model over words (`analysis.model`), which sees what no rule names. The model
speaks English only; French and German clauses are tagged by rules alone. A
language outside these is said to be unknown: no topics, `known` is False.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from analysis import model, topic_cues_de, topic_cues_en, topic_cues_fr
from analysis.gates import Gated
from analysis.language import language_of
from analysis.topics import ALERTING, OPP115, OPP115_OF_SENSE, TOPICS
from analysis.wordcode import Coded, Grammar, Rule, words_of

__all__ = ["LANGUAGES", "Cue", "Tags", "points_of", "tag", "tag_opp115", "weighed"]

LANGUAGES = ("en", "fr", "de")

# Log-odds that a lexicon point adds to the model's score. Chosen on OPP-115 validation, where
# .05 to .15 are alike; points say nothing there about collection, introductions and the rest.
_POINT = 0.1
_POINTLESS = frozenset(
    {"First Party Collection/Use", "Introductory/Generic", "Practice not covered"}
)
_MOST_POINTS = 6.0  # a clause that says one thing in ten ways is no surer of it
_BY_RULE = OPP115.index("Do Not Track")  # a name, not a notion: the words themselves decide

_STRONG = 3.0  # points of one cue that decides alone
_CLEAR = 5.0  # points that decide against the model: two cues that agree
_LEAN = 0.4  # log-odds by which the alerting topics' thresholds are lowered: recall first
_NEVER_SURE = frozenset({"other", "collection", "use"})  # too many ways to say them in passing
_REASONS = 5  # terms named for each category the model chose
_PASSING = 0.99 * _STRONG  # the score of what a clause names and says nothing of
# "A cookie is a small file" says of nobody that he sets one. Who does is named before the verb.
_EXPLAINED = Gated(
    r"\b(?:cookies?|clear gifs?|beacons?|web bugs?|pixel tags?)[\"”’']? (?:is|are) (?:an? |tiny |very )?(?:small|tiny|unique|text|data|pieces?|simple|graphic)"
    r"|\bwhat (?:is|are) (?:an? )?[\"“‘']?(?:cookie|clear gif|web beacon|web bug|pixel tag)"
)
_USED = Gated(
    r"\bus(?:e|es|ing|ed) (?:of )?(?:\w{1,14} ){0,3}(?:cookies?|beacons?|pixels?|gifs?|bugs?)\b"
)
_DONE = Gated(
    r"\b(?:we|our|us|parties|partners|providers|advertisers|networks|companies)\b.{0,60}?\b(?:us(?:e|es|ed|ing)|sets?|plac(?:e|es|ed|ing)|collect|send|employ|allow|rely|stor(?:e|es|ed|ing))"
    r"|\b(?:allows?|enables?|helps?|lets?|tells?) (?:us|our|the site|a site)\b|\b(?:this|our|the) (?:web ?)?sites?\b.{0,40}?\b(?:recogni[sz]e|remember|transfers?)"
)
_CONTENTS = 15  # words from which a row of headings is a table of contents
_CAPITALS = 0.6  # of its words; sentences have a tenth
_FOREIGN = re.compile(r"[^\x00-\u024f\u1e00-\u20cf\s]")  # letters of other scripts than Latin

_MODELLED = {
    "collection": "First Party Collection/Use",
    "use": "First Party Collection/Use",
    "sharing": "Third Party Sharing/Collection",
    "choice": "User Choice/Control",
    "access": "User Access, Edit and Deletion",
    "retention": "Data Retention",
    "security": "Data Security",
    "policy_change": "Policy Change",
    "contact": "Privacy contact information",
}
_TOPICS_OF_SENSE = {
    "do_not_track": ("cookies", "choice"),
    "introduction": ("other",),
    "not_covered": ("other",),
}


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing that spoke for a topic.

    `kind` is "phrase" (a rule in the clause), "heading" (a rule in its heading
    path), both weighed in points, or "term" (a word or pair), 1 to 127 in the model's steps.
    """

    topic: str
    kind: str
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Tags:
    """The topics of a clause, a score for each, and what decided.

    Scores are points; three make a topic. Where the model speaks, its log-odds
    over its threshold are added to three.
    """

    topics: tuple[str, ...]
    scores: Mapping[str, float] = field(default_factory=dict)
    cues: tuple[Cue, ...] = ()
    lang: str = "en"
    known: bool = True  # False: this language has no cues, so no topic means nothing


_Meaning = tuple[str, float]  # sense, points
_CUES = {"en": topic_cues_en, "fr": topic_cues_fr, "de": topic_cues_de}


def tag(text: str, heading: str = "", *, lang: str = "") -> Tags:
    """Return the topics of a clause under its heading path, in the order of `TOPICS`.

    `lang` is the language of the document; without it the clause's own words decide.
    """
    spoken = _language(text, heading, lang)
    if spoken not in LANGUAGES:
        return Tags((), lang=spoken, known=False)
    coded = _grammar(spoken).encode(text)
    hits = _hits(coded, heading, spoken)
    points = _points(hits, _topics)
    scores, known = dict(points), list[int]()
    if spoken == "en":
        known, odds = _modelled(coded.words, heading, _points(hits, _category))
        scores |= _scored(_above(odds), points)
    scores |= {t: max(scores.get(t, 0.0), _STRONG) for t in _sure(hits, points)}
    if spoken == "en" and scores.get("cookies", 0.0) >= _STRONG and _is_no_practice(text):
        scores["cookies"] = _PASSING
    found = tuple(t for t in TOPICS if t != "other" and scores.get(t, 0.0) >= _STRONG)
    topics = found or ("other",)
    reasons = [hit.cue(t) for hit in hits for t in _topics(hit.sense) if t in topics]
    if spoken == "en":
        reasons += _terms({t: _MODELLED[t] for t in topics if t in _MODELLED}, known)
    rounded = {t: round(max(score, 0.0), 2) for t, score in sorted(scores.items())}
    return Tags(topics, rounded, tuple(reasons), spoken)


def tag_opp115(text: str, heading: str = "") -> Tags:
    """Return the OPP-115 categories of an English segment, in the order of `OPP115`.

    At least one: where nothing reaches its threshold, the category nearest to it.
    """
    coded = _grammar("en").encode(text)
    hits = _hits(coded, heading, "en")
    known, scores = _modelled(coded.words, heading, _points(hits, _category))
    above = _above(scores)
    names = tuple(c for c, margin in zip(OPP115, above, strict=True) if margin >= 0)
    names = names or (OPP115[above.index(max(above))],)
    reasons = [hit.cue(name) for hit in hits for name in _category(hit.sense) if name in names]
    reasons += _terms({name: name for name in names}, known)
    return Tags(names, dict(zip(OPP115, above, strict=True)), tuple(reasons))


def points_of(text: str) -> dict[str, float]:
    """Return the points that English cues give each category; what the training sees of rules."""
    return _points(_hits(_grammar("en").encode(text), "", "en"), _category)


def weighed(text: str) -> list[float]:
    """Return the log-odds of each OPP-115 category, rules included, before any threshold."""
    coded = _grammar("en").encode(text)
    return _modelled(coded.words, "", _points(_hits(coded, "", "en"), _category))[1]


class _Hit(NamedTuple):
    """A rule that fits, before anyone asks for its words."""

    sense: str
    points: float
    kind: str
    words: list[str]
    first: int
    last: int

    def cue(self, topic: str) -> Cue:
        return Cue(topic, self.kind, " ".join(self.words[self.first : self.last]), self.points)


def _language(text: str, heading: str, lang: str) -> str:
    if lang and lang != "und":
        return lang[:2].lower()
    sample = f"{heading} {text}"
    spoken = language_of(sample)
    if spoken != "und":
        return spoken
    letters = sample[:2000]
    if len(_FOREIGN.findall(letters)) * 5 > len(letters):
        return "und"
    sums = {
        tried: sum(hit.points for hit in _hits(_grammar(tried).encode(sample), "", tried))
        for tried in LANGUAGES
    }
    return max(LANGUAGES, key=lambda tried: sums[tried])  # ties go to English, the first


@cache
def _grammar(lang: str) -> Grammar[_Meaning]:
    cues = _CUES[lang]
    rules = [Rule((sense, float(points)), rule) for sense, points, rule in cues.CUES]
    return Grammar(rules, cues.SETS)


def _hits(coded: Coded, heading: str, lang: str) -> list[_Hit]:
    """Return each rule that fits the clause, then each that fits its heading, once."""
    grammar = _grammar(lang)
    hits = [
        _Hit(sense, points, "phrase", coded.words, first, last)
        for (sense, points), first, last in grammar.matches(coded, once=True)
    ]
    if heading:
        above = grammar.encode(heading)
        hits += [
            _Hit(sense, points, "heading", above.words, first, last)
            for (sense, points), first, last in grammar.matches(above, once=True)
        ]
    return hits


def _topics(sense: str) -> tuple[str, ...]:
    return _TOPICS_OF_SENSE.get(sense) or (sense,)


def _category(sense: str) -> tuple[str, ...]:
    return (OPP115_OF_SENSE[sense],)


def _points(hits: Iterable[_Hit], names: Callable[[str], tuple[str, ...]]) -> dict[str, float]:
    points: dict[str, float] = {}
    for hit in hits:
        for name in names(hit.sense):
            points[name] = points.get(name, 0.0) + hit.points
    return points


def _modelled(
    words: list[str], heading: str, points: Mapping[str, float]
) -> tuple[list[int], list[float]]:
    """Return the terms the model knows, and each category's log-odds with its points added."""
    weights = model.load()
    last = heading.rpartition(" > ")[2]
    known = weights.known([*words_of(last), *words] if last else words)
    scores = weights.scores(known)
    for c, name in enumerate(OPP115):
        if name not in _POINTLESS:
            scores[c] += _POINT * min(points.get(name, 0.0), _MOST_POINTS)
    scores[_BY_RULE] = points.get(OPP115[_BY_RULE], 0.0)
    return known, scores


def _above(scores: list[float]) -> list[float]:
    thresholds = model.load().thresholds
    above = [round(s - t, 3) for s, t in zip(scores, thresholds, strict=True)]
    above[_BY_RULE] = scores[_BY_RULE] - _STRONG
    return above


def _scored(above: list[float], points: Mapping[str, float]) -> dict[str, float]:
    """Return the model's view of each topic on the scale of points: `_STRONG` decides."""
    scores = {
        topic: _STRONG + above[OPP115.index(category)] + (_LEAN if topic in ALERTING else 0.0)
        for topic, category in _MODELLED.items()
    }
    # The model's one category for the first party is parted by the rules: taken, or used for?
    taken, used = points.get("collection", 0.0), points.get("use", 0.0)
    weak = min(scores["collection"], 0.99 * _STRONG)
    if taken < min(used, _STRONG):
        scores["collection"] = weak
    if used < min(taken + 1, _STRONG):
        scores["use"] = weak
    return scores


def _sure(hits: Iterable[_Hit], points: Mapping[str, float]) -> set[str]:
    """Return the topics that rules decide alone, whatever the model says."""
    sure = {t for t, found in points.items() if found >= _CLEAR and t not in _NEVER_SURE}
    for hit in hits:
        if hit.points >= _STRONG:
            sure.update(ALERTING.intersection(_topics(hit.sense)))
    return sure


def _is_no_practice(text: str) -> bool:
    """Tell a table of contents, and what only explains a technology, from a practice."""
    if _USED.found(text):
        return False
    words = text.split()
    begun = sum(word[0].isupper() or word[0].isdigit() for word in words)
    contents = len(words) >= _CONTENTS and begun >= _CAPITALS * len(words) and "|" not in words
    return contents or (_EXPLAINED.found(text) and not _DONE.found(text))


def _terms(categories: Mapping[str, str], known: list[int]) -> list[Cue]:
    weights = model.load()
    return [
        Cue(topic, "term", term, float(weight))
        for topic, category in categories.items()
        if category != OPP115[_BY_RULE]
        for term, weight in weights.reasons(known, OPP115.index(category), most=_REASONS)
    ]
