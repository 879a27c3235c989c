"""A start that takes long is waited for as long as it gets on. A small server stands for the service: how it
answers has to be decided here.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from web.ops.serve.readiness import Readiness

PATIENCE = 0.4


@contextmanager
def answering(answers: list[tuple[int, bytes]]) -> Iterator[str]:
    """A server that gives these one after the other, and the last for ever."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers.pop(0) if len(answers) > 1 else answers[0]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/readyz"
        server.shutdown()
        thread.join()


def at(*positions: int) -> tuple[int, bytes]:
    return 503, json.dumps({"head": 9, "read_models": [{"position": one} for one in positions]}).encode()


def waited(answers: list[tuple[int, bytes]]) -> tuple[bool, float]:
    """Whether it came, and after how many seconds it did or patience ended."""
    with answering(answers) as url:
        readiness, begun = Readiness([url], PATIENCE), time.monotonic()
        while not (came := readiness.come()) and not readiness.overdue:
            time.sleep(0.05)
        return came, time.monotonic() - begun


def test_progress_of_any_read_model_renews_the_patience() -> None:
    came, seconds = waited([at(step // 2, step) for step in range(1, 25)] + [(200, b"{}")])
    assert came
    assert seconds > 2 * PATIENCE


def test_without_progress_patience_ends() -> None:
    assert waited([at(5, 5), at(5, 4), at(5, 5)])[0] is False


def test_other_answers_are_no_progress() -> None:
    for body in (b"", b"<html>", b"[]", b'{"read_models": [{}]}', b'{"problems": ["the database is away"]}'):
        assert waited([(503, body)])[0] is False


def test_nobody_there_is_no_progress() -> None:
    readiness = Readiness(["http://127.0.0.1:9/readyz"], 0.0)
    assert not readiness.come()
    assert readiness.overdue
