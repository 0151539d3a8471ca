"""The folder that the demonstration leaves behind, and how an old one is replaced.

Only what the demonstration itself makes is ever removed, by name, and only from
a folder that carries its mark; whatever else lies there stays.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from email import message_from_bytes
from email.policy import default as modern
from pathlib import Path

from clausewatch.config import Settings, load_settings
from clausewatch.demo.site import answer
from clausewatch.demo.story import BEGIN, PAGES, PLANTS
from clausewatch.demo.theme import Visit

__all__ = ["DemoFolder", "FolderError", "make_folder"]

_MARK = ".clausewatch-demo"
_MARK_TEXT = (
    "`clausewatch demo` made this folder and replaces its own files here when it runs again.\n"
)
_DATABASE = "clausewatch.sqlite"
_CONFIG = "clausewatch.toml"
# What we make, as patterns inside the folder.
_OURS = (f"{_DATABASE}*", _CONFIG, "mails/*.eml", "mails/*.html", "pages/*.html")

_CONFIG_TEXT = f"""\
# The settings of the demonstration. Paths are relative to this file.
database = "{_DATABASE}"
contact = "mailto:demo@example.org"
every = "1d"
spread = false  # every page at the hour of its first check, so that the story is easy to follow
confirm_after = "15m"  # a new text is looked at twice before anybody is told

[crawl]
allow_addresses = ["127.0.0.0/8"]  # the made-up site runs on this machine
delay = "0s"

[mail]
from = "Clausewatch <clausewatch@demo.example>"
folder = "mails"  # no mail server: mails become .eml files
"""


class FolderError(Exception):
    """The folder cannot be used; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class DemoFolder:
    path: Path

    @property
    def config(self) -> Path:
        return self.path / _CONFIG

    @property
    def database(self) -> Path:
        return self.path / _DATABASE

    def settings(self) -> Settings:
        """Read the settings from their file, and from nothing else."""
        return load_settings(self.config, environ={})

    def mail_of(self, message_id: str) -> Path | None:
        """Return the page that shows a mail in a browser, made beside its .eml file."""
        for eml in sorted((self.path / "mails").glob("*.eml")):
            message = message_from_bytes(eml.read_bytes(), policy=modern)
            if str(message["Message-ID"]).strip() != message_id.strip():
                continue
            part = message.get_body(("html", "plain"))
            if part is None:
                return eml
            page = eml.with_suffix(".html")
            page.write_text(part.get_content(), encoding="utf-8")
            return page
        return None

    def mails(self) -> list[Path]:
        return sorted((self.path / "mails").glob("*.eml"))

    def keep_pages(self, until: datetime) -> int:
        """Write the pages as visitors saw them, one file for each thing that happened."""
        pages = self.path / "pages"
        pages.mkdir(exist_ok=True)
        days = {(BEGIN, page) for page in PAGES}
        days |= {(plant.day, page) for plant in PLANTS for page in plant.pages}
        for day, page in sorted(days):
            if day < until.date():
                _, _, html = answer(page, Visit(datetime.combine(day, time(12), UTC), 1))
                (pages / f"{day.isoformat()}-{page}.html").write_text(html, encoding="utf-8")
        return len(list(pages.iterdir()))


def make_folder(path: Path) -> DemoFolder:
    """Return an empty demonstration folder at `path`. Raises FolderError."""
    if path.is_symlink():
        raise FolderError(f"{path} is a link; name a folder of its own with --folder")
    if path.exists() and not path.is_dir():
        raise FolderError(f"{path} is a file; name another folder with --folder")
    if path.is_dir() and any(path.iterdir()):
        if not (path / _MARK).is_file():
            raise FolderError(
                f"{path} holds files that are not the demonstration's; "
                "name another folder with --folder"
            )
        _clear(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / _MARK).write_text(_MARK_TEXT, encoding="utf-8")
        (path / _CONFIG).write_text(_CONFIG_TEXT, encoding="utf-8")
    except OSError as error:
        raise FolderError(f"{path} cannot be written: {error.strerror or error}") from error
    return DemoFolder(path)


def _clear(path: Path) -> None:
    for pattern in _OURS:
        if (path / pattern).parent.is_symlink():
            continue  # a link leads out of the folder
        for file in path.glob(pattern):
            if file.is_symlink() or file.is_file():
                file.unlink()
