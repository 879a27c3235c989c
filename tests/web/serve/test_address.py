"""Whether an address can be listened on is found out before anything is started."""

import socket

import pytest

from web.ops.serve.address import AddressUnavailable, reserved, url


def test_port_0_gives_a_free_port() -> None:
    with reserved("127.0.0.1", 0) as port:
        assert port > 0


def test_a_reserved_port_is_nobody_elses() -> None:
    with (
        reserved("127.0.0.1", 0) as port,
        pytest.raises(AddressUnavailable, match=f"Port {port}"),
        reserved("127.0.0.1", port),
    ):
        pytest.fail("it was given out twice")


def test_workers_can_listen_on_a_reserved_port() -> None:
    with (
        reserved("127.0.0.1", 0) as port,
        socket.create_server(("127.0.0.1", port), reuse_port=True) as worker,
    ):
        socket.create_connection(worker.getsockname(), timeout=5).close()


def test_a_port_is_free_again_afterwards() -> None:
    with reserved("127.0.0.1", 0) as port:
        pass
    with reserved("127.0.0.1", port) as again:
        assert again == port


def test_an_unknown_host_is_named() -> None:
    with pytest.raises(AddressUnavailable, match=r"256\.0\.0\.1"), reserved("256.0.0.1", 0):
        pytest.fail("there is no such host")


@pytest.mark.parametrize(
    ("host", "reached"),
    [("127.0.0.1", "http://127.0.0.1:80"), ("0.0.0.0", "http://127.0.0.1:80"), ("::", "http://[::1]:80")],
)
def test_the_url_is_one_that_a_client_here_can_use(host: str, reached: str) -> None:
    assert url(host, 80) == reached
