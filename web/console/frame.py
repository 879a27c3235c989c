"""The frame of every page: its reader, its moment, all that the browser is allowed, and the page that says
why there is none.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, available_timezones

from flask import Blueprint, Response, g, redirect, render_template, request
from werkzeug import Response as BaseResponse

from web.access.guard import caller
from web.access.table import has_role, row_of
from web.access.tokens import NotSignedIn
from web.console import asking, drawings
from web.console.places import page_of
from web.console.ruler import months
from web.console.viewing import View
from web.console.wording import FILTERS, at
from web.errors import problem_of
from web.wiring import services

console = Blueprint(
    "console", __name__, template_folder="templates", static_folder="static", static_url_path="/console"
)
_OWN = ("script-src", "style-src", "img-src", "font-src", "connect-src", "form-action")
POLICY = "; ".join(
    ("default-src 'none'", *(f"{each} 'self'" for each in _OWN), "base-uri 'none'", "frame-ancestors 'none'")
)
THEME, ZONE = "throughline-theme", "throughline-zone"
THEMES = ("light", "dark")
UTC = "UTC"
LEADING = (
    ("/", "Home", None),
    ("/map", "Map", "alignment.graph"),
    ("/units", "Organisation", "alignment_health.health"),
    ("/people", "People", "people.list"),
    ("/cycles", "Cycles", "cycles.list"),
    ("/trail", "Trail", "audit.list"),
)
"""The words that lead everywhere: path, word, and the operation that a page there asks first."""
AT = {"/objectives": "/map", "/plans": "/map", "/reviews": "/cycles", "/measures": "/", "/board-pack": "/"}
"""The pages of these stand under another word."""
STATES = {
    401: ("You are not signed in", "Sign in, and you will be taken to where you wanted to go."),
    403: (
        "This is not for you",
        "Your role does not let you see or do this. Whoever sent you the link may see more than you.",
    ),
    404: (
        "There is nothing here for you",
        "Either it does not exist, or it is private. Whoever sent you the link may see more than you.",
    ),
    413: ("This is too large", "Nothing was recorded. Send less at once."),
    429: ("Too much at once", "The service is busy with what you asked before. Try again in a moment."),
    503: ("The service is busy", "Nothing was changed. Try again in a moment."),
}
NOT_YET = ("Still to be seen", "It is recorded, and usually shown within some milliseconds.")


def view() -> View:
    """The moment that the present page is asked for."""
    if "view" not in g:
        g.view = View.asked(request.args, services().today())
    found: View = g.view
    return found


def page(
    template: str, *, timed: bool = False, kept: Mapping[str, str] | None = None, **given: Any
) -> Response:
    """The page of a template, `timed` if it speaks of a state. Its links to other moments have the parameters
    `kept`.
    """
    return Response(
        render_template(template, **given, **around(timed=timed, kept=kept or {})), mimetype="text/html"
    )


def may(operation: str) -> bool:
    """Returns whether a role of whoever looks is enough for an operation, whatever it is about."""
    return has_role(caller(), row_of(operation))


def zone() -> ZoneInfo | None:
    """The time zone that the reader has chosen; None for UTC."""
    name = request.cookies.get(ZONE, "")
    return ZoneInfo(name) if name in zones() and name != UTC else None


@cache
def zones() -> tuple[str, ...]:
    """The time zones that a reader may choose: those of places, and UTC."""
    named = (each for each in available_timezones() if "/" in each and not each.startswith("Etc/"))
    return (UTC, *sorted(named))


class Reader:
    """Whoever looks at the page."""

    def __init__(self) -> None:
        self.id = caller().person_id
        self.role = caller().role
        said = asking.tried(f"/people/{self.id}") if self.id else None
        named = said is not None and not said.is_refused
        self.name = str(said.body["name"]) if said and named else "The organisation"


@console.after_request
def _safe(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    if request.endpoint == "console.static":
        response.headers["Cache-Control"] = "public, max-age=86400"
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


@console.context_processor
def _around() -> dict[str, Any]:
    theme = request.cookies.get(THEME)
    return {
        **{name: getattr(drawings, name) for name in ("icon", "shape", "progress", "spark", "bar_of_month")},
        "may": may,
        "page_of": page_of,
        "theme": theme if theme in THEMES else None,
        "path": request.path,
        "url": lambda path, **more: view().url(path, **more),
    }


def around(*, timed: bool, kept: Mapping[str, str]) -> dict[str, Any]:
    """The frame of a page: the words that lead, the reader, the position, and where it is `timed` the ruler,
    whose links have the parameters `kept`.
    """
    return {
        "leading": [
            (path, word, _is_under(path)) for path, word, asks in LEADING if asks is None or may(asks)
        ],
        "reader": Reader(),
        "view": view(),
        "timed": timed,
        "kept": kept,
        "ruler": months(view(), request.path, kept) if timed else (),
        "position": min(asking.positions(), default=None),
        "api": asking.first(),
    }


def _is_under(path: str) -> bool:
    here = next((there for start, there in AT.items() if request.path.startswith(start)), request.path)
    return here == path or (path != "/" and here.startswith(path + "/"))


@console.errorhandler(NotSignedIn)
def _sign_in(error: NotSignedIn) -> BaseResponse:
    """Leads whoever is not signed in there, and back afterwards."""
    if request.method not in ("GET", "HEAD"):
        return _told(401, {"detail": str(error)})
    return redirect(f"/sign-in?{urlencode({'next': request.full_path.rstrip('?')})}")


@console.errorhandler(asking.NotAnswered)
def _not_answered(error: asking.NotAnswered) -> Response:
    return _told(int(error.problem["status"]), error.problem)


@console.errorhandler(Exception)
def _failed(error: Exception) -> Response:
    g.problem = problem_of(error, request.path)
    return _told(g.problem.status, g.problem.body)


def _told(status: int, problem: Mapping[str, Any]) -> Response:
    """The page that says that there is none, why, and what to do next."""
    waits = str(problem.get("type", "")).endswith("/not-yet-visible")
    title, advice = (
        NOT_YET if waits else STATES.get(status, ("This page could not be made", "Nothing was changed."))
    )
    return Response(
        render_template("state.html", title=title, advice=advice, problem=problem, waits=waits),
        status,
        mimetype="text/html",
    )


@console.app_template_filter("local")
def _local(given: str | datetime) -> str:
    """Tells an instant in the time zone of the reader."""
    return at(given, zone())


for _name, _filter in FILTERS.items():
    console.add_app_template_filter(_filter, _name)
