"""The fault server: one resource for each way in which a server fools a monitor, with what must come of it.

    with Site(host="0.0.0.0") as site:
        for number, fault in enumerate(MISBEHAVIOURS):
            fault.install(Place(site, f"127.0.1.{number + 1}", "/privacy"))

Each fault stands on a host of its own, so that robots.txt, pauses and back-off of one say
nothing of another. `PAGE` is the policy that was there before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.support import faults
from tests.support.site import Exchange, Site

__all__ = ["MISBEHAVIOURS", "PAGE", "Misbehaviour", "Place"]

_CLAUSES = "".join(
    f"<h2>{number}. About {thing}</h2><p>When you order {thing} from us, we collect your name and"
    f" your address, and we keep these personal data for {number + 1} months. We do not share them"
    " with anybody, and you may ask us to delete them.</p>"
    for number, thing in enumerate(
        ("a kettle", "a cup", "a tin", "a filter", "a spoon", "a tray", "a lamp", "a rug"), 1
    )
)
PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Privacy policy</title></head>'
    f"<body><main><h1>Privacy policy</h1>{_CLAUSES}</main></body></html>"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one fault stands: paths of a site that all hosts of 127/8 share."""

    site: Site
    host: str
    path: str

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.site.port}{self.path}"

    def to(self, path: str) -> str:
        """Return an address beside the policy's own."""
        return f"http://{self.host}:{self.site.port}{self.path}{path}"


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """What a server does, and the outcome and cause that must be recorded for it."""

    name: str
    install: Callable[[Place], object]
    outcome: str
    cause: str = ""


def _act(answer: faults.Act) -> Callable[[Place], object]:
    return lambda place: place.site.act(place.path, answer)


def _page(
    body: str | bytes, *, status: int = 200, kind: str = "text/html; charset=utf-8", **headers: str
) -> Callable[[Place], object]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda place: place.site.put(
        place.path, body, status=status, content_type=kind, headers=named
    )


def _leads_to(location: str, *, status: int = 302) -> Callable[[Place], object]:
    return lambda place: place.site.redirect(place.path, location, status=status)


def _circle(place: Place) -> None:
    place.site.redirect(place.path, place.to("/b"))
    place.site.redirect(f"{place.path}/b", place.url)


def _chain(place: Place) -> None:
    place.site.redirect(place.path, place.to("/1"))
    for number in range(1, 9):
        place.site.redirect(f"{place.path}/{number}", place.to(f"/{number + 1}"))


def _refreshes_in_a_circle(place: Place) -> None:
    for path, to in ((place.path, place.to("/b")), (f"{place.path}/b", place.url)):
        place.site.put(path, f'<meta http-equiv="refresh" content="0; url={to}">')


def _wants_a_cookie(place: Place) -> None:
    headers = {"Location": place.url, "Set-Cookie": "seen=1; Path=/"}
    place.site.put(place.path, "", status=302, headers=headers)


def _canonical_elsewhere(place: Place) -> None:
    link = f'<link rel="canonical" href="{place.to("/nowhere")}">'
    place.site.put(place.path, PAGE.replace("</head>", f"{link}</head>"))


def _refresh_nobody_sees(place: Place) -> None:
    lure = f'<noscript><meta http-equiv="refresh" content="0; url={place.to("/trap")}"></noscript>'
    lure += f'<!-- <meta http-equiv="refresh" content="0; url={place.to("/trap")}"> -->'
    place.site.put(place.path, PAGE.replace("</head>", f"{lure}</head>"))


def _nonce(exchange: Exchange) -> None:
    """Another token in the page at each request."""
    token = f"{id(exchange):x}{len(exchange.hit.headers)}"
    script = f'<input type="hidden" value="{token}"><script nonce="{token}">go("{token}")</script>'
    body = PAGE.replace("</body>", f"{script}</body>").encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    exchange.send(head.encode() + body)


def _robots(body: str, *, status: int = 200) -> Callable[[Place], object]:
    """robots.txt is of a host: it is told apart by the Host header."""
    return lambda place: _ROBOTS.__setitem__(f"{place.host}:{place.site.port}", (status, body))


