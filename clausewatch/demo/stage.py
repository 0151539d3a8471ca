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

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.text import Text

from alerts.labels import day
from clausewatch.demo.card import card
from clausewatch.demo.play import Play
from clausewatch.demo.story import PAGES
from clausewatch.demo.verdict import Outcome
from clausewatch.demo.watch import Seen
from clausewatch.printing import console, plain, wants_colour

__all__ = ["Stage"]

_WIDEST = 100  # columns; longer lines are hard to read
_DATE_WIDTH = 13
_PAGE_WIDTH = 10
_INDENT = " " * (_DATE_WIDTH + _PAGE_WIDTH)
_INTRODUCTION = (
    "Pottlewick makes a kettle that knows when you get up. The company is invented, and its web "
    "site runs on this machine, at {url}, for as long as this takes. Everything else is the real "
    "program: it fetches, keeps, compares and tells. Two pages are watched once a day from {first} "
    "to {last}; only the calendar is in a hurry."
)


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
        first, last = day(self._begin.date()), day(self._end.date())
        for line in wrap(_INTRODUCTION.format(url=url, first=first, last=last), self._out.width):
            self._out.print(line)
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
            self._out.print(card(alert, self._alerts, mails, colour=self._colour))
        for complaint in outcome.complaints:
            self._aside("!", f"not as planted: {complaint}", "bold red")
        self._out.print()

    def _tell_quiet(self) -> None:
        """Count the checks since the last event that found nothing."""
        if self._quiet:
            text = "1 check" if self._quiet == 1 else f"{self._quiet} checks"
            self._out.print(Text(f"{'':{_DATE_WIDTH}}... {text}, nothing new\n", style="dim"))
        self._quiet = 0

    def closing(self, play: Play, mails: int) -> None:
        """Sum up, and say whether what was found is what was planted."""
        self._tell_quiet()
        counts = Counter(seen.outcome for seen in play.checks)
        rows = (
            (len(play.checks), f"checks of {len(PAGES)} pages"),
            (counts["unchanged"], "found nothing new"),
            (counts["failed"] + counts["held"], "failed or were doubtful, and changed nothing"),
            (counts["first"] + counts["changed"], "brought a text to keep"),
            (sum(len(one.alerts) for one in play.outcomes), "alerts were raised"),
            (mails, "mails were sent"),
        )
        for count, words in rows:
            self._out.print(Text.assemble((f"{count:>6,}", "bold"), f"  {words}"))
        self._out.print()
        if play.complaints:
            self._out.print(Text("What was found is not what was planted:", style="bold red"))
            for complaint in play.complaints:
                self._out.print(Text(f"  {complaint}", style="red"), soft_wrap=True)
            return
        told = sum(one.plant.kind == "material" for one in play.outcomes)
        rest = _number(len(play.outcomes) - told)
        words = (
            f"{_number(told)} material {'edit was' if told == 1 else 'edits were'} planted and found, "
            f"each by its topics and told once; of the {rest} other things that happened, none "
            "alarmed anybody."
        )
        first, *more = wrap(f"As planted: {words}", self._out.width)
        title, _, after = first.partition(": ")
        self._out.print(Text.assemble((f"{title}: ", "bold green"), after))
        for line in more:
            self._out.print(line)

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


def _bar(out: Console) -> Progress:
    return Progress(
        TextColumn("{task.fields[date]:>17}", style="bold"),
        BarColumn(bar_width=40),
        TextColumn("{task.fields[checks]} checks"),
        console=out,
        transient=True,
    )


def _number(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[count] if count < len(words) else str(count)
