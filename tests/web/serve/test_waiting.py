"""Clients that wait for events leave threads of the web for everybody else."""

import json
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.request import Request, urlopen

from tests.web.conftest import token
from tests.web.serve.processes import service, wait_until
from web.api.feed import MOST_WAITING

CLIENTS = 20
UNIT = {"name": "Sales", "kind": "department"}


def test_many_who_wait_do_not_exhaust_the_threads(dsn: str, tmp_path: Path) -> None:
    bearer = token(dsn, "admin")

    def send(path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{url}/api/v1{path}", data, headers), timeout=60) as answer:
            return json.load(answer)

    options = {
        "DATABASE_URL": dsn,
        "THROUGHLINE_POOL_SIZE": "1",
    }  # so few that the waiting could take them all
    with (
        service("serve", "--port", "0", log=tmp_path / "log", **options) as running,
        ThreadPoolExecutor(CLIENTS) as clients,
    ):
        url = running.url()
        following = [clients.submit(send, "/events?after=2&wait=30") for _ in range(CLIENTS)]
        wait_until(lambda: len(wait(following, 0).not_done) <= MOST_WAITING)
        begun = monotonic()
        for _ in range(10):
            send("/units")
        assert monotonic() - begun < 10
        assert len(wait(following, 0).not_done) == MOST_WAITING
        send("/units", UNIT)
        found = [one.result(10)["items"] for one in following]
        assert sorted(map(len, found)) == [0] * (CLIENTS - MOST_WAITING) + [1] * MOST_WAITING
