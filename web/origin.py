"""The service is called so from outside, as far as the request tells."""

from flask import request

from web.wiring import services


def came_by_tls() -> bool:
    """Returns whether the client spoke TLS, as far as a proxy that is to be believed says so."""
    said = request.headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip().lower()
    return request.is_secure or (services().settings.trust_proxy and said == "https")


def origin() -> str:
    """Scheme, host and port by which the client reached it."""
    return f"{'https' if came_by_tls() else 'http'}://{request.host}"


def own_origin() -> str:
    """The address that browsers know the service by: the one at which the provider sends people back to it,
    if there is one.
    """
    provider = services().settings.provider
    return provider.client.public_url if provider is not None and provider.client is not None else origin()


def browsers_speak_tls() -> bool:
    """Returns whether a browser keeps cookies here that are for TLS only."""
    return own_origin().startswith("https:")
