"""The program as a person runs it: a process of its own, with settings of its own."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Program", "Result", "said", "stop"]

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The output as one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(slots=True)
class Program:
    """Runs `clausewatch` with a database and a mail folder under `home`."""

    home: Path
    environ: dict[str, str] = field(default_factory=dict)

    def run(self, *args: str, stdin: str = "", expect: int | None = 0) -> Result:
        """Run to the end. Fails the test when the exit code is not `expect` (None: any)."""
        done = subprocess.run(
            [sys.executable, "-W", "error", "-m", "clausewatch", *args],
            cwd=self.home,
            env=self._environment(),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )
        result = Result(done.returncode, done.stdout, done.stderr)
        if expect is not None:
            assert result.code == expect, f"{args} exited {result.code}\n{done.stdout}{done.stderr}"
        return result

    def start(self, *args: str) -> "subprocess.Popen[str]":
        """Start and leave running; the test ends it."""
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "clausewatch", *args],
            cwd=self.home,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _environment(self) -> Mapping[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return {
            **kept,
            "HOME": str(self.home),
            "PYTHONPATH": str(_ROOT),
            "CLAUSEWATCH_DATABASE": str(self.home / "clausewatch.sqlite"),
            "CLAUSEWATCH_MAIL_FOLDER": str(self.home / "mails"),
            "CLAUSEWATCH_CHECKPOINT_KEY": str(self.home / "checkpoint.key"),
            "CLAUSEWATCH_MAIL_GROUP_WAIT": "0s",
            "CLAUSEWATCH_ALLOW_ADDRESSES": "127.0.0.0/8,::1",
            **self.environ,
        }


def said(daemon: "subprocess.Popen[str]", message: str, *, bad: bool = False) -> dict[str, Any]:
    """Read the daemon's log up to a line that begins with `message`; no error before it, nor itself unless `bad`."""
    assert daemon.stderr is not None
    for line in daemon.stderr:
        entry = json.loads(line)
        assert isinstance(entry, dict)
        if entry["message"].startswith(message):
            assert bad or entry["level"] != "error", entry
            return entry
        assert entry["level"] != "error", entry
    raise AssertionError(f"the daemon ended without saying {message!r}")


def stop(process: "subprocess.Popen[str]", *, timeout_s: float = 60) -> tuple[int, str]:
    """Ask `process` to end and return its exit code and what it logged."""
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=timeout_s)
    return process.returncode, err
