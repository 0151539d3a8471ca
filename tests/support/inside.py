"""The program run inside the test's own process: many calls of it cost no start each.

What starts, ends or kills a process is tested with `tests.support.program` instead.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from clausewatch.cli import cli
from tests.support.program import Result

__all__ = ["Inside"]


@dataclass(slots=True)
class Inside:
    """Runs `clausewatch` with a database and a mail folder under `home`."""

    home: Path
    environ: dict[str, str] = field(default_factory=dict)

    def run(self, *args: str, stdin: str = "", expect: int | None = 0) -> Result:
        """Run one command. Fails the test when the exit code is not `expect` (None: any)."""
        with _folder(self.home):
            done = CliRunner(env=self._environment()).invoke(
                cli, args, input=stdin, prog_name="clausewatch"
            )
        result = Result(done.exit_code, done.stdout, done.stderr)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        if expect is not None:
            assert result.code == expect, f"{args} exited {result.code}\n{result.out}{result.err}"
        return result

    def json(self, *args: str, expect: int | None = 0) -> Any:
        return json.loads(self.run(*args, "--json", expect=expect).out)

    def _environment(self) -> Mapping[str, str | None]:
        return {
            "HOME": str(self.home),
            "CLAUSEWATCH_DATABASE": str(self.home / "clausewatch.sqlite"),
            "CLAUSEWATCH_MAIL_FOLDER": str(self.home / "mails"),
            "CLAUSEWATCH_ALLOW_ADDRESSES": "127.0.0.0/8,::1",
            **self.environ,
        }


@contextmanager
def _folder(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
