"""A webhook's URL is taken apart, and refused unless events may be posted to it."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from web.webhooks.reach import is_host, literal

CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=%#]+", re.ASCII)


class BadAddress(ValueError):
    """Says what is wrong with the URL, after its name: "must ..."."""


@dataclass(frozen=True, slots=True)
class Address:
    """A URL in the parts that sending needs; `target` is what stands in the request line."""

    secure: bool
    host: str
    port: int
    target: str


def parse(url: str) -> Address:
    """The parts of a URL that events may be posted to, wherever it leads; `BadAddress` for any other."""
    if not CHARACTERS.fullmatch(url):
        raise BadAddress("must be a URL of ASCII characters, others percent-encoded or in Punycode")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress("must be a URL") from error
    if parts.scheme not in ("http", "https") or not host or not is_host(host) or port == 0:
        raise BadAddress("must be a URL that begins with https:// and a host")
    if "@" in parts.netloc:
        raise BadAddress("must not hold a user or a password: requests are signed")
    if "#" in url:
        raise BadAddress("must not have a fragment: it would never be sent")
    secure = parts.scheme == "https"
    if not secure and not _is_loopback(host):
        raise BadAddress(
            "must begin with https://, unless the host is this machine (localhost, 127.0.0.1, [::1])"
        )
    query = f"?{parts.query}" if parts.query else ""
    return Address(secure, host, port or (443 if secure else 80), (parts.path or "/") + query)


def _is_loopback(host: str) -> bool:
    address = literal(host)
    return host == "localhost" if address is None else address.is_loopback
