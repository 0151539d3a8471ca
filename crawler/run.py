"""crawl(): the one door. Fetches targets and hands each outcome to `keep`.

    report = crawl(targets, keep=outcomes.append, options=CrawlOptions(user_agent=UA), clock=now)

May be called any number of times, from any thread, also at once: the crawls run side by
side on one background event loop. A crawl that goes on and is fed is `crawler.feed`.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

from crawler.options import CrawlOptions, CrawlReport

if TYPE_CHECKING:
    from crawler.manners import Manners
    from crawler.reactor import Background
    from crawler.underway import Underway
    from storage.fetched import Fetched
    from storage.policies import Target

__all__ = ["CrawlOptions", "CrawlReport", "conduct", "crawl"]

_LOOK_S = 0.1  # how often a stop is looked for


def crawl(
    targets: Sequence[Target],
    *,
    keep: Callable[[Fetched], None],
    options: CrawlOptions,
    clock: Callable[[], datetime],
    stop: threading.Event | None = None,
    manners: Manners | None = None,
) -> CrawlReport:
    """Fetch every target and return when the last outcome was kept.

    `keep` is called once for each target, one at a time, in a thread of its own. What it
    raises is raised here after all others were kept, several as an ExceptionGroup (of the
    first 50).
    `stop`, once set, ends the crawl within seconds; targets that were not done are kept
    as "aborted". `manners` is what is remembered between crawls; without it, the
    process's own. Raises CannotCrawlError where no crawl can run.
    """
    from crawler.reactor import background

    interrupted = threading.Event()
    events = [interrupted] if stop is None else [interrupted, stop]
    here = background()
    report, problems, count = here.run(
        _crawl(here, list(targets), keep, options, clock, events, manners), interrupted
    )
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise ExceptionGroup(f"{count} outcomes could not be kept", problems)
    return report


async def _crawl(
    here: Background,
    targets: list[Target],
    keep: Callable[[Fetched], None],
    options: CrawlOptions,
    clock: Callable[[], datetime],
    events: list[threading.Event],
    manners: Manners | None,
) -> tuple[CrawlReport, list[Exception], int]:
    from crawler.underway import Underway

    began = monotonic()
    with ThreadPoolExecutor(1, "keep") as keeper:
        underway = Underway(
            targets,
            options=options,
            clock=clock,
            keep=keep,
            keeper=keeper,
            guard=here.guard,
            manners=manners or _ours(),
        )
        watching = asyncio.ensure_future(_watch(underway, events))
        try:
            await conduct(underway)
        finally:
            watching.cancel()
        await _abort_rest(underway)
    report = CrawlReport(
        asked=len(targets),
        fetched=underway.fetched,
        failed=dict(sorted(underway.failed.items())),
        seconds=monotonic() - began,
        bytes=underway.bytes,
    )
    return report, underway.problems, underway.problem_count


async def conduct(underway: Underway) -> None:
    """Run the spider over what is under way, to its end. On the crawler's event loop."""
    from scrapy.crawler import AsyncCrawlerRunner

    from crawler.guard import Policy
    from crawler.settings import scrapy_settings
    from crawler.spiders.live import LiveSpider

    options = underway.options
    policy = Policy(options.networks, options.proxy_host)
    async with underway.guard.under(policy, given_up=lambda: underway.stopping):
        runner = AsyncCrawlerRunner(scrapy_settings(options))
        await runner.crawl(LiveSpider, underway=underway)


async def _watch(underway: Underway, events: list[threading.Event]) -> None:
    while not any(event.is_set() for event in events):  # noqa: ASYNC110 - they are of threads
        await asyncio.sleep(_LOOK_S)
    underway.stop()
    await underway.guard.nudge()


async def _abort_rest(underway: Underway) -> None:
    """Give the targets that the crawl never came to their outcome."""
    from crawler.fetched import aborted

    if not underway.pending:
        return
    now = underway.clock()
    for number, target in list(underway.pending.items()):
        await underway.report(number, aborted(target, now))


def _ours() -> Manners:
    global _manners  # noqa: PLW0603 - hosts are to be spared by the process, not by each call
    if _manners is None:
        from crawler.manners import Manners

        _manners = Manners()
    return _manners


_manners: Manners | None = None
