"""The index of a WARC file as web archives read it: `surt timestamp {json}`, a line a capture. Pure."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

__all__ = ["IndexLine", "cdxj", "surt", "timestamp"]

_WWW = re.compile(r"^www\d{0,3}\.")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class IndexLine:
    url: str
    at: datetime
    mime: str  # warc/revisit: the bytes are those of another capture
    status: int
    digest: str
    offset: int
    length: int
    filename: str


def cdxj(lines: Iterable[IndexLine]) -> str:
    """Return the index, sorted as binary search needs it."""
    return "".join(sorted(map(_text, lines)))


def surt(url: str) -> str:
    """Return the key of an address: host backwards, then path and query, in lower case.

    As the Internet Archive's canonicaliser has it, for addresses of pages: no scheme, no
    www, no usual port, no last slash, the query's parts sorted. (Session ids in paths,
    which it drops too, no policy has.)
    """
    parts = urlsplit(url)
    host = _WWW.sub("", (parts.hostname or "").lower())
    port = parts.port
    backwards = ",".join(reversed(host.split(".")))
    if port is not None and port != _PORTS.get(parts.scheme):
        backwards += f":{port}"
    path = parts.path.lower()
    path = path.rstrip("/") or "/"
    query = "&".join(sorted(parts.query.lower().split("&"))) if parts.query else ""
    return f"{backwards}){path}" + (f"?{query}" if query else "")


def timestamp(at: datetime) -> str:
    """Return an instant as web archives write it, in fourteen digits."""
    return f"{at.astimezone(UTC):%Y%m%d%H%M%S}"


def _text(line: IndexLine) -> str:
    said = {
        "url": line.url,
        "mime": line.mime,
        "status": str(line.status),
        "digest": line.digest,
        "length": str(line.length),
        "offset": str(line.offset),
        "filename": line.filename,
    }
    return f"{surt(line.url)} {timestamp(line.at)} {json.dumps(said, ensure_ascii=False)}\n"
