"""Put the rooms together: the one place where settings become working parts."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cached_property, partial
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from clausewatch.clock import utc_now
from clausewatch.config import Settings, mail_domain
from clausewatch.identity import user_agent
from clausewatch.outgoing import Outgoing
from crawler.discovery import Discovery, discover
from crawler.feed import FedCrawl
from crawler.manners import Manners
from crawler.run import CrawlOptions, crawl
from scheduler.feeding import Feeder
from scheduler.jobs import CheckRules, Clock, check, worker_name
from storage.engine import Store, open_store
from storage.hosts import recall
from storage.policies import Target, visitor
from storage.record import Fetched, Recorded
from storage.upkeep import upkeep

if TYPE_CHECKING:
    from alerts.outbox import DrainReport
    from crawler.archive import Archive
    from scheduler.archive_work import ArchiveDoors, Step

__all__ = ["App", "open_app"]

log = logging.getLogger(__name__)


def open_app(settings: Settings, *, clock: Clock = utc_now) -> "App":
    """Open the database that `settings` name, made or migrated as needed, and wire the rooms."""
    return App(settings, open_store(settings.database), clock)


class App:
    """The wired program. Close it, or use it as a context manager."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()

    def check(
        self,
        targets: Sequence[Target],
        *,
        on_recorded: Callable[[Recorded], None] | None = None,
        stop: threading.Event | None = None,
    ) -> list[Recorded]:
        """Fetch `targets` now, keep what came, raise alerts. Blocks; runs on any thread."""

        def crawl_now(targets: Sequence[Target], *, keep: Callable[[Fetched], None]) -> object:
            return crawl(
                targets,
                keep=keep,
                options=self.crawl_options,
                clock=self.clock,
                stop=stop,
                manners=self.manners,
            )

        return check(
            self.store,
            targets,
            crawl=crawl_now,
            rules=self.check_rules,
            now=self.clock,
            on_recorded=on_recorded,
            hosts=self.manners,
        )

    def send(self, *, ignore_backoff: bool = False) -> "DrainReport":
        """Send what is due and what waits for others. Blocks; no event loop may run here."""
        return self.outgoing.send(ignore_backoff=ignore_backoff)

    @cached_property
    def outgoing(self) -> Outgoing:
        """The way out of this program."""
        return Outgoing(self.settings, self.store, self.clock)

    def discover(self, site: str, *, on_fetched: Callable[[Fetched], None]) -> Discovery:
        """Look for the legal pages of a site, as politely as for anything else. Blocks."""

        def fetch(urls: Sequence[str]) -> dict[str, Fetched]:
            came: dict[str, Fetched] = {}

            def keep(fetched: Fetched) -> None:
                came[fetched.url] = fetched
                on_fetched(fetched)

            crawl(
                [visitor(url, number=number) for number, url in enumerate(urls)],
                keep=keep,
                options=self.crawl_options,
                clock=self.clock,
                manners=self.manners,
            )
            return came

        return discover(site, fetch=fetch)

    def feeder(self, *, on_kept: Callable[[str], None] = lambda _: None) -> Feeder:
        """Return what keeps the daemon's long crawl fed. `on_kept` hears each outcome."""

        def open_crawl(
            *, keep: Callable[[Fetched], None], on_problem: Callable[[Exception], None]
        ) -> FedCrawl:
            return FedCrawl(
                keep=keep,
                options=self.crawl_options,
                clock=self.clock,
                manners=self.manners,
                on_problem=on_problem,
            )

        return Feeder(
            self.store,
            open_crawl=open_crawl,
            hosts=self.manners,
            rules=self.check_rules,
            now=self.clock,
            on_kept=on_kept,
        )

    @cached_property
    def manners(self) -> Manners:
        """How each host wants to be treated, as the rows and this process know it."""
        now = self.clock()
        with self.store.reading() as session:
            return Manners(recall(session, now), now=now)

    def keep_up(self) -> None:
        """Keep the database in shape: drop what may go, give free room back. Blocks."""
        now = self.clock()
        done = upkeep(self.store, drop_before=self.settings.record.drop_before(now), now=now)
        log.info("kept up", extra=asdict(done))

    @property
    def sender_label(self) -> str:
        """Say where mails go, without the secret in the address."""
        mail = self.settings.mail
        url = urlsplit(mail.smtp_url.get_secret_value())
        return f"through {url.hostname}" if url.hostname else f"to {mail.folder}"

    @property
    def archives(self) -> "dict[str, Archive]":
        """The archives to ask, in their order: those of the settings, else the Internet Archive."""
        from crawler.archive import INTERNET_ARCHIVE, Archive

        chosen = [
            Archive(
                name=archive.name,
                kind=archive.kind,
                index_url=archive.index,
                capture_url=archive.captures,
                save_url=archive.save,
                index_per_minute=archive.index_per_minute,
                captures_per_second=archive.captures_per_second,
            )
            for archive in self.settings.archive
        ]
        return {archive.name: archive for archive in chosen or [INTERNET_ARCHIVE]}

    def look_back(self, stop: threading.Event) -> int:
        """Ask archives for what follows from the rows; returns how many addresses were asked for."""
        from scheduler.lookback import LookBackRules, look_back

        chosen = self.settings.backfill
        rules = LookBackRules(
            automatic=chosen.automatic,
            density=chosen.density,
            again=chosen.again,
            fallback=chosen.fallback,
            save=chosen.save,
        )
        return look_back(self.archive_doors(stop=stop), rules)

    def archive_doors(
        self,
        *,
        stop: threading.Event | None = None,
        on_step: "Callable[[Step], None]" = lambda _: None,
    ) -> "ArchiveDoors":
        """Return what a backfill needs of the world."""
        from crawler.asking import ask
        from scheduler.archive_work import ArchiveDoors

        stopping = stop or threading.Event()

        def wait(until: datetime) -> None:
            stopping.wait(max((until - self.clock()).total_seconds(), 0.0))

        return ArchiveDoors(
            store=self.store,
            archives=self.archives,
            ask=partial(ask, options=self.crawl_options),
            now=self.clock,
            wait=wait,
            worker=worker_name(),
            stop=stopping,
            on_step=on_step,
        )

    @property
    def check_rules(self) -> CheckRules:
        settings = self.settings
        return CheckRules(
            every=settings.every,
            confirm_after=settings.confirm_after,
            mail_domain=mail_domain(settings),
            severities=settings.severity,
            mail_window=settings.mail.group_wait,
            tell_at_once="" if settings.tell_at_once == "never" else settings.tell_at_once,
            spread=settings.spread,
            keep_bodies=settings.record.keep_bodies,
            adaptive=(settings.adaptive_least, settings.adaptive_most)
            if settings.adaptive
            else None,
        )

    @property
    def crawl_options(self) -> CrawlOptions:
        crawl = self.settings.crawl
        return CrawlOptions(
            user_agent=crawl.user_agent or user_agent(self.settings.contact),
            allow_addresses=crawl.allow_addresses,
            timeout_s=crawl.timeout.total_seconds(),
            max_size=crawl.max_size,
            delay_s=crawl.delay.total_seconds(),
            concurrency=crawl.concurrency,
            obey_robots=crawl.obey_robots,
            proxy=crawl.proxy,
            browser_path=crawl.browser_path,
            browser_sandbox=crawl.browser_sandbox,
            accept_language=crawl.language,
        )
