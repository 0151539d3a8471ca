"""A notice's mail as plain text: all that the HTML says, readable in a terminal."""

from collections.abc import Iterable

from alerts.notice_view import NoticeView
from alerts.plain import RULE, barred, closing, joined, labelled, titled, wrapped

__all__ = ["notice_text"]


def notice_text(view: NoticeView) -> str:
    """Return the whole notice as text, lines of at most 72 columns but for addresses and commands."""
    return joined(_blocks(view))


def _blocks(view: NoticeView) -> Iterable[str]:
    say = view.phrases.say
    kicker = ": ".join(filter(None, (view.brand, view.state))) or "Clausewatch"
    yield titled(kicker, view.title)
    if view.facts:
        yield labelled(view.facts, view.phrases)
    yield f"{say('notice.happened')}\n{wrapped(view.happened)}"
    if view.advice:
        yield f"{say('notice.advice')}\n{wrapped(view.advice)}"
    if view.links:
        yield labelled(view.links, view.phrases)
    if view.commands:
        commands = "\n".join(f"   {command}" for command in view.commands)
        yield f"{say('notice.commands')}\n{commands}"
    if view.evidence:
        evidence = "\n".join(line for text in view.evidence for line in barred(text))
        yield f"{RULE}\n{say('notice.evidence')}\n{evidence}"
    yield closing(view.foot, view.phrases)
