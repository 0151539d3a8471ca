"""What one tag says about itself: its names, read once and turned into a mark.

Class names and ids are written by people for styling, so a mark is a
suspicion, never a verdict: `prune` weighs it against the text inside.
"""

import re
from dataclasses import dataclass

__all__ = [
    "BLOCKS",
    "HEADINGS",
    "Mark",
    "TagInfo",
    "read_tag",
]

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = HEADINGS | frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "listing",
        "main",
        "menu",
        "nav",
        "ol",
        "option",
        "p",
        "plaintext",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "xmp",
    ]
)
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)

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
    r"|visually-hidden|toc)(?:[-_\s]|$)",
    re.IGNORECASE,
)
_NAME = re.compile(r'\s(class|id|role|aria-modal)="([^"]*)"')
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


class Mark:
    """The names of the suspicions; "" is none."""

    PLATFORM = "platform"
    BANNER = "banner"
    CHROME = "chrome"


@dataclass(frozen=True, slots=True)
class TagInfo:
    """One distinct opening or closing tag, read once per page.

    `part` is the page part the element plays by its tag or role (`nav`,
    `footer`, `main`...), `mark` what its class and id suggest.
    """

    name: str
    closing: bool
    void: bool
    block: bool
    attrs: str
    part: str = ""
    mark: str = ""


def read_tag(token: str) -> TagInfo:
    """Read one serialised tag such as `<div class="x">` or `</div>`."""
    if token[1] == "/":
        return TagInfo(token[2:-1], closing=True, void=False, block=False, attrs="")
    name, _, attrs = token[1:-1].partition(" ")
    part, mark = _OF_TAG.get(name, ""), ""
    if attrs:
        names = dict(_NAME.findall(" " + attrs))
        part = _OF_ROLE.get(names.get("role", ""), part)
        if names.get("aria-modal") == "true":
            part = "dialog"
        mark = _mark(names.get("id", ""), names.get("class", ""))
    return TagInfo(name, False, name in _VOID, name in BLOCKS, attrs, part, mark)


def _mark(ident: str, classes: str) -> str:
    if (ident and _PLATFORM_ID.fullmatch(ident)) or (classes and _PLATFORM_CLASS.search(classes)):
        return Mark.PLATFORM
    names = f"{classes} {ident}"
    if names != " ":
        if _BANNER.search(names):
            return Mark.BANNER
        if _CHROME.search(names):
            return Mark.CHROME
    return ""
