"""Settings: one TOML file plus the environment, read in one place into frozen values.

The environment wins over the file, the file over the defaults. Secrets (the
password of the mail server) come from the environment or from a file of their
own, never from the TOML file. An unknown key or a bad value is refused with the
file, the key, the value and what would be right.
"""

import os
from collections.abc import Mapping, Sequence
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    ValidationError,
    field_validator,
)

from clausewatch.channel_settings import ChannelSettings, read_channels
from clausewatch.setting_types import (
    Duration,
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
from clausewatch.settings_tables import (
    ArchiveSettings,
    BackfillSettings,
    CrawlSettings,
    DaemonSettings,
    MailSettings,
    NoticeSettings,
    RecordSettings,
    SummarySettings,
)

__all__ = [
    "ENVIRONMENT",
    "Settings",
    "SettingsError",
    "default_config_path",
    "load_settings",
    "mail_domain",
]

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


def _public_url(value: str) -> str:
    parts = urlsplit(value)
    bare = "@" not in parts.netloc and not (parts.query or parts.fragment)
    if value and not (parts.scheme in {"http", "https"} and parts.hostname and bare):
        raise ValueError(f'{value!r} is no web address (try "https://watch.example.org")')
    return value.rstrip("/")


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
