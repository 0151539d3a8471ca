"""Every misbehaviour of a server has its named outcome, and none of them looks like a policy."""

from __future__ import annotations

import gzip
import socket

import pytest

from crawler.errors import CAUSES, advice_for
from tests.crawler.helper import fetch, fetch_all
from tests.support import faults
from tests.support.site import Site

POLICY = "<html><body>" + "<p>We keep your data for thirty days.</p>" * 400 + "</body></html>"
PAGE = POLICY.encode()
MIB = 1 << 20


def check(site: Site, act: faults.Act, cause: str, **changes: object) -> str:
    """A page that acts so fails with this cause, has no body, and says something."""
    fetched = fetch(site.act("/privacy", act), timeout_s=2.0, **changes)
    assert (fetched.cause, fetched.body) == (cause, None), fetched.detail
    assert fetched.detail
    assert "\n" not in fetched.detail
    return fetched.detail


def test_a_server_that_says_nothing_times_out(site: Site) -> None:
    check(site, faults.hangs, "timeout")


def test_a_server_that_stops_within_its_headers_times_out(site: Site) -> None:
    check(site, faults.hangs_in_headers, "timeout")


def test_a_body_that_drips_times_out_in_total(site: Site) -> None:
    check(site, faults.drips, "timeout")


def test_a_connection_that_ends_without_a_word_is_reset(site: Site) -> None:
    check(site, faults.closes_at_once, "reset")


def test_a_connection_that_is_reset_is_reset(site: Site) -> None:
    check(site, faults.resets_at_once, "reset")


def test_a_greeting_of_a_mail_server_is_no_http(site: Site) -> None:
    check(site, faults.no_http, "protocol")


def test_a_body_short_of_its_length_is_truncated(site: Site) -> None:
    check(site, faults.short_of_its_length, "truncated")


def test_chunks_without_an_end_are_truncated(site: Site) -> None:
    check(site, faults.chunks_cut_short, "truncated")


def test_chunks_that_are_no_chunks_are_not_a_body(site: Site) -> None:
    check(site, faults.broken_chunks, "truncated")


