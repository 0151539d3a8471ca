"""The address guard: nothing private is connected to, however it is written or reached."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from crawler.manners import Manners
from crawler.run import crawl
from storage.fetched import Fetched
from tests.crawler.helper import NOW, fetch, fetch_all, options, target
from tests.support.site import Exchange, Site

POLICY = "<p>We keep your data for thirty days."


class Names:
    """What names resolve to, in place of the system's resolver: getaddrinfo's own interface."""

    def __init__(self) -> None:
        self.answers: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []
        self._real = socket.getaddrinfo

    def tell(self, name: str, *rounds: list[str]) -> None:
        """Let lookups of `name` answer these lists in turn, the last one for ever."""
        self.answers[name] = list(rounds)

    def getaddrinfo(self, host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        self.asked.append(host)
        rounds = self.answers.get(host)
        if rounds is None:
            return self._real(host, port, *args, **kwargs)
        found = rounds.pop(0) if len(rounds) > 1 else rounds[0]
        return [row for address in found for row in self._real(address, port, *args, **kwargs)]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Twisted takes getaddrinfo once, at start; so the guard's inner resolver is given ours."""
    from crawler.reactor import background

    told = Names()
    inner = background().guard._inner
    monkeypatch.setattr(inner, "_getaddrinfo", told.getaddrinfo)
    return told


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",
        "0",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "127.0.0.1.",
        "LOCALHOST",
    ],
)
def test_loopback_is_refused_however_it_is_written(site: Site, host: str) -> None:
    site.put("/privacy", POLICY)

    fetched = fetch(f"http://{host}:{site.port}/privacy", allow_addresses=(), timeout_s=3.0)

    assert fetched.cause in {"blocked_address", "dns"}, fetched.detail
    assert site.seen() == []


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "0177.0.0.1", "2130706433", "localhost"])
def test_odd_spellings_of_an_allowed_address_work(site: Site, host: str) -> None:
    """Proves that the refusals above are the guard's, not a parser's."""
    site.put("/privacy", POLICY)

    assert fetch(f"http://{host}:{site.port}/privacy", delay_s=0.0).cause == ""


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.5",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "127.0.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd12:3456::1",
        "::ffff:10.0.0.5",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:5",
        "64:ff9b:1::1",
        "2002:7f00:1::",
    ],
)
def test_a_name_that_leads_to_a_private_address_is_refused(names: Names, address: str) -> None:
    names.tell("policies.example", [address])

    fetched = fetch("http://policies.example/privacy", allow_addresses=(), timeout_s=3.0)

    assert fetched.cause == "blocked_address"
    assert "policies.example" in fetched.detail
    assert names.asked == ["policies.example"]


def test_the_address_that_was_checked_is_the_one_connected_to(site: Site, names: Names) -> None:
    """Rebinding: the name answers well at first and with loopback from then on."""
    site.put("/privacy", POLICY)
    with Site(host="127.0.0.2", port=site.port) as public:
        public.put("/privacy", "<p>Public.")
        names.tell("rebound.example", ["127.0.0.2"], ["127.0.0.1"])

        fetched = fetch(
            f"http://rebound.example:{site.port}/privacy",
            allow_addresses=("127.0.0.2",),
            obey_robots=False,
        )

    assert fetched.body == b"<p>Public."
    assert site.seen() == []


def test_a_name_that_turns_private_between_two_pages_is_refused(site: Site, names: Names) -> None:
    site.put("/privacy", POLICY)
    with Site(host="127.0.0.2", port=site.port) as public:
        public.put("/privacy", "<p>Public.", headers={"Connection": "close"})
        names.tell("rebound.example", ["127.0.0.2"], ["127.0.0.1"])
        url = f"http://rebound.example:{site.port}/privacy"

        outcomes = fetch_all(
            [url, url], allow_addresses=("127.0.0.2",), obey_robots=False, delay_s=0.0
        )

    assert outcomes.causes == ["", "blocked_address"]
    assert site.seen() == []


def test_an_allowed_v6_address_is_fetched_from() -> None:
    with Site(host="::1") as site:
        assert fetch(site.put("/privacy", POLICY)).body == POLICY.encode()


def test_of_several_addresses_only_those_let_through_are_used(site: Site, names: Names) -> None:
    site.put("/privacy", POLICY)
    names.tell("mixed.example", ["10.255.255.1", "127.0.0.1"])

    assert fetch(f"http://mixed.example:{site.port}/privacy").cause == ""


def test_a_redirect_to_a_private_address_is_refused(site: Site) -> None:
    with Site(host="127.0.0.2") as inside:
        secret = inside.put("/admin", "secret")
        fetched = fetch(site.redirect("/privacy", secret), allow_addresses=("127.0.0.1",))

        assert (fetched.cause, fetched.body) == ("blocked_address", None)
        assert inside.seen() == []
    assert site.hits == ["/privacy"]


