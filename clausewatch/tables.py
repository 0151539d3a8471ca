"""Rows for people, spreadsheets and pages: a plain table, CSV, Markdown. Starts without rich.

What was fetched stays harmless in each: no control characters on a terminal,
no formula in a spreadsheet, no markup in Markdown.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from clausewatch.printing import plain, wants_colour

__all__ = ["as_csv", "as_markdown", "as_table", "format_options", "wanted_format"]

# What a spreadsheet takes for the beginning of a formula:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_STYLES = {"bold": "\x1b[1m", "dim": "\x1b[2m", "": ""}
_GAP = "  "

Row = Sequence[str]


def format_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --json, --csv and --markdown to a command that lists things."""
    for name, said in (
        ("--markdown", "Print a Markdown table."),
        ("--csv", "Print CSV for spreadsheets."),
        ("--json", "Print JSON for machines."),
    ):
        command = click.option(name, f"as_{name[2:]}", is_flag=True, help=said)(command)
    return command


def wanted_format(given: Mapping[str, bool]) -> str:
    """Return "json", "csv", "markdown" or "table", of the options `format_options` added."""
    wanted = [name for name in ("json", "csv", "markdown") if given.get(f"as_{name}")]
    if len(wanted) > 1:
        raise click.UsageError(f"--{wanted[0]} or --{wanted[1]}? Give one of them.")
    return wanted[0] if wanted else "table"


def as_csv(columns: Row, rows: Sequence[Row]) -> str:
    """Return CSV as RFC 4180 has it; what could be a formula is led by an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def as_markdown(columns: Row, rows: Sequence[Row]) -> str:
    """Return a Markdown table whose cells hold no markup of their own."""
    lines = [columns, ["---"] * len(columns), *([_escaped(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def as_table(
    columns: Row, rows: Sequence[Row], *, styles: Sequence[str] = (), right: Sequence[int] = ()
) -> str:
    """Return columns side by side. `styles` are those of each row's last cell, on a terminal.

    `right` are the columns that are aligned to the right.
    """
    shown = [[plain(cell).replace("\n", " ") for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(columns, *shown, strict=True)]
    colour = wants_colour()
    lines = [_line(columns, widths, right, "bold" if colour else "", whole=True)]
    for number, row in enumerate(shown):
        style = styles[number] if colour and styles else ""
        lines.append(_line(row, widths, right, style))
    return "\n".join(lines)


def _line(
    row: Row, widths: Sequence[int], right: Sequence[int], style: str, *, whole: bool = False
) -> str:
    *cells, last = [
        " " * (width - _width(cell)) + cell
        if number in right
        else cell + " " * (width - _width(cell))
        for number, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    start = _GAP.join(cells) + (_GAP if cells else "")
    end = last.rstrip()
    if not style:
        return (start + end).rstrip()
    return (
        f"{_STYLES[style]}{start}{end}\x1b[0m" if whole else f"{start}{_STYLES[style]}{end}\x1b[0m"
    )


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(bool(unicodedata.combining(char)) for char in text)


def _safe(cell: str) -> str:
    text = plain(cell) if not cell.startswith(_FORMULA) else "'" + plain(cell)
    return "'" + text if text.startswith(_FORMULA) else text


def _escaped(cell: str) -> str:
    return _MARKUP.sub(r"\\\1", " ".join(plain(cell).split()))
