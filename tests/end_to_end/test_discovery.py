"""Finding a site's legal pages, and the documents that policies link to, through the program."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.inside import Inside
from tests.support.legal_site import document, put_shop
from tests.support.site import Site


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


@pytest.fixture
def program(tmp_path: Path) -> Inside:
    return Inside(tmp_path, {"CLAUSEWATCH_CRAWL_DELAY": "0s"})


def discovered(program: Inside, site: Site, *, expect: int = 0) -> dict[str, Any]:
    answer = program.json("discover", site.url, expect=expect)
    assert isinstance(answer, dict)
    return answer


def test_the_legal_pages_of_a_site_are_found_with_reasons(site: Site, program: Inside) -> None:
    put_shop(site)
    made = discovered(program, site)
    found = {one["kind"]: one for one in made["found"]}
    assert {kind: one["url"].removeprefix(site.url) for kind, one in found.items()} == {
        "privacy": "/datenschutz",
        "cookies": "/hilfe/cookie-richtlinie",
        "terms": "/allgemein/agb",
        "dpa": "/legal/dpa",
        "subprocessors": "/legal/list",
    }
    assert found["privacy"]["lang"] == "de"
    assert "linked from the foot of the page" in found["privacy"]["reasons"]
    assert "in the sitemap" in found["cookies"]["reasons"]
    assert "a link says rel=terms-of-service" in found["terms"]["reasons"]
    assert "its title says so" in found["subprocessors"]["reasons"]


def test_what_was_left_out_is_named_with_its_reason_and_little_is_asked(
    site: Site, program: Inside
) -> None:
    put_shop(site)
    made = discovered(program, site)
    left = {one["url"].removeprefix(site.url): one["reason"] for one in made["left_out"]}
    assert left["/gone"].startswith("not_found")
    assert left["/private/privacy"].startswith("robots")
    assert made["requests"] <= 45
    assert len(site.seen()) <= 46
    assert not [path for path in site.hits if path.startswith(("/shop/", "/blog/", "/private"))]


def test_a_site_without_links_is_asked_at_the_usual_addresses(site: Site, program: Inside) -> None:
    site.put("/", "<!doctype html><title>Hi</title><p>Just a shop window.")
    site.put("/privacy-policy", document("Privacy policy", "Heron sells teapots."))
    made = discovered(program, site)
    (one,) = made["found"]
    assert (one["kind"], one["url"]) == ("privacy", f"{site.url}/privacy-policy")
    assert "a usual address" in one["reasons"]


def test_a_page_that_is_no_policy_is_not_offered(site: Site, program: Inside) -> None:
    site.put("/", "<!doctype html><title>Hi</title><footer><a href=/privacy>Privacy</a></footer>")
    site.put(
        "/privacy",
        "<!doctype html><title>Privacy</title><h1>Page not found</h1><p>Sorry, not here.",
    )
    made = discovered(program, site, expect=4)
    assert made["found"] == []
    assert any("soft_404" in one["reason"] for one in made["left_out"])


def test_a_site_that_keeps_robots_out_or_is_not_there_is_said_to_be(
    site: Site, program: Inside
) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /", content_type="text/plain")
    assert "robots" in discovered(program, site, expect=4)["problem"]
    assert "robots" in program.run("add", "--discover", site.url, expect=1).err


def test_hostile_sitemaps_and_links_do_no_harm(site: Site, program: Inside) -> None:
    put_shop(site)
    bomb = gzip.compress(b"<urlset>" + b"<url><loc>x</loc></url>" * 2_000_000)
    site.put("/maps/pages.xml.gz", bomb, content_type="application/gzip")
    site.put(
        "/maps/products.xml",
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><urlset><loc>&a;</loc><loc>file:///etc/privacy</loc>'
        "<loc>http://169.254.169.254/privacy</loc><loc>http://[broken/privacy</loc></urlset>",
    )
    site.put(
        "/legal",
        "<a href='http://[x/privacy'>Privacy</a><a href='http://user:pw@127.0.0.1/privacy'>Privacy</a>"
        "<a href='http://169.254.169.254/privacy'>Privacy</a>",
    )
    made = discovered(program, site)
    assert "privacy" in {one["kind"] for one in made["found"]}
    assert any(one["reason"].startswith("blocked_address") for one in made["left_out"])


def test_add_discover_watches_the_best_of_each_kind_once(site: Site, program: Inside) -> None:
    put_shop(site)
    rows = program.json("add", "--discover", site.url, "--tag", "shop")
    assert sorted(row["kind"] for row in rows) == [
        "cookies",
        "dpa",
        "privacy",
        "subprocessors",
        "terms",
    ]
    assert {tuple(row["tags"]) for row in rows} == {("shop",)}
    again = program.run("add", "--discover", site.url, "--yes")
    assert again.err.count("watched already") == 5
    assert "Watching" not in again.out
    assert "not both" not in program.run("add", expect=2).err
    assert "one page" in program.run("add", "--discover", site.url, "--name", "x", expect=2).err
    outcomes = {line["outcome"] for line in program.run("check", "--json").lines}
    assert outcomes == {"first"}


def test_documents_that_a_policy_links_to_are_suggested(site: Site, program: Inside) -> None:
    links = (
        '<p>See our <a href="/cookies">cookie notice</a>, the <a href="partners?x=1#list">list of our sub-processors</a>, '
        'the <a href="/ccpa">California privacy notice</a>, <a href="/privacy#top">this policy</a>, '
        '<a href="https://example.org/agb">unsere AGB</a> and <a href="/shop">our shop</a>.</p>'
    )
    page = document("Privacy policy", "Heron sells teapots.").replace("</main>", f"{links}</main>")
    program.run("add", site.put("/privacy", page), "--name", "heron")
    assert "Nothing to suggest" in program.run("suggest").out
    program.run("check")
    rows = program.json("suggest", "heron")
    assert [(row["kind"], row["url"].removeprefix(site.url)) for row in rows] == [
        ("cookies", "/cookies"),
        ("subprocessors", "/partners?x=1"),
        ("regional", "/ccpa"),
        ("terms", "https://example.org/agb"),
    ]
    assert all(row["reason"] for row in rows)
    site.put("/cookies", document("Cookie notice", "Heron sets cookies."))
    program.run("edit", "heron", "--also", f"{site.url}/cookies")
    kinds = [row["kind"] for row in program.json("suggest")]
    assert kinds == ["subprocessors", "regional", "terms"], "what is watched is not suggested"
    assert "clausewatch add" in program.run("suggest", "heron").out
