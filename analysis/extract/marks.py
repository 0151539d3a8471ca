"""What one tag says about itself: its names, read once and turned into a mark.

Class names and ids are written by people for styling, so a mark is a
suspicion, never a verdict: `prune` weighs it against the text inside.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = [
    "BANNER", "BLOCKS", "BREAKS", "CHROME", "CLOSES", "FOOTER", "HEADINGS", "NOTHING", "OPENS", "OVERLAY", "PLATFORM",
    "TagInfo", "read_tag",
]  # fmt: skip

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = HEADINGS | {
    "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd",
    "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer",
    "form", "header", "hgroup", "hr", "html", "legend", "li", "listing", "main", "menu", "nav",
    "ol", "option", "p", "plaintext", "pre", "section", "summary", "table", "tbody", "td",
    "textarea", "tfoot", "th", "thead", "tr", "ul", "xmp",
}  # fmt: skip
# What a tag does to the tree. Plain numbers: they are compared a thousand times a page.
OPENS, CLOSES, BREAKS, NOTHING = range(4)
# What class and id make one suspect.
PLATFORM, BANNER, OVERLAY, FOOTER, CHROME = "platform", "banner", "overlay", "footer", "chrome"

_TRANSPARENT = frozenset({
    "abbr", "acronym", "area", "b", "base", "basefont", "bdi", "bdo", "big", "cite", "code", "col",
    "colgroup", "data", "del", "em", "embed", "font", "i", "img", "input", "ins", "kbd", "label",
    "link", "mark", "meta", "nobr", "output", "param", "path", "picture", "q", "rp", "rt", "ruby",
    "s", "samp", "small", "source", "span", "strike", "strong", "sub", "sup", "time", "track",
    "tt", "u", "var", "wbr",
})  # fmt: skip
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
_LONGEST = 240  # characters of a tag worth remembering
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
    """One distinct tag, read once. `part` is the role it plays: `nav`, `footer`, `main`..."""

    what: int
    name: str
    block: bool = False
    attrs: str = ""
    part: str = ""
    mark: str = ""


def read_tag(token: str) -> TagInfo:
    """Read the inside of one tag as lexbor writes it, such as `div class="x"` or `/div`."""
    return _known(token) if len(token) <= _LONGEST else _read(token)


def _read(token: str) -> TagInfo:
    if token[:1] == "/":
        name = token[1:]
        return TagInfo(NOTHING if name in _TRANSPARENT else CLOSES, name)
    name, _, attrs = token.partition(" ")
    if name in _TRANSPARENT or name[:1] in "!?":
        return TagInfo(NOTHING, name)
    if name == "a":
        return TagInfo(OPENS, name, attrs=attrs)
    if name in {"br", "hr"}:
        return TagInfo(BREAKS, name, block=True)
    part, mark = _OF_TAG.get(name, ""), ""
    if attrs and name not in _TEXT:
        lead = f" {attrs}"
        if "role=" in attrs:
            part = _OF_ROLE.get(_value(lead, ' role="'), part)
        if 'aria-modal="true"' in attrs:
            part = "dialog"
        mark = _mark(_value(lead, ' id="'), _value(lead, ' class="'))
    return TagInfo(OPENS, name, name in BLOCKS, attrs, part, mark)


def _value(attrs: str, name: str) -> str:
    """Return the value of an attribute; quotes inside values are written as entities."""
    start = attrs.find(name)
    while start >= 0 and attrs.count('"', 0, start) % 2:  # inside the value of another
        start = attrs.find(name, start + 1)
    if start < 0:
        return ""
    start += len(name)
    return attrs[start : attrs.find('"', start)]


# Pages of one site repeat their tags; about 8 MB when full.
_known = lru_cache(maxsize=16384)(_read)


def _mark(ident: str, classes: str) -> str:
    if not ident and not classes:
        return ""
    short = len(ident) + len(classes) <= _LONGEST_NAMES
    return _known_mark(ident, classes) if short else _judge(ident, classes)


def _judge(ident: str, classes: str) -> str:
    if (ident and _PLATFORM_ID.fullmatch(ident)) or (classes and _PLATFORM_CLASS.search(classes)):
        return PLATFORM
    names = f"{classes} {ident}"
    if _BANNER.search(names):
        return BANNER
    if _OVERLAY.search(names):
        return OVERLAY
    if _FOOTER.search(names):
        return FOOTER
    return CHROME if _CHROME.search(names) else ""


# Ids and targets make tags differ whose classes are the same; about 4 MB when full.
_known_mark = lru_cache(maxsize=8192)(_judge)
