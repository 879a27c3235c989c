"""The service is called so from outside, as far as the request tells."""

from collections.abc import Mapping
from typing import Any

from flask import request

from web.wiring import services


def came_by_tls(environ: Mapping[str, Any], *, trust_proxy: bool) -> bool:
    """Returns whether the client spoke TLS, as far as a proxy that is to be believed says so."""
    said = environ.get("HTTP_X_FORWARDED_PROTO", "").rpartition(",")[2].strip().lower()
    return environ["wsgi.url_scheme"] == "https" or (trust_proxy and said == "https")


def origin() -> str:
    """Scheme, host and port by which the client reached it."""
    by_tls = came_by_tls(request.environ, trust_proxy=services().settings.trust_proxy)
    return f"{'https' if by_tls else 'http'}://{request.host}"


def own_origin() -> str:
    """The address that browsers know the service by: the one at which the provider sends people back to it,
    if there is one.
    """
    provider = services().settings.provider
    return provider.client.public_url if provider is not None and provider.client is not None else origin()


def browsers_speak_tls() -> bool:
    """Returns whether a browser keeps cookies here that are for TLS only."""
    return own_origin().startswith("https:")
