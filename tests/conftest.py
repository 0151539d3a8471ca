"""What holds for every test: loopback only, no settings of the person who runs them, slow ones last."""

import ipaddress
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# A shared build machine is slow now and then; a law that takes long is not a law that fails.
settings.register_profile("clausewatch", deadline=None, print_blob=True)
settings.load_profile("clausewatch")


def _refuse_the_network(event: str, args: tuple[Any, ...]) -> None:
    """Let a test connect to this machine alone, whatever library it goes through."""
    if event != "socket.connect":
        return
    address = args[1]
    if not isinstance(address, tuple):
        return  # a Unix socket is a file
    host = str(address[0]).partition("%")[0]
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host in {"", "localhost"}
    if not local:
        raise RuntimeError(f"a test tried to connect to {host}: tests speak to this machine only")


sys.addaudithook(_refuse_the_network)


@pytest.fixture(autouse=True)
def _nobodys_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep the settings, data folder and colours of whoever runs the tests out of them."""
    for name in [*os.environ]:
        if name.startswith("CLAUSEWATCH_") or name in {"NO_COLOR", "FORCE_COLOR", "COLUMNS"}:
            monkeypatch.delenv(name)
    home = _empty_home(tmp_path_factory)
    for name, folder in {
        "HOME": "",
        "XDG_CONFIG_HOME": ".config",
        "XDG_DATA_HOME": ".local/share",
        "XDG_CACHE_HOME": ".cache",
        "XDG_STATE_HOME": ".local/state",
    }.items():
        monkeypatch.setenv(name, str(home / folder))


def _empty_home(factory: pytest.TempPathFactory) -> Path:
    home = factory.getbasetemp() / "home"
    home.mkdir(exist_ok=True)
    return home


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the slow tests last, so that a plain mistake shows in seconds."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)
