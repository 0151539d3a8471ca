"""What this installation keeps for itself: the key of its signed links, made when it is first needed."""

import secrets

from storage.engine import Store
from storage.models import Installation

__all__ = ["link_key"]

_LINK_KEY = "link_key"


def link_key(store: Store) -> bytes:
    """Return the key that signs the links in mails. It lives as long as the database."""
    with store.reading() as session:
        row = session.get(Installation, _LINK_KEY)
    if row is None:
        with store.writing() as session:
            row = session.get(Installation, _LINK_KEY)  # another process may have been here
            if row is None:
                row = Installation(name=_LINK_KEY, value=secrets.token_hex(32))
                session.add(row)
    return bytes.fromhex(row.value)
