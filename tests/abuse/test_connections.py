"""Clients that send slowly, say nothing, or too much: they wait for themselves, and nobody else for them."""

import re
import resource
import time

import pytest

from tests.abuse.conftest import Attack, Attacked, received

pytestmark = pytest.mark.long  # each starts a service of its own and waits for its bounds
SLOW = 32


@pytest.fixture(autouse=True)
def _many_files() -> None:
    """The test opens as many connections as its attacks do."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8_192), hard))


def _json(length: int) -> tuple[str, str]:
    return "Content-Type: application/json", f"Content-Length: {length}"


def test_slow_bodies_hold_no_thread_and_are_given_up(attacked: Attack) -> None:
    """Twice as many as there are threads, of bodies small and large, at every place where one is read."""
    with attacked(CLIENT_SECONDS="3") as up:
        paths = ("/api/v1/units", "/api/v1/commands", "/api/v1/imports", "/api/v1/nothing")
        begun = time.monotonic()
        slow = [
            up.connect(up.head("POST", paths[number % 4], *_json(length)) + b"{")
            for number in range(SLOW)
            for length in (1_000, 100_000)
        ]
        up.bystander.assert_undisturbed()
        answers = {received(connection)[:12] for connection in slow}
        assert answers == {b"HTTP/1.1 408", b"HTTP/1.1 503"}  # in time, or never with a place to be read at
        assert time.monotonic() - begun < 25


def test_a_body_that_comes_drop_by_drop_is_given_up(attacked: Attack) -> None:
    with attacked(CLIENT_SECONDS="2") as up:
        dropping = [up.connect(up.head("POST", "/api/v1/units", *_json(1_000))) for _ in range(SLOW)]
        ended = time.monotonic() + 2.5
        while time.monotonic() < ended:
            for connection in dropping:
                try:
                    connection.sendall(b" ")
                except OSError:  # it was given up
                    continue
            time.sleep(0.1)
        answers = [received(connection) for connection in dropping]
        assert all(answer.startswith(b"HTTP/1.1 408") for answer in answers)
        ids = {re.findall(rb"(?i)\r\nx-request-id: ([0-9a-f-]{36})\r\n", answer)[0] for answer in answers}
        assert len(ids) == len(answers)
        up.bystander.assert_undisturbed()


def test_silent_connections_are_closed_and_hide_nobody(attacked: Attack) -> None:
    with attacked(CLIENT_SECONDS="4") as up:
        silent = [up.connect() for _ in range(1_030)]
        up.bystander.assert_undisturbed()
        assert all(received(connection) == b"" for connection in silent)


def test_beyond_the_limit_the_one_that_waits_longest_gives_way(attacked: Attack) -> None:
    """Silent ones, halves of heads, and slow bodies alike."""
    with attacked(CONNECTIONS="64", CLIENT_SECONDS="60") as up:
        beginnings = (b"", b"GET /livez HTTP/1.1\r\nHost:", up.head("POST", "/api/v1/units", *_json(9)))
        for number in range(300):
            up.connect(beginnings[number % 3])
        up.bystander.assert_undisturbed()


def test_a_head_that_does_not_come_or_does_not_end_is_refused(attacked: Attack) -> None:
    with attacked(CLIENT_SECONDS="2") as up:
        slow = [up.connect(b"GET /livez HTTP/1.1\r\nX-Padding: ") for _ in range(SLOW)]
        endless = up.connect()
        try:
            for _ in range(40):
                endless.sendall(b"X" * 4096)
        except OSError:  # closed meanwhile
            pass
        assert all(received(connection) == b"" for connection in slow)
        up.bystander.assert_undisturbed()
        long = up.connect(
            b"GET /livez HTTP/1.1\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 99) for n in range(700))
        )
        assert received(long).startswith(b"HTTP/1.1 431")


def test_a_body_that_is_too_large_is_refused_without_being_read(attacked: Attack) -> None:
    with attacked(role="admin") as up:
        for path, length in (("/api/v1/units", 1 << 20), ("/api/v1/commands", 8 << 20)):
            declared = up.connect(up.head("POST", path, *_json(length + 1)))
            assert received(declared).startswith(b"HTTP/1.1 413"), path
        chunked = up.connect(
            up.head("POST", "/api/v1/units", "Content-Type: application/json", "Transfer-Encoding: chunked")
        )
        try:
            for _ in range(80):
                chunked.sendall(b"4000\r\n" + b" " * 0x4000 + b"\r\n")
        except OSError:  # it was answered before it came to its end
            pass
        assert received(chunked).startswith(b"HTTP/1.1 413")


def test_requests_in_one_go_are_answered_one_after_the_other(attacked: Attack) -> None:
    with attacked() as up:
        connection = up.connect(b"GET /livez HTTP/1.1\r\nHost: t\r\n\r\n" * 50 + _last())
        assert received(connection).count(b"HTTP/1.1 200 OK") == 51


def test_no_answer_waits_for_the_acknowledgement_of_its_beginning(attacked: Attack) -> None:
    """As one of 40 ms would, on a connection that keeps back what is small: the least of many is below."""
    with attacked() as up:
        connection, seconds = up.connect(), []
        for _ in range(60):
            begun = time.perf_counter()
            connection.sendall(b"GET /livez HTTP/1.1\r\nHost: t\r\n\r\n")
            while b"alive" not in connection.recv(65536):
                pass
            seconds.append(time.perf_counter() - begun)
        assert min(seconds) < 0.03


def _last() -> bytes:
    return b"GET /livez HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"


def test_what_is_no_request_is_refused_as_a_problem(attacked: Attack) -> None:
    with attacked() as up:
        for nonsense in (
            b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
            b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        ):
            answer = received(up.connect(nonsense))
            assert answer.startswith(b"HTTP/1.1 400"), nonsense
            assert b"/problems/malformed" in answer
            assert re.search(rb"X-Request-Id: [0-9a-f-]{36}\r\n", answer)


def test_two_lengths_are_no_request(attacked: Attack) -> None:
    """What one side takes for the end of a body, the other might not."""
    with attacked() as up:
        both = up.head("POST", "/api/v1/units", "Content-Length: 4", "Transfer-Encoding: chunked")
        assert received(up.connect(both + b"0\r\n\r\n")).startswith(b"HTTP/1.1 400")
        _asks_again(up)


def _asks_again(up: Attacked) -> None:
    assert received(up.connect(_last())).startswith(b"HTTP/1.1 200")
