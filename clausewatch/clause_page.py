"""A clause map as one HTML page that stands alone: no script, no remote file."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, Template

from analysis.clausemap import Clause
from analysis.topics import TOPIC_TABLE, Topic
from clausewatch.fact_phrases import Phrase, phrases_of, tells
from clausewatch.printing import plain

__all__ = ["clause_page"]

_MOST_CUES = 12  # of one topic; the strongest come first, the rest is in --json

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{ title }}: clauses</title>
<style>
:root { color-scheme: light dark; --ink: #1b2330; --quiet: #566376; --line: #dde3ea; --chip: #e9eff7; --paper: #fff; --link: #1d4f91; --fact: #17613a; --not: #9b2415; --mark: #fff3c9; }
@media (prefers-color-scheme: dark) { :root { --ink: #e5e9ef; --quiet: #9aa6b6; --line: #2b3543; --chip: #202d40; --paper: #12171f; --link: #9cc3f5; --fact: #86d3a6; --not: #f5a294; --mark: #3d3714; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 74rem; padding: 2rem 1.25rem 5rem; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; line-height: 1.35; margin: 2.4rem 0 .6rem; overflow-wrap: anywhere; }
main > h2:first-child { margin-top: 0; }
h2 small { display: block; color: var(--quiet); font-size: .8rem; font-weight: 400; }
a { color: var(--link); text-decoration: none; } a:hover, a:focus-visible { text-decoration: underline; }
.quiet { color: var(--quiet); font-size: .875rem; margin: 0; }
nav { margin: 1.5rem 0; } nav h2 { font-size: 1rem; margin: 0 0 .5rem; } nav ul { list-style: none; margin: 0; padding: 0; }
nav li { border-top: 1px solid var(--line); padding: .45rem 0; } nav li:target { background: var(--mark); }
nav b { font-weight: 600; } nav .count { color: var(--quiet); font-size: .875rem; float: right; }
nav .where { display: flex; flex-wrap: wrap; gap: 0 .15rem; } nav .where a { min-width: 1.6rem; padding: .1rem .25rem; text-align: center; font-size: .875rem; font-variant-numeric: tabular-nums; }
.sides { margin-top: 1.5rem; }
article { border-top: 1px solid var(--line); padding: .9rem 0 1rem; } article:target { box-shadow: -4px 0 0 var(--link); }
.head { display: flex; flex-wrap: wrap; align-items: baseline; gap: .3rem .4rem; }
.number { color: var(--quiet); font-size: .875rem; font-variant-numeric: tabular-nums; min-width: 1.6rem; }
.chip { background: var(--chip); border-radius: 1rem; padding: .08rem .65rem; font-size: .8rem; font-weight: 600; }
.faint { background: none; border: 1px solid var(--line); font-weight: 400; }
.said { margin: .45rem 0; max-width: 42rem; overflow-wrap: anywhere; } .item { padding-left: 1.1rem; } .bullet { text-indent: -.9rem; } .bullet::before { content: "\\2022\\00a0\\00a0"; color: var(--quiet); }
.row { display: flex; flex-wrap: wrap; gap: .25rem 1rem; } .row span { border-left: 2px solid var(--line); padding-left: .5rem; }
mark { background: var(--mark); color: inherit; border-radius: .15rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .8rem; margin: .5rem 0; font-size: .9rem; } dt { color: var(--quiet); } dd { margin: 0; color: var(--fact); overflow-wrap: anywhere; min-width: 0; } .not { color: var(--not); font-weight: 600; }
details { font-size: .875rem; color: var(--quiet); } summary { cursor: pointer; padding: .2rem 0; } details p { margin: .2rem 0 .2rem 1rem; overflow-wrap: anywhere; }
@media (min-width: 62rem) { .sides { display: grid; grid-template-columns: 17rem minmax(0, 1fr); gap: 3rem; align-items: start; } nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; margin: 0; padding: 0 .5rem 1.5rem 0; } }
@media (max-width: 61.99rem) { .about { display: none; } nav .where a { min-width: 2.25rem; padding: .35rem .4rem; } }
@media print { nav { position: static; max-height: none; } details { display: none; } article { break-inside: avoid; } }
</style>
<header>
<h1>{{ title }}</h1>
<p class="quiet">{{ rows|length }} {{ "clause" if rows|length == 1 else "clauses" }}{% if unread %}, {{ unread }} of them in a language that is not read: no topics were looked for there{% endif %}. What is marked in a clause is what its facts rest on.</p>
</header>
<div class="sides">
<nav aria-label="Topics">
<h2>What it is about</h2>
{% if contents %}<ul>
{% for entry in contents %}
<li id="topic-{{ entry.topic.name }}"><span class="count">{{ entry.numbers|length }}</span><b>{{ entry.topic.title }}</b><div class="quiet about">{{ entry.topic.about }}</div>
<div class="where">{% for number in entry.numbers %}<a href="#clause-{{ number }}" aria-label="{{ entry.topic.title }}, clause {{ number }}">{{ number }}</a>{% endfor %}</div></li>
{% endfor %}
</ul>{% else %}<p class="quiet">Nothing that we know.</p>{% endif %}
</nav>
<main>
{% for row in rows %}
{% if row.heads %}<h2>{% if row.above %}<small>{{ row.above }}</small>{% endif %}{{ row.heading }}</h2>{% endif %}
<article id="clause-{{ row.number }}">
<div class="head"><a class="number" href="#clause-{{ row.number }}" aria-label="clause {{ row.number }}">{{ row.number }}</a>
{% for topic in row.topics %}<a class="chip{{ " faint" if topic.name == "other" }}" href="#topic-{{ topic.name }}">{{ topic.title }}</a>{% endfor %}
{% if not row.known %}<span class="quiet">language not read ({{ row.lang }})</span>{% elif not row.topics %}<span class="quiet">no topic</span>{% endif %}</div>
<div class="said {{ row.kind }}{{ " bullet" if row.bullet }}"{% if row.known %} lang="{{ row.lang }}"{% endif %}>{% for cell in row.cells %}{% if row.kind == "row" %}<span>{% endif %}{% for words, marked in cell %}{% if marked %}<mark>{{ words }}</mark>{% else %}{{ words }}{% endif %}{% endfor %}{% if row.kind == "row" %}</span>{% endif %}{% endfor %}</div>
{% if row.phrases %}<dl>{% for phrase in row.phrases %}<dt{% if phrase.denied %} class="not"{% endif %}>{{ phrase.label }}:</dt><dd{% if phrase.denied %} class="not"{% endif %}>{{ phrase.said }}</dd>{% endfor %}</dl>{% endif %}
{% if row.cues %}<details><summary>Why these topics</summary>{% for title, words in row.cues %}<p>{{ title }}: {% for word in words %}\u201c{{ word }}\u201d{{ ", " if not loop.last }}{% endfor %}</p>{% endfor %}</details>{% endif %}
</article>
{% endfor %}
</main>
</div>
</html>
"""

