"""What can go wrong with a fetch, what a person can do about it, and whether waiting helps.

    CrawlerError            anything of this room that an operator can act on
    |-- FetchError          one page, one attempt: a cause by name, a detail in words
    `-- CannotCrawlError    the crawl itself cannot run, or not from here

A failed fetch is no exception to the caller of `crawler.run.crawl`: it becomes a
`Fetched` whose `cause` is one of CAUSES. Anything else that escapes is a bug.
What is wrong with a page that did arrive (a wall, a login, half a text) is the
analysis's to say, with causes of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["CAUSES", "CannotCrawlError", "Cause", "CrawlerError", "FetchError", "advice_for"]


@dataclass(frozen=True, slots=True)
class Cause:
    """A way a fetch fails: what it says, what to do, and whether trying later may help by itself."""

    name: str
    says: str
    advice: str
    waiting_helps: bool


_ALL = (
    Cause(
        "dns",
        "the host's name has no address",
        "check the spelling of the host; if it is right, the site may be gone or the resolver down",
        True,
    ),
    Cause(
        "refused",
        "the host accepts no connection, or cannot be reached",
        "the server is down or a firewall is in between; it is tried again by itself",
        True,
    ),
    Cause(
        "reset",
        "the connection broke before the answer was complete",
        "the server or something on the way hung up; it is tried again by itself",
        True,
    ),
    Cause(
        "timeout",
        "the answer did not arrive in time",
        "if it stays so, raise the timeout or ask whether the site blocks this address",
        True,
    ),
    Cause(
        "tls",
        "the certificate or the encryption of the site cannot be trusted",
        "the site must mend its certificate; `edit --tls record` takes the page meanwhile, marked",
        True,
    ),
    Cause(
        "robots",
        "robots.txt asks crawlers to stay away from this page",
        "ask the site, watch an archive's copies, or decide otherwise with `edit --robots ignore`",
        False,
    ),
    Cause(
        "robots_unreadable",
        "robots.txt answers with an error, which counts as 'stay away' (RFC 9309)",
        "it is tried again by itself; the page is read once robots.txt can be",
        True,
    ),
    Cause(
        "rate_limited",
        "the server asks for fewer requests",
        "it is tried again when the server said; check less often if it stays so",
        True,
    ),
    Cause(
        "blocked",
        "the server refuses this client",
        "open the page in a browser; ask the site to let the user agent in",
        False,
    ),
    Cause(
        "too_large",
        "the page is larger than the limit, or grows without end when unpacked",
        "check that the address is the policy itself; raise the size limit if it is",
        False,
    ),
    Cause(
        "truncated",
        "the body was cut short on the way",
        "half a policy is not kept; it is tried again by itself",
        True,
    ),
    Cause(
        "not_found",
        "there is no page at this address",
        "look for the policy's new address and set it with `edit`",
        False,
    ),
    Cause(
        "gone",
        "the page was taken down for good",
        "look for the policy's new address and set it with `edit`",
        False,
    ),
    Cause(
        "server_error",
        "the server failed to answer",
        "it is tried again by itself",
        True,
    ),
    Cause(
        "client_error",
        "the server does not accept the request",
        "open the page in a browser and check the address",
        False,
    ),
    Cause(
        "wrong_type",
        "the answer is no document: an image, a film, an archive, a program",
        "check that the address is the policy itself",
        False,
    ),
    Cause(
        "decode",
        "the body's packing (its content coding) is broken or unknown",
        "it is tried again by itself; if it stays so, the site is at fault",
        True,
    ),
    Cause(
        "protocol",
        "the answer does not follow HTTP",
        "if it stays so, the site is at fault; check the address and the port",
        True,
    ),
    Cause(
        "redirect_loop",
        "the redirects never end",
        "open the page in a browser and set the address it ends on with `edit`",
        False,
    ),
    Cause(
        "bad_redirect",
        "the page redirects to something that is not fetched",
        "open the page in a browser and set the address it ends on with `edit`",
        False,
    ),
    Cause(
        "blocked_address",
        "the host's address is private, and the address guard lets only public ones through",
        "if you mean to watch it, add its network to `crawl.allow_addresses`",
        False,
    ),
    Cause(
        "no_browser",
        "the page is to be drawn by a browser, and there is none to use",
        'install Chromium and the optional part "browser", or set --browser auto',
        False,
    ),
    Cause(
        "browser_failed",
        "the browser did not start, or failed on the page",
        "it is tried again by itself; if it stays so, start the browser by hand and see what it says",
        True,
    ),
    Cause(
        "empty",
        "the answer has no body at all",
        "open the page in a browser; it is tried again by itself",
        True,
    ),
    Cause(
        "not_modified",
        "the server says that nothing changed since a reading that is not kept",
        "the page is read whole the next time, by itself",
        True,
    ),
    Cause(
        "aborted",
        "the crawl was stopped before this page was done",
        "it is taken up again by the next crawl",
        True,
    ),
    Cause(
        "internal",
        "the crawler itself failed on this page",
        "please report it, with the log of that moment",
        True,
    ),
)

CAUSES: Mapping[str, Cause] = MappingProxyType({cause.name: cause for cause in _ALL})


def advice_for(cause: str) -> str:
    """Return what to do about a cause, in one line; "" for one that is not the crawler's."""
    known = CAUSES.get(cause)
    return known.advice if known is not None else ""


class CrawlerError(Exception):
    """The base of this room's errors."""


class CannotCrawlError(CrawlerError):
    """The crawl cannot start, or not from here."""


class FetchError(CrawlerError):
    """One page could not be had. `cause` is a name in CAUSES."""

    def __init__(self, cause: str, detail: str = "", *, retry_after_s: float = 0.0) -> None:
        super().__init__(f"{cause}: {detail}" if detail else cause)
        self.cause = CAUSES[cause].name
        self.detail = detail
        self.retry_after_s = retry_after_s

    def again(self) -> FetchError:
        """Return a like error to raise; raising one object twice piles up its tracebacks."""
        return FetchError(self.cause, self.detail, retry_after_s=self.retry_after_s)
