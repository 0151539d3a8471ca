"""What the service manager is told: ready, still alive, reloading, stopping.

Speaks sd_notify(3), a datagram to the socket that systemd names; without one
nothing is sent. This module decides nothing about the daemon's life.
"""

import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

__all__ = ["ServiceManager", "service_manager_of"]


@dataclass(frozen=True, slots=True)
class ServiceManager:
    """`address` is a path, or "@name" in Linux's abstract space; "" = nobody listens.

    `watchdog` is how long the manager waits for a sign of life; None: for ever.
    """

    address: str = ""
    watchdog: timedelta | None = None

    def ready(self) -> None:
        """The start, or a reload, is done."""
        self._say("READY=1")

    def alive(self, status: str) -> None:
        """A sign of life, with one line that `systemctl status` shows."""
        self._say(f"WATCHDOG=1\nSTATUS={status}")

    def reloading(self) -> None:
        # Type=notify-reload wants the monotonic time beside the word.
        self._say(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        self._say("STOPPING=1")

    def _say(self, words: str) -> None:
        if not self.address:
            return
        path = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
                out.setblocking(False)  # a manager that does not read must not hold us up
                out.sendto(words.encode(), path)
        except OSError:
            return  # a manager that is gone restarts us, or nobody needs to know


def service_manager_of(environ: Mapping[str, str], *, pid: int | None = None) -> ServiceManager:
    """Return who started us, from `NOTIFY_SOCKET` and `WATCHDOG_USEC`.

    The watchdog is meant for us only where `WATCHDOG_PID` names us or nobody.
    """
    address = environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in ("/", "@"):
        return ServiceManager()
    microseconds = environ.get("WATCHDOG_USEC", "")
    ours = environ.get("WATCHDOG_PID", "") in ("", str(os.getpid() if pid is None else pid))
    watched = ours and microseconds.isdecimal() and int(microseconds) > 0
    return ServiceManager(address, timedelta(microseconds=int(microseconds)) if watched else None)
