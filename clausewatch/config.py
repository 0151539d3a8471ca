"""Settings: one TOML file plus the environment, read in one place into frozen values.

The environment wins over the file, the file over the defaults. Secrets (the
password of the mail server) come from the environment or from a file of their
own, never from the TOML file. An unknown key or a bad value is refused with the
file, the key, the value and what would be right.
"""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from clausewatch.channel_settings import ChannelSettings, read_channels
from clausewatch.setting_types import (
    Duration,
    DurationOrNever,
    Language,
    Network,
    Size,
    Topic,
    anchor,
)
from clausewatch.setting_types import Frozen as _Frozen
from clausewatch.settings_file import (
    SettingsError,
    default_config_path,
    default_database,
    read_toml,
    settings_path,
)

__all__ = [
    "ENVIRONMENT",
    "ArchiveSettings",
    "BackfillSettings",
    "CrawlSettings",
    "DaemonSettings",
    "MailSettings",
    "NoticeSettings",
    "RecordSettings",
    "Settings",
    "SettingsError",
    "SummarySettings",
    "default_config_path",
    "load_settings",
    "mail_domain",
]

_PREFIX = "CLAUSEWATCH_"

# Environment variable -> the setting it gives. Lists are comma separated.
ENVIRONMENT: Mapping[str, tuple[str, ...]] = {
    "CLAUSEWATCH_DATABASE": ("database",),
    "CLAUSEWATCH_CONTACT": ("contact",),
    "CLAUSEWATCH_EVERY": ("every",),
    "CLAUSEWATCH_CONFIRM_AFTER": ("confirm_after",),
    "CLAUSEWATCH_ALLOW_ADDRESSES": ("crawl", "allow_addresses"),
    "CLAUSEWATCH_CRAWL_DELAY": ("crawl", "delay"),
    "CLAUSEWATCH_SMTP_URL": ("mail", "smtp_url"),
    "CLAUSEWATCH_SMTP_URL_FILE": ("mail", "smtp_url_file"),
    "CLAUSEWATCH_MAIL_FROM": ("mail", "sender"),
    "CLAUSEWATCH_MAIL_BOUNCES": ("mail", "bounces"),
    "CLAUSEWATCH_MAIL_FOLDER": ("mail", "folder"),
    "CLAUSEWATCH_CHECKPOINT_KEY": ("record", "key_file"),
    "CLAUSEWATCH_PUBLIC_URL": ("public_url",),
    "CLAUSEWATCH_BACKFILL_AUTOMATIC": ("backfill", "automatic"),
    "CLAUSEWATCH_MAIL_GROUP_WAIT": ("mail", "group_wait"),
    "CLAUSEWATCH_LISTEN": ("daemon", "listen"),
    "CLAUSEWATCH_PING_URL": ("daemon", "ping_url"),
    "CLAUSEWATCH_WATCHLIST": ("watchlist",),
    "CLAUSEWATCH_SUMMARY_URL": ("summary", "url"),
    "CLAUSEWATCH_SUMMARY_MODEL": ("summary", "model"),
    "CLAUSEWATCH_SUMMARY_KEY": ("summary", "key"),
}
_LISTS = {("crawl", "allow_addresses")}
# Which setting names a file, and which secret is read from it.
_SECRET_FILES = (("mail", "smtp_url_file", "smtp_url"), ("summary", "key_file", "key"))
# A mistake in these is named without its value, which may be a secret or hold one.
_UNSHOWN = {("mail", "smtp_url"), ("summary", "url"), ("summary", "key"), ("daemon", "ping_url")}
# What the file calls a key that Python cannot name so.
_FILE_NAMES = {"sender": "from"}

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


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    bare = "@" not in parts.netloc and not (parts.query or parts.fragment)
    if value and not (parts.scheme in {"http", "https"} and parts.hostname and bare):
        raise ValueError(f'{value!r} is no web address (try "https://watch.example.org")')
    return value.rstrip("/")


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


class Settings(_Frozen):
    """Everything a person may set."""

    database: str = Field(default_factory=default_database)
    contact: str = ""  # an address or page that site owners can reach you by
    every: Annotated[Duration, Field(ge=timedelta(minutes=1))] = timedelta(days=1)
    spread: bool = True  # each policy at a time of its own in `every`, not all at once
    adaptive: bool = False  # check more often where changes happen, less where they never do
    adaptive_least: Annotated[Duration, Field(ge=timedelta(minutes=1))] = timedelta(hours=6)
    adaptive_most: Annotated[Duration, Field(ge=timedelta(minutes=1))] = timedelta(days=7)
    confirm_after: Annotated[Duration, Field(ge=timedelta(0))] = timedelta(minutes=15)
    # A change this grave is told at first sight, as unconfirmed; "never" waits for the second look.
    tell_at_once: Literal["never", "high", "medium", "low"] = "never"
    severity: Mapping[Topic, Literal["low", "medium", "high"]] = Field(default_factory=dict)
    # What is watched, declared in a file; `run` takes it up at its start and on SIGHUP.
    watchlist: Path | None = None
    crawl: CrawlSettings = CrawlSettings()
    mail: MailSettings = Field(default_factory=MailSettings)
    notices: NoticeSettings = NoticeSettings()
    summary: SummarySettings = SummarySettings()
    # Where messages other than mails go, by the name that subscriptions call them.
    channels: Mapping[str, ChannelSettings] = Field(default_factory=dict)
    # Where readers reach the web pages, for the links in messages; "": messages name commands.
    public_url: Annotated[str, AfterValidator(_public_url)] = ""
    daemon: DaemonSettings = DaemonSettings()
    record: RecordSettings = Field(default_factory=RecordSettings)
    archive: tuple[ArchiveSettings, ...] = ()  # none: the Internet Archive
    backfill: BackfillSettings = BackfillSettings()

    @field_validator("archive")
    @classmethod
    def _names_differ(cls, value: tuple[ArchiveSettings, ...]) -> tuple[ArchiveSettings, ...]:
        names = [archive.name for archive in value]
        if len(set(names)) < len(names):
            raise ValueError("two archives have one name")
        return value


