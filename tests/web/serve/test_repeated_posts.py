"""Commands whose answers are lost on the way are sent again until one comes: each takes effect once, and
nobody's keys are in anybody's way.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from time import sleep
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid5

import psycopg
import pytest

from tests.web.serve.processes import service
from web.access.tokens import issue

CONNECTIONS = 32
CALLERS = 4
SPACE = UUID("9a1f0c52-3b6e-4d5a-8f10-5e2d7c9b4a63")
COMMAND_RUNNING = "/problems/command-running"
UNITS = "select count(*) from store.events where topic = 'unit.defined'"
LAST = "select originator_id, max(originator_version) from store.events group by 1"


class Told(NamedTuple):
    """`sent` counts how often a command was sent until it was answered."""

    status: int
    body: Any
    sent: int


class Client:
    """A connection with a token; it goes away before an answer is there as often as not."""

    def __init__(self, url: str, bearer: str, seed: int) -> None:
        self._address = urlsplit(url).netloc
        self._headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
        self._choose = Random(seed)
        self._connection = HTTPConnection(self._address, timeout=60)

    def done(self, path: str, body: Any, key: UUID, if_match: str = "*") -> Told:
        """Sends the command until it is answered by something else than that it is under way."""
        headers = {**self._headers, "Idempotency-Key": str(key), "If-Match": if_match}
        for sent in range(1, 200):
            answer = self._sent(path, json.dumps(body), headers)
            if answer is None:
                continue
            status, retry_after, told = answer
            if told.get("type") != COMMAND_RUNNING:
                return Told(status, told, sent)
            assert sent > 1, "a command is under way that was not sent before"
            assert retry_after == "1"
            sleep(0.02)
        raise AssertionError("it was never answered")

    def close(self) -> None:
        self._connection.close()

    def _sent(self, path: str, body: str, headers: dict[str, str]) -> tuple[int, str | None, Any] | None:
        try:
            self._connection.request("POST", f"/api/v1{path}", body, headers)
            if self._choose.random() < 0.5:
                sleep(self._choose.choice([0, 0.001, 0.005, 0.02]))
                self._connection.close()
                return None
            response = self._connection.getresponse()
            return response.status, response.headers["Retry-After"], json.load(response)
        except (HTTPException, ConnectionError):
            self._connection.close()
            return None


@pytest.mark.parametrize(
    "posts",
    [640, pytest.param(10_016, id="long", marks=[pytest.mark.long, pytest.mark.timeout(1800)])],
)
def test_each_of_many_repeated_commands_takes_effect_once(dsn: str, tmp_path: Path, posts: int) -> None:
    """All callers use the same keys, each for something else, from 32 connections to two processes."""
    with psycopg.connect(dsn) as conn:
        bearers = [issue(conn, roles=["admin"], name=f"client {number}") for number in range(CALLERS)]
    each = posts // CONNECTIONS

    def defined_and_renamed(number: int) -> Iterator[tuple[str, int, Told]]:
        """A unit, and renamings of it one after the other, each on the version that the one before left."""
        name = f"Unit {number}"
        with closing(Client(url, bearers[number % CALLERS], seed=number)) as client:
            first = client.done("/units", {"name": name, "kind": "team"}, _key(number, 0))
            yield first.body["id"], 1, first
            for version in range(1, each):
                path, body = f"/units/{first.body['id']}/renaming", {"name": f"{name}, {version}"}
                told = client.done(path, body, _key(number, version), if_match=f'"{version}"')
                yield first.body["id"], version + 1, told

    options = {"DATABASE_URL": dsn, "THROUGHLINE_WORKERS": "2"}
    with (
        service("serve", "--port", "0", log=tmp_path / "log", **options) as running,
        ThreadPoolExecutor(CONNECTIONS) as clients,
    ):
        url = running.url()
        lives = list(clients.map(lambda number: list(defined_and_renamed(number)), range(CONNECTIONS)))

    told = [one for life in lives for one in life]
    assert {(each.status, each.body["version"] - version) for _, version, each in told} == {
        (201, 0),
        (200, 0),
    }
    assert len({each.body["position"] for _, _, each in told}) == len(told) == posts
    assert sum(each.sent > 1 for _, _, each in told) > posts / 4, "many had to be repeated"
    with psycopg.connect(dsn) as conn:
        assert conn.execute(UNITS).fetchone() == (CONNECTIONS,)
        versions = {str(id): version for id, version in conn.execute(LAST)}
    assert {id: versions[id] for id, _, _ in told} == dict.fromkeys((id for id, _, _ in told), each)


def _key(number: int, place: int) -> UUID:
    """Of the eight connections of a caller each has keys of its own; the callers have the same ones."""
    return uuid5(SPACE, f"{number // CALLERS} {place}")
