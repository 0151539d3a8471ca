"""What a policy's own row keeps of its last live fetch, but for its texts. Pure.

What the next request is made with, where the page was found, whether it took a browser.
"""

from typing import Any

from storage.basis import Footing
from storage.derive import NO_PAGE, moved_to, page_validators, validators
from storage.fetched import Fetched
from storage.understanding import Understood

__all__ = ["noted"]


def noted(footing: Footing, understood: Understood) -> dict[str, Any]:
    """Return what is to be written to the policy's row, by column; nothing of what stays."""
    fetched = understood.fetched
    if understood.outcome in ("failed", "held"):
        return _gone(footing, understood) | _denied(understood)
    values = _whereabouts(footing, fetched)
    if fetched.body is not None:
        values |= _validated(footing, fetched) | _browser(footing, fetched)
    return values


def _denied(understood: Understood) -> dict[str, Any]:
    """Drop validators that stand for nothing: the server says "not modified", and no text is kept."""
    if understood.cause != "not_modified":
        return {}
    return {"etag": None, "last_modified": None, "also_validators": {}}


def _gone(footing: Footing, understood: Understood) -> dict[str, Any]:
    if understood.cause in NO_PAGE and footing.gone_since is None:
        return {"gone_since": understood.fetched.observed_at}
    return {}


def _whereabouts(footing: Footing, fetched: Fetched) -> dict[str, Any]:
    values: dict[str, Any] = {} if footing.gone_since is None else {"gone_since": None}
    now_at = moved_to(fetched)
    if now_at != footing.moved_to:
        values |= {"moved_to": now_at, "moved_at": fetched.observed_at if now_at else None}
    return values


def _validated(footing: Footing, fetched: Fetched) -> dict[str, Any]:
    """Say whose validators the next request is made with, and when the page was last read whole."""
    etag, last_modified = validators(fetched)
    values: dict[str, Any] = {
        "etag": etag,
        "last_modified": last_modified,
        "validated_url": fetched.final_url,
    }
    if fetched.pages or footing.has_page_validators:
        values["also_validators"] = page_validators(fetched)
    if all(page.status != 304 for page in fetched.pages):
        values["read_at"] = fetched.observed_at
    return values


def _browser(footing: Footing, fetched: Fetched) -> dict[str, Any]:
    """Say whether a browser was needed, and when that was last made sure of."""
    if fetched.browser_needed:
        return {"browser_needed_at": fetched.observed_at}
    if fetched.plain_suffices and footing.browser_needed_at is not None:
        return {"browser_needed_at": None}
    return {}
