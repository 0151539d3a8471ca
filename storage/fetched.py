"""One attempt to fetch a page, as the crawler hands it over: a value, not a row. Pure."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Fetched", "FetchedPage"]


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

    def header(self, name: str) -> str:
        """Return the last header called `name`, in any case; "" where there is none."""
        for key, value in reversed(self.headers):
            if key.lower() == name.lower():
                return value
        return ""
