"""One alert on a terminal, from the same frozen content as its mail."""

from collections.abc import Sequence
from pathlib import Path

from rich.box import ROUNDED
from rich.console import RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from alerts.content import AlertContent, Point
from alerts.labels import day, document, effect, tone, topic
from clausewatch.printing import plain
from clausewatch.redline import words_of
from storage.views import AlertView

__all__ = ["card"]

_MOST_POINTS = 4  # passages on a card; the mail has all
_MOST_REASONS = 3  # a passage
_TONES = {"good": "green", "bad": "red", "warn": "yellow", "calm": "cyan"}


def card(alert: AlertView, number: int, mails: Sequence[Path], *, colour: bool) -> RenderableType:
    """Return an alert as a card: the clauses, both sides, why, and who was told."""
    content = AlertContent.from_json(alert.content)
    sense = _TONES[tone(alert.severity, alert.direction)]
    grid = Table.grid(padding=(0, 2), expand=True)
    grid.add_column(width=6, style="dim")
    grid.add_column(ratio=1)
    headline = plain(alert.headline)
    grid.add_row("what", Text(headline[:1].upper() + headline[1:], style="bold"))
    grid.add_row("about", ", ".join(topic(name) for name in alert.topics))
    grid.add_row("effect", Text(effect(alert.severity, alert.direction), sense))
    for point in content.points[:_MOST_POINTS]:
        grid.add_row("", "")
        _point(grid, point, colour=colour)
    if content.all_points > _MOST_POINTS:
        grid.add_row("", Text(f"and {content.all_points - _MOST_POINTS} more, in the mail", "dim"))
    grid.add_row("", "")
    told = ", ".join(f"{one.recipient} ({one.state})" for one in alert.deliveries)
    grid.add_row("told", plain(told) or "nobody asked to hear of it")
    if mails:
        grid.add_row("mail", Text(str(mails[0]), "cyan", overflow="fold"))
    title = Text.assemble(
        (
            f" Alert {number} ",
            f"bold reverse {sense}".strip() if colour else "bold",
        ),
        f" {day(alert.created_at.date())}, {plain(content.service)}, {document(content.document)} ",
    )
    return Panel(grid, title=title, title_align="left", box=ROUNDED, border_style=sense)


def _point(grid: Table, point: Point, *, colour: bool) -> None:
    if point.heading:
        grid.add_row("clause", Text(plain(point.heading), style="bold"))
    pieces = point.pieces or (("gone", point.before), ("new", point.after))
    for label, op in (("before", "new"), ("after", "gone")):
        side = [(kind, text) for kind, text in pieces if kind != op and text]
        if side:
            grid.add_row(label, words_of(side, colour=colour))
    for number, reason in enumerate(point.reasons[:_MOST_REASONS]):
        grid.add_row("" if number else "why", plain(reason))
