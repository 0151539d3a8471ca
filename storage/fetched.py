"""One attempt to fetch a page, as the crawler hands it over: a value, not a row. Pure."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Fetched"]


@dataclass(frozen=True, slots=True)
class Fetched:
    """`cause` "" with a body: a capture. `cause` "" with status 304 and no body: not modified.

    Any other cause: failed; a body is kept where there is one.
    """

    policy_id: int
    source: str  # "live"
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

    def header(self, name: str) -> str:
        """Return the last header called `name`, in any case; "" where there is none."""
        for key, value in reversed(self.headers):
            if key.lower() == name.lower():
                return value
        return ""
