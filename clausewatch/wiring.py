"""Put the rooms together: the one place where settings become working parts."""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import cached_property, partial
from ipaddress import ip_network
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from alerts.attending import Attended, attend
from alerts.digests import GatherRules
from alerts.gathering import gather
from alerts.links import leave
from alerts.outbox import DrainReport, MailOptions, Prepare, Ways, drain
from alerts.rendered import Sender
from alerts.senders.apprise import AppriseSender, ChatTarget
from alerts.senders.folder import FolderSender
from alerts.senders.http import Reach
from alerts.senders.smtp import SmtpSender
from alerts.senders.webhook import WebhookSender, WebhookTarget
from clausewatch import __version__
from clausewatch.channel_settings import ChannelSettings
from clausewatch.clock import utc_now
from clausewatch.config import MailSettings, Settings, mail_domain
from clausewatch.self_watch import free_on_disk, health_rules
from crawler.discovery import Discovery, discover
from crawler.feed import FedCrawl
from crawler.manners import Manners
from crawler.run import CrawlOptions, crawl
from scheduler.feeding import Feeder
from scheduler.jobs import CheckRules, Clock, check, worker_name
from storage.engine import Store, open_store
from storage.hosts import recall
from storage.installation import link_key
from storage.policies import Target, visitor
from storage.record import Fetched, Recorded
from storage.upkeep import upkeep

if TYPE_CHECKING:
    from crawler.archive import Archive
    from scheduler.archive_work import ArchiveDoors, Step

__all__ = ["App", "mail_options_of", "open_app", "senders_of"]

log = logging.getLogger(__name__)

_ATTEND_EVERY = timedelta(minutes=1)


def open_app(settings: Settings, *, clock: Clock = utc_now) -> "App":
    """Open the database that `settings` name, made or migrated as needed, and wire the rooms."""
    return App(settings, open_store(settings.database), clock)


class App:
    """The wired program. Close it, or use it as a context manager."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self._attended_at: datetime | None = None  # by this process; what was said lies in rows

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

    def send(self, *, ignore_backoff: bool = False) -> DrainReport:
        """Send what the outbox holds and is due: one pass. Blocks; no event loop may run here.

        Whoever calls this has no more checks to wait for: alerts that wait for others go too.
        """
        self._attended_at = None
        return asyncio.run(self.send_async(ignore_backoff=ignore_backoff, closing=True))

    async def send_async(
        self, *, ignore_backoff: bool = False, closing: bool = False
    ) -> DrainReport:
        """Look after ourselves, put together what is due, and send it: one pass."""
        await asyncio.to_thread(self._attend_now_and_then)
        await asyncio.to_thread(
            gather,
            self.store,
            now=self.clock(),
            rules=self.gather_rules,
            domain=self.check_rules.mail_domain,
            closing=closing,
        )
        return await drain(
            self.store,
            self.senders,
            worker=worker_name(),
            now=self.clock,
            options=self.mail_options,
            ignore_backoff=ignore_backoff,
            prepare=self._summarising(),
            ways=self._ways(),
        )

    def attend(self) -> Attended:
        """Look how all stands, and write the notices to operators that are due."""
        return attend(
            self.store,
            now=self.clock(),
            rules=health_rules(self.settings),
            domain=mail_domain(self.settings),
            disk_free=free_on_disk(self.store.database),
        )

    def _attend_now_and_then(self) -> None:
        """The outbox is worked every few seconds; looking after ourselves costs a query a policy."""
        now = self.clock()
        if self._attended_at is not None and now - self._attended_at < _ATTEND_EVERY:
            return
        self._attended_at = now
        try:
            self.attend()
        except Exception:
            log.exception("notices could not be looked for; mails go out all the same")

    def _ways(self) -> Ways:
        """The signed ways out that each mail offers its reader."""
        key, options = link_key(self.store), self.mail_options
        return lambda recipient: leave(
            key, recipient, mail_address=options.address, public_url=options.public_url
        )

    def _summarising(self) -> Prepare | None:
        """A language model sums up what a pass sends, where one is set; imported only then."""
        summary = self.settings.summary
        if not summary.url:
            return None
        from alerts.summaries import Summaries
        from alerts.summariser import Endpoint

        endpoint = Endpoint(
            url=summary.url,
            model=summary.model,
            timeout_s=summary.timeout.total_seconds(),
            key=summary.key.get_secret_value(),
        )
        return Summaries(self.store, endpoint, now=self.clock).prepare

    @property
    def senders(self) -> Mapping[str, Sender]:
        """The ways out, by channel."""
        return senders_of(self.settings)

    @property
    def sender_label(self) -> str:
        """Say where mails go, without the secret in the address."""
        mail = self.settings.mail
        url = urlsplit(mail.smtp_url.get_secret_value())
        return f"through {url.hostname}" if url.hostname else f"to {mail.folder}"

    @property
    def mail_options(self) -> MailOptions:
        return mail_options_of(self.settings)

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
    def gather_rules(self) -> GatherRules:
        mail = self.settings.mail
        return GatherRules(
            window=mail.group_wait,
            group_from=mail.group_from,
            hold_share=mail.hold_share,
            hold_least=mail.hold_least,
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
            user_agent=crawl.user_agent or _user_agent(self.settings.contact),
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


def mail_options_of(settings: Settings) -> MailOptions:
    """Return what the settings say about mails."""
    mail = settings.mail
    return MailOptions(sender=mail.sender, bounces=mail.bounces, public_url=settings.public_url)


def senders_of(settings: Settings) -> Mapping[str, Sender]:
    """Return the ways out, by channel. Mails go to the server that is set, else to a folder."""
    named = settings.channels.items()
    webhooks = {name: _webhook(channel) for name, channel in named if channel.kind == "webhook"}
    chats = {name: _chat(channel) for name, channel in named if channel.kind == "apprise"}
    return {
        "email": _mail_sender(settings.mail),
        "webhook": WebhookSender(webhooks, now=utc_now, agent=_user_agent(settings.contact)),
        "apprise": AppriseSender(chats),
    }


def _mail_sender(mail: MailSettings) -> Sender:
    url = mail.smtp_url.get_secret_value()
    if url:
        return SmtpSender.from_url(url, timeout_s=mail.timeout.total_seconds())
    return FolderSender(mail.folder)


def _webhook(channel: ChannelSettings) -> WebhookTarget:
    networks = tuple(ip_network(text) for text in channel.allow_addresses)
    reach = Reach(networks, channel.timeout.total_seconds())
    return WebhookTarget(channel.url.get_secret_value(), channel.secrets, reach)


def _chat(channel: ChannelSettings) -> ChatTarget:
    return ChatTarget(channel.url.get_secret_value(), channel.timeout.total_seconds())


def _user_agent(contact: str) -> str:
    """Say who asks and how to reach them, as RFC 9110 section 10.1.5 wishes."""
    about = f"; +{contact}" if contact else ""
    return f"Clausewatch/{__version__} (privacy policy change monitor{about})"
