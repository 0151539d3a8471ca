"""The channels a message can go by, and what each is given to send. Pure.

The names themselves stand in `storage.subscriptions`, which checks what people
ask for; how a channel's messages are handed on is `alerts.senders`.
"""

from collections.abc import Callable, Mapping

from alerts.content import AlertContent, Summary
from alerts.message import Envelope, MailOptions, compose, compose_short, encoded
from alerts.rendered import Rendered

__all__ = ["RENDERERS", "render"]

Renderer = Callable[[AlertContent, Envelope, MailOptions, bool, Summary | None], Rendered]


def render(
    channel: str,
    content: AlertContent,
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
    content: AlertContent,
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


RENDERERS: Mapping[str, Renderer] = {"email": _mail}
