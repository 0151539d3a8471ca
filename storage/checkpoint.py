"""A checkpoint: the ends of all chains at one instant, signed, to be kept elsewhere.

Whoever holds the database can rewrite it whole, chains included. A checkpoint
that lies with somebody else, or was given a time stamp by a third party, shows
that: every row it counts must still be there, linked as it was.

It is a JSON object. `signature` is Ed25519 (RFC 8032) over a first line that
says what is signed and the canonical JSON of everything but the signature.
"""

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlmodel import Session, col, func, select

from storage.chain import Mark, ends
from storage.errors import BadCheckpoint
from storage.jsonwork import canonical
from storage.models import Body, Policy
from storage.schema import HEAD

__all__ = ["Checkpoint", "load_key", "make", "public_name", "read"]

_KIND = "clausewatch checkpoint"
_VERSION = 1
_FIRST_LINE = f"{_KIND} {_VERSION}\n".encode()


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint whose signature fits its own `key`; whose key that is, the caller must know."""

    made_at: datetime
    key: str  # the public key, in base64
    marks: tuple[Mark, ...]


def load_key(file: Path) -> Ed25519PrivateKey:
    """Return the private key in `file`; made there, for its owner alone, where there is none.

    Raises BadCheckpoint where the file holds something else, OSError where it cannot be read.
    """
    if not file.exists():
        _make_key(file)
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadCheckpoint(f"{file} holds no private key that can be read: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise BadCheckpoint(f"{file} holds another kind of key; an Ed25519 key in PEM is needed")
    return key


def public_name(key: Ed25519PrivateKey) -> str:
    """Return the public half in base64: what others need to know to check a signature."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def make(session: Session, key: Ed25519PrivateKey, *, now: datetime) -> dict[str, Any]:
    """Return the signed checkpoint of the database as `session` sees it, as JSON holds it."""
    names = dict(session.exec(select(Policy.id, Policy.name)).all())
    count, size = session.exec(
        select(func.count(), func.coalesce(func.sum(col(Body.size)), 0)).select_from(Body)
    ).one()
    chains = [_chain(mark, names) for mark in ends(session)]
    said: dict[str, Any] = {
        "kind": _KIND,
        "version": _VERSION,
        "made_at": now.isoformat(timespec="seconds"),
        "schema": HEAD,
        "bodies": {"count": count, "bytes": int(size)},
        "chains": chains,
        "digest": hashlib.sha256(canonical({"chains": chains})).hexdigest(),
        "key": public_name(key),
    }
    signature = key.sign(_FIRST_LINE + canonical(said))
    return {**said, "signature": base64.b64encode(signature).decode()}


def read(text: str, *, name: str) -> Checkpoint:
    """Return the checkpoint in `text`, its signature checked against the key it names.

    Raises BadCheckpoint, with `name`, where it is none or was changed since it was signed.
    """
    try:
        said = json.loads(text)
        if not isinstance(said, dict) or said.get("kind") != _KIND:
            raise BadCheckpoint(f"{name} is no checkpoint of Clausewatch")
        if said.get("version") != _VERSION:
            raise BadCheckpoint(f"{name} is of a newer kind ({said.get('version')!r}); upgrade")
        signature = base64.b64decode(said.pop("signature"), validate=True)
        raw = base64.b64decode(said["key"], validate=True)
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, _FIRST_LINE + canonical(said))
        return Checkpoint(
            made_at=datetime.fromisoformat(said["made_at"]),
            key=said["key"],
            marks=tuple(_mark(chain) for chain in said["chains"]),
        )
    except InvalidSignature:
        raise BadCheckpoint(f"{name} was changed after it was signed") from None
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise BadCheckpoint(f"{name} cannot be read as a checkpoint: {error!r}") from error


def _make_key(file: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(pem)


def _chain(mark: Mark, names: Mapping[int | None, str]) -> dict[str, Any]:
    whose = {} if mark.policy_id is None else {"policy": names.get(mark.policy_id, "")}
    return {
        "facts": mark.facts,
        "policy_id": mark.policy_id,
        **whose,
        "count": mark.count,
        "link": mark.link.hex(),
    }


def _mark(chain: Mapping[str, Any]) -> Mark:
    policy_id = chain["policy_id"]
    return Mark(
        facts=str(chain["facts"]),
        policy_id=None if policy_id is None else int(policy_id),
        count=int(chain["count"]),
        link=bytes.fromhex(chain["link"]),
    )
