"""What also changed but does not count, folded by kind: how many, where, and a few words of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.content import Aside
from alerts.harmless import one_line
from alerts.phrases import Phrases

__all__ = ["Fold", "folded"]

_KINDS = ("muted", "reworded", "added", "removed", "moved")  # in the order they are shown
_WHERE = 80
_WORDS = 120


@dataclass(frozen=True, slots=True)
class Fold:
    """Asides of one kind: how many, and (where, what) of those shown; `more` are not."""

    label: str
    count: int
    lines: tuple[tuple[str, str], ...]
    more: int


def folded(asides: Sequence[Aside], count: int, most: int, phrases: Phrases) -> tuple[Fold, ...]:
    """Fold `asides`, of which each kind shows `most`. Of `count` in all, the rest is only counted."""
    groups: dict[str, list[Aside]] = {}
    for aside in asides:
        groups.setdefault(aside.kind, []).append(aside)
    known = [kind for kind in _KINDS if kind in groups]
    folds = [
        _fold(kind, groups[kind], most, phrases)
        for kind in (*known, *sorted(groups.keys() - set(_KINDS)))
    ]
    if (unseen := count - len(asides)) > 0:
        folds.append(Fold(phrases.say("edit.further"), unseen, (), 0))
    return tuple(folds)


def _fold(kind: str, asides: Sequence[Aside], most: int, phrases: Phrases) -> Fold:
    label = phrases.say(f"edit.{kind}") if kind in _KINDS else one_line(kind, _WHERE)
    lines = tuple(dict.fromkeys(_line(aside, phrases) for aside in asides))
    return Fold(label, len(asides), lines[:most], len(lines) - len(lines[:most]))


def _line(aside: Aside, phrases: Phrases) -> tuple[str, str]:
    """Where and what. Of moved text only where: it says what it always said."""
    where = one_line(aside.heading, _WHERE).rstrip(" .:;,")
    old, new = one_line(aside.before, _WORDS), one_line(aside.after, _WORDS)
    if aside.kind == "moved" and where:
        return where, ""
    if aside.kind == "reworded" and not old:
        return where, phrases.say("edit.put_in", new=phrases.quoted(new))
    if aside.kind == "reworded" and not new:
        return where, phrases.say("edit.took_out", old=phrases.quoted(old))
    if old and new:
        return where, phrases.say("edit.became", old=phrases.quoted(old), new=phrases.quoted(new))
    return where, phrases.quoted(old or new)
