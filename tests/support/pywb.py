"""pywb, a web archive that is not ours, in an environment of its own; and the tool that checks WACZ.

    with Pywb(folder) as archive:
        archive.add(warc)
        archive.index_url, archive.capture_url

Its dependencies cannot live beside ours, so it is installed once from the package registry,
at a pinned version, into the user's cache folder. That is the only thing in the tests that
reaches beyond this machine; where it cannot, the test that wants it is skipped and says so.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from crawler.archive import Archive

__all__ = ["Pywb", "validate_wacz"]

_PINNED = ("pywb==2.10.0", "warcio==1.8.1", "wacz==0.6.0", "setuptools<81")
# Read before any test moves the home folder.
_CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "clausewatch-tests"
_UP_S = 60.0


class Pywb:
    """A running pywb with one collection, "policies", under `folder`."""

    def __init__(self, folder: Path) -> None:
        self._python = _environment()
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._manage("init", "policies")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/policies"
        self._process: subprocess.Popen[bytes] | None = None

    def add(self, warc: Path, *, index: Path | None = None) -> None:
        """Take in a WARC file; with `index`, that CDXJ file instead of one of pywb's making."""
        if index is None:
            self._manage("add", "policies", str(warc))
            return
        collection = self._folder / "collections" / "policies"
        shutil.copy(warc, collection / "archive" / warc.name)
        shutil.copy(index, collection / "indexes" / "index.cdxj")

    def __enter__(self) -> Self:
        code = "from pywb.apps.cli import wayback; wayback()"
        self._process = subprocess.Popen(
            [self._python, "-W", "ignore", "-c", code, "-b", "127.0.0.1", "-p", str(self.port)],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        ends = time.monotonic() + _UP_S
        while time.monotonic() < ends and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.1)  # a process of somebody else's tells nobody when it is up
        self._process.kill()
        raise AssertionError("pywb did not start")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None, "entered"
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)

    def as_archive(self) -> Archive:
        """Return what the crawler needs to know of it; the pace is loopback's."""
        return Archive(
            name="pywb",
            kind="pywb",
            index_url=f"{self.url}/cdx",
            capture_url=self.url,
            index_per_minute=60_000,
            captures_per_second=1_000,
        )

    def raw(self, stamp: str, url: str) -> bytes:
        """Return the bytes of a capture as it replays them."""
        with urllib.request.urlopen(f"{self.url}/{stamp}id_/{url}", timeout=30) as answer:  # noqa: S310 - ours
            data: bytes = answer.read()
            return data

    def stamps(self, url: str) -> list[str]:
        """Return the times of all captures of an address, by its own index."""
        asked = f"{self.url}/cdx?url={url}&output=text&fl=timestamp"
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - ours
            return str(answer.read().decode()).split()

    def _manage(self, *args: str) -> None:
        code = "from pywb.manager.manager import main_wrap_exc; main_wrap_exc()"
        subprocess.run(
            [self._python, "-W", "ignore", "-c", code, *args],
            cwd=self._folder,
            check=True,
            capture_output=True,
        )


def validate_wacz(file: Path) -> tuple[bool, str]:
    """Return whether the format's own tool finds `file` valid, and its words."""
    code = "import sys; from wacz.main import main; sys.exit(main())"
    done = subprocess.run(
        [_environment(), "-W", "ignore", "-c", code, "validate", "-f", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    return done.returncode == 0 and "valid" in said, said


def _environment() -> str:
    """Return the Python of the environment, made at the first call on this machine."""
    folder = _CACHE / f"pywb-{sys.version_info[0]}.{sys.version_info[1]}"
    ready = folder / "ready"
    with _alone(folder):
        if not ready.is_file() or ready.read_text() != " ".join(_PINNED):
            _install(folder)
            ready.write_text(" ".join(_PINNED))
    return str(folder / "bin" / "python")


def _install(folder: Path) -> None:
    shutil.rmtree(folder / "bin", ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    done = subprocess.run(
        [str(folder / "bin" / "python"), "-m", "pip", "install", "-q", *_PINNED],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"pywb cannot be installed here: {done.stderr.strip()[-200:]}")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time make the environment."""
    _CACHE.mkdir(parents=True, exist_ok=True)
    with (_CACHE / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
