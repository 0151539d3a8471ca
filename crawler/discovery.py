"""Find the legal pages of a site: its links, its sitemaps, the usual addresses; then read what was found.

A few rounds of polite fetches, each decided by what the last one brought, and never more
than a fixed number in all. What a link promises is only a hint (`analysis.documents`):
a page is offered when it reads as the document it was taken for. Nothing is watched here.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from analysis.documents import KINDS, hint_of, is_aside, kind_of_title
from analysis.extract.anchors import anchors_of
from analysis.quality import assess
from analysis.reading import Reading, read_page
from analysis.walls import POLICY
from storage.fetched import Fetched

__all__ = ["Discovery", "FetchMany", "Found", "discover"]

FetchMany = Callable[[Sequence[str]], Mapping[str, Fetched]]

_MOST = 45  # requests for one site, robots.txt apart
_MOST_HUBS = 3  # pages such as /legal that list the others
_MOST_SITEMAPS = 4
_MOST_LOCATIONS = 50_000  # of one sitemap, as its protocol has it
_SITEMAP_BYTES = 10 << 20  # unpacked
_MOST_GUESSES = 14
_PER_KIND = 3  # candidates that are read
_LOCATION = re.compile(rb"<loc>\s{0,40}(?:<!\[CDATA\[)?\s{0,40}([^<\]\s]{8,2000})", re.IGNORECASE)
_SITEMAP_LINE = re.compile(r"(?im)^\s{0,20}sitemap\s{0,5}:\s{0,20}(\S{8,2000})")
_HUB = re.compile(
    r"\b(?:legal|policies|trust|compliance|imprint|impressum|rechtliches|mentions légales|aviso legal"
    r"|note legali|juridisch|jurídico|privacy cent(?:er|re)|trust cent(?:er|re))\b",
    re.IGNORECASE,
)
_LEGAL_MAP = re.compile(r"legal|polic|page|static|main|misc", re.IGNORECASE)

# Where pages usually are, asked only for kinds that no link led to.
_USUAL: Mapping[str, tuple[str, ...]] = {
    "privacy": (
        *(
            "/privacy",
            "/privacy-policy",
            "/legal/privacy",
            "/datenschutz",
            "/datenschutzerklaerung",
        ),
        *(
            "/confidentialite",
            "/politique-de-confidentialite",
            "/privacidad",
            "/informativa-privacy",
        ),
        *("/privacyverklaring", "/politica-de-privacidade", "/.well-known/privacy-policy"),
    ),
    "terms": ("/terms", "/terms-of-service", "/legal/terms", "/agb", "/cgu"),
    "cookies": ("/cookies", "/cookie-policy", "/legal/cookies"),
    "dpa": ("/dpa", "/legal/dpa"),
    "subprocessors": ("/subprocessors", "/legal/subprocessors"),
}
_REL_KINDS = {"privacy-policy": "privacy", "terms-of-service": "terms"}
_NEEDED_CUES = {"subprocessors": 1, "cookies": 2}  # kinds of policy words; a list says little else
_USUAL_CUES = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A page that reads as a document of `kind`. `score` orders those of one kind; 10 is sure."""

    kind: str
    url: str
    title: str
    lang: str
    words: int
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a site has. `found`: by kind in a fixed order, the best first; `dropped`: why others are not."""

    site: str
    found: tuple[Found, ...]
    dropped: tuple[tuple[str, str], ...]
    requests: int
    problem: str = ""  # why nothing could be looked at

    def best(self) -> list[Found]:
        """Return the best of each kind."""
        kinds: dict[str, Found] = {}
        for one in self.found:
            kinds.setdefault(one.kind, one)
        return list(kinds.values())


@dataclass(slots=True)
class _Candidate:
    kind: str
    url: str
    score: int = 0
    reasons: list[str] = field(default_factory=list)

    def add(self, points: int, reason: str) -> None:
        if reason not in self.reasons:
            self.score += points
            self.reasons.append(reason)


def discover(site: str, *, fetch: FetchMany, most: int = _MOST) -> Discovery:
    """Find the legal pages of `site`, an address whose page is looked at first.

    `fetch` fetches addresses and returns what came by address. At most `most` are asked for.
    """
    return _Search(site, fetch, most).run()


class _Search:
    def __init__(self, site: str, fetch: FetchMany, most: int) -> None:
        self._site = site
        self._fetch = fetch
        self._left = most
        self._pages: dict[str, Fetched] = {}
        self._candidates: dict[str, _Candidate] = {}
        self._hubs: dict[str, None] = {}
        self._dropped: dict[str, str] = {}
        self._asked = 0

    def run(self) -> Discovery:
        root = self._root(self._site)
        first = [self._site, f"{root}/robots.txt", f"{root}/.well-known/security.txt"]
        came = self._get(first)
        home = came.get(self._site)
        if home is not None and not _has_page(home):
            detail = f"{home.cause}: {home.detail}".strip(": ") or f"status {home.status}"
            if home.cause in {"dns", "refused", "robots", "blocked_address", "robots_unreadable"}:
                return Discovery(self._site, (), (), self._asked, problem=detail)
            self._dropped[self._site] = detail
        if home is not None and _has_page(home):
            self._take_page(home)
            root = self._root(home.final_url)
        self._take_security(came.get(first[2]))
        self._take_sitemaps(_text(came.get(first[1])), root)
        for page in self._get(list(self._hubs)[:_MOST_HUBS]).values():
            if _has_page(page):
                self._take_page(page)
        self._guess(root)
        found = self._read()
        return Discovery(self._site, tuple(found), tuple(self._dropped.items()), self._asked)

    def _get(self, urls: Iterable[str]) -> dict[str, Fetched]:
        """Fetch what was not fetched before, as far as the number of requests allows."""
        wanted = list(dict.fromkeys(urls))
        new = [url for url in wanted if url not in self._pages][: max(0, self._left)]
        if new:
            self._left -= len(new)
            self._asked += len(new)
            self._pages.update(self._fetch(new))
        return {url: self._pages[url] for url in wanted if url in self._pages}

    def _take_page(self, page: Fetched) -> None:
        """Take the links of a page for candidates, and those to lists of such pages for hubs."""
        for anchor in anchors_of(page.body or b"", base=page.final_url):
            if anchor.rel in _REL_KINDS:
                kind = _REL_KINDS[anchor.rel]
                self._candidate(anchor.url, kind).add(4, f"a link says rel={anchor.rel}")
            hint = hint_of(anchor.words, anchor.url)
            if hint is not None:
                candidate = self._candidate(anchor.url, hint.kind)
                if hint.words:
                    candidate.add(3, f'linked as "{anchor.words[:60]}"')
                if hint.address:
                    candidate.add(2, f'"{hint.address}" in its address')
                if anchor.in_footer:
                    candidate.add(1, "linked from the foot of the page")
                if is_aside(anchor.words, anchor.url):
                    candidate.add(-5, "for somebody else, or no page")
            elif _HUB.search(anchor.words) and self._same_site(anchor.url):
                self._hubs.setdefault(anchor.url)

    def _take_security(self, page: Fetched | None) -> None:
        """Take the `Policy` lines of a security.txt (RFC 9116) where they name a privacy page."""
        for line in _text(page).splitlines()[:200]:
            name, _, value = line.partition(":")
            if name.strip().lower() != "policy":
                continue
            hint = hint_of("", value.strip())
            if hint is not None and self._same_site(value.strip()):
                self._candidate(value.strip(), hint.kind).add(1, "named in security.txt")

    def _take_sitemaps(self, robots: str, root: str) -> None:
        named = [url for url in _SITEMAP_LINE.findall(robots) if self._same_site(url)]
        waiting = named or [f"{root}/sitemap.xml"]
        read = 0
        while waiting and read < _MOST_SITEMAPS:
            url = waiting.pop(0)
            page = self._get([url]).get(url)
            read += 1
            data = _sitemap(page)
            locations = [_plain(found) for found in _locations(data)]
            if b"<sitemapindex" in data[:2_000]:
                # Maps of products and articles are long and hold no policy.
                locations.sort(key=lambda loc: not _LEGAL_MAP.search(loc))
                waiting += [loc for loc in locations[:_MOST_SITEMAPS] if self._same_site(loc)]
                continue
            for location in locations:
                if not self._same_site(location) or is_aside("", location):
                    continue
                if (hint := hint_of("", location)) is not None:
                    candidate = self._candidate(location, hint.kind)
                    candidate.add(2, f'"{hint.address}" in its address')
                    candidate.add(1, "in the sitemap")

    def _guess(self, root: str) -> None:
        """Try the usual addresses of kinds that nothing led to."""
        have = {one.kind for one in self._candidates.values() if one.score > 0}
        paths = [
            (kind, path) for kind, paths in _USUAL.items() if kind not in have for path in paths
        ]
        tried = {f"{root}{path}": kind for kind, path in paths[:_MOST_GUESSES]}
        for url, page in self._get(tried).items():
            if _has_page(page):
                self._candidate(url, tried[url]).add(2, "a usual address")

    def _read(self) -> list[Found]:
        """Read the best candidates of each kind and keep those that are what they seemed."""
        ranked: list[_Candidate] = []
        for kind in KINDS:
            of_kind = [
                one for one in self._candidates.values() if one.kind == kind and one.score > 0
            ]
            of_kind.sort(key=lambda one: (-one.score, len(one.url), one.url))
            ranked += of_kind[:_PER_KIND]
        ranked.sort(key=lambda one: (-one.score, len(one.url), one.url))
        pages = self._get(one.url for one in ranked)
        found: dict[str, Found] = {}
        for one in ranked:
            page = pages.get(one.url)
            if page is None:
                self._dropped[one.url] = "not asked for: enough was"
                continue
            made = self._judged(one, page)
            if made is not None and (made.url not in found or found[made.url].score < made.score):
                found[made.url] = made
        order = {kind: number for number, kind in enumerate(_ORDER)}
        return sorted(found.values(), key=lambda one: (order[one.kind], -one.score, one.url))

    def _judged(self, one: _Candidate, page: Fetched) -> Found | None:
        if not _has_page(page):
            self._dropped[one.url] = f"{page.cause}: {page.detail}".strip(": ") or "no page"
            return None
        reading = read_page(
            page.body or b"", url=page.final_url, content_type=page.header("content-type")
        )
        verdict = assess(reading)
        cues = sum(1 for cue in POLICY if cue.search(reading.text))
        title = reading.title or reading.page_title
        if not verdict.ok:
            self._dropped[one.url] = f"{verdict.cause}: {verdict.evidence}"
            return None
        if cues < _NEEDED_CUES.get(one.kind, _USUAL_CUES):
            self._dropped[one.url] = "does not read as a policy"
            return None
        self._weigh(one, reading, title, cues)
        return Found(
            kind=one.kind,
            url=page.final_url or one.url,
            title=title[:200],
            lang=reading.lang,
            words=reading.words,
            score=max(1, min(10, one.score)),
            reasons=tuple(one.reasons),
        )

    def _weigh(self, one: _Candidate, reading: Reading, title: str, cues: int) -> None:
        named = kind_of_title(title)
        if named and named != one.kind:
            one.reasons.append(f"taken for {one.kind} by its link, but its title names another")
            one.kind = named
        elif named:
            one.add(2, "its title says so")
        one.add(1 if cues < 2 * _USUAL_CUES else 2, f"speaks of {cues} matters of a policy")
        if reading.words < 120 and one.kind not in _NEEDED_CUES:
            one.add(-2, f"only {reading.words} words")

    def _candidate(self, url: str, kind: str) -> _Candidate:
        key = _same_page(url)
        if key not in self._candidates:
            self._candidates[key] = _Candidate(kind, url)
        return self._candidates[key]

    def _root(self, url: str) -> str:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}"

    def _same_site(self, url: str) -> bool:
        """Return whether an address is of the site: its host, or one beside or below it."""
        try:
            there, here = urlsplit(url), urlsplit(self._site)
        except ValueError:
            return False
        if there.scheme not in {"http", "https"}:
            return False
        host, own = (
            (there.hostname or "").removeprefix("www."),
            (here.hostname or "").removeprefix("www."),
        )
        return host == own or host.endswith(f".{own}")


_ORDER = ("privacy", "cookies", "terms", "dpa", "subprocessors", "regional")


def _has_page(page: Fetched) -> bool:
    return not page.cause and bool(page.body)


def _text(page: Fetched | None) -> str:
    """Return a small text file; "" where it is missing or is a page of the site instead."""
    if page is None or not _has_page(page) or page.body is None:
        return ""
    return "" if page.body.lstrip()[:1] == b"<" else page.body[:500_000].decode("utf-8", "replace")


def _sitemap(page: Fetched | None) -> bytes:
    """Return a sitemap, unpacked if it is packed; b"" where there is none."""
    if page is None or not page.body or (page.status or 0) >= 400:
        return b""
    if not page.body.startswith(b"\x1f\x8b"):
        return page.body[:_SITEMAP_BYTES]
    try:
        return zlib.decompressobj(wbits=31).decompress(page.body, _SITEMAP_BYTES)
    except zlib.error:
        return b""


def _locations(data: bytes) -> Iterator[bytes]:
    for number, found in enumerate(_LOCATION.finditer(data)):
        if number >= _MOST_LOCATIONS:
            return
        yield found[1]


def _plain(location: bytes) -> str:
    return location.decode("utf-8", "replace").replace("&amp;", "&")


def _same_page(url: str) -> str:
    parts = urlsplit(urljoin(url, ""))
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}:{parts.port or ''}{parts.path.rstrip('/')}?{parts.query}"
