"""`clausewatch channels`: where messages other than mails go, a try of each, and secrets for them."""

import asyncio
import base64
import secrets
from typing import TYPE_CHECKING

import click

from clausewatch.exits import EXIT_FAILURES
from clausewatch.opening import settings_of
from clausewatch.printing import json_option, plain, print_json

if TYPE_CHECKING:
    from clausewatch.config import Settings

__all__ = ["channels"]

_SECRET_BYTES = 32  # Standard Webhooks asks for 24 to 64


@click.group()
def channels() -> None:
    """See where messages other than mails go, and try it."""


@channels.command(name="list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the channels of the settings, without what is secret in them."""
    named = settings_of(ctx).channels
    rows = [
        {"name": name, "kind": channel.kind, "host": channel.host}
        for name, channel in sorted(named.items())
    ]
    if as_json:
        print_json(rows)
    elif not rows:
        click.echo("No channel beside mail is set. How to set one: docs/channels.md")
    for row in [] if as_json else rows:
        click.echo(f"{row['name']}: {row['kind']} ({plain(row['host'])})")


@channels.command()
@click.argument("name")
@json_option
@click.pass_context
def test(ctx: click.Context, name: str, as_json: bool) -> None:
    """Send one message to the channel NAME and show the true answer. Exits with 4 when it failed."""
    from alerts.errors import SendError

    settings = settings_of(ctx)
    if name not in settings.channels:
        known = ", ".join(sorted(settings.channels)) or "none"
        raise click.UsageError(f"no channel is called {name!r} (there are: {known})")
    try:
        answer, ok = asyncio.run(_send(settings, name)), True
    except SendError as error:
        answer, ok = str(error), False
    if as_json:
        print_json({"channel": name, "ok": ok, "answer": plain(answer)})
    else:
        click.echo(f"{name}: {'taken' if ok else 'failed'}: {plain(answer)}")
    if not ok:
        ctx.exit(EXIT_FAILURES)


@channels.command()
def secret() -> None:
    """Print a new secret for a webhook, to be put into a file of its own."""
    click.echo("whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode())


async def _send(settings: "Settings", name: str) -> str:
    from alerts.channels import render
    from alerts.message import Envelope, MailOptions
    from clausewatch.clock import utc_now
    from clausewatch.hello import hello
    from clausewatch.outgoing import senders_of

    now = utc_now()
    kind = settings.channels[name].kind
    envelope = Envelope(name, f"<test.{secrets.token_hex(8)}@clausewatch>", now)
    message = render(kind, hello(now), envelope, MailOptions())
    sender = senders_of(settings)[kind]
    try:
        return await sender.send(message)
    finally:
        await sender.close()
