"""A route that is to go says so in its answers: `Deprecation` (RFC 9745), `Sunset` (RFC 8594), and links to
what to do instead; the OpenAPI document marks the operation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import Response, current_app, request
from werkzeug.http import http_date

Named = TypeVar("Named", bound=Callable[..., Any])


@dataclass(frozen=True)
class Deprecated:
    """Since when a route is deprecated, from when on it may be gone, and the page that says what to use.
    ValueError for instants without an offset, and for an end before the beginning.
    """

    since: datetime
    sunset: datetime | None
    guide: str

    def __post_init__(self) -> None:
        for instant in (self.since, self.sunset):
            if instant is not None and instant.tzinfo is None:
                raise ValueError(f"{instant} has no offset")
        if self.sunset is not None and self.sunset < self.since:
            raise ValueError("what is deprecated does not end before it is")


def deprecated(*, since: datetime, sunset: datetime | None = None, guide: str) -> Callable[[Named], Named]:
    """Stands below the declaration of a route, over its function."""
    said = Deprecated(since, sunset, guide)

    def decorate(named: Named) -> Named:
        vars(named)["deprecated"] = said
        return named

    return decorate


def deprecation_of(named: Callable[..., Any] | None) -> Deprecated | None:
    """Gives what was declared of a function, if anything was."""
    return getattr(named, "deprecated", None)


def announce(response: Response) -> None:
    """Adds the headers to the answer of a route that is deprecated, also to a refusal."""
    said = deprecation_of(current_app.view_functions.get(request.endpoint or ""))
    if said is None:
        return
    response.headers["Deprecation"] = f"@{int(said.since.timestamp())}"
    response.headers.add("Link", f'<{said.guide}>; rel="deprecation"; type="text/html"')
    if said.sunset is not None:
        response.headers["Sunset"] = http_date(said.sunset)
        response.headers.add("Link", f'<{said.guide}>; rel="sunset"; type="text/html"')
