"""Answers no decent server gives, for `Site.act`: one function for each misbehaviour."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable
from functools import partial

import brotli  # type: ignore[import-untyped]  # ships no types

from tests.support.site import Exchange

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = [
    "CODINGS",
    "Act",
    "always_304",
    "bomb",
    "broken_chunks",
    "chunks_cut_short",
    "closes_at_once",
    "cut_short",
    "drips",
    "endless",
    "endless_headers",
    "hangs",
    "hangs_in_headers",
    "no_http",
    "no_length",
    "no_length_then_reset",
    "packed",
    "resets_at_once",
    "short_of_its_length",
]

Act = Callable[[Exchange], None]

_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": partial(brotli.compress, quality=4),  # the default takes seconds for a bomb
    "zstd": zstd.compress,
}


def hangs(exchange: Exchange) -> None:
    exchange.hang()


def hangs_in_headers(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    exchange.hang()


def drips(exchange: Exchange) -> None:
    """A byte now and then, so that no pause is long enough to be noticed."""
    exchange.send(_head("Content-Length: 100000"))
    while not exchange.closing.wait(0.05):
        exchange.send(b".")


def endless(exchange: Exchange) -> None:
    exchange.send(_head("Transfer-Encoding: chunked"))
    while not exchange.closing.is_set():
        exchange.send(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


def endless_headers(exchange: Exchange) -> None:
    exchange.send(b"HTTP/1.1 200 OK\r\n")
    while not exchange.closing.is_set():
        exchange.send(b"X-More: " + b"y" * 8000 + b"\r\n")


def closes_at_once(exchange: Exchange) -> None:
    """The connection ends without a word."""


def resets_at_once(exchange: Exchange) -> None:
    exchange.reset()


def no_http(exchange: Exchange) -> None:
    exchange.send(b"220 mail.example ESMTP\r\n")


def short_of_its_length(exchange: Exchange) -> None:
    exchange.send(_head("Content-Length: 5000") + b"<p>We keep your data for")


def chunks_cut_short(exchange: Exchange) -> None:
    exchange.send(_head("Transfer-Encoding: chunked") + b"8\r\n<p>We ke\r\n")


def broken_chunks(exchange: Exchange) -> None:
    exchange.send(_head("Transfer-Encoding: chunked") + b"8\r\n<p>We ke\r\nzzz\r\nmore\r\n")


def no_length(body: bytes) -> Act:
    """The end of the connection is the end of the body; old servers do so honestly."""

    def act(exchange: Exchange) -> None:
        exchange.send(_head("Connection: close") + body)

    return act


def no_length_then_reset(exchange: Exchange) -> None:
    exchange.send(_head("Connection: close") + b"<p>We keep your data for")
    exchange.closing.wait(0.2)  # the client reads first; a reset throws away what was not read
    exchange.reset()


def packed(coding: str, body: bytes, *, named: str = "") -> Act:
    """A body under a coding, named rightly or as `named`."""
    return _coded(named or coding, CODINGS[coding](body))


def cut_short(coding: str, body: bytes, *, share: float = 0.5) -> Act:
    """The first share of a compressed body with a Content-Length that fits it."""
    whole = CODINGS[coding](body)
    return _coded(coding, whole[: int(len(whole) * share)])


def bomb(coding: str, size: int = 64 << 20) -> Act:
    """A small body that unpacks to `size` bytes."""
    return _coded(coding, CODINGS[coding](bytes(size)))


def always_304(exchange: Exchange) -> None:
    """304 whether or not anyone sent validators."""
    exchange.send(b"HTTP/1.1 304 Not Modified\r\n\r\n")


def _coded(coding: str, data: bytes) -> Act:
    def act(exchange: Exchange) -> None:
        exchange.send(_head(f"Content-Encoding: {coding}\r\nContent-Length: {len(data)}") + data)

    return act


def _head(headers: str) -> bytes:
    return f"{_HEAD}{headers}\r\n\r\n".encode("latin-1")
