"""Several pages as one policy: one body that holds them all, one text in which each is marked.

The body is MIME (`multipart/mixed`, RFC 2046) with the length and the digest of
each page, so that it says by itself what was fetched and needs no other record
to be read again. In the text each page begins with a heading of its own:

    # Page 2: https://example.org/cookies

so that a text can be taken apart into its pages again. Fetching them is not
done here.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["PAGES_TYPE", "BundledPage", "bundle", "joined", "pages_in", "shared", "unbundle"]

PAGES_TYPE = "multipart/mixed"
_EOL = b"\r\n"
_LONGEST_HEAD = 10_000  # bytes of one page's headers; an address has at most 4,096
_MARK = re.compile(r"# Page \d{1,2}: (https?://\S{1,4096})")


@dataclass(frozen=True, slots=True)
class BundledPage:
    """One page as it came: its address as asked for, its type as the server said it, its bytes."""

    url: str
    content_type: str
    body: bytes


def bundle(pages: Sequence[BundledPage]) -> tuple[str, bytes]:
    """Return (content type, body) of one body that holds `pages` in order."""
    digests = [hashlib.sha256(page.body).digest() for page in pages]
    boundary = b"pages-" + hashlib.sha256(b"".join(digests)).hexdigest()[:32].encode()
    out = bytearray()
    for page, digest in zip(pages, digests, strict=True):
        head = (
            b"--" + boundary,
            b"Content-Location: " + page.url.encode("ascii", "replace"),
            b"Content-Type: " + _one_line(page.content_type),
            b"Content-Length: " + str(len(page.body)).encode(),
            b"Content-Digest: sha-256=:" + base64.b64encode(digest) + b":",  # RFC 9530
        )
        out += _EOL.join(head) + _EOL + _EOL + page.body + _EOL
    out += b"--" + boundary + b"--" + _EOL
    return f'{PAGES_TYPE}; boundary="{boundary.decode()}"', bytes(out)


def unbundle(body: bytes, content_type: str) -> list[BundledPage] | None:
    """Return the pages of a body that `bundle` made; None for any other body.

    A page whose digest does not fit its bytes makes the whole none of ours.
    """
    found = re.search(r'boundary="(pages-[0-9a-f]{32})"', content_type[:200])
    if not content_type.startswith(PAGES_TYPE) or found is None:
        return None
    opening = b"--" + found[1].encode() + _EOL
    closing = b"--" + found[1].encode() + b"--" + _EOL
    pages: list[BundledPage] = []
    at = 0
    while body.startswith(opening, at):
        end = body.find(_EOL + _EOL, at, at + _LONGEST_HEAD)
        if end < 0:
            return None
        head = _headers(body[at + len(opening) : end])
        start = end + 2 * len(_EOL)
        length = head.get("content-length", "")
        data = body[start : start + int(length)] if length.isdigit() else b""
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        if head.get("content-digest") != f"sha-256=:{digest}:":
            return None
        pages.append(
            BundledPage(head.get("content-location", ""), head.get("content-type", ""), data)
        )
        at = start + len(data) + len(_EOL)
    return pages if pages and body[at:] == closing else None


def joined(texts: Mapping[str, str]) -> str:
    """Return the canonical texts of pages, by address and in order, as one canonical text."""
    parts = [
        f"# Page {number}: {url}\n\n{_MARK.sub(_unmarked, text)}".rstrip()
        for number, (url, text) in enumerate(texts.items(), 1)
    ]
    return "\n\n".join(parts)


def pages_in(text: str, *, url: str = "") -> dict[str, str]:
    """Take a text apart into its pages, by address; a text without marks is all of `url`."""
    marks = [found for found in _MARK.finditer(text) if _is_line(text, found)]
    if not marks or marks[0].start() != 0:
        return {url: text}
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    return {
        mark[1]: text[mark.end() : end].strip("\n") for mark, end in zip(marks, ends, strict=True)
    }


def shared(old: str, new: str, *, url: str) -> tuple[str, str]:
    """Return two texts of a policy cut down to the pages that both have.

    Which pages a policy has is the watcher's choice: a page that was added or
    taken away is no change of the policy. `url` is where a text without marks
    is from. The first page is the first page wherever it moved to.
    """
    before, after = pages_in(old, url=url), pages_in(new, url=url)
    if list(before) == list(after):
        return old, new
    first_before, first_after = next(iter(before)), next(iter(after))
    if first_before not in after and first_after not in before:
        before = {first_after: before.pop(first_before), **before}
    both = [page for page in after if page in before]
    if not both:
        return old, new
    if len(both) == 1:
        return before[both[0]], after[both[0]]
    return joined({page: before[page] for page in both}), joined(
        {page: after[page] for page in both}
    )


def _one_line(text: str) -> bytes:
    return " ".join(text.split())[:200].encode("ascii", "replace")


def _headers(head: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in head.decode("ascii", "replace").split("\r\n"))
    return {name.lower(): value.strip() for name, _, value in lines}


def _is_line(text: str, found: re.Match[str]) -> bool:
    starts = found.start() == 0 or text[found.start() - 1] == "\n"
    return starts and (found.end() == len(text) or text[found.end()] == "\n")


def _unmarked(found: re.Match[str]) -> str:
    """Take the mark from a line of a page that looks like one of ours."""
    return found[0].removeprefix("# ")
