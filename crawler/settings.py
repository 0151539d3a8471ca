"""The Scrapy settings of a crawl, and why each default had to go.

Everything Scrapy would load by itself (extensions, middlewares, handlers) is replaced
by an empty list plus what is named here, so that a new release adds nothing unseen.
"""

from __future__ import annotations

from typing import Any

from scrapy.logformatter import LogFormatter

from crawler.options import CrawlOptions

__all__ = ["archive_settings", "scrapy_settings"]

_NO_HANDLERS = ("data", "file", "ftp", "s3")


def scrapy_settings(options: CrawlOptions) -> dict[str, Any]:  # Scrapy's settings have no type
    """Return the settings of one crawl."""
    return {
        **_doors(),
        **_limits(options),
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "DOWNLOADER_MIDDLEWARES": _middlewares(options),
        "SPIDER_MIDDLEWARES_BASE": {},  # they drop error statuses, count depth, set a Referer
        "ITEM_PIPELINES": {"crawler.pipelines.Keeping": 1},
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",  # a target is fetched when asked
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",  # the report counts
        "LOG_FORMATTER": "crawler.settings.Silence",
        "LOG_ENABLED": False,
    }


def archive_settings(options: CrawlOptions) -> dict[str, Any]:
    """Return the settings of asking an archive: no redirects, no robots.txt, no pipeline."""
    middlewares = {"crawler.middlewares.Unpacking": 600}
    if options.proxy:
        middlewares["crawler.middlewares.ProxyGuard"] = 50
    return scrapy_settings(options) | {
        "DOWNLOADER_MIDDLEWARES": middlewares,
        "ITEM_PIPELINES": {},
    }


class Silence(LogFormatter):
    """Scrapy's log lines without those of each page: outcomes are rows, not log lines."""

    def crawled(self, *_: Any) -> None:  # type: ignore[override]  # None is documented: no line
        return None

    def scraped(self, *_: Any) -> None:  # type: ignore[override]
        return None


def _doors() -> dict[str, Any]:
    """Close what listens, executes, or reads anything but http and https."""
    return {
        "EXTENSIONS_BASE": {},
        "REMOTE_CONTROL_ENABLED": False,  # new in 2.19 and on: runs Python that is posted to it
        "TELNETCONSOLE_ENABLED": False,
        "MEMUSAGE_ENABLED": False,
        "DOWNLOAD_HANDLERS_BASE": {},
        "DOWNLOAD_HANDLERS": {
            **dict.fromkeys(_NO_HANDLERS),
            "http": "crawler.handlers.Handler",
            "https": "crawler.handlers.Handler",
        },
        "DOWNLOAD_VERIFY_CERTIFICATES": True,  # the default trusts anyone
        "HTTPPROXY_ENABLED": False,  # it reads the environment, and would pass the guard by
        "COOKIES_ENABLED": False,  # each fetch is a stranger's
        "REFERER_ENABLED": False,
        "HTTPCACHE_ENABLED": False,
        "FEEDS": {},
    }


def _limits(options: CrawlOptions) -> dict[str, Any]:
    return {
        "DOWNLOAD_MAXSIZE": options.max_size,  # the default is 1 GiB
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": options.timeout_s,  # the handler sets what is left of it
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "RETRY_ENABLED": False,  # it neither waits nor reads Retry-After; the schedule does
        "CONCURRENT_ITEMS": 1,  # a page gives one outcome; Scrapy starts this many tasks for each
        "CONCURRENT_REQUESTS": 0,  # no limit: the turns keep to `concurrency`, robots.txt apart
        "SCRAPER_SLOT_MAX_ACTIVE_SIZE": 1 << 40,  # likewise: a redirect must not wait for `keep`
        "CONCURRENT_REQUESTS_PER_DOMAIN": 4,  # turns give a host one page; redirects may meet there
        "DOWNLOAD_DELAY": 0,  # turns pause between pages, not between a page and its redirect
        "ROBOTSTXT_OBEY": False,  # Scrapy's never expires and reads 5xx as "allow"; ours does both
        "USER_AGENT": options.user_agent,
    }


def _middlewares(options: CrawlOptions) -> dict[str, int]:
    """Smaller numbers are nearer to the spider: answers pass redirects before unpacking."""
    chosen = {
        "crawler.middlewares.Rests": 30,
        "crawler.middlewares.Refreshes": 550,
        "crawler.middlewares.Unpacking": 600,
        "crawler.middlewares.Redirects": 700,
    }
    if options.obey_robots:
        chosen["crawler.middlewares.RobotsTxt"] = 100
    if options.proxy:
        chosen["crawler.middlewares.ProxyGuard"] = 50
    return chosen
