"""From the event loop, which waits for clients, to the threads, which answer: a request goes there whole.

A body is read here, within a time and up to a size; then the request waits for its turn at a place, and a
thread of that place calls the WSGI app. So no thread ever waits for a client to send, and one that waits for
a client to read, as an export does, is set free by the watch over connections (connections.py).
"""

import asyncio
import sys
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import Any
from urllib.parse import unquote_to_bytes
from uuid import UUID

import orjson
import structlog

from application.ids import new_id
from web.errors import MEDIA_TYPE, Problem, problem
from web.ops import bounds
from web.ops.addresses import client_address
from web.ops.metrics import REFUSED
from web.ops.serve.connections import Connection
from web.ops.serve.places import Place, PlaceTaken
from web.ops.serve.rates import MOST_CALLERS, Rates
from web.ops.tracing import ARRIVAL, REQUEST_ID

Scope = Mapping[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Coroutine[Any, Any, None]]
Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
CLOSE = (b"connection", b"close")
WITHOUT_BODY = (204, 304)
log = structlog.get_logger("throughline.web")


class ClientGone(ConnectionError):
    """Nobody sends the request any more, or reads the answer."""


class Refused(Exception):
    """The request is answered with a problem before the app sees it."""

    def __init__(self, bound: str, slug: str, detail: str, path: str, *, retry_after: float = 1.0) -> None:
        super().__init__(detail)
        self.bound = bound
        self.problem: Problem = problem(slug, detail, instance=path)
        if self.problem.status in (429, 503):
            self.problem.headers["Retry-After"] = str(max(1, round(retry_after + 0.5)))


class Bridge:
    """The ASGI application that gives a WSGI app its requests."""

    def __init__(
        self,
        wsgi: Wsgi,
        places: Mapping[str, Place],
        rates: Rates,
        most_body: Callable[[str], int],
        client_seconds: float,
        *,
        trust_proxy: bool = False,
    ) -> None:
        """`most_body` gives the bytes that a body may have at a path. `trust_proxy`: a proxy in front says
        for whom it asks.
        """
        self._wsgi = wsgi
        self._places = places
        self._rates = rates
        self._most_body = most_body
        self._client_seconds = client_seconds
        self._trust_proxy = trust_proxy
        self._callers: OrderedDict[bytes, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, id = _headers(scope), new_id()
        credentials = _credentials(headers)
        caller = self._callers.get(credentials) or self._address(scope, headers)
        body = SpooledTemporaryFile[bytes](bounds.BODY_IN_MEMORY_BYTES)
        try:
            place = self._places[bounds.place_of(scope["method"], scope["path"], _query(scope))]
            self._check_rate(caller, place, scope["path"])
            length, whole = await self._receive(caller, scope["path"], headers, receive, body)
            environ = {**_environ(scope, headers, body, length), ARRIVAL: id}
            await self._take(place, caller, scope["path"])
        except Refused as refused:
            body.close()
            REFUSED.labels(refused.bound).inc()
            await _send_problem(send, refused.problem, id, scope, refused.bound)
        except ClientGone:
            body.close()
        else:
            await self._answer(place, caller, environ, scope, send, whole=whole)
            if bounds.CALLER in environ:
                self._remember(credentials, environ[bounds.CALLER])

    def _address(self, scope: Scope, headers: Mapping[str, str]) -> str:
        forwarded = headers.get("x-forwarded-for", "")
        return client_address(scope["client"][0], forwarded, trust_proxy=self._trust_proxy) or "unknown"

    def _remember(self, credentials: bytes, caller: str) -> None:
        """Credentials that were good make a caller of their own from then on, whatever the address."""
        self._callers[credentials] = caller
        self._callers.move_to_end(credentials)
        if len(self._callers) > MOST_CALLERS:
            self._callers.popitem(last=False)

    def _check_rate(self, caller: str, place: Place, path: str) -> None:
        if place.name != bounds.HEALTH and (seconds := self._rates.take(caller)):
            detail = "there are more requests of this caller than it may send in a second"
            raise Refused("rate", "too-many-requests", detail, path, retry_after=seconds)

    async def _take(self, place: Place, caller: str, path: str) -> None:
        try:
            await place.take(caller)
        except PlaceTaken as taken:
            slug = "too-many-requests" if taken.by_caller else "too-busy"
            raise Refused(place.name, slug, taken.detail, path) from taken

    async def _receive(
        self,
        caller: str,
        path: str,
        headers: Mapping[str, str],
        receive: Receive,
        body: SpooledTemporaryFile[bytes],
    ) -> tuple[int, bool]:
        """(bytes, whether all have been read): a body that is too long is not read to its end, and the app
        refuses it by its length.
        """
        said = headers.get("content-length")
        if said is None and "transfer-encoding" not in headers:
            return 0, True
        most, length = self._most_body(path), int(said or 0)
        if length > most:
            return length, False
        if said is not None and length <= bounds.SMALL_BODY_BYTES:
            return await self._read(path, receive, body, most)
        uploads = self._places[bounds.UPLOAD]
        await self._take(uploads, caller, path)
        try:
            return await self._read(path, receive, body, most)
        finally:
            uploads.leave(caller)

    async def _read(
        self, path: str, receive: Receive, body: SpooledTemporaryFile[bytes], most: int
    ) -> tuple[int, bool]:
        until, received, more = asyncio.get_running_loop().time() + self._client_seconds, 0, True
        while more and received <= most:
            try:
                async with asyncio.timeout_at(until + received / bounds.LEAST_BYTES_PER_SECOND):
                    message = await receive()
            except TimeoutError as late:
                raise Refused("body", "request-timeout", "the body did not come in time", path) from late
            if message["type"] == "http.disconnect":
                raise ClientGone
            received += len(message["body"])
            more = message["more_body"]
            body.write(message["body"])
        body.seek(0)
        return received, not more

    async def _answer(
        self, place: Place, caller: str, environ: Environ, scope: Scope, send: Send, *, whole: bool
    ) -> None:
        """Waits for the thread no longer than an answer may take; the place is held until it is done."""
        loop = asyncio.get_running_loop()
        connection: Connection = scope["extensions"]["throughline"]["connection"]

        def deliver(message: Message) -> None:
            if connection.transport.is_closing():
                raise ClientGone
            asyncio.run_coroutine_threadsafe(send(message), loop).result()

        def done(_: object) -> None:
            place.leave(caller)
            environ["wsgi.input"].close()

        work = loop.run_in_executor(place.threads, _called, self._wsgi, environ, deliver)
        work.add_done_callback(done)
        seconds = None if place.name in (bounds.EXPORT, bounds.IMPORT) else bounds.ANSWER_SECONDS
        if not (await asyncio.wait((work,), timeout=seconds))[0]:
            REFUSED.labels("answer").inc()
            detail = f"it took longer than {bounds.ANSWER_SECONDS:g} seconds"
            late = problem("took-too-long", detail, instance=scope["path"])
            await _send_problem(send, late, environ[ARRIVAL], scope, "answer")
            return
        try:
            answer = work.result()
        except ClientGone:
            return
        if answer is not None:
            start, body = answer
            if not whole:
                start["headers"].append(CLOSE)
            with connection.joined():
                await send(start)
                await send({"type": "http.response.body", "body": body})


def _called(wsgi: Wsgi, environ: Environ, deliver: Callable[[Message], None]) -> tuple[Message, bytes] | None:
    """The app's answer, if it says how long that is; what is longer than it can say is delivered piece by
    piece, and None returned.
    """
    start: Message = {"type": "http.response.start"}

    def begin(status: str, headers: list[tuple[str, str]], _: object = None) -> None:
        start["status"] = int(status[:3])
        start["headers"] = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]

    chunks = wsgi(environ, begin)
    try:
        if _is_bounded(start, environ["REQUEST_METHOD"]):
            return start, b"".join(chunks)
        deliver(start)
        for chunk in chunks:
            deliver({"type": "http.response.body", "body": chunk, "more_body": True})
        deliver({"type": "http.response.body", "body": b""})
        return None
    finally:
        close: Callable[[], None] = getattr(chunks, "close", lambda: None)
        close()


