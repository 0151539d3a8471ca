"""`clausewatch run`: the daemon."""

import asyncio
import logging
import threading
from collections import Counter
from dataclasses import asdict

import click

from clausewatch.opening import settings_of

__all__ = ["run"]

log = logging.getLogger(__name__)

# Policies a tick takes at once: enough to fill every slot of the crawler a few times over.
_SLICE = 64


@click.command()
@click.option("-v", "--verbose", is_flag=True, help="Log more.")
@click.pass_context
def run(ctx: click.Context, verbose: bool) -> None:
    """Keep watching: check what is due, send what waits, until SIGTERM or Ctrl-C.

    Logs go to standard error: for people on a terminal, as JSON lines otherwise.
    """
    from clausewatch.logs import set_up_logging
    from clausewatch.wiring import open_app
    from scheduler.daemon import DaemonJobs, run_daemon
    from scheduler.jobs import LEASE, worker_name
    from storage.claims import claim_due

    set_up_logging(verbose=verbose)
    with open_app(settings_of(ctx)) as app:

        def check_due(stop: threading.Event) -> int:
            with app.store.writing() as session:
                targets = claim_due(
                    session, now=app.clock(), limit=_SLICE, worker=worker_name(), lease=LEASE
                )
            if targets:
                outcomes = Counter(recorded.outcome for recorded in app.check(targets, stop=stop))
                log.info("checked", extra=dict(outcomes))
            return len(targets)

        async def send_due() -> None:
            report = await app.send_async()
            if report.sent or report.retried or report.dead:
                log.info("sent", extra=asdict(report))

        asyncio.run(run_daemon(DaemonJobs(check_due=check_due, send_due=send_due)))
