"""A comparison as one HTML page that stands alone: no script, no remote file.

Drawn from the same stored comparison as the terminal's redline and the mails.
"""

from collections.abc import Sequence

from jinja2 import Environment

from alerts.freezing import points_of
from analysis.compare import Comparison
from analysis.diff import Edit
from clausewatch.printing import plain
from clausewatch.redline import edits_not_told, whole

__all__ = ["redline_page"]

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{ title }}</title>
<style>
:root { color-scheme: light dark; --ink: #1c2430; --quiet: #5d6b7e; --line: #dfe4ea; --paper: #fff; --gone: #fbe3e4; --gone-ink: #8c1c23; --new: #dcf3e3; --new-ink: #14532d; --high: #b42318; --medium: #a15c00; --low: #4a5568; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --quiet: #97a3b4; --line: #2c3644; --paper: #12171f; --gone: #43191d; --gone-ink: #ffb4b4; --new: #12351f; --new-ink: #a6e9bd; --high: #ff8a80; --medium: #ffc266; --low: #b7c0cc; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 50rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .4rem; } h2 { font-size: 1.05rem; margin: 2.4rem 0 .6rem; }
.quiet { color: var(--quiet); font-size: .875rem; margin: .2rem 0; }
article { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.15rem; margin: 1rem 0; }
article h3 { font-size: 1rem; margin: 0; } .high { color: var(--high); } .medium { color: var(--medium); } .low { color: var(--low); }
.words { overflow-wrap: anywhere; margin: .6rem 0; }
del { background: var(--gone); color: var(--gone-ink); text-decoration: line-through; border-radius: .2rem; padding: 0 .15rem; }
ins { background: var(--new); color: var(--new-ink); text-decoration: none; border-radius: .2rem; padding: 0 .15rem; }
ul { margin: .4rem 0 0; padding-left: 1.1rem; } .edit { border-top: 1px solid var(--line); padding: .5rem 0; }
</style>
{% macro words(pairs) %}<p class="words">{% for op, text in pairs %}{% if op == "gone" %}<del>{{ text|plain }}</del>{% elif op == "new" %}<ins>{{ text|plain }}</ins>{% else %}{{ text|plain }}{% endif %}{% endfor %}</p>{% endmacro %}
<h1>{{ title }}</h1>
<p class="quiet">{{ comparison.kind }}{% if comparison.material %}, {{ comparison.severity }} severity, {{ comparison.direction }} for the reader{% endif %}: {{ comparison.headline|plain }}</p>
{% for point in points %}
<article>
<h3><span class="{{ point.severity }}">{{ point.severity }}</span> {{ point.topics|join(", ")|replace("_", " ") }} {{ point.kind }}, {{ point.direction }} for the reader</h3>
{% if point.heading %}<p class="quiet">under {{ point.heading|plain }}</p>{% endif %}
{{ words(point.pieces or whole(point.before, point.after)) }}
{% if point.reasons %}<ul class="quiet">{% for reason in point.reasons %}<li>{{ reason|plain }}</li>{% endfor %}</ul>{% endif %}
</article>
{% endfor %}
{% if others %}
<h2>{{ "Also changed, not counted" if comparison.findings else "All edits" }} ({{ others|length }})</h2>
{% for edit in others %}<div class="edit"><p class="quiet">{{ edit.kind }}{% if edit.heading %} under {{ edit.heading|plain }}{% endif %}</p>{% if edit.kind == "moved" %}<p class="words quiet">{{ (edit.after or edit.before)|plain }}</p>{% else %}{{ words(edit.words or whole(edit.before, edit.after)) }}{% endif %}</div>
{% endfor %}{% endif %}
</html>
"""


def redline_page(title: str, comparison: Comparison) -> str:
    """Return the page. Everything from the policies is escaped text."""
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["plain"] = plain
    others: Sequence[Edit] = edits_not_told(comparison)
    return environment.from_string(_PAGE).render(
        title=plain(title),
        comparison=comparison,
        points=points_of(comparison.findings),
        others=others,
        whole=whole,
    )
