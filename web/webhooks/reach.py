"""Webhooks go outside only. Hosts and addresses of the inside are refused, as they are written and as they
are looked up, unless an allow-list names them.
"""

import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

LABEL = re.compile(r"[a-z0-9_]([a-z0-9_\-]{0,61}[a-z0-9_])?", re.ASCII)
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)
OUTSIDE_V6 = IPv6Network("2000::/3")
# By the registries of special purposes, which Python's own judgement follows differently in each release.
# What carries an address of the other version (mapped, NAT64, 6to4, Teredo) is inside, whatever it carries.
INSIDE = tuple(
    map(
        ip_network,
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24"
        " 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24"
        " 224.0.0.0/3 168.63.129.16/32"  # the latter is the platform of a cloud, under a public address
        " 2001::/23 2001:db8::/32 2002::/16 3ffe::/16 3fff::/20".split(),
    )
)
INSIDE_DOMAINS = tuple(
    ".internal .local .localhost .localdomain .lan .intranet .private .corp .home .svc .arpa .invalid"
    " .onion".split()
)
IP = IPv4Address | IPv6Address
Found = tuple[socket.AddressFamily, tuple[Any, ...]]


class NotAllowed(Exception):
    """The host has no address that may be connected to."""


def is_host(name: str) -> bool:
    """Returns whether it can be looked up, or is an address in its usual form; `name` in lower case.

    A number in the last place makes it an address for whoever connects, so that 2852039166, 0x7f.1 and
    127.1 are none that can be judged by what they say.
    """
    if literal(name) is not None:
        return "%" not in name
    labels = name.split(".")
    return all(map(LABEL.fullmatch, labels)) and not NUMBER.fullmatch(labels[-1])


def literal(host: str) -> IP | None:
    """The address that a host is, None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def is_outside(address: IP) -> bool:
    """Returns whether it is one of the public internet."""
    if isinstance(address, IPv6Address) and address not in OUTSIDE_V6:
        return False
    return not any(address in network for network in INSIDE)


@dataclass(frozen=True, slots=True)
class Reach:
    """A reach says what of the inside webhooks may go to, beside all that is outside: `hosts` by their names,
    with a dot in front for all names below; `networks` by the addresses that hosts are, or are looked up to
    be.
    """

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def may_be_written(self, host: str) -> bool:
        """Judges a host before it is looked up."""
        address = literal(host)
        if address is not None:
            return self._admits(address)
        inside = "." not in host or host.endswith(INSIDE_DOMAINS)
        return not inside or self._names(host)

    def looked_up(self, host: str, port: int) -> Sequence[Found]:
        """The addresses to connect to, and to no others: looking up again could find others. Raises
        `NotAllowed`, and `OSError` for what cannot be looked up.
        """
        if not self.may_be_written(host):
            raise NotAllowed(host)
        found = [
            (family, where)
            for family, _, _, _, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            if self._names(host) or self._admits(ip_address(where[0]))
        ]
        if not found:
            raise NotAllowed(host)
        return found

    def _names(self, host: str) -> bool:
        return host in self.hosts or any(
            host.endswith(domain) for domain in self.hosts if domain.startswith(".")
        )

    def _admits(self, address: IP) -> bool:
        return is_outside(address) or any(address in network for network in self.networks)


def reach_of(text: str) -> Reach:
    """The reach that an allow-list gives: hosts, `.domains` and networks, with commas between. Raises
    `ValueError` with the first that is none of these.
    """
    hosts, networks = set(), []
    for entry in filter(None, (part.strip().lower() for part in text.split(","))):
        try:
            networks.append(ip_network(entry))
        except ValueError:
            if not is_host(entry.removeprefix(".")):
                raise ValueError(entry) from None
            hosts.add(entry)
    return Reach(frozenset(hosts), tuple(networks))
