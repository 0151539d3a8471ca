"""The browser's way out: what it connects to, for whom, and how much it carries. No browser here."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
from collections.abc import Awaitable, Callable

import pytest

from crawler.browser.proxy import GuardedProxy, Pass
from tests.support.site import Site

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


def through(
    page: str, request: Callable[[Pass], bytes], *, most_bytes: int = 10_000, outer: str = ""
) -> tuple[bytes, Pass]:
    """Send one request through the proxy for `page`; return the whole answer and its pass."""

    async def ask() -> tuple[bytes, Pass]:
        proxy = GuardedProxy(LOOPBACK, outer=outer)
        await proxy.start()
        try:
            given = proxy.admit(page, most_bytes=most_bytes)
            reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
            writer.write(request(given))
            answer = await within(reader.read())
            writer.close()
            await writer.wait_closed()
            return answer, given
        finally:
            await proxy.close()

    return asyncio.run(ask())


async def within(work: Awaitable[bytes]) -> bytes:
    return await asyncio.wait_for(work, 10)


def asking(line: str, *, headers: str = "") -> Callable[[Pass], bytes]:
    def request(given: Pass) -> bytes:
        token = base64.b64encode(f"{given.token}:page".encode()).decode()
        return f"{line}\r\nProxy-Authorization: Basic {token}\r\n{headers}\r\n".encode()

    return request


def test_a_page_fetches_from_its_own_host_and_the_server_sees_a_plain_request(site: Site) -> None:
    url = site.put("/text", "hello")
    answer, _ = through(url, asking(f"GET {url}?a=1 HTTP/1.1", headers="Accept: text/plain\r\n"))
    assert answer.startswith(b"HTTP/1.1 404")
    answer, given = through(url, asking(f"GET {url} HTTP/1.1"))
    assert answer.endswith(b"hello")
    assert b"\r\nConnection: close\r\n" in answer
    (hit,) = site.seen("/text")
    assert "proxy-authorization" not in hit.headers
    assert given.refused == []


@pytest.mark.parametrize(
    "line",
    [
        "GET http://169.254.169.254/latest HTTP/1.1",
        "GET http://127.0.0.1:{other}/ HTTP/1.1",
        "GET http://localhost:{other}/ HTTP/1.1",
        "GET http://0x7f.1:{other}/ HTTP/1.1",
        "GET http://2130706433:{other}/ HTTP/1.1",
        "GET http://[::ffff:127.0.0.1]:{other}/ HTTP/1.1",
        "CONNECT 127.0.0.1:{other} HTTP/1.1",
        "CONNECT [::1]:{other} HTTP/1.1",
        "CONNECT 10.0.0.1:443 HTTP/1.1",
        "CONNECT 192.0.2.1:25 HTTP/1.1",
        "GET https://127.0.0.1/ HTTP/1.1",
        "GET file:///etc/hostname HTTP/1.1",
        "GET / HTTP/1.1",
    ],
)
def test_nothing_private_but_the_pages_own_host_and_port(site: Site, line: str) -> None:
    with Site() as other:
        answer, given = through(site.url + "/page", asking(line.format(other=other.port)))
        assert answer.startswith(b"HTTP/1.1 403")
        assert len(given.refused) == 1
        assert other.seen() == []


def test_a_page_from_outside_reaches_no_network_that_was_allowed(site: Site) -> None:
    answer, given = through("https://example.org/privacy", asking(f"GET {site.url}/ HTTP/1.1"))
    assert answer.startswith(b"HTTP/1.1 403")
    assert "not public" in given.refused[0]
    assert site.seen() == []


def test_who_has_no_pass_gets_nothing(site: Site) -> None:
    url = site.put("/text", "hello")
    for headers in (
        "",
        "Proxy-Authorization: Basic bm9ib2R5Og==\r\n",
        "Proxy-Authorization: x\r\n",
    ):
        request = f"GET {url} HTTP/1.1\r\n{headers}\r\n".encode()
        answer, _ = through(url, lambda _, request=request: request)  # type: ignore[misc]  # bound
        assert answer.startswith(b"HTTP/1.1 407")
    assert site.seen() == []


def test_a_tunnel_carries_what_it_does_not_read(site: Site) -> None:
    site.put("/text", "hello")
    inner = b"GET /text HTTP/1.1\r\nHost: x\r\n\r\n"
    request = asking(f"CONNECT 127.0.0.1:{site.port} HTTP/1.1")
    site.act("/text", lambda exchange: exchange.send(b"HTTP/1.1 200 OK\r\n\r\ntunnelled"))
    answer, _ = through(site.url, lambda given: request(given) + inner)
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"tunnelled")


def test_a_page_is_carried_no_more_than_it_may_fetch(site: Site) -> None:
    url = site.put("/big", "x" * 500_000)
    answer, given = through(url, asking(f"GET {url} HTTP/1.1"), most_bytes=100_000)
    assert len(answer) < 500_000
    assert given.spent


def test_an_operators_own_proxy_is_gone_through(site: Site) -> None:
    url = site.put("/text", "hello")
    with Site() as outer:
        seen: list[str] = []

        def connect(path: str) -> None:
            def tunnel(exchange: object) -> None:
                seen.append(path)

            outer.act(path, tunnel)

        connect(f"127.0.0.1:{site.port}")
        answer, _ = through(
            url, asking(f"GET {url} HTTP/1.1"), outer=f"http://me:pw@127.0.0.1:{outer.port}"
        )
        assert seen == [f"127.0.0.1:{site.port}"]
        assert outer.seen()[0].headers["proxy-authorization"] == "Basic bWU6cHc="
        assert site.seen() == []
        assert answer.startswith(b"HTTP/1.1 502") or answer == b""