def _is_bounded(start: Message, method: str) -> bool:
    bare = method == "HEAD" or start["status"] in WITHOUT_BODY
    return bare or any(name.lower() == b"content-length" for name, _ in start["headers"])


async def _send_problem(send: Send, said: Problem, id: UUID, scope: Scope, bound: str) -> None:
    log.info(
        "refused",
        request_id=str(id),
        address=scope["client"][0],
        bound=bound,
        status=said.status,
        problem=said.slug,
    )
    body = orjson.dumps(said.body)
    headers = {
        **said.headers,
        REQUEST_ID: str(id),
        "Content-Type": MEDIA_TYPE,
        "Content-Length": str(len(body)),
    }
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": said.status, "headers": [*pairs, CLOSE]})
    await send({"type": "http.response.body", "body": body})


def _headers(scope: Scope) -> dict[str, str]:
    """By their names in lower case; what comes several times is joined. A name with an underscore could be
    taken for another one, and is left out.
    """
    found: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name, said = raw.decode("latin-1"), value.decode("latin-1")
        if "_" not in name:
            between = "; " if name == "cookie" else ","
            found[name] = f"{found[name]}{between}{said}" if name in found else said
    return found


def _credentials(headers: Mapping[str, str]) -> bytes:
    said = f"{headers.get('authorization', '')}\n{headers.get('cookie', '')}"
    return sha256(said.encode("latin-1")).digest()


def _query(scope: Scope) -> str:
    query: bytes = scope["query_string"]
    return query.decode("latin-1")


def _environ(
    scope: Scope, headers: Mapping[str, str], body: SpooledTemporaryFile[bytes], length: int
) -> Environ:
    """As PEP 3333 has it."""
    named = {f"HTTP_{name.replace('-', '_').upper()}": value for name, value in headers.items()}
    kind = named.pop("HTTP_CONTENT_TYPE", None)
    for about_the_way in ("HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"):  # the body has come whole
        named.pop(about_the_way, None)
    host, port = scope["server"]
    return {
        **named,
        **({} if kind is None else {"CONTENT_TYPE": kind}),
        **({"CONTENT_LENGTH": str(length)} if length else {}),
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": _query(scope),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
