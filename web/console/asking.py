"""A page asks the API, inside the process and as whoever looks at it.

So the console has no rule of its own: what it shows was answered by the access table, is in the journal, and
has the bounds of every other client.
"""

import re
from collections.abc import Mapping
from contextvars import copy_context
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from urllib.parse import unquote, urlencode
from uuid import uuid4

import orjson
from flask import current_app, g, request
from werkzeug.datastructures import Headers
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartEncoder, Preamble

from web.access.guard import caller
from web.api.blueprints import BASE
from web.console.kept import Answers, Kept, answers
from web.freshness import POSITION_HEADER
from web.ops.tracing import ARRIVAL

_KEPT = (
    "HTTP_COOKIE",
    "HTTP_HOST",
    "HTTP_ORIGIN",
    "HTTP_SEC_FETCH_SITE",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
)
"""A question takes these from the request for the page."""
_WSGI = (
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "REMOTE_ADDR",
    "wsgi.url_scheme",
    "wsgi.errors",
    "wsgi.multithread",
    "wsgi.multiprocess",
    "wsgi.version",
)
OK, UNCHANGED = 200, 304
_NEXT = re.compile(r"[?&]after=([^&>]+)[^>]*>; rel=\"next\"")


@dataclass(frozen=True)
class Answer:
    """An answer as it was sent."""

    status: int
    data: bytes
    headers: Mapping[str, str]
    mimetype: str

    def said(self) -> "Said":
        """The same, read."""
        is_json = self.mimetype.endswith("json")
        return Said(self.status, orjson.loads(self.data) if self.data and is_json else None, self.headers)


@dataclass(frozen=True)
class Said:
    """The API has answered so: its status, its headers, and the JSON it sent."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def next(self) -> str | None:
        """The cursor of the next page of a list; None at its end."""
        found = _NEXT.search(self.headers.get("Link", ""))
        return unquote(found[1]) if found else None

    @property
    def is_refused(self) -> bool:
        """Returns whether `body` is a problem."""
        return self.status >= 400


class NotAnswered(Exception):
    """A page needs an answer that was refused; `problem` says why."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(problem.get("detail", "not answered"))
        self.problem = problem


def get(path: str, /, **parameters: Any) -> Any:
    """The answer to a GET of this path below /api/v1, a list with the cursor of its `next` page; parameters
    that are None are left out. Raises `NotAnswered`.
    """
    said = tried(path, **parameters)
    if said.is_refused:
        raise NotAnswered(said.body)
    if "items" in said.body:
        said.body["next"] = said.next
    return said.body


def tried(path: str, /, **parameters: Any) -> Said:
    """As `get`, with the problem, if it is one."""
    given = {name.rstrip("_"): value for name, value in parameters.items() if value is not None}
    return _sent("GET", path, urlencode(given, doseq=True), b"", {})


def ready() -> Mapping[str, Any]:
    """The state of the service, as whoever runs it is told it."""
    found: Mapping[str, Any] = _sent("GET", "/readyz", "", b"", {}, base="").body
    return found


def post(path: str, body: Mapping[str, Any], *, version: str | None = None, key: str | None = None) -> Said:
    """The answer of the API to a command; `version` is of what it changes, `key` makes it happen once."""
    headers = {"CONTENT_TYPE": "application/json"}
    if version is not None:
        headers["HTTP_IF_MATCH"] = f'"{version}"'
    if key is not None:
        headers["HTTP_IDEMPOTENCY_KEY"] = key
    return _sent("POST", path, "", orjson.dumps(body), headers)


def post_file(path: str, fields: Mapping[str, str], name: str, file: bytes) -> Said:
    """The answer of the API to a file with fields beside it."""
    boundary = uuid4().hex.encode()
    form = MultipartEncoder(boundary)
    sent = form.send_event(Preamble(data=b""))
    for each, value in fields.items():
        sent += form.send_event(Field(name=each, headers=Headers()))
        sent += form.send_event(Data(data=value.encode(), more_data=False))
    sent += form.send_event(File(name="file", filename=name, headers=Headers()))
    sent += form.send_event(Data(data=file, more_data=False)) + form.send_event(Epilogue(data=b""))
    return _sent(
        "POST", path, "", sent, {"CONTENT_TYPE": f"multipart/form-data; boundary={boundary.decode()}"}
    )


def _sent(
    method: str, path: str, query: str, body: bytes, headers: Mapping[str, str], base: str = BASE
) -> Said:
    given = request.environ
    environ = {name: given[name] for name in (*_KEPT, *_WSGI, ARRIVAL) if name in given} | dict(headers)
    environ |= {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": base + path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_ACCEPT": "application/json",
        "wsgi.input": BytesIO(body),
        "wsgi.run_once": False,
    }
    said = _read(environ) if method == "GET" else copy_context().run(_answered, environ).said()
    if method == "GET":
        g.setdefault("asked", []).append((f"{base}{path}{'?' if query else ''}{query}", said))
    return said


def _read(environ: dict[str, Any]) -> Said:
    """The answer to a question, which is not found again if it is kept and still holds."""
    of, answers = caller(), _answers()
    key = (of.identity, of.roles, of.units, environ["PATH_INFO"], environ["QUERY_STRING"])
    kept = answers.find(key)
    if kept is not None:
        environ["HTTP_IF_NONE_MATCH"] = kept.tag
    answer = copy_context().run(_answered, environ)
    if kept is not None and answer.status == UNCHANGED:
        return replace(kept.answer, status=OK).said()
    tag = answer.headers.get("ETag")
    if answer.status == OK and tag is not None:
        answers.keep(key, Kept(tag, answer))
    return answer.said()


def _answers() -> Answers[Answer]:
    found: Answers[Answer] = current_app.extensions.setdefault("throughline.console", answers())
    return found


def positions() -> list[int]:
    """The positions up to which the answers of the present page are complete."""
    given = (said.headers.get(POSITION_HEADER) for _, said in g.get("asked", ()))
    return [int(each) for each in given if each]


def first() -> str | None:
    """The address of the first question of the present page: what a program asks instead."""
    asked = g.get("asked", ())
    return asked[0][0] if asked else None


def _answered(environ: dict[str, Any]) -> Answer:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    with app.app_context(), app.request_context(environ):
        response = app.full_dispatch_request()
        return Answer(response.status_code, response.get_data(), response.headers, response.mimetype or "")
