"""`clausewatch subscribe` and `unsubscribe`: begin to hear of changes, and stop."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from clausewatch.config import mail_domain
from clausewatch.instants import Instant
from clausewatch.opening import open_database, settings_of
from clausewatch.printing import plain
from clausewatch.wishes import in_words

if TYPE_CHECKING:
    from storage.engine import Store

__all__ = ["subscribe", "unsubscribe"]

_SCOPES = ("policies", "services", "tags")


def _wish_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        (
            click.option("--policy", "policies", multiple=True, metavar="NAME",
                         help="Only this policy; repeatable."),
            click.option("--service", "services", multiple=True,
                         help="Only the policies of one service; repeatable."),
            click.option("--tag", "tags", multiple=True,
                         help="Only the policies with this tag; repeatable."),
            click.option("--topic", "topics", multiple=True, help="Only these topics; repeatable."),
            click.option("--min-severity", type=click.Choice(["low", "medium", "high"]),
                         default="low", show_default=True),
            click.option("--direction", type=click.Choice(["weaker", "stronger"]),
                         help="Only what makes the reader's position weaker, or stronger."),
            click.option("--cadence", type=click.Choice(["at-once", "hourly", "daily", "weekly"]),
                         help="How soon: at once (the default), or together in one mail."),
            click.option("--at", "at_time", metavar="HH:MM",
                         help="Local time of a daily or weekly digest; 08:00 if not given."),
            click.option("--weekday", metavar="DAY", help="Day of a weekly digest; monday if not given."),
            click.option("--timezone", metavar="ZONE", help="IANA name such as Europe/Berlin; UTC if not given."),
            click.option("--quiet", metavar="HH:MM-HH:MM",
                         help="Local hours without mail; what comes then is told at their end."),
            click.option("--language", type=click.Choice(["en", "de", "fr"]),
                         help="Language of the mail's own words."),
            click.option("--say-unchanged", is_flag=True,
                         help="Send the digest even when nothing changed."),
        )
    ):  # fmt: skip
        command = option(command)
    return command


@click.command()
@click.argument("email")
@_wish_options
@click.option(
    "--channel",
    type=click.Choice(["email", "webhook", "apprise"]),
    default="email",
    show_default=True,
    help="How it goes; then EMAIL is the name of a channel in the settings.",
)
@click.option("--operator", is_flag=True, help="Hear of what needs a person, not of changes.")
@click.option("--ask-first", is_flag=True, help="Send nothing but a question until they agree.")
@click.pass_context
def subscribe(
    ctx: click.Context,
    /,
    email: str,
    *,
    channel: str,
    operator: bool,
    ask_first: bool,
    **wishes: Any,
) -> None:
    """Send alerts to EMAIL: of every policy, or only what the options name.

    Of several --policy (or --service, or --tag) one must fit; of different
    options all must.
    """
    from clausewatch.clock import utc_now
    from storage.policies import find_policy
    from storage.subscriptions import subscribe as add_subscription

    if channel != "email":
        _check_channel(ctx, email, channel, ask_first=ask_first)
    scopes = {name: wishes.pop(name) or (None,) for name in _SCOPES}
    if operator and (any(scopes[name] != (None,) for name in _SCOPES) or wishes["topics"]):
        raise click.UsageError("--operator hears of every policy; leave out what narrows it")
    how = {name: value for name, value in wishes.items() if value not in (None, False)}
    with open_database(ctx) as store:
        with store.writing() as session:
            said = []
            for policy in scopes["policies"]:
                policy_id = find_policy(session, policy).id if policy else None
                for service in scopes["services"]:
                    for tag in scopes["tags"]:
                        row = add_subscription(
                            session,
                            email,
                            policy_id=policy_id,
                            service=service or "",
                            tag=tag or "",
                            channel=channel,
                            operator=operator,
                            awaits_consent=ask_first,
                            now=utc_now(),
                            **how,
                        )
                        said.append(in_words(row, policy))
        if ask_first:
            _ask(ctx, store, email)
    will = "is asked whether to hear of" if ask_first else "will hear of"
    for words in said:
        click.echo(f"{plain(email)} {will} {words}")


def _check_channel(ctx: click.Context, name: str, kind: str, *, ask_first: bool) -> None:
    """A subscription may outlive its channel, but it does not begin without one."""
    named = settings_of(ctx).channels
    if name not in named or named[name].kind != kind:
        known = ", ".join(sorted(each for each in named if named[each].kind == kind)) or "none"
        raise click.UsageError(
            f"no {kind} is called {plain(name)!r} in the settings (there are: {known}); "
            "see docs/channels.md"
        )
    if ask_first:
        raise click.UsageError("--ask-first asks a person by mail; a channel cannot agree")


def _ask(ctx: click.Context, store: "Store", email: str) -> None:
    from alerts.noticing import Reader, consent_question, write_notice
    from clausewatch.clock import utc_now
    from storage.installation import link_key
    from storage.policies import list_policies
    from storage.subscriptions import list_subscriptions

    key, now, domain = link_key(store), utc_now(), mail_domain(settings_of(ctx))
    with store.writing() as session:
        names = {row.id: row.name for row in list_policies(session)}
        rows = [row for row in list_subscriptions(session, recipient=email) if row.awaits_consent]
        if not rows:
            return  # they agreed to all of it before
        reader = Reader(rows[0].recipient, rows[0].channel, language=rows[0].language)
        content = consent_question(
            key,
            reader.recipient,
            [in_words(row, names.get(row.policy_id)) for row in rows],
            now=now,
            domain=domain,
        )
        write_notice(session, content, [reader], subject=reader.recipient, now=now, domain=domain)


@click.command()
@click.argument("email", required=False)
@click.option("--policy", metavar="NAME", help="Only the subscription to one policy.")
@click.option("--id", "subscription_id", type=int, help="Only the subscription of this number.")
@click.option("--token", help="Do what a mail's signed link says: unsubscribe, pause or confirm.")
@click.option(
    "--until", type=Instant(), help="With a token to pause: how long; a week if not given."
)
@click.pass_context
def unsubscribe(
    ctx: click.Context,
    email: str | None,
    policy: str | None,
    subscription_id: int | None,
    token: str | None,
    until: datetime | None,
) -> None:
    """End the subscriptions of EMAIL, or do what the token of a mail says.

    Whoever leaves by a token is not signed up again by a watchlist.
    """
    if token is not None:
        if email or policy or subscription_id:
            raise click.UsageError("a token says itself whom it is for")
        _follow(ctx, token, until)
        return
    if not email:
        raise click.UsageError("say whose subscriptions end: an EMAIL, or a --token")
    from clausewatch.clock import utc_now
    from storage.policies import find_policy
    from storage.subscriptions import unsubscribe as end_subscriptions

    with open_database(ctx) as store, store.writing() as session:
        ended = end_subscriptions(
            session,
            email,
            policy_id=find_policy(session, policy).id if policy else None,
            subscription_id=subscription_id,
            now=utc_now(),
        )
    if not ended:
        raise click.UsageError(f"{plain(email)} has no such subscription")
    click.echo(f"{_count(ended)} of {plain(email)} ended")


def _follow(ctx: click.Context, token: str, until: datetime | None) -> None:
    from alerts.errors import BadToken
    from alerts.following import follow
    from clausewatch.clock import utc_now
    from storage.installation import link_key

    with open_database(ctx) as store:
        try:
            done = follow(store, link_key(store), token, now=utc_now(), until=until)
        except BadToken as error:
            raise click.UsageError(str(error)) from None
    words = {
        "unsubscribe": f"{_count(done.count)} of {plain(done.recipient)} ended",
        "confirm": f"{_count(done.count)} of {plain(done.recipient)} confirmed",
        "pause": f"{plain(done.recipient)} hears of nothing until {done.until:%Y-%m-%d %H:%M} UTC; "
        "what comes meanwhile is told then",
    }
    click.echo(words[done.action])


def _count(number: int) -> str:
    return f"{number} subscription{'' if number == 1 else 's'}"
