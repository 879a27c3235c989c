"""The three kinds of path: a command, a list, and a single answer. A route says what is its own, the rest
is here.
"""

import re
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import orjson
from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema
from werkzeug.http import quote_etag

from application.act import Act
from application.store import Answer
from domain.refusals import AnswerTooLarge, NotFound, UnsupportedMediaType
from projections.moment import instant
from projections.page import Page
from web.access.guard import caller
from web.access.noting import Personal
from web.access.table import operation_of
from web.api import openapi, operations
from web.api.commands import Posting, Route, Run, carry_out, posted, takes
from web.api.conditions import asks_for_nothing, check_match, is_held
from web.api.deprecation import deprecation_of
from web.api.tags import tag_of
from web.exports.formats import SUFFIX
from web.exports.lists import NOT_THERE, Exported, of_pages, of_parts
from web.exports.sending import answer as send
from web.freshness import POSITION_HEADER, ReadSnapshot, read_snapshot
from web.ops.bounds import ANSWER_BYTES
from web.ops.metrics import counted
from web.schemas.answers import page_of
from web.schemas.bodies import StepSchema
from web.schemas.queries import Asked, AskedList, asked
from web.schemas.reading import parse
from web.unproxied import itself
from web.wiring import Commands, services

SOME_ID = "5f0c1a52-6f0e-4a35-9d8f-0a4b7b0c7a11"
"""An id for examples."""
U = TypeVar("U")
P = ParamSpec("P")
View = TypeVar("View", bound=Callable[..., Response])
_IDS = re.compile(r"<uuid:(\w+)>")
Question = Callable[..., Any]
"""Takes the snapshot, the parameters and, as keywords, the ids in the path."""


def read_body() -> Any:
    """The JSON body of the present request, read strictly; no body at all stands for an empty object."""
    asked = itself(request)
    body = asked.get_data(cache=False)
    if not body:
        return {}
    if (
        asked.mimetype != "application/json"
        or asked.headers.get("Content-Encoding", "identity") != "identity"
    ):
        raise UnsupportedMediaType("the body must be application/json, not encoded otherwise")
    return parse(body)


