"""Events to web addresses, signed as Standard Webhooks asks, so that receivers can use its libraries.

One request a try: the outbox is what tries again. Every try carries the same
`webhook-id`, by which a receiver knows a double.

Source: https://www.standardwebhooks.com
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from standardwebhooks import Webhook

from alerts.errors import Gone, SendError
from alerts.harmless import one_line
from alerts.rendered import Rendered
from alerts.senders.reach import Answer, Reach, retry_after_of

__all__ = ["WebhookSender", "WebhookTarget"]

_HINTS = {
    400: "it cannot read the event",
    401: "does it have the right secret?",
    403: "does it have the right secret?",
    404: "is the address right?",
    405: "does it take POST?",
}
_TOO_LARGE = 413
_GONE = 410
_REPLY = 200


@dataclass(frozen=True, slots=True)
class WebhookTarget:
    """Where events go. `secrets` are of the form "whsec_..."; while one is replaced there are two."""

    url: str = field(repr=False)  # some hold a token
    secrets: tuple[str, ...] = field(repr=False)
    reach: Reach = field(default_factory=Reach)


class WebhookSender:
    """Posts to the targets that the settings name."""

    def __init__(
        self, targets: Mapping[str, WebhookTarget], *, now: Callable[[], datetime], agent: str
    ) -> None:
        """`now` is the true time: receivers refuse a signature that is five minutes old."""
        self._targets = dict(targets)
        self._now = now
        self._agent = agent

    def __repr__(self) -> str:
        return f"WebhookSender({', '.join(sorted(self._targets))})"

    async def send(self, message: Rendered) -> str:
        """Post one event; return the answer. Raises Gone on 410, else SendError."""
        target = self._targets.get(message.recipient)
        if target is None:
            known = ", ".join(sorted(self._targets)) or "none"
            name = one_line(message.recipient, 100)
            raise SendError(
                f"no webhook is called {name!r} in the settings (there are: {known})",
                permanent=False,
            )
        from alerts.senders.http import post  # a tenth of the memory of who sends mails only

        answer = await post(target.url, message.body, self._headers(message, target), target.reach)
        return _outcome(answer, self._now())

    async def close(self) -> None:
        """Nothing stays open between events."""

    def _headers(self, message: Rendered, target: WebhookTarget) -> dict[str, str]:
        at, name = self._now(), message.id.strip("<>")
        body = message.body.decode("utf-8")
        signatures = [Webhook(secret).sign(name, at, body) for secret in target.secrets]
        return {
            "Content-Type": "application/json",
            "User-Agent": self._agent,
            "webhook-id": name,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        }


def _outcome(answer: Answer, now: datetime) -> str:
    """Say what an answer means: taken, never again, shorter, or later."""
    said = one_line(answer.body, _REPLY)
    words = f"{answer.status} {said}".strip()
    if 200 <= answer.status < 300:
        return words
    if answer.status == _GONE:
        raise Gone(f"{words}: the receiver is gone and wants no more")
    if 300 <= answer.status < 400:
        to = f" to {one_line(answer.location, _REPLY)}" if answer.location else ""
        words = f"{answer.status}: a redirect{to}; redirects are not followed, set the new address"
    elif hint := _HINTS.get(answer.status):
        words = f"{words} ({hint})"
    raise SendError(
        words,
        permanent=answer.status == _TOO_LARGE,
        retry_after=retry_after_of(answer.retry_after, now),
    )
