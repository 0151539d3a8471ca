"""Read who is named: organisations in prose, in lists and in the rows of vendor and cookie tables.

No list of the world's companies: a name is a run of capitals in a place where
names stand (with a legal form, after "such as" or "shared with", first in a row
or item under a heading on partners). Well-known vendors are found anywhere, by
the word lists. A first capital alone makes no name, so defined terms ("Users",
"Personal Data") are passed over by a stop list.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from analysis.fact import Fact
from analysis.fact_rules import Found
from analysis.wordcode import Coded

__all__ = ["named_first", "parties_of", "rows_of"]

_REST = r"[\w&'’+-]{0,30}+(?:\.[\w-]{1,10}){0,2}"
_NAME = rf"[A-Z]{_REST}(?: (?:[A-Z0-9]{_REST}|&|of(?= [A-Z]))){{0,4}}"
_FORM = (
    r"Inc|LLC|L\.L\.C|Ltd|Limited|GmbH|AG|SE|S\.A|SA|SAS|S\.A\.S|SARL|S\.r\.l|SpA|S\.p\.A|B\.V|BV|N\.V|NV|"
    r"Pty Ltd|Pty|Corp|Corporation|PLC|plc|Oy|AB|A/S|ApS|AS|LLP|LP|Co|KG|UG|e\.V|S\.L|Foundation|Holdings"
)
_FORMED = re.compile(rf"({_NAME}?),? (?:{_FORM})(?![\w])\.?")
_FORM_HERE = re.compile(rf" (?=[A-Zep])(?:{_FORM})(?![\w])\.?")
_LONGEST_NAME = 300  # characters; five words of 52
_LISTED = rf"(?: the)? ({_NAME}(?:(?:, | and | or |, and |, or | & | et | und |/){_NAME}){{0,15}})"
_CAPITAL = re.compile(r" (?=[A-Z])")
_LISTED_HERE = re.compile(_LISTED)
_LED = (
    "such as", "like", "including", "e.g.", "e.g.,", "namely", "for example", "for example,",
    "comme", "tel que", "tels que", "wie",
)  # fmt: skip
_DONE_BY = (
    "by", "with", "use", "uses", "using", "include", "includes", "called",
    "par", "avec", "von", "durch", "mit",
)  # fmt: skip
_PART = re.compile(r", and |, or |, | and | or | et | und |/")
_LEAD = re.compile(
    rf"\s{{0,8}}(?:[-*•] |\d{{1,3}}[.)] )?({_NAME})(?=\s{{0,4}}(?::| [–—-] |\(|https?:|\Z))"
)
_COOKIE = re.compile(r"(?=[^|]{0,80}[_\d*]|[A-Z]{4,}|[a-z]+[A-Z])[\w.*\-\[\]<>#$%:~+/ ]{2,80}")
_KEEPS = re.compile(
    r"\b(?:session|persistent|permanent|\d{1,4} ?(?:days?|months?|years?|hours?|minutes?|jours?|mois|ans?|tage?n?|monate?n?|jahre?n?)"
    r"|(?:one|two|a) (?:day|month|year)s?)\b",
    re.IGNORECASE,
)
_DOMAIN = re.compile(r"\b[a-z0-9-]{2,40}\.(?:com|net|org|io|co|de|fr|eu|tv|ai)\b")
_SHARES = frozenset({"role", "party"})
_ABOUT_PARTIES = re.compile(
    r"part(?:y|ies|ner)|vendor|process|provider|recipient|supplier|cookie|advertis|analytic|share|sharing|who|subprocess"
    r"|tiers|partenaire|prestataire|destinataire|sous-trait|dritt|dienstleister|empfänger|partner",
    re.IGNORECASE,
)
# Words that begin with a capital in policies and name nobody.
_STOP = frozenset(
    "user users service services site sites website websites customer customers client clients member members company "
    "platform platforms app apps application applications account accounts content partner partners third party parties "
    "personal data information privacy policy policies notice statement terms conditions use agreement section article "
    "cookie cookies you your we our us the this these that it they i if in on at for by to from with and or of as "
    "eu eea us usa uk u.s u.k gdpr ccpa cpra lgpd dpa dpo ip url urls gps sms pii phi html http https pdf id ids faq ssl tls api apis "
    "european union economic area united states kingdom america california state states commission parliament council "
    "controller processor controllers processors subject subjects affiliate affiliates provider providers vendor vendors "
    "visitor visitors internet protocol address email mail e-mail web device devices software product products "
    "january february march april may june july august september october november december monday friday "
    "standard contractual clauses shield framework regulation directive act law authority court commissioner "
    "contact page here please click see learn more name purpose purposes type category description duration expiry provider "
    "inc llc ltd limited gmbh host domain lifetime none yes no n/a all any other others number "
    "child children parent parents student students employee employees "
    "date dates effective javascript html5 idfas ifas flash android ios accounts administrators managed basic third-party advertising identifier ads history model models principles sale merger functionality unique identifiers provide opt out notice note also other non automatically collected such both either each vous nous vos votre nos notre le la les des du de union européenne sie ihre wir unsere der die das ds-gvo dsgvo art".split()
)


def parties_of(text: str, coded: Coded, found: Found, *, heading: str) -> Iterator[Fact]:
    """Yield the organisations that a paragraph or list item names, in no particular order."""
    for (_, name), first, last in found.get("party", ()):
        start, end = coded.starts[first], coded.ends[last - 1]
        if text[start].isupper():
            yield Fact("party", name, start, end, detail="named")
    for form in _formed(text):
        if _names_someone(form[1]):
            yield _named(text, form.start(), form.end())
    slots = found.keys()
    if slots & _SHARES or _ABOUT_PARTIES.search(heading):
        yield from _led(text, _LED)
    if "role" in slots:
        yield from _led(text, _DONE_BY)
    listed = len(text) < 60 or text.startswith(("- ", "* "))
    if listed and _ABOUT_PARTIES.search(heading) and (name := named_first(text)):
        at = text.index(name)
        yield _named(text, at, at + len(name))


def named_first(text: str) -> str:
    """The name with which an item begins, before a colon, dash or bracket; "" where none stands."""
    lead = _LEAD.match(text)
    return lead[1] if lead and lead[1].count(" ") < 5 and _names_someone(lead[1]) else ""


def _formed(text: str) -> Iterator[re.Match[str]]:
    """Yield each name with its legal form, sought from the form: most capitals begin no name."""
    done = 0
    for form in _FORM_HERE.finditer(text):
        low = max(done, form.start() - _LONGEST_NAME)
        name = _FORMED.search(text, low, form.end() + 1) if form.end() > done else None
        if name:
            done = name.end()
            yield name


def _led(text: str, leads: tuple[str, ...]) -> Iterator[Fact]:
    """Yield the names listed after one of these words, sought from their capitals."""
    done = 0
    for capital in _CAPITAL.finditer(text):
        at = capital.start()
        before = at - 4 if text.endswith(" the", 0, at) else at
        if at >= done and text.endswith(leads, 0, before):
            led = _LISTED_HERE.match(text, before)
            if led and _begins(text, before, leads):
                yield from _listed(text, led.start(1), led[1])
                done = led.end()


def _begins(text: str, end: int, leads: tuple[str, ...]) -> bool:
    """Tell whether one of the words that end here is a word of its own."""
    starts = [end - len(lead) for lead in leads if text.endswith(lead, 0, end)]
    return any(at == 0 or not (text[at - 1].isalnum() or text[at - 1] == "_") for at in starts)


def rows_of(text: str, found: Found, *, heading: str, units: Mapping[str, str]) -> Iterator[Fact]:
    """Yield what a table row `| a | b |` names: a cookie with vendor, purpose and lifetime, or a vendor."""
    cells = [(m.start(), m.end()) for m in re.finditer(r"[^|]+", text) if m[0].strip()]
    if not text.lstrip().startswith("|") or len(cells) < 2:
        return
    start, end = _trimmed(text, *cells[0])
    name, rest = text[start:end], [text[slice(*_trimmed(text, *c))] for c in cells[1:]]
    keeps = next((k[0] for cell in rest if (k := _KEEPS.search(cell)) and len(cell) < 60), "")
    slots = found.keys()
    cookie = bool(_COOKIE.fullmatch(name)) and (keeps or "cookie" in heading.lower())
    cookie = bool(cookie or (keeps and " " not in name and len(name) < 40))
    if cookie:
        yield Fact("technology", name, start, end, detail="; ".join(rest)[:200])
        low, high = _trimmed(text, *cells[1])
        if text[low].isupper() and high - low < 40 and _names_someone(text[low:high]):
            yield _named(text, low, high)
    elif (
        name[:1].isupper()
        and _names_someone(formed[1] if (formed := _FORMED.fullmatch(name)) else name)
        and name.count(" ") < 6
        and (slots & {"purpose", "country", "data_type", "role"} or _ABOUT_PARTIES.search(heading))
        and not slots <= {"modality"}
    ):
        yield Fact("party", name, start, end, detail="; ".join(rest)[:200])
    if keeps and (cookie or "cookie" in heading.lower()):
        for low, high in cells[1:]:
            lived = _KEEPS.search(text, low, high)
            if lived and high - low < 62:
                value = _tidy(lived[0], units)
                yield Fact("period", value, lived.start(), lived.end(), detail="lifetime")
                break
    for low, high in cells[1:]:
        for site in _DOMAIN.finditer(text, low, min(high, low + 200)):
            yield Fact("party", site[0], site.start(), site.end(), detail="domain")


def _listed(text: str, at: int, names: str) -> Iterator[Fact]:
    low = 0
    for part in (*_PART.finditer(names), None):
        high = part.start() if part else len(names)
        if _names_someone(names[low:high]):
            yield _named(text, at + low, at + high)
        low = part.end() if part else high


def _named(text: str, start: int, end: int) -> Fact:
    while text[end - 1] in " ,;:'’-" or (text[end - 1] == "." and text[end - 3 : end - 2] != "."):
        end -= 1
    if text[end - 2 : end] in {"'s", "’s"}:
        end -= 2
    return Fact("party", " ".join(text[start:end].split()), start, end, detail="named")


@lru_cache(maxsize=1024)  # a policy names the same few again and again
def _names_someone(name: str) -> bool:
    words = [w.strip(".,'’").removesuffix("'s").removesuffix("’s").lower() for w in name.split()]
    words = [w for w in words if w]
    if not words or words[0] in _STOP or words[-1] in _STOP:
        return False
    return len(name) > 2 and not (len(words) == 1 and name.isupper() and len(name) < 4)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _tidy(period: str, units: Mapping[str, str]) -> str:
    """Return "2 years" for "2 Years" and "2 ans", "session" for "Session"."""
    amount, _, unit = re.sub(r"(\d)(?=[a-z])", r"\1 ", period.lower()).partition(" ")
    if not unit:
        return amount
    name = units.get(unit, unit.rstrip("s"))
    return f"{amount} {name}" if amount in {"1", "one", "a"} else f"{amount} {name}s"
