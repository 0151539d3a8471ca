"""Hands each outcome to the caller, one at a time and off the event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from crawler.spiders.live import Outcome
from crawler.underway import Underway

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

__all__ = ["Keeping"]


class Keeping:
    def __init__(self, underway: Underway) -> None:
        self._underway = underway

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.spider.underway)  # type: ignore[union-attr]  # our spider

    async def process_item(self, item: Outcome) -> Outcome:
        await self._underway.report(item.number, item.fetched)
        return item
