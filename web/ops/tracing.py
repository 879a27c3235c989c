"""A request is known by an id of its own, and by the trace that it is part of (W3C Trace Context).

The id is made here and never taken from a client: it stands in the answer and in every line of the log. A
`traceparent` of the form that the recommendation has is gone on with; any other is as good as none, and the
trace begins here.
"""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import g

from application.ids import new_id

REQUEST_ID = "X-Request-Id"
ARRIVAL = "throughline.request"
"""The environment of a WSGI request has its id here, if the server has given it one."""
SAMPLED = 0x01
_PARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.ASCII)
_NEVER_A_VERSION, _OF_THIS_FORM = "ff", "00"


@dataclass(frozen=True, slots=True)
class Trace:
    """A request's place in a trace: `parent_id` is the span of the client, if it said one; the request's own
    is `span_id`.
    """

    trace_id: str
    span_id: str
    parent_id: str | None
    sampled: bool

    @property
    def traceparent(self) -> str:
        """Names this span to whatever follows from the request."""
        return f"{_OF_THIS_FORM}-{self.trace_id}-{self.span_id}-{'01' if self.sampled else '00'}"

    def said(self) -> dict[str, str]:
        """Gives what stands in the log."""
        parent = {} if self.parent_id is None else {"parent_span_id": self.parent_id}
        return {"trace_id": self.trace_id, "span_id": self.span_id, **parent}


def traceparent() -> str | None:
    """Names the present request in the trace of its client; a trace that begins here is in the log alone."""
    trace: Trace | None = g.get("trace")
    return None if trace is None or trace.parent_id is None else trace.traceparent


def request_id(environ: dict[str, Any]) -> UUID:
    """The id of a WSGI request: that which the server gave it, else a new one, which it keeps."""
    if ARRIVAL not in environ:
        environ[ARRIVAL] = new_id()
    found: UUID = environ[ARRIVAL]
    return found


def trace_of(id: UUID, traceparent: str | None) -> Trace:
    """The trace of the request with this id; one that begins here is called as the request is."""
    span_id = id.hex[16:]
    found = _PARENT.fullmatch(traceparent or "")
    if found is None:
        return Trace(id.hex, span_id, None, False)
    version, trace_id, parent_id, flags, rest = found.groups()
    is_form = version != _NEVER_A_VERSION and (version != _OF_THIS_FORM or rest is None)
    if not is_form or not int(trace_id, 16) or not int(parent_id, 16):
        return Trace(id.hex, span_id, None, False)
    return Trace(trace_id, span_id, parent_id, bool(int(flags, 16) & SAMPLED))
