"""The program tells Python when to look for cycles."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import atexit, gc
atexit.register(lambda: print(gc.get_threshold()))
from clausewatch.__main__ import main
main()
"""


def test_the_program_looks_for_cycles_less_often_than_python_would() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.endswith("(10000, 10, 10)\n")
