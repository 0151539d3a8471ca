"""One body of a policy's pages: those that came, and those that had not changed since.

Each page is asked for with its own validators, so that some may answer "not
modified": their bytes are then those of the capture that the current text is from.
"""

from dataclasses import replace

from sqlmodel import Session

from analysis.pages import BundledPage, bundle, unbundle
from storage.blobs import get_body
from storage.errors import NotFound
from storage.fetched import Fetched, FetchedPage
from storage.models import Fetch, Policy, Snapshot

__all__ = ["assembled"]


def assembled(session: Session, fetched: Fetched, policy: Policy) -> Fetched:
    """Return `fetched` with one body for all its pages; as it is where it has none.

    A page that had not changed, but of which no capture is kept, fails the whole as
    "not_modified".
    """
    if not fetched.pages or fetched.status == 304:
        return fetched
    kept: dict[str, BundledPage] | None = None
    pages: list[FetchedPage] = []
    for page in fetched.pages:
        if page.body is not None:
            pages.append(page)
            continue
        if kept is None:
            kept = _kept_pages(session, policy)
        known = kept.get(page.url)
        if known is None:
            detail = f"{page.url}: the server says it has not changed, but no copy of it is kept"
            return replace(fetched, cause="not_modified", detail=detail, pages=())
        pages.append(replace(page, content_type=known.content_type, body=known.body))
    content_type, body = bundle(
        [BundledPage(page.url, page.content_type, page.body or b"") for page in pages]
    )
    return replace(
        fetched, body=body, pages=tuple(pages), headers=(("Content-Type", content_type),)
    )


def _kept_pages(session: Session, policy: Policy) -> dict[str, BundledPage]:
    """Return the pages of the live capture that brought the current text, by address."""
    snapshot = (
        session.get(Snapshot, policy.current_snapshot_id) if policy.current_snapshot_id else None
    )
    fetch = session.get(Fetch, snapshot.live_fetch_id) if snapshot else None
    if fetch is None or fetch.body_sha256 is None:
        return {}
    headers = (fetch.provenance or {}).get("headers", ())
    named = {str(name).lower(): str(value) for name, value in headers}
    try:
        body = get_body(session, fetch.body_sha256)
    except NotFound:  # it was dropped, as a person had set
        return {}
    pages = unbundle(body, named.get("content-type", ""))
    return {page.url: page for page in pages or ()}
