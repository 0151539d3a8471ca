"""Compare two wordings of one statement: what is really lost, gained, named, and turned.

The words a sentence shares with the rest of the other edition are no change of
it; this module takes them out before anything is judged.
"""

import re
from collections import Counter

from rapidfuzz.distance import Indel

from analysis.diff import Step, Unit
from analysis.direction import EXPOSES, guards, leading, limits, obliges, of_row, of_statement
from analysis.gates import Gated
from analysis.marks import (
    PLACES,
    TURNING,
    Marks,
    content,
    days_of,
    force_of,
    is_open,
    lengths_of,
    marks_of,
    meanings_of,
    names_in,
    without_sayings,
)
from analysis.parties import named_first
from analysis.scene import Scene
from analysis.sentences import key_of, without_volatile, words_of
from analysis.signals import signals_in
from analysis.synonyms import FAINT

__all__ = [
    "channels",
    "is_address",
    "longer",
    "lower_age",
    "net_words",
    "new_names",
    "other_lead",
    "own_words",
    "recounted",
    "turn",
    "turns",
    "weighty",
]

_CHANNEL = Gated(
    r"e-?mail\w{0,3}\b|toll[- ]free|telephone|\bphone|\bcall(?:ing)?\b|\bform\b|postal|by post\b|\bletter\b|courrier|formulaire|téléphone|telefon|brief\b",
)
_FAINT = meanings_of(FAINT)
_LITTLE = 4  # words with a meaning beside a negation that turns them
_SLIP = 0.8  # likeness of two spellings of one word: "for" and "ffor", "Javascript"
_COUNTRYWIDE = re.compile(
    r"\bUS\b|\bU\.S\.|\bUnited States\b|\ball (?:states|residents|users|countries)\b|\beveryone\b"
)
_SITE = re.compile(r"\.?(?:[a-zA-Z0-9-]{1,63}\.){1,5}[a-zA-Z]{2,10}")
_COINED = re.compile(r"[a-z][A-Z]|[A-Z]{2}|\d|\.\w")
_FIRM = r"(?:GmbH|AG|SE|KG|UG|OHG|Ltd|Inc|LLC|S\.A|B\.V)\b"
_CAPITAL = re.compile(r"[A-ZÀ-Þ]|\d")


def own_words(step: Step, scene: Scene) -> tuple[str, str, str]:
    """Both wordings and the changed phrases, without what the other edition says elsewhere.

    A sentence joined with its neighbour, or cut in two, differs by a phrase
    that is in both editions: such a phrase is no change.
    """
    left: list[str] = []
    right: list[str] = []
    phrases: list[str] = []
    for op, text in step.words:
        piece = without_volatile(text)
        if op == "same":
            left.append(piece)
            right.append(piece)
        elif not _kept(text, scene, in_new=op == "gone"):
            (left if op == "gone" else right).append(piece)
            if key_of(piece):
                phrases.append(piece.strip())
    return "".join(left), "".join(right), " . ".join(phrases)


def is_address(phrase: str) -> bool:
    """Whether changed words are nothing but numbers and names with a number: a moved office."""
    if not any(t[0].isdigit() for t in phrase.split()):
        return False
    tokens = [t for t in phrase.split() if key_of(t)]
    return (
        len(tokens) >= 3
        and any(t[0].isdigit() for t in tokens)
        and sum(bool(_CAPITAL.match(t)) for t in tokens) >= 0.8 * len(tokens)
        and not signals_in(phrase)
    )


def net_words(before: str, after: str, scene: Scene) -> tuple[Counter[str], Counter[str]]:
    """Content words lost and gained here that are not merely renamed or moved."""
    words_a, words_b = (words_of(without_sayings(text)) for text in (before, after))
    left, right = Counter(words_a), Counter(words_b)
    run_a, run_b = f" {' '.join(words_a)} ", f" {' '.join(words_b)} "
    for a, b in scene.renames:
        if f" {a} " in run_a and f" {b} " in run_b:
            times = min(run_a.count(f" {a} "), run_b.count(f" {b} "))
            left -= Counter(a.split() * times)
            right -= Counter(b.split() * times)
    lost, won = content(left), content(right)
    gone = Counter({w: n for w, n in (lost - won).items() if w in scene.gone})
    came = Counter({w: n for w, n in (won - lost).items() if w in scene.came})
    return gone, came


