"""Plain text as a terminal shows it: lines wrapped by columns, quotes behind bars. Pure.

Every line of a page stands behind "| ", so that no page can forge ours.
"""

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

from alerts.foot import Foot
from alerts.harmless import several_lines
from alerts.phrases import Phrases

__all__ = ["RULE", "barred", "closing", "item", "joined", "labelled", "titled", "wrapped"]

_WIDTH = 72  # leaves room for two "> " of an answer within 76
_WIDE = 36  # characters of East Asian scripts fill two columns
_BESIDE = 26  # characters of a label that values may stand beside
RULE = "-" * _WIDTH


def wrapped(text: str, *, first: str = "", rest: str = "") -> str:
    """Wrap one paragraph; long words are broken, addresses and commands are kept whole."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text[:400])
    width = _WIDE if 4 * wide > min(len(text), 400) else _WIDTH
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=width == _WIDE or not text.startswith(("http://", "https://", "mailto:")),
        break_on_hyphens=False,
    )


def item(text: str, indent: str = "") -> str:
    """Return a point of a list."""
    return wrapped(text, first=f"{indent}- ", rest=f"{indent}  ")


def titled(kicker: str, headline: str) -> str:
    """Return what stands on top: what it is about, underlined, and what happened."""
    lines = wrapped(kicker).split("\n")
    return "\n".join([*lines, "=" * max(len(line) for line in lines), "", wrapped(headline)])


def labelled(rows: Sequence[tuple[str, str]], phrases: Phrases, indent: str = "") -> str:
    """Return (label, value) rows with the values under each other.

    An address or a command that does not fit beside its label gets a line of its own.
    """
    named = [(phrases.label(label), value) for label, value in rows]
    beside = [len(label) for label, _ in named if len(label) <= _BESIDE]
    rest = " " * (len(indent) + max(beside, default=_BESIDE) + 1)
    lines = []
    for label, value in named:
        if len(label) > _BESIDE or (_is_whole(value) and len(rest) + len(value) > _WIDTH):
            lines += [f"{indent}{label}", f"{indent}  {value}"]
        else:
            lines.append(wrapped(value, first=(indent + label).ljust(len(rest)), rest=rest))
    return "\n".join(lines)


def barred(text: str, indent: str = "   ") -> list[str]:
    """Return foreign text behind bars, a line a paragraph's line."""
    bar = f"{indent}| "
    lines = several_lines(text).split("\n")
    return [wrapped(line, first=bar, rest=bar) for line in lines if line.strip()]


def closing(foot: Foot, phrases: Phrases) -> str:
    """Return the end of a mail, behind the mark that mail programs know a signature by."""
    # A mailto: address is for programs that follow it; the sentence after it says the same.
    web = [(label, url) for label, url in foot.ways if not url.startswith("mailto:")]
    ways = [f"{phrases.label(label)} {url}" for label, url in web]
    return "\n".join(["-- ", wrapped(foot.why), *ways, wrapped(foot.how)])


def joined(blocks: Iterable[str]) -> str:
    """Return blocks of text with a blank line between them."""
    return "\n\n".join(block for block in blocks if block) + "\n"


def _is_whole(value: str) -> bool:
    """Whether it must stay in one piece to be of use."""
    return value.startswith(("http://", "https://", "clausewatch "))