def test_a_robots_txt_that_redirects_to_a_private_address_is_refused(site: Site) -> None:
    with Site(host="127.0.0.2") as inside:
        secret = inside.put("/admin", "secret")
        site.redirect("/robots.txt", secret)
        site.put("/privacy", POLICY)
        fetched = fetch(site.url + "/privacy", allow_addresses=("127.0.0.1",))

        assert fetched.cause == "blocked_address"
        assert inside.seen() == []


def test_an_allowed_network_lets_through_its_own_addresses_only(site: Site) -> None:
    site.put("/privacy", POLICY)
    url = f"{site.url}/privacy"

    assert fetch(url, allow_addresses=("127.0.0.1/32",)).cause == ""
    assert fetch(url, allow_addresses=("127.0.0.2/32", "::1")).cause == "blocked_address"


def test_a_refusal_is_not_remembered_as_if_the_host_had_kept_us_out(
    site: Site, names: Names
) -> None:
    site.put("/privacy", POLICY)
    names.tell("intranet.example", ["127.0.0.1"])
    url = f"http://intranet.example:{site.port}/privacy"
    manners = Manners()

    assert fetch(url, allow_addresses=(), manners=manners, delay_s=0.0).cause == "blocked_address"
    assert fetch(url, manners=manners, delay_s=0.0).cause == ""


def test_crawls_with_different_rules_at_once_each_keep_their_own(site: Site) -> None:
    site.put("/privacy", POLICY)
    url = f"{site.url}/privacy"
    rules: list[tuple[str, ...]] = [("127.0.0.0/8",), ()] * 8

    def cause(allowed: tuple[str, ...]) -> str:
        return fetch(url, allow_addresses=allowed).cause

    with ThreadPoolExecutor(8) as pool:
        causes = list(pool.map(cause, rules))

    assert causes == ["", "blocked_address"] * 8


def test_a_crawl_that_waits_for_one_with_other_rules_can_be_stopped(site: Site) -> None:
    inside, leave, stop = threading.Event(), threading.Event(), threading.Event()

    def wait(exchange: Exchange) -> None:
        inside.set()
        leave.wait(20)

    kept: list[Fetched] = []
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(fetch, site.act("/slow", wait), timeout_s=20.0)
        assert inside.wait(10)
        threading.Timer(0.3, stop.set).start()
        crawl(
            [target(site.put("/privacy", POLICY))],
            keep=kept.append,
            options=options(allow_addresses=("127.0.0.1",)),
            clock=lambda: NOW,
            stop=stop,
        )
        assert not first.done()
        leave.set()

    assert [one.cause for one in kept] == ["aborted"]
    assert "/privacy" not in site.hits


def test_nothing_gets_through_while_no_crawl_runs() -> None:
    from twisted.internet.address import IPv4Address

    from crawler.reactor import background

    here = background()
    found: list[str] = []
    done = threading.Event()

    class Receiver:
        def resolutionBegan(self, resolution: Any) -> None: ...  # noqa: N802 - Twisted's names

        def addressResolved(self, address: IPv4Address) -> None:  # noqa: N802
            found.append(address.host)

        def resolutionComplete(self) -> None:  # noqa: N802
            done.set()

    here.loop.call_soon_threadsafe(here.guard.resolveHostName, Receiver(), "8.8.8.8", 80)

    assert done.wait(10)
    assert found == []


def test_the_proxies_of_the_environment_are_not_used(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = site.put("/privacy", POLICY)
    with Site(host="127.0.0.2") as decoy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, decoy.url)
        assert fetch(url).cause == ""
        assert decoy.seen() == []


def test_a_proxy_that_was_asked_for_carries_everything_and_its_password_stays_secret(
    site: Site,
) -> None:
    with Site(host="127.0.0.2") as proxy:
        url = "http://policies.invalid/privacy"
        proxy.put(url, POLICY)
        proxy.put("http://policies.invalid/robots.txt", "", status=404)
        outcomes = fetch_all(
            [url], allow_addresses=(), proxy=proxy.url.replace("//", "//me:pass%3Aword@")
        )

        assert (outcomes[1].cause, outcomes[1].body) == ("", POLICY.encode())
        hits = proxy.seen(url)
        assert [hit.headers["proxy-authorization"] for hit in hits] == ["Basic bWU6cGFzczp3b3Jk"]
        assert "pass" not in repr(outcomes.kept)


def test_a_private_target_is_not_asked_for_through_a_proxy(site: Site) -> None:
    with Site(host="127.0.0.2") as proxy:
        fetched = fetch(f"http://127.0.0.1:{site.port}/x", allow_addresses=(), proxy=proxy.url)

        assert fetched.cause == "blocked_address"
        assert proxy.seen() == []
