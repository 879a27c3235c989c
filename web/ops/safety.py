"""A service that others reach does not start unless it is safe to be reached."""

import os
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from web.ops.settings import Settings, SettingsError

DEBUGGING = ("FLASK_DEBUG", "FLASK_ENV", "PYTHONASYNCIODEBUG", "PYTHONDEVMODE")
SHORTEST_PASSWORD = 12
OFF = ("", "0", "false", "no", "off", "production")


def refuse_unsafe(settings: Settings, environment: Mapping[str, str] = os.environ) -> None:
    """Raises `SettingsError`, one sentence, for the first thing that is unsafe where others reach the
    service; whoever is on this machine is believed.
    """
    if not is_of_this_machine(settings.host):
        for sentence in _unsafe(settings, environment):
            raise SettingsError(sentence)


def is_of_this_machine(host: str) -> bool:
    """Returns whether nobody beyond this machine reaches the address."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def _unsafe(settings: Settings, environment: Mapping[str, str]) -> Iterator[str]:
    if not settings.trust_proxy:
        yield (
            f"THROUGHLINE_HOST is {settings.host}, which others reach: that takes a proxy that speaks TLS in "
            "front, of which THROUGHLINE_TRUST_PROXY=true says that it is there."
        )
    if settings.provider is None and not settings.issued_only:
        yield (
            f"THROUGHLINE_HOST is {settings.host}, which others reach: that takes an OpenID provider in "
            "THROUGHLINE_OIDC_ISSUER, or none there, which says that tokens issued here are all there are."
        )
    if settings.log_level == "debug":
        yield "THROUGHLINE_LOG_LEVEL is debug, which is not for a service that others reach."
    for name in DEBUGGING:
        if environment.get(name, "").lower() not in OFF:
            yield f"{name} is on, which is not for a service that others reach."
    if settings.database_url is not None and settings.secret_keys is None:
        yield (
            "THROUGHLINE_SECRET_KEY must be set where others reach the service and DATABASE_URL names its "
            "database: openssl rand -base64 32 draws one."
        )
    for name, password in _passwords(settings.database_url, environment):
        if len(password) < SHORTEST_PASSWORD or len(set(password)) < SHORTEST_PASSWORD // 2:
            yield f"The password in {name} is too weak: it takes {SHORTEST_PASSWORD} characters or more."


def _passwords(database_url: str | None, environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if database_url is not None:
        given = urlsplit(database_url).password
        if given is not None:
            yield "DATABASE_URL", unquote(given)
        elif "PGPASSWORD" in environment:
            yield "PGPASSWORD", environment["PGPASSWORD"]
