"""What is asked elsewhere: the mail server, watched hosts, their clocks.

A few polite requests: one HEAD of robots.txt for each host, and all of a mail's
way but the mail, unless one is asked for.
"""

import asyncio
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from clausewatch.config import Settings
from clausewatch.doctor.finding import Finding, clock_finding, hosts_finding

if TYPE_CHECKING:
    from storage.engine import Store

__all__ = ["examine_hosts", "examine_mail", "watched_hosts"]

_HOSTS = 5  # asked; enough to tell our network from theirs
_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class _Reached:
    host: str
    why: str = ""  # it was not reached
    ahead: timedelta | None = None  # how far our clock is ahead of theirs


async def examine_mail(settings: Settings, *, send_test: str, now: datetime) -> list[Finding]:
    """Go a mail's way up to the mail; with `send_test` send one to that address."""
    mail = settings.mail
    url = mail.smtp_url.get_secret_value()
    findings = [await _probed(settings) if url else _folder(settings)]
    if send_test and findings[0].state != "fail":
        findings.append(await _sent(settings, send_test, now))
    return findings


async def examine_hosts(
    settings: Settings,
    hosts: Sequence[str],
    clock: Callable[[], datetime],
    newest: datetime | None,
) -> list[Finding]:
    """Ask watched hosts (scheme and host); compare our clock with theirs, else with our newest row."""
    if settings.crawl.proxy:
        return [Finding("hosts", "ok", "not asked: all requests go through crawl.proxy")]
    agent = settings.crawl.user_agent or "Clausewatch (doctor)"
    asked = await asyncio.gather(*(_reach(settings, host, agent, clock) for host in hosts))
    failed = [(each.host, each.why) for each in asked if each.why]
    reached = [each.host for each in asked if not each.why]
    offsets = [each.ahead for each in asked if each.ahead is not None]
    return [hosts_finding(reached, failed), _clock(offsets, clock(), newest)]


def watched_hosts(store: "Store") -> tuple[list[str], datetime | None]:
    """Return a few watched hosts, as "https://host", and when the newest fetch was recorded."""
    from sqlmodel import func, select

    from storage.models import Fetch
    from storage.policies import list_policies

    with store.reading() as session:
        urls = [urlsplit(policy.url) for policy in list_policies(session)]
        newest = session.exec(select(func.max(Fetch.recorded_at))).one()
    hosts = [*dict.fromkeys(f"{url.scheme}://{url.netloc}" for url in urls)]
    return hosts[:: max(1, len(hosts) // _HOSTS)][:_HOSTS], newest


async def _probed(settings: Settings) -> Finding:
    from alerts.errors import BadMailUrl, SendError
    from alerts.senders.smtp import SmtpSender

    try:
        sender = SmtpSender.from_url(
            settings.mail.smtp_url.get_secret_value(),
            timeout_s=min(settings.mail.timeout.total_seconds(), _TIMEOUT_S),
        )
    except BadMailUrl as error:
        return Finding("mail", "fail", str(error), "set mail.smtp_url: docs/settings.md")
    try:
        return Finding("mail", "ok", await sender.probe())
    except SendError as error:
        return Finding("mail", "fail", str(error), _mending(str(error)))
    finally:
        await sender.close()


def _mending(said: str) -> str:
    """Say where to look, from the server's or the system's words."""
    words = said.lower()
    if "535" in words or "authentication" in words or "credentials" in words:
        return "the user name or the password is wrong: look at the address of the mail server"
    if "certificate" in words or "ssl" in words or "tls" in words:
        return "is it the name on the server's certificate, and smtp:// or smtps:// as it wants?"
    if "name or service" in words or "nodename" in words or "resolve" in words:
        return "the server's name is not known here: is it spelt right?"
    return "are host and port right, and may this machine connect to them?"


def _folder(settings: Settings) -> Finding:
    folder = settings.mail.folder
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not os.access(existing, os.W_OK):
        said = f"no server is set, and {folder} cannot be written"
        return Finding("mail", "fail", said, "set mail.smtp_url or mail.folder")
    said = f"no server is set: mails are written to {folder}"
    return Finding("mail", "warn", said, "set CLAUSEWATCH_SMTP_URL to send them: docs/settings.md")


async def _sent(settings: Settings, recipient: str, now: datetime) -> Finding:
    from alerts.channels import render
    from alerts.errors import SendError
    from alerts.message import Envelope
    from clausewatch.hello import hello
    from clausewatch.outgoing import mail_options_of, senders_of

    envelope = Envelope(recipient, f"<test.{secrets.token_hex(8)}@clausewatch>", now)
    sender = senders_of(settings)["email"]
    try:
        message = render("email", hello(now), envelope, mail_options_of(settings))
        reply = await sender.send(message)
    except (SendError, ValueError) as error:
        return Finding("test mail", "fail", f"to {recipient}: {error}", _mending(str(error)))
    finally:
        await sender.close()
    return Finding("test mail", "ok", f"to {recipient}: {reply}")


async def _reach(
    settings: Settings, host: str, agent: str, clock: Callable[[], datetime]
) -> _Reached:
    from alerts.errors import SendError
    from alerts.senders.http import head
    from alerts.senders.reach import Reach

    networks = tuple(ip_network(text) for text in settings.crawl.allow_addresses)
    try:
        answer = await head(
            f"{host}/robots.txt", {"User-Agent": agent}, Reach(networks, _TIMEOUT_S)
        )
    except SendError as error:
        return _Reached(host, str(error))
    try:
        return _Reached(host, "", clock() - parsedate_to_datetime(answer.date))
    except (ValueError, TypeError):  # no Date header, or nonsense in it
        return _Reached(host)


def _clock(offsets: Sequence[timedelta], now: datetime, newest: datetime | None) -> Finding:
    if offsets:
        return clock_finding(offsets, against=f"{len(offsets)} watched hosts")
    if newest is not None and newest > now:
        return clock_finding([now - newest], against="the newest row of the database")
    return clock_finding([], against="")
