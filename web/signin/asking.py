"""One question to the OpenID provider, bounded in time and in size."""

import contextlib
import socket
import ssl
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from threading import Event, Timer
from typing import Any
from urllib.parse import urlsplit

from domain.refusals import Refusal
from web.schemas.reading import parse

SECONDS = 5.0
MOST_BYTES = 256 * 1024


class ProviderUnavailable(Exception):
    """The provider did not answer, or with something that cannot be used; the text says what, for the log."""


def ask(url: str, form: bytes | None = None, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    """(status, body) of a GET, or of a POST of the form. No redirect is followed and no proxy used. Raises
    `ProviderUnavailable` for what takes longer or is larger than it may.
    """
    parts = urlsplit(url)
    with _connection(url) as connection, _cut_off(connection) as late:
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            sent = {"Accept": "application/json", **(headers or {})}
            if form is not None:
                sent["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("GET" if form is None else "POST", target, form, sent)
            response = connection.getresponse()
            body = response.read(MOST_BYTES + 1)
        except (OSError, HTTPException) as error:
            raise ProviderUnavailable(f"{parts.netloc} did not answer: {error!r}") from error
    if late.is_set() or (response.length and len(body) <= MOST_BYTES):  # for http.client it may look whole
        raise ProviderUnavailable(f"{parts.netloc} did not answer in time, or not to the end")
    if len(body) > MOST_BYTES:
        raise ProviderUnavailable(f"{parts.netloc} answered more than {MOST_BYTES} bytes")
    return response.status, body


def object_in(url: str, status: int, body: bytes) -> dict[str, Any]:
    """The JSON object that the URL answered with; raises `ProviderUnavailable` for anything else."""
    try:
        found = parse(body) if status == 200 else None
    except Refusal as error:
        raise ProviderUnavailable(f"{url} is not to be read: {error.detail}") from error
    if not isinstance(found, dict):
        raise ProviderUnavailable(f"{url} answered {status}, and no JSON object")
    return found


def endpoint_of(about: Mapping[str, Any], name: str) -> str:
    """The URL of this name in the description of a provider; raises `ProviderUnavailable` for one to which
    nothing may be sent.
    """
    url = about.get(name)
    if not isinstance(url, str) or not is_safe(url):
        raise ProviderUnavailable(f"its {name} is no URL that begins with https://")
    return url


def is_safe(url: str) -> bool:
    """Returns whether it is the URL of a host reached by TLS, or of this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or parts.fragment or not url.isascii() or not url.isprintable():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextlib.contextmanager
def _connection(url: str) -> Iterator[HTTPConnection]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = HTTPSConnection(host, parts.port, timeout=SECONDS, context=ssl.create_default_context())
    made = secure if parts.scheme == "https" else HTTPConnection(host, parts.port, timeout=SECONDS)
    with contextlib.closing(made):
        yield made


@contextlib.contextmanager
def _cut_off(connection: HTTPConnection) -> Iterator[Event]:
    """Ends the connection after its time, also one on which a byte comes now and then; the event says so."""
    late = Event()

    def cut() -> None:
        late.set()
        if connection.sock is not None:
            with contextlib.suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = Timer(SECONDS, cut)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
