"""Redirects: followed between web addresses, recorded, and never without end."""

from __future__ import annotations

import pytest

from tests.crawler.helper import fetch, target
from tests.support import faults
from tests.support.site import Exchange, Site

POLICY = "<p>We keep your data for thirty days."


def chain(site: Site, length: int) -> str:
    """A chain of redirects that ends on the policy; return its first address."""
    site.put(f"/{length}", POLICY)
    for step in range(length):
        site.redirect(f"/{step}", f"/{step + 1}", status=(301, 302, 303, 307, 308)[step % 5])
    return f"{site.url}/0"


def test_five_redirects_are_followed_and_recorded(site: Site) -> None:
    fetched = fetch(chain(site, 5))

    assert (fetched.cause, fetched.body) == ("", POLICY.encode())
    assert fetched.url == f"{site.url}/0"
    assert fetched.redirects == tuple(f"{site.url}/{step}" for step in (1, 2, 3, 4))
    assert fetched.final_url == f"{site.url}/5"


def test_the_sixth_redirect_is_one_too_many(site: Site) -> None:
    fetched = fetch(chain(site, 6))

    assert fetched.cause == "redirect_loop"
    assert site.hits == ["/0", "/1", "/2", "/3", "/4", "/5"]


def test_a_loop_is_seen_at_its_first_turn(site: Site) -> None:
    site.redirect("/a", "/b")
    site.redirect("/b", "/a")

    assert fetch(f"{site.url}/a").cause == "redirect_loop"
    assert site.hits == ["/a", "/b"]


def test_a_page_that_redirects_to_itself_is_a_loop(site: Site) -> None:
    assert fetch(site.redirect("/a", "/a#top")).cause == "redirect_loop"


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://example.org/policy",
        "data:text/html,hello",
        "javascript:alert(1)",
        "mailto:privacy@example.org",
        "s3://bucket/policy",
        "http://user:secret@127.0.0.1/",
        "http://user@127.0.0.1/",
        "http:\\\\127.0.0.1\\",
        "http://[::1/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:port/",
        "http:///nowhere",
        "http://",
    ],
)
def test_a_redirect_to_anything_but_a_web_address_is_bad(site: Site, location: str) -> None:
    fetched = fetch(site.redirect("/a", location))

    assert fetched.cause == "bad_redirect"
    assert site.hits == ["/a"]
    assert "secret" not in fetched.detail


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("b", "/dir/b"),
        ("../b", "/b"),
        ("?x=1", "/dir/a?x=1"),
        ("/b#part", "/b"),
        ("/b c", "/b%20c"),
        ("/p%C3%A9", "/p%C3%A9"),
    ],
)
def test_relative_locations_lead_where_a_browser_would_go(
    site: Site, location: str, path: str
) -> None:
    site.put(path, POLICY)

    fetched = fetch(site.redirect("/dir/a", location))

    assert (fetched.cause, fetched.final_url) == ("", site.url + path)


def test_a_redirect_to_another_server_is_followed(site: Site) -> None:
    with Site(host="127.0.0.2") as other:
        moved = other.put("/privacy", POLICY)
        fetched = fetch(site.redirect("/privacy", moved, status=301))

    assert (fetched.cause, fetched.final_url, fetched.redirects) == ("", moved, ())


def test_a_redirect_to_a_server_that_is_down_is_that_servers_failure(site: Site) -> None:
    with Site(host="127.0.0.2") as other:
        gone = other.url + "/privacy"

    fetched = fetch(site.redirect("/privacy", gone))

    assert (fetched.cause, fetched.final_url) == ("refused", gone)


def test_validators_are_not_shown_to_the_page_after_a_redirect(site: Site) -> None:
    """An ETag like "1" may be of any page; a 304 from another one would hide a change."""
    site.put("/b", "<p>We sell it.", headers={"ETag": '"1"'})

    fetched = fetch(target(site.redirect("/a", "/b"), etag='"1"'))

    assert (fetched.status, fetched.body) == (200, b"<p>We sell it.")


def test_the_deadline_is_for_all_redirects_together(site: Site) -> None:
    def late(exchange: Exchange) -> None:
        exchange.hang(0.5)
        onwards = int(exchange.hit.path[1:]) + 1
        head = f"HTTP/1.1 302 Found\r\nLocation: /{onwards}\r\nContent-Length: 0\r\n\r\n"
        exchange.send(head.encode())

    for step in range(5):
        site.act(f"/{step}", late)

    fetched = fetch(f"{site.url}/0", timeout_s=1.2)

    assert fetched.cause == "timeout"
    assert fetched.took_ms < 2_000


def test_a_page_that_hangs_after_a_redirect_has_what_is_left_of_the_deadline(site: Site) -> None:
    def late(exchange: Exchange) -> None:
        exchange.hang(1.0)
        exchange.send(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n")

    site.act("/b", faults.hangs)
    fetched = fetch(site.act("/a", late), timeout_s=1.5)

    assert (fetched.cause, fetched.final_url) == ("timeout", f"{site.url}/b")
    assert fetched.took_ms < 2_300


def test_the_body_of_a_redirect_is_not_looked_at(site: Site) -> None:
    site.put("/b", POLICY)
    site.put("/a", b"junk", status=302, headers={"Location": "/b", "Content-Encoding": "gzip"})

    assert fetch(f"{site.url}/a").cause == ""
