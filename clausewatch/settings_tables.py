"""The tables of the settings file, a frozen class each: what may stand there, and what holds otherwise."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, SecretStr, ValidationInfo, field_validator

from clausewatch.setting_types import (
    Duration,
    DurationOrNever,
    Language,
    Network,
    Size,
)
from clausewatch.setting_types import Frozen as _Frozen

__all__ = [
    "ArchiveSettings",
    "BackfillSettings",
    "CrawlSettings",
    "DaemonSettings",
    "MailSettings",
    "NoticeSettings",
    "RecordSettings",
    "SummarySettings",
]

_ADDRESS = re.compile(r"(?:[^<>\r\n]{0,100}<)?[^\s@<>,;]{1,64}@[^\s@<>,;]{1,255}>?")


def _smtp_url(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text:
        return value
    parts = urlsplit(text)
    if parts.scheme not in {"smtp", "smtps", "smtp+plain"} or not parts.hostname:
        raise ValueError(
            'is no mail server (try "smtp://user:password@mail.example.org:587", "smtps://..." '
            'or "smtp+plain://localhost:25" for a local relay)'
        )
    return value


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    if value and not (host and port.isdecimal() and int(port) < 65536):
        raise ValueError(f'{value!r} is no address to listen at (try "127.0.0.1:8417")')
    return value


def _ping_url(value: str) -> str:
    parts = urlsplit(value)
    if value and not (parts.scheme in {"http", "https"} and parts.hostname):
        raise ValueError('is no address (try "https://ping.example.org/your-key")')
    return value


def _summary_url(value: str) -> str:
    parts = urlsplit(value)
    named = parts.hostname and parts.port != 0 and "@" not in parts.netloc
    bare = named and not (parts.query or parts.fragment)
    if value and not (parts.scheme in {"http", "https"} and bare and value.isprintable()):
        raise ValueError(
            'is no address of a language model (try "http://127.0.0.1:11434/v1"; '
            "a key goes into the environment as CLAUSEWATCH_SUMMARY_KEY)"
        )
    return value.rstrip("/")


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError(f'{value!r} is no web address (try "https://arquivo.pt/wayback/cdx")')
    return value.rstrip("/")


def _summary_key(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[\x21-\x7e]{0,1000}", value.get_secret_value()):
        raise ValueError("is no key: it holds blanks or characters that are not ASCII")
    return value


def _mail_address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f'{value!r} is no mail address (try "Clausewatch <alerts@example.org>")')
    return value


def _bounces(value: str) -> str:
    return _mail_address(value) if value else ""


class CrawlSettings(_Frozen):
    """How pages are fetched."""

    user_agent: str = ""  # "" = our own name with `contact`
    delay: Annotated[Duration, Field(ge=timedelta(0))] = timedelta(seconds=1)  # per host
    timeout: Annotated[Duration, Field(gt=timedelta(0))] = timedelta(seconds=60)  # per page, total
    max_size: Size = 10 * 1024**2  # after decompression
    concurrency: Annotated[int, Field(ge=1, le=256)] = 16
    obey_robots: bool = True
    # Sent as it is, always the same, so that a site shows the same variant each time.
    language: Language = "en, *;q=0.5"
    allow_addresses: tuple[Network, ...] = ()  # private ranges the address guard lets through
    proxy: str = ""
    browser_path: str = ""  # the Chromium or Chrome for pages that need one; "" = look for it
    browser_sandbox: bool = True


class MailSettings(_Frozen):
    """Where alerts go. Without a server they are written to `folder` as .eml files."""

    smtp_url: Annotated[SecretStr, AfterValidator(_smtp_url)] = SecretStr("")
    smtp_url_file: Path | None = None  # a file that holds the smtp_url, password included
    sender: Annotated[str, AfterValidator(_mail_address)] = "Clausewatch <clausewatch@localhost>"
    # Where other servers send what they could not deliver; "": to `from`.
    bounces: Annotated[str, AfterValidator(_bounces)] = ""
    folder: Path = Field(default_factory=lambda: user_data_path("clausewatch") / "mails")
    timeout: Annotated[Duration, Field(gt=timedelta(0))] = timedelta(seconds=30)
    # Alerts of one recipient wait so long for each other; from so many they are one mail.
    group_wait: Annotated[Duration, Field(ge=timedelta(0), le=timedelta(days=1))] = timedelta(
        seconds=30
    )
    group_from: Annotated[int, Field(ge=2)] = 5
    # When more than this share of all policies, and at least so many, turn material in one day,
    # it is more likely our mistake than theirs: the mails wait for a person. 1 = they never do.
    hold_share: Annotated[float, Field(ge=0, le=1)] = 0.3
    hold_least: Annotated[int, Field(ge=1)] = 10


class NoticeSettings(_Frozen):
    """From when on operators are told of what needs a person."""

    failing_times: Annotated[int, Field(ge=1)] = 5  # attempts in a row
    failing_for: Annotated[Duration, Field(gt=timedelta(0))] = timedelta(days=1)
    outbox_for: Annotated[Duration, Field(gt=timedelta(0))] = timedelta(hours=2)
    overdue_for: Annotated[Duration, Field(gt=timedelta(0))] = timedelta(hours=1)
    disk_free: Size = 500 * 1024**2
    network_share: Annotated[float, Field(gt=0, lt=1)] = 0.5  # of the sites asked last


class SummarySettings(_Frozen):
    """Who sums up a change in words. Off without a `url`; the words decide nothing."""

    url: Annotated[str, AfterValidator(_summary_url)] = ""  # ".../v1" of an OpenAI-compatible API
    model: str = Field(default="", max_length=200, validate_default=True)
    timeout: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(minutes=5))] = timedelta(
        seconds=20
    )
    key: Annotated[SecretStr, AfterValidator(_summary_key)] = SecretStr("")
    key_file: Path | None = None  # a file that holds the key and nothing else

    @field_validator("model")
    @classmethod
    def _goes_with_url(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("url") and not value:
            raise ValueError("must name the model to ask, since summary.url is set")
        return value


class DaemonSettings(_Frozen):
    """How `clausewatch run` is seen from outside."""

    listen: Annotated[str, AfterValidator(_listen)] = ""  # host:port of its health page; "" = none
    ping_url: Annotated[str, AfterValidator(_ping_url)] = ""  # asked for once a minute while well


class RecordSettings(_Frozen):
    """What is kept of what was fetched."""

    keep_bodies: Literal["texts", "captures"] = "texts"  # the raw page of each text, or capture
    # A raw page this old goes, unless it is the first or last to show a text; None: none goes.
    drop_bodies_after: DurationOrNever = None
    # what signs checkpoints; made at first use
    key_file: Path = Field(default_factory=lambda: user_data_path("clausewatch") / "checkpoint.key")

    def drop_before(self, now: datetime) -> datetime | None:
        """Return from when back raw pages may be dropped."""
        return now - self.drop_bodies_after if self.drop_bodies_after else None


class ArchiveSettings(_Frozen):
    """A web archive to ask; any number, asked in the order they stand."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    kind: Literal["wayback", "pywb"] = "pywb"
    index: Annotated[str, AfterValidator(_web_address)]  # lists captures (CDX)
    captures: Annotated[str, AfterValidator(_web_address)]  # what stands before /TIMESTAMPid_/URL
    save: Annotated[str, AfterValidator(_web_address)] = ""  # takes captures on request
    index_per_minute: Annotated[float, Field(gt=0)] = 24.0
    captures_per_second: Annotated[float, Field(gt=0)] = 8.0

    @field_validator("name")
    @classmethod
    def _is_not_live(cls, value: str) -> str:
        if value == "live":
            raise ValueError('"live" is what pages themselves are called; choose another name')
        return value


class BackfillSettings(_Frozen):
    """What the daemon asks archives for by itself."""

    automatic: bool = True  # when a policy is added, and from time to time for what was missed
    density: Annotated[Duration, Field(ge=timedelta(0))] = timedelta(days=30)
    again: Annotated[Duration, Field(ge=timedelta(0))] = timedelta(days=30)  # "0s": never
    fallback: bool = True  # where a live page is blocked or gone
    save: bool = False  # ask for a capture of what is told
