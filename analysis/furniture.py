"""Learn which lines of a page are no part of its document, by comparison.

Two comparisons: with the other documents of the same service (a company's
address and the name of its site stand at the end of several documents and
belong to none), and with the page's own past (a block that came, went and came
again says nothing about the policy).

What is learnt stays in the text and does not count: it reaches neither the
digest nor a comparison. A line that says anything about data is never learnt,
however often it comes and goes: that would hide a clause.
"""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from analysis.facts import facts_of
from analysis.language import language_of
from analysis.roles import is_prose
from analysis.tagging import LANGUAGES, tag

__all__ = ["learn_furniture", "learn_visitors"]

_EDGE = 0.15  # of a document's lines, at each end, may be furniture
_LEAST_EDGE = 3  # lines
_FEWEST = 2  # documents that must agree
_SHARED = 0.6  # of the documents must carry a line there
_LONGEST = 160  # characters; what is longer is a paragraph
# Said of every company in its own footer, and of nobody's data.
_HARMLESS_TOPICS = frozenset({"other", "contact"})
_HARMLESS_FACTS = frozenset({"contact", "party", "country", "date", "scope", "modality"})


def learn_furniture(documents: Sequence[str]) -> frozenset[str]:
    """Return the lines that most of the (canonical) `documents` of a service carry at an end.

    Copies of one document teach nothing: they share everything.
    """
    distinct = list(dict.fromkeys(documents))
    if len(distinct) < _FEWEST:
        return frozenset()
    seen = Counter(line for document in distinct for line in _ends(document))
    least = max(_FEWEST, _SHARED * len(distinct))
    return frozenset(
        line for line, count in seen.items() if count >= least and _says_nothing(line, distinct[-1])
    )


def learn_visitors(texts: Sequence[str]) -> frozenset[str]:
    """Return the lines at the ends of one page that were there, went, and came back.

    `texts` are its canonical texts, oldest first. Items are never among
    them: the list of who gets the data may lose a name and get it back.
    """
    standing = [frozenset(filter(None, text.split("\n"))) for text in texts]
    found: set[str] = set()
    gone: set[str] = set()
    known: frozenset[str] = frozenset()
    for lines in standing:
        found |= lines & gone
        gone = (gone | known) - lines
        known |= lines
    ends = frozenset(line for text in texts for line in _ends(text))
    return frozenset(
        line
        for line in found & ends
        if not line.lstrip().startswith("-") and _says_nothing(line, texts[-1])
    )


def _ends(document: str) -> set[str]:
    lines = [line for line in document.split("\n") if line]
    edge = max(_LEAST_EDGE, int(_EDGE * len(lines)))
    return {*lines[:edge], *lines[-edge:]}


def _says_nothing(line: str, document: str) -> bool:
    """Whether nothing about data is said; of a language that is not understood nobody can tell."""
    lang = language_of(document)
    return len(line) <= _LONGEST and lang in LANGUAGES and _harmless(line, lang)


@lru_cache(maxsize=1024)  # the same footer is weighed for each document of a service
def _harmless(line: str, lang: str) -> bool:
    words = line.strip("#-| ")
    if not words or line.startswith("|") or is_prose(words):
        return False
    # By its rules alone: on three words the model guesses.
    topics = {cue.topic for cue in tag(words, lang=lang).cues if cue.kind != "term"}
    slots = {fact.slot for fact in facts_of(words, lang=lang)}
    return _HARMLESS_TOPICS.issuperset(topics) and _HARMLESS_FACTS.issuperset(slots)
