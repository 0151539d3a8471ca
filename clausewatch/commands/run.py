"""`clausewatch run`: the daemon."""

import asyncio
import logging
import os
import signal
import time
from contextlib import AsyncExitStack
from functools import partial
from threading import Event, Thread
from typing import TYPE_CHECKING

import click

from clausewatch.config import Settings
from clausewatch.exits import EXIT_OK, EXIT_STUCK
from clausewatch.opening import settings_of

if TYPE_CHECKING:
    from clausewatch.living import Living

__all__ = ["run"]

_AT_MOST_S = 8.5  # from the signal to the end; ten seconds is what container engines wait


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

    # Until the loop takes the signals there is nothing to put in order, and a migration that
    # waits for a lock would not hear them.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    set_up_logging(verbose=verbose)
    settings = settings_of(ctx)
    held = holding(settings.database, what="clausewatch run", now=utc_now())
    with held, open_app(settings) as app:
        living = Living(app, pulse=Pulse(), reread=lambda: settings_of(ctx))
        Thread(target=_see_to_the_end, args=[living.over], daemon=True).start()
        asyncio.run(_live(living, settings))


def _see_to_the_end(over: Event) -> None:
    """End the process in time, whatever of it still waits (a lock, a disk): the rows go on."""
    over.wait()
    time.sleep(_AT_MOST_S)
    logging.getLogger(__name__).warning("not everything ended in time; the rows go on")
    os._exit(EXIT_OK)


async def _live(living: "Living", settings: Settings) -> None:
    from clausewatch.memory import set_apart_what_stays
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
        jobs = living.begin()
        set_apart_what_stays()
        await run_daemon(jobs, around)
