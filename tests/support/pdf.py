"""PDF files written by hand, for the tests."""

from textwrap import wrap

__all__ = ["pdf", "pdf_of"]

_WIDTH = 80  # characters of a printed line


def pdf_of(text: str) -> bytes:
    """Write a text as a PDF of one page: a line that begins with # is larger, the rest is prose."""
    lines: list[tuple[int, int, str]] = []
    height = 780
    for line in text.splitlines():
        size = 18 if line.startswith("#") else 11
        for part in wrap(line.lstrip("# "), _WIDTH):
            lines.append((size, height, part))
            height -= size + 4
        height -= 8
    return pdf(lines)


def pdf(*pages: list[tuple[int, int, str]], bold: bool = False) -> bytes:
    """Write a PDF by hand: each page is a list of (size, height on the page, words)."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(count))
    face = "Helvetica-Bold" if bold else "Helvetica"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{face} >>",
    ]
    for n, lines in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * n} 0 R"
            " /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        words = "".join(f"BT /F1 {s} Tf 72 {y} Td ({w}) Tj ET\n" for s, y, w in lines)
        objects.append(f"<< /Length {len(words)} >>\nstream\n{words}\nendstream")
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    start = len(out)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
    return (
        out + f"{end}<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF".encode()
    )
