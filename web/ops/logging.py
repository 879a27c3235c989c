"""Logs as one JSON object per line on standard error.

Nothing that a client or a database wrote stands in them: of an exception its kind and its places in the code,
not its message, which may repeat a value. What is logged names ids, routes and figures.
"""

import json
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, WrappedLogger

STANDARD_ERROR = 2  # its number in every process


class _Lines:
    """Writes each line with one call of the system, and needs no lock for that: behind one, all threads that
    log would wait for whoever writes, and once more for the interpreter.
    """

    def msg(self, message: str) -> None:
        rest = memoryview(f"{message}\n".encode(errors="replace"))
        while rest:
            rest = rest[os.write(STANDARD_ERROR, rest) :]

    debug = info = warning = warn = error = err = critical = fatal = exception = failure = log = msg


def configure(level: str) -> None:
    """From now on everything at `level` and above is written, structlog's and the standard library's
    alike.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_messages,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(_json)],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: _Lines(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(_json),
            ],
        )
    )
    logging.basicConfig(level=number, handlers=[handler], force=True)


def _json(said: EventDict, **options: Any) -> str:
    try:
        return orjson.dumps(said, **options).decode()
    except orjson.JSONEncodeError:  # half a character, such as a path can have, or a number beyond 64 bits
        return json.dumps(said, **options)


def _without_messages(_: WrappedLogger, __: str, said: EventDict) -> EventDict:
    """Exceptions, as `exc_info` or as a value, become text that repeats nothing of what they were about."""
    given = said.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exception() if given is True else given
    if isinstance(error, BaseException):
        said["exception"] = "\n".join(_chain(error))
    for name, value in said.items():
        if isinstance(value, BaseException):
            said[name] = _kind(value)
    return said


def _chain(error: BaseException) -> Iterator[str]:
    """Gives the exception and what led to it, the latest first, each with its places."""
    following: BaseException | None = error
    while following is not None:
        yield _kind(following)
        for place in reversed(traceback.extract_tb(following.__traceback__)):
            yield f"  {place.filename}:{place.lineno} in {place.name}"
        hidden = None if following.__suppress_context__ else following.__context__
        following = following.__cause__ or hidden


def _kind(error: BaseException) -> str:
    """Names an exception: of the database by its code, of the system by its reason; a failure of the
    connection, which the database has no code for, says what it was.
    """
    name = type(error).__name__
    if hasattr(error, "sqlstate"):
        return f"{name}: {error.sqlstate or error}"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"
    return name
