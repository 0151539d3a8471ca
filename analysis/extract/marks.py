"""What one tag says about itself: its names, read once and turned into a mark.

Class names and ids are written by people for styling, so a mark is a
suspicion, never a verdict: `prune` weighs it against the text inside.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = [
    "BANNER", "BLOCK", "BREAKS", "CELL", "CHROME", "CLOSES", "FOOTER", "HEADING", "HEADINGS", "INLINE", "ITEM",
    "LINK", "LIST", "LITERAL", "NOTHING", "OPENS", "OVERLAY", "PLATFORM", "ROW", "NoTagError", "TagInfo",
    "known_tags", "read_tag",
]  # fmt: skip

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = HEADINGS | {
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd",
    "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer",
    "form", "header", "hgroup", "hr", "html", "legend", "li", "listing", "main", "menu", "nav",
    "ol", "option", "p", "plaintext", "pre", "section", "summary", "table", "tbody", "td",
    "textarea", "tfoot", "th", "thead", "tr", "ul", "xmp",
}  # fmt: skip
# What a tag does to the tree. Plain numbers: they are compared a thousand times a page.
OPENS, CLOSES, BREAKS, NOTHING = range(4)
# How what is inside an element is written.
INLINE, LINK, BLOCK, ITEM, LIST, HEADING, ROW, CELL = range(8)
# What class and id make one suspect.
PLATFORM, BANNER, OVERLAY, FOOTER, CHROME = "platform", "banner", "overlay", "footer", "chrome"

_TRANSPARENT = frozenset({
    "abbr", "acronym", "area", "b", "base", "basefont", "bdi", "bdo", "big", "cite", "code", "col",
    "colgroup", "data", "del", "em", "embed", "font", "i", "img", "input", "ins", "kbd", "label",
    "link", "mark", "meta", "nobr", "output", "param", "path", "picture", "q", "rp", "rt", "ruby",
    "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup", "time", "track",
    "tt", "u", "var", "wbr",
})  # fmt: skip
_WRITTEN = {
    **dict.fromkeys(HEADINGS, HEADING),
    **dict.fromkeys(("ul", "ol", "dir"), LIST),
    **dict.fromkeys(("td", "th"), CELL),
    "li": ITEM,
    "tr": ROW,
}
# What is inside is no markup, or its line ends count.
LITERAL = frozenset({"pre", "listing", "textarea", "xmp", "plaintext"})
_NOTED = HEADINGS | LITERAL | {"dt", "summary", "table", "td", "th", "tr"}
# Tags that carry text whatever their class says: a paragraph called "menu" is still a paragraph.
_TEXT = HEADINGS | {"a", "dt", "dd", "p", "td", "th", "tr", "tbody"}

# Consent platforms, by the names their scripts write. They go whatever their size: a vendor list
# can be longer than the policy.
_PLATFORM_ID = re.compile(
    r"(?:onetrust-(?:consent-sdk|banner-sdk|pc-sdk)|cybotcookiebotdialog\w{0,40}"
    r"|didomi-(?:host|popup|notice)|axeptio_\w{1,40}|usercentrics-[\w-]{1,40}|truste-[\w-]{1,40}"
    r"|cmplz-[\w-]{1,60}|cookie-law-info-bar|clisettingspopup|tarteaucitron\w{0,40}"
    r"|hs-eu-cookie[\w-]{0,60}|sp_message_container\w{0,40}|iubenda-cs-banner|cookiescript_\w{1,40}"
    r"|ketch-[\w-]{1,40}|moove_gdpr[\w-]{0,40}|qc-cmp2[\w-]{0,40}|termly-[\w-]{1,40}|cookiebanner"
    r"|ccc|cc-main|cookieyes[\w-]{0,40}|cpnb[\w-]{0,40}|borlabscookiebox|sd-cmp|appconsent)",
    re.IGNORECASE,
)
_PLATFORM_CLASS = re.compile(
    r"(?:^|\s)(?:cmplz-cookiebanner|cc-window|osano-cm-[\w-]{1,40}|qc-cmp2-container"
    r"|cky-(?:consent-container|overlay|modal|btn-revisit-wrapper|preference-center|consent-bar)"
    r"|cookiefirst-root|otflat|otpccenter|cookiebotwidget|cli-modal(?:-dialog|-content)?"
    r"|eu-cookie-compliance-[\w-]{1,40}|fc-consent-root|_brlbs-[\w-]{1,40})(?:\s|$)",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"cookie[-_]?(?:banner|consent|notice|bar|popup|modal|law|overlay|message|alert|dialog|wall|prompt)"
    r"|consent[-_]?(?:banner|modal|popup|dialog)|gdpr[-_]?(?:banner|popup|modal)",
    re.IGNORECASE,
)
_CHROME = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|navigation|menu|submenu|megamenu|topbar|footer|header|sidebar"
    r"|side-?nav|breadcrumbs?|newsletter|subscribe|popup|modal|toast|drawer|share|social|related"
    r"|recommended|signup|login|search|lang(?:uage)?s?|locale|feedback|helpful|banner|announcement"
    r"|promo|skip|widget|pagination|pager|article-votes|sr-only|screen-reader-text"
    r"|visually-hidden)(?:[-_\s]|$)",
    re.IGNORECASE,
)
# Names of what lies over a page or under it: such a part may hold some prose of its own.
_OVERLAY = re.compile(
    r"(?:^|[-_\s])(?:modal|popup|popin|pop-(?:up|in)|overlay|lightbox|newsletter)(?:[-_\s]|$)",
    re.IGNORECASE,
)
_FOOTER = re.compile(r"(?:^|[-_\s])footer(?:[-_\s]|$)", re.IGNORECASE)
# One of these stands in every name that the patterns above find: as a word of its own...
_STEMS = frozenset(
    "nav navbar navigation menu submenu megamenu topbar footer header sidebar side sidenav breadcrumb breadcrumbs newsletter "
    "subscribe popup modal toast drawer share social related recommended signup login search lang langs language languages "
    "locale feedback helpful banner announcement promo skip widget pagination pager article sr screen visually popin pop "
    "overlay lightbox onetrust didomi axeptio usercentrics truste cmplz clisettingspopup sp iubenda ketch moove qc termly ccc "
    "cc sd osano cky otflat otpccenter cli eu fc brlbs".split()
)
_INSIDE = ("cookie", "consent", "gdpr", "tarteaucitron", "cpnb")  # ... or anywhere
_PARTS = str.maketrans("-_", "  ")
_MOST = 16_384  # tags that are remembered, or 4 million characters of them; about 8 MB
_MOST_CHARACTERS = 4_000_000
_LONGEST = 4_000  # characters of a tag worth remembering: those of long classes take 3 us to read
_LONGEST_NAMES = 600  # characters of its classes and id together
_NAVIGATION = frozenset({"navigation", "search", "menu", "menubar", "toolbar"})
_DIALOG = frozenset({"dialog", "alertdialog"})
_OF_ROLE = {
    **dict.fromkeys(_NAVIGATION, "nav"),
    **dict.fromkeys(_DIALOG, "dialog"),
    "contentinfo": "footer",
    "complementary": "aside",
    "banner": "header",
    "main": "main",
}
_OF_TAG = {
    "nav": "nav",
    "menu": "nav",
    "dialog": "dialog",
    "footer": "footer",
    "aside": "aside",
    "header": "header",
    "form": "form",
    "button": "button",
    "main": "main",
    "article": "main",
}


@dataclass(slots=True)  # not frozen: setting the fields of a frozen one takes four times as long
class TagInfo:
    """One distinct tag, read once. `part` is the role it plays: `nav`, `footer`, `main`...

    `noted` is set where the tree keeps more than sums: a link, a heading, a cell, main text.
    """

    what: int
    name: str
    write: int = INLINE
    block: bool = False
    attrs: str = ""
    part: str = ""
    mark: str = ""
    noted: bool = False


class NoTagError(ValueError):
    """What was taken for the inside of a tag cannot be one."""


class _Tags(dict[str, TagInfo]):
    """Tags by what is inside of them; one that is not known is read when it is asked for."""

    held = 0  # characters

    def __missing__(self, token: str) -> TagInfo:
        first = token[:1]
        if not (first.isalpha() or first in {"/", "!"}) or (
            " " in token and token[-1] != '"' and first != "!"
        ):
            raise NoTagError(token)
        return read_tag(token)


_KNOWN = _Tags()  # pages of one site repeat their tags, and all pages the plain ones
_A_LINK = TagInfo(OPENS, "a", LINK, noted=True)


def known_tags() -> dict[str, TagInfo]:
    """Return the tags seen so far, by what is inside of them; it reads those it does not know.

    Looking in raises NoTagError for what lexbor never writes inside a tag.
    """
    if len(_KNOWN) > _MOST or _KNOWN.held > _MOST_CHARACTERS:
        _KNOWN.clear()  # at once: to know which was not seen for long would cost more than to read it
        _KNOWN.held = 0
    return _KNOWN


def read_tag(token: str) -> TagInfo:
    """Read the inside of one tag as lexbor writes it, such as `div class="x"` or `/div`.

    It becomes known, unless it is long or a link: those seldom come again. All links are one tag,
    without attributes: most are never looked at.
    """
    if token.startswith("a "):
        return _A_LINK
    info = _read(token)
    if len(token) <= _LONGEST and _KNOWN.held <= _MOST_CHARACTERS:
        _KNOWN[token] = info
        _KNOWN.held += len(token)
    return info


def _read(token: str) -> TagInfo:
    if token[:1] == "/":
        name = token[1:]
        return TagInfo(NOTHING if name in _TRANSPARENT else CLOSES, name)
    name, _, attrs = token.partition(" ")
    if name in _TRANSPARENT or name[:1] in "!?":
        return TagInfo(NOTHING, name)
    if name == "a":
        return _A_LINK
    if name in {"br", "hr"}:
        return TagInfo(BREAKS, name, BLOCK, block=True)
    part, mark = _OF_TAG.get(name, ""), ""
    if attrs and name not in _TEXT:
        lead = f" {attrs}"
        if "role=" in attrs:
            part = _OF_ROLE.get(_value(lead, ' role="'), part)
        if 'aria-modal="true"' in attrs:
            part = "dialog"
        ident = _value(lead, ' id="') if ' id="' in lead else ""
        classes = _value(lead, ' class="') if ' class="' in lead else ""
        mark = _mark(ident, classes)
    block = name in _BLOCKS
    write = _WRITTEN.get(name, BLOCK if block else INLINE)
    return TagInfo(OPENS, name, write, block, attrs, part, mark, name in _NOTED or part == "main")


def _value(attrs: str, name: str) -> str:
    """Return the value of an attribute; quotes inside values are written as entities."""
    start = attrs.find(name)
    while start >= 0 and attrs.count('"', 0, start) % 2:  # inside the value of another
        start = attrs.find(name, start + 1)
    if start < 0:
        return ""
    start += len(name)
    return attrs[start : attrs.find('"', start)]


def _mark(ident: str, classes: str) -> str:
    if not ident and not classes:
        return ""
    short = len(ident) + len(classes) <= _LONGEST_NAMES
    return _known_mark(ident, classes) if short else _judge(ident, classes)


def _judge(ident: str, classes: str) -> str:
    names = f"{classes} {ident}"
    low = names.lower()
    words = low.translate(_PARTS).split()
    if _STEMS.isdisjoint(words) and not any(stem in low for stem in _INSIDE):
        return ""
    if (ident and _PLATFORM_ID.fullmatch(ident)) or (classes and _PLATFORM_CLASS.search(classes)):
        return PLATFORM
    if _BANNER.search(names):
        return BANNER
    if _OVERLAY.search(names):
        return OVERLAY
    if _FOOTER.search(names):
        return FOOTER
    return CHROME if _CHROME.search(names) else ""


# Ids and targets make tags differ whose classes are the same; about 4 MB when full.
_known_mark = lru_cache(maxsize=8192)(_judge)
