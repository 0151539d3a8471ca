"""What a server said with a page, as a fetch keeps it, and how to read it again.

The headers of a capture are kept whole where its text was new. Where the text
was known and the body is kept all the same, only what differs from the capture
that showed the text first is: of some forty headers a date and a few numbers.
"""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from storage.models import Fetch

__all__ = ["Headers", "headers_of", "headers_since"]

Headers = Sequence[Sequence[str]]  # name and value, in the order they came


def headers_of(session: Session, fetch: Fetch) -> list[tuple[str, str]]:
    """Return the response headers of a capture; none where they were not kept."""
    provenance = fetch.provenance or {}
    said = [(str(name), str(value)) for name, value in provenance.get("headers", ())]
    like = provenance.get("like")
    first = session.get(Fetch, like) if like is not None else None
    if first is None:
        return said
    other = {name for name, _ in said} | set(provenance.get("without", ()))
    return [(name, value) for name, value in headers_of(session, first) if name not in other] + said


def headers_since(before: Headers, now: Headers) -> dict[str, Any]:
    """Return what `now` says otherwise than `before`: the headers, and the names of those gone. Pure."""
    was, said = _by_name(before), _by_name(now)
    differing = [[name, value] for name, value in now if was.get(name) != said[name]]
    gone = [name for name in was if name not in said]
    return {"headers": differing, **({"without": gone} if gone else {})}


def _by_name(headers: Headers) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return found
