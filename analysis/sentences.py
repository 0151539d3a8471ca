"""Cut a block into sentences and give every sentence the keys it is matched by.

`key_of` says when two sentences are the same words; `bare_key` also forgets
dates, addresses of pages and mail, phone and cross-reference numbers, which
change without the practice changing.
"""

import re

__all__ = ["bare_key", "key_of", "keys_of", "split_sentences", "without_volatile", "words_of"]

_END = re.compile(
    r"(?<=[.!?…])[\"”’')\]»]{0,2}\s+(?=[A-ZÀ-ÖØ-Þ\"“'(\[«‘0-9])|(?<=[。！？；])\s*|\s{0,3}(?<=[;:])\s+(?=\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})\)\s)"
)
_STOP = re.compile(r"[.!?…;:][\"”’')\]»]{0,2}\s|[。！？；]")  # else `_END` is nowhere
_SHORT = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|no|nos|art|sec|inc|ltd|llc|corp|co|mr|mrs|ms|dr|st|u\.s|u\.k|u\.s\.a|approx|cf|ca|bzw|z\.b|d\.h|abs|nr|ggf|par ex|tel|al|p|pp)|\b[A-Z]|^\(?\d{1,2}(?:\.\d{1,2})*|^\(?[a-zA-Z])\.$",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"[^\W_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+(?:['’][^\W_]{1,3}(?![^\W_]))?|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)
_PLAIN_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]{1,3}(?![a-z0-9]))?")  # `_WORD` in ASCII
_BLANKED = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "'")}
_LEAD = re.compile(
    r"^(?:[-•·●▪◦‣–+*»>§]\s+|\(?\d{1,3}(?:\.\d{1,3}){0,4}[.)]\s+|\d{1,3}(?:\.\d{1,3}){1,4}\s+"
    r"|\(?(?:[a-zA-Z]|[ivxIVX]{1,5})[.)]\s+|(?:section|article|art\.)\s\d{1,3}[.:)]?\s+){1,2}"
)
_MONTH = (
    r"(?:jan(?:uary|vier|uar)?|feb(?:ruary|ruar)?|f[ée]vrier|mar(?:ch|s)|märz|apr(?:il)?|avril|may|mai|june?|juin|juni|"
    r"july?|juillet|juli|aug(?:ust)?|août|sep(?:t|tember|tembre)?|o[ck]t(?:ober|obre)?|nov(?:ember|embre)?|de[cz](?:ember)?|d[ée]cembre)"
)
_VOLATILE = re.compile(
    r"(?:https?://|www\.)[^\s<>()\[\]]{1,2000}"
    r"|\\?\[?\be-?mail\s?\\?protected\b\\?\]?|\(?opens? (?:in )?a? ?new (?:tab|window)\.?\)?"
    r"|\b[\w.+%-]{1,64}(?:@|\s?\[at\]\s?|\(at\))[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}"
    r"|\b(?:[a-z0-9-]{1,63}\.){1,5}(?:com|org|net|io|ai|fr|de|eu|gov|info|co\.uk)\b(?:/[^\s<>()\[\]]{0,500})?"
    rf"|\b(?:\d{{1,2}}(?:st|nd|rd|th)?\.?\s(?:of\s)?)?{_MONTH}\b\.?(?:\s\d{{1,2}}(?:st|nd|rd|th)?)?,?(?:\s?(?:19|20)\d\d\b)"
    rf"|\b{_MONTH}\.?\s\d{{1,2}}(?:st|nd|rd|th)?\b|\b\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}\b"
    r"|\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b|\b(?:19|20)\d\d\b"
    r"|\+?\(?\d{1,4}\)?(?:[\s./-]\(?\d{2,5}\)?){2,5}"
    r"|\b(?:sections?|articles?|clauses?|paragraphs?|part|annex|abschnitt|ziffer)\s\d{1,3}(?:\.\d{1,3}){0,4}\b(?:\([a-z0-9]{1,3}\)){0,3}",
    re.IGNORECASE,
)
_MAYBE = re.compile(
    r"[0-9@]|\.[a-z]|https?:|www|protected|[Oo]pens? "
)  # else nothing volatile is there
_QUOTES = tuple(zip("’‘´`“”„«»‑–—", '\'\'\'\'"""""---', strict=True))


def split_sentences(text: str) -> list[str]:
    """Cut plain text at the ends of its sentences. Joining the parts with blanks gives it back."""
    if not _STOP.search(text):
        return [whole] if (whole := text.strip()) else []
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
    lower = _straight(text).lower()
    if not lower.isascii():
        return _WORD.findall(lower)
    words = lower.translate(_BLANKED).split()  # four times as fast as a search
    if "'" not in lower:
        return words
    return [
        word for part in words for word in (_PLAIN_WORD.findall(part) if "'" in part else (part,))
    ]


def key_of(text: str) -> str:
    """The words of a sentence without its list number: equal keys are the same wording."""
    return " ".join(words_of(_LEAD.sub("", text, count=1)))


def keys_of(text: str) -> tuple[str, str]:
    """`key_of` and `bare_key` of one text, which are mostly the same."""
    key = key_of(text)
    return key, key if text.isascii() and not _MAYBE.search(text) else bare_key(text)


def bare_key(text: str) -> str:
    """`key_of` without dates, addresses, telephone and cross-reference numbers."""
    return key_of(without_volatile(text))


def without_volatile(text: str) -> str:
    """A text without dates, addresses, telephone and cross-reference numbers."""
    straight = _straight(text)
    return _VOLATILE.sub(" ", straight) if _MAYBE.search(straight) else straight


def _straight(text: str) -> str:
    """One shape of quotes and dashes. Ten replacements are much faster than one translation."""
    if not text.isascii():
        for mark, plain in _QUOTES:
            text = text.replace(mark, plain)
    return text
