"""What goes out, as the settings want it: senders, and one pass over what waits and what is due.

Whether anything is due is asked of the rows first, so that a pass of the daemon that
finds nothing costs a millisecond. Tells nothing by itself: `alerts` does.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import ip_network

from alerts.attending import Attended, attend, traces_of
from alerts.claiming import anything_queued
from alerts.digests import GatherRules
from alerts.gathering import anything_waits, gather
from alerts.links import leave
from alerts.outbox import DrainReport, MailOptions, Prepare, Ways, drain
from alerts.rendered import Sender
from alerts.senders.apprise import AppriseSender, ChatTarget
from alerts.senders.folder import FolderSender
from alerts.senders.reach import Reach
from alerts.senders.smtp import SmtpSender
from alerts.senders.webhook import WebhookSender, WebhookTarget
from clausewatch.channel_settings import ChannelSettings
from clausewatch.clock import utc_now
from clausewatch.config import Settings, mail_domain
from clausewatch.identity import user_agent
from clausewatch.self_watch import free_on_disk, health_rules
from clausewatch.settings_tables import MailSettings
from scheduler.jobs import Clock, worker_name
from storage.engine import Store
from storage.installation import link_key

__all__ = ["Outgoing", "mail_options_of", "senders_of"]

log = logging.getLogger(__name__)

# How all stands is looked at when something was fetched or sent, at most so often ...
_ATTEND_EVERY = timedelta(minutes=1)
# ... and now and then without: what failed a day ago may be old enough to be told now.
_ATTEND_ANYWAY = timedelta(minutes=10)


class Outgoing:
    """The way out of one program: what was said lies in rows, this knows when it looked last."""

    def __init__(self, settings: Settings, store: Store, clock: Clock) -> None:
        self._settings = settings
        self._store = store
        self._clock = clock
        self._attended_at: datetime | None = None
        self._traces: tuple[int, ...] = ()

    def send(self, *, ignore_backoff: bool = False) -> DrainReport:
        """Send what the outbox holds and is due: one pass. Blocks; no event loop may run here.

        Whoever calls this has no more checks to wait for: alerts that wait for others go too.
        """
        self._attended_at = None
        return asyncio.run(self._pass(ignore_backoff=ignore_backoff, closing=True))

    async def send_what_is_due(self) -> DrainReport:
        """Look after ourselves, put together what is due, and send it: one pass of the daemon."""
        if await asyncio.to_thread(self._is_idle):
            return DrainReport()
        return await self._pass(ignore_backoff=False, closing=False)

    def attend(self) -> Attended:
        """Look how all stands, and write the notices to operators that are due."""
        return attend(
            self._store,
            now=self._clock(),
            rules=health_rules(self._settings),
            domain=mail_domain(self._settings),
            disk_free=free_on_disk(self._store.database),
        )

    async def _pass(self, *, ignore_backoff: bool, closing: bool) -> DrainReport:
        if closing:
            await asyncio.to_thread(self._attend_now_and_then)
        await asyncio.to_thread(
            gather,
            self._store,
            now=self._clock(),
            rules=self._gather_rules,
            domain=mail_domain(self._settings),
            closing=closing,
        )
        return await drain(
            self._store,
            senders_of(self._settings),
            worker=worker_name(),
            now=self._clock,
            options=mail_options_of(self._settings),
            ignore_backoff=ignore_backoff,
            prepare=self._summarising(),
            ways=self._ways(),
        )

    def _is_idle(self) -> bool:
        """Whether there is nothing to send, once it was looked whether there should be."""
        self._attend_now_and_then()
        now = self._clock()
        with self._store.reading() as session:
            return not (
                anything_queued(session, now) or anything_waits(session, now, self._gather_rules)
            )

    def _attend_now_and_then(self) -> None:
        """The outbox is worked every few seconds; looking after ourselves costs a query a policy."""
        now, last = self._clock(), self._attended_at
        if last is not None and now - last < _ATTEND_EVERY:
            return
        with self._store.reading() as session:
            traces = traces_of(session)
        if last is not None and traces == self._traces and now - last < _ATTEND_ANYWAY:
            return
        self._attended_at, self._traces = now, traces
        try:
            self.attend()
        except Exception:
            log.exception("notices could not be looked for; mails go out all the same")

    def _ways(self) -> Ways:
        """The signed ways out that each mail offers its reader."""
        key, options = link_key(self._store), mail_options_of(self._settings)
        return lambda recipient: leave(
            key, recipient, mail_address=options.address, public_url=options.public_url
        )

    def _summarising(self) -> Prepare | None:
        """A language model sums up what a pass sends, where one is set; imported only then."""
        summary = self._settings.summary
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
        return Summaries(self._store, endpoint, now=self._clock).prepare

    @property
    def _gather_rules(self) -> GatherRules:
        mail = self._settings.mail
        return GatherRules(
            window=mail.group_wait,
            group_from=mail.group_from,
            hold_share=mail.hold_share,
            hold_least=mail.hold_least,
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
        "webhook": WebhookSender(webhooks, now=utc_now, agent=user_agent(settings.contact)),
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