def new_names(old: Unit, new: Unit, scene: Scene) -> tuple[tuple[str, str], ...]:
    """Names that only one wording has, neither renamed throughout nor spelled anew."""
    a = names_in(old.text, stands=scene.old.stands)
    b = names_in(new.text, stands=scene.new.stands)
    gone = {word for swap in scene.renames for word in swap[0].split()}
    came = {word for swap in scene.renames for word in swap[1].split()}
    won = sorted(n for n in b - a if n.lower() not in came and not _spelled(n, old.key))
    lost = sorted(n for n in a - b if n.lower() not in gone and not _spelled(n, new.key))
    if scene.lang == "de":
        won, lost = _proper(won, new.text), _proper(lost, old.text)
    return tuple(("added", n) for n in won) + tuple(("removed", n) for n in lost)


def _proper(names: list[str], text: str) -> list[str]:
    """The names that are no plain noun, in a language that writes every noun like a name."""
    return [
        name
        for name in names
        if PLACES.pattern.fullmatch(name)
        or _COINED.search(name)
        or re.search(rf"{re.escape(name)}(?: \w+){{0,2}} {_FIRM}", text)
    ]


def other_lead(old: Unit, new: Unit, scene: Scene) -> tuple[tuple[str, str], ...]:
    """The names with which an item or row now begins and began: one gave way to another."""
    if old.kind != new.kind or new.kind not in ("item", "row"):
        return ()
    lost, won = (
        named_first(unit.text.partition(" | ")[0]) or _site_in(unit) for unit in (old, new)
    )
    lead_a, lead_b = key_of(lost), key_of(won)
    if not lost or not won or (lead_a, lead_b) in scene.renames:
        return ()
    if _spelled(won, old.key) or _spelled(lost, new.key):
        return ()
    is_word = scene.old.stands(f" {lost.lower()}") or scene.new.stands(f" {won.lower()}")
    if is_word and not _SITE.fullmatch(won):
        return ()
    return ("added", won), ("removed", lost)


def _site_in(unit: Unit) -> str:
    """The site that a row has in a cell of its own, without the names of its machines."""
    cells = unit.text.split(" | ") if unit.kind == "row" else []
    site = next((cell for cell in cells if _SITE.fullmatch(cell)), "")
    return ".".join(site.split(".")[-2:])


def channels(text: str) -> frozenset[str]:
    """The ways named to reach the service."""
    return frozenset(found.lower()[:5] for found in _CHANNEL.findall(text))


def recounted(old: Unit, new: Unit) -> bool:
    """Whether a period or an age differs: that is news wherever it stands."""
    before, after = marks_of(old.text), marks_of(new.text)
    return lengths_of(before.periods) != lengths_of(after.periods) or before.ages != after.ages


def turns(before: Marks, after: Marks) -> bool:
    return (
        sum(before.negations.values()) != sum(after.negations.values())
        or force_of(before.modals) != force_of(after.modals)
        or before.limits != after.limits
        or before.consent != after.consent
    )


def turn(
    old: Unit,
    new: Unit,
    topics: dict[str, float],
    before: Marks,
    after: Marks,
    net: tuple[Counter[str], Counter[str]],
    changed: tuple[str, str],
) -> str:
    """Whom a rewording favours; `net` and `changed` are the words and phrases that went and came."""
    gone, came = map(weighty, net)
    main = leading(topics, new.text)
    if new.kind == "row" and main != "transfers" and before.periods == after.periods:
        return of_row(" ".join(came - gone), added=True)
    if limits(old.text) != limits(new.text):
        return "stronger" if limits(new.text) > limits(old.text) else "weaker"
    if guards(new.text) < guards(old.text) and gone.total() >= came.total():
        return "weaker"
    if before.consent != after.consent:
        return "stronger" if after.consent > before.consent else "weaker"
    if lengths_of(before.periods) != lengths_of(after.periods):
        return _by_period(before.periods, after.periods, main)
    if before.ages and after.ages and before.ages != after.ages:
        return "weaker" if lower_age(before.ages, after.ages) else "stronger"
    if main in ("access", "choice", "regional") and (wider := _wider(old.text, new.text)):
        return wider
    if before.limits != after.limits:
        return "stronger" if after.limits > before.limits else "weaker"
    if (bound := obliges(changed[1])) != obliges(changed[0]):
        return "stronger" if bound else "weaker"
    if side := _by_negation(main, before, after, size=sum((gone + came).values())):
        return side
    return _by_words(main, new, gone, came)


