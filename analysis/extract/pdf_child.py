"""The process that opens PDFs: a hostile file can crash, hang or bloat it, and nothing else.

It is started with this file's path (never imported by the program), speaks
length-prefixed frames on stdin and stdout, and ends when stdin does. A request
is one PDF; an answer is JSON: {"pages": [[height, [line...]]...], "count": n}
or {"error": text}. A line is [text, size, bold, left, top, right, bottom], in
points from the page's lower left corner.
"""

import json
import resource
import struct
import sys
from collections.abc import Iterator
from ctypes import byref, c_int, create_string_buffer
from typing import Any, BinaryIO

import pypdfium2
import pypdfium2.raw as pdfium

MEMORY = 1 << 30  # bytes of address space; real policies need a tenth
PAGES = 400
CHARACTERS = 4_000_000
BOLD = 600  # weight from which a face is bold
LONGEST_HEADING = 100  # characters; `pdf_layout` marks bold lines of fewer
# What pdfium writes its answers into, made once: they are asked for at both ends of each line.
_EDGES = pdfium.FS_RECTF()
_BOX = byref(_EDGES)
_NAME = create_string_buffer(64)
_NO_FLAGS = byref(c_int())


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while body := read_frame(source):
        try:
            answer: dict[str, Any] = read_pdf(body)  # JSON: values of several types
        except (pypdfium2.PdfiumError, MemoryError, ValueError, OSError) as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        data = json.dumps(answer).encode()
        sink.write(struct.pack(">Q", len(data)) + data)
        sink.flush()


def read_frame(source: BinaryIO) -> bytes:
    head = source.read(8)
    return source.read(struct.unpack(">Q", head)[0]) if len(head) == 8 else b""


def read_pdf(body: bytes) -> dict[str, Any]:
    document = pypdfium2.PdfDocument(body)
    try:
        pages: list[list[Any]] = []
        left = CHARACTERS
        for number in range(min(len(document), PAGES)):
            page = document[number]
            text = page.get_textpage()
            lines = list(read_lines(text))
            pages.append([page.get_height(), lines])
            text.close()
            page.close()
            left -= sum(len(line[0]) for line in lines)
            if left < 0:
                break
        return {"pages": pages, "count": len(document)}
    finally:
        document.close()


def read_lines(page: Any) -> Iterator[list[Any]]:
    """Yield the lines of a page in reading order. `page` is a PdfTextPage, which has no types."""
    start = 0
    for text in page.get_text_range().splitlines(keepends=True):
        words = text.strip()
        if words:
            first = start + text.index(words[0])
            last = first + len(words) - 1
            yield [words, *look(page, first, last)]
        start += len(text)


def look(page: Any, first: int, last: int) -> tuple[float, bool, float, float, float, float]:
    """Return size, boldness, left, top, right, bottom, from a line's first and last character."""
    text = page.raw
    first, last = (pdfium.FPDFText_GetCharIndexFromTextIndex(text, at) for at in (first, last))
    size = round(pdfium.FPDFText_GetFontSize(text, first), 1)
    left, top, _, bottom = box(text, first)
    _, top_last, right, bottom_last = box(text, last)
    # A line too long for a heading is body text in whatever face, and faces are dear to ask for.
    bold = last - first < LONGEST_HEADING and is_bold(text, first) and is_bold(text, last)
    return size, bold, left, max(top, top_last), right, min(bottom, bottom_last)


def is_bold(text: Any, at: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(text, at) >= BOLD:
        return True
    pdfium.FPDFText_GetFontInfo(text, at, _NAME, len(_NAME), _NO_FLAGS)
    return b"bold" in _NAME.value.lower()


def box(text: Any, at: int) -> tuple[float, float, float, float]:
    pdfium.FPDFText_GetLooseCharBox(text, at, _BOX)
    edges = _EDGES
    return (
        round(edges.left, 1),
        round(edges.top, 1),
        round(edges.right, 1),
        round(edges.bottom, 1),
    )


if __name__ == "__main__":
    main()
