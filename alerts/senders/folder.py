"""Mails as files: what happens until a mail server is set. Any mail program opens them."""

import asyncio
import hashlib
import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from alerts.errors import Unreachable
from alerts.rendered import Rendered

__all__ = ["FolderSender"]


class FolderSender:
    """Writes each mail to `folder` as one .eml file, named by its date and Message-ID.

    A mail that is sent again replaces itself. A file is there whole or not at all.
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)

    async def send(self, message: Rendered) -> str:
        """Write one mail; return where. Raises Unreachable when the folder cannot be written."""
        return await asyncio.to_thread(self._write, message)

    async def close(self) -> None:
        """Nothing stays open between mails."""

    def _write(self, message: Rendered) -> str:
        target = self._folder / _name_of(message)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as part:
                try:
                    part.write(message.body)
                    part.flush()
                    os.fsync(part.fileno())
                    Path(part.name).replace(target)
                except BaseException:
                    with suppress(OSError):
                        Path(part.name).unlink()
                    raise
        except OSError as error:
            raise Unreachable(f"{self._folder}: {error.strerror or error}") from error
        return f"written to {target}"


def _name_of(message: Rendered) -> str:
    unique = hashlib.sha256(message.id.encode()).hexdigest()[:8]
    return f"{message.at:%Y%m%dT%H%M%SZ}-{unique}.eml"
