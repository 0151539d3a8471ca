import ctypes
import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clausewatch.memory import set_apart_what_stays

ROOT = Path(__file__).resolve().parents[2]
THREADS = """
import ctypes
from threading import Barrier, Thread
from clausewatch.memory import share_arenas
{first}
together = Barrier(9)
def work() -> None:
    kept = [bytes(5_000) for _ in range(50)]
    together.wait()
    together.wait()
for _ in range(8):
    Thread(target=work, daemon=True).start()
together.wait()
libc = ctypes.CDLL(None)
libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
libc.fflush(None)
together.wait()
"""


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_a_started_daemon_keeps_is_not_looked_through_again() -> None:
    before = len(gc.get_objects())
    set_apart_what_stays()
    assert gc.get_freeze_count() > 0.9 * before
    assert len(gc.get_objects()) < 0.1 * before


def test_threads_share_two_arenas() -> None:
    if not hasattr(ctypes.CDLL(None), "malloc_info"):
        pytest.skip("not the GNU C library")
    assert arenas("") > arenas("share_arenas()") == 2


def arenas(first: str) -> int:
    said = subprocess.run(
        [sys.executable, "-c", THREADS.format(first=first)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return said.stdout.count("<heap nr=")
