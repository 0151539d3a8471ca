"""Say whether two texts are editions of one policy at all.

An empty page, a page of links, another document or half a policy is a failed
capture, whichever side it is on; another language is a variant. Neither is a
change of the policy.
"""

import re
from itertools import islice

from analysis.diff import Diff, Unit
from analysis.gates import lowered
from analysis.language import language_of
from analysis.sentences import words_of

__all__ = ["doubt_of"]

_LEAST = 60  # words; no policy is shorter, a "please enable JavaScript" page is
_POLICY = re.compile(
    r"\b(?:personal(?:ly)?|privacy|data|information|cookies?|collect\w{0,4}|consent|third[ -]part\w{1,3}|disclos\w{1,4}|rights?|"
    r"données|personnelles|confidentialité|traitement|daten|datenschutz|personenbezogen\w{0,3}|verarbeit\w{1,4})\b|个人|信息|隐私",
)
_THIN = 0.015  # policy words among all words: real policies measured .02 and more, home pages .005
_WIDE = 20  # characters a word, links included; more is a script without blanks
_FEW = 300  # words that came or went; less is no sign of a failed capture
_LOST = 0.45  # share of one edition that the other has nothing instead of: no editor's work
_INSTEAD = 0.03  # share of the other edition that came in its place


def doubt_of(change: Diff) -> str:
    """Why the pair is no pair of editions.

    "empty", "language" (each side in its own), "other_document", "truncated"
    (the new one lacks a great part), "bundle" (it has grown as much), or "" for
    a sound pair.
    """
    old, new = change.old, change.new
    gone = sum(_size(step.old) for step in change.steps if step.op == "removed")
    came = sum(_size(step.new) for step in change.steps if step.op == "added")
    if max(gone, came) < _FEW and _is_long(old, 2 * gone) and _is_long(new, 2 * came):
        return ""
    size_a, size_b = _words_in(old), _words_in(new)
    if min(size_a, size_b) < _LEAST:
        return "empty" if max(size_a, size_b) >= _LEAST else ""
    if max(gone / size_a, came / size_b) > 0.5 and _speaks(old) != _speaks(new):
        return "language"
    if max(gone, came) < _FEW:
        return ""
    if max(gone / size_a, came / size_b) > 0.5:
        thin_a, thin_b = _policy_share(old, size_a), _policy_share(new, size_b)
        if min(thin_a, thin_b) < _THIN and max(thin_a, thin_b) > 2 * _THIN:
            return "other_document"
    if gone > _LOST * size_a and came < _INSTEAD * size_b:
        return "truncated"
    if came > _LOST * size_b and gone < _INSTEAD * size_a:
        return "bundle"
    return ""


def _policy_share(text: str, size: int) -> float:
    """The share of policy words among `size`; past what is asked nobody counts."""
    most = int(2 * _THIN * size) + 1
    return sum(1 for _ in islice(_POLICY.finditer(lowered(text)), most)) / size


def _is_long(text: str, words: int) -> bool:
    """Whether so many words, and enough for a policy, stand between blanks: a quick look."""
    enough = max(_LEAST, words)
    return len(text.split(maxsplit=enough)) >= enough


def _words_in(text: str) -> int:
    """About how many words; scripts without blanks are counted by characters."""
    blanks = len(text.split())
    return blanks if len(text) < _WIDE * blanks else len(words_of(text))


def _speaks(text: str) -> str:
    """The language of a text; an unknown one counts as English, the commonest."""
    spoken = language_of(text)
    return "en" if spoken == "und" else spoken


def _size(unit: Unit | None) -> int:
    return len(unit.key.split()) if unit else 0
