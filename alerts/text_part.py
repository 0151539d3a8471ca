"""The mail as plain text: all that the HTML says, readable in a terminal.

What changed inside a quote is said in words below it, never by marks inside it,
so no page can forge them. Every line of a page stands behind "| ".
"""

import textwrap
import unicodedata
from collections.abc import Iterable

from alerts.content import Point
from alerts.harmless import several_lines
from alerts.labels import effect
from alerts.quoting import changed_words
from alerts.view import View

__all__ = ["short_text", "text_part"]

_WIDTH = 72  # leaves room for two "> " of an answer within 76
_WIDE = 36  # characters of East Asian scripts fill two columns
_RUNS = 6  # changed runs named under a quote; past that the quote speaks for itself


def text_part(view: View) -> str:
    """Return the whole mail as text, lines of at most 72 columns but for addresses and commands."""
    blocks = [
        _title(view),
        _facts(view),
        *_why(view),
        *_summary(view),
        "-" * _WIDTH + f"\n{view.counted}",
        *_cards(view),
        *_asides(view),
        *([_wrapped(view.shortened)] if view.shortened else []),
        _more(view),
        _foot(view),
    ]
    return "\n\n".join(blocks) + "\n"


def short_text(view: View) -> str:
    """Return what is sent when a server refused the whole mail: no word of the page in it."""
    count = "1 change" if view.count == 1 else f"{view.count} changes"
    lead = (
        f"The {view.document} of {view.service} changed in a way that matters ({count}). "
        "The full mail was refused by your mail server, so this one leaves out the quotes."
    )
    return "\n\n".join([_wrapped(lead), _facts(view), _more(view), _foot(view)]) + "\n"


def _title(view: View) -> str:
    lines = _wrapped(f"{view.service}: {view.document}").split("\n")
    return "\n".join([*lines, "=" * max(len(line) for line in lines), "", _wrapped(view.headline)])


def _facts(view: View) -> str:
    width = max(len(label) for label, _ in view.facts) + 2
    return "\n".join(
        _wrapped(value, first=f"{label}:".ljust(width), rest=" " * width)
        for label, value in view.facts
    )


def _why(view: View) -> Iterable[str]:
    if view.reasons:
        yield "\n".join(["Why it matters", *(_item(reason) for reason in view.reasons)])


def _summary(view: View) -> Iterable[str]:
    if view.summary:
        yield "\n".join([_wrapped(view.written_by), *_quoted(view.summary)])


def _cards(view: View) -> Iterable[str]:
    for number, point in enumerate(view.points, 1):
        yield ("" if number == 1 else "- " * (_WIDTH // 2) + "\n\n") + _card(number, point, view)


def _card(number: int, point: Point, view: View) -> str:
    place = f"[{number}/{view.count}] " if view.count > 1 else ""
    about = (view.about(point), effect(point.severity, point.direction) if view.count > 1 else "")
    lines = [
        _wrapped(place + view.title(point)),
        *(_wrapped(words, first="   ", rest="   ") for words in about if words),
    ]
    labels = ("BEFORE", "NOW") if point.before and point.after else ("REMOVED TEXT", "NEW TEXT")
    for label, quote, before in zip(
        labels, (point.before, point.after), (True, False), strict=True
    ):
        if quote:
            side = "".join(text for _, text in view.side(point, before))
            lines += ["", f"   {label}", *_quoted(side)]
    lines += _named(point)
    if point.reasons and view.count > 1:
        lines += ["", *(_item(reason, "   ") for reason in point.reasons)]
    return "\n".join(lines)


def _named(point: Point) -> list[str]:
    """Name the words that were taken out and put in, unless the quote is one whole change."""
    if not any(op == "same" for op, _ in point.pieces):
        return []
    lines = [""]
    for label, op in (("Taken out:", "gone"), ("Put in:", "new")):
        runs = changed_words(point.pieces, op)
        if runs:
            shown = "; ".join(f"“{_one_run(run)}”" for run in runs[:_RUNS])
            rest = f"; and {len(runs) - _RUNS} more" if len(runs) > _RUNS else ""
            lines.append(_wrapped(shown + rest, first=f"   {label:<11}", rest=" " * 14))
    return lines


def _one_run(run: str) -> str:
    run = " ".join(run.split())
    return run if len(run) <= 160 else run[:160].rstrip() + " […]"


def _quoted(text: str) -> list[str]:
    return [
        _wrapped(line, first="   | ", rest="   | ")
        for line in several_lines(text).split("\n")
        if line.strip()
    ]


def _asides(view: View) -> Iterable[str]:
    if not view.asides:
        return
    lines = ["-" * _WIDTH, "Also changed, but does not count", ""]
    for fold in view.asides:
        lines.append(f"   {fold.label} ({fold.count})")
        lines += [_item(": ".join(filter(None, line)), "   ") for line in fold.lines]
        if fold.more:
            lines.append(f"   - and {fold.more} more")
    yield "\n".join(lines)


def _more(view: View) -> str:
    return "\n".join(
        [
            "-" * _WIDTH,
            "See more",
            f"   The policy:          {view.url or 'its address cannot be shown'}",
            f"   All changed words:   {view.command}",
            f"   Stored texts:        snapshots {view.from_snapshot} (before) and {view.to_snapshot} (now)",
        ]
    )


def _foot(view: View) -> str:
    return "-- \n" + _wrapped(view.footer)


def _item(text: str, indent: str = "") -> str:
    return _wrapped(text, first=f"{indent}- ", rest=f"{indent}  ")


def _wrapped(text: str, *, first: str = "", rest: str = "") -> str:
    """Wrap one paragraph; long words are broken, addresses are kept whole."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text[:400])
    width = _WIDE if 4 * wide > min(len(text), 400) else _WIDTH
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=width == _WIDE or not text.startswith(("http://", "https://")),
        break_on_hyphens=False,
    )
