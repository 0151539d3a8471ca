"""Where our web pages are, for mails and other messages that point to them. Pure.

"" everywhere while no public address is set: then a message names the command
that shows the same.
"""

from urllib.parse import quote

__all__ = ["comparison_page", "snapshot_page"]


def comparison_page(public_url: str, policy: str, before: int, after: int) -> str:
    """Return the page that compares two snapshots of a policy word by word."""
    return _page(public_url, f"policies/{_named(policy)}/changes/{before}-{after}")


def snapshot_page(public_url: str, policy: str, snapshot: int) -> str:
    """Return the page that shows one snapshot of a policy as it was stored."""
    return _page(public_url, f"policies/{_named(policy)}/snapshots/{snapshot}")


def _named(policy: str) -> str:
    return quote(policy, safe="", errors="replace")


def _page(public_url: str, path: str) -> str:
    base = public_url.rstrip("/")
    return f"{base}/{path}" if base else ""
