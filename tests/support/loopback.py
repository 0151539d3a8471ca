"""What the servers of the tests share: a thread of their own, from the beginning of a block to its end."""

from __future__ import annotations

import threading
from socketserver import BaseServer
from types import TracebackType
from typing import Self

__all__ = ["Loopback"]

_LOOK_S = 0.02  # how long an end may wait; the default is half a second for each server
_LIMIT_S = 10.0


class Loopback:
    """A server that answers while the block lasts. Subclasses say how those that hang let go."""

    def __init__(self, server: BaseServer, name: str) -> None:
        self._served = server
        self._thread = threading.Thread(
            target=server.serve_forever, args=(_LOOK_S,), name=name, daemon=True
        )
        self._ended = False

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def end(self) -> None:
        """Answer nobody any more; a second time is no error."""
        if self._ended:
            return
        self._ended = True
        self._let_go()
        self._served.shutdown()
        self._thread.join(_LIMIT_S)
        self._hang_up()
        self._served.server_close()

    def _let_go(self) -> None:
        """Wake the answers that hang."""

    def _hang_up(self) -> None:
        """Cut what is still connected, now that nobody else can connect."""
