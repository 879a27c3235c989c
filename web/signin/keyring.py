"""The provider's public keys, found by discovery, kept for a while, and asked for again when one is missing.

A process asks at most once in `PAUSE_SECONDS`, whatever tokens it is shown. Where there are keys already, few
requests wait for the answer, so that made-up key ids and a slow provider together hold up nobody else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import Any

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key

from web.signin.asking import ProviderUnavailable, ask, endpoint_of, object_in
from web.signin.provider import described_at

FRESH_SECONDS = 600.0
KEPT_SECONDS = 3_600.0
"""Keys serve so long while the provider cannot be reached."""
PAUSE_SECONDS = 10.0
WAIT_SECONDS = 1.0
MOST_WAITING = 4
MOST_KEYS = 100
LEAST_MODULUS = 342
"""Characters in Base64 of 2,048 bits; a shorter key of RSA is none."""
Ask = Callable[[str], tuple[int, bytes]]
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Known:
    """The provider's own description, and its keys by their ids."""

    about: Mapping[str, Any]
    keys: Mapping[str, Key]
    asked_at: float


class Keyring:
    """`key` and `about` raise `ProviderUnavailable` while nothing is known of the provider."""

    def __init__(self, issuer: str, ask: Ask = ask, clock: Callable[[], float] = monotonic) -> None:
        self._issuer, self._ask, self._clock = issuer, ask, clock
        self._asking, self._waiting = Lock(), BoundedSemaphore(MOST_WAITING)
        self._tried_at: float | None = None
        self._known: Known | None = None

    def key(self, kid: str) -> Key | None:
        """The key of this id; the provider is asked again for one that is not known, but not too often."""
        known = self._fresh()
        if kid not in known.keys:
            known = self._renewed() or known
        return known.keys.get(kid)

    def about(self) -> Mapping[str, Any]:
        """The provider's description of itself."""
        return self._fresh().about

    def _fresh(self) -> Known:
        known = self._known
        if known is not None and self._clock() - known.asked_at < FRESH_SECONDS:
            return known
        known = self._renewed() or self._known
        if known is None or self._clock() - known.asked_at >= KEPT_SECONDS:
            raise ProviderUnavailable(f"nothing is known of {self._issuer}")
        return known

    def _renewed(self) -> Known | None:
        """Asks, and gives what is known then; None if it cannot be known, or somebody else is asking."""
        if self._known is None:
            return self._in_turn()
        if not self._waiting.acquire(blocking=False):
            return None
        try:
            return self._in_turn()
        finally:
            self._waiting.release()

    def _in_turn(self) -> Known | None:
        if not self._asking.acquire(timeout=WAIT_SECONDS):
            return None
        try:
            if self._tried_at is not None and self._clock() - self._tried_at < PAUSE_SECONDS:
                return self._known
            self._tried_at = self._clock()
            self._known = self._asked()
            return self._known
        except ProviderUnavailable as error:
            log.warning("provider_unavailable", issuer=self._issuer, why=str(error))
            return None
        finally:
            self._asking.release()

    def _asked(self) -> Known:
        about = self._object(described_at(self._issuer))
        if about.get("issuer") != self._issuer:
            raise ProviderUnavailable("its description is that of another issuer")
        found = self._object(endpoint_of(about, "jwks_uri")).get("keys")
        if not isinstance(found, list) or len(found) > MOST_KEYS:
            raise ProviderUnavailable(f"its keys are not a list of at most {MOST_KEYS}")
        keys = [key for each in found if (key := _public_key(each)) is not None]
        if len({key.kid for key in keys}) < len(keys):
            raise ProviderUnavailable("two of its keys have the same id")
        return Known(about, {str(key.kid): key for key in keys}, self._clock())

    def _object(self, url: str) -> dict[str, Any]:
        return object_in(url, *self._ask(url))


def _public_key(found: Any) -> Key | None:
    """The key, if it can be one that signatures are checked with; all others are left out."""
    if not isinstance(found, dict) or found.get("kty") not in ("RSA", "EC"):
        return None
    if found["kty"] == "RSA" and len(str(found.get("n"))) < LEAST_MODULUS:
        return None
    try:
        key = JWKRegistry.import_key(found)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    usable = isinstance(key.kid, str) and not key.is_private and found.get("use", "sig") == "sig"
    return key if usable else None