_TOPICS = {topic.name: topic for topic in TOPIC_TABLE}
_LETTERED = re.compile(r"[(\[]?[\w]{1,4}[.)\]]\s")
_Piece = tuple[str, bool]  # words, marked


@dataclass(frozen=True, slots=True)
class _Entry:
    """A topic of the contents, with the numbers of its clauses."""

    topic: Topic
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A clause as the page shows it: text only, safe to show."""

    number: int
    heads: bool  # the first clause below its heading
    heading: str
    above: str
    kind: str
    bullet: bool  # an item without a number or letter of its own
    lang: str
    known: bool
    topics: tuple[Topic, ...]
    cells: tuple[tuple[_Piece, ...], ...]
    phrases: tuple[Phrase, ...]
    cues: tuple[tuple[str, tuple[str, ...]], ...]


def clause_page(title: str, clauses: Sequence[Clause]) -> str:
    """Return the page. Everything from the policy is escaped text."""
    rows = list(_rows(clauses))
    return _template().render(
        title=plain(title),
        rows=rows,
        contents=_contents(rows),
        unread=sum(not row.known for row in rows),
    )


@cache
def _template() -> Template:
    return Environment(autoescape=True, trim_blocks=True).from_string(_PAGE)


def _rows(clauses: Sequence[Clause]) -> Iterator[_Row]:
    path: tuple[str, ...] = ()
    for number, clause in enumerate(clauses, 1):
        heads, path = clause.path != path, clause.path
        yield _Row(
            number,
            heads and bool(path),
            plain(path[-1]) if path else "",
            plain(" \u203a ".join(path[:-1])),
            clause.kind,
            clause.kind == "item" and not _LETTERED.match(clause.text),
            clause.tags.lang,
            clause.tags.known,
            tuple(_TOPICS[name] for name in clause.tags.topics),
            _cells(clause),
            phrases_of(clause.facts),
            _cues(clause),
        )


def _contents(rows: Sequence[_Row]) -> list[_Entry]:
    """Return the topics that come up, in the order of the vocabulary."""
    numbers: dict[str, list[int]] = {}
    for row in rows:
        for topic in row.topics:
            numbers.setdefault(topic.name, []).append(row.number)
    return [_Entry(t, tuple(numbers[t.name])) for t in TOPIC_TABLE if t.name in numbers]


def _cells(clause: Clause) -> tuple[tuple[_Piece, ...], ...]:
    """Return the text in pieces, marked where a fact stands; the cells of a table row apart."""
    text = clause.text
    marked = bytearray(len(text))
    for fact in clause.facts:
        if tells(fact):
            marked[fact.start : fact.end] = b"\1" * (min(fact.end, len(text)) - fact.start)
    cells: list[tuple[_Piece, ...]] = []
    start = 0
    for cell in text.split("|") if clause.kind == "row" else [text]:
        if pieces := tuple(_pieces(cell, marked[start : start + len(cell)])):
            cells.append(pieces)
        start += len(cell) + 1
    return tuple(cells)


def _pieces(text: str, marked: bytearray) -> Iterator[_Piece]:
    if not text.strip():
        return
    start = 0
    while start < len(text):
        other = marked.find(1 - marked[start], start)
        end = other if other >= 0 else len(text)
        yield plain(text[start:end]), bool(marked[start])
        start = end


def _cues(clause: Clause) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the words that spoke for each topic, the weightiest kinds first, each once."""
    words: dict[str, dict[str, None]] = {}
    for cue in clause.tags.cues:
        words.setdefault(_TOPICS[cue.topic].title, {}).setdefault(plain(cue.text))
    return tuple((title, tuple(said)[:_MOST_CUES]) for title, said in words.items())
