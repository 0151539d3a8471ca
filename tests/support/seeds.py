"""The five policies the program was asked to handle first, and an edit of one clause in each.

They are other people's texts: read from beside the project, never kept in it.
"""

import html
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

__all__ = ["SEEDS", "Seed", "as_html", "needs_seeds"]

_FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "seeds"

needs_seeds = pytest.mark.skipif(
    not _FOLDER.is_dir(), reason="the five seed policies are not beside the project"
)


@dataclass(frozen=True, slots=True)
class Seed:
    """A policy, one edit that matters, and what an alert on it must name and quote."""

    name: str
    file: str
    topics: frozenset[str]  # the alert names at least one of these, and first
    before: str  # in the quote before, "" when the edit only adds
    after: str  # in the quote after, "" when the edit only removes
    edit: Callable[[str], str]

    @property
    def text(self) -> str:
        return (_FOLDER / self.file).read_text(encoding="utf-8")

    @property
    def edited(self) -> str:
        text = self.edit(self.text)
        assert text != self.text, f"{self.name}: the edit found nothing to change"
        return text


def as_html(text: str, *, title: str) -> str:
    """Put a plain text into a plain page: a paragraph a line, headings and rows left as they are."""
    body = "\n".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())
    return f"<!doctype html><html lang=en><title>{title}</title><body><main>{body}</main></html>"


def _swap(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


def _add(paragraph: str) -> Callable[[str], str]:
    return lambda text: f"{text.rstrip()}\n\n{paragraph}\n"


# The fragments of the originals are as short as finding the place allows.
SEEDS = (
    Seed(
        "spectrotek",
        "spectrotek.txt",
        frozenset({"cookies"}),
        "do not use cookies",
        "we use cookies",
        _swap("we do not use cookies", "we use cookies"),
    ),
    Seed(
        "soutron",
        "soutron.txt",
        frozenset({"sharing"}),
        "",
        "Mailchimp",
        _swap(
            "SendGrid\tEmail address",
            "Mailchimp\tEmail address\tEmail address\tSend newsletters\tUSA\nSendGrid\tEmail address",
        ),
    ),
    Seed(
        "ntropic",
        "ntropic.txt",
        frozenset({"retention"}),
        "as long as reasonably necessary",
        "seven years",
        _swap("as long as reasonably necessary", "seven years"),
    ),
    Seed(
        "ntron",
        "ntron.txt",
        frozenset({"sale", "sharing"}),
        "never be sold",
        "",
        _swap("never be sold or passed", "not be passed"),
    ),
    Seed(
        "inxtron",
        "inxtron.md",
        frozenset({"sharing"}),
        "",
        "advertisers",
        _add("inXtron may also share Personal Information with advertisers."),
    ),
)
