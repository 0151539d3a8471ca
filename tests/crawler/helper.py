"""The one place of these tests that knows how a crawl is called."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from crawler.manners import Manners
from crawler.options import CrawlOptions
from crawler.run import CrawlReport, crawl
from storage.fetched import Fetched
from storage.policies import Target
from tests.support.browser import BROWSER

__all__ = ["AGENT", "LOOPBACK", "NOW", "Outcomes", "fetch", "fetch_all", "options", "target"]

AGENT = "Clausewatch/0 (+mailto:owner@example.org)"
LOOPBACK = ("127.0.0.0/8", "::1/128")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Outcomes:
    """What a crawl handed out, by policy id, and its report."""

    def __init__(self) -> None:
        self.kept: list[Fetched] = []
        self.report = CrawlReport(0, 0, {}, 0.0, 0)

    def __getitem__(self, policy_id: int) -> Fetched:
        (found,) = [fetched for fetched in self.kept if fetched.policy_id == policy_id]
        return found

    @property
    def causes(self) -> list[str]:
        """The causes in the order of the targets."""
        return [one.cause for one in sorted(self.kept, key=lambda one: one.policy_id)]


def target(
    url: str,
    *,
    number: int = 1,
    etag: str | None = None,
    modified: str | None = None,
    **more: Any,
) -> Target:
    return Target(
        policy_id=number,
        name=f"policy-{number}",
        url=url,
        etag=etag,
        last_modified=modified,
        select="",
        remove="",
        slot_at=None,
        **more,
    )


def options(**changes: Any) -> CrawlOptions:
    """Options that fit loopback: its addresses allowed, short deadlines."""
    given: dict[str, Any] = {
        "user_agent": AGENT,
        "allow_addresses": LOOPBACK,
        "timeout_s": 10.0,
        "browser_path": BROWSER,
    }
    return CrawlOptions(**(given | changes))


def fetch_all(
    targets: Sequence[Target | str],
    *,
    clock: Callable[[], datetime] = lambda: NOW,
    manners: Manners | None = None,
    **changes: Any,
) -> Outcomes:
    """Crawl targets or bare addresses, which are numbered from 1."""
    whole = [
        target(one, number=number) if isinstance(one, str) else one
        for number, one in enumerate(targets, 1)
    ]
    outcomes = Outcomes()
    outcomes.report = crawl(
        whole,
        keep=outcomes.kept.append,
        options=options(**changes),
        clock=clock,
        manners=manners or Manners(),
    )
    return outcomes


def fetch(url: str | Target, **changes: Any) -> Fetched:
    (fetched,) = fetch_all([url], **changes).kept
    return fetched
