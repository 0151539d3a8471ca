"""The demonstration on a terminal: what happened, what was made of it, and what to try next.

Colour, links and a moving bar on a terminal only; elsewhere the same words, with
words gone in [-...-] and new ones in {+...+}.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from pathlib import Path
from textwrap import wrap

from rich.box import ROUNDED
from rich.console import Console, RenderableType
from rich.panel import Panel
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from alerts.content import AlertContent, Point
from alerts.labels import day, document, effect, tone, topic
from clausewatch.demo.story import PAGES
from clausewatch.demo.verdict import Outcome
from clausewatch.demo.watch import Seen
from clausewatch.printing import console, plain, wants_colour
from clausewatch.redline import words_of
from storage.views import AlertView

__all__ = ["Stage"]

_WIDEST = 100  # columns; longer lines are hard to read
_MOST_POINTS = 3  # passages on a card; the mail has all
_DATE_WIDTH = 13
_PAGE_WIDTH = 10
_INDENT = " " * (_DATE_WIDTH + _PAGE_WIDTH)
_TONES = {"good": "green", "bad": "red", "warn": "yellow", "calm": "cyan"}


class Stage:
    """Prints the demonstration as it goes. `begin` and `end` are the story's."""

    def __init__(self, begin: datetime, end: datetime) -> None:
        self._out = console()
        self._out.width = min(self._out.width, _WIDEST)
        self._colour = wants_colour()
        self._begin, self._end = begin, end
        self._checks = 0
        self._quiet = 0
        self._alerts = 0
        self._bar = _bar(self._out) if self._out.is_terminal else None
        self._task: TaskID | None = None

    def playing(self) -> AbstractContextManager[object]:
        """Show the bar while inside."""
        if self._bar is None:
            return nullcontext()
        days = (self._end.date() - self._begin.date()).days
        self._task = self._bar.add_task("", total=days, date="", checks=0)
        return self._bar

    def opening(self, url: str) -> None:
        self._out.print()
        self._out.print(Text("Clausewatch, a demonstration", style="bold"))
        self._out.print()
        self._out.print(
            Text.assemble(
                "Pottlewick makes a kettle that knows when you get up. The company is invented, and "
                "its web site runs on this machine, at ",
                (url, "cyan"),
                ", for as long as this takes. Everything else is the real program: it fetches, keeps, "
                "compares and tells. Two pages are watched once a day from "
                f"{day(self._begin.date())} to {day(self._end.date())}; only the calendar is in a "
                "hurry.",
            )
        )
        self._out.print()

    def check(self, seen: Seen, *, quiet: bool) -> None:
        """Take note of one check; the first text of a page is shown."""
        self._checks += 1
        self._quiet += quiet and seen.outcome == "unchanged"
        if self._bar is not None and self._task is not None:
            days = (seen.at.date() - self._begin.date()).days
            self._bar.update(
                self._task, completed=days, date=day(seen.at.date()), checks=self._checks
            )
        if seen.outcome == "first":
            self._event(seen.at.date(), (seen.page,), f"first text kept, {seen.words:,} words")

    def outcome(self, outcome: Outcome, mails: Sequence[Path]) -> None:
        """Show what happened and what was made of it. `mails` are the alert's, as pages."""
        self._tell_quiet()
        plant = outcome.plant
        self._event(plant.day, plant.pages, plant.told)
        for words in outcome.said:
            self._aside("=", words, "cyan" if plant.kind == "cosmetic" else "yellow")
        for alert in outcome.alerts:
            self._alerts += 1
            self._out.print()
            self._out.print(self._card(alert, mails))
        for complaint in outcome.complaints:
            self._aside("!", f"not as planted: {complaint}", "bold red")
        self._out.print()

    def _tell_quiet(self) -> None:
        """Count the checks since the last event that found nothing."""
        if self._quiet:
            text = "1 check" if self._quiet == 1 else f"{self._quiet} checks"
            self._out.print(Text(f"{'':{_DATE_WIDTH}}... {text}, nothing new\n", style="dim"))
        self._quiet = 0

    def closing(
        self,
        outcomes: Sequence[Outcome],
        checks: Sequence[Seen],
        complaints: Sequence[str],
        mails: int,
    ) -> None:
        """Sum up, and say whether what was found is what was planted."""
        self._tell_quiet()
        counts = Counter(seen.outcome for seen in checks)
        kept = counts["first"] + counts["changed"]
        table = Table.grid(padding=(0, 2))
        table.add_column(justify="right", style="bold")
        table.add_column()
        for count, words in (
            (len(checks), f"checks of {len(PAGES)} pages"),
            (counts["unchanged"], "found nothing new"),
            (counts["failed"] + counts["held"], "failed or were doubtful, and changed nothing"),
            (kept, "texts were kept"),
            (sum(len(one.alerts) for one in outcomes), "of them were worth an alert"),
            (mails, "mails were sent"),
        ):
            table.add_row(f"{count:,}", words)
        self._out.print(table)
        self._out.print()
        planted = Counter(one.plant.kind for one in outcomes)
        if complaints:
            self._out.print(
                Text("What was found is not what was planted:", style="bold red"), soft_wrap=True
            )
            for complaint in complaints:
                self._out.print(Text(f"  {complaint}", style="red"), soft_wrap=True)
            return
        material, rest = planted["material"], sum(planted.values()) - planted["material"]
        self._out.print(
            Text.assemble(
                ("As planted: ", "bold green"),
                f"{_all(material)} of {_number(material)} material edits found, by their topics, once each; "
                f"none of {_number(rest)} other happenings alarmed anybody.",
            )
        )

    def next_steps(self, commands: Sequence[tuple[str, str]]) -> None:
        self._out.print()
        self._out.print(Text("Now ask it yourself:", style="bold"))
        for command, about in commands:
            self._out.print(
                Text.assemble("  ", (command, "cyan"), f"\n      {about}"), soft_wrap=True
            )
        self._out.print()

    def serving(self, url: str) -> None:
        self._out.print(f"The site stays up at {url} until you press Ctrl-C.", soft_wrap=True)
        self._out.print(
            f"Any day of the story can be visited: {url}/privacy?on=2026-03-16", soft_wrap=True
        )

    def _event(self, on: date, pages: Sequence[str], words: str) -> None:
        number, month, year = day(on).split()
        which = "both" if len(pages) > 1 else pages[0]
        first, *rest = self._wrapped(words)
        line = Text.assemble(
            (f"{number:>2} {month[:3]} {year}".ljust(_DATE_WIDTH), "bold"),
            (which.ljust(_PAGE_WIDTH), "magenta"),
            first,
        )
        self._out.print(line)
        for more in rest:
            self._out.print(_INDENT + more)

    def _aside(self, sign: str, words: str, style: str) -> None:
        for number, line in enumerate(self._wrapped(plain(words), less=2)):
            mark = " " if number else sign
            self._out.print(Text(f"{_INDENT}{mark} {line}", style=style))

    def _wrapped(self, words: str, less: int = 0) -> list[str]:
        return wrap(words, max(20, self._out.width - len(_INDENT) - less)) or [""]

    def _card(self, alert: AlertView, mails: Sequence[Path]) -> RenderableType:
        content = AlertContent.from_json(alert.content)
        sense = _TONES[tone(alert.severity, alert.direction)]
        grid = Table.grid(padding=(0, 2), expand=True)
        grid.add_column(width=6, style="dim")
        grid.add_column(ratio=1)
        topics = ", ".join(topic(name) for name in alert.topics)
        grid.add_row("about", Text(topics, style="bold"))
        grid.add_row("effect", Text(effect(alert.severity, alert.direction), sense))
        for point in content.points[:_MOST_POINTS]:
            grid.add_row("", "")
            self._point(grid, point)
        if content.all_points > _MOST_POINTS:
            grid.add_row(
                "", Text(f"and {content.all_points - _MOST_POINTS} more, in the mail", "dim")
            )
        grid.add_row("", "")
        told = ", ".join(f"{one.recipient} ({one.state})" for one in alert.deliveries)
        grid.add_row("told", plain(told) or "nobody asked to hear of it")
        if mails:
            grid.add_row("mail", Text(str(mails[0]), "cyan", overflow="fold"))
        title = Text.assemble(
            (
                f" Alert {self._alerts} ",
                f"bold reverse {sense}".strip() if self._colour else "bold",
            ),
            f" {day(alert.created_at.date())}, {plain(content.service)}, {document(content.document)} ",
        )
        return Panel(grid, title=title, title_align="left", box=ROUNDED, border_style=sense)

    def _point(self, grid: Table, point: Point) -> None:
        if point.heading:
            grid.add_row("clause", Text(plain(point.heading), style="bold"))
        pieces = point.pieces or (("gone", point.before), ("new", point.after))
        for label, op in (("before", "new"), ("after", "gone")):
            side = [(kind, text) for kind, text in pieces if kind != op and text]
            if side:
                grid.add_row(label, words_of(side, colour=self._colour))
        for label, reason in zip(
            ("why", *("" for _ in point.reasons)), point.reasons, strict=False
        ):
            grid.add_row(label, plain(reason))


def _bar(out: Console) -> Progress:
    return Progress(
        TextColumn("{task.fields[date]:>17}", style="bold"),
        BarColumn(bar_width=40),
        TextColumn("{task.fields[checks]} checks"),
        console=out,
        transient=True,
    )


def _all(count: int) -> str:
    return "both" if count == 2 else "all" if count else "none"


def _number(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[count] if count < len(words) else str(count)
