"""What the daemon answers to machines that look after it: /healthz, /readyz, /metrics.

Plain HTTP on the daemon's own event loop, for loopback or a private network:
that it answers at all says that the loop turns. It shows numbers and no text of
anybody's, takes no input, and is off unless an address is set.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

__all__ = ["Health", "serving"]

log = logging.getLogger(__name__)

_METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Health:
    """What is asked. Each blocks for milliseconds and runs on a worker thread.

    `ailments` names what makes the process not worth keeping (a stuck job);
    `unready` what keeps it from its work just now (the database cannot be read).
    Both are empty when all is well.
    """

    ailments: Callable[[], list[str]]
    unready: Callable[[], list[str]]
    metrics: Callable[[], bytes]


@asynccontextmanager
async def serving(health: Health, *, host: str, port: int) -> AsyncIterator[int]:
    """Answer until the context ends; gives the port, which the system chose where `port` is 0.

    Raises OSError where the address cannot be had.
    """

    async def healthz(_: web.Request) -> web.Response:
        return await _verdict(health.ailments)

    async def readyz(_: web.Request) -> web.Response:
        return await _verdict(health.unready)

    async def metrics(_: web.Request) -> web.Response:
        body = await asyncio.to_thread(health.metrics)
        return web.Response(body=body, headers={"Content-Type": _METRICS_TYPE})

    app = web.Application(client_max_size=1024)
    app.add_routes(
        [web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", metrics)]
    )
    runner = web.AppRunner(app, handle_signals=False, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        yield _port_of(runner)
    finally:
        await runner.cleanup()


async def _verdict(ask: Callable[[], list[str]]) -> web.Response:
    try:
        wrong = await asyncio.to_thread(ask)
    except Exception as error:
        log.exception("the state of the daemon cannot be told")
        wrong = [f"cannot be told: {type(error).__name__}"]
    said = {"ok": not wrong, "wrong": wrong}
    return web.Response(
        text=json.dumps(said), status=503 if wrong else 200, content_type="application/json"
    )


def _port_of(runner: web.AppRunner) -> int:
    address = runner.addresses[0]
    port = address[1]
    assert isinstance(port, int)
    return port
