"""An export as it is sent: all its rows are of one moment, and the journal gets its row when it has ended,
whichever way.
"""

import os
import socket
from collections.abc import Collection, Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from threading import Timer
from typing import Any
from urllib.parse import urlencode

import structlog
from flask import Response, request
from psycopg import Connection
from psycopg import Error as DatabaseError
from psycopg_pool import PoolTimeout
from werkzeug.exceptions import MethodNotAllowed

from projections.moment import instant
from web.access.guard import caller
from web.access.journal import ANSWERED, Journal, Note
from web.access.noting import subject_of
from web.access.tokens import Caller
from web.exports.columns import described
from web.exports.formats import FORMATS
from web.exports.heading import Heading
from web.exports.issuing import noted
from web.exports.lists import Exported
from web.exports.tally import Tally
from web.freshness import POSITION_HEADER, ReadSnapshot, read_snapshot
from web.schemas.queries import asked
from web.wiring import services

BROKEN_OFF = "broken-off"
WITHOUT_TIMES: Mapping[str, Any] = {"as_of": None, "known_at": None, "min_position": None}
log = structlog.get_logger("throughline.web")


@dataclass
class ExportEnding:
    """The journal is told how an export has ended: once, by `whole` or else by `broken_off`."""

    journal: Journal
    caller: Caller
    action: str
    subject: Mapping[str, Any]
    format: str
    heading: Heading
    tally: Tally = field(default_factory=Tally)
    _told: bool = field(default=False, init=False)

    def whole(self) -> None:
        """Raises if the journal cannot be written: what is not in it is not handed out whole."""
        self._tell(ANSWERED, self.tally.digest)

    def broken_off(self) -> None:
        """Does nothing after `whole`."""
        if not self._told:
            try:
                self._tell(BROKEN_OFF, None)
            except (DatabaseError, PoolTimeout) as error:
                log.error("export not in the journal", action=self.action, error=error)

    def _tell(self, outcome: str, digest: str | None) -> None:
        self.journal.note(
            Note(
                caller=self.caller,
                kind="export",
                action=self.action,
                outcome=outcome,
                rows=self.tally.rows,
                digest=digest,
                **self.subject,
                **noted(self.format, self.heading.said()),
            )
        )
        self._told = True
        log.info("export", action=self.action, outcome=outcome, rows=self.tally.rows)


def answer(exported: Exported, format: str, ids: Mapping[str, Any]) -> Response:
    """The present request answered with a file, of which the first bytes have been made by now: what fails
    before them is a problem, what fails later leaves a file without its end.
    """
    if request.method == "HEAD":
        raise MethodNotAllowed(["GET"])
    asking = asked(exported.shape)
    with ExitStack() as held:
        snapshot = held.enter_context(
            read_snapshot(services(), {**WITHOUT_TIMES, **asking}, caller(), services().exports)
        )
        held.enter_context(_ends_within(services().settings.export_seconds, snapshot.connection))
        again = None
        if exported.lasting is not None:
            snapshot, again = exported.lasting(snapshot, asking)
        rows = exported.rows(snapshot, asking, **ids)
        heading = _heading(exported, snapshot, asking, again)
        ending = ExportEnding(
            journal=services().journal,
            caller=caller(),
            action=request.endpoint or "",
            subject=subject_of(request.path, ids),
            format=format,
            heading=heading,
        )
        named = {"names": partial(_names, snapshot)} if FORMATS[format].names else {}
        made = FORMATS[format].write(heading, exported.columns, rows, ending.tally, ending.whole, **named)
        chunks = _sent(made, ending, held.pop_all())
    first = next(chunks) + next(chunks, b"")  # the heading, and the first rows
    response = Response(chain([first], chunks), content_type=FORMATS[format].media_type)
    response.call_on_close(chunks.close)
    response.headers["Content-Disposition"] = f'attachment; filename="{_file_name(heading, format)}"'
    response.headers["Cache-Control"] = "private, no-store"
    response.headers[POSITION_HEADER] = str(heading.position)
    return response


def _names(snapshot: ReadSnapshot, ids: Collection[str]) -> dict[str, str]:
    """Gives what these ids name: units, people and cycles by their names, objectives by their titles."""
    titles = snapshot.alignment.titles(snapshot.moment, ids)
    return {**titles, **snapshot.directory.names(snapshot.moment, ids)}


def _sent(made: Iterator[bytes], ending: ExportEnding, held: ExitStack) -> Generator[bytes]:
    with held:
        try:
            yield from made
        finally:
            ending.broken_off()


def _heading(
    exported: Exported,
    snapshot: ReadSnapshot,
    asking: Mapping[str, Any],
    again: Mapping[str, str] | None,
) -> Heading:
    who = caller()
    person = None if who.person_id is None else str(who.person_id)
    asked = list(request.args.items(multi=True)) if again is None else list(again.items())
    return Heading(
        what=f"{request.path}?{urlencode(asked)}".rstrip("?"),
        asked_at=instant(datetime.now(UTC)) if again is None else None,
        as_of=snapshot.moment.as_of.isoformat() if "as_of" in asking else None,
        known_at=instant(snapshot.moment.known_at) if "known_at" in asking else None,
        position=exported.position(snapshot),
        by=who.actor,
        role=who.role,
        name=snapshot.directory.names(snapshot.moment, [person] if person else []).get(person or ""),
        columns=described(exported.columns),
    )


def _file_name(heading: Heading, format: str) -> str:
    """Names the file after what was asked, the day it is about, and the position:
    reviews-2026-03-31-at-1234.csv.
    """
    path = heading.what.partition("?")[0].removeprefix("/api/v1/").removesuffix(f".{format}")
    parts = [path.replace("/", "-"), *([heading.as_of] if heading.as_of else []), f"at-{heading.position}"]
    return f"{'-'.join(parts)}.{format}"


@contextmanager
def _ends_within(seconds: float, connection: Connection[Any]) -> Iterator[None]:
    """Ends the connection after that time: whoever stops reading must not keep the database from rebuilding
    read models, nor from clearing away what is old.
    """
    timer = Timer(seconds, _cut, [connection])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(connection: Connection[Any]) -> None:
    """Under the hands of whoever is using it; what it was used for then fails."""
    with suppress(OSError, DatabaseError), socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
