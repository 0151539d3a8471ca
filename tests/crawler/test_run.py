"""crawl(): one outcome for each target, whatever happens, from any thread, as often as asked."""

from __future__ import annotations

import logging
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.errors import CannotCrawlError
from crawler.manners import Manners
from crawler.options import CrawlOptions
from crawler.run import crawl
from storage.fetched import Fetched
from tests.crawler.helper import AGENT, NOW, fetch, fetch_all, options, target
from tests.support import faults
from tests.support.site import Exchange, Site

POLICY = "<p>We keep your data for thirty days."


def run_program(text: str) -> subprocess.CompletedProcess[str]:
    """Run a program of its own, with this module's names and warnings as errors."""
    names = "import os, signal, threading\nfrom tests.crawler.test_run import *\n"
    names += "from tests.crawler.helper import *\n"
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", names + textwrap.dedent(text)],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_page_is_fetched_as_it_is_with_what_the_server_said(site: Site) -> None:
    url = site.put("/privacy", POLICY, headers={"ETag": '"a"', "Server": "small"})

    fetched = fetch(url)

    assert (fetched.cause, fetched.status, fetched.body) == ("", 200, POLICY.encode())
    assert (fetched.url, fetched.final_url, fetched.redirects) == (url, url, ())
    assert (fetched.source, fetched.policy_id, fetched.observed_at) == ("live", 1, NOW)
    assert fetched.header("etag") == '"a"'
    assert fetched.header("content-type") == "text/html; charset=utf-8"
    assert 0 <= fetched.took_ms < 10_000


def test_every_target_has_exactly_one_outcome_and_the_report_counts_them(site: Site) -> None:
    urls = [site.put(f"/page/{number}", POLICY) for number in range(60)]
    urls += [site.url + f"/missing/{number}" for number in range(3)]

    outcomes = fetch_all(urls)

    assert sorted(one.policy_id for one in outcomes.kept) == list(range(1, 64))
    report = outcomes.report
    assert (report.asked, report.fetched, report.failed) == (63, 60, {"not_found": 3})
    assert report.bytes == sum(len(one.body or b"") for one in outcomes.kept)
    assert report.seconds > 0


def test_no_targets_are_a_crawl_that_does_nothing() -> None:
    assert fetch_all([]).report.asked == 0


def test_the_same_target_twice_is_two_outcomes(site: Site) -> None:
    url = site.put("/privacy", POLICY)

    assert len(fetch_all([target(url), target(url)]).kept) == 2


def test_we_say_who_asks_and_pin_the_language(site: Site) -> None:
    fetch(site.put("/privacy", POLICY))

    (hit,) = site.seen("/privacy")
    assert hit.headers["user-agent"] == AGENT
    assert hit.headers["accept-language"] == "en, *;q=0.5"
    assert hit.headers["accept-encoding"] == "gzip, deflate, br, zstd"
    assert not {"cookie", "referer", "from", "authorization"} & set(hit.headers)


def test_cookies_are_not_sent_back(site: Site) -> None:
    url = site.put("/privacy", POLICY, headers={"Set-Cookie": "variant=b; Path=/"})

    fetch_all([url, url])

    assert ["cookie" in hit.headers for hit in site.seen("/privacy")] == [False, False]


def test_the_servers_own_etag_is_echoed_and_304_is_an_outcome(site: Site) -> None:
    url = site.put("/privacy", POLICY, headers={"ETag": 'W/"7"', "Last-Modified": "yesterday-ish"})

    fetched = fetch(target(url, etag='W/"7"', modified="yesterday-ish"))

    assert (fetched.cause, fetched.status, fetched.body) == ("", 304, None)
    (hit,) = site.seen("/privacy")
    assert hit.headers["if-none-match"] == 'W/"7"'
    assert "if-modified-since" not in hit.headers


def test_a_page_put_back_with_an_older_date_is_fetched(site: Site) -> None:
    """Most file servers answer 304 to every date that is not older than the file's."""
    newer, older = "Tue, 03 Mar 2026 10:00:00 GMT", "Mon, 02 Feb 2026 10:00:00 GMT"
    url = site.put("/privacy", "<p>We sell it.", headers={"Last-Modified": older})

    assert fetch(target(url, modified=newer)).body == b"<p>We sell it."
    assert fetch(target(url, modified=older)).body == b"<p>We sell it."
    assert not any("if-modified-since" in hit.headers for hit in site.seen())


def test_without_validators_caches_on_the_way_are_bypassed(site: Site) -> None:
    url = site.put("/privacy", POLICY)

    fetch_all([target(url), target(url, number=2, etag='"a"')])

    first, second = site.seen("/privacy")
    assert first.headers["cache-control"] == "no-cache"
    assert "if-none-match" not in first.headers
    assert "cache-control" not in second.headers


def test_retry_after_is_handed_on(site: Site) -> None:
    url = site.put("/privacy", "", status=429, headers={"Retry-After": "172800000"})

    assert fetch(url).retry_after_s == 86_400


