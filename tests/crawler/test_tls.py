"""Certificates are verified: a wrong one is the cause `tls`, and nothing is fetched over it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
import trustme

from tests.crawler.helper import fetch
from tests.support import faults
from tests.support.site import Site

POLICY = "<p>We keep your data for thirty days."

Serve = Callable[[trustme.LeafCert], Site]


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that OpenSSL trusts for this test, as an operator would have it trusted."""
    ours = trustme.CA()
    ours.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return ours


@pytest.fixture
def serve() -> Iterator[Serve]:
    running: list[Site] = []

    def serve_with(cert: trustme.LeafCert) -> Site:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cert.configure_cert(context)
        site = Site(tls=context)
        running.append(site.__enter__())
        return site

    yield serve_with
    for site in running:
        site.__exit__(None, None, None)


def check_refused(site: Site) -> str:
    fetched = fetch(site.put("/privacy", POLICY))
    assert (fetched.cause, fetched.body) == ("tls", None)
    assert site.seen() == []
    return fetched.detail


def test_a_certificate_of_a_trusted_authority_is_taken(authority: trustme.CA, serve: Serve) -> None:
    site = serve(authority.issue_cert("127.0.0.1"))

    assert fetch(site.put("/privacy", POLICY)).body == POLICY.encode()


def test_a_certificate_of_a_stranger_is_refused(authority: trustme.CA, serve: Serve) -> None:
    detail = check_refused(serve(trustme.CA().issue_cert("127.0.0.1")))

    assert "certificate verify failed" in detail


def test_a_certificate_for_another_host_is_refused(authority: trustme.CA, serve: Serve) -> None:
    assert "another host" in check_refused(serve(authority.issue_cert("policies.example")))


def test_an_expired_certificate_is_refused(authority: trustme.CA, serve: Serve) -> None:
    then = datetime(2020, 1, 1, tzinfo=UTC)

    check_refused(serve(authority.issue_cert("127.0.0.1", not_after=then)))


def test_plain_http_where_tls_was_asked_for_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer_plainly() -> None:
            connection = server.accept()[0]
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.recv(65536)
            connection.close()

        Thread(target=answer_plainly, daemon=True).start()
        url = f"https://127.0.0.1:{server.getsockname()[1]}/privacy"
        assert fetch(url, obey_robots=False).cause == "tls"


def test_a_body_cut_short_under_tls_is_truncated(authority: trustme.CA, serve: Serve) -> None:
    site = serve(authority.issue_cert("127.0.0.1"))

    assert fetch(site.act("/privacy", faults.short_of_its_length)).cause == "truncated"


def test_a_body_that_ends_with_its_tls_connection_is_whole(
    authority: trustme.CA, serve: Serve
) -> None:
    site = serve(authority.issue_cert("127.0.0.1"))

    assert fetch(site.act("/privacy", faults.no_length(b"<p>All."))).body == b"<p>All."


def test_a_redirect_from_http_to_https_is_followed(
    site: Site, authority: trustme.CA, serve: Serve
) -> None:
    secure = serve(authority.issue_cert("127.0.0.1")).put("/privacy", POLICY)

    assert fetch(site.redirect("/privacy", secure, status=301)).final_url == secure
