"""Streams of one JSON object a line, for research on many texts at once."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

__all__ = ["read_lines"]


def read_lines(file: Path | None) -> Iterator[dict[str, Any]]:
    """Yield the objects of `file`, or of standard input, in order.

    Raises click.UsageError naming the line that is no JSON object with an "id".
    """
    from_stdin = file is None or str(file) == "-"
    name = "standard input" if from_stdin else str(file)
    stream = sys.stdin.buffer if from_stdin or file is None else file.open("rb")
    try:
        for number, raw in enumerate(stream, 1):
            if not raw.strip():
                continue
            try:
                line = json.loads(raw)
            except (UnicodeDecodeError, json.JSONDecodeError) as error:
                raise click.UsageError(f"{name}, line {number}: no JSON: {error}") from None
            if not isinstance(line, dict) or "id" not in line:
                raise click.UsageError(f'{name}, line {number}: wants an object with an "id"')
            yield line
    finally:
        if not from_stdin:
            stream.close()
