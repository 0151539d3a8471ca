"""Undo content codings, and see that no body was cut short.

A compressed stream says itself where it ends. One that stops before that is
"truncated", whatever Content-Length said: half a policy must never look like a
policy that lost its second half. Nothing is unpacked beyond `max_size`.

Source: RFC 9110, 8.4 (content codings); RFC 1952 (gzip members); RFC 7932 (brotli);
RFC 8878 and RFC 9659 (zstd, windows up to 8 MiB).
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import brotli  # type: ignore[import-untyped]  # ships no types

from crawler.errors import FetchError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["ACCEPT_ENCODING", "codings_of", "unpack"]

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
_MOST_LAYERS = 3  # two are seen in the wild, by mistake; more is an attack
_STEP = 1 << 16
_ZSTD_WINDOW = 23  # log2; RFC 9659


def codings_of(headers: Iterable[str]) -> list[str]:
    """Return the codings that Content-Encoding headers name, in the order they were applied."""
    names = [name.strip().lower() for header in headers for name in header.split(",")]
    return [name for name in names if name not in {"", "identity"}]


def unpack(body: bytes, codings: Iterable[str], *, max_size: int) -> bytes:
    """Return the body without its codings, which are in the order they were applied.

    Raises FetchError: "truncated" when a stream stops early, "too_large" beyond `max_size`
    bytes at any layer, "decode" when it is broken or the coding is unknown. An empty body
    is empty under any coding.
    """
    layers = list(codings)[::-1]
    if len(layers) > _MOST_LAYERS:
        raise FetchError("decode", f"packed {len(layers)} times: {', '.join(layers[:5])[:100]}")
    for name in layers:
        if not body:
            break
        body = _unpacker(name)(body, max_size)
    return body


def _unpacker(name: str) -> Callable[[bytes, int], bytes]:
    unpackers = {
        "gzip": _gunzip,
        "x-gzip": _gunzip,
        "deflate": _inflate,
        "br": _unbrotli,
        "zstd": _unzstd,
    }
    if name not in unpackers:
        raise FetchError("decode", f"unknown content coding {name[:40]!r}")
    return unpackers[name]


def _gunzip(body: bytes, max_size: int) -> bytes:
    """Several members are one body; what follows the last one is ignored, as browsers do."""
    out = bytearray()
    rest = body
    while True:
        stream = zlib.decompressobj(wbits=31)
        out += _zlib_step(stream, rest, "gzip", max_size - len(out))
        rest = stream.unused_data.lstrip(b"\0")
        if not rest.startswith(b"\x1f\x8b"):
            return bytes(out)


def _inflate(body: bytes, max_size: int) -> bytes:
    """`deflate` is zlib by the book and bare deflate from some servers; two bytes tell."""
    by_the_book = len(body) > 1 and body[0] & 15 == 8 and (body[0] << 8 | body[1]) % 31 == 0
    stream = zlib.decompressobj(wbits=15 if by_the_book else -15)
    return _zlib_step(stream, body, "deflate", max_size)


def _zlib_step(stream: Any, data: bytes, name: str, room: int) -> bytes:  # zlib's type is private
    try:
        out: bytes = stream.decompress(data, room + 1)
    except zlib.error as error:
        raise FetchError("decode", f"{name}: {error}") from error
    if len(out) > room:
        raise _too_large(name)
    if not stream.eof:
        raise _truncated(name, len(out))
    return out


def _unbrotli(body: bytes, max_size: int) -> bytes:
    stream = brotli.Decompressor()
    out = bytearray()
    try:
        chunk = stream.process(body, output_buffer_limit=_STEP)
        while chunk:
            out += chunk
            if len(out) > max_size:
                raise _too_large("br")
            if stream.is_finished():
                break
            chunk = stream.process(b"", output_buffer_limit=_STEP)
    except brotli.error as error:
        raise FetchError("decode", f"br: {error}") from error
    if not stream.is_finished():
        raise _truncated("br", len(out))
    return bytes(out)


def _unzstd(body: bytes, max_size: int) -> bytes:
    out = bytearray()
    rest = body
    while rest:
        stream = zstd.ZstdDecompressor(
            options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW}
        )
        room = max_size - len(out)
        try:
            chunk = stream.decompress(rest, room + 1)
        except zstd.ZstdError as error:
            raise FetchError("decode", f"zstd: {error}") from error
        out += chunk
        if len(chunk) > room:
            raise _too_large("zstd")
        if not stream.eof:
            raise _truncated("zstd", len(out))
        rest = stream.unused_data
    return bytes(out)


def _too_large(name: str) -> FetchError:
    return FetchError("too_large", f"{name}: unpacks to more than the size limit")


def _truncated(name: str, size: int) -> FetchError:
    return FetchError("truncated", f"the {name} stream stops early, after {size} bytes unpacked")
