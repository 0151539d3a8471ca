"""Cut a block into sentences and give every sentence the keys it is matched by.

`key_of` says when two sentences are the same words; `bare_key` also forgets
dates, addresses of pages and mail, phone and cross-reference numbers, which
change without the practice changing.
"""

import re

__all__ = [
    "bare_key",
    "key_of",
    "keys_of",
    "split_sentences",
    "straightened",
    "without_volatile",
    "words_of",
]

# Begins with a plain set of characters, which is sought three times as fast as what stands before.
_END = re.compile(
    r"[.!?…;:。！？；](?:(?<=[.!?…])[\"”’')\]»]{0,2}\s+(?=[A-ZÀ-ÖØ-Þ\"“'(\[«‘0-9])|(?<=[。！？；])\s*"
    r"|(?<=[;:])\s+(?=\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})\)\s))"
)
_SHORT = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|no|nos|art|sec|inc|ltd|llc|corp|co|mr|mrs|ms|dr|st|u\.s|u\.k|u\.s\.a|approx|cf|ca|bzw|z\.b|d\.h|abs|nr|ggf|par ex|tel|al|p|pp)|\b[A-Z]|^\(?\d{1,2}(?:\.\d{1,2})*|^\(?[a-zA-Z])\.$",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+(?:['’][^\W_]{1,3}(?![^\W_]))?|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
# By the bytes of UTF-8: marks of ASCII become blanks, and what is beyond ASCII stays.
_BLANKED = bytes(
    byte if byte > 127 or chr(byte).isalnum() or byte == ord("'") else ord(" ")
    for byte in range(256)
)
_LEAD = re.compile(
    r"^(?:[-•·●▪◦‣–+*»>§]\s+|\(?\d{1,3}(?:\.\d{1,3}){0,4}[.)]\s+|\d{1,3}(?:\.\d{1,3}){1,4}\s+"
    r"|\(?(?:[a-zA-Z]|[ivxIVX]{1,5})[.)]\s+|(?:section|article|art\.)\s\d{1,3}[.:)]?\s+){1,2}"
)
_MONTH = (
    r"(?:jan(?:uary|vier|uar)?|feb(?:ruary|ruar)?|f[ée]vrier|mar(?:ch|s)|märz|apr(?:il)?|avril|may|mai|june?|juin|juni|"
    r"july?|juillet|juli|aug(?:ust)?|août|sep(?:t|tember|tembre)?|o[ck]t(?:ober|obre)?|nov(?:ember|embre)?|de[cz](?:ember)?|d[ée]cembre)"
)
_ADDRESSED = (
    r"(?:https?://|www\.)[^\s<>()\[\]]{1,2000}"
    r"|\\?\[?\be-?mail\s?\\?protected\b\\?\]?|\(?opens? (?:in )?a? ?new (?:tab|window)\.?\)?"
    r"|\b[\w.+%-]{1,64}+(?:@|\s?\[at\]\s?|\(at\))[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}"
    r"|\b(?:[a-z0-9-]{1,63}\.){1,5}(?:com|org|net|io|ai|fr|de|eu|gov|info|co\.uk)\b(?:/[^\s<>()\[\]]{0,500})?"
)
_NUMBERED = (  # the look ahead passes by two letters of three
    rf"(?=[+(\d]|\b[jfmasondcpz])(?:\b(?:\d{{1,2}}(?:st|nd|rd|th)?\.?\s(?:of\s)?)?{_MONTH}\b\.?(?:\s\d{{1,2}}(?:st|nd|rd|th)?)?,?(?:\s?(?:19|20)\d\d\b)"
    rf"|\b{_MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b|\b\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}\b"
    r"|\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b|\b(?:19|20)\d\d\b"
    r"|\+?\(?\d{1,4}\)?(?:[\s./-]\(?\d{2,5}\)?){2,5}"
    r"|\b(?:sections?|articles?|clauses?|paragraphs?|part|annex|abschnitt|ziffer)\s\d{1,3}(?:\.\d{1,3}){0,4}\b(?:\([a-z0-9]{1,3}\)){0,3})"
)
_ADDRESS = re.compile(_ADDRESSED, re.IGNORECASE)
_NUMBER = re.compile(_NUMBERED, re.IGNORECASE)
_VOLATILE = re.compile(f"{_ADDRESSED}|{_NUMBERED}", re.IGNORECASE)
# What opens them. Each is asked where its own letters stand: of the sentences with a digit one in
# five has a volatile one, and one in ten of all has an address.
_MAYBE = re.compile(r"[0-9@.](?:(?<=[0-9@])|[a-z])")
_MAYBE_WORDS = ("http:", "https:", "www", "protected", "open ", "opens ", "Open ", "Opens ")
_ADDRESS_WORDS = ("@", "://", "www.", "at]", "at)", "protected", "open")
_DOMAIN = re.compile(r"\.(?:com|org|net|io|ai|fr|de|eu|gov|info|co\.uk)\b", re.IGNORECASE)
_LAST_THREE = (  # letters of what stands before the number: a month, "section", "article" ...
    "jan|ary|ier|uar|feb|mar|rch|ars|ärz|apr|ril|may|mai|une|jun|uin|uni|uly|jul|let|uli|ust|aug|oût|sep|ept|ber|bre|oct|okt|nov|"
    "dec|dez|ion|ons|cle|les|use|ses|aph|phs|art|nex|itt|fer"
)
_NUMBER_HERE = re.compile(
    r"\d(?:\d\d(?<=19\d|20\d)\d|\)?[\s./-]\(?\d|(?<=\.\s\d)"
    rf"|(?<=(?:{_LAST_THREE})\s\d)|(?:st|nd|rd|th)?\s(?={_MONTH}))",
    re.IGNORECASE,
)
_QUOTES = tuple(zip("’‘´`“”„«»‑–—", '\'\'\'\'"""""---', strict=True))


def split_sentences(text: str) -> list[str]:
    """Cut plain text at the ends of its sentences. Joining the parts with blanks gives it back."""
    parts: list[str] = []
    start = 0
    for end in _END.finditer(text):
        piece = text[start : end.end()].strip()
        if not piece or (piece[-1] == "." and _SHORT.search(piece[-24:])):
            continue
        parts.append(piece)
        start = end.end()
    rest = text[start:].strip()
    if rest:
        parts.append(rest)
    return parts


def words_of(text: str) -> list[str]:
    """The words of a text in lower case; one character a word where words have no blanks."""
    lower = straightened(text).lower()
    raw = lower.encode("utf-8", "surrogatepass").translate(_BLANKED)
    parts = raw.decode("utf-8", "surrogatepass").split()  # six times as fast as a search
    if lower.isascii() and "'" not in lower:
        return parts
    words: list[str] = []
    for part in parts:
        if part.isalnum() and part.isascii():
            words.append(part)
        else:
            words += _WORD.findall(part)
    return words


def key_of(text: str) -> str:
    """The words of a sentence without its list number: equal keys are the same wording."""
    return " ".join(words_of(text[_lead_of(text) :]))


def keys_of(text: str) -> tuple[str, str]:
    """`key_of` and `bare_key` of one text, which are mostly the same."""
    straight, lead = straightened(text), _lead_of(text)
    key = " ".join(words_of(straight[lead:]))
    if not _may_be_volatile(straight) and (straight is text or _lead_of(straight) == lead):
        return key, key
    return key, key_of(_without_volatile(straight))


def bare_key(text: str) -> str:
    """`key_of` without dates, addresses, telephone and cross-reference numbers."""
    return key_of(without_volatile(text))


def without_volatile(text: str) -> str:
    """A text without dates, addresses, telephone and cross-reference numbers."""
    return _without_volatile(straightened(text))


def _without_volatile(straight: str) -> str:
    if not _may_be_volatile(straight):
        return straight
    numbered = _NUMBER_HERE.search(straight) is not None
    if _may_be_addressed(straight):
        return (_VOLATILE if numbered else _ADDRESS).sub(" ", straight)
    return _NUMBER.sub(" ", straight) if numbered else straight


def _may_be_volatile(straight: str) -> bool:
    """Whether anything volatile can be there; plain searches are four times as fast as one pattern."""
    return _MAYBE.search(straight) is not None or any(map(straight.__contains__, _MAYBE_WORDS))


def _may_be_addressed(straight: str) -> bool:
    lower = straight.lower()
    return any(map(lower.__contains__, _ADDRESS_WORDS)) or _DOMAIN.search(straight) is not None


def _lead_of(text: str) -> int:
    """How many characters a bullet or list number takes at the start."""
    lead = _LEAD.match(text)
    return lead.end() if lead else 0


def straightened(text: str) -> str:
    """A text with one shape of quotes and dashes. Ten replacements are much faster than one translation."""
    if not text.isascii():
        for mark, plain in _QUOTES:
            text = text.replace(mark, plain)
    return text
