"""The story: what Pottlewick does to its two pages, day by day, and what ought to be noticed.

Pottlewick makes a kettle that knows when you get up. It begins as a careful
company, takes on a growth department, and thinks better of it. Everything here
is invented. The texts the story starts from are in `texts/`; this module says
how they change and how the site behaves; `verdict` compares what was noticed
with what is planted here. Pure: the only reading is of our own package.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files

from clausewatch.demo.edits import Edit, Move, MoveSection, Replace, apply

__all__ = [
    "BEGIN",
    "MONTHS",
    "PAGES",
    "PLANTS",
    "SUBSCRIBERS",
    "Page",
    "Plant",
    "Subscriber",
    "end_of",
    "lasting",
    "page_on",
    "plants_until",
]

BEGIN = date(2025, 10, 6)  # a Monday; the new year falls inside, so that the footer changes
MONTHS = 8  # the length of the whole story
PAGES = ("privacy", "cookies")


@dataclass(frozen=True, slots=True)
class Plant:
    """One thing that happens, and what a good watcher makes of it.

    `kind`: "material" is to be told, with one of `topics` and, where the story is
    one-sided, `direction`; "cosmetic" is to be left alone, because `why`; "outage"
    and "maintenance" last `days` and must never become a version; "variant" is a
    text that every other visitor sees for `days`, and must alert nobody.
    """

    day: date
    pages: tuple[str, ...]
    kind: str
    told: str  # what happens, in a line
    why: str = ""  # cosmetic: what sort of nothing it is
    topics: frozenset[str] = frozenset()  # each must be among those of the alert
    direction: str = ""
    edits: tuple[Edit, ...] = ()
    days: int = 1
    dated: bool = True  # the "last updated" line follows

    @property
    def until(self) -> date:
        """The first day after it."""
        return self.day + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who asked to hear, and of what. Nothing named means everything."""

    address: str
    topics: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What one page says on one day. `variant` is the text of every other visitor, or ""."""

    name: str
    text: str
    updated: date
    variant: str = ""


SUBSCRIBERS = (
    Subscriber("counsel@example.org"),
    Subscriber("ad-desk@example.org", topics=("sharing", "sale", "cookies")),
    Subscriber("records@example.org", topics=("retention",)),
)

_BOTH = PAGES
_PRIVACY = ("privacy",)
_COOKIES = ("cookies",)

PLANTS = (
    Plant(
        date(2025, 10, 20),
        _BOTH,
        "cosmetic",
        "The shop is dressed for autumn: other articles, another banner, a newsletter box",
        why="furniture",
        dated=False,
    ),
    Plant(
        date(2025, 11, 3),
        _PRIVACY,
        "cosmetic",
        'A yearly review finds nothing to change, and the "last updated" date moves',
        why="date only",
    ),
    Plant(
        date(2025, 11, 17),
        _COOKIES,
        "cosmetic",
        "Somebody finds two spelling mistakes",
        why="typo",
        edits=(Replace("seperate", "separate"), Replace("wich opens", "which opens")),
        dated=False,
    ),
    Plant(
        date(2025, 12, 1),
        _PRIVACY,
        "material",
        "A growth department is founded. It would like to remember more",
        topics=frozenset({"retention"}),
        direction="weaker",
        edits=(
            Replace(
                "We keep your brewing log for 90 days, then delete it.",
                "We keep your brewing log for three years, so that your kettle can grow "
                "with you, then delete it.",
            ),
        ),
    ),
    Plant(
        date(2025, 12, 15),
        _PRIVACY,
        "cosmetic",
        "The sentence on complaints moves up a paragraph",
        why="moved paragraph",
        edits=(Move("If our answer is no use", behind="You can see, correct"),),
        dated=False,
    ),
    Plant(
        date(2026, 1, 1),
        _BOTH,
        "cosmetic",
        "A new year in the footer, and the January sale everywhere else",
        why="furniture",
        dated=False,
    ),
    Plant(
        date(2026, 1, 12),
        _BOTH,
        "outage",
        "The server falls over",
        days=2,
        dated=False,
    ),
    Plant(
        date(2026, 1, 14),
        _BOTH,
        "maintenance",
        'It gets up again, and says "descaling in progress" with a cheerful 200',
        dated=False,
    ),
    Plant(
        date(2026, 1, 26),
        _COOKIES,
        "material",
        "The growth department meets an advertising network",
        topics=frozenset({"cookies"}),
        direction="weaker",
        edits=(
            Replace("There are four. None of them knows your name.", "There are six."),
            Replace(
                "| pw_count | Pottlewick | Counts visits, so that we know which pages to dust "
                "| 30 days |",
                "| pw_count | Pottlewick | Counts visits, so that we know which pages to dust "
                "| 30 days |\n"
                "| bp_uid | Brightpane Media | Recognises you on other websites and shows you "
                "advertisements there | 13 months |\n"
                "| bp_sync | Brightpane Media | Matches your visit with what other companies "
                "know of you | 90 days |",
            ),
            Replace("## The ones we do not set", "## The ones our partners set"),
            Replace(
                "We do not use advertising cookies, pixels or any other kind of tracking that "
                "follows you to other websites.",
                "We use advertising cookies, pixels and other kinds of tracking by our partner "
                "Brightpane Media that follow you to other websites, so that the right teapot can "
                "find you.",
            ),
        ),
    ),
    Plant(
        date(2026, 2, 9),
        _PRIVACY,
        "variant",
        "For two days every other visitor is shown a bolder text, as an experiment",
        edits=(
            Replace(
                "We use water readings to tell you when to descale.",
                "We use water readings to tell you when to descale, and your brewing log to "
                "choose which advertisements to show you in the app.",
            ),
        ),
        days=2,
        dated=False,
    ),
    Plant(
        date(2026, 2, 23),
        _BOTH,
        "cosmetic",
        "The whole site is redesigned: new markup, new menu, new everything but the words",
        why="furniture",
        dated=False,
    ),
    Plant(
        date(2026, 3, 16),
        _PRIVACY,
        "material",
        "The growth department meets some insurers",
        topics=frozenset({"sharing", "sale"}),
        direction="weaker",
        edits=(
            Replace(
                "We never sell your personal data. We do not share your brewing log with "
                "advertisers, insurers or anybody else.",
                "We share your brewing log with Brightpane Media and with selected home "
                "insurers, who value a regular household.",
            ),
        ),
    ),
    Plant(
        date(2026, 4, 6),
        _PRIVACY,
        "cosmetic",
        "The section on children moves up, and everything behind it gets a new number",
        why="renumbered",
        edits=(MoveSection("Children", before="How we look after it"),),
    ),
    Plant(
        date(2026, 4, 20),
        _COOKIES,
        "cosmetic",
        "The list of cookies is put into another order",
        why="moved rows",
        edits=(
            Move("| pw_session", behind="| pw_basket", apart="\n"),
            Move("| pw_answer", behind="| pw_count", apart="\n"),
        ),
        dated=False,
    ),
    Plant(
        date(2026, 5, 11),
        _PRIVACY,
        "material",
        "The newspapers find out. The growth department is wound up",
        topics=frozenset({"retention", "sharing"}),
        direction="stronger",
        edits=(
            Replace(
                "We keep your brewing log for three years, so that your kettle can grow with "
                "you, then delete it.",
                "We keep your brewing log for 30 days, then delete it.",
            ),
            Replace(
                "We share your brewing log with Brightpane Media and with selected home "
                "insurers, who value a regular household.",
                "We never sell your personal data. We do not share your brewing log with "
                "advertisers, insurers or anybody else, and we are sorry that we did.",
            ),
        ),
    ),
    Plant(
        date(2026, 5, 25),
        _PRIVACY,
        "cosmetic",
        "The punctuation is taken in hand",
        why="punctuation",
        edits=(
            Replace("are suggestive.", "are suggestive!"),
            Replace("and generally by second post", "and, generally, by second post"),
        ),
        dated=False,
    ),
)


def end_of(months: int) -> datetime:
    """Return the instant at which a story of `months` months is over."""
    month = BEGIN.month - 1 + months
    day = BEGIN.replace(year=BEGIN.year + month // 12, month=month % 12 + 1)
    return datetime.combine(day, time(), UTC)


def plants_until(end: datetime) -> tuple[Plant, ...]:
    """Return what can have been noticed, and confirmed, before `end`."""
    return tuple(plant for plant in PLANTS if plant.until < end.date())


def lasting(day: date, kind: str) -> bool:
    """Say whether a state of `kind` (outage, maintenance, variant) is on that day."""
    return any(plant.kind == kind and plant.day <= day < plant.until for plant in PLANTS)


def page_on(name: str, day: date) -> Page:
    """Return what the page `name` says on `day`. Raises StoryError where an edit does not fit."""
    page = next(page for since, page in reversed(_editions(name)) if since <= day)
    for plant in PLANTS:
        if plant.kind == "variant" and name in plant.pages and plant.day <= day < plant.until:
            return replace(page, variant=apply(page.text, plant.edits))
    return page


@cache
def _editions(name: str) -> tuple[tuple[date, Page], ...]:
    text = (files(__package__) / "texts" / f"{name}.md").read_text(encoding="utf-8")
    page = Page(name, text, BEGIN)
    editions = [(date.min, page)]
    for plant in PLANTS:
        if name not in plant.pages or plant.kind not in {"material", "cosmetic"}:
            continue
        page = Page(
            name,
            apply(page.text, plant.edits),
            plant.day if plant.dated else page.updated,
        )
        editions.append((plant.day, page))
    return tuple(editions)
