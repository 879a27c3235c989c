"""Others do not wait for callers who ask too much, too often, or do not read what they asked for."""

import http.client
import io
import socket
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from application.store import Store
from tests.abuse.conftest import Attack, Attacked, received
from tests.abuse.stored import House

pytestmark = pytest.mark.long  # each starts a service of its own and waits for its bounds
WAITING = 24


def _get(up: Attacked, path: str, token: str, **headers: str) -> tuple[int, str | None, bytes]:
    """(status, Retry-After, body)."""
    parts = urlsplit(up.url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}", **headers})
        answer = connection.getresponse()
        return answer.status, answer.getheader("Retry-After"), answer.read()
    finally:
        connection.close()


def _told(answer: bytes) -> bytes:
    """The status of an answer as it came."""
    return answer[9:12]


def test_waits_for_what_never_comes_leave_threads_for_others(attacked: Attack) -> None:
    """Positions that nobody will record, and events that nobody will."""
    with attacked(role="auditor") as up:
        last = "Connection: close"
        asked = ("/api/v1/units?min_position=999999999", "/api/v1/events?after=99&wait=30")
        waiting = [up.connect(up.head("GET", path, last)) for path in asked for _ in range(WAITING)]
        up.bystander.assert_undisturbed()
        answers = [received(one) for one in waiting[:WAITING]]
        assert {_told(answer) for answer in answers} == {b"503"}
        assert all(b"retry-after: 1" in answer for answer in answers)


def test_who_asks_too_often_is_told_when_to_ask_again(attacked: Attack) -> None:
    with attacked(REQUESTS_PER_SECOND="5", REQUEST_BURST="200") as up:
        answers = [_get(up, "/api/v1/units", up.attacker) for _ in range(230)]
        assert [status for status, _, _ in answers[:150]] == [200] * 150
        refused = [(after, body) for status, after, body in answers if status == 429]
        assert refused
        assert all(after == "1" and b"/problems/too-many-requests" in body for after, body in refused)
        assert _get(up, "/livez", up.attacker)[0] == 200
        up.bystander.assert_undisturbed(rounds=10)
        time.sleep(1.1)
        assert _get(up, "/api/v1/units", up.attacker)[0] == 200


def test_behind_a_proxy_strangers_are_told_apart_by_the_address_that_it_says(attacked: Attack) -> None:
    """What a client says of itself stands before that, and makes nobody another one."""
    with attacked(REQUESTS_PER_SECOND="1", REQUEST_BURST="150", TRUST_PROXY="true") as up:

        def ask(number: int, address: str) -> int:
            said = {"X-Forwarded-For": f"203.0.113.{number % 250}, {address}"}
            return _get(up, "/api/v1/units", "made-up", **said)[0]

        assert {ask(number, "198.51.100.7") for number in range(180)} == {401, 429}
        assert ask(0, "198.51.100.8") == 401


def test_who_asks_side_by_side_takes_turns_with_others(attacked: Attack) -> None:
    """Forty connections that ask for expensive things without pause."""
    with attacked(role="auditor") as up, ThreadPoolExecutor(40) as many:
        ended = time.monotonic() + 6

        def ask(number: int) -> set[int]:
            paths = ("/api/v1/alignment", "/api/v1/audit", "/api/v1/objectives")
            found = set()
            while time.monotonic() < ended:
                found.add(_get(up, paths[number % 3], up.attacker)[0])
            return found

        asking = [many.submit(ask, number) for number in range(40)]
        found = up.bystander.medians(rounds=15)
        assert max(found.values()) < 1.0, found
        assert set().union(*(one.result() for one in asking)) <= {200, 429, 503}


def test_who_does_not_read_an_export_keeps_nobody_from_exporting(attacked: Attack, dsn: str) -> None:
    with Store(dsn) as store:
        house = House.on(store)
        house.record([house.objective(house.ana, title="x" * 400) for _ in range(1_500)])
    with attacked(role="auditor", CLIENT_SECONDS="3") as up:
        path = "/api/v1/audit.jsonl"
        greedy = [up.connect(up.head("GET", path), receive_bytes=4_096) for _ in range(6)]
        time.sleep(1)
        status, _, body = _get(up, path, up.bystander.token)
        assert (status, body.count(b"\n") > 6_000, len(body) > 4_000_000) == (200, True, True)
        up.bystander.assert_undisturbed(rounds=10)
        time.sleep(6)
        assert all(_is_over(connection) for connection in greedy[:2])


def _is_over(connection: socket.socket) -> bool:
    """Without the end that every export has."""
    return not received(connection).endswith(b"0\r\n\r\n")


def test_an_import_leaves_threads_for_others(attacked: Attack) -> None:
    """A plan of 8,000 units, and a dozen more of the same caller behind it."""
    with attacked(role="admin") as up, ThreadPoolExecutor(4) as many:
        importing = [many.submit(_upload, up, _plan(8_000)) for _ in range(4)]
        time.sleep(0.5)
        found = up.bystander.medians(rounds=10)
        assert max(found.values()) < 1.0, found
        assert {one.result() for one in importing} <= {200, 429, 503}


def _plan(units: int) -> bytes:
    data = io.BytesIO()
    rows = [f"u{number},Unit {number},team,,2026-01-01" for number in range(units)]
    with zipfile.ZipFile(data, "w") as made:
        made.writestr("units.csv", "\n".join(["unit_id,name,kind,parent_unit_id,effective_on", *rows, ""]))
    return data.getvalue()


def _upload(up: Attacked, plan: bytes) -> int:
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="plan.zip"\r\n\r\n'
    body = head + plan + b"\r\n--x--\r\n"
    said = (
        "Content-Type: multipart/form-data; boundary=x",
        f"Content-Length: {len(body)}",
        "Connection: close",
    )
    return int(_told(received(up.connect(up.head("POST", "/api/v1/imports", *said) + body))))
