"""`clausewatch discover`: find the legal pages of a site; `look` is what `add --discover` uses too."""

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from clausewatch.exits import EXIT_FAILURES
from clausewatch.opening import settings_of
from clausewatch.printing import console, json_option, plain, print_json

if TYPE_CHECKING:
    from clausewatch.wiring import App
    from crawler.discovery import Discovery, Found

__all__ = ["discover", "look", "print_found"]


@click.command()
@click.argument("site")
@click.option(
    "-v", "--verbose", is_flag=True, help="Say too what was looked at and left out, and why."
)
@json_option
@click.pass_context
def discover(ctx: click.Context, site: str, verbose: bool, as_json: bool) -> None:
    """Find the privacy, cookie, terms and data-processing pages of SITE, the best first.

    Nothing is watched by it: `clausewatch add --discover SITE` does that.
    """
    from clausewatch.wiring import open_app

    with open_app(settings_of(ctx)) as app:
        made = look(app, site)
    if as_json:
        print_json(_json(made))
    else:
        print_found(made.found)
        if verbose:
            for url, why in made.dropped:
                click.echo(f"left out  {plain(url)}  {plain(why)}")
        _say_end(made)
    if not made.found:
        ctx.exit(EXIT_FAILURES)


def look(app: "App", site: str) -> "Discovery":
    """Look at a site, with a note on what is being asked on a terminal. Raises BadUrl."""
    from storage.urls import normalise_url

    address, _ = normalise_url(site if "://" in site else f"https://{site}")
    screen = console(stderr=True)
    status = screen.status("looking") if screen.is_terminal else None
    with status or nullcontext():
        return app.discover(
            address,
            on_fetched=lambda page: (
                status.update(f"looked at {plain(page.url)}") if status else None
            ),
        )


def print_found(found: "tuple[Found, ...] | list[Found]") -> None:
    """Print pages with what speaks for them."""
    for one in found:
        click.echo(f"{one.kind:<13}  {plain(one.url)}")
        about = ", ".join(
            part for part in (plain(one.title), one.lang, f"{one.words:,} words") if part
        )
        click.echo(f"{'':<13}  {about}")
        click.echo(f"{'':<13}  {one.score}/10: {plain('; '.join(one.reasons))}")


def _say_end(made: "Discovery") -> None:
    if made.problem:
        click.echo(f"{plain(made.site)} could not be looked at: {plain(made.problem)}", err=True)
    elif not made.found:
        click.echo(
            f"No legal page was found at {plain(made.site)} ({made.requests} looked at).", err=True
        )
    else:
        click.echo(
            f"{made.requests} addresses asked. Next: clausewatch add --discover {plain(made.site)}"
        )


def _json(made: "Discovery") -> dict[str, Any]:
    return {
        "site": made.site,
        "requests": made.requests,
        "problem": made.problem or None,
        "found": [
            {
                "kind": one.kind,
                "url": one.url,
                "title": one.title,
                "lang": one.lang,
                "words": one.words,
                "score": one.score,
                "reasons": list(one.reasons),
            }
            for one in made.found
        ],
        "left_out": [{"url": url, "reason": why} for url, why in made.dropped],
    }