_ROBOTS: dict[str, tuple[int, str]] = {}


def serve_robots(site: Site) -> None:
    """Let each host of the site answer with its own robots.txt; 404 where it has none."""

    def answer(exchange: Exchange) -> None:
        status, body = _ROBOTS.get(exchange.hit.headers.get("host", ""), (404, ""))
        head = f"HTTP/1.1 {status} Robots\r\nContent-Type: text/plain\r\n"
        exchange.send(f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode())

    site.act("/robots.txt", answer)


def forget_robots() -> None:
    _ROBOTS.clear()


_BYTES = PAGE.encode()
_DEEP = PAGE.replace("<main>", "<div>" * 600 + "<main>").replace(
    "</main>", "</main>" + "</div>" * 600
)
_HALF = PAGE[: len(PAGE) // 3].rsplit("<h2>", 1)[0] + "</main></body></html>"
_SHORT_WALLS: Mapping[str, tuple[str, str]] = {
    "a soft 404": (
        "soft_404",
        (
            "<title>Page not found</title><h1>404</h1><p>Sorry, the page you are looking for"
            " could not be found. It may have been moved or deleted.</p>"
        ),
    ),
    "a maintenance page with status 200": (
        "error_page",
        (
            "<title>Maintenance</title><h1>We will be back soon</h1><p>Our site is currently down"
            " for scheduled maintenance. Please try again later.</p>"
        ),
    ),
    "a bot wall with status 200": (
        "bot_wall",
        (
            "<title>Just a moment...</title><h1>Checking your browser</h1><p>Please verify you are"
            " human. Enable JavaScript and cookies to continue.</p>"
        ),
    ),
    "a consent dialog in place of the page": (
        "consent_wall",
        (
            "<title>Before you continue</title><h1>Before you continue</h1><p>We use cookies. Accept"
            " all or reject all.</p><button>Accept all</button><button>Reject all</button>"
        ),
    ),
    "a login form": (
        "login",
        (
            "<title>Sign in</title><h1>Sign in to your account</h1><p>Please log in to continue. You"
            " must be logged in to see this page. Enter your e-mail address and your password,"
            " or create an account if you have none yet. Forgot your password?</p><form>"
            "<input name=user><input type=password name=password><button>Log in</button></form>"
        ),
    ),
}

MISBEHAVIOURS: tuple[Misbehaviour, ...] = (
    Misbehaviour("hangs before a word", _act(faults.hangs), "failed", "timeout"),
    Misbehaviour("hangs within its headers", _act(faults.hangs_in_headers), "failed", "timeout"),
    Misbehaviour("drips", _act(faults.drips), "failed", "timeout"),
    Misbehaviour("closes at once", _act(faults.closes_at_once), "failed", "reset"),
    Misbehaviour("resets at once", _act(faults.resets_at_once), "failed", "reset"),
    Misbehaviour("speaks another protocol", _act(faults.no_http), "failed", "protocol"),
    Misbehaviour("headers without end", _act(faults.endless_headers), "failed", "protocol"),
    Misbehaviour("a 304 that nobody asked for", _act(faults.always_304), "failed", "protocol"),
    Misbehaviour("short of its length", _act(faults.short_of_its_length), "failed", "truncated"),
    Misbehaviour("chunks cut short", _act(faults.chunks_cut_short), "failed", "truncated"),
    Misbehaviour("broken chunks", _act(faults.broken_chunks), "failed", "truncated"),
    Misbehaviour("no length, then a reset", _act(faults.no_length_then_reset), "failed", "truncated"),
    *(
        Misbehaviour(f"{coding} cut short", _act(faults.cut_short(coding, _BYTES)), "failed", "truncated")
        for coding in faults.CODINGS
    ),
    *(
        Misbehaviour(f"a {coding} bomb", _act(faults.bomb(coding, 8 << 20)), "failed", "too_large")
        for coding in faults.CODINGS
    ),
    Misbehaviour("a body without end", _act(faults.endless), "failed", "too_large"),
    Misbehaviour("plain text named gzip", _page(PAGE, Content_Encoding="gzip"), "failed", "decode"),
    Misbehaviour("an unknown coding", _page(PAGE, Content_Encoding="rot13"), "failed", "decode"),
    Misbehaviour("redirects in a circle", _circle, "failed", "redirect_loop"),
    Misbehaviour("redirects to itself", lambda p: p.site.redirect(p.path, p.url), "failed", "redirect_loop"),
    Misbehaviour("redirects until a cookie comes back", _wants_a_cookie, "failed", "redirect_loop"),
    Misbehaviour("redirects nine times", _chain, "failed", "redirect_loop"),
    Misbehaviour("refreshes in a circle", _refreshes_in_a_circle, "failed", "redirect_loop"),
    Misbehaviour("redirects to a file", _leads_to("file:///etc/passwd"), "failed", "bad_redirect"),
    Misbehaviour("redirects to data", _leads_to("data:text/html,<p>Hi"), "failed", "bad_redirect"),
    Misbehaviour("redirects to a script", _leads_to("javascript:alert(1)"), "failed", "bad_redirect"),
    Misbehaviour("redirects to nowhere", _page("", status=302), "failed", "bad_redirect"),
    Misbehaviour("redirects to a cloud's metadata", _leads_to("http://169.254.169.254/latest/"), "failed", "blocked_address"),
    Misbehaviour("redirects to it, spelled oddly", _leads_to("http://0xa9fea9fe/"), "failed", "blocked_address"),
    Misbehaviour("redirects into the intranet", _leads_to("http://10.1.2.3/"), "failed", "blocked_address"),
    Misbehaviour("refreshes into the intranet", _page('<meta http-equiv=refresh content="0;url=http://10.1.2.3/">'), "failed", "blocked_address"),
    Misbehaviour("401", _page("Who are you?", status=401), "failed", "blocked"),
    Misbehaviour("403", _page("No.", status=403), "failed", "blocked"),
    Misbehaviour("404", _page(PAGE, status=404), "failed", "not_found"),
    Misbehaviour("410", _page(PAGE, status=410), "failed", "gone"),
    Misbehaviour("429 with Retry-After", _page("", status=429, Retry_After="3600"), "failed", "rate_limited"),
    Misbehaviour("429 until the year 9999", _page("", status=429, Retry_After="Fri, 31 Dec 9999 23:59:59 GMT"), "failed", "rate_limited"),
    Misbehaviour("451", _page("", status=451), "failed", "blocked"),
    Misbehaviour("500 with the policy as its page", _page(PAGE, status=500), "failed", "server_error"),
    Misbehaviour("503 with a challenge", _page("", status=503, cf_mitigated="challenge"), "failed", "blocked"),
    Misbehaviour("robots.txt keeps us away", _robots("User-agent: *\nDisallow: /\n"), "failed", "robots"),
    Misbehaviour("robots.txt is broken", _robots("oh no", status=503), "failed", "robots_unreadable"),
    Misbehaviour("an image", _page(b"\x89PNG", kind="image/png"), "failed", "wrong_type"),
    Misbehaviour("nothing, with status 200", _page(""), "held", "empty"),
    *(
        Misbehaviour(name, _page(f"<!doctype html><html lang=en>{body}"), "held", cause)
        for name, (cause, body) in _SHORT_WALLS.items()
    ),
    Misbehaviour("a third of the page with an honest end", _page(_HALF), "held", "shrunk"),
    Misbehaviour("600 elements around the text", _page(_DEEP), "unchanged"),
    Misbehaviour("a charset that is none", _page(PAGE, kind="text/html; charset=zlib_codec"), "unchanged"),
    Misbehaviour("UTF-16 under the name of UTF-8", _page(PAGE.encode("utf-16")), "unchanged"),
    Misbehaviour("a token of its own in every answer", _act(_nonce), "unchanged"),
    Misbehaviour("a canonical link to nowhere", _canonical_elsewhere, "unchanged"),
    Misbehaviour("a refresh in a comment and in noscript", _refresh_nobody_sees, "unchanged"),
    Misbehaviour("a page that reloads itself", lambda p: p.site.put(p.path, PAGE.replace("</head>", f'<meta http-equiv=refresh content="0; url={p.url}"></head>')), "unchanged"),
)  # fmt: skip
