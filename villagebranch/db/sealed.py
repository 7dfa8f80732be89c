"""Small files beside the database (what is typed and not yet saved), sealed under a key made from the database's own."""

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from villagebranch.db.cipher import Key

_NONCE = 12  # bytes


def seal(key: Key, content: bytes) -> bytes:
    """Return `content` so that only who has opened the database can read it."""
    nonce = os.urandom(_NONCE)
    return nonce + _lid(key).encrypt(nonce, content, None)


def unseal(key: Key, sealed: bytes) -> bytes | None:
    """Return what was sealed, or None where it was not under this key or not whole."""
    try:
        return _lid(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
    except (InvalidTag, ValueError):
        return None


def _lid(key: Key) -> AESGCM:
    return AESGCM(hashlib.blake2b(b"drafts", key=key.raw, digest_size=32).digest())
