"""The small words and numbers that turn a sentence: periods, ages, negation, modality, names.

What `facts` reads from a clause says what a practice is; this module only
lists what a comparison of two wordings must not overlook, as sets that can be
subtracted from each other.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from analysis.gates import Gated
from analysis.sentences import words_of
from analysis.synonyms import FOLDED, LITTLE, NUMBERS

__all__ = [
    "PLACES",
    "TURNING",
    "Marks",
    "content",
    "days_of",
    "force_of",
    "is_open",
    "lengths_of",
    "marks_of",
    "meanings_of",
    "names_in",
    "without_sayings",
]

_UNITS = {
    "hour": "hours", "heure": "hours", "stunde": "hours", "day": "days", "jour": "days", "tag": "days",
    "week": "weeks", "semaine": "weeks", "woche": "weeks", "month": "months", "mois": "months", "monat": "months",
    "year": "years", "an": "years", "année": "years", "jahr": "years",
}  # fmt: skip
_PERIOD = re.compile(
    r"\b(\d{1,4}|an?|une?|eine[mrs]?|every|each|chaque|jede[nrsm]?|"
    + "|".join(sorted(NUMBERS, key=len, reverse=True))
    + r")\b(?:\s?\(?\d{0,4}\)?)[\s-]{0,2}"
    r"(?:(?:calendar|business|working|full|consecutive)\s)?(hour|day|week|month|year|heure|jour|semaine|mois|année|an|stunde|tag|woche|monat|jahr)(?:s|en|e|n)?\b",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_ONE = frozenset(
    """a an un une eine einem einer eines every each chaque jede jeden jeder jedes jedem""".split()
)  # "within a month", "every year"
_UNIT_WORDS = frozenset(
    f"{unit}{end}" for unit in _UNITS for end in ("", "s", "en", "e", "n", "'s")
) - {"an"}
_UN_AN = frozenset({"un", "une", "chaque"})  # beside them "an" is a year, and no article
_OPEN = Gated(
    r"as long as|so long as|indefinitely|until you|for the (?:duration|period|life)|no longer than|aussi longtemps|tant que|solange|unbefristet",
)
OPEN = "as long as needed"
_YOUNG = "|".join(word for word, number in NUMBERS.items() if 6 <= number <= 21)
_AGE = re.compile(
    r"\b(?:under|below|over|above|at least|younger than|older than|age of|aged?|minimum age|moins de|plus de|unter|über|mindestens)\s(?:the\sage\sof\s)?(?:age\s)?(\d{1,2}|"
    + _YOUNG
    + r")\b"
    r"(?!\s?(?:%|percent|per cent|(?:calendar |business |working |consecutive )?(?:hour|day|week|month)|heure|jour|semaine|mois|stunde|tag|woche|monat))"
    r"(?!\s?(?:years?|ans|jahren?)\s(?:to|from|after|following|in|as|for|and|pour|après|nach|ab)\b)"
    r"|\b(\d{1,2}|"
    + _YOUNG
    + r")\s?(?:\(\d{1,2}\)\s?)?(?:years? (?:of age|old)|ans (?:révolus|ou plus)|jahre alt)",
    re.IGNORECASE,
)
_NEGATIONS = frozenset(
    [
        "not",
        "no",
        "never",
        "none",
        "neither",
        "nor",
        "without",
        "cannot",
        "can't",
        "don't",
        "doesn't",
        "won't",
        "isn't",
        "aren't",
        "didn't",
        "wouldn't",
        "unless",
        "except",
        "nobody",
        "pas",
        "jamais",
        "aucun",
        "aucune",
        "sans",
        "ni",
        "sauf",
        "nicht",
        "kein",
        "keine",
        "keinen",
        "keiner",
        "ohne",
        "nie",
        "niemals",
    ]
)
_IDIOM = Gated(  # sayings in which a "no" or "only" turns nothing
    r"\bno (?:surprise|doubt|wonder|matter)\b|\bnot only\b|\bwhether or not\b|\bnot limited to\b|\bnot least\b|\bpas seulement\b|\bnicht nur\b",
)
_LIMITS = frozenset(
    [
        "only",
        "solely",
        "exclusively",
        "strictly",
        "uniquement",
        "seul",
        "seule",
        "seules",
        "seuls",
        "seulement",
        "exclusivement",
        "nur",
        "ausschließlich",
        "lediglich",
        "allein",
    ]
)
_MODALS = frozenset(
    [
        "may",
        "might",
        "can",
        "could",
        "will",
        "shall",
        "must",
        "should",
        "always",
        "peut",
        "peuvent",
        "pouvons",
        "pouvez",
        "doit",
        "doivent",
        "devons",
        "devez",
        "kann",
        "können",
        "muss",
        "müssen",
        "darf",
        "dürfen",
    ]
)
_MODAL_OF = {  # said alike, in one word or two
    "susceptible": "peut", "susceptibles": "peut", "peuvent": "peut", "cannot": "can", "can't": "can", "won't": "will",
}  # fmt: skip
_NO_NAMES = frozenset({"e-mail", "email", "telefon", "website", "webseite", "internetseite"})
_MAY = frozenset(
    """may might can could peut peuvent pouvons pouvez kann können darf dürfen""".split()
)
_PLAIN = frozenset({"will", "shall"})
TURNING = _NEGATIONS | _LIMITS | {"consent", "permission", "optional", "required"}
_CONSENT = Gated(
    r"\b(?:with|without|unless|subject to|given|get|obtain|based on|ask for|require|your|explicit|express|prior) (?:\w{1,12} ){0,3}(?:consent|permission|agree|authori[sz]ation)|opt[ -]in\b|consentement|einwillig|eingewilligt|zustimmung|zugestimmt|votre accord",
)
_NAME = re.compile(  # the look ahead passes by most words before anything is looked back at
    r"\b(?=[a-z]{0,3}[A-Z])(?:(?<![.!?:]\s)(?<!^)(?<![\"“(]\w)[A-Z][\w&'’.-]{1,40}\w|[a-z]{1,3}[A-Z]\w{1,30}\b|[A-Z]{2,10}\b)"
)


@dataclass(frozen=True, slots=True)
class Marks:
    periods: frozenset[str]
    ages: frozenset[str]
    negations: Counter[str]
    limits: int
    modals: Counter[str]
    consent: int


def marks_of(text: str) -> Marks:
    """What turns the meaning of a sentence, ready to be compared."""
    words = words_of(without_sayings(text))
    ages: frozenset[str] = frozenset()
    periods: frozenset[str] = frozenset()
    is_counted = _DIGIT.search(text) or not NUMBERS.keys().isdisjoint(words)
    if is_counted:
        ages = frozenset(_number(a or b) for a, b in _AGE.findall(text))
    if _names_a_unit(words, is_counted=bool(is_counted)):
        periods = frozenset(_counted(n, _UNITS[u.lower()]) for n, u in _PERIOD.findall(text))
    if _OPEN.found(text):
        periods |= {OPEN}
    return Marks(
        periods=frozenset(p for p in periods if p not in {_counted(a, "years") for a in ages}),
        ages=ages,
        negations=Counter([w for w in words if w in _NEGATIONS]),
        limits=len([w for w in words if w in _LIMITS]),
        modals=Counter([w for word in words if (w := _MODAL_OF.get(word, word)) in _MODALS]),
        consent=len(_CONSENT.findall(text)),
    )


def _names_a_unit(words: Sequence[str], *, is_counted: bool) -> bool:
    """Whether a period can be there: most sentences have none, and its pattern is costly."""
    if not _UNIT_WORDS.isdisjoint(words):
        return True
    return "an" in words and (is_counted or not _UN_AN.isdisjoint(words))


def without_sayings(text: str) -> str:
    """A text without what sounds like a denial and is none: "no surprise", "not limited to"."""
    return _IDIOM.sub(" ", text)


def content(words: Counter[str]) -> Counter[str]:
    """The words that carry meaning, folded over number, tense and common synonyms."""
    folded: dict[str, int] = {}
    for word, count in words.items():
        if meaning := _meaning(word):
            folded[meaning] = folded.get(meaning, 0) + count
    return Counter(folded)


def meanings_of(words: Iterable[str]) -> set[str]:
    """What `content` counts in these words, without the counts."""
    found = set(map(_meaning, words))
    found.discard("")
    return found


@lru_cache(maxsize=16384)  # policies share their words
def _meaning(word: str) -> str:
    """What a word counts as, or "" when it carries no meaning."""
    if word[1:2] == "'" or word[:3] == "qu'":  # d'un, l'accord
        word = word.partition("'")[2]
    stem = _stem(FOLDED.get(word) or _american(word))
    if (
        word in LITTLE
        or word in NUMBERS
        or stem.isdigit()
        or (len(stem) == 1 and ord(stem) <= 0x2E80)
    ):
        return ""
    return FOLDED.get(stem, stem)


PLACES = Gated(
    r"\b(?:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|"
    r"Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|"
    r"North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|"
    r"Washington|West Virginia|Wisconsin|Wyoming|United States|United Kingdom|Switzerland|European Union|EEA|Ireland|Canada|Brazil|India|China|Japan|"
    r"South Korea|Singapore|Vietnam|Philippines|Australia|New Zealand|Mexico|Israel|Russia|Turkey|Ukraine|Germany|France|Spain|Italy|Netherlands|Poland|"
    r"Belgium|Austria|Sweden|Norway|Denmark|Finland|Portugal|Greece|Hong Kong|Taiwan|Malaysia|Indonesia|Thailand|South Africa|Argentina|Chile|Colombia|"
    r"Quebec|Dubai|Saudi Arabia|Egypt|Kenya|Nigeria)\b",
    flags=0,
)


def names_in(text: str, *, stands: Callable[[str], bool]) -> frozenset[str]:
    """Capitalised words that are names: the text around never has them in lower case.

    `stands` says whether a string stands in the text around.
    """
    found = set(PLACES.findall(text))
    for name in _NAME.findall(text):
        plain = name.strip("'’.-&")
        lower = plain.lower()
        common = lower in LITTLE or lower in _NO_NAMES
        if len(plain) > 1 and not common and not stands(f" {lower}"):
            found.add(plain)
    return frozenset(found)


_SPELLINGS = (("isation", "ization"), ("ise", "ize"), ("ising", "izing"), ("yse", "yze"), ("ysing", "yzing"), ("our", "or"), ("ence", "ense"), ("tre", "ter"), ("lled", "led"), ("lling", "ling"))  # fmt: skip
_DAYS = {"hours": 1 / 24, "days": 1.0, "weeks": 7.0, "months": 365 / 12, "years": 365.0}


def days_of(period: str) -> float:
    """The length of "2 years" or "1 month" in days; an open one is endless."""
    number, _, unit = period.partition(" ")
    days = _DAYS.get(f"{unit.rstrip('s')}s")
    return float(number) * days if days and number.isdigit() else float("inf")


def lengths_of(periods: Iterable[str]) -> frozenset[float]:
    """How long periods are, whatever they are counted in: 24 months are two years."""
    return frozenset(round(days_of(period), 1) for period in periods)


def force_of(modals: Counter[str]) -> Counter[str]:
    """The modals that make a difference: "can" is a "may", and "will" says what a plain verb says."""
    out: Counter[str] = Counter()
    for word, count in modals.items():
        if word not in _PLAIN:
            out["may" if word in _MAY else word] += count
    return out


def is_open(period: str) -> bool:
    return period == OPEN


def _number(text: str) -> str:
    small = text.lower()
    return "1" if small in _ONE else str(NUMBERS.get(small, text))


def _counted(number: str, unit: str) -> str:
    value = _number(number)
    return f"{value} {unit[:-1] if value == '1' else unit}"


def _american(word: str) -> str:
    """A word in the spelling of the other side of the ocean: "analyse", "behaviour"."""
    if len(word) < 6:
        return word
    for ending, instead in _SPELLINGS:
        if ending in word:
            return word.replace(ending, instead)
    return word


def _stem(word: str) -> str:
    if len(word) > 4:
        for suffix, instead in (
            ("ies", "y"),
            ("ing", ""),
            ("ed", ""),
            ("'s", ""),
            ("es", ""),
            ("s", ""),
        ):
            if word.endswith(suffix) and len(word) - len(suffix) >= 3:
                return (word[: -len(suffix)] + instead).rstrip("e")
        return word.rstrip("e")
    return word
