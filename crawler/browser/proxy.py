"""The browser's only way out: a proxy on loopback that connects by the rule of addresses.

Names are looked up here, every address is judged, and the one that was judged is the
one connected to, so that nothing lies between the check and the use. Public addresses
may be connected to; a private one only where it is the page's own host and port and
its network was allowed: a page from outside cannot look around inside.

Each page has a token of its own; without one nothing is done, so that other programs
of this machine cannot use the proxy. It reads HTTP requests and CONNECT and looks into
no answer.

Source of the rule: `storage.addresses`.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
import secrets
import socket
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from storage.addresses import Network, is_allowed

__all__ = ["GuardedProxy", "Pass"]

log = logging.getLogger(__name__)

_HEAD_LONGEST = 1 << 16
_HEAD_S = 15.0  # for a request's head; the browser sends it at once
_CONNECT_S = 15.0
_SILENT_S = 30.0  # a connection on which nothing moves for so long is over
_CHUNK = 1 << 16
_WEB_PORTS = frozenset({80, 443})
_FIRST_FREE_PORT = 1024  # below it are the services of a machine: mail, files, remote control
_MOST_NOTED = 20  # refusals of one page that are remembered


class _RefusedError(Exception):
    """Not connected to; the text says why."""


@dataclass(slots=True)
class Pass:
    """What one page may do, and what it did. `left` is how many bytes it may still be sent."""

    host: str
    port: int
    left: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    refused: list[str] = field(default_factory=list)
    connections: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def spent(self) -> bool:
        return self.left <= 0

    def note(self, what: str) -> None:
        if len(self.refused) < _MOST_NOTED:
            self.refused.append(what)


class GuardedProxy:
    """Listens on a free port of loopback between `start` and `close`."""

    def __init__(self, networks: Sequence[Network], *, outer: str = "") -> None:
        """`outer` is an `http://` proxy that all connections go through, "" for none."""
        self._networks = tuple(networks)
        self._outer = urlsplit(outer) if outer else None
        self._passes: dict[str, Pass] = {}
        self._server: asyncio.Server | None = None
        self._handlers: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_HEAD_LONGEST)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        if self._server is None:
            return
        self._server.close()
        for handler in list(self._handlers):
            handler.cancel()
        await asyncio.gather(*self._handlers, return_exceptions=True)
        await self._server.wait_closed()

    def admit(self, url: str, *, most_bytes: int) -> Pass:
        """Give a page its pass: who asks, and how much it may fetch."""
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        given = Pass((parts.hostname or "").lower(), port, most_bytes)
        self._passes[given.token] = given
        return given

    def dismiss(self, given: Pass) -> None:
        """Take a pass back and end what it still has open."""
        self._passes.pop(given.token, None)
        for connection in list(given.connections):
            connection.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._handlers.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the page or its server hung up: the browser tells the page
        except asyncio.CancelledError:
            pass  # the proxy is being closed
        except Exception:
            log.exception("the browser's proxy failed on a connection")
        finally:
            self._handlers.discard(task)
            await _ended(writer)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _HEAD_S)
        method, target, headers = _parsed(head)
        given = self._passes.get(_token(headers))
        if given is None:
            answer = b'407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="page"'
            return await _answer(writer, answer)
        try:
            host, port, path = _where(method, target)
            up_reader, up_writer = await self._connect(given, host, port)
        except _RefusedError as refusal:
            given.note(f"{target[:200]}: {refusal}")
            return await _answer(writer, b"403 Forbidden")
        except (OSError, TimeoutError):
            return await _answer(writer, b"502 Bad Gateway")
        given.connections |= {writer, up_writer}
        length: int | None = None
        try:
            if method == "CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                up_writer.write(_rewritten(method, path, headers))
                answer, length = await _answer_head(up_reader, method)
                writer.write(answer)
            await _both_ways(given, (reader, up_writer), (up_reader, writer), length)
        finally:
            given.connections -= {writer, up_writer}
            await _ended(up_writer)

    async def _connect(
        self, given: Pass, host: str, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to a judged address of `host`. Raises _RefusedError."""
        if given.spent:
            raise _RefusedError("the page has fetched all that it may")
        own = (host, port) == (given.host, given.port)
        if not own and port not in _WEB_PORTS and port < _FIRST_FREE_PORT:
            raise _RefusedError(f"port {port} is none of the web")
        loop = asyncio.get_running_loop()
        try:
            found = await asyncio.wait_for(
                loop.getaddrinfo(host, port, type=socket.SOCK_STREAM), _CONNECT_S
            )
        except (socket.gaierror, UnicodeError):
            if self._outer is None:
                raise OSError(f"no address found for {host}") from None
            found = []  # behind many proxies only the proxy can look names up
        networks = self._networks if own else ()
        addresses = [str(row[4][0]) for row in found]
        good = [address for address in addresses if is_allowed(address, networks)]
        if addresses and not good:
            raise _RefusedError(f"{', '.join(addresses[:3])} is not public")
        if self._outer is not None:
            return await self._through_outer(host, port)
        return await asyncio.wait_for(
            asyncio.open_connection(good[0], port, limit=_HEAD_LONGEST), _CONNECT_S
        )

    async def _through_outer(
        self, host: str, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Have the operator's own proxy connect, whatever is then spoken."""
        outer = self._outer
        assert outer is not None
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection(outer.hostname, outer.port or 80), _CONNECT_S
        )
        at = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        lines = [f"CONNECT {at} HTTP/1.1", f"Host: {at}"]
        if outer.username is not None:
            secret = f"{unquote(outer.username)}:{unquote(outer.password or '')}"
            lines.append(f"Proxy-Authorization: Basic {base64.b64encode(secret.encode()).decode()}")
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
        try:
            said = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _CONNECT_S)
        except (EOFError, asyncio.LimitOverrunError, TimeoutError):
            said = b""
        if said.split(b" ", 2)[1:2] != [b"200"]:
            await _ended(writer)
            raise OSError("the configured proxy refuses")
        return reader, writer


