"""Captures as WARC 1.1 (ISO 28500:2017) with a CDXJ index, and back. warcio knows the format.

    warcinfo   what wrote the file
    response   a capture as the server sent it (a "resource" where a browser or several
               pages made it), its content coding undone
    revisit    a capture with the same bytes as one before it in the file
    metadata   to each of them: what Clausewatch knows of it, as JSON

No request records: what was sent is not kept. The same captures give the same file, bit
for bit: record ids come from the chain of facts.
"""

import base64
import hashlib
import io
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from storage.captures import Capture
from storage.cdxj import IndexLine
from storage.errors import BadValue

__all__ = ["Archived", "Written", "read_warc", "write_warc"]

_ABOUT = "application/vnd.clausewatch+json"
_NAMES = uuid.UUID("6f1c0c58-6d1e-5f0a-9f63-2f2f4b1c8a11")  # of our record ids (RFC 9562, v5)
_INFO = {
    "format": "WARC File Format 1.1",
    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
}
_TYPES = frozenset(
    {"warcinfo", "response", "resource", "revisit", "request", "metadata", "conversion"}
)
_LARGEST = 64 << 20  # bytes of one body; a policy is never so long


@dataclass(frozen=True, slots=True)
class Written:
    """What a file holds."""

    responses: int
    revisits: int
    lines: tuple[IndexLine, ...]  # of its index, in the order of the file


@dataclass(frozen=True, slots=True)
class Archived:
    """One capture read from a file, its coding undone. `about` is {} in files of others."""

    url: str
    at: datetime
    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: bytes
    about: Mapping[str, Any]


def write_warc(
    out: BinaryIO,
    captures: Iterable[Capture],
    *,
    body_of: Callable[[Capture], bytes],
    filename: str,
    software: str,
) -> Written:
    """Write captures as gzipped records, one gzip member each, and return the lines of the index."""
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    info = writer.create_warcinfo_record(filename, _INFO | {"software": software})
    info.rec_headers.replace_header("WARC-Record-ID", _record_id(filename.encode()))
    info.rec_headers.replace_header("WARC-Date", "1970-01-01T00:00:00Z")  # no clock: same bytes
    writer.write_record(info)
    seen: dict[tuple[str, bytes], tuple[str, str]] = {}
    lines: list[IndexLine] = []
    revisits = 0
    for capture in captures:
        key = capture.final_url, capture.sha256
        body = body_of(capture)
        first = seen.setdefault(key, (capture.final_url, _date(capture.at)))
        is_again = first[1] != _date(capture.at)
        revisits += is_again
        start = out.tell()
        _write_capture(writer, capture, body, again=first if is_again else None)
        length = out.tell() - start
        _write_about(writer, capture)
        lines.append(_line(capture, body, start, length, filename, is_again=is_again))
    return Written(len(lines) - revisits, revisits, tuple(lines))


def read_warc(file: BinaryIO, *, name: str) -> Iterator[Archived]:
    """Yield the captures of a WARC file, ours or anybody's. Raises BadValue where it is none."""
    bodies: dict[str, bytes] = {}
    waiting: Archived | None = None
    waits_for = ""
    is_warc = False
    try:
        for record in ArchiveIterator(file):
            is_warc = is_warc or record.rec_type in _TYPES
            if record.rec_type in ("response", "resource", "revisit"):
                if waiting is not None:
                    yield waiting
                waits_for = record.rec_headers.get_header("WARC-Record-ID") or ""
                waiting = _archived(record, bodies)
            elif (
                record.rec_type == "metadata"
                and waiting is not None
                and record.rec_headers.get_header("WARC-Concurrent-To") == waits_for
            ):
                waiting = _with_about(record, waiting)
    except (ArchiveLoadFailed, EOFError, ValueError, OSError) as error:
        raise BadValue(f"{name} is no WARC file, or a damaged one: {error}") from error
    if not is_warc:
        raise BadValue(f"{name} is no WARC file, or a damaged one: it has no record")
    if waiting is not None:
        yield waiting


