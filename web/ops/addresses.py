"""Clients have addresses: that of the connection, or the one that a proxy in front says."""

from ipaddress import ip_address


def client_address(peer: str | None, forwarded: str, *, trust_proxy: bool) -> str | None:
    """The address of the client. `forwarded` is the header X-Forwarded-For as it came: where the proxy is to
    be believed, the last address in it counts, for the others are what the client said itself.
    """
    said = forwarded.rpartition(",")[2].strip()
    if trust_proxy and said:
        try:
            return str(ip_address(said))
        except ValueError:
            pass
    return peer
