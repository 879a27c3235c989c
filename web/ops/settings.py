"""The settings of a process, read from the environment once, at its start.

Every setting is listed here; a name that is not, or a value that cannot be meant, stops the start.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from uuid import UUID
from zoneinfo import available_timezones

from environs import Env, EnvValidationError
from marshmallow import ValidationError, validate

from web.keys import BadKeys, Keys, keys_in, keys_of
from web.ops import telemetry
from web.reminders.how import NONE, PORTS, SLACK, STARTTLS, TEAMS, WAYS, Channel, Reminding, Server
from web.signin.asking import is_safe
from web.signin.provider import BadMapping, Client, Provider, mapping_of
from web.webhooks.address import BadAddress, parse
from web.webhooks.reach import Reach, reach_of

PREFIX = "THROUGHLINE_"
NAMES = frozenset(
    f"{PREFIX}{name}"
    for name in (
        "DATA_DIR",
        "HOST",
        "PORT",
        "WORKERS",
        "POOL_SIZE",
        "CONNECTIONS",
        "CLIENT_SECONDS",
        "REQUESTS_PER_SECOND",
        "REQUEST_BURST",
        "LOG_LEVEL",
        "TIMEZONE",
        "WEBHOOK_ALLOW",
        "SECRET_KEY",
        "TRUST_PROXY",
        "OIDC_ISSUER",
        "OIDC_AUDIENCE",
        "OIDC_MAPPING",
        "OIDC_CLIENT_ID",
        "OIDC_CLIENT_SECRET",
        "OIDC_SCOPE",
        "PUBLIC_URL",
        "SCIM_UNIT",
        "SMTP_HOST",
        "SMTP_PORT",
        "SMTP_TLS",
        "SMTP_USER",
        "SMTP_PASSWORD",
        "MAIL_FROM",
        "SLACK_WEBHOOK",
        "TEAMS_WEBHOOK",
        "REMIND_HOUR",
        "ESCALATE_AFTER_DAYS",
    )
)
_truth = validate.OneOf(("true", "false"), error="must be true or false")
OF_PROVIDER = (*("OIDC_AUDIENCE", "OIDC_MAPPING", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_SCOPE"),)
OF_MAIL = ("SMTP_PORT", "SMTP_TLS", "SMTP_USER", "SMTP_PASSWORD", "MAIL_FROM")
OF_COLLECTOR = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
"""Names that OpenTelemetry has given."""
NO_ISSUER = "none"
"""Said in place of an issuer: the tokens that are issued here are all there are, and that is meant."""
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
MIB = 1024 * 1024


class SettingsError(Exception):
    """One sentence that names the setting and says what is wrong with it."""


@dataclass(frozen=True)
class Settings:
    """Settings are all that a web or projector process needs to know.

    `database_url` None: the embedded server in `data_dir`. `workers`: web processes under `serve`.
    `pool_size`: connections of one process to its database, for commands and again for queries. `time_zone`:
    the IANA name of the zone whose days are those of the organisation, None as the database says.
    `webhook_allow`: what webhooks may reach of the inside. `secret_keys`: under which secrets are kept, None
    for those of the data folder. `trust_proxy`: a proxy that speaks TLS stands in front. `provider`: who
    signs people and programs in, beside the tokens that are issued here; `issued_only`: that there is none
    is meant. `scim_unit`: the unit of people whom an identity provider adds. `public_url`: where
    browsers reach the service; with it, `reminding` says how people are told what they owe. `spans_to`: the
    collector of OpenTelemetry, if there is one; what else there is to say, its packages read themselves. From
    `max_body_bytes` on they are not read from the environment: they are limits of the HTTP contract, and
    tests make them small.
    `complete_from`: a position before which queries are not answered; `serve` gives where the log ended when
    it started. `exports_at_once` are those of one process, each for at most `export_seconds`.

    Of one process, too: it has at most so many `connections`, of which each has `client_seconds` to send a
    request or to read some of its answer; a caller may send `requests_per_second`, and `request_burst` of
    them at once.
    """

    database_url: str | None = None
    data_dir: Path = Path(".throughline")
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    pool_size: int = 8
    connections: int = 2_048
    client_seconds: int = 10
    requests_per_second: int = 1_000
    request_burst: int = 20_000
    log_level: str = "info"
    time_zone: str | None = None
    webhook_allow: Reach = field(default_factory=Reach)
    secret_keys: Keys | None = None
    trust_proxy: bool = False
    provider: Provider | None = None
    issued_only: bool = False
    scim_unit: UUID | None = None
    public_url: str | None = None
    reminding: Reminding | None = None
    spans_to: str | None = None
    max_body_bytes: int = MIB
    max_batch_bytes: int = 8 * MIB
    max_import_bytes: int = 32 * MIB
    min_position_seconds: float = 5.0
    complete_from: int = 0
    exports_at_once: int = 4
    export_seconds: float = 900.0

    def most_body(self, path: str) -> int:
        """Gives the bytes that a body may have at a path."""
        if path == "/api/v1/commands":
            return self.max_batch_bytes
        imports = ("/api/v1/imports", "/imports/new")
        return self.max_import_bytes if path in imports else self.max_body_bytes

    @cached_property
    def keys(self) -> Keys:
        """The keys under which secrets are kept; those of the data folder are made when first needed. Raises
        `SettingsError`.
        """
        if self.secret_keys is not None:
            return self.secret_keys
        try:
            return keys_in(self.data_dir)
        except OSError as error:
            raise SettingsError(
                f"THROUGHLINE_SECRET_KEY is not set, and {self.data_dir} cannot keep a key: {error.strerror}."
            ) from error
        except BadKeys as error:
            raise SettingsError(f"The file of the key cannot be used: {error}.") from error


def from_environment() -> Settings:
    """The settings of this process; raises `SettingsError` at the first that is unknown or bad."""
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in NAMES:
            raise SettingsError(f"{name} is not a setting; the settings are {', '.join(sorted(NAMES))}.")
    env = Env()
    filled = validate.Length(min=1, error="must not be empty")
    try:
        return Settings(
            database_url=_database_url(env),
            data_dir=Path(env.str(f"{PREFIX}DATA_DIR", ".throughline", validate=filled)),
            host=env.str(f"{PREFIX}HOST", "127.0.0.1", validate=filled),
            port=_whole(env, "PORT", 8080, 0, 65535),
            workers=_whole(env, "WORKERS", 1, 1, 64),
            pool_size=_whole(env, "POOL_SIZE", 8, 1, 500),
            connections=_whole(env, "CONNECTIONS", 2_048, 16, 100_000),
            client_seconds=_whole(env, "CLIENT_SECONDS", 10, 1, 3_600),
            requests_per_second=_whole(env, "REQUESTS_PER_SECOND", 1_000, 1, 1_000_000),
            request_burst=_whole(env, "REQUEST_BURST", 20_000, 1, 10_000_000),
            time_zone=env.str(f"{PREFIX}TIMEZONE", None, validate=_zone),
            log_level=env.str(
                f"{PREFIX}LOG_LEVEL",
                "info",
                validate=validate.OneOf(LOG_LEVELS, error=f"must be one of {', '.join(LOG_LEVELS)}"),
            ),
            secret_keys=_keys(env),
            provider=_provider(env),
            issued_only=env.str(f"{PREFIX}OIDC_ISSUER", None) == NO_ISSUER,
            scim_unit=_unit(env.str(f"{PREFIX}SCIM_UNIT", None, validate=_an_id)),
            public_url=_public_url(env),
            reminding=_reminding(env),
            spans_to=_collector(env),
            trust_proxy=env.str(f"{PREFIX}TRUST_PROXY", "false", validate=_truth) == "true",
            webhook_allow=reach_of(env.str(f"{PREFIX}WEBHOOK_ALLOW", "", validate=_a_reach)),
        )
    except EnvValidationError as error:
        name = str(error).split('"')[1]
        said = error.error_messages
        first = said[0] if isinstance(said, list) else said
        shown = "" if "SECRET" in name or "PASSWORD" in name else f" is {os.environ[name]!r}: it"
        raise SettingsError(f"{name}{shown} {str(first).rstrip('.')}.") from error


def _zone(name: str | None) -> None:
    if name is not None and name not in available_timezones():
        raise ValidationError("must be the IANA name of a time zone, such as Europe/Lisbon")


def _database_url(env: Env) -> str | None:
    known = validate.Regexp(r"postgres(ql)?://.", error="must begin with postgresql://")
    if not os.environ.get("DATABASE_URL"):
        return None
    try:
        return env.str("DATABASE_URL", validate=known)
    except EnvValidationError as error:  # its value may hold a password: it is not repeated
        raise SettingsError("DATABASE_URL must be a URL that begins with postgresql://.") from error


def _keys(env: Env) -> Keys | None:
    if not os.environ.get(f"{PREFIX}SECRET_KEY"):
        return None
    try:
        return keys_of(env.str(f"{PREFIX}SECRET_KEY"))
    except BadKeys as error:  # its value is not repeated
        raise SettingsError(f"{PREFIX}SECRET_KEY {error}.") from error


def _collector(env: Env) -> str | None:
    name = next((each for each in OF_COLLECTOR if os.environ.get(each)), None)
    if name is None:
        return None
    known = validate.Regexp(r"https?://.", error="must begin with http:// or https://")
    if not telemetry.is_there():
        raise SettingsError(f"{name} is set, but the packages are not there: pip install throughline[otel].")
    return env.str(name, validate=known)


def _provider(env: Env) -> Provider | None:
    issuer = env.str(f"{PREFIX}OIDC_ISSUER", None, validate=_an_issuer)
    given = {name: env.str(f"{PREFIX}{name}", None, validate=_said) for name in OF_PROVIDER}
    given["PUBLIC_URL"] = _public_url(env)
    if issuer in (None, NO_ISSUER):
        for name in OF_PROVIDER:
            if given[name] is not None:
                raise SettingsError(f"{PREFIX}{name} is set, but {PREFIX}OIDC_ISSUER names no provider.")
        return None
    if given["OIDC_AUDIENCE"] is None:
        raise SettingsError(
            f"{PREFIX}OIDC_AUDIENCE must say how the provider names this service, beside {PREFIX}OIDC_ISSUER."
        )
    try:
        mapping = mapping_of(given["OIDC_MAPPING"] or "{}")
    except BadMapping as error:
        raise SettingsError(f"{PREFIX}OIDC_MAPPING {error}.") from error
    return Provider(issuer, given["OIDC_AUDIENCE"], mapping, _client(given))


def _client(given: Mapping[str, str | None]) -> Client | None:
    """Says how people sign in, if they do."""
    id, secret, url = given["OIDC_CLIENT_ID"], given["OIDC_CLIENT_SECRET"], given["PUBLIC_URL"]
    if id is None:
        for name in ("OIDC_CLIENT_SECRET", "OIDC_SCOPE"):
            if given[name] is not None:
                raise SettingsError(f"{PREFIX}{name} is set, but {PREFIX}OIDC_CLIENT_ID names no client.")
        return None
    if url is None:
        raise SettingsError(
            f"{PREFIX}PUBLIC_URL must say where browsers reach the service, beside {PREFIX}OIDC_CLIENT_ID: "
            "https:// and the host."
        )
    scope = given["OIDC_SCOPE"] or Client.scope
    if "openid" not in scope.split():
        raise SettingsError(f"{PREFIX}OIDC_SCOPE must hold openid.")
    return Client(id, secret, url, scope)


def _public_url(env: Env) -> str | None:
    return env.str(f"{PREFIX}PUBLIC_URL", None, validate=_a_host)


def _reminding(env: Env) -> Reminding | None:
    url, server = _public_url(env), _mail_server(env)
    hour = _whole(env, "REMIND_HOUR", Reminding.hour, 0, 23)
    days = _whole(env, "ESCALATE_AFTER_DAYS", Reminding.escalate_after, 1, 366)
    if server is not None and url is None:
        raise SettingsError(
            f"{PREFIX}PUBLIC_URL must say where browsers reach the service, beside {PREFIX}SMTP_HOST: mails "
            "lead there."
        )
    reach = reach_of(env.str(f"{PREFIX}WEBHOOK_ALLOW", "", validate=_a_reach))
    channels = [found for kind in (SLACK, TEAMS) if (found := _channel(env, kind, reach)) is not None]
    if channels and url is None:
        raise SettingsError(
            f"{PREFIX}PUBLIC_URL must say where browsers reach the service: messages lead there."
        )
    return None if url is None else Reminding(url, server, hour, days, tuple(channels), reach)


def _channel(env: Env, kind: str, reach: Reach) -> Channel | None:
    """The incoming webhook of this kind, if one is set; its value is never repeated, for it is a secret."""
    name = f"{PREFIX}{kind.upper()}_WEBHOOK"
    if not os.environ.get(name):
        return None
    url = env.str(name)
    try:
        host = parse(url).host
    except BadAddress as error:
        raise SettingsError(f"{name} {error}.") from error
    if not reach.may_be_written(host):
        raise SettingsError(f"{name} leads to the inside; {PREFIX}WEBHOOK_ALLOW may name its host.")
    return Channel(kind, url)


def _mail_server(env: Env) -> Server | None:
    """The server that takes mails, if one is set; a password is sent over TLS alone."""
    host = env.str(f"{PREFIX}SMTP_HOST", None, validate=_said)
    given = {name: env.str(f"{PREFIX}{name}", None, validate=_said) for name in OF_MAIL}
    if host is None:
        for name, value in given.items():
            if value is not None:
                raise SettingsError(f"{PREFIX}{name} is set, but {PREFIX}SMTP_HOST names no server.")
        return None
    tls = env.str(
        f"{PREFIX}SMTP_TLS",
        STARTTLS,
        validate=validate.OneOf(WAYS, error=f"must be one of {', '.join(WAYS)}"),
    )
    if tls == NONE and not is_safe(f"http://{host}"):
        raise SettingsError(f"{PREFIX}SMTP_TLS is none, which is for a server on this machine alone.")
    sender = given["MAIL_FROM"]
    if sender is None or sender.count("@") != 1 or not re.fullmatch(r"[!-~]+", sender):
        raise SettingsError(
            f"{PREFIX}MAIL_FROM must be the address from which mails come, beside {PREFIX}SMTP_HOST."
        )
    user, password = given["SMTP_USER"], given["SMTP_PASSWORD"]
    if (user is None) != (password is None):
        raise SettingsError(f"{PREFIX}SMTP_USER and {PREFIX}SMTP_PASSWORD are set together, or neither is.")
    return Server(host, _whole(env, "SMTP_PORT", PORTS[tls], 1, 65535), tls, sender, user, password)


def _a_host(text: str | None) -> None:
    if text is not None and (not is_safe(text) or text.count("/") != 2 or "?" in text):
        raise ValidationError("must be where browsers reach the service: https:// and the host")


def _an_issuer(text: str | None) -> None:
    if text is not None and text != NO_ISSUER and (not is_safe(text) or "?" in text):
        raise ValidationError("must be the issuer's URL, which begins with https://, or none")


def _said(text: str | None) -> None:
    if text is not None and (not text.strip() or not text.isprintable()):
        raise ValidationError("must not be empty, and of one line")


def _whole(env: Env, name: str, default: int, least: int, most: int) -> int:
    span = f"must be a whole number from {least} to {most}"

    def check(text: str) -> None:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise ValidationError(span)

    return int(env.str(f"{PREFIX}{name}", str(default), validate=check))


def _unit(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _an_id(text: str | None) -> None:
    try:
        _unit(text)
    except ValueError as error:
        raise ValidationError("must be the id of a unit, a UUID") from error


def _a_reach(text: str) -> None:
    try:
        reach_of(text)
    except ValueError as error:
        raise ValidationError(
            f"must be hosts, .domains or networks with commas between, which {error} is not"
        ) from error
