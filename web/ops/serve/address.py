"""The address that the service listens on, checked before anything is started."""

import contextlib
import socket
from collections.abc import Iterator


class AddressUnavailable(Exception):
    """One sentence that says why this address cannot be listened on."""


@contextlib.contextmanager
def reserved(host: str, port: int) -> Iterator[int]:
    """The port, a free one for port 0; nobody else gets it while this lasts.

    The web workers share the port with `SO_REUSEPORT`, so binding it would not fail for them even if
    another service of the same user listened there. The first socket here, which does not share, finds that
    out; the second keeps the port without listening on it, also while a web process is being replaced.
    """
    kind = family(host)
    with contextlib.closing(socket.socket(kind, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _bind(probe, host, port)
        chosen = int(probe.getsockname()[1])
    with contextlib.closing(socket.socket(kind, socket.SOCK_STREAM)) as keeper:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        _bind(keeper, host, chosen)
        yield chosen


def url(host: str, port: int) -> str:
    """Gives the URL at which a client on this machine reaches the service; an address for every interface is
    reached by loopback.
    """
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def family(host: str) -> socket.AddressFamily:
    """Gives that of the host's addresses; raises `AddressUnavailable` if it has none."""
    try:
        return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][0]
    except socket.gaierror as error:
        raise AddressUnavailable(f"The host {host} is not known on this machine.") from error


def _bind(own: socket.socket, host: str, port: int) -> None:
    try:
        own.bind((host, port))
    except PermissionError as error:
        raise AddressUnavailable(
            f"Port {port} needs more rights than this user has; choose one above 1023."
        ) from error
    except OSError as error:
        raise AddressUnavailable(f"Port {port} on {host} cannot be listened on: {error.strerror}.") from error
