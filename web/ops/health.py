"""Is the process alive, may it get requests, and what does it count: open to whoever runs it, without a
token.
"""

from typing import Any

import orjson
from flask import Blueprint, Response
from psycopg import Error as DatabaseError
from psycopg import ProgrammingError
from psycopg_pool import PoolTimeout

from projections.status import FollowerStatus, status
from web.ops.metrics import MEDIA_TYPE, exposition
from web.wiring import services

health = Blueprint("health", __name__)
POLLING_SECONDS = 3.0


@health.get("/livez")
def livez() -> Response:
    """200 as long as the process answers at all; it asks nothing else."""
    return _answer({"status": "alive"}, 200)


@health.get("/readyz")
def readyz() -> Response:
    """200, or 503 with one sentence per reason why answers would be missing, incomplete or old."""
    found = _status()
    if isinstance(found, str):
        return _answer({"status": "not ready", "problems": [found]}, 503)
    problems = found.problems(services().settings.complete_from)
    body = {
        "status": "not ready" if problems else "ready",
        "problems": problems,
        "head": found.head,
        "projector": found.leader,
        "read_models": [
            {
                "name": model.name,
                "position": model.position,
                "lag": model.lag,
                "lag_seconds": round(model.lag_seconds, 3),
                "outdated": model.outdated,
                "rebuilding_at": model.rebuilding_at,
            }
            for model in found.models
        ],
        "parked": [
            {"read_model": parked.read_model, "id": str(parked.originator_id), "position": parked.position}
            for parked in found.parked
        ],
    }
    return _answer(body, 503 if problems else 200)


@health.get("/metrics")
def metrics() -> Response:
    """Answers in the form that Prometheus reads."""
    return Response(
        exposition(found if isinstance(found := _status(), FollowerStatus) else None), content_type=MEDIA_TYPE
    )


def _status() -> FollowerStatus | str:
    """The state of the projections, or why it cannot be told."""
    try:
        with services().queries.connection(timeout=POLLING_SECONDS) as conn:
            return status(conn)
    except ProgrammingError:
        return "the database has not been migrated"
    except (DatabaseError, PoolTimeout):
        return "the database cannot be reached"


def _answer(body: dict[str, Any], code: int) -> Response:
    response = Response(orjson.dumps(body), code, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
