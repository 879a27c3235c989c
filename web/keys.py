"""Secrets are encrypted at rest, under keys that are not in the database.

AES-256 in GCM, bound to what the secret is of, so that none can be put in the place of another. The first
key encrypts, every one of them decrypts: a new key is put before the old one, the next start or migration
encrypts all again with it, and then the old one can go.
"""

import os
import stat
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

KEY_BYTES = 32
LEAST_VARIED = 16
"""A key that was drawn has more different bytes than this, but once in 10^17 times."""
NAME = "secret.key"
_FORM = b"\1"
_MARK_BYTES, _NONCE_BYTES = 4, 12


class Unreadable(Exception):
    """None of the keys opens it."""


class BadKeys(ValueError):
    """The text completes the sentence "the setting ..."."""


@dataclass(frozen=True)
class Keys:
    """One or more of them, the first for what is encrypted from now on."""

    keys: Sequence[bytes] = field(repr=False)

    def seal(self, plain: bytes, about: str) -> bytes:
        """Encrypts what is of `about`, so that it can be opened only as that."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(_NONCE_BYTES)
        return self._beginning + nonce + AESGCM(self.keys[0]).encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Raises `Unreadable`."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        begins = len(_FORM) + _MARK_BYTES
        nonce, text = sealed[begins : begins + _NONCE_BYTES], sealed[begins + _NONCE_BYTES :]
        for key in self.keys:
            if sealed[:begins] == _FORM + _mark(key):
                try:
                    return AESGCM(key).decrypt(nonce, text, about.encode())
                except InvalidTag:
                    continue
        raise Unreadable(f"no key that is set opens the secret of {about}")

    def sealed_now(self, sealed: bytes) -> bool:
        """Returns whether it was encrypted with the first key."""
        return sealed.startswith(self._beginning)

    @property
    def _beginning(self) -> bytes:
        return _FORM + _mark(self.keys[0])


def keys_of(text: str) -> Keys:
    """Keys in Base64 with commas between; raises `BadKeys`."""
    return Keys([_key(each.strip()) for each in text.split(",")])


def keys_in(folder: Path) -> Keys:
    """The keys in the folder's own file, which is made with a new one if it is missing. Raises OSError, and
    `BadKeys` if others than its owner may read it.
    """
    path = folder / NAME
    if not path.exists():
        _make(path)
    found = path.stat()
    if stat.S_IMODE(found.st_mode) & 0o077 or found.st_uid != os.geteuid():
        raise BadKeys(f"{path} must be its owner's alone, who starts the service (mode 600)")
    return keys_of(path.read_text().strip())


def _make(path: Path) -> None:
    """Whole or not at all, and only once if several come at the same time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, prefix=f".{NAME}.") as made:  # of mode 600
        made.write(b64encode(os.urandom(KEY_BYTES)).decode() + "\n")
        made.flush()
        os.fsync(made.fileno())
        try:
            path.hardlink_to(made.name)
        except FileExistsError:
            return


def _key(text: str) -> bytes:
    try:
        key = b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except ValueError as error:
        raise BadKeys("must be Base64 of 32 random bytes (openssl rand -base64 32)") from error
    if len(key) != KEY_BYTES:
        raise BadKeys("must be Base64 of 32 random bytes (openssl rand -base64 32)")
    if len(set(key)) <= LEAST_VARIED:
        raise BadKeys("is too weak: its 32 bytes must be random (openssl rand -base64 32)")
    return key


def _mark(key: bytes) -> bytes:
    """Tells which key it was, and nothing of the key."""
    return sha256(b"throughline key " + key).digest()[:_MARK_BYTES]
