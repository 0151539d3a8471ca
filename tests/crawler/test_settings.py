"""What Scrapy would do by itself, and does not here."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import psutil
import pytest

from crawler.run import crawl
from crawler.settings import scrapy_settings
from tests.crawler.helper import NOW, options, target
from tests.support.site import Site


def crawler() -> Any:  # Scrapy's, built as a crawl builds it
    from scrapy.settings import Settings

    return Settings(scrapy_settings(options()))


def test_nothing_listens_and_no_posted_code_runs() -> None:
    settings = crawler()

    assert not settings.getbool("REMOTE_CONTROL_ENABLED")
    assert not settings.getbool("TELNETCONSOLE_ENABLED")
    assert settings.getwithbase("EXTENSIONS").copy_to_dict() == {}


def test_no_handler_but_those_of_the_web() -> None:
    handlers = crawler().getwithbase("DOWNLOAD_HANDLERS")

    assert {scheme for scheme, path in handlers.items() if path is not None} == {"http", "https"}


def test_certificates_are_verified_and_the_environments_proxies_are_not_read() -> None:
    settings = crawler()

    assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    assert not settings.getbool("HTTPPROXY_ENABLED")
    assert not settings.getbool("COOKIES_ENABLED")
    assert not settings.getbool("RETRY_ENABLED")


def test_only_our_own_middlewares_are_at_work() -> None:
    settings = crawler()
    chosen: list[str] = []
    for name in ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "ITEM_PIPELINES"):
        chosen += map(str, settings.get_component_priority_dict_with_base(name))

    assert chosen
    assert [name for name in chosen if not name.startswith("crawler.")] == []


def test_sizes_and_times_have_limits() -> None:
    settings = crawler()

    assert settings.getint("DOWNLOAD_MAXSIZE") == options().max_size
    assert settings.getfloat("DOWNLOAD_TIMEOUT") == options().timeout_s


def test_a_crawl_opens_no_port(site: Site) -> None:
    """The remote control and the telnet console listen on loopback for as long as a crawl runs."""
    process = psutil.Process()
    listening: set[Any] = set()

    def listen() -> set[Any]:
        return {one.laddr for one in process.net_connections("tcp") if one.status == "LISTEN"}

    before = listen()
    url = site.put("/privacy", "<p>Text.")
    crawl(
        [target(url)],
        keep=lambda _: listening.update(listen()),
        options=options(),
        clock=lambda: NOW,
    )

    assert listening == before


@pytest.mark.parametrize("url", ["file:///etc/hostname", "data:text/html,hi", "ftp://127.0.0.1/x"])
def test_an_address_of_another_kind_fails_even_if_it_gets_this_far(url: str) -> None:
    from tests.crawler.helper import fetch

    fetched = fetch(url)

    assert (fetched.cause, fetched.body) == ("internal", None)


def test_the_loop_is_our_own_thread_and_not_the_tests() -> None:
    from crawler.reactor import background

    assert background() is background()
    with pytest.raises(RuntimeError):
        asyncio.get_running_loop()
    names = [thread.name for thread in threading.enumerate()]
    assert names.count("crawler") == 1
