"""Logs as one JSON object per line on standard error."""

import logging
import os
import sys

import structlog

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
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: _Lines(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=number, handlers=[handler], force=True)
