"""finish(): a plain outcome -> the outcome that is kept, with the browser's help where it is wanted."""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Awaitable, Callable
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from dataclasses import replace
from time import monotonic

from analysis.hollow import why_hollow
from analysis.reading import ReadOptions, read_page
from crawler.browser.escalation import drawn, not_drawn, plan
from crawler.browser.page import Document
from crawler.browser.rendering import Browser, Drawn
from crawler.errors import FetchError
from crawler.options import CrawlOptions
from storage.fetched import Fetched
from storage.policies import Target

__all__ = ["Draw", "browser_for", "finish"]

Draw = Callable[[Document], Awaitable[Drawn]]

_END_S = 3.0  # the daemon has ten seconds to stop; what stays dies with the process
_browsers: dict[CrawlOptions, Browser] = {}


async def finish(target: Target, plain: Fetched, *, draw: Draw) -> Fetched:
    """Return what is kept of a target whose plain page arrived. Raises nothing of the browser's."""
    wanted = plan(target, plain)
    why = ""
    if wanted.look:
        why = await asyncio.to_thread(_why_hollow, target, plain)
    if not why and not wanted.draw:
        return plain
    assert plain.body is not None, "only a page that arrived is drawn"
    because = why or ("asked for" if target.browser == "always" else "needed before")
    began = monotonic()
    try:
        document = Document(
            plain.final_url,
            plain.headers,
            plain.body,
            language=target.language,
            takes_unverified=target.tls == "record",
        )
        page = await draw(document)
    except FetchError as error:
        return not_drawn(target, plain, error)
    took_ms = round((monotonic() - began) * 1000)
    made = drawn(plain, page.body, because=because, took_ms=took_ms)
    if not wanted.look:
        return made
    return await asyncio.to_thread(_chosen, target, plain, made, why)


def browser_for(options: CrawlOptions) -> Browser:
    """Return the process's browser for these options; it is started when a page needs it."""
    if not _browsers:
        atexit.register(_end_all)
    if options not in _browsers:
        _browsers[options] = Browser(options)
    return _browsers[options]


def _why_hollow(target: Target, page: Fetched) -> str:
    assert page.body is not None
    return why_hollow(
        page.body,
        url=page.final_url,
        content_type=page.header("content-type"),
        select=target.select,
        remove=target.remove,
    )


def _chosen(target: Target, plain: Fetched, made: Fetched, why: str) -> Fetched:
    """Choose between the plain page, which was looked at, and the drawn one."""
    if why:
        if still := _why_hollow(target, made):
            return replace(plain, detail=f"a browser saw no more: {still}")
        return replace(made, browser_needed=True)
    if _digest(target, plain) == _digest(target, made):
        return replace(plain, plain_suffices=True)
    return replace(made, browser_needed=True)


def _digest(target: Target, page: Fetched) -> str:
    assert page.body is not None
    options = ReadOptions(select=target.select, remove=target.remove)
    reading = read_page(
        page.body,
        url=page.final_url,
        content_type=page.header("content-type"),
        options=options,
    )
    return reading.digest


def _end_all() -> None:
    """End the browsers before the event loop goes; what stays dies with this process anyway."""
    from crawler.reactor import background

    async def end() -> None:
        await asyncio.gather(*(browser.close() for browser in _browsers.values()))

    with suppress(NotYet, RuntimeError):
        background().submit(end()).result(timeout=_END_S)
