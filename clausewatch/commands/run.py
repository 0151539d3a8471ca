"""`clausewatch run`: the daemon."""

import asyncio
import os
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

import click

from clausewatch.config import Settings
from clausewatch.opening import settings_of

if TYPE_CHECKING:
    from clausewatch.living import Living

__all__ = ["run"]


@click.command()
@click.option("-v", "--verbose", is_flag=True, help="Log more.")
@click.pass_context
def run(ctx: click.Context, verbose: bool) -> None:
    """Keep watching: check what is due, send what waits, until SIGTERM or Ctrl-C.

    SIGHUP takes up changed settings and the watchlist, all or nothing. Logs go to
    standard error: for people on a terminal, as JSON lines otherwise.
    """
    from clausewatch.clock import utc_now
    from clausewatch.living import Living
    from clausewatch.logs import set_up_logging
    from clausewatch.wiring import open_app
    from scheduler.pulse import Pulse
    from storage.lock import holding

    set_up_logging(verbose=verbose)
    settings = settings_of(ctx)
    held = holding(settings.database, what="clausewatch run", now=utc_now())
    with held, open_app(settings) as app:
        living = Living(app, pulse=Pulse(), reread=lambda: settings_of(ctx))
        asyncio.run(_live(living, settings))


async def _live(living: "Living", settings: Settings) -> None:
    from clausewatch.exits import EXIT_STUCK
    from scheduler.daemon import Surroundings, run_daemon
    from scheduler.service_manager import service_manager_of

    around = Surroundings(
        pulse=living.pulse,
        over=living.over,
        manager=service_manager_of(os.environ),
        reload=living.reload,
        clock_moved=living.clock_moved,
        failed=living.metrics.failed,
        give_up=partial(os._exit, EXIT_STUCK),
    )
    async with AsyncExitStack() as stack:
        if settings.daemon.listen:
            from clausewatch.health import Health, serving  # a web server, imported where wanted

            host, _, port = settings.daemon.listen.rpartition(":")
            health = Health(living.pulse.ailments, living.unready, living.metrics.text)
            await stack.enter_async_context(serving(health, host=host.strip("[]"), port=int(port)))
        await run_daemon(living.begin(), around)