def test_keep_is_called_one_at_a_time_and_never_in_the_callers_or_the_loops_thread(
    site: Site,
) -> None:
    threads: set[str] = set()
    inside = threading.Lock()

    def keep(_: Fetched) -> None:
        assert inside.acquire(blocking=False)
        threads.add(threading.current_thread().name)
        time.sleep(0.001)
        inside.release()

    urls = [site.put(f"/{number}", POLICY) for number in range(40)]
    crawl([target(url) for url in urls], keep=keep, options=options(), clock=lambda: NOW)

    assert len(threads) == 1
    assert not threads & {threading.current_thread().name, "crawler"}


def test_what_keep_raises_is_raised_after_the_others_were_kept(site: Site) -> None:
    kept: list[int] = []

    def keep(fetched: Fetched) -> None:
        kept.append(fetched.policy_id)
        if fetched.policy_id == 2:
            raise KeyError("a full disk")

    targets = [target(site.put(f"/{n}", POLICY), number=n) for n in range(1, 6)]
    with pytest.raises(KeyError, match="a full disk"):
        crawl(targets, keep=keep, options=options(), clock=lambda: NOW)
    assert sorted(kept) == [1, 2, 3, 4, 5]


def test_several_errors_of_keep_are_raised_together(site: Site) -> None:
    def keep(fetched: Fetched) -> None:
        raise ValueError(fetched.policy_id)

    targets = [target(site.put(f"/{n}", POLICY), number=n) for n in range(3)]
    with pytest.raises(ExceptionGroup) as caught:
        crawl(targets, keep=keep, options=options(), clock=lambda: NOW)
    assert sorted(error.args[0] for error in caught.value.exceptions) == [0, 1, 2]


def test_crawls_of_several_threads_run_side_by_side(site: Site) -> None:
    enough = threading.Event()

    def wait_for_the_others(_: Exchange) -> None:
        enough.wait(60)

    slow = site.act("/slow", wait_for_the_others)
    quick = site.put("/quick", POLICY)

    with ThreadPoolExecutor(4) as pool:
        waiting = pool.submit(fetch, slow, timeout_s=120.0)
        assert [one.cause for one in pool.map(fetch, [quick] * 12)] == [""] * 12
        assert not waiting.done()
        enough.set()
        assert waiting.result().cause == "reset"


def test_a_slow_host_does_not_hold_up_the_others(site: Site) -> None:
    with Site(host="127.0.0.2") as other:
        hangs = [other.act(f"/{number}", faults.hangs) for number in range(4)]
        quick = [site.put(f"/{number}", POLICY) for number in range(30)]

        outcomes = fetch_all(hangs + quick, timeout_s=1.5, concurrency=4)

    assert outcomes.causes == ["timeout"] * 4 + [""] * 30
    kept = [one.policy_id for one in outcomes.kept]
    assert kept[:29] == [number for number in kept if number > 4][:29]


def test_hosts_that_hang_do_not_eat_the_deadlines_of_those_that_wait() -> None:
    with Site(host="0.0.0.0") as site:
        site.act("/hang", faults.hangs)
        site.put("/quick", POLICY)
        hangs = [f"http://127.0.0.{n}:{site.port}/hang" for n in range(2, 8)]
        quick = [f"http://127.0.0.{n}:{site.port}/quick" for n in range(10, 20)]

        outcomes = fetch_all(hangs + quick, timeout_s=1.5, concurrency=2)

    assert outcomes.causes == ["timeout"] * 6 + [""] * 10


def test_a_slow_keep_slows_the_crawl_and_does_not_fill_the_memory() -> None:
    with Site(host="0.0.0.0") as site:
        site.put("/large", b"x" * (4 << 20))
        urls = [f"http://127.0.0.{n}:{site.port}/large" for n in range(2, 60)]
        asked = 0

        def keep(_: Fetched) -> None:
            nonlocal asked
            before = -1 if not asked else len(site.hits)
            while before != len(site.hits):  # the first time, until no more is asked for
                before = asked = len(site.hits)
                threading.Event().wait(0.5)

        crawl(
            [target(url) for url in urls],
            keep=keep,
            options=options(concurrency=4, obey_robots=False),
            clock=lambda: NOW,
        )

        assert len(site.hits) == len(urls)
    assert 4 < asked <= 8 + 4 + 1  # what fits into 32 MiB, and what was in flight by then


def test_an_address_that_is_none_fails_and_spoils_no_other(site: Site) -> None:
    outcomes = fetch_all(["nonsense", site.put("/privacy", POLICY), ""])

    assert outcomes.causes == ["client_error", "", "client_error"]


def test_an_etag_is_echoed_byte_for_byte(site: Site) -> None:
    url = site.put("/privacy", POLICY, headers={"ETag": '"caf\xe9"'})

    etag = fetch(url).header("etag")
    fetch(target(url, etag=etag))

    assert site.seen("/privacy")[-1].headers["if-none-match"] == '"caf\xe9"'


def test_a_program_ends_at_once_and_silently_after_a_crawl(site: Site) -> None:
    ended = run_program(
        f"""
        kept = []
        crawl([target("{site.put("/privacy", POLICY)}")], keep=kept.append, options=options(),
              clock=lambda: NOW)
        print(kept[0].status)
        """
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "200\n", "")


