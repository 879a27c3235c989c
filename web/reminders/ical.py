"""A calendar of what somebody owes, as iCalendar has it (RFC 5545): an event for each day on which something
is due. It says the kind and leads to the page, and nothing personal.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from web.reminders.words import WORDS, page_of

MEDIA_TYPE = "text/calendar; charset=utf-8"
LINE_OCTETS = 75
"""Longer lines are folded."""
REFRESH = "PT6H"
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True, slots=True)
class Due:
    """One thing with its day; `type` is objective or review."""

    kind: str
    type: str
    id: str
    on: date


def calendar(due: Iterable[Due], now: datetime, url: str, host: str) -> bytes:
    """The calendar; `url` is where its links begin, `host` makes the ids of its events the service's own."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Throughline//Reminders//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Throughline",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
        *(line for each in due for line in _event(each, now, url, host)),
        "END:VCALENDAR",
    ]
    return b"".join(folded(line) for line in lines)


def folded(line: str) -> bytes:
    """The line as it is sent, with its end: no piece is longer than 75 octets, and no character is cut."""
    pieces, piece = [], b""
    for each in line:
        octets = each.encode()
        if len(piece) + len(octets) > LINE_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"


def escaped(text: str) -> str:
    """A text as a value."""
    return text.translate(_ESCAPED)


def _event(due: Due, now: datetime, url: str, host: str) -> Iterator[str]:
    page = page_of(due.type, due.id, url)
    yield "BEGIN:VEVENT"
    yield f"UID:{due.kind}-{due.id}@{host}"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{due.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{due.on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{escaped(WORDS[due.kind])}"
    yield f"DESCRIPTION:{escaped(page)}"
    yield f"URL:{page}"
    yield "CLASS:PRIVATE"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"
