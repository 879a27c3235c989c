"""The web as a process: one worker, with an app of its own, on a port that it shares with the others."""

import argparse
import asyncio
import contextlib
import gc
import resource
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from time import monotonic

from flask import Flask
from typing_extensions import override
from uvicorn import Config, Server

from web.ops import bounds, telemetry
from web.ops.logging import configure
from web.ops.serve.address import family
from web.ops.serve.bridge import Bridge
from web.ops.serve.connections import LOOK_SECONDS, Connection, Watch
from web.ops.serve.parent import die_with
from web.ops.serve.places import made
from web.ops.serve.rates import Rates
from web.ops.settings import Settings, from_environment

BACKLOG = 1024
STOP_SECONDS = 10
LAST_SECONDS = 3.0
TICKS_PER_SECOND = 10
FILES_BESIDE = 256
"""Files that a worker may have open beside its connections: those of the database, bodies, counters."""
SWITCH_SECONDS = 0.001
"""A thread that computes lets go of the interpreter after so long: the five times of the default are felt by
everybody who asks for something small meanwhile.
"""
# A large answer makes some ten thousand objects that all live until it is sent: to look through them again
# and again, and through everything that was imported, finds nothing.
COLLECT_AFTER = (20_000, 10, 10)


class Worker(Server):
    """Uvicorn's server, which looks at the connections now and then, and does something `at_last`: after that
    the signal that stopped it ends the process.
    """

    def __init__(self, config: Config, watch: Watch, at_last: Callable[[], None]) -> None:
        super().__init__(config)
        self._watch, self._at_last = watch, at_last

    @override
    async def on_tick(self, counter: int) -> bool:
        if counter % round(TICKS_PER_SECOND * LOOK_SECONDS) == 0:
            self._watch.look()
        return await super().on_tick(counter)

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.to_thread(self._at_last), LAST_SECONDS)


def run(wsgi: Flask, settings: Settings, host: str, port: int) -> None:
    """Serves the app until SIGTERM. Call from the main thread."""
    sys.setswitchinterval(SWITCH_SECONDS)
    places = made(bounds.places(settings.pool_size))
    rates = Rates(settings.requests_per_second, settings.request_burst)
    bridge = Bridge(
        wsgi,
        places,
        rates,
        settings.most_body,
        settings.client_seconds,
        trust_proxy=settings.trust_proxy,
    )
    watch = Watch(_allowed(settings.connections), settings.client_seconds, monotonic)
    config = Config(
        bridge,
        loop="asyncio",
        http=partial(Connection, watch),  # type: ignore[arg-type]  # a class, but for its first argument
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=round(bounds.IDLE_SECONDS),
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    # Of TCP, in so many words: else asyncio does not turn off Nagle's delays of 40 ms on its connections.
    unbound = socket.socket(family(host), socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with contextlib.closing(unbound) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind((host, port))
        Worker(config, watch, partial(telemetry.last, wsgi)).run([listening])


def _allowed(connections: int) -> int:
    """As many of the connections as this process may have files open, of which it may be allowed more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + FILES_BESIDE
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, min(connections, soft - FILES_BESIDE))


def load_app(settings: Settings) -> Flask:
    """The app, with all that was imported for it out of the way of the garbage collector."""
    from web.app import create_app

    app = create_app(settings)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    return app


def main() -> None:
    """The child of a supervisor; all but the address comes from the environment."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--complete-from", type=int, default=0)
    given = parser.parse_args()
    die_with(given.parent)
    settings = replace(from_environment(), complete_from=given.complete_from)
    configure(settings.log_level)
    run(load_app(settings), settings, given.host, given.port)


if __name__ == "__main__":
    main()
