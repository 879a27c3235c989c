"""`throughline serve` sends webhooks, and counts them where it counts everything else."""

import json
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.web.conftest import token
from tests.web.keys import KEY
from tests.web.serve.processes import service, wait_until
from tests.web.webhooks.receiver import receiving, verify


def test_serve_sends_webhooks_and_counts_them(dsn: str, tmp_path: Path) -> None:
    bearer = token(dsn, "admin")

    def post(path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
        with urlopen(
            Request(f"{url}/api/v1{path}", json.dumps(body).encode(), headers), timeout=60
        ) as answer:
            return json.load(answer)

    def attempts() -> list[str]:
        with urlopen(f"{url}/metrics", timeout=60) as answer:
            lines: list[str] = answer.read().decode().splitlines()
        return [line for line in lines if line.startswith("throughline_webhook_attempts_total")]

    with (
        receiving() as receiver,
        service(
            *("serve", "--port", "0"),
            log=tmp_path / "log",
            DATABASE_URL=dsn,
            THROUGHLINE_WEBHOOK_ALLOW="127.0.0.0/8",
            THROUGHLINE_SECRET_KEY=KEY,
        ) as running,
    ):
        url = running.url()
        hook = post("/webhooks", {"url": receiver.url(), "topics": ["unit.*"]})
        post("/units", {"name": "Sales", "kind": "department"})
        receiver.take(1)
        (request,) = receiver.received
        verify(hook["secret"], request.headers, request.body)
        wait_until(lambda: attempts() == ['throughline_webhook_attempts_total{outcome="delivered"} 1.0'])
