"""Tell trifles from news where nothing but its place speaks for a change.

A slip of the pen mended, another spelling, another way to the same help desk, an example dropped:
amid a policy's own text each is a changed word like any other, and says nothing of a practice.
What words of a practice tell is never asked here.
"""

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA, Indel

from analysis.marks import TURNING, meanings_of
from analysis.sentences import without_volatile, words_of
from analysis.synonyms import LITTLE, NUMBERS
from analysis.wording import Words

__all__ = ["drops_example", "only_reaches", "slips"]

_SPELLING = 0.85  # likeness of two spellings of one word: "web site", "webseite"
_SHORT = 4  # letters; one letter makes another word of a shorter one
_ABBREVIATED = 4  # letters of a word that stands for a longer one: "repos", "app"
_PAIRS = 2_000  # of changed words that are looked at; so much is no slip of the pen
_REACHING = frozenset(
    """
    contact contacting support portal form page center centre desk help helpdesk team directly email e-mail mail phone
    link click button chat ticket website online us through via by writing write using use called named
    contacter contactez support formulaire page lien adresse courriel équipe directement joindre
    kontakt kontaktieren formular seite adresse link telefon direkt schreiben
    """.split()
)
_LITTLE = frozenset(word for word in LITTLE - TURNING - NUMBERS.keys() if len(word) > 2)
_EXAMPLES = re.compile(
    r"\b(?:like|such as|e\.g\.|for example|for instance|comme|tels? que|telles? que|par exemple|zum beispiel|z\.b\.)[^.;:]{0,80}$",
    re.IGNORECASE,
)


def slips(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """What words mean that gave way to themselves in another spelling: "wich", "webseite"."""
    if len(old) * len(new) > _PAIRS:
        return set()
    return meanings_of(word for a in old for b in new if _is_slip(a, b) for word in (a, b))


def only_reaches(words: Words) -> bool:
    """Whether all that came or went says how the service is reached: "through the support portal"."""
    pieces = [without_volatile(text) for op, text in words if op != "same"]
    changed = {word for piece in pieces for word in words_of(piece)}
    telling = {word for word in changed if word in _REACHING or meanings_of([word])}
    names = {word.lower() for op, text in words if op == "same" for word in text.split()}
    return bool(changed & _REACHING) and telling <= _REACHING | names


def drops_example(words: Words) -> bool:
    """Whether all that a wording lost is one of several examples: "like Chirper and Fotolog"."""
    before = ""
    lost = False
    for op, text in words:
        if op == "new" and words_of(text):
            return False
        if op == "gone" and words_of(text):
            if not _EXAMPLES.search(before):
                return False
            lost = True
        before += text
    return lost


def _is_slip(word: str, other: str) -> bool:
    if word == other:
        return False
    short, long = sorted((word, other), key=len)
    if len(short) < _SHORT:
        odd = short in _LITTLE and long not in LITTLE and long not in NUMBERS
        return odd and short[0] == long[0] and OSA.distance(short, long, score_cutoff=1) <= 1
    if OSA.distance(word, other, score_cutoff=1) <= 1:
        return True
    stem = short.removesuffix("s")
    if len(stem) >= _ABBREVIATED and long.startswith(stem) and len(long) > 2 * len(stem):
        return True
    return word[:3] == other[:3] and Indel.normalized_similarity(word, other) >= _SPELLING
