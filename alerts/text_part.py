"""An alert's mail as plain text: all that the HTML says, readable in a terminal.

What changed inside a quote is said in words below it, never by marks inside it,
so no page can forge them.
"""

from collections.abc import Iterable, Sequence

from alerts.content import Point
from alerts.phrases import Phrases
from alerts.plain import RULE, barred, closing, item, joined, labelled, titled, wrapped
from alerts.quoting import Pieces, changed_words
from alerts.view import Reason, View

__all__ = ["named_runs", "quotes", "reason_lines", "short_text", "text_part"]

_RUNS = 6  # changed runs named under a quote; past that the quote speaks for itself
_RUN = 160  # characters of one
_BETWEEN = "- " * (len(RULE) // 2)


def text_part(view: View) -> str:
    """Return the whole mail as text, lines of at most 72 columns but for addresses and commands."""
    return joined(
        [
            titled(f"{view.service}: {view.document}", view.headline),
            wrapped(view.original),
            labelled(view.facts, view.phrases),
            *_why(view),
            *_summary(view),
            f"{RULE}\n{view.counted}",
            *_cards(view),
            *_asides(view),
            wrapped(view.shortened),
            _more(view),
            closing(view.foot, view.phrases),
        ]
    )


def short_text(view: View) -> str:
    """Return what is sent when a server refused the whole mail: no word of the page in it."""
    lead = view.phrases.say(
        "alert.refused", document=view.document, service=view.service, count=view.count
    )
    facts = labelled(view.facts, view.phrases)
    return joined([wrapped(lead), facts, _more(view), closing(view.foot, view.phrases)])


def reason_lines(reasons: Sequence[Reason]) -> list[str]:
    """Return reasons as a list, each with what it is about."""
    return [item(" · ".join(filter(None, (each.about, each.text)))) for each in reasons]


def quotes(point: Point, sides: tuple[Pieces, Pieces], phrases: Phrases) -> list[str]:
    """Return the sides of a passage that there are, each under its label."""
    both = bool(point.before and point.after)
    keys = ("before", "now") if both else ("removed_text", "new_text")
    lines = []
    for key, said, pieces in zip(keys, (point.before, point.after), sides, strict=True):
        if said:
            label = phrases.say(f"alert.{key}").upper()
            lines += ["", f"   {label}", *barred("".join(text for _, text in pieces))]
    return lines


def named_runs(point: Point, phrases: Phrases) -> list[str]:
    """Name the words that were taken out and put in, unless the quote is one whole change."""
    if not any(op == "same" for op, _ in point.pieces):
        return []
    rows = []
    for key, op in (("taken_out", "gone"), ("put_in", "new")):
        runs = changed_words(point.pieces, op)
        if runs:
            shown = [phrases.quoted(_one_run(run)) for run in runs[:_RUNS]]
            if more := len(runs) - len(shown):
                shown.append(phrases.say("edit.more", count=more))
            rows.append((phrases.say(f"alert.{key}"), "; ".join(shown)))
    return ["", labelled(rows, phrases, "   ")] if rows else []


def _why(view: View) -> Iterable[str]:
    if view.reasons:
        yield "\n".join([view.phrases.say("alert.why"), *reason_lines(view.reasons)])


def _summary(view: View) -> Iterable[str]:
    if view.summary:
        yield "\n".join([wrapped(view.written_by), *barred(view.summary)])


def _cards(view: View) -> Iterable[str]:
    number = 0
    for title, points in view.cards:
        for place, point in enumerate(points):
            number += 1
            between = "" if number == 1 or place else f"{_BETWEEN}\n\n"
            yield between + _card(number, title if not place else "", point, view)


def _card(number: int, title: str, point: Point, view: View) -> str:
    several = view.count > 1
    place = f"[{number}/{view.count}] " if several else ""
    about = view.about(point)
    effect = view.effect(point.severity, point.direction) if several else ""
    lines = [wrapped(place + (title or about or view.title(point)))]
    rest = (about if title else "", effect)
    lines += [wrapped(words, first="   ", rest="   ") for words in rest if words]
    lines += quotes(point, (view.side(point, True), view.side(point, False)), view.phrases)
    lines += named_runs(point, view.phrases)
    if point.reasons and several:
        lines += ["", *(item(reason, "   ") for reason in point.reasons)]
    return "\n".join(lines)


def _one_run(run: str) -> str:
    run = " ".join(run.split())
    return run if len(run) <= _RUN else run[:_RUN].rstrip() + " […]"


def _asides(view: View) -> Iterable[str]:
    if not view.asides:
        return
    lines = [RULE, view.phrases.say("alert.aside"), ""]
    for fold in view.asides:
        lines.append(f"   {fold.label} ({fold.count})")
        lines += [item(": ".join(filter(None, line)), "   ") for line in fold.lines]
        if fold.more:
            lines.append(f"   - {view.phrases.say('edit.more', count=fold.more)}")
    yield "\n".join(lines)


def _more(view: View) -> str:
    title = view.phrases.say("more.title")
    return f"{RULE}\n{title}\n{labelled(view.links, view.phrases, '   ')}"
