"""Say what part a piece of text plays on its page: a statement, or something around it.

Only statements, items and rows can change a practice. Dates, addresses,
pointers, navigation, consent panels and scripts come and go without one.
"""

import re
from collections.abc import Iterable

from analysis.diff import Unit
from analysis.gates import Gated, lowered
from analysis.memo import remembered
from analysis.plain import Block, strip_inline
from analysis.sentences import key_of

__all__ = ["BUTTON", "PANEL_TALK", "announced", "headings_of", "is_prose", "is_sentence", "role_of"]

_PROSE = re.compile(
    r"\b(?:we|our|us|you|your|they|may|will|must|shall|should|can|cannot|is|are|was|were|has|have|does|do|not|applies|apply|"
    r"nous|vous|vos|votre|notre|nos|est|sont|peut|peuvent|pouvez|avons|avez|ont|il|elle|ne|"
    r"wir|sie|ihre|ihrer|ihren|ihnen|unsere|unser|unserer|unseren|ist|sind|werden|wird|wurde|wurden|haben|kann|können|darf|dürfen|muss|müssen|"
    r"findet|erfolgt|erfolgen|gilt|gelten|nicht|sera|seront|doit|doivent)\b|[\u4e00-\u9fff]{8}",
)
_DATE = Gated(
    r"\b(?:last|latest|previous|prior)\s(?:\w{1,12}\s){0,2}?(?:updated?|modified|revised|revision|changed?|reviewed|amended|version)"
    r"|\b(?:effective|in force|valid|applicable)\s(?:date|as of|from|since|starting|on)?\b.{0,12}\d"
    r"|^(?:updated?|modified|revised|revision|version|posted|published|effective|date|as of|stand)\b.{0,40}\d"
    r"|derni[èe]re (?:mise à jour|modification|version)|mis(?:e)? à jour (?:le|en)|version (?:du|en vigueur)"
    r"|zuletzt (?:aktualisiert|geändert|überarbeitet)|letzte (?:aktualisierung|änderung)|^stand\b|gültig (?:ab|seit)",
)
_COPYRIGHT = Gated(
    r"©|\bcopyright\b|all rights reserved|tous droits réservés|alle rechte vorbehalten|\bpowered by\b|\bTM\b & ©",
)
_NOTICE = Gated(
    r"\b(?:we(?:'ve| have)|has been|have been) (?:recently )?(?:updat|revis|chang|amend)\w{0,3}\b.{0,60}\b(?:policy|notice|statement|terms)"
    r"|\b(?:new|updated|revised) (?:privacy |cookie )?(?:policy|notice|statement)\b.{0,60}\b(?:takes? effect|effective|in effect|applies? from)"
    r"|\b(?:list of|see|view|read|summary of) (?:all )?(?:the )?(?:previous|prior|past|earlier|archived|recent|revisions|changes|older)\b"
    r"|\b(?:previous|prior|past|archived|earlier) (?:versions?|polic|notices?)"
    r"|\bmaking (?:some )?changes to (?:this|our|the)\b|\bwill (?:be replaced|come into effect|take effect)\b"
    r"|\bwas ist neu\b|\bwird am .{0,30} (?:aktualisiert|geändert)|\bentrera en vigueur\b",
)
_LOGGED = re.compile(  # a line of a change log: what it says has changed stands in the policy itself
    r"[\W_]{0,6}(?:\d{1,2}[ .]{1,2}[A-Za-zéûä]{3,9}\.? \d{4}|[A-Z][a-zéûä]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{1,4}[./-]\d{1,2}[./-]\d{2,4})"
    r"[\W_]{1,6}(?:added|updated|removed|deleted|replaced|changed|clarified|revised|corrected|renamed|moved|minor|"
    r"ajouté|ajout|mis à jour|mise à jour|supprimé|suppression|remplacé|modifié|hinzugefügt|aktualisiert|entfernt|ersetzt|geändert)\b",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(  # what a page or section is about to say; the saying is elsewhere
    r"(?:below|here|this (?:page|section|document|policy|notice|statement|privacy \w{5,9})|in this \w{4,9})\b.{0,30}\b(?:explains?|describes?|outlines?|summari[sz]es?|sets? out|says?|tells?)\b.{0,30}\bhow (?:we|it)\b",
    re.IGNORECASE,
)
_RULED = re.compile(r"\|?\s?:?-{3,}")  # the rule of a table, with its caption glued to it
_POINTER = re.compile(
    r"(?:to (?:learn|find out|read|know) more|to (?:see|view) (?:our|the|a)\b|for (?:more|further|additional|complete|full) (?:information|details?)|more (?:information|details?)|further (?:information|details?)|"
    r"(?:please |you (?:can|may) (?:also )?)?(?:see|refer to|read|review|consult|visit|find (?:more|out|further))\b|learn more|click here|"
    r"pour (?:en savoir plus|plus d)|si vous souhaitez en savoir plus|veuillez (?:consulter|vous référer)|weitere informationen|mehr (?:informationen|erfahren|dazu)|nähere informationen)",
    re.IGNORECASE,
)
_PANEL = Gated(
    r"accept (?:all|cookies)|reject all|allow all|manage (?:cookies?|consent|preferences|your preferences)|cookies? settings$"
    r"|always active|your choices have been saved|\bthis (?:web)?site uses cookies\b|we use cookies (?:to|on|and)\b.{0,160}(?:by (?:clicking|continuing|using)|accept)"
    r"|necessary for the (?:web)?site to function and|applicable cookies|confirm my choices|cookie subgroup|host description"
    r"|set your browser to block or alert you|switched off in our systems|cookiepedia",
)
PANEL_TALK = Gated(
    r"these cookies (?:are (?:necessary|required|used|set|enabled)|may be set|allow us to|enable|do not store|help|collect)"
    r"|if you do not allow these cookies|without these cookies|we use cookies to (?:improve|give|offer|ensure|enhance)",
)  # the words of consent tools, which cookie policies use as well: they tell only in company
BUTTON = Gated(
    r"accept all|reject all|allow all|accept cookies|manage (?:cookies|preferences|consent)|by (?:continuing|clicking|using)\b|tout accepter|tout refuser|alle akzeptieren",
)
_WIDGET = Gated(
    r"skip to (?:main )?(?:content|navigation)|back to (?:the )?top|opens? in (?:a )?new|was this (?:page|article|helpful)|share (?:this|on)\b|follow us|sign (?:in|up)\b|log ?in\b|"
    r"subscribe (?:to|now)|newsletter|read more|learn more$|download (?:pdf|the pdf|our app)|print (?:this|page)|add to cart|search (?:for|our|this)|select (?:your|a) (?:language|country|region)|"
    r"javascript|your browser|all categories|related (?:posts|articles)|recent (?:posts|searches)|comments?\b \d|loading|drag and drop|you have been added|"
    r"^thanks?\b|^home$|^menu$|^close$|^search$|table of contents|in this article|on this page|jump to|get the app|app store|google play$|diese seite|cette page",
)
_POSTAL = Gated(
    r"\b(?i:street|st\.|avenue|ave\.?|road|rd\.?|boulevard|blvd|suite|floor|p\.?o\.? box|parkway|pkwy|drive|lane|square|plaza|building|"
    r"rue|avenue|cedex|stra(?:ß|ss)e|str\.|platz|allee|postfach|halle)\b|\b[A-Z]{2} \d{5}\b|\b\d{4,6}\s[A-ZÄÖÜ][a-zäöüß]{2,}",
    flags=0,
)
_LINKED = re.compile(
    r"(?:\[!?\[?[^\[\]]{0,300}+\]?\]?\([^()]{0,2000}(?:\([^()]{0,200}\)[^()]{0,200})?\)[\s|,•·>/.-]{0,6}){1,60}"
)


def headings_of(blocks: Iterable[Block]) -> frozenset[str]:
    """The keys of all headings: an item that repeats one is a table of contents."""
    return frozenset(
        key_of(strip_inline(raw)) for raw in {b.raw for b in blocks if b.kind == "heading"}
    )


def is_prose(text: str) -> bool:
    """Whether a piece says something: it speaks to someone, has a common verb, or is a long sentence."""
    if len(text) < 20:
        return False
    return _PROSE.search(lowered(text)) is not None or (text[-1] in ".;" and text.count(" ") >= 11)


def announced(text: str) -> str:
    """What a sentence says that its page is about to tell, or ""."""
    found = _ANNOUNCES.match(text)
    return text[found.end() :] if found else ""


def is_sentence(text: str) -> bool:
    """Whether a piece of the policy's own text is a sentence: prose, or closed by a full stop."""
    return is_prose(text) or (text[-1:] in ".;" and text.count(" ") >= 3)


def role_of(unit: Unit, headings: frozenset[str]) -> str:
    """The part a unit plays.

    "heading", "date", "notice" (this policy has changed), "pointer" (see
    there), "address", "furniture", "panel" (consent tool), "row", "item" (no sentence), "fragment"
    or "prose".
    """
    if unit.kind == "heading" and unit.key:
        return "heading"
    role = _role(unit.kind, unit.text, unit.key, unit.raw)
    listed = role not in ("date", "row") and unit.key.count(" ") < 14 and unit.key in headings
    return "furniture" if listed else role


@remembered(4096)  # asked of a unit alone, in its run, and in its pair
def _role(kind: str, text: str, key: str, raw: str) -> str:
    words = key.count(" ") + 1 if key else 0
    if not words:
        return "furniture"
    if words <= 30 and _DATE.found(text) and not _says_more(text):
        return "date"
    if _COPYRIGHT.found(text) and words <= 40:
        return "furniture"
    if kind == "row":
        return "furniture" if _RULED.match(raw) else "row"
    if words <= 14 and _LINKED.fullmatch(raw):
        return "furniture"
    if words <= 60 and (_LOGGED.match(raw) or _NOTICE.found(text)):
        return "notice"
    if words <= 60 and _ANNOUNCES.match(text) and not _DIGIT.search(text):
        return "pointer"
    if words <= 30 and _POINTER.match(text) and not _ACTS.found(text) and not _DIGIT.search(text):
        return "pointer"
    if _PANEL.found(text):
        return "panel"
    prose = is_prose(text)
    if words <= 14 and _WIDGET.found(text) and not (prose and _ACTS.found(text)):
        return "furniture"
    if not prose and words <= 14 and _POSTAL.found(text):
        return "address"
    if prose and words >= 5:
        return "prose"
    return "item" if kind == "item" else "fragment"


_MORE = Gated(
    r"\b(?:collect|shar|use[sd]?|process|applies|apply|disclos|retain|request|months?)\b",
)


_DIGIT = re.compile(r"\d")
_ACTS = Gated(
    r"\bopt|\bwe (?:may|will|collect|share|use)\b|\byour rights?\b|\bexercis|\bunsubscrib|\bcomplain",
)


def _says_more(text: str) -> bool:
    return len(_MORE.findall(text)) >= 2
