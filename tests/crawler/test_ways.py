"""What a person decides for one policy, and how its fetch is told: hops, robots.txt, certificates."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace

import pytest
import trustme

from tests.crawler.helper import fetch, fetch_all, target
from tests.support.site import Site

POLICY = "<p>We keep your data for thirty days."


@pytest.fixture
def self_signed() -> Iterator[Site]:
    """A server whose certificate comes from an authority that nobody knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with Site(tls=context) as site:
        yield site


def test_the_way_of_a_fetch_is_told_hop_by_hop(site: Site) -> None:
    end = site.put("/new", POLICY)
    start = site.redirect("/old", end, status=301)

    trace = fetch(start).trace

    told = [(hop.url, hop.status, hop.address, hop.leads) for hop in trace.hops]
    assert told == [(start, 301, "127.0.0.1", "redirect"), (end, 200, "127.0.0.1", "")]
    assert (trace.robots, trace.is_permanent) == ("has no rules", True)
    assert trace.wire_bytes is None
    assert dict(trace.asked)["Accept-Language"] == "en, *;q=0.5"


def test_a_refresh_in_the_page_is_followed_like_a_redirect(site: Site) -> None:
    end = site.put("/new", POLICY)
    start = site.put("/old", f'<meta http-equiv="Refresh" content="0; url={end}">')

    fetched = fetch(start)

    assert (fetched.final_url, fetched.body) == (end, POLICY.encode())
    assert [hop.leads for hop in fetched.trace.hops] == ["refresh", ""]
    assert not fetched.trace.is_permanent


@pytest.mark.parametrize(
    "tag",
    [
        '<noscript><meta http-equiv="refresh" content="0; url=/trap"></noscript>',
        '<!-- <meta http-equiv="refresh" content="0; url=/trap"> -->',
        '<meta http-equiv="refresh" content="300; url=/trap">',
        '<meta http-equiv="refresh" content="0; url=/page">',
        '<meta http-equiv="refresh" content="300">',
    ],
)
def test_a_refresh_that_a_reader_never_sees_is_not_followed(site: Site, tag: str) -> None:
    fetched = fetch(site.put("/page", f"<head>{tag}</head>{POLICY}"))

    assert (fetched.cause, site.hits) == ("", ["/page"])


def test_a_validator_goes_to_the_address_that_it_is_of_and_304_comes_through(site: Site) -> None:
    end = site.put("/new", POLICY, headers={"ETag": '"a"'})
    start = site.redirect("/old", end)

    known = replace(target(start, etag='"a"'), validated_url=end)
    fetched = fetch(known)

    assert (fetched.cause, fetched.status, fetched.final_url) == ("", 304, end)
    assert "if-none-match" not in site.seen("/old")[0].headers
    assert site.seen("/new")[0].headers["if-none-match"] == '"a"'


def test_a_policy_may_ask_for_a_language_of_its_own(site: Site) -> None:
    url = site.put("/privacy", POLICY)

    fetched = fetch(replace(target(url), language="de, en;q=0.5"))

    assert site.seen("/privacy")[0].headers["accept-language"] == "de, en;q=0.5"
    assert fetched.trace.language == "de, en;q=0.5"


def test_robots_txt_is_read_and_overridden_where_a_person_says_so(site: Site) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /\n")
    url = site.put("/privacy", POLICY)

    assert fetch(url).cause == "robots"
    fetched = fetch(replace(target(url), robots="ignore"))

    assert (fetched.cause, fetched.trace.robots_overridden) == ("", True)
    assert "keeps Clausewatch away" in fetched.trace.robots
    assert site.robots_hits == 2


def test_a_server_that_wants_to_be_left_alone_is_heeded_whatever_a_person_says(site: Site) -> None:
    site.put("/robots.txt", "", status=429, headers={"Retry-After": "60"})
    url = site.put("/privacy", POLICY)

    assert fetch(replace(target(url), robots="ignore")).cause == "rate_limited"
    assert site.hits == []


def test_a_page_over_a_bad_certificate_is_taken_and_marked_where_a_person_says_so(
    self_signed: Site,
) -> None:
    url = self_signed.put("/privacy", POLICY)

    assert fetch(url).cause == "tls"
    fetched = fetch(replace(target(url), tls="record"))

    assert (fetched.cause, fetched.body) == ("", POLICY.encode())
    assert "an authority that nobody knows" in fetched.trace.unverified
    (hop,) = fetched.trace.hops
    assert hop.tls is not None
    assert hop.tls.protocol.startswith("TLSv1")
    assert hop.tls.until > "2020"


def test_a_connection_that_nobody_vouched_for_serves_no_policy_that_wants_one(
    self_signed: Site,
) -> None:
    url = self_signed.put("/privacy", POLICY)

    outcomes = fetch_all(
        [replace(target(url), tls="record"), target(url, number=2), target(url, number=3)]
    )

    assert outcomes.causes == ["", "tls", "tls"]