class Routes(Blueprint):
    """A blueprint whose routes are declared by what they are. `of` says whose use cases its commands are."""

    def __init__(self, name: str, module: str, *, description: str, of: type[Any] | None = None) -> None:
        super().__init__(name, module, description=description)
        self.of = of
        self.declared: list[tuple[Callable[..., Answer], Schema]] = []
        """The use cases that are commands as they are, each with the shape of its body."""

    def command(
        self,
        rule: str,
        shape: Schema | None = None,
        *,
        creates: str | None = None,
        changes: bool | None = None,
        example: Any = None,
    ) -> Callable[[Run], Run]:
        """A POST to `rule` that carries out the decorated function, also as an item of POST /commands.

        Without a shape, the function is not given the body: there is nothing in it of its own. What creates
        something changes nothing that exists, unless `changes` says so.
        """
        body = shape or StepSchema()
        about = creates is None if changes is None else changes

        def decorate(run: Run) -> Run:
            name = f"{self.name}.{run.__name__}"
            route = Route(body, operation_of(name), creates, about, run if shape else _without(run))

            def view(**ids: Any) -> Response:
                post, parts = posted(name, ids, read_body()), services()
                with counted(name):
                    done = carry_out(route, post, caller(), parts)
                return done.response()

            vars(view)["command"] = route  # POST /commands finds the command by its path, here
            doc = openapi.command(body, creates, about, example)
            self._add(rule, run, view, "POST", doc, operations.command(run.__name__, rule))
            return run

        return decorate

    def use_case(
        self,
        rule: str,
        use_case: Callable[Concatenate[U, Act, P], Answer],
        summary: str,
        shape: Schema | None = None,
        *,
        creates: str | None = None,
        example: Any = None,
    ) -> None:
        """A POST to `rule` that is nothing but a use case: it is given the ids in the path, in their order,
        and the fields of the body by their names. A test holds the body to the signature.
        """
        names, of = _IDS.findall(rule), self.of
        if of is None:
            raise TypeError(f"{self.name} does not say whose use cases its commands are")

        def run(use: Commands, act: Act, body: dict[str, Any], **ids: UUID) -> Answer:
            chosen: Callable[..., Answer] = use_case
            return chosen(use.of(of), act, *(ids[name] for name in names), **body)

        run.__name__, run.__doc__ = use_case.__name__, summary
        self.command(rule, shape or StepSchema(), creates=creates, example=example)(run)
        self.declared.append((use_case, shape or StepSchema()))

    def listing(
        self,
        rule: str,
        shape: AskedList,
        item: Schema,
        answer: Schema | None = None,
        *,
        personal: Personal,
        tagged: bool = True,
    ) -> Callable[[Question], Question]:
        """A GET that answers with one page; the decorated question returns a `Page`. The list of one thing
        has an `answer` of its own, and None stands for: there is no such thing. It can be exported. A
        read of what is `personal` is noted in the journal.

        Whoever has the answer by its tag is told so (304), and the question is not asked. One that rests on
        more than events is not `tagged`.
        """

        def decorate(question: Question) -> Question:
            def view(**ids: Any) -> Response:
                asking = asked(shape)
                with read_snapshot(services(), asking, caller()) as snapshot:
                    tag = tag_of(snapshot, asking) if tagged else None
                    if is_held(tag):
                        return _unchanged(snapshot, tag)
                    page: Page | None = question(snapshot, asking, **ids)
                if page is None:
                    raise NotFound(NOT_THERE)
                if asks_for_nothing(tag):
                    return _unchanged(snapshot, tag)
                body = {"items": page.items, **page.beside, **_circumstances(snapshot)}
                response = _response(body, snapshot, tag)
                if page.next is not None:
                    _link_to_next(response, page.next, shape, snapshot)
                return response

            told = answer or page_of(item)
            vars(view).update(personal=personal, answer=told)
            doc = openapi.listing(shape, told, about="<uuid:" in rule, tagged=tagged)
            self._add(rule, question, view, "GET", doc, operations.question("list", rule))
            self.exported(rule, question, of_pages(shape, item, question))
            return question

        return decorate

    def single(
        self,
        rule: str,
        answer: Schema,
        shape: Schema | None = None,
        *,
        personal: Personal,
        rows: tuple[str, ...] = (),
        tagged: bool = True,
    ) -> Callable[[Question], Question]:
        """A GET that answers with one object; the decorated question returns it, or None: there is no such
        thing. What is in the fields named in `rows` can be exported. It has a tag as a list has, unless it
        rests on more than events: then it is not `tagged`.
        A read of what is `personal` is noted in the journal.

        What has a version gets it as its ETag when asked about as it is known now: If-Match takes it.
        The answer is never 304 by it, unless any would do (`*`), for it may change without a new version:
        with the day that passes, with what contributes, with what was recorded ahead.
        """
        parameters = shape or Asked()
        versioned = "version" in answer.fields

        def decorate(question: Question) -> Question:
            def view(**ids: Any) -> Response:
                asking = asked(parameters)
                by_version = versioned and asking["as_of"] is None and asking["known_at"] is None
                with read_snapshot(services(), asking, caller()) as snapshot:
                    tag = tag_of(snapshot, asking) if tagged and not by_version else None
                    if is_held(tag):
                        return _unchanged(snapshot, tag)
                    found: dict[str, Any] | None = question(snapshot, *([asking] if shape else []), **ids)
                if found is None:
                    raise NotFound(NOT_THERE)
                if by_version:
                    tag = quote_etag(str(found["version"]))
                    check_match(tag)
                if asks_for_nothing(tag):
                    return _unchanged(snapshot, tag)
                return _response(found if versioned else {**_circumstances(snapshot), **found}, snapshot, tag)

            vars(view).update(personal=personal, answer=answer)
            doc = openapi.single(parameters, answer, tagged)
            self._add(rule, question, view, "GET", doc, operations.question("get", rule))
            if rows:
                asks = question if shape else lambda snapshot, _, **ids: question(snapshot, **ids)
                self.exported(rule, question, of_parts(parameters, answer, rows, asks))
            return question

        return decorate

    def plain(
        self,
        rule: str,
        answer: Schema,
        shape: Schema,
        *,
        personal: Personal,
        headers: tuple[str, ...] = (),
        about: bool = False,
    ) -> Callable[[View], View]:
        """A GET that speaks of no moment and makes its response itself; `about` one thing, which may not be
        there.
        """

        def decorate(view: View) -> View:
            vars(view).update(personal=personal, answer=answer)
            doc = openapi.plain(answer, asked=shape, headers=headers, about=about)
            kind = "list" if "items" in answer.fields else "get"
            self._add(rule, view, view, "GET", doc, operations.question(kind, rule))
            return view

        return decorate

    def administration(
        self, rule: str, answer: Schema, body: Schema, *, example: Any = None, creates: bool = False
    ) -> Callable[[View], View]:
        """A POST that records no event and makes its response itself."""

        def decorate(view: View) -> View:
            operation = operation_of(f"{self.name}.{view.__name__}")
            takes(Posting(body, operation, self.name if creates else None, changes=False))(view)
            doc = openapi.administration(answer, body=body, example=example or {}, creates=creates)
            self._add(rule, view, view, "POST", doc, operations.command(view.__name__, rule))
            return view

        return decorate

    def exported(self, rule: str, named: Callable[..., Any], exported: Exported) -> None:
        """GETs of the same list as a file: the path is `rule` with the suffix of the format."""

        def view(format: str, **ids: Any) -> Response:
            return send(exported, format, ids)

        vars(view)["personal"] = True  # every export is noted, whatever it is of
        view.__name__ = f"{named.__name__}_export"
        view.__doc__ = f"{named.__doc__}, as a file"
        doc = openapi.export(exported.shape)
        doc["operationId"] = operations.question("export", rule)
        described = self._marked(named, view, doc)
        self.add_url_rule(rule + SUFFIX, view.__name__, described, methods=["GET"])

    def _add(
        self,
        rule: str,
        named: Callable[..., Any],
        view: Callable[..., Any],
        method: str,
        doc: dict[str, Any],
        id: str,
    ) -> None:
        view.__name__ = named.__name__
        view.__doc__ = named.__doc__
        described = self._marked(named, view, {"operationId": id, **doc})
        self.add_url_rule(rule, view.__name__, described, methods=[method])

    def _marked(
        self, named: Callable[..., Any], view: Callable[..., Any], doc: dict[str, Any]
    ) -> Callable[..., Any]:
        """The view with its documentation, and with what is declared of its going."""
        going = deprecation_of(named)
        if going is not None:
            vars(view)["deprecated"] = going
            doc["deprecated"] = True
        described: Callable[..., Any] = self.doc(**doc)(view)
        return described


