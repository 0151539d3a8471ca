"""A digest's mail as plain text: all that the HTML says, readable in a terminal."""

from collections.abc import Iterable

from alerts.digest_view import DigestView, Entry
from alerts.plain import RULE, closing, item, joined, labelled, titled, wrapped
from alerts.text_part import named_runs, quotes

__all__ = ["digest_text", "short_digest_text"]


def digest_text(view: DigestView) -> str:
    """Return the whole digest as text, lines of at most 72 columns but for addresses and commands."""
    return joined([*_top(view), *_cards(view), wrapped(view.shortened), *_bottom(view)])


def short_digest_text(view: DigestView) -> str:
    """Return what is sent when a server refused the whole digest: its contents, and no quotes."""
    note = wrapped(view.phrases.say("digest.refused"))
    return joined([note, *_top(view), *_bottom(view)])


def _top(view: DigestView) -> Iterable[str]:
    yield titled(view.kicker, view.headline)
    yield wrapped(view.note)
    yield wrapped(view.coverage)
    if view.contents:
        lines = [view.phrases.say("digest.contents")]
        for service, entries in view.contents:
            lines += ["", f"   {service}"]
            lines += [_contents_line(entry) for entry in entries]
        if view.contents_more:
            lines += ["", f"   {view.contents_more}"]
        yield "\n".join(lines)


def _contents_line(entry: Entry) -> str:
    first = f"   {entry.number:>3}. "
    line = wrapped(f"{entry.document}: {entry.headline}", first=first, rest=" " * len(first))
    return f"{line}\n{wrapped(entry.effect, first=' ' * len(first), rest=' ' * len(first))}"


def _cards(view: DigestView) -> Iterable[str]:
    for entry in view.cards:
        lines = [
            RULE,
            wrapped(f"{entry.number}. {entry.service}: {entry.document}"),
            wrapped(entry.headline, first="   ", rest="   "),
            wrapped(entry.effect, first="   ", rest="   "),
            wrapped(entry.when, first="   ", rest="   "),
        ]
        for place, point in enumerate(entry.points):
            if entry.is_new_heading(place):
                lines += ["", wrapped(point.heading, first="   ", rest="   ")]
            sides = entry.side(point, True), entry.side(point, False)
            lines += quotes(point, sides, view.phrases)
            lines += named_runs(point, view.phrases)
            if point.reasons:
                lines += ["", *(item(reason, "   ") for reason in point.reasons[:2])]
        if entry.more:
            lines += ["", f"   {entry.more}"]
        lines += ["", labelled(entry.links, view.phrases, "   ")]
        yield "\n".join(lines)


def _bottom(view: DigestView) -> Iterable[str]:
    if view.needs:
        lines = [RULE, view.phrases.say("digest.needs_title")]
        lines += [item(f"{policy}: {why}", "   ") for policy, why in view.needs]
        if view.needs_more:
            lines.append(item(view.needs_more, "   "))
        yield "\n".join(lines)
    yield closing(view.foot, view.phrases)
