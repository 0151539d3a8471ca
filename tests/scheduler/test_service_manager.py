"""What systemd hears, on a real datagram socket."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from scheduler.service_manager import ServiceManager, service_manager_of


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(5)
        yield heard


def test_the_manager_hears_each_turn_of_our_life(manager: socket.socket) -> None:
    told = service_manager_of({"NOTIFY_SOCKET": manager.getsockname()})

    told.ready()
    told.alive("watching 5 policies")
    told.reloading()
    told.stopping()

    words = [manager.recv(1000).decode() for _ in range(4)]
    assert words[0] == "READY=1"
    assert words[1] == "WATCHDOG=1\nSTATUS=watching 5 policies"
    assert words[2].startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert words[3] == "STOPPING=1"


def test_a_name_in_the_abstract_space_is_reached() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        try:
            heard.bind("\0clausewatch-test")
        except OSError:
            pytest.skip("this system has no abstract socket names")
        heard.settimeout(5)
        service_manager_of({"NOTIFY_SOCKET": "@clausewatch-test"}).ready()
        assert heard.recv(100) == b"READY=1"


def test_without_a_manager_nothing_is_said_and_nothing_fails(tmp_path: Path) -> None:
    assert service_manager_of({}) == ServiceManager()
    assert service_manager_of({"NOTIFY_SOCKET": "relative"}) == ServiceManager()
    ServiceManager().ready()
    ServiceManager(str(tmp_path / "gone")).alive("nobody listens")


@pytest.mark.parametrize(
    ("environ", "watchdog"),
    [
        ({"WATCHDOG_USEC": "30000000"}, timedelta(seconds=30)),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"}, timedelta(seconds=30)),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_read_where_it_is_meant_for_us(
    environ: dict[str, str], watchdog: timedelta | None
) -> None:
    assert service_manager_of({"NOTIFY_SOCKET": "/run/x", **environ}, pid=7).watchdog == watchdog