@pytest.mark.parametrize("coding", faults.CODINGS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_compressed_body_cut_short_is_truncated(site: Site, coding: str, share: float) -> None:
    check(site, faults.cut_short(coding, PAGE, share=share), "truncated")


@pytest.mark.parametrize("coding", faults.CODINGS)
def test_a_compressed_body_that_is_whole_is_unpacked(site: Site, coding: str) -> None:
    fetched = fetch(site.act("/privacy", faults.packed(coding, PAGE)))

    assert (fetched.cause, fetched.body) == ("", PAGE)


@pytest.mark.parametrize("coding", faults.CODINGS)
def test_a_bomb_is_too_large(site: Site, coding: str) -> None:
    check(site, faults.bomb(coding), "too_large", max_size=MIB)


def test_a_body_that_never_ends_is_too_large(site: Site) -> None:
    check(site, faults.endless, "too_large", max_size=MIB)


def test_headers_that_never_end_are_no_answer(site: Site) -> None:
    check(site, faults.endless_headers, "protocol")


def test_a_length_over_the_limit_is_too_large_at_once(site: Site) -> None:
    url = site.put("/privacy", b"x" * (MIB + 1))

    assert fetch(url, max_size=MIB).cause == "too_large"


def test_a_body_of_exactly_the_limit_is_kept(site: Site) -> None:
    assert len(fetch(site.put("/privacy", b"x" * MIB), max_size=MIB).body or b"") == MIB


def test_a_plain_body_named_gzip_does_not_decode(site: Site) -> None:
    url = site.put("/privacy", POLICY, headers={"Content-Encoding": "gzip"})

    assert fetch(url).cause == "decode"


def test_an_unknown_coding_does_not_decode(site: Site) -> None:
    url = site.put("/privacy", POLICY, headers={"Content-Encoding": "rot13"})

    assert fetch(url).cause == "decode"


def test_an_error_page_with_a_broken_coding_is_still_that_error(site: Site) -> None:
    url = site.put("/privacy", POLICY, status=404, headers={"Content-Encoding": "gzip"})

    assert fetch(url).cause == "not_found"


def test_gzip_in_several_members_with_padding_is_whole(site: Site) -> None:
    body = gzip.compress(PAGE[:500]) + gzip.compress(PAGE[500:]) + b"\0" * 8
    url = site.put("/privacy", body, headers={"Content-Encoding": "gzip"})

    assert fetch(url).body == PAGE


def test_a_body_that_ends_with_its_connection_is_whole(site: Site) -> None:
    assert fetch(site.act("/privacy", faults.no_length(PAGE))).body == PAGE


def test_a_body_without_a_length_that_is_reset_is_truncated(site: Site) -> None:
    check(site, faults.no_length_then_reset, "truncated")


def test_a_304_that_nobody_asked_for_is_no_answer(site: Site) -> None:
    check(site, faults.always_304, "protocol")


def test_a_name_without_an_address_is_dns() -> None:
    assert fetch("http://no-such-host.invalid/privacy").cause == "dns"


def test_a_name_that_is_too_long_is_dns() -> None:
    assert fetch(f"http://{'a' * 70}.example/privacy", timeout_s=3.0).cause == "dns"


def test_a_closed_port_is_refused() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        assert fetch(f"http://127.0.0.1:{port}/privacy").cause == "refused"


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (400, "client_error"),
        (401, "blocked"),
        (403, "blocked"),
        (404, "not_found"),
        (410, "gone"),
        (418, "client_error"),
        (429, "rate_limited"),
        (451, "blocked"),
        (500, "server_error"),
        (503, "server_error"),
        (599, "server_error"),
        (300, "bad_redirect"),
        (302, "bad_redirect"),
    ],
)
def test_each_status_has_its_cause_and_keeps_its_body(site: Site, status: int, cause: str) -> None:
    fetched = fetch(site.put("/privacy", "<p>Sorry.", status=status))

    assert (fetched.status, fetched.cause, fetched.body) == (status, cause, b"<p>Sorry.")


def test_a_challenge_for_browsers_is_blocked(site: Site) -> None:
    url = site.put("/privacy", "Just a moment", status=503, headers={"cf-mitigated": "challenge"})

    assert fetch(url).cause == "blocked"


@pytest.mark.parametrize("kind", ["image/png", "video/mp4", "application/zip", "text/css"])
def test_an_answer_that_is_no_document_is_of_the_wrong_type(site: Site, kind: str) -> None:
    assert fetch(site.put("/privacy", b"\x89PNG", content_type=kind)).cause == "wrong_type"


def test_a_pdf_is_taken_whatever_it_is_called(site: Site) -> None:
    assert fetch(site.put("/p", b"%PDF-1.7 ...", content_type="application/zip")).cause == ""


def test_an_empty_page_is_a_capture_and_left_to_the_reader(site: Site) -> None:
    fetched = fetch(site.put("/privacy", ""))

    assert (fetched.cause, fetched.body) == ("", b"")


def test_one_bad_page_of_many_spoils_no_other(site: Site) -> None:
    bad = [faults.hangs, faults.resets_at_once, faults.no_http, faults.bomb("br"), faults.endless]
    urls = [site.act(f"/bad/{number}", act) for number, act in enumerate(bad)]
    urls += [site.put(f"/good/{number}", POLICY) for number in range(10)]

    outcomes = fetch_all(urls, timeout_s=2.0, max_size=MIB)

    assert outcomes.causes == ["timeout", "reset", "protocol", "too_large", "too_large"] + [""] * 10
    assert outcomes.report.failed == {"timeout": 1, "reset": 1, "protocol": 1, "too_large": 2}


def test_every_cause_has_its_words_and_its_advice_in_one_line() -> None:
    for cause in CAUSES.values():
        assert cause.says
        assert "\n" not in cause.says + cause.advice
        assert advice_for(cause.name) == cause.advice != ""
