"""One attempt to fetch a page, as the crawler hands it over: a value, not a row. Pure."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Fetched", "FetchedPage", "Hop", "Tls", "Trace"]


@dataclass(frozen=True, slots=True)
class Tls:
    """What the encryption of one connection said of itself. `problem`: why it cannot be trusted."""

    protocol: str = ""
    issuer: str = ""
    until: str = ""  # the day on which the certificate ends
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Hop:
    """One request and its answer. `leads` is how it leads on: "" (it is the last), redirect, refresh."""

    url: str
    status: int | None
    address: str = ""  # that was connected to
    tls: Tls | None = None
    leads: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """The way of one fetch, told for people and for provenance. Nothing is decided by it but `moved`."""

    robots: str = ""  # what robots.txt says of the page; "": it was not asked
    robots_overridden: bool = False
    waited_ms: int = 0  # for the host's turn, before the first request
    asked: tuple[tuple[str, str], ...] = ()  # request headers that decide what comes
    hops: tuple[Hop, ...] = ()
    wire_bytes: int | None = None  # of the body as sent; None: nobody counted

    @property
    def language(self) -> str:
        """The Accept-Language that was sent."""
        return dict(self.asked).get("Accept-Language", "")

    @property
    def unverified(self) -> str:
        """Why a connection on the way cannot be trusted; "" where all can, or none is encrypted."""
        return next((hop.tls.problem for hop in self.hops if hop.tls and hop.tls.problem), "")

    @property
    def is_permanent(self) -> bool:
        """Whether there were redirects, and all of them for good."""
        led = [hop for hop in self.hops if hop.leads]
        return bool(led) and all(
            hop.leads == "redirect" and hop.status in {301, 308} for hop in led
        )


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """One page of a policy that is spread over several. Status 304 has no body."""

    url: str  # as asked for
    final_url: str
    status: int | None
    content_type: str
    body: bytes | None
    etag: str = ""
    last_modified: str = ""
    rendered: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """`cause` "" with a body: a capture. `cause` "" with status 304 and no body: not modified.

    Any other cause: failed; a body is kept where there is one. `pages`, in order, are
    those of a policy on several: storage makes one body of them.
    """

    policy_id: int
    source: str  # "live", or the name of an archive
    url: str  # as asked for
    final_url: str  # as answered, after redirects
    redirects: tuple[str, ...]  # the addresses in between, in order
    slot_at: datetime | None  # the scheduled instant it answers; None: asked for by hand
    observed_at: datetime
    took_ms: int
    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    cause: str = ""
    detail: str = ""
    retry_after_s: float = 0.0
    # Why the body is the DOM that a browser made of the page; "": it is what the server sent.
    rendered: str = ""
    browser_needed: bool = False  # the plain page was looked at, and was not enough
    plain_suffices: bool = False  # the plain page was looked at, and was
    pages: tuple[FetchedPage, ...] = ()
    trace: Trace = Trace()

    def header(self, name: str) -> str:
        """Return the last header called `name`, in any case; "" where there is none."""
        for key, value in reversed(self.headers):
            if key.lower() == name.lower():
                return value
        return ""
