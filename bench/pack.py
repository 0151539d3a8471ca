"""A replay pack: captures and reference texts in compressed frames, with an index beside them."""

import io
import json
import sqlite3
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import zstandard

__all__ = ["Pack"]

_OPEN_FRAMES = 4  # each holds many captures of one document, laid end to end
_WINDOW, _LARGEST = 1 << 27, 1 << 28  # bytes


class Pack:
    """`folder` holds `pack.sqlite`, `extraction.jsonl` and `index.jsonl.zst`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._database = sqlite3.connect(f"file:{folder / 'pack.sqlite'}?mode=ro", uri=True)
        self._frames: OrderedDict[int, bytes] = OrderedDict()

    def blob(self, key: str) -> bytes:
        frame, start, length = self._database.execute(
            "select frame, off, len from blobs where key=?", (key,)
        ).fetchone()
        return self._frame(frame)[start : start + length]

    def cases(self) -> Iterator[dict[str, Any]]:
        """Yield the pages that have a reference text."""
        yield from map(
            json.loads, (self.folder / "extraction.jsonl").read_text("utf-8").splitlines()
        )

    def captures(self) -> Iterator[dict[str, Any]]:
        """Yield the captures, by document and time."""
        with (self.folder / "index.jsonl.zst").open("rb") as packed:
            unpack = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
            yield from map(json.loads, io.TextIOWrapper(unpack.stream_reader(packed), "utf-8"))

    def _frame(self, number: int) -> bytes:
        if number in self._frames:
            self._frames.move_to_end(number)
        else:
            (packed,) = self._database.execute(
                "select z from frames where id=?", (number,)
            ).fetchone()
            unpack = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
            self._frames[number] = unpack.decompress(packed, max_output_size=_LARGEST)
            if len(self._frames) > _OPEN_FRAMES:
                self._frames.popitem(last=False)
        return self._frames[number]
