"""Every link of a page, the ones around its text too, with the place it stands in."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from analysis.extract.limits import defused

__all__ = ["Anchor", "anchors_of"]

_MOST = 3_000  # links of one page
_WORDS = 200  # characters of a link's words
_HIGHEST = 40  # levels looked up for a footer
_RELS = frozenset({"privacy-policy", "terms-of-service", "license"})


@dataclass(frozen=True, slots=True)
class Anchor:
    """`url` is absolute; `rel` is one of what says what is behind it, or ""."""

    words: str
    url: str
    rel: str = ""
    in_footer: bool = False


def anchors_of(page: bytes, *, base: str) -> list[Anchor]:
    """Return the links of an HTML page in the order they stand in; never raises on any bytes."""
    document = LexborHTMLParser(defused(page).page)
    declared = document.css_first("base[href]")
    base = _joined(base, (declared.attributes.get("href") or "") if declared else "") or base
    found: list[Anchor] = []
    for node in document.css("a[href], area[href], link[rel][href]")[:_MOST]:
        url = _joined(base, node.attributes.get("href") or "")
        rels = set((node.attributes.get("rel") or "").lower().split()) & _RELS
        if not url or (node.tag == "link" and not rels):
            continue
        label = node.text() or node.attributes.get("aria-label") or node.attributes.get("title")
        words = " ".join((label or "").split())[:_WORDS]
        found.append(Anchor(words, url, min(rels, default=""), _in_footer(node)))
    return found


def _joined(base: str, href: str) -> str:
    try:
        url = urljoin(base, href.strip())
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and parts.hostname and parts.username is None
        return parts._replace(fragment="").geturl() if fits else ""
    except ValueError:
        return ""


def _in_footer(node: LexborNode) -> bool:
    above = node.parent
    for _ in range(_HIGHEST):
        if above is None:
            return False
        names = f"{above.attributes.get('class') or ''} {above.attributes.get('id') or ''}".lower()
        if above.tag == "footer" or "footer" in names:
            return True
        above = above.parent
    return False
