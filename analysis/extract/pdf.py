"""PDF -> lines. The bytes go to a child process; a bad file costs the child, not us.

One child serves one document after another (starting Python costs more than
reading a policy) and is replaced when it dies, hangs, or has served its turn.
This is the one place in `analysis` that is not pure, and it is still a
function of its bytes: a limit reached is a named problem.
"""

import atexit
import json
import os
import selectors
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from analysis.extract.pdf_layout import Line, Page, lay_out
from analysis.problems import Problem

__all__ = ["PdfReader", "extract_pdf", "is_pdf"]

_CHILD = Path(__file__).with_name("pdf_child.py")
_TIMEOUT_S = 20.0  # a policy takes 0.05; a file built to hang is stopped here
_LARGEST = 64 << 20  # bytes
_TURNS = 200  # documents a child serves before a fresh one takes over, whatever it leaked


class PdfReader:
    """Holds the child. Safe to share between threads: one document at a time."""

    def __init__(self, *, timeout_s: float = _TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._turns = 0

    def read(self, body: bytes) -> tuple[list[str], tuple[Problem, ...]]:
        """Return the lines of a PDF, and what stood in the way. Never raises on any bytes."""
        if len(body) > _LARGEST:
            return [], (Problem("pdf_too_large", f"{len(body)} bytes"),)
        with self._lock:
            answer = self._ask(body)
        if "error" in answer:
            return [], (Problem(answer.get("name", "pdf_unreadable"), answer["error"]),)
        pages = [
            Page(height, tuple(Line(*line) for line in lines)) for height, lines in answer["pages"]
        ]
        problems: tuple[Problem, ...] = ()
        if answer["count"] > len(pages):
            problems = (Problem("pdf_cut", f"{len(pages)} of {answer['count']} pages"),)
        lines = lay_out(pages)
        if not lines and pages:
            problems = (*problems, Problem("pdf_no_text", f"{len(pages)} pages of pictures"))
        return lines, problems

    def close(self) -> None:
        """Stop the child; the next `read` starts another."""
        child, self._child, self._turns = self._child, None, 0
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                pipe.close()

    def _ask(self, body: bytes) -> dict[str, Any]:  # the child's JSON
        if self._turns >= _TURNS or (self._child and self._child.poll() is not None):
            self.close()
        if self._child is None:
            self._child = _start()
        self._turns += 1
        try:
            answer: dict[str, Any] = json.loads(_exchange(self._child, body, self._timeout_s))
        except TimeoutError:
            self.close()
            return {"error": f"not read within {self._timeout_s:g} s", "name": "pdf_timeout"}
        except (OSError, EOFError, ValueError) as error:
            self.close()
            return {"error": f"the reader died: {error}", "name": "pdf_crash"}
        return answer


def is_pdf(body: bytes) -> bool:
    """Whether the body starts as a PDF does; viewers allow some bytes before the mark."""
    return b"%PDF-" in body[:1024]


def extract_pdf(body: bytes) -> tuple[list[str], tuple[Problem, ...]]:
    """Read a PDF with the process's own reader."""
    return _READER.read(body)


def _start() -> subprocess.Popen[bytes]:
    # -I: the child's folder holds an html.py, which must not stand before the library's
    return subprocess.Popen(  # noqa: S603 (our own file)
        [sys.executable, "-I", str(_CHILD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _exchange(child: subprocess.Popen[bytes], body: bytes, timeout_s: float) -> bytes:
    """Send a frame and read one, before the deadline, without ever blocking on either pipe."""
    if child.stdin is None or child.stdout is None:
        raise EOFError("no pipes")
    sink, source = child.stdin.fileno(), child.stdout.fileno()
    os.set_blocking(sink, False)
    deadline = time.monotonic() + timeout_s
    unsent = memoryview(struct.pack(">Q", len(body)) + body)
    got = bytearray()
    with selectors.DefaultSelector() as ready:
        ready.register(sink, selectors.EVENT_WRITE)
        ready.register(source, selectors.EVENT_READ)
        while len(got) < 8 or len(got) < 8 + struct.unpack(">Q", got[:8])[0]:
            events = ready.select(max(0.0, deadline - time.monotonic()))
            if not events:
                raise TimeoutError
            for key, _ in events:
                if key.fd == source:
                    chunk = os.read(source, 1 << 16)
                    if not chunk:
                        raise EOFError("no answer")
                    got += chunk
                elif unsent:
                    unsent = unsent[os.write(sink, unsent[: 1 << 16]) :]
                else:
                    ready.unregister(sink)
    return bytes(got[8:])


_READER = PdfReader()
atexit.register(_READER.close)
