"""Signatures of the Standard Webhooks specification 1.0: symmetric, HMAC-SHA256."""

import hmac
from base64 import b64encode
from collections.abc import Iterable
from secrets import token_bytes

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> bytes:
    return token_bytes(SECRET_BYTES)


def shown(secret: bytes) -> str:
    """The secret as its receiver keeps it."""
    return PREFIX + b64encode(secret).decode()


def signatures(secrets: Iterable[bytes], id: str, timestamp: int, body: bytes) -> str:
    """The header webhook-signature: one signature for each secret. `id` holds no full stop."""
    signed = f"{id}.{timestamp}.".encode() + body
    return " ".join(f"v1,{b64encode(hmac.digest(secret, signed, 'sha256')).decode()}" for secret in secrets)