def test_an_interrupt_from_the_keyboard_ends_a_crawl_within_seconds(site: Site) -> None:
    site.act("/hang", faults.hangs)

    ended = run_program(
        f"""
        import crawler.spiders.live
        from crawler.reactor import background
        kept = []
        background()
        signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a shell's background
        threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            crawl([target("{site.url}/hang")], keep=kept.append, options=options(timeout_s=60),
                  clock=lambda: NOW)
        except KeyboardInterrupt:
            print([one.cause for one in kept])
        """
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "['aborted']\n", "")


def test_a_stop_ends_a_crawl_within_seconds_and_leaves_nothing_without_an_outcome(
    site: Site,
) -> None:
    stop = threading.Event()

    def hang_and_stop(exchange: Exchange) -> None:
        stop.set()
        exchange.hang()

    urls = [site.act("/hang", hang_and_stop)] + [
        site.put(f"/{number}", POLICY) for number in range(5)
    ]
    kept: list[Fetched] = []

    began = time.monotonic()
    report = crawl(
        [target(url, number=number) for number, url in enumerate(urls)],
        keep=kept.append,
        options=options(timeout_s=60.0),
        clock=lambda: NOW,
        stop=stop,
    )

    assert time.monotonic() - began < 30  # the hanging page alone would take sixty
    assert sorted(one.policy_id for one in kept) == [0, 1, 2, 3, 4, 5]
    assert report.failed == {"aborted": 6}


def test_a_stop_that_was_set_before_fetches_nothing(site: Site) -> None:
    stop = threading.Event()
    stop.set()
    kept: list[Fetched] = []
    urls = [site.put(f"/{number}", POLICY) for number in range(300)]

    crawl(
        [target(url) for url in urls],
        keep=kept.append,
        options=options(),
        clock=lambda: NOW,
        stop=stop,
    )

    assert len(kept) == 300


def test_a_clock_that_fails_ends_the_crawl_with_its_error_and_later_crawls_work(
    site: Site,
) -> None:
    url = site.put("/privacy", POLICY)

    def clock() -> datetime:
        raise OSError("no clock")

    with pytest.raises(OSError, match="no clock"):
        fetch_all([url] * 100, clock=clock)
    assert fetch(url).cause == ""


def test_a_crawl_inside_keep_of_a_crawl_works(site: Site) -> None:
    inner: list[Fetched] = []
    url = site.put("/privacy", POLICY)

    def keep(_: Fetched) -> None:
        inner.append(fetch(url))

    crawl([target(url)], keep=keep, options=options(), clock=lambda: NOW)

    assert [one.cause for one in inner] == [""]


def test_pages_of_one_host_are_apart_by_the_pause_also_across_crawls() -> None:
    # 127.0.0.1 is ours and gets no pause; 127.1 leads there too but is a name like any other.
    with Site() as site:
        site.put("/a", POLICY)
        url = f"http://127.1:{site.port}/a"
        manners = Manners()
        began = time.monotonic()
        fetch_all([url, url], delay_s=0.3, manners=manners)
        fetch_all([url], delay_s=0.3, manners=manners)

        assert len(site.hits) == 3
        assert time.monotonic() - began >= 0.6


def test_pages_of_our_own_servers_are_not_apart(site: Site) -> None:
    urls = [site.put(f"/{number}", POLICY) for number in range(20)]

    began = time.monotonic()
    fetch_all(urls, delay_s=5.0)

    assert time.monotonic() - began < 50  # apart they would take a hundred


def test_nothing_is_logged_about_pages(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    fetch_all(
        [
            site.put("/good", POLICY),
            site.url + "/missing",
            site.act("/hang", faults.hangs),
            site.act("/reset", faults.resets_at_once),
            site.act("/large", faults.endless),
            "http://no-such-host.invalid/",
        ],
        timeout_s=1.0,
        max_size=1000,
    )

    assert [record.message for record in caplog.records if record.levelno > logging.INFO] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"user_agent": ""},
        {"user_agent": "a\r\nX-Injected: 1"},
        {"timeout_s": 0},
        {"max_size": -1},
        {"concurrency": 0},
        {"delay_s": -1.0},
        {"allow_addresses": ("intranet",)},
        {"proxy": "socks5://127.0.0.1:1080"},
        {"proxy": "http://"},
    ],
)
def test_options_that_cannot_work_are_refused_with_their_name(wrong: dict[str, object]) -> None:
    with pytest.raises(CannotCrawlError, match=next(iter(wrong))):
        options(**wrong)


def test_the_options_of_the_contract_have_their_defaults() -> None:
    given = CrawlOptions(user_agent=AGENT)

    assert (given.timeout_s, given.max_size, given.delay_s) == (60, 10 << 20, 1.0)
    assert (given.concurrency, given.obey_robots, given.proxy) == (16, True, "")


def test_the_observed_instant_is_the_callers_clock(site: Site) -> None:
    then = datetime(2031, 5, 5, tzinfo=UTC)

    outcomes = fetch_all([site.put("/privacy", POLICY)], clock=lambda: then)

    assert outcomes[1].observed_at == then
