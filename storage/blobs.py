"""Bodies and texts, named by their SHA-256 and kept as zstd frames.

The same bytes are kept once, whoever brings them. Nothing here deletes.
"""

import hashlib
import sys

from sqlmodel import Session

from storage.errors import CorruptDatabase, NotFound
from storage.models import Body, SnapshotText

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["get_body", "get_text", "opened", "packed", "put_body", "put_text", "unpacked"]

_LEVEL = 9  # a 246 KB page: a fifth smaller than level 3, 4 ms instead of 1


def put_body(session: Session, data: bytes) -> bytes:
    """Keep `data` and return its SHA-256."""
    digest = hashlib.sha256(data).digest()
    if session.get(Body, digest) is None:
        session.add(Body(sha256=digest, size=len(data), frame=zstd.compress(data, _LEVEL)))
        session.flush()
    return digest


def get_body(session: Session, sha256: bytes) -> bytes:
    """Return the bytes that hash to `sha256`; raises NotFound, or CorruptDatabase if they do not."""
    row = session.get(Body, sha256)
    if row is None:
        raise NotFound(f"no body {sha256.hex()} is kept")
    return opened(row.frame, sha256)


def put_text(session: Session, text: str) -> bytes:
    """Keep `text` and return the SHA-256 of its UTF-8."""
    data = text.encode("utf-8", "surrogatepass")  # a broken page may leave half a character
    digest = hashlib.sha256(data).digest()
    if session.get(SnapshotText, digest) is None:
        session.add(SnapshotText(sha256=digest, frame=zstd.compress(data, _LEVEL)))
        session.flush()
    return digest


def get_text(session: Session, sha256: bytes) -> str:
    """Return the text whose UTF-8 hashes to `sha256`; raises as get_body does."""
    row = session.get(SnapshotText, sha256)
    if row is None:
        raise NotFound(f"no text {sha256.hex()} is kept")
    return opened(row.frame, sha256).decode("utf-8", "surrogatepass")


def packed(text: str) -> bytes:
    """Return `text` as a frame for a column of its own row."""
    return zstd.compress(text.encode("utf-8", "surrogatepass"), _LEVEL)


def unpacked(frame: bytes) -> str:
    """Undo `packed`; raises CorruptDatabase."""
    try:
        return bytes(zstd.decompress(frame)).decode("utf-8", "surrogatepass")
    except (zstd.ZstdError, UnicodeDecodeError) as error:
        raise CorruptDatabase("a frame in a row cannot be unpacked") from error


def opened(frame: bytes, sha256: bytes) -> bytes:
    """Return what `frame` holds; raises CorruptDatabase unless that hashes to `sha256`."""
    try:
        data = bytes(zstd.decompress(frame))
    except zstd.ZstdError as error:
        raise CorruptDatabase(f"what is kept as {sha256.hex()} cannot be unpacked") from error
    if hashlib.sha256(data).digest() != sha256:
        raise CorruptDatabase(f"what is kept as {sha256.hex()} hashes to something else")
    return data
