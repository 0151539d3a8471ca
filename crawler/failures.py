"""Exceptions of Scrapy and Twisted -> FetchError: one home for what each of them means.

Scrapy wraps Twisted's errors and loses the difference between a bad certificate and a
broken connection; the reasons underneath still have it. Of all the errors that one
failure carries, the one that is named first in the table below is the cause.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from service_identity import CertificateError, VerificationError
from twisted.internet.error import (
    ConnectError,
    ConnectionClosed,
    DNSLookupError,
    SSLError,
    TCPTimedOutError,
    TimeoutError,  # noqa: A004 - Twisted's own, no kin of the builtin
)
from twisted.python.failure import Failure
from twisted.web._newclient import (
    ParseError,  # no public name; a change of it fails test_failures
    ResponseFailed,
)

from crawler.errors import FetchError

__all__ = ["fetch_error"]

log = logging.getLogger(__name__)

_TABLE: tuple[tuple[str, tuple[type[BaseException], ...]], ...] = (
    ("too_large", (DownloadCancelledError,)),  # our own stop never arrives as this
    ("timeout", (DownloadTimeoutError, TimeoutError, TCPTimedOutError)),
    ("truncated", (ResponseDataLossError,)),  # before tls: there, a cut is an error of OpenSSL
    ("reset", (SSL.SysCallError, SSL.ZeroReturnError)),
    ("tls", (SSL.Error, SSLError, VerificationError, CertificateError)),
    ("protocol", (ParseError,)),
    ("dns", (CannotResolveHostError, DNSLookupError)),
    ("refused", (DownloadConnectionRefusedError, TunnelError, ConnectError)),
    ("reset", (ConnectionClosed,)),
    ("protocol", (ResponseFailed,)),  # its parser stumbled over lengths, chunks or codings
    ("refused", (OSError,)),  # network unreachable, too many open files
)
_MOST = 20  # errors looked at in one failure


def fetch_error(error: BaseException, *, host: str, refused: tuple[str, ...] = ()) -> FetchError:
    """Return what `error`, raised by a download from `host`, means.

    `refused` are the addresses that the guard kept the last lookup of `host` from. An
    error that is none of the known ones is a bug of ours: it is logged with its
    traceback and the page fails as "internal".
    """
    if isinstance(error, FetchError):
        return error
    errors = list(_all_errors(error))[:_MOST]
    for cause, kinds in _TABLE:
        for one in errors:
            if isinstance(one, kinds):
                return _explained(cause, one, host, refused)
    if isinstance(error, ValueError) and "hostname" in str(error):
        return FetchError("dns", f"{host!r} is no host name")
    log.error("the crawler failed on a page of %s", host, exc_info=error)
    return FetchError("internal", f"{type(error).__name__} on a page of {host}")


def _explained(cause: str, error: BaseException, host: str, refused: tuple[str, ...]) -> FetchError:
    if cause == "dns":
        if refused:
            return FetchError("blocked_address", _not_public(host, refused))
        return FetchError("dns", f"no address found for {host}")
    details = {
        "tls": f"{host}: {_tls_words(error)}",
        "too_large": "more bytes than the size limit",
        "truncated": "the connection ended before the whole body had come",
        "protocol": f"{host} does not answer in HTTP: {_short(error)}",
        "timeout": f"no complete answer from {host} in time",
        "refused": f"{host}: {_short(error)}",
        "reset": f"{host} closed the connection without a whole answer",
    }
    return FetchError(cause, details[cause])


def _all_errors(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, what caused it, and the reasons that Twisted bundles inside it."""
    seen: set[int] = set()
    todo = [error]
    while todo:
        one = todo.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        reasons = getattr(one, "reasons", None) or ()
        todo += [r.value for r in reasons if isinstance(r, Failure) and r.value is not None]
        todo += [other for other in (one.__cause__, one.__context__) if other is not None]


def _tls_words(error: BaseException) -> str:
    """Return OpenSSL's own words, without its tuples: `certificate verify failed`."""
    if isinstance(error, VerificationError | CertificateError):
        return "the certificate is for another host"
    words = error.args[0] if error.args and isinstance(error.args[0], list) else []
    said = ", ".join(str(row[-1]) for row in words if isinstance(row, tuple) and row)
    return said[:200] or _short(error)


def _short(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return (text or type(error).__name__)[:160]


def _not_public(host: str, addresses: tuple[str, ...]) -> str:
    shown = ", ".join(addresses[:3])
    return f"{shown} is no public address" if shown == host else f"{host} is {shown}, not public"
