"""The channels a message can go by, and what each is given to send. Pure.

The names themselves stand in `storage.subscriptions`, which checks what people
ask for; how a channel's messages are handed on is `alerts.senders`.
"""

from collections.abc import Callable, Mapping

from alerts.chat import chat_of
from alerts.content import Summary
from alerts.event_body import event_body
from alerts.message import Content, Envelope, MailOptions, compose, compose_short, encoded
from alerts.rendered import Rendered

__all__ = ["RENDERERS", "render"]

Renderer = Callable[[Content, Envelope, MailOptions, bool, Summary | None], Rendered]


def render(
    channel: str,
    content: Content,
    envelope: Envelope,
    options: MailOptions,
    *,
    short: bool = False,
    summary: Summary | None = None,
) -> Rendered:
    """Put `content` into the final form that `channel` sends.

    `short`: what follows when the whole message was refused. The same arguments
    give the same bytes.
    """
    return RENDERERS[channel](content, envelope, options, short, summary)


def _mail(
    content: Content,
    envelope: Envelope,
    options: MailOptions,
    short: bool,
    summary: Summary | None,
) -> Rendered:
    if short:
        mail = compose_short(content, envelope, options)
    else:
        mail = compose(content, envelope, options, summary)
    return Rendered(
        id=envelope.message_id,
        recipient=str(mail["To"].addresses[0].addr_spec),
        at=envelope.date,
        title=str(mail["Subject"]),
        body=encoded(mail),
        sender=options.envelope_sender,
    )


def _event(
    content: Content,
    envelope: Envelope,
    options: MailOptions,
    short: bool,
    summary: Summary | None,
) -> Rendered:
    return Rendered(
        id=envelope.message_id,
        recipient=envelope.recipient,
        at=envelope.date,
        title=chat_of(content, envelope, options)[0],
        body=event_body(content, envelope, options, short=short, summary=summary),
    )


def _chat(
    content: Content,
    envelope: Envelope,
    options: MailOptions,
    short: bool,  # noqa: ARG001  a chat message is short anyway
    summary: Summary | None,  # noqa: ARG001  not checked by anybody, so not where many read it
) -> Rendered:
    title, text = chat_of(content, envelope, options)
    return Rendered(
        id=envelope.message_id,
        recipient=envelope.recipient,
        at=envelope.date,
        title=title,
        body=text.encode(),
    )


RENDERERS: Mapping[str, Renderer] = {"email": _mail, "webhook": _event, "apprise": _chat}
