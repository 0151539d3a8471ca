"""What an archive is asked, and what each of its answers means."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive import (
    ARCHIVE_CAUSES,
    INTERNET_ARCHIVE,
    Archive,
    ArchiveError,
    Capture,
    IndexPage,
    Question,
    capture_address,
    index_question,
    judge_capture,
    read_index,
)
from crawler.fetched import Answer

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://www.tealeaf.example/privacy"
DIGEST = "A" * 32
PYWB = Archive("ours", "pywb", "http://archive.example/pol/cdx", "http://archive.example/pol")


def row(stamp: str = "20150601120000", status: str = "200", digest: str = DIGEST) -> str:
    return f"example,tealeaf)/privacy {stamp} {URL} text/html {status} {digest} 5120"


def read(
    *lines: str, status: int = 200, archive: Archive = INTERNET_ARCHIVE, limit: int = 10
) -> IndexPage:
    body = "".join(f"{line}\n" for line in lines).encode()
    return read_index(archive, Question(URL, limit=limit), Answer(status, (), body), NOW)


def refused(text: str = "", *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> str:
    with pytest.raises(ArchiveError) as caught:
        read_index(INTERNET_ARCHIVE, Question(URL), Answer(status, headers, text.encode()), NOW)
    return caught.value.cause


def judge(
    status: int = 200, body: bytes = b"<p>Privacy", *, stamp: str = "20150601120000", **headers: str
) -> tuple[str, datetime]:
    (capture,) = read(row(stamp)).captures
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    verdict = judge_capture(capture, Answer(status, named, body), NOW)
    return verdict.cause, verdict.at


def asked(archive: Archive, question: Question) -> dict[str, str]:
    address = index_question(archive, question)
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_the_index_is_asked_for_all_captures_of_one_address_in_a_span() -> None:
    given = asked(INTERNET_ARCHIVE, Question(URL, start=datetime(2015, 1, 2, tzinfo=UTC), end=NOW))

    assert given["url"] == URL
    assert (given["from"], given["to"]) == ("20150102000000", "20260301120000")
    assert given["showResumeKey"] == "true"
    assert "statuscode" in given["fl"]
    assert "filter" not in given, "errors, redirects and revisits are outcomes of their own"


def test_a_star_in_an_address_does_not_ask_for_every_page_below_it() -> None:
    assert "%2A" in asked(INTERNET_ARCHIVE, Question("https://tealeaf.example/*"))["url"]


def test_a_resume_key_goes_back_as_it_was_meant() -> None:
    page = read(row(), "", "example%2Ctealeaf%29%2Fprivacy+20160101000000%21")

    again = asked(INTERNET_ARCHIVE, Question(URL, resume_key=page.resume_key))

    assert page.resume_key == "example,tealeaf)/privacy 20160101000000!"
    assert again["resumeKey"] == page.resume_key


def test_pywb_has_no_key_so_the_list_goes_on_from_its_last_time() -> None:
    page = read(row("20150101000000"), row("20150201000000"), archive=PYWB, limit=2)

    assert page.resume_key == "20150201000000"
    again = asked(PYWB, Question(URL, resume_key=page.resume_key))
    assert again["from"] == "20150201000000"
    assert again["fl"].split(",")[2] == "url"
    assert "resumeKey" not in again


def test_the_bytes_of_a_capture_are_asked_for_as_they_were() -> None:
    (capture,) = read(row()).captures

    address = capture_address(INTERNET_ARCHIVE, capture)

    assert address == f"https://web.archive.org/web/20150601120000id_/{URL}"


def test_an_empty_list_means_no_captures_and_an_error_does_not() -> None:
    assert read() == IndexPage((), "", 0)
    assert refused("<html>429 Too Many Requests</html>", status=429) == "archive_busy"
    assert refused("", status=429) == "archive_busy"
    assert refused("", status=503) == "archive_down"
    assert refused("", status=404) == "index_unreadable"
    assert refused("<html><title>Maintenance</title>", status=200) == "index_unreadable"
    assert refused("AdministrativeAccessControlException: Blocked Site Error", status=403) == (
        "archive_excluded"
    )


def test_retry_after_of_an_archive_is_read() -> None:
    with pytest.raises(ArchiveError) as caught:
        read_index(
            INTERNET_ARCHIVE, Question(URL), Answer(429, (("Retry-After", "120"),), b""), NOW
        )
    assert caught.value.retry_after_s == 120


def test_rows_that_are_cut_short_are_counted_and_left_out() -> None:
    page = read(row(), row("20150701120000")[:40])

    assert (len(page.captures), page.unreadable) == (1, 1)
    assert refused("this is no row at all") == "index_unreadable"


def test_a_timestamp_without_a_day_is_taken_for_the_first_it_can_mean() -> None:
    (capture,) = read(row("20150600120000")).captures

    assert capture.at == datetime(2015, 6, 1, 12, tzinfo=UTC)
    assert capture.timestamp == "20150600120000", "the archive is asked for what it wrote"
    assert capture.repaired
    assert read(row(), row("20151301120000")).unreadable == 1


def test_a_capture_without_a_day_has_the_day_that_the_archive_gives_with_it() -> None:
    given = judge(stamp="20150600120000", Memento_Datetime="Mon, 15 Jun 2015 12:00:00 GMT")
    assert given == ("", datetime(2015, 6, 15, 12, tzinfo=UTC))


@pytest.mark.parametrize(
    ("status", "doubt"),
    [("200", ""), ("-", ""), ("301", "archived_redirect"), ("404", "archived_error")],
)
def test_the_index_tells_errors_and_redirects_from_captures_and_revisits(
    status: str, doubt: str
) -> None:
    (capture,) = read(row(status=status)).captures
    assert capture.doubt == doubt


def test_what_comes_for_a_capture_has_a_name() -> None:
    moment = "Mon, 01 Jun 2015 12:00:00 GMT"
    assert judge(Memento_Datetime=moment)[0] == ""
    assert judge()[0] == "", "an archive need not say the moment again"
    assert judge(Memento_Datetime="Tue, 02 Jun 2015 12:00:00 GMT")[0] == "other_time"
    assert judge(404, Memento_Datetime=moment)[0] == "archived_error"
    assert judge(429, Memento_Datetime=moment)[0] == "archived_error", "the site's, of then"
    assert judge(302, Location=f"/web/20140101000000id_/{URL}")[0] == "other_time"
    assert judge(302, Location="/web/20150601120000id_/https://tealeaf.example/new")[0] == (
        "archived_redirect"
    )
    assert judge(Content_Type="image/png")[0] == "wrong_type"


@pytest.mark.parametrize(
    ("status", "cause"),
    [(404, "not_in_archive"), (429, "archive_busy"), (503, "archive_down"), (403, "archive_excluded")],
)  # fmt: skip
def test_an_error_of_the_archive_itself_is_none_of_the_site(status: int, cause: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        judge(status)
    assert caught.value.cause == cause


def test_where_an_archived_redirect_led_is_kept() -> None:
    (capture,) = read(row(status="301")).captures
    answer = Answer(301, (("Location", "/web/20150601120000id_/https://tealeaf.example/legal"),))
    assert judge_capture(capture, answer, NOW).leads_to == "https://tealeaf.example/legal"


def test_the_headers_of_the_site_come_back_under_their_own_names() -> None:
    (capture,) = read(row()).captures
    headers = (
        ("Content-Type", "text/html"),
        ("X-Archive-Orig-Content-Type", "text/html; charset=iso-8859-1"),
        ("X-Archive-Orig-Last-Modified", "Fri, 29 May 2015 10:00:00 GMT"),
        ("Server", "the archive's"),
    )

    verdict = judge_capture(capture, Answer(200, headers, b"x"), NOW)

    assert dict(verdict.headers) == {
        "content-type": "text/html; charset=iso-8859-1",
        "last-modified": "Fri, 29 May 2015 10:00:00 GMT",
    }


@given(st.text(max_size=300))
def test_no_answer_of_an_index_is_a_surprise(text: str) -> None:
    try:
        page = read_index(INTERNET_ARCHIVE, Question(URL), Answer(200, (), text.encode()), NOW)
    except ArchiveError:
        return  # any other error fails the test
    assert all(isinstance(capture, Capture) for capture in page.captures)


def test_every_cause_of_an_archive_is_documented() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "causes.md").read_text()
    missing = [
        cause.name
        for cause in ARCHIVE_CAUSES.values()
        if f"| `{cause.name}` | {cause.says} | {cause.advice} |" not in page
    ]
    assert missing == []
