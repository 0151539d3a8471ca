"""`clausewatch add`, `edit`, `remove`, `list`: which policies are watched."""

import sys
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from clausewatch.durations import duration_text, parse_duration
from clausewatch.opening import open_database, settings_of
from clausewatch.printing import ago, console, instant, json_option, plain, print_json

if TYPE_CHECKING:
    from storage.models import Policy

__all__ = ["Every", "add", "edit", "list_", "remove"]


class Every(click.ParamType[timedelta]):
    """A duration option."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        if isinstance(value, timedelta):
            return value
        try:
            every = parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if every < timedelta(minutes=1):
            self.fail(f"{value!r} is too often; a minute is the least", param, ctx)
        return every


def _watch_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        (
            click.option("--service", help="Whose policy it is; guessed from the address."),
            click.option("--kind", help="privacy, cookies, terms, dpa, ...; guessed."),
            click.option("--every", type=Every(), help='How often to check, such as "6h".'),
            click.option(
                "--at",
                metavar="TIMES",
                help='When to check instead: a crontab line and a zone, "0 9 * * mon-fri Europe/Berlin".',
            ),
            click.option(
                "--window",
                metavar="HOURS",
                help='Check only then: "mon-fri 08:00-18:00 Europe/Berlin".',
            ),
            click.option("--select", metavar="CSS", help="Read only what matches."),
            click.option("--remove", metavar="CSS", help="Leave out what matches."),
            click.option(
                "--also",
                multiple=True,
                metavar="URL",
                help="A further page of the same policy; repeatable, in order.",
            ),
            click.option(
                "--browser",
                type=click.Choice(["auto", "always", "never"]),
                help="Whether a browser draws the page; auto: when it must.",
            ),
            click.option("--tag", "tags", multiple=True, help="A word to group by; repeatable."),
            click.option(
                "--keep-bodies",
                type=click.Choice(["texts", "captures"]),
                help="Keep the raw page of each text, or of every capture.",
            ),
            click.option(
                "--robots",
                type=click.Choice(["obey", "ignore"]),
                help="What robots.txt asks; to ignore it is your decision, and on record.",
            ),
            click.option(
                "--tls",
                type=click.Choice(["verify", "record"]),
                help="Refuse a connection nobody vouches for, or record it, marked.",
            ),
            click.option(
                "--language", metavar="TAGS", help='Ask for this language, such as "de, en;q=0.5".'
            ),
        )
    ):
        command = option(command)
    return command


@click.command()
@click.argument("url", required=False)
@click.option("--name", help="What to call it; made from the address otherwise.")
@click.option(
    "--discover",
    "site",
    metavar="SITE",
    help="Look for the legal pages of a site and watch the best of each kind.",
)
@click.option("--yes", is_flag=True, help="With --discover: ask nothing.")
@_watch_options
@json_option
@click.pass_context
def add(
    ctx: click.Context, /, url: str | None, site: str | None, yes: bool, as_json: bool, **given: Any
) -> None:
    """Watch the policy at URL. It is due at once."""
    values = {key: value for key, value in given.items() if value is not None and value != ()}
    if (url is None) == (site is None):
        raise click.UsageError("give the address of a policy, or --discover SITE")
    if site is not None:
        _add_discovered(ctx, site, values, yes=yes, as_json=as_json)
        return
    from clausewatch.clock import utc_now
    from storage.policies import add_policy

    with open_database(ctx) as store, store.writing() as session:
        policy = add_policy(session, url=str(url), now=utc_now(), **values)
        shown = _policy_json(policy)
    if as_json:
        print_json(shown)
    else:
        click.echo(f"Watching {shown['policy']}: {shown['url']}")
        click.echo(f"Next: clausewatch check {shown['policy']}")


def _add_discovered(
    ctx: click.Context, site: str, values: dict[str, Any], *, yes: bool, as_json: bool
) -> None:
    """Watch the best page of each kind that a site has; on a terminal after asking."""
    for option in ("name", "kind", "also", "select", "remove"):
        if option in values:
            raise click.UsageError(f"--{option} is for one page; it does not go with --discover")
    from clausewatch.commands.discover import look, print_found
    from clausewatch.wiring import open_app
    from storage.errors import BadValue
    from storage.policies import add_policy

    with open_app(settings_of(ctx)) as app:
        made = look(app, site)
        best = made.best()
        if not best:
            why = made.problem or f"no legal page among the {made.requests} addresses asked"
            raise click.ClickException(f"{made.site}: {why}")
        if sys.stdin.isatty() and not (yes or as_json):
            print_found(best)
            click.confirm(
                f"Watch {'these' if len(best) > 1 else 'this'}?", default=True, abort=True
            )
        rows = []
        for one in best:
            try:
                with app.store.writing() as session:
                    policy = add_policy(
                        session, url=one.url, kind=one.kind, now=app.clock(), **values
                    )
                    rows.append(_policy_json(policy))
            except BadValue as error:  # watched already, most often
                click.echo(f"left out: {error}", err=True)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"Watching {row['policy']}: {row['url']}")
    if rows:
        click.echo("Next: clausewatch check")


@click.command()
@click.argument("name")
@click.option("--rename", "new_name", metavar="NAME", help="Call it something else.")
@click.option("--url", help="It moved: watch this address from now on.")
@click.option("--resume", is_flag=True, help="Watch it again after `remove`.")
@click.option("--one-page", is_flag=True, help="Watch its own address alone, no further pages.")
@_watch_options
@click.pass_context
def edit(
    ctx: click.Context,
    /,
    name: str,
    new_name: str | None,
    resume: bool,
    one_page: bool,
    **given: Any,
) -> None:
    """Change how a policy is watched; its history stays."""
    from clausewatch.clock import utc_now
    from storage.policies import edit_policy, revive_policy

    changes = {key: value for key, value in given.items() if value is not None and value != ()}
    if one_page:
        if "also" in changes:
            raise click.UsageError("say --also or --one-page, not both")
        changes["also"] = ()
    if not changes and not new_name and not resume:
        raise click.UsageError("say what to change, such as --every 6h")
    with open_database(ctx) as store, store.writing() as session:
        if resume:
            revive_policy(session, name, now=utc_now())
        renamed = {"name": new_name} if new_name else {}
        policy = edit_policy(session, name, **changes, **renamed)
        said = [*changes, *renamed, *(["watched again"] if resume else [])]
        click.echo(f"{policy.name}: {', '.join(said)}")


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.pass_context
def remove(ctx: click.Context, names: tuple[str, ...]) -> None:
    """Stop watching policies. Their history is kept and can still be asked."""
    from clausewatch.clock import utc_now
    from storage.policies import retire_policy

    with open_database(ctx) as store, store.writing() as session:
        for name in names:
            policy = retire_policy(session, name, now=utc_now())
            click.echo(f"{policy.name} is no longer watched; its history is kept")


@click.command(name="list")
@click.option("--retired", is_flag=True, help="Show those no longer watched as well.")
@json_option
@click.pass_context
def list_(ctx: click.Context, retired: bool, as_json: bool) -> None:
    """List the watched policies."""
    from clausewatch.clock import utc_now
    from storage.policies import list_policies

    with open_database(ctx) as store, store.reading() as session:
        rows = [_policy_json(row) for row in list_policies(session, include_retired=retired)]
        nexts = {row.name: row.next_check_at for row in list_policies(session)}
    if as_json:
        print_json(rows)
        return
    if not rows:
        click.echo("No policy is watched yet. Start with: clausewatch add URL")
        return
    from rich.table import Table

    usual = duration_text(settings_of(ctx).every)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("policy", "service", "kind", "every", "next", "url"):
        table.add_column(heading, overflow="fold")
    now = utc_now()
    for row in rows:
        due = nexts.get(row["policy"])
        when = "retired" if row["retired_at"] else "now" if not due or due <= now else ago(due, now)
        urls = "\n".join([row["url"], *(f"+ {url}" for url in row["also"])])
        table.add_row(
            row["policy"],
            row["service"],
            row["kind"],
            row["at"] or row["every"] or usual,
            when,
            urls,
        )
    console().print(table)


def _policy_json(policy: "Policy") -> dict[str, Any]:
    return {
        "policy": policy.name,
        "url": policy.url,
        "service": plain(policy.service),
        "kind": policy.kind,
        "every": duration_text(timedelta(seconds=policy.every_s)) if policy.every_s else None,
        "at": policy.at_times or None,
        "window": policy.window or None,
        "select": policy.select_css or None,
        "remove": policy.remove_css or None,
        "tags": list(policy.tags),
        "also": list(policy.also),
        "browser": policy.browser,
        "keep_bodies": policy.keep_bodies,
        "robots": policy.robots,
        "tls": policy.tls,
        "language": policy.language or None,
        "moved_to": policy.moved_to,
        "gone_since": instant(policy.gone_since),
        "next_check_at": instant(policy.next_check_at),
        "failures": policy.failures,
        "retired_at": instant(policy.retired_at),
    }
