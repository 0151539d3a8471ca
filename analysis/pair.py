"""The two wordings of one statement, and what can be asked of them: its marks, names, facts, topics.

What an answer needs is made when it is first asked for: facts and tags cost more than all else,
and of most rewordings nobody asks for them. What the answers mean is for `reworded`.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from analysis.about import introduced
from analysis.assessment import NO_FACTS
from analysis.diff import Step, Unit
from analysis.marks import Marks, marks_of
from analysis.reasons import Delta, delta_of
from analysis.rewording import channels, net_words, new_names, other_lead
from analysis.roles import is_prose
from analysis.scene import Scene
from analysis.stated import Stated, named_topics, turned_practices
from analysis.subjects import subjects_of
from analysis.tagging import tag

__all__ = ["ON_REQUEST", "Pair", "replaced_in"]

ON_REQUEST = frozenset({"access", "choice"})  # what readers write or call for
_LISTED = frozenset({"sharing", "cookies"})
_IN_PASSING = frozenset({"other", "regional", "contact", "disputes"})
_ON_DATA = re.compile(r"\b(?:data|information)\b", re.IGNORECASE)
_NOBODY = re.compile(r"\b(?:nobody|no ?one)\b", re.IGNORECASE)
_NOT_TURNED = Stated({})


@dataclass(frozen=True)  # no slots: what few judgements ask for is made on demand
class Pair:
    """The two wordings, `left` and `right`, and the `phrase` that differs, without what the
    other edition says elsewhere.
    """

    step: Step
    old: Unit
    new: Unit
    scene: Scene
    left: str
    right: str
    phrase: str

    @cached_property
    def before(self) -> Marks:
        return marks_of(self.left)

    @cached_property
    def after(self) -> Marks:
        return marks_of(self.right)

    @cached_property
    def facts(self) -> Delta:
        if self.scene.brief:
            return NO_FACTS
        return delta_of(self.left, self.right, self.new.heading, lang=self.scene.lang)

    @cached_property
    def sentence(self) -> dict[str, float]:
        """What the statement is about, in either wording."""
        both = f"{self.left} . {self.right}"
        scene = self.scene
        about = subjects_of(both, self.new.heading, lang=scene.lang, brief=scene.brief)
        if about or scene.brief or scene.lang not in ("en", "und") or not self._adds_on_data:
            return about
        tagged = tag(both, self.new.heading, lang=scene.lang).topics
        return {topic: 1.0 for topic in tagged if topic not in _IN_PASSING}

    @cached_property
    def _adds_on_data(self) -> bool:
        """Whether a sentence on data says more than it did."""
        return self.is_prose and any(self.net) and _ON_DATA.search(self.right) is not None

    @cached_property
    def introduced(self) -> dict[str, float]:
        """What its table, list or heading says that it is about."""
        return {} if self.scene.brief else introduced(self.new, self.scene, in_new=True)

    @cached_property
    def names(self) -> tuple[tuple[str, str], ...]:
        return new_names(self.old, self.new, self.scene)

    @cached_property
    def replaced(self) -> tuple[tuple[str, str], ...]:
        """The party that an item of a list of recipients now names first, and named before."""
        return replaced_in(self.old, self.new, self.scene)

    @cached_property
    def net(self) -> tuple[Counter[str], Counter[str]]:
        return net_words(self.left, self.right, self.scene)

    @cached_property
    def size(self) -> int:
        """How many words with a meaning were lost and gained."""
        gone, came = self.net
        return sum(gone.values()) + sum(came.values())

    @cached_property
    def is_prose(self) -> bool:
        return is_prose(self.new.text)

    @cached_property
    def turned(self) -> Stated:
        """The practices that one wording denies and the other does."""
        denials = sum(self.before.negations.values()), sum(self.after.negations.values())
        if self.scene.brief or (denials[0] == denials[1] and not _NOBODY.search(self.phrase)):
            return _NOT_TURNED
        return turned_practices(self.left, self.right, self.new.heading, lang=self.scene.lang)

    @cached_property
    def named(self) -> Stated:
        """What facts say where the changed words are too few to weigh."""
        if self.size < 1 or self.scene.brief or not self.is_prose:
            return _NOT_TURNED
        return named_topics(self.facts, self.phrase, self.sentence)

    @cached_property
    def sensitive(self) -> str:
        """The first sensitive kind of data that only one wording names."""
        if self.size < 1:
            return ""
        stated = (*self.facts.came, *self.facts.gone)
        kind = next((fact.value for fact in stated if fact.detail == "sensitive"), "")
        return kind if kind and self.sentence else ""

    @cached_property
    def other_channel(self) -> bool:
        """Whether a way to ask for something has changed."""
        if self.scene.brief and ON_REQUEST.isdisjoint(self.sentence):
            return False  # without tags the sentence is the cheaper question
        other = channels(self.left) != channels(self.right)
        return other and not ON_REQUEST.isdisjoint(self.sentence)


def replaced_in(old: Unit, new: Unit, scene: Scene) -> tuple[tuple[str, str], ...]:
    """The names that an entry of a list of recipients or cookies begins with, where they differ."""
    if not (names := other_lead(old, new, scene)):
        return ()
    context = " ".join((*new.path[-2:], scene.lead_of(new, in_new=True)))
    around = subjects_of(context, lang=scene.lang, brief=scene.brief)
    listed = scene.tracker_page or not _LISTED.isdisjoint(around)
    return names if listed else ()
