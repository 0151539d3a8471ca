"""Whose certificates are trusted: OpenSSL's usual authorities, read once for all connections.

`Certificates` refuses what cannot be trusted. `Noting` is for policies of which a person
said "record but mark": it connects all the same, and says what is wrong.

Twisted reads the authorities anew for each connection, which takes 6 ms of CPU with a
usual bundle: more than the rest of a fetch. An operator's own authority is added as for
any OpenSSL program, with SSL_CERT_FILE or SSL_CERT_DIR.
"""

from __future__ import annotations

import ipaddress
import os
import ssl
import weakref
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.x509.oid import NameOID
from OpenSSL import SSL
from service_identity import CertificateError, VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.internet.ssl import (
    AcceptableCiphers,
    Certificate,
    optionsForClientTLS,
    platformTrust,
    trustRootFromCertificates,
)
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]  # ships no types

from storage.fetched import Tls

__all__ = ["Certificates", "Noting"]

_CIPHERS = "DEFAULT"  # OpenSSL's; Twisted's own list is too short for some old servers
_MOST_REMEMBERED = 1_000  # hosts
_LONG_NAME = 100  # characters
_LONG_PROBLEM = 300
# X509_V_ERR_*, the ones that happen, in plain words.
_PROBLEMS = {
    9: "the certificate is not valid yet",
    10: "the certificate has expired",
    18: "the certificate is signed by itself",
    19: "the certificate chain ends in an authority that nobody knows",
    20: "the certificate comes from an authority that nobody knows",
    21: "the certificate comes from an authority that nobody knows",
    23: "the certificate was revoked",
}
_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"


@implementer(IPolicyForHTTPS)
class Certificates:
    """Verifies every connection's certificate, and that it is for the host that was asked."""

    def __init__(self) -> None:
        self._authorities: Any = None  # until a page asks for TLS
        self._last: dict[str, weakref.ref[Any]] = {}  # host -> its newest connection

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: ARG002, N802
        if self._authorities is None:
            self._authorities = _authorities()
        ciphers: Any = AcceptableCiphers
        host = hostname.decode("ascii")
        creator = optionsForClientTLS(
            host,
            trustRoot=self._authorities,
            extraCertificateOptions={
                "fixBrokenPeers": True,
                "acceptableCiphers": ciphers.fromOpenSSLCipherString(_CIPHERS),
            },
        )
        return _Prepared(creator, self, host)

    def facts_of(self, host: str) -> Tls | None:
        """Return what the connection to `host` made last said of itself, while it lives."""
        connection = self._last[host]() if host in self._last else None
        if connection is None:
            return None
        issuer, until = _names_of(connection)
        return Tls(
            protocol=connection.get_protocol_version_name(),
            issuer=issuer,
            until=until,
            problem=self.problem_of(connection),
        )

    def problem_of(self, connection: Any) -> str:  # noqa: ARG002 - see Noting
        """Return why a connection that was made cannot be trusted: never here."""
        return ""

    def prepare(self, connection: Any, host: str) -> None:
        """Do with a new connection what is to be done before it shakes hands."""
        self._last[host] = weakref.ref(connection)
        while len(self._last) > _MOST_REMEMBERED:
            del self._last[next(iter(self._last))]


class Noting(Certificates):
    """Verifies as well, but keeps the connection and what was wrong with it."""

    def __init__(self) -> None:
        super().__init__()
        # A connection's own place for data is Twisted's.
        self._problems: weakref.WeakKeyDictionary[Any, list[str]] = weakref.WeakKeyDictionary()

    def problem_of(self, connection: Any) -> str:
        problems = self._problems.get(connection, [])
        return "; ".join(dict.fromkeys(problems))[:_LONG_PROBLEM]

    def prepare(self, connection: Any, host: str) -> None:
        super().prepare(connection, host)
        problems = self._problems.setdefault(connection, [])

        def note(_: Any, certificate: Any, error: int, depth: int, ok: int) -> bool:
            if not ok:
                problems.append(str(_words_for(error)))
            elif depth == 0 and not _is_for(certificate, host):
                problems.append("the certificate is for another host")
            return True

        connection.set_verify(SSL.VERIFY_PEER, note)


@implementer(IOpenSSLClientConnectionCreator)
class _Prepared:
    """Makes connections as `creator` does, and has them prepared."""

    def __init__(self, creator: Any, certificates: Certificates, host: str) -> None:
        self._creator = creator
        self._certificates = certificates
        self._host = host

    def clientConnectionForTLS(self, tlsProtocol: Any) -> Any:  # noqa: N802, N803 - Twisted's interface
        connection = self._creator.clientConnectionForTLS(tlsProtocol)
        self._certificates.prepare(connection, self._host)
        return connection


def _names_of(connection: Any) -> tuple[str, str]:
    """Return who issued the certificate and its last day; empty where it cannot be read."""
    try:
        certificate = connection.get_peer_certificate(as_cryptography=True)
        if certificate is None:
            return "", ""
        names = [
            name.value
            for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME)
            for name in certificate.issuer.get_attributes_for_oid(oid)
        ]
        return str(names[0] if names else "")[:_LONG_NAME], str(
            certificate.not_valid_after_utc.date()
        )
    except ValueError:  # cryptography's, for a certificate that OpenSSL took and it does not
        return "", ""


def _is_for(certificate: Any, host: str) -> bool:
    wanted: Any = IPAddress_ID(host) if _is_address(host) else DNS_ID(host)
    try:
        verify_service_identity(extract_patterns(certificate), [wanted], [])
    except (VerificationError, CertificateError):
        return False
    return True


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _words_for(error: int) -> str:
    return _PROBLEMS.get(error, f"the certificate cannot be verified (OpenSSL error {error})")


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
