"""Requests and answers as SCIM has them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import orjson
from flask import Response, request
from pydantic import ValidationError
from scim2_models import Context, ListResponse, ResponseParameters, SCIMException, SearchRequest
from scim2_models.messages.error import Error

from application.act import Act
from application.ids import new_id
from application.store import Command
from domain.refusals import AnswerTooLarge, InvalidValue, Malformed, TooLarge, UnsupportedMediaType
from projections.directory import accounts
from projections.feed import head
from web.access.guard import caller
from web.freshness import POSITION_HEADER, ReadSnapshot, read_snapshot
from web.ops.bounds import ANSWER_BYTES, SCIM_FILTER, SCIM_OPERATIONS, SCIM_RESOURCES
from web.ops.tracing import traceparent
from web.origin import origin
from web.schemas.reading import parse
from web.scim.refusals import BASE, MEDIA_TYPE
from web.scim.resources import PAGE, POLICY
from web.wiring import services

P = ParamSpec("P")
R = TypeVar("R")
REASON = "as the identity provider has it"
SYNTAX = "invalidSyntax"


def spoken(view: Callable[P, R]) -> Callable[P, R]:
    """Makes refusals of what the models of SCIM do not take."""

    @wraps(view)
    def strictly(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            with POLICY:
                return view(*args, **kwargs)
        except ValidationError as error:
            raise _refusal(Error.from_validation_errors(error)[0]) from error
        except SCIMException as error:
            raise _refusal(error.to_error()) from error

    return strictly


def _refusal(error: Error) -> Malformed | InvalidValue:
    detail = error.detail or "the request cannot be understood"
    if error.scim_type == SYNTAX:
        return Malformed(detail)
    return InvalidValue(detail, scim_type=error.scim_type or "invalidValue")


def body() -> dict[str, Any]:
    """The JSON object that was sent."""
    if request.mimetype not in (MEDIA_TYPE, "application/json"):
        raise UnsupportedMediaType(f"the body must be {MEDIA_TYPE} or application/json")
    found = parse(request.get_data(cache=False))
    if not isinstance(found, dict):
        raise Malformed("the body must be a JSON object")
    operations = found.get(named(found, "Operations") or "")
    if isinstance(operations, list) and len(operations) > SCIM_OPERATIONS:
        raise TooLarge(f"a patch has at most {SCIM_OPERATIONS} operations")
    return found


def named(said: dict[str, Any], name: str) -> str | None:
    """The key of an attribute in an object, whose names are the same in any case."""
    return next((key for key in said if key.lower() == name.lower()), None)


def act() -> Act:
    """A command of today by the caller."""
    return Act(
        actor=caller().actor,
        command=Command(new_id(), b"", remember=False),
        reason=REASON,
        today=services().today(),
        traceparent=traceparent(),
    )


@contextmanager
def snapshot() -> Iterator[ReadSnapshot]:
    """The directory of today with all that was recorded when the request came: who provisions asks after what
    they have just changed, and would do it again if it was not there.
    """
    with services().queries.connection() as conn:
        position = head(conn)
    with read_snapshot(
        services(), {"min_position": position, "as_of": None, "known_at": None}, caller()
    ) as found:
        yield found


def entry() -> UUID | None:
    """The unit of those who come without one: that of the settings, or else the one at the top."""
    chosen = services().settings.scim_unit
    if chosen is not None:
        return chosen
    with snapshot() as found:
        return accounts.top(found.connection, found.moment)


def location(path: str, id: UUID | str | None = None) -> str:
    """The address of a resource."""
    return f"{origin()}{BASE}/{path}" if id is None else f"{origin()}{BASE}/{path}/{id}"


def shown(parameters: ResponseParameters[Any] | None = None) -> dict[str, Any]:
    """Arguments that write a resource as an answer has it, with the parts that were asked for."""
    return {"scim_ctx": Context.RESOURCE_QUERY_RESPONSE, "response_parameters": parameters}


def window(search: SearchRequest[Any]) -> tuple[int, int]:
    """The first one that is asked for, counted from 1, and how many from there on."""
    return search.start_index or 1, min(PAGE if search.count is None else search.count, SCIM_RESOURCES)


def listed(
    resources: list[Any], total: int, start: int, parameters: ResponseParameters[Any] | None = None
) -> dict[str, Any]:
    """A page of resources; an empty one, too, says how many there are."""
    return {
        "schemas": [str(ListResponse.__schema__)],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(resources),
        "Resources": [each.model_dump(**shown(parameters)) for each in resources],
    }


def answer(said: dict[str, Any], status: int = 200, position: int | None = None) -> Response:
    """The response; where what is told was created, with its address."""
    sent = orjson.dumps(said)
    if len(sent) > ANSWER_BYTES:
        raise AnswerTooLarge(f"the answer has {len(sent):,} bytes; one may have {ANSWER_BYTES:,}")
    response = Response(sent, status, mimetype=MEDIA_TYPE)
    response.headers["Cache-Control"] = "private, no-store"
    if position is not None:
        response.headers[POSITION_HEADER] = str(position)
    if status == 201:
        response.headers["Location"] = said["meta"]["location"]
    return response


def asked() -> dict[str, str]:
    """The parameters of the present request, each once."""
    for name, given in request.args.lists():
        if len(given) > 1:
            raise InvalidValue.at(f"?{name}", "is given more than once")
    if len(request.args.get("filter", "")) > SCIM_FILTER:
        raise InvalidValue(f"a filter has at most {SCIM_FILTER:,} characters", scim_type="invalidFilter")
    return request.args.to_dict()
