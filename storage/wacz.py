"""A WARC file, its index and its pages in one ZIP, as WACZ 1.1.1 has it; and the WARCs of one.

    archive/*.warc.gz    the captures       pages/pages.jsonl   each text's first capture
    indexes/index.cdxj   where they lie     datapackage.json    sizes and hashes of all
    datapackage-digest.json                                     the hash of that

https://specs.webrecorder.net/wacz/1.1.1/
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from storage.errors import BadValue

__all__ = ["Page", "is_wacz", "warcs_in", "write_wacz"]

_VERSION = "1.1.1"
_MIDNIGHT = (1980, 1, 1, 0, 0, 0)  # the first that ZIP knows: the same content, the same bytes


@dataclass(frozen=True, slots=True)
class Page:
    """A capture worth opening: where a reader begins."""

    url: str
    at: datetime
    title: str


def write_wacz(
    file: Path, *, warc: Path, index: str, pages: Sequence[Page], title: str, software: str
) -> None:
    """Pack `warc` with its index. The WARC is stored, not packed twice, so that readers can seek."""
    resources: list[dict[str, Any]] = []
    with zipfile.ZipFile(file, "w") as out:
        _store(out, resources, f"archive/{warc.name}", warc)
        _put(out, resources, "indexes/index.cdxj", index.encode())
        _put(out, resources, "pages/pages.jsonl", _pages(pages).encode())
        package = {
            "profile": "data-package",
            "wacz_version": _VERSION,
            "title": title,
            "software": software,
            "created": _iso(
                max((page.at for page in pages), default=datetime(1980, 1, 1, tzinfo=UTC))
            ),
            "resources": resources,
        }
        data = json.dumps(package, indent=2, ensure_ascii=False).encode()
        _put(out, [], "datapackage.json", data)
        digest = {"path": "datapackage.json", "hash": _hash(data)}
        _put(out, [], "datapackage-digest.json", json.dumps(digest, indent=2).encode())


def is_wacz(file: Path) -> bool:
    return zipfile.is_zipfile(file)


def warcs_in(file: Path) -> Iterator[tuple[str, "BinaryIO"]]:
    """Yield the WARC files of a WACZ, one open at a time. Raises BadValue where there are none."""
    try:
        with zipfile.ZipFile(file) as package:
            names = [name for name in package.namelist() if name.startswith("archive/")]
            if not names:
                raise BadValue(f"{file} is a ZIP file without an archive/ in it, so no WACZ")
            for name in names:
                with _opened(package, name) as warc:
                    yield f"{file}:{name}", warc
    except zipfile.BadZipFile as error:
        raise BadValue(f"{file} is a damaged WACZ file: {error}") from error


@contextmanager
def _opened(package: zipfile.ZipFile, name: str) -> Iterator[Any]:  # a BinaryIO in all but name
    with package.open(name) as warc:
        yield warc


def _pages(pages: Sequence[Page]) -> str:
    head = {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
    lines = [head, *({"url": p.url, "ts": _iso(p.at), "title": p.title} for p in pages)]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _store(out: zipfile.ZipFile, resources: list[dict[str, Any]], path: str, file: Path) -> None:
    with file.open("rb") as data:
        digest = hashlib.file_digest(data, "sha256").hexdigest()
    info = zipfile.ZipInfo(path, _MIDNIGHT)
    info.compress_type = zipfile.ZIP_STORED
    with file.open("rb") as data, out.open(info, "w") as packed:
        while block := data.read(1 << 20):
            packed.write(block)
    resources.append(_resource(path, f"sha256:{digest}", file.stat().st_size))


def _put(out: zipfile.ZipFile, resources: list[dict[str, Any]], path: str, data: bytes) -> None:
    info = zipfile.ZipInfo(path, _MIDNIGHT)
    info.compress_type = zipfile.ZIP_DEFLATED
    out.writestr(info, data)
    resources.append(_resource(path, _hash(data), len(data)))


def _resource(path: str, digest: str, size: int) -> dict[str, Any]:
    return {"name": path.rpartition("/")[2], "path": path, "hash": digest, "bytes": size}


def _hash(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _iso(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
