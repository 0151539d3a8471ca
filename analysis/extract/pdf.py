"""PDF -> lines. Bytes go to a child process; a bad file costs the child, not us."""

__all__ = ["is_pdf"]


def is_pdf(body: bytes) -> bool:
    """Whether the body starts as a PDF does; viewers allow some bytes before the mark."""
    return b"%PDF-" in body[:1024]
