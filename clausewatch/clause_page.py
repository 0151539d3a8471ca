"""A clause map as one HTML page that stands alone: no script, no remote file."""

from collections.abc import Sequence

from jinja2 import Environment

from analysis.clausemap import Clause, topics_of
from clausewatch.printing import plain

__all__ = ["clause_page"]

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{ title }}: clauses</title>
<style>
:root { color-scheme: light dark; --ink: #1c2430; --quiet: #5d6b7e; --line: #dfe4ea; --chip: #e8eef6; --paper: #fff; --fact: #17613a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --quiet: #97a3b4; --line: #2c3644; --chip: #233145; --paper: #12171f; --fact: #7fd0a0; } }
body { margin: 0 auto; max-width: 52rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.05rem; margin: 2.2rem 0 .4rem; }
.quiet { color: var(--quiet); font-size: .875rem; } article { border-top: 1px solid var(--line); padding: .8rem 0; } article p { margin: .35rem 0; overflow-wrap: anywhere; }
.chip { display: inline-block; background: var(--chip); border-radius: 1rem; padding: .05rem .6rem; margin: 0 .3rem .2rem 0; font-size: .8rem; font-weight: 600; }
.fact { color: var(--fact); font-size: .9rem; }
</style>
<h1>{{ title }}</h1>
<p class="quiet">{{ clauses|length }} clauses about {{ topics|join(", ") or "nothing we know" }}</p>
{% for clause in clauses %}
{% if loop.first or clause.path != loop.previtem.path %}<h2>{{ clause.path|join(" › ") }}</h2>{% endif %}
<article>
{% for topic in clause.tags.topics %}<span class="chip">{{ topic }}</span>{% else %}<span class="quiet">no topic</span>{% endfor %}
<p>{{ clause.text|plain }}</p>
{% if clause.facts %}<p class="fact">{% for fact in clause.facts %}{{ fact.slot|replace("_", " ") }}: {{ fact.value|plain }}{% if fact.polarity %} ({{ fact.polarity|replace("_", " ") }}){% endif %}{{ "; " if not loop.last }}{% endfor %}</p>{% endif %}
{% if clause.tags.cues %}<p class="quiet">because of {% for cue in clause.tags.cues[:8] %}“{{ cue.text|plain }}”{{ ", " if not loop.last }}{% endfor %}</p>{% endif %}
</article>
{% endfor %}
</html>
"""


def clause_page(title: str, clauses: Sequence[Clause]) -> str:
    """Return the page. Everything from the policy is escaped text."""
    environment = Environment(autoescape=True)
    environment.filters["plain"] = plain
    template = environment.from_string(_PAGE)
    return template.render(title=plain(title), clauses=clauses, topics=topics_of(clauses))