def _by_negation(main: str, before: Marks, after: Marks, *, size: int) -> str:
    """Whom it favours that little but a negation came or went."""
    more = sum(after.negations.values()) - sum(before.negations.values())
    if not more or size > _LITTLE:
        return ""
    if main in EXPOSES:
        return "stronger" if more > 0 else "weaker"
    if main in ("access", "choice", "security"):
        return "weaker" if more > 0 else "stronger"
    return ""


def weighty(words: Counter[str]) -> Counter[str]:
    """The words that can be news alone: none that is faint, or glued to a hidden address."""
    return Counter({w: n for w, n in words.items() if w not in _FAINT and "mail" not in w})


def _by_words(main: str, new: Unit, gone: Counter[str], came: Counter[str]) -> str:
    """Whom it favours that much came, or much went."""
    more, less = sum(came.values()), sum(gone.values())
    if more >= 2 * less + 1:
        return of_statement(new.text, main, added=True, heading=new.heading)
    if less >= 2 * more + 1:
        return of_statement(new.text, main, added=False, heading=new.heading)
    return "neutral"


def longer(before: frozenset[str], after: frozenset[str]) -> bool:
    """Whether the longest period grew, or became open-ended."""
    if not before or before == after:
        return False
    return max(map(days_of, after), default=0.0) > max(map(days_of, before))


def lower_age(before: frozenset[str], after: frozenset[str]) -> bool:
    return bool(before and after) and min(map(int, after)) < min(map(int, before))


def _by_period(before: frozenset[str], after: frozenset[str], main: str) -> str:
    """Longer is worse, but for notice ahead; a bound that goes is a loss.

    Between an open end and a number nobody can tell.
    """
    if any(map(is_open, before ^ after)):
        return "neutral"
    if not before or not after:
        unclear = main in ("cookies", "choice")  # a session is shorter; "once a year" is less
        return "neutral" if unclear else "stronger" if after else "weaker"
    if longer(before, after) or longer(after, before):
        grew = longer(before, after)
        return "stronger" if grew == (main == "policy_change") else "weaker"
    return "neutral"


def _wider(before: str, after: str) -> str:
    """Whether rights are given to more places ("stronger") or fewer; the whole country is more."""
    old, new = set(PLACES.findall(before)), set(PLACES.findall(after))
    whole_old, whole_new = bool(_COUNTRYWIDE.search(before)), bool(_COUNTRYWIDE.search(after))
    if old == new or (old - new and new - old):
        return ""
    if whole_old != whole_new:
        return "stronger" if whole_new else "weaker"
    return "stronger" if new - old else "weaker"


def _kept(phrase: str, scene: Scene, *, in_new: bool) -> bool:
    """Whether the other edition has a phrase that a rewording seems to add or take."""
    key = key_of(phrase)
    words = key.split()
    enough = 9 if TURNING.intersection(words) else 5  # "with your consent" stands in many places
    if len(words) >= enough and scene.has(key, in_new=in_new):
        return True
    return scene.cut_off(key, in_new=in_new)


def _spelled(name: str, key: str) -> bool:
    """Whether a wording has a name already, in other case or with a slip."""
    small = key_of(name)
    if f" {small} " in f" {key} ":
        return True
    return any(
        len(word) > 2 and Indel.normalized_similarity(small, word) >= _SLIP for word in key.split()
    )