def _parsed(head: bytes) -> tuple[str, str, list[tuple[str, str]]]:
    first, *rest = head.decode("latin-1").split("\r\n")
    method, _, after = first.partition(" ")
    target = after.rpartition(" ")[0]
    pairs = (line.partition(":") for line in rest if line)
    return method, target, [(name.strip(), value.strip()) for name, _, value in pairs]


def _token(headers: Sequence[tuple[str, str]]) -> str:
    value = next((v for name, v in headers if name.lower() == "proxy-authorization"), "")
    scheme, _, coded = value.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(coded).decode("latin-1").partition(":")[0]
    except binascii.Error:
        return ""


def _where(method: str, target: str) -> tuple[str, int, str]:
    """Return host, port and path of a request. Raises _RefusedError for what is none of the web."""
    try:
        parts = urlsplit(f"//{target}" if method == "CONNECT" else target)
        port = parts.port or (443 if method == "CONNECT" else 80)
    except ValueError:
        raise _RefusedError("no address") from None
    if not parts.hostname or (method != "CONNECT" and parts.scheme != "http"):
        raise _RefusedError("no address of the web")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.hostname.lower(), port, path


_HOP_BY_HOP = frozenset({b"connection", b"keep-alive", b"proxy-connection"})
_OURS = frozenset({"connection", "keep-alive", "proxy-authorization", "proxy-connection"})


def _rewritten(method: str, path: str, headers: Sequence[tuple[str, str]]) -> bytes:
    """Return a request's head as the server itself expects it; one request a connection."""
    kept = [f"{name}: {value}" for name, value in headers if name.lower() not in _OURS]
    lines = [f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1")


async def _answer_head(reader: asyncio.StreamReader, method: str) -> tuple[bytes, int | None]:
    """Return the head of an answer, as one after which the connection ends, and its body's length.

    Else the browser would send its next request, for whatever host, down the same way.
    """
    passed = b""
    while True:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _SILENT_S)
        status = head.split(b" ", 2)[1:2]
        if not (status and status[0].startswith(b"1")) or status == [b"101"]:
            break
        passed += head
    first, *rest = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    kept = [line for line in rest if line.partition(b":")[0].strip().lower() not in _HOP_BY_HOP]
    whole = passed + b"\r\n".join([first, *kept, b"Connection: close", b"", b""])
    if method == "HEAD" or status in ([b"204"], [b"304"]):
        return whole, 0
    named = (line.partition(b":") for line in kept)
    lengths = [value.strip() for name, _, value in named if name.lower() == b"content-length"]
    return whole, int(lengths[0]) if len(lengths) == 1 and lengths[0].isdigit() else None


async def _ended(writer: asyncio.StreamWriter) -> None:
    """Close a connection and let it go, whatever the other side does."""
    writer.close()
    with suppress(OSError, TimeoutError):
        await asyncio.wait_for(writer.wait_closed(), 1)


async def _answer(writer: asyncio.StreamWriter, status: bytes) -> None:
    writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    with suppress(OSError):
        await writer.drain()


_Way = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _both_ways(given: Pass, out: _Way, back: _Way, length: int | None) -> None:
    """Carry bytes until one side ends; what comes back counts against the pass."""
    ways = {
        asyncio.ensure_future(_carry(*out)),
        asyncio.ensure_future(_carry(*back, given=given, length=length)),
    }
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _carry(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    *,
    given: Pass | None = None,
    length: int | None = None,
) -> None:
    """Carry one way until its end, or for `length` bytes.

    The way back, which has a pass, counts and may not be silent for long.
    """
    while length is None or length > 0:
        try:
            data = await asyncio.wait_for(reader.read(_CHUNK), _SILENT_S if given else None)
        except TimeoutError:
            return
        if not data:
            return
        if given is not None:
            given.left -= len(data)
            if given.spent:
                given.note("the page fetched more than it may")
                return
        if length is not None:
            length -= len(data)
        writer.write(data)
        await writer.drain()
