"""JSON as it is kept: one spelling for one value, so that it can be hashed. Pure."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

__all__ = ["canonical", "compact"]


def compact(value: Any) -> str:
    """Return `value` as JSON without blanks, keys in their own order, letters unescaped."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def canonical(content: Mapping[str, Any]) -> bytes:
    """Return `content` as UTF-8 JSON with sorted keys; bytes in hex, instants in ISO 8601 UTC."""
    written = json.dumps(
        content,
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
        allow_nan=False,
        default=_plain,
    )
    return written.encode()


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    raise TypeError(f"{type(value).__name__} has no canonical JSON")
