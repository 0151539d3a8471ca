"""Documents that a policy's text links to and that are not watched: what could be, not what is."""

from sqlmodel import Session, select

from analysis.documents import Linked, linked_documents
from analysis.reading import ReadOptions, read_page
from storage.blobs import get_body
from storage.errors import BadUrl, NotFound
from storage.models import Fetch, Policy, Snapshot
from storage.urls import normalise_url

__all__ = ["unwatched_links"]


def unwatched_links(session: Session, policy: Policy) -> list[Linked]:
    """Return what the newest text of a policy links to, without what is watched already.

    The links are read from the body that the text was made of; without one there are none.
    """
    snapshot = (
        session.get(Snapshot, policy.current_snapshot_id) if policy.current_snapshot_id else None
    )
    fetch = session.get(Fetch, snapshot.fetch_id) if snapshot else None
    if fetch is None or fetch.body_sha256 is None:
        return []
    provenance = fetch.provenance or {}
    base = str(provenance.get("final_url") or policy.url)
    headers = {str(name).lower(): str(value) for name, value in provenance.get("headers", ())}
    try:
        body = get_body(session, fetch.body_sha256)
    except NotFound:  # it was dropped, as a person had set
        return []
    reading = read_page(
        body,
        url=base,
        content_type=headers.get("content-type", ""),
        options=ReadOptions(select=policy.select_css, remove=policy.remove_css),
    )
    pages = [(url, page.links) for url, page in reading.pages] or [(base, reading.links)]
    watched = _watched(session)
    found: dict[str, Linked] = {}
    for page_url, links in pages:
        for one in linked_documents(links, base=page_url):
            if (key := _key(one.url)) not in watched:
                found.setdefault(key, one)
    return list(found.values())


def _watched(session: Session) -> set[str]:
    """Return the keys of all pages that are watched, or were: a retired one is nobody's news."""
    keys: set[str] = set()
    for key, also in session.exec(select(Policy.url_key, Policy.also)):
        keys |= {key, *map(_key, also)}
    return keys


def _key(url: str) -> str:
    try:
        return normalise_url(url)[1]
    except BadUrl:
        return url
