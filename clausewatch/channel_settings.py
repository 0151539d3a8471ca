"""Settings of the channels beside mail: where webhooks and chat messages go, and their secrets.

    [channels.legal]
    kind = "webhook"
    url = "https://hooks.example.org/clausewatch"
    secret_file = "legal-secret"

A subscription names a channel ("legal"); its address and secrets stay here. They
come from the environment or from files of their own: a chat service's address
is a secret itself, so the settings file refuses it.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from clausewatch.setting_types import Duration, Frozen, Network, anchor

__all__ = ["ChannelSettings", "read_channels", "variable_of"]

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_SECRETS = ("url", "secret")
_LEAST_SECRET, _MOST_SECRET = 24, 64  # bytes; what Standard Webhooks asks for


class ChannelSettings(Frozen):
    """One channel. `secret` may hold several, one a line, while one is replaced by another."""

    kind: Literal["webhook", "apprise"]
    url: SecretStr = SecretStr("")
    url_file: Path | None = None
    secret: SecretStr = SecretStr("")
    secret_file: Path | None = None
    allow_addresses: tuple[Network, ...] = ()  # private networks that a webhook may lead to
    timeout: Annotated[Duration, Field(gt=timedelta(0), le=timedelta(minutes=5))] = timedelta(
        seconds=15
    )

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets that events are signed with, the newest first as they are written."""
        return tuple(self.secret.get_secret_value().split())

    @property
    def host(self) -> str:
        """Where it leads, without what may be a secret."""
        url = self.url.get_secret_value()
        if self.kind == "webhook":
            return urlsplit(url).hostname or ""
        return url.partition("://")[0]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.kind == "webhook":
            self._check_webhook()
        elif not re.fullmatch(r"[a-z][a-z0-9+.-]{1,30}://\S{1,2000}", self.url.get_secret_value()):
            raise ValueError(
                'needs the address of a chat service as Apprise writes it (such as "slack://..."), '
                "in a file named by url_file or in the environment"
            )
        return self

    def _check_webhook(self) -> None:
        parts = urlsplit(self.url.get_secret_value())
        plain = parts.scheme == "http" and self.allow_addresses
        if not ((parts.scheme == "https" or plain) and parts.hostname and "@" not in parts.netloc):
            raise ValueError(
                'needs a url that begins with "https://" and holds no user name ("http://" only '
                "with allow_addresses)"
            )
        if not self.secrets:
            raise ValueError(
                "needs a secret to sign with, in a file named by secret_file or in the "
                "environment (make one: clausewatch channels secret)"
            )
        if not all(_is_secret(secret) for secret in self.secrets):
            raise ValueError(
                'has a secret of another form than "whsec_" and 24 to 64 bytes in base64 '
                "(make one: clausewatch channels secret)"
            )


def read_channels(values: dict[str, Any], environ: Mapping[str, str], file: Path) -> None:
    """Fill in the addresses and secrets of `values["channels"]`, from the environment or files.

    Raises ValueError, which names the file and the key and never a value.
    """
    channels = values.get("channels")
    if not isinstance(channels, dict):
        return
    for name, table in channels.items():
        where = f"{file}: channels.{name}"
        if not _NAME.fullmatch(str(name)):
            raise ValueError(f"{where}: a channel's name is small letters, digits and hyphens")
        if isinstance(table, dict):
            _refuse_secrets(table, where, str(name))
            anchor(table, [f"{key}_file" for key in _SECRETS], file.parent)
            for key in _SECRETS:
                _fill(table, key, environ.get(variable_of(str(name), key), ""), where)


def variable_of(name: str, key: str) -> str:
    """Return the environment variable that gives a channel's "url" or "secret"."""
    return f"CLAUSEWATCH_CHANNEL_{name.upper().replace('-', '_')}_{key.upper()}"


def _refuse_secrets(table: Mapping[str, Any], where: str, name: str) -> None:
    for key in _SECRETS:
        if key in table and (key == "secret" or table.get("kind") == "apprise"):
            raise ValueError(
                f"{where}.{key} does not belong here; put it into the environment as "
                f"{variable_of(name, key)} or into a file named by channels.{name}.{key}_file"
            )


def _fill(table: dict[str, Any], key: str, said: str, where: str) -> None:
    file = table.get(f"{key}_file")
    if said:
        table[key] = said
    elif file and not table.get(key):
        try:
            table[key] = Path(str(file)).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(
                f"{where}.{key}_file = {str(file)!r}: cannot be read: {error}"
            ) from None


def _is_secret(text: str) -> bool:
    try:
        bare = text.removeprefix("whsec_").rstrip("=")
        raw = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False
    return text.startswith("whsec_") and _LEAST_SECRET <= len(raw) <= _MOST_SECRET