def _write_capture(
    writer: Any, capture: Capture, body: bytes, *, again: tuple[str, str] | None
) -> None:
    headers = {
        "WARC-Date": _date(capture.at),
        "WARC-Record-ID": _record_id(capture.link),
    }
    if not capture.as_served and again is None:
        writer.write_record(
            writer.create_warc_record(
                capture.final_url,
                "resource",
                payload=io.BytesIO(body),
                length=len(body),
                warc_content_type=capture.content_type,
                warc_headers_dict=headers,
            )
        )
        return
    http = _http(capture, len(body))
    if again is None:
        record = writer.create_warc_record(
            capture.final_url,
            "response",
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=http,
            warc_headers_dict=headers,
        )
    else:
        record = writer.create_revisit_record(
            capture.final_url,
            digest=_digest(body),
            refers_to_uri=again[0],
            refers_to_date=again[1],
            http_headers=http,
            warc_headers_dict=headers,
        )
    writer.write_record(record)


def _write_about(writer: Any, capture: Capture) -> None:
    said = json.dumps(capture.about, ensure_ascii=False, sort_keys=True).encode()
    headers = {
        "WARC-Date": _date(capture.at),
        "WARC-Record-ID": _record_id(b"about" + capture.link),
        "WARC-Concurrent-To": _record_id(capture.link),
    }
    record = writer.create_warc_record(
        capture.final_url,
        "metadata",
        payload=io.BytesIO(said),
        length=len(said),
        warc_content_type=_ABOUT,
        warc_headers_dict=headers,
    )
    writer.write_record(record)


def _http(capture: Capture, length: int) -> StatusAndHeaders:
    status = capture.status or 200
    try:
        words = HTTPStatus(status).phrase
    except ValueError:
        words = "Unknown"
    headers = [(_one_line(name), _one_line(value)) for name, value in capture.headers]
    headers.append(("Content-Length", str(length)))
    return StatusAndHeaders(f"{status} {words}", headers, protocol="HTTP/1.1")


def _line(
    capture: Capture, body: bytes, start: int, length: int, filename: str, *, is_again: bool
) -> IndexLine:
    return IndexLine(
        url=capture.final_url,
        at=capture.at,
        mime="warc/revisit" if is_again else capture.content_type,
        status=capture.status or 200,
        digest=_digest(body),
        offset=start,
        length=length,
        filename=filename,
    )


def _archived(record: Any, bodies: dict[str, bytes]) -> Archived | None:
    """Return what a record holds; None for what is no page of the web."""
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    digest = record.rec_headers.get_header("WARC-Payload-Digest") or ""
    if record.rec_type == "revisit":
        body = bodies.get(digest)
        if body is None:
            return None  # the bytes are in another file
    else:
        body = record.content_stream().read(_LARGEST)
        if digest:
            bodies[digest] = body
    http = record.http_headers
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    if http is not None:
        status = int(code) if (code := http.get_statuscode() or "").isdigit() else None
        headers = tuple((str(name), str(value)) for name, value in http.headers)
    elif kind := record.rec_headers.get_header("Content-Type"):
        status, headers = 200, (("Content-Type", kind),)
    at = _instant(record.rec_headers.get_header("WARC-Date") or "")
    if at is None or not url.startswith(("http://", "https://")):
        return None
    return Archived(url, at, status, headers, body, {})


def _with_about(record: Any, archived: Archived) -> Archived:
    if record.rec_headers.get_header("Content-Type") != _ABOUT:
        return archived
    try:
        about = json.loads(record.content_stream().read(1 << 20))
    except ValueError:
        return archived
    if not isinstance(about, dict):
        return archived
    return Archived(
        archived.url, archived.at, archived.status, archived.headers, archived.body, about
    )


def _date(at: datetime) -> str:
    """Write an instant as WARC 1.1 does, to the microsecond where it has any."""
    utc = at.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S.%fZ}" if utc.microsecond else f"{utc:%Y-%m-%dT%H:%M:%SZ}"


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _digest(body: bytes) -> str:
    sha1 = hashlib.sha1(body).digest()  # noqa: S324 - what indexes of web archives call bytes by
    return "sha1:" + base64.b32encode(sha1).decode()


def _record_id(name: bytes) -> str:
    return f"<urn:uuid:{uuid.uuid5(_NAMES, name.hex())}>"


def _one_line(text: str) -> str:
    """Return a header's text without what would begin another header."""
    return " ".join(text.splitlines())
