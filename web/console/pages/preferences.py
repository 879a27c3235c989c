"""The page on which a reader says how pages look in their browser: the time zone, and the colours."""

from flask import Response, redirect, request
from werkzeug import Response as BaseResponse

from web.access import sessions
from web.access.guard import caller
from web.console import asking
from web.console.frame import THEME, THEMES, UTC, ZONE, console, page, zone, zones
from web.origin import browsers_speak_tls, own_origin
from web.signin.routes import path_within
from web.wiring import services

A_YEAR = 365 * 86_400
SYSTEM = "system"
COLOURS = {SYSTEM: "as the system has them", "light": "light", "dark": "dark"}


@console.get("/preferences")
def preferences() -> Response:
    """Says how pages look in this browser, and changes it."""
    return _shown(_chosen())


@console.post("/preferences")
def keep_preferences() -> BaseResponse:
    """Keeps in the browser what was given; what was not given stays."""
    sessions.demand_same_origin(request.method, request.headers, own_origin())
    leads_to = path_within(request.form.get("next", "/"))
    given = {"zone": request.form.get("zone"), "theme": request.form.get("theme")}
    wrong = {}
    if given["zone"] is not None and given["zone"] not in zones():
        wrong["zone"] = "is no time zone; choose one of the list"
    if given["theme"] is not None and given["theme"] not in COLOURS:
        wrong["theme"] = "is one of light, dark and system"
    if wrong:
        return _shown({name: value or _chosen()[name] for name, value in given.items()}, wrong)
    response = redirect(leads_to, 303)
    if given["zone"] is not None:
        _keep(response, ZONE, given["zone"] if given["zone"] != UTC else None)
    if given["theme"] is not None:
        _keep(response, THEME, given["theme"] if given["theme"] in THEMES else None)
    return response


@console.post("/preferences/calendar")
def calendar() -> Response:
    """Makes the reader's calendar, whose address is shown this once, or ends it."""
    sessions.demand_same_origin(request.method, request.headers, own_origin())
    ends = request.form.get("do") == "end"
    said = asking.post("/me/calendar/revocation" if ends else "/me/calendar", {})
    if said.is_refused:
        raise asking.NotAnswered(said.body)
    made = None if ends else (services().settings.public_url or own_origin()) + said.body["path"]
    response = _shown(_chosen(), made=made)
    response.headers["Cache-Control"] = "no-store"
    return response


def heading(chosen: dict[str, str]) -> str:
    """The sentence that says how pages look."""
    return f"Times are shown in {chosen['zone']}, colours {COLOURS[chosen['theme']]}."


def _chosen() -> dict[str, str]:
    found, theme = zone(), request.cookies.get(THEME, "")
    return {"zone": found.key if found else UTC, "theme": theme if theme in THEMES else SYSTEM}


def _shown(given: dict[str, str], wrong: dict[str, str] | None = None, made: str | None = None) -> Response:
    groups: dict[str, list[str]] = {}
    for name in zones():
        groups.setdefault(name.partition("/")[0], []).append(name)
    response = page(
        "preferences.html",
        given=given,
        wrong=wrong or {},
        groups=groups,
        colours=COLOURS,
        heading=heading(_chosen()),
        reminders=asking.get("/me/reminders") if caller().person_id else None,
        made=made,
    )
    response.status_code = 422 if wrong else 200
    return response


def _keep(response: BaseResponse, name: str, value: str | None) -> None:
    if value is None:
        response.delete_cookie(name)
    else:
        response.set_cookie(
            name, value, max_age=A_YEAR, secure=browsers_speak_tls(), httponly=True, samesite="Lax"
        )
