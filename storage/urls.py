"""Which addresses may be watched, and when two are the same one. Pure.

Not here: whether the address may be connected to; that is decided when the
connection is made.
"""

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

from storage.errors import BadUrl

__all__ = ["guess_kind", "guess_service", "normalise_url", "server_of", "slug"]

_LONGEST = 4096  # characters; servers refuse longer request lines
_PORTS = {"http": 80, "https": 443}
_UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")  # RFC 3986, 2.3: written plain, never escaped
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")

# Parameters that say where a reader came from, not what the page is.
_TRACKING = re.compile(
    r"utm_\w{1,40}|gclid|gclsrc|dclid|fbclid|msclkid|yclid|twclid|igshid|mc_[ce]id|_ga|_gl|_hs(?:enc|mi)",
    re.IGNORECASE,
)

# Words of an address -> kind, the more telling first.
_KINDS: Sequence[tuple[str, re.Pattern[str]]] = (
    ("cookies", re.compile(r"cookie")),
    ("subprocessors", re.compile(r"sub-?_?processor|sous-?_?traitant")),
    ("dpa", re.compile(r"\bdpa\b|data-?_?processing|auftragsverarbeitung|traitement-des-donnees")),
    (
        "privacy",
        re.compile(
            r"privac|datenschutz|confidentialit|donnees-personnelles|protection-des-donnees|rgpd|gdpr"
        ),
    ),
    (
        "terms",
        re.compile(
            r"\bterms|\btos\b|\beula\b|conditions|\bagb\b|\bcgu\b|\bcgv\b|nutzungsbedingungen"
        ),
    ),
)
_DEFAULT_KIND = "privacy"
# First labels that name a part of a site, and last-but-one labels that are no name.
_PARTS = {
    "www",
    "www2",
    "m",
    "legal",
    "policies",
    "policy",
    "privacy",
    "help",
    "support",
    "docs",
    "about",
}
_SECOND_LEVEL = {"co", "com", "org", "net", "gov", "gouv", "ac", "edu", "or", "ne"}


def normalise_url(url: str) -> tuple[str, str]:
    """Return (`url` as it is fetched, the key under which equal addresses meet).

    The first keeps what the server may look at; the second drops tracking
    parameters too. Raises BadUrl.
    """
    _refuse_characters(url)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadUrl(f"{url!r} is no address: {error}") from error
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise BadUrl(f"{url!r} does not begin with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise BadUrl("an address with a user name or password in it is not watched; leave them out")
    host = _host(parts, url)
    if port == 0:
        raise BadUrl(f"{url!r} names port 0")
    at = host if port in (None, _PORTS[scheme]) else f"{host}:{port}"
    path = _escaped(parts.path) or "/"
    query = _escaped(parts.query)
    tidy = urlunsplit((scheme, at, path, query, ""))
    if len(tidy) > _LONGEST:
        raise BadUrl(f"an address of {len(tidy)} characters is longer than servers take")
    return tidy, urlunsplit((scheme, at, path, _without_tracking(query), ""))


def server_of(url: str) -> str:
    """Return the host of a normalised URL, with its port where that is not the usual one."""
    return urlsplit(url).netloc


def guess_service(url: str) -> str:
    """Return a name for who runs the site: "acme" for https://www.acme.co.uk/privacy."""
    host = urlsplit(url).hostname or ""
    if _is_address(host):
        return host
    labels = host.split(".")
    while len(labels) > 2 and labels[0] in _PARTS:
        labels = labels[1:]
    if len(labels) == 1:
        return labels[0]
    if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2:
        return labels[-3]
    return labels[-2]


def guess_kind(url: str) -> str:
    """Return privacy, cookies, terms, dpa or subprocessors by the words of the address."""
    parts = urlsplit(url.lower())
    words = f"{parts.hostname or ''} {parts.path} {parts.query}"
    # The last part of the path names the page; what is before it names the shelf.
    for text in (parts.path.rstrip("/").rsplit("/", 1)[-1], words):
        for kind, pattern in _KINDS:
            if pattern.search(text):
                return kind
    return _DEFAULT_KIND


def slug(*parts: str) -> str:
    """Return `parts` as one lower-case name of letters, digits and dashes, at most 60 long."""
    words = re.findall(r"[a-z0-9]{1,60}", " ".join(parts).lower())
    return "-".join(words)[:60].strip("-") or "policy"


def _refuse_characters(url: str) -> None:
    if len(url) > _LONGEST:
        raise BadUrl(f"an address of {len(url)} characters is longer than servers take")
    for character in url:
        if character.isspace():
            raise BadUrl(f"{url!r} has blanks in it; write them as %20")
        if not character.isprintable():
            raise BadUrl(f"{url!r} has characters in it that cannot be seen")
        if character == "\\":
            raise BadUrl(f"{url!r} has a backslash in it; addresses are written with /")


def _host(parts: SplitResult, url: str) -> str:
    raw = (parts.hostname or "").rstrip(".")
    if not raw:
        raise BadUrl(f"{url!r} names no host")
    if ":" in raw or "[" in parts.netloc:
        if ":" not in raw or not _is_address(raw):
            raise BadUrl(f"{url!r} names no IPv6 address")
        return f"[{ipaddress.ip_address(raw).compressed}]"
    try:
        host = raw if raw.isascii() else raw.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise BadUrl(f"{url!r} names no host that can exist: {error}") from error
    host = host.lower()
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise BadUrl(f"{url!r} names no host that can exist")
    return host


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _escaped(text: str) -> str:
    """Escape what is no ASCII, spell escapes in capitals, and undo those that say nothing."""
    ascii_only = quote(_BROKEN_ESCAPE.sub("%25", text), safe="%/:?#[]@!$&'()*+,;=-._~|^`{}\"<>")
    return _ESCAPE.sub(_spelled, ascii_only)


def _spelled(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if _UNRESERVED.fullmatch(character) else f"%{escape[1].upper()}"


def _without_tracking(query: str) -> str:
    kept = [part for part in query.split("&") if not _TRACKING.fullmatch(part.partition("=")[0])]
    return "&".join(kept)
