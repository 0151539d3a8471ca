"""Whose certificates are trusted: OpenSSL's usual authorities, read once for all connections.

Twisted reads the authorities anew for each connection, which takes 6 ms of CPU with a
usual bundle: more than the rest of a fetch. An operator's own authority is added as for
any OpenSSL program, with SSL_CERT_FILE or SSL_CERT_DIR.
"""

from __future__ import annotations

import os
import ssl
from functools import lru_cache
from pathlib import Path
from typing import Any

from twisted.internet.ssl import (
    AcceptableCiphers,
    Certificate,
    optionsForClientTLS,
    platformTrust,
    trustRootFromCertificates,
)
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]  # ships no types

__all__ = ["Certificates"]

_CIPHERS = "DEFAULT"  # OpenSSL's; Twisted's own list is too short for some old servers
_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"


@implementer(IPolicyForHTTPS)
class Certificates:
    """Verifies every connection's certificate, and that it is for the host that was asked."""

    def __init__(self) -> None:
        self._authorities: Any = None  # until a page asks for TLS

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: ARG002, N802
        if self._authorities is None:
            self._authorities = _authorities()
        ciphers: Any = AcceptableCiphers
        return optionsForClientTLS(
            hostname.decode("ascii"),
            trustRoot=self._authorities,
            extraCertificateOptions={
                "fixBrokenPeers": True,
                "acceptableCiphers": ciphers.fromOpenSSLCipherString(_CIPHERS),
            },
        )


def _authorities() -> Any:
    """Return the authorities, parsed; or OpenSSL's own search where Python's finds none."""
    found = ssl.get_default_verify_paths()  # heeds SSL_CERT_FILE and SSL_CERT_DIR
    folders = (found.capath or "").split(os.pathsep)
    places = [Path(place) for place in (found.cafile or "", *folders) if place]
    state = tuple((place, place.stat().st_mtime_ns) for place in places if place.exists())
    search: Any = platformTrust  # untyped, as are the others below
    return _parsed(state) or search()


@lru_cache(maxsize=2)
def _parsed(places: tuple[tuple[Path, int], ...]) -> Any:
    """Parse bundles, and folders of single certificates; places that changed are read anew."""
    blocks: set[bytes] = set()
    for place, _ in places:
        files = place.glob("*.[0-9]") if place.is_dir() else [place]  # OpenSSL's names: a hash
        for file in files:
            parts = file.read_bytes().split(_BEGIN)[1:]
            blocks.update(part.partition(_END)[0].strip() for part in parts)
    load: Any = Certificate.loadPEM
    trust: Any = trustRootFromCertificates
    certificates = [load(b"\n".join((_BEGIN, block, _END))) for block in sorted(blocks)]
    return trust(certificates) if certificates else None
