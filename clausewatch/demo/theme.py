"""Dress a text as a real page: the furniture around it, some of it new on every visit.

Two designs, before and after the story's redesign, as templates in `theme/`.
Everything that is not the policy's text lives here: menus, banners, counters,
articles, a footer with the year. What changes on every visit is made from the
visit's number, so that the same visit always sees the same page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from hashlib import sha256

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from alerts.labels import day
from clausewatch.demo.markup import headings_of, html_of
from clausewatch.demo.story import BEGIN, Page

__all__ = ["Visit", "descaling", "home", "lost", "overloaded", "policy"]

_REDESIGN = date(2026, 2, 23)
_VIEWS_BEFORE = 12_406  # the counter had a life before the story
_VIEWS_A_DAY = 37


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: when, and the how-manieth, of the page's life and of the day."""

    at: datetime
    number: int
    of_the_day: int = 1

    def token(self, purpose: str, length: int = 16) -> str:
        """Return hexadecimal digits that no other visit has."""
        return sha256(f"{purpose} {self.number}".encode()).hexdigest()[:length]


@dataclass(frozen=True, slots=True)
class _Season:
    """Furniture of a time of the year."""

    since: date
    ribbon: str
    banner: str
    newsletter: str
    articles: tuple[tuple[str, str], ...]


_SEASONS = (
    _Season(
        BEGIN,
        "Free delivery on orders over £40, weather permitting",
        "We use cookies to keep you signed in and to remember your basket. "
        "May we also count your visits?",
        "",
        (
            ("Why your tap matters more than your teapot", "A map of hard water, with opinions"),
            ("Ninety-six degrees: a modest proposal", "On the proper treatment of oolong"),
            ("The whistle, a short history", "From nuisance to national instrument"),
        ),
    ),
    _Season(
        date(2025, 10, 20),
        "The evenings are drawing in. Put the kettle on",
        "We use cookies to keep you signed in and to remember your basket. "
        "Counting visits is up to you.",
        "One letter a month about water, leaves and patience. No offers, no exclamation marks.",
        (
            ("Seven teas for a wet Tuesday", "Ranked by how long you can hold the cup"),
            ("Descaling without tears", "What vinegar can do and what it cannot"),
            ("A visit to the lid workshop", "Four people, one hammer, no lids returned"),
            ("The case for a second kettle", "Upstairs deserves better"),
        ),
    ),
    _Season(
        date(2026, 1, 1),
        "January sale: everything that whistles, up to 30% off",
        "New year, same biscuits. We use cookies to keep you signed in and to remember your "
        "basket. Counting visits is up to you.",
        "Resolve to drink better tea. One letter a month, and you can stop whenever you like.",
        (
            ("Dry January, wet kettle", "Thirty-one infusions without regret"),
            ("Seven teas for a wet Tuesday", "Ranked by how long you can hold the cup"),
            ("Our year in limescale", "Two tonnes, and counting"),
        ),
    ),
    _Season(
        _REDESIGN,
        "Meet the all-new Pottlewick. Hotter. Faster. More kettle.",
        "We and our partners value your hot beverage experience. Accept cookies for the "
        "fullest flavour, or manage your preferences.",
        "Get steam-fresh stories, drops and perks straight to your inbox. Join 80,000 sippers!",
        (
            ("5 morning routines that boil differently", "Number three will surprise your mug"),
            ("Introducing Kettle Memories", "Relive your best boils of the year"),
            ("Is your household regular?", "Take the quiz, share the score"),
            ("From tap to wow", "The Pottlewick design language, explained"),
        ),
    ),
    _Season(
        date(2026, 5, 11),
        "We have read your letters. All of them. Thank you",
        "We use cookies to keep you signed in and to remember your basket. "
        "Counting visits is up to you.",
        "The monthly letter is back, and so is the person who wrote it.",
        (
            ("What we got wrong", "A longer letter than usual from the Kettle Desk"),
            ("Descaling without tears", "What vinegar can do and what it cannot"),
            ("The whistle, a short history", "From nuisance to national instrument"),
        ),
    ),
)

_MENU = (
    ("Kettles", "/kettles"),
    ("Teas", "/teas"),
    ("Journal", "/journal"),
    ("Repairs", "/repairs"),
)
_LANGUAGES = (("en", "English"), ("cy", "Cymraeg"), ("fr", "Français"), ("de", "Deutsch"))


def policy(page: Page, text: str, visit: Visit) -> str:
    """Return the HTML page that shows `text`, one of the texts of `page`, to one visitor."""
    today = visit.at.date()
    season = _season(today)
    return _fill(
        "after.html.j2" if today >= _REDESIGN else "before.html.j2",
        visit,
        title=text.partition("\n")[0].removeprefix("# "),
        name=page.name,
        content=html_of(text),
        contents=headings_of(text),
        minutes=max(1, len(text.split()) // 220),
        updated=page.updated,
        season=season,
        articles=_turned(season.articles, visit.number),
        menu=_MENU,
        languages=_LANGUAGES,
        views=f"{_VIEWS_BEFORE + _VIEWS_A_DAY * (today - BEGIN).days + visit.number:,}",
        boiling=f"{2_000 + int(visit.token('boiling', 4), 16) % 3_000:,}",
    )


def home(visit: Visit) -> str:
    """Return the shop's front page: enough of one to walk to the policies from."""
    return _plain(
        visit,
        "Pottlewick: the kettle that gets up first",
        "It knows when you come downstairs. It has never told anybody, mostly.",
        links=(("Our privacy policy", "/privacy"), ("Our cookie policy", "/cookies")),
    )


def descaling(visit: Visit) -> str:
    """Return the maintenance page, which the site serves with a 200 and a clear conscience."""
    return _plain(
        visit,
        "Descaling in progress",
        "Our website is having its limescale removed. This page will be back in a brew. "
        "Please try again in a little while.",
    )


def overloaded(visit: Visit) -> str:
    """Return the page of a server that has fallen over."""
    return _plain(
        visit,
        "503 Service Unavailable",
        "The server is temporarily unable to service your request. Please try again later.",
    )


def lost(visit: Visit) -> str:
    """Return the page for an address that is not there."""
    return _plain(visit, "Page not found", "There is no such shelf in this shop.")


def _plain(visit: Visit, title: str, words: str, links: Sequence[tuple[str, str]] = ()) -> str:
    return _fill("plain.html.j2", visit, title=title, words=words, links=links)


def _fill(template: str, visit: Visit, **values: object) -> str:
    environment = _environment()
    return environment.get_template(template).render(
        visit=visit,
        kettle=Markup(environment.get_template("kettle.svg").render()),  # noqa: S704 - our own file
        **values,
    )


def _season(today: date) -> _Season:
    return max((one for one in _SEASONS if one.since <= today), key=lambda one: one.since)


def _turned(articles: Sequence[tuple[str, str]], by: int) -> list[tuple[str, str]]:
    cut = by % len(articles)
    return [*articles[cut:], *articles[:cut]]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("clausewatch.demo", "theme"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = day
    return environment
