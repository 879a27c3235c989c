"""The least that a command over HTTP can cost here: a bare Flask route that reads and checks the same body as
a check-in and inserts one row, through the same pool and web server.
"""

import argparse
import os
from typing import Any

from flask import Flask, Response, request
from psycopg_pool import ConnectionPool

from web.ops.serve.web import run
from web.ops.settings import Settings
from web.schemas.objectives import CheckInSchema
from web.schemas.reading import load, parse

PATH = "/rows"
POOL_SIZE = Settings().pool_size
SHAPE = CheckInSchema()


def load_app() -> Any:
    """The app of the one worker."""
    app = Flask("floor", static_folder=None)
    pool: ConnectionPool[Any] = ConnectionPool(
        os.environ["DATABASE_URL"], min_size=0, max_size=POOL_SIZE, kwargs={"autocommit": True}, open=True
    )
    with pool.connection() as conn:
        conn.execute(
            "create table if not exists public.floor"
            " (position bigint generated always as identity primary key, body bytea)"
        )

    @app.post(PATH)
    def insert() -> Response:
        body = request.get_data(cache=False)
        load(SHAPE, parse(body))
        with pool.connection() as conn:
            row = conn.execute(
                "insert into public.floor (body) values (%s) returning position", [body], prepare=True
            ).fetchone()
        return Response(f'{{"position":{row[0] if row else 0}}}', mimetype="application/json")

    return app


def main() -> None:
    """Serves as `throughline serve` does, on a port given."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    run(load_app(), Settings(), "127.0.0.1", parser.parse_args().port)


if __name__ == "__main__":
    main()
