"""The demonstration's small Markdown to HTML: headings, paragraphs, lists, tables, three inlines.

Not a Markdown reader: it knows what the texts of the story use and nothing else.
"""

import re
from collections.abc import Callable
from itertools import count

from markupsafe import Markup, escape

__all__ = ["headings_of", "html_of"]

_INLINE = re.compile(
    r"\*\*(?P<strong>[^*]{1,200})\*\*|\*(?P<em>[^*]{1,200})\*"
    r"|\[(?P<text>[^\]]{1,200})\]\((?P<href>[^)\s]{1,200})\)"
)


def headings_of(text: str) -> list[str]:
    """Return the section headings of `text`, numbered as `html_of` numbers them."""
    found = [block[3:] for block in text.split("\n\n") if block.startswith("## ")]
    return [f"{number}. {heading}" for number, heading in enumerate(found, start=1)]


def html_of(text: str) -> Markup:
    """Return the HTML of `text` without its title; sections are numbered and have ids."""
    numbers = count(1)
    blocks = [block for block in text.strip().split("\n\n") if not block.startswith("# ")]
    return Markup("\n").join(_block(block, lambda: next(numbers)) for block in blocks)


def _block(block: str, number: Callable[[], int]) -> Markup:
    lines = block.split("\n")
    if block.startswith("## "):
        here = number()
        return Markup('<h2 id="section-{}">{}. {}</h2>').format(here, here, _inline(block[3:]))
    if block.startswith("- "):
        items = [Markup("<li>{}</li>").format(_inline(line[2:])) for line in lines]
        return Markup("<ul>\n{}\n</ul>").format(Markup("\n").join(items))
    if block.startswith("| "):
        head, _rule, *rows = lines
        return Markup("<table>\n<thead>{}</thead>\n<tbody>\n{}\n</tbody>\n</table>").format(
            _row(head, "th"), Markup("\n").join(_row(row, "td") for row in rows)
        )
    return Markup("<p>{}</p>").format(_inline(" ".join(lines)))


def _row(line: str, tag: str) -> Markup:
    cells = Markup().join(
        Markup("<{0}>{1}</{0}>").format(tag, _inline(part))
        for part in line.strip("| ").split(" | ")
    )
    return Markup("<tr>{}</tr>").format(cells)


def _inline(text: str) -> Markup:
    html, at = Markup(), 0
    for match in _INLINE.finditer(text):
        html += escape(text[at : match.start()])
        at = match.end()
        if match["strong"]:
            html += Markup("<strong>{}</strong>").format(match["strong"])
        elif match["em"]:
            html += Markup("<em>{}</em>").format(match["em"])
        else:
            html += Markup('<a href="{}">{}</a>').format(match["href"], match["text"])
    return html + escape(text[at:])
