"""HTTP on one connection: Scrapy's, with an end to headers, and resets told from endings.

Twisted reads headers without end, and takes a connection that was reset for the honest
end of a body that has no length. This leans on names of Scrapy and Twisted that are not
public; tests/crawler/test_faults.py fails when they change.
"""

from __future__ import annotations

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionLost
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS, ParseError
from twisted.web.iweb import IResponse

__all__ = ["ProtocolFactory"]

_LONGEST_LINE = 1 << 16  # Twisted's 16 KiB is less than some sites' security policies
_LONGEST_HEAD = 1 << 18  # four times the most that browsers take


class _Protocol(_LenientHTTP11ClientProtocol):
    _head = 0

    def request(self, request: Any) -> Deferred[IResponse]:
        self._head = 0
        answer = super().request(request)
        if self._parser is not None:
            self._parser.MAX_LENGTH = _LONGEST_LINE
        return answer

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's interface
        super().dataReceived(data)  # type: ignore[no-untyped-call]
        parser = self._parser
        if parser is None or parser.state not in {STATUS, HEADER}:
            return
        self._head += len(data)
        if self._head > _LONGEST_HEAD:
            self._giveUp(Failure(ParseError("headers without end", b"")))  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802 - Twisted's interface
        """Let a body without a length fail when its connection did not end in order.

        TLS is left alone: many servers end it without the closing alert.
        """
        decoder = getattr(self._parser, "bodyDecoder", None)
        is_open_ended = getattr(decoder, "contentLength", 0) is None
        is_tls = ISSLTransport.providedBy(self.transport)
        if is_open_ended and isinstance(reason.value, ConnectionLost) and not is_tls:
            decoder.contentLength = -1  # type: ignore[union-attr]  # never reached: data loss
        super().connectionLost(reason)  # type: ignore[no-untyped-call]


class ProtocolFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _Protocol:  # noqa: ARG002, N802 - Twisted's interface
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
