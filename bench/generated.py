"""Made-up policies with a made-up history: what their pages say at any instant, and what should be told.

Each policy has a seed, and from it a plan: edits that matter, edits that do
not, texts that come and go, and days on which its server misbehaves. The plan
is the truth that a run is judged by.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

__all__ = ["Generated", "Page", "generated"]

_COMPANIES = (
    "Amberlin", "Brightmoor", "Cassowell", "Dunmere", "Eldergate", "Fenwick & Row", "Gladely",
    "Harrowby", "Inkwell", "Juniper Lane", "Kestrelo", "Larkfield", "Mossway", "Northgill",
)  # fmt: skip
_THINGS = ("garden tools", "lamps", "tea", "maps", "bicycles", "paper", "boats", "violins")
_PARTNERS = ("carriers", "payment providers", "insurers", "our auditors", "hosting providers")
_TAKERS = ("advertisers", "data brokers", "social networks", "credit bureaus")
_KEPT = ("30 days", "90 days", "six months", "two years", "five years")
_FAULTS = ("503", "500", "404", "reset", "truncated", "wall", "empty", "429")


@dataclass(frozen=True, slots=True)
class _State:
    """What a policy says. The first three matter, the rest does not."""

    kept: str
    takers: tuple[str, ...]
    promise: bool
    date: datetime
    menu: int
    swapped: bool
    wide: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What the server answers: a status, the page, and how it misbehaves ("" = not at all)."""

    status: int
    html: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Generated:
    """One policy. `news` are the instants from which a text stands that readers must hear of."""

    number: int
    company: str
    states: tuple[tuple[datetime, _State], ...]
    faults: tuple[tuple[datetime, datetime, str], ...]
    news: tuple[datetime, ...]

    def at(self, instant: datetime) -> Page:
        state = next(state for since, state in reversed(self.states) if since <= instant)
        fault = next((f for start, end, f in self.faults if start <= instant < end), "")
        html = _render(self.company, self.number, state, instant)
        if fault.isdigit():
            return Page(int(fault), "<h1>Sorry</h1><p>Something went wrong.</p>")
        if fault == "wall":
            return Page(200, "<title>Just a moment...</title><h1>Checking your browser</h1>")
        return Page(200, "" if fault == "empty" else html, fault)


def generated(number: int, *, start: datetime, end: datetime) -> Generated:
    """Return the policy of that number over [start, end); the same for the same arguments."""
    chance = random.Random(number)  # noqa: S311  # seeded on purpose
    state = _State(chance.choice(_KEPT), (), True, start, 0, False, False)
    states, news = [(start, state)], []
    at = start + timedelta(days=chance.uniform(10, 40))
    while at < end - timedelta(days=60):
        if chance.random() < 0.3:
            state = _that_matters(state, chance, at)
            news.append(at)
            states.append((at, state))
        elif chance.random() < 0.25:
            # another text for an hour: a deployment that was taken back
            states.append((at, _that_matters(state, chance, at)))
            states.append((at + timedelta(hours=1), state))
        else:
            state = _that_does_not(state, chance, at)
            states.append((at, state))
        at += timedelta(days=chance.uniform(20, 80))
    faults = []
    at = start + timedelta(days=chance.uniform(20, 120))
    while at < end - timedelta(days=60):
        lasts = timedelta(days=chance.choice((0.1, 1, 3, 10)))
        faults.append((at, at + lasts, chance.choice(_FAULTS)))
        at += lasts + timedelta(days=chance.uniform(30, 150))
    company = f"{_COMPANIES[number % len(_COMPANIES)]} {number}"
    return Generated(number, company, tuple(states), tuple(faults), tuple(news))


def _that_matters(state: _State, chance: random.Random, at: datetime) -> _State:
    state = replace(state, date=at)
    kind = chance.choice(("kept", "takers", "promise"))
    if kind == "kept":
        return replace(state, kept=chance.choice([k for k in _KEPT if k != state.kept]))
    if kind == "takers":
        missing = [taker for taker in _TAKERS if taker not in state.takers]
        return replace(state, takers=(*state.takers, chance.choice(missing)) if missing else ())
    return replace(state, promise=not state.promise)


def _that_does_not(state: _State, chance: random.Random, at: datetime) -> _State:
    kind = chance.choice(("date", "menu", "swapped", "wide"))
    if kind == "date":
        return replace(state, date=at)
    if kind == "menu":
        return replace(state, menu=state.menu + 1)
    return replace(state, **{kind: not getattr(state, kind)})


def _render(company: str, number: int, state: _State, instant: datetime) -> str:
    things = _THINGS[number % len(_THINGS)]
    takers = _listed((*_PARTNERS[: 2 + number % 3], *state.takers))
    promise = f"<p>We do not sell your personal data, and {company} never will.</p>"
    sections = [
        f"<h2>What we collect</h2><p>When you order {things} from {company}, we collect your name, your address and how you pay.</p>",
        f"<h2>Who receives it</h2><p>We share your personal data with {takers}, as far as they need it.</p>{promise if state.promise else ''}",
        f"<h2>How long we keep it</h2><p>We keep your personal data for {state.kept} after your last order and delete it then.</p>",
        "<h2>Cookies</h2><p>We use one cookie, which remembers what lies in your basket until you leave.</p>",
        "<h2>Your rights</h2><p>You may ask us for a copy of your data, or to correct or delete it, by writing to us.</p>",
        f"<h2>Contact</h2><p>Write to privacy@{number}.example with any question about this policy.</p>",
    ]
    if state.swapped:
        sections[3], sections[4] = sections[4], sections[3]
    gap = "\n\n   " if state.wide else "\n"
    menu = " ".join(f"<a href='/m{n}'>Offer {n}</a>" for n in range(3 + state.menu % 5))
    return (
        f"<!doctype html><title>Privacy policy | {company}</title><nav>{menu}</nav>"
        f"<main><h1>Privacy policy</h1><p>Last updated: {state.date:%d %B %Y}</p>"
        f"{gap.join(sections)}</main><footer>{instant:%H:%M:%S} visit {hash((number, instant)) % 99991}</footer>"
    )


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