def mail_domain(settings: Settings) -> str:
    """Return the domain of the sender, which ends the Message-IDs."""
    _, address = parseaddr(settings.mail.sender)
    return address.rpartition("@")[2] or "localhost"


def load_settings(path: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from `path`, or `CLAUSEWATCH_CONFIG`, or the default place if it is there.

    Raises SettingsError.
    """
    file = settings_path(path, environ)
    values = _read_file(file)
    origins: dict[tuple[str, ...], str] = {}
    _overlay(values, environ, origins)
    _read_secrets(values, origins, file)
    try:
        read_channels(values, environ, file)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_explain(error, values, origins, file)) from None


def _read_file(file: Path) -> dict[str, Any]:
    values = read_toml(file)
    mail = values.get("mail")
    if isinstance(mail, dict):
        if "sender" in mail:
            raise SettingsError(f'{file}: mail.sender is no setting (did you mean "mail.from"?)')
        if "from" in mail:
            mail["sender"] = mail.pop("from")
        if "@" in urlsplit(str(mail.get("smtp_url", ""))).netloc:
            raise SettingsError(
                f"{file}: mail.smtp_url holds a user name or password; put the address into the "
                "environment as CLAUSEWATCH_SMTP_URL or into a file named by mail.smtp_url_file"
            )
        anchor(mail, ("smtp_url_file", "folder"), file.parent)
    summary = values.get("summary")
    if isinstance(summary, dict):
        if "key" in summary:
            raise SettingsError(
                f"{file}: summary.key does not belong here; put it into the environment as "
                "CLAUSEWATCH_SUMMARY_KEY or into a file named by summary.key_file"
            )
        anchor(summary, ("key_file",), file.parent)
    if isinstance(values.get("record"), dict):
        anchor(values["record"], ("key_file",), file.parent)
    anchor(values, ("watchlist",), file.parent)
    if isinstance(values.get("database"), str) and "://" not in values["database"]:
        anchor(values, ("database",), file.parent)
    return values


def _overlay(
    values: dict[str, Any], environ: Mapping[str, str], origins: dict[tuple[str, ...], str]
) -> None:
    for name, keys in ENVIRONMENT.items():
        text = environ.get(name)
        if text is None or (not text and name != "CLAUSEWATCH_ALLOW_ADDRESSES"):
            continue
        table = values
        for key in keys[:-1]:
            table = table.setdefault(key, {})
            if not isinstance(table, dict):
                return  # the file's own mistake is reported by the validation
        listed = [part.strip() for part in text.split(",") if part.strip()]
        table[keys[-1]] = listed if keys in _LISTS else text
        origins[keys] = name


def _read_secrets(values: dict[str, Any], origins: dict[tuple[str, ...], str], file: Path) -> None:
    for name, file_key, key in _SECRET_FILES:
        table = values.get(name)
        if not isinstance(table, dict) or not table.get(file_key) or table.get(key):
            continue
        secret = Path(str(table[file_key])).expanduser()
        try:
            table[key] = secret.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            origin = origins.get((name, file_key), f"{file}: {name}.{file_key}")
            raise SettingsError(f"{origin} = {str(secret)!r}: cannot be read: {error}") from None
        origins[name, key] = str(secret)


def _explain(
    error: ValidationError,
    values: Mapping[str, Any],
    origins: Mapping[tuple[str, ...], str],
    file: Path,
) -> str:
    lines = []
    for problem in error.errors(include_url=False):
        keys = tuple(str(part) for part in problem["loc"] if isinstance(part, str))
        written = ".".join(_FILE_NAMES.get(key, key) for key in keys)
        origin = origins.get(keys, f"{file}: {written}")
        if problem["type"] == "extra_forbidden":
            lines.append(f"{origin} is no setting{_nearest(keys)}")
            continue
        unshown = keys in _UNSHOWN or keys[:1] == ("channels",)
        shown = "" if unshown else f" = {_value_at(values, keys)!r}"
        said = problem["msg"].removeprefix("Value error, ")
        lines.append(f"{origin}{shown}: {said}")
    return "\n".join(lines)


def _value_at(values: Mapping[str, Any], keys: Sequence[str]) -> object:
    found: object = values
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _nearest(keys: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    models: dict[tuple[str, ...], type[BaseModel]] = {
        (): Settings,
        ("crawl",): CrawlSettings,
        ("mail",): MailSettings,
        ("notices",): NoticeSettings,
        ("summary",): SummarySettings,
        ("record",): RecordSettings,
        ("archive",): ArchiveSettings,
        ("daemon",): DaemonSettings,
        ("backfill",): BackfillSettings,
    }
    model = models.get(keys[:-1])
    if model is None:
        return ""
    names = [_FILE_NAMES.get(name, name) for name in model.model_fields]
    close = get_close_matches(keys[-1], names, n=1)
    if close:
        return f' (did you mean "{close[0]}"?)'
    return f" (there are: {', '.join(names)})"