def _without(run: Run) -> Run:
    return lambda use, act, _, **ids: run(use, act, **ids)


def _circumstances(snapshot: ReadSnapshot) -> dict[str, Any]:
    return {
        "as_of": snapshot.moment.as_of.isoformat(),
        "known_at": instant(snapshot.moment.known_at),
        "position": snapshot.position,
    }


def _link_to_next(response: Response, after: str, shape: AskedList, snapshot: ReadSnapshot) -> None:
    """The next page is one of the same state as this one, whatever is recorded meanwhile."""
    circumstances = _circumstances(snapshot)
    pinned = {name: circumstances[name] for name in shape.PINNED}
    following = urlencode({**request.args.to_dict(flat=False), **pinned, "after": after}, doseq=True)
    response.headers["Link"] = f'<{request.path}?{following}>; rel="next"'


def _response(body: dict[str, Any], snapshot: ReadSnapshot, tag: str | None) -> Response:
    answer = orjson.dumps(body)
    if len(answer) > ANSWER_BYTES:
        raise AnswerTooLarge(f"the answer has {len(answer):,} bytes; one may have {ANSWER_BYTES:,}")
    return _with_headers(Response(answer, mimetype="application/json"), snapshot, tag)


def _unchanged(snapshot: ReadSnapshot, tag: str | None) -> Response:
    return _with_headers(Response(status=304), snapshot, tag)


def _with_headers(response: Response, snapshot: ReadSnapshot, tag: str | None) -> Response:
    if tag is not None:
        response.headers["ETag"] = tag
    response.headers[POSITION_HEADER] = str(snapshot.position)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization, Cookie"
    return response
