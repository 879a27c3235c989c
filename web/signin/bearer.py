"""Programs, and people through them, call with an access token that the provider has signed."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

import structlog
from psycopg import Connection
from psycopg_pool import ConnectionPool

from web.access.roles import SERVICE
from web.access.tokens import Caller
from web.signin.finding import granted, person_of
from web.signin.keyring import Keyring
from web.signin.provider import Provider
from web.signin.signed import LEEWAY_SECONDS, BadToken, access_token

# Storage: programs are named by it in events and in the journal.
PROGRAMS = UUID("5c1d7b0e-2a94-5e6f-8b3c-9d0e4f7a6b21")
log = structlog.get_logger(__name__)


class Bearer:
    """Makes access tokens of one provider callers."""

    def __init__(
        self,
        provider: Provider,
        keyring: Keyring,
        pool: ConnectionPool[Connection[dict[str, Any]]],
        today: Callable[[], date],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._provider, self._keyring, self._pool = provider, keyring, pool
        self._today, self._clock = today, clock

    def caller(self, token: str) -> Caller | None:
        """None for a token that is not to be believed, and for somebody who is not there. Raises
        `ProviderUnavailable`.
        """
        provider = self._provider
        try:
            claims = access_token(
                token, self._keyring, issuer=provider.issuer, audience=provider.audience, now=self._clock()
            )
            until = datetime.fromtimestamp(float(claims["exp"]) + LEEWAY_SECONDS, UTC)
            scopes = provider.mapping.programs.get(claims["sub"])
            if scopes is not None:
                return self._program(claims["sub"], scopes, until)
            return self._person(claims, until)
        except BadToken as error:
            log.info("token_refused", why=str(error))
            return None

    def _program(self, subject: str, scopes: tuple[str, ...], until: datetime) -> Caller:
        issuer = self._provider.issuer
        id = uuid5(PROGRAMS, f"{issuer}\n{subject}")
        return Caller(id, frozenset({SERVICE}), None, until, f"{subject} of {issuer}", scopes=scopes)

    def _person(self, claims: dict[str, Any], until: datetime) -> Caller:
        mapping, today = self._provider.mapping, self._today()
        grant = granted(claims, mapping)
        with self._pool.connection() as conn:
            person = person_of(claims, mapping, conn, today)
        return Caller(None, grant.roles, person, until, "", grant.units)
