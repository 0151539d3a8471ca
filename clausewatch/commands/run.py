"""`clausewatch run`: the daemon."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import asdict

import click

from clausewatch.opening import settings_of

__all__ = ["run"]

log = logging.getLogger(__name__)


@click.command()
@click.option("-v", "--verbose", is_flag=True, help="Log more.")
@click.pass_context
def run(ctx: click.Context, verbose: bool) -> None:
    """Keep watching: check what is due, send what waits, until SIGTERM or Ctrl-C.

    Logs go to standard error: for people on a terminal, as JSON lines otherwise.
    """
    from clausewatch.clock import utc_now
    from clausewatch.logs import set_up_logging
    from clausewatch.wiring import open_app
    from scheduler.daemon import DaemonJobs, run_daemon
    from scheduler.feeding import release_the_dead
    from storage.lock import holding

    set_up_logging(verbose=verbose)
    settings = settings_of(ctx)
    held = holding(settings.database, what="clausewatch run", now=utc_now())
    with held, open_app(settings) as app:
        release_the_dead(app.store, app.clock)
        feeder = app.feeder()

        def wake(more: Callable[[], None]) -> None:
            feeder.on_room = more

        async def send_due() -> None:
            report = await app.send_async()
            if report.sent or report.retried or report.dead:
                log.info("sent", extra=asdict(report))

        jobs = DaemonJobs(
            feed=feeder.feed,
            stop_feeding=feeder.stop,
            on_room=wake,
            send_due=send_due,
            look_back=app.look_back,
        )
        asyncio.run(run_daemon(jobs))
