"""The forms: one for each command of the API that is about a thing, at the path of the command.

A form is made from the shape of the command, sends it as the API is sent it, and says what was wrong beside
the field. Nothing is recorded that the API refuses, and what was typed is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, abort, current_app, redirect, request
from werkzeug import Response as BaseResponse
from werkzeug.exceptions import HTTPException

from application.ids import new_id
from web.api.blueprints import BASE
from web.api.commands import Route
from web.console import asking
from web.console.acting import word_for
from web.console.fields import Field, body_of, fields_of
from web.console.frame import console, page, view
from web.console.naming import Unclear, id_of, names_of
from web.console.places import COLLECTIONS
from web.console.telling import ids_in, told
from web.console.viewing import POSITION
from web.console.wording import counted

NEW = "new"
KINDS = "objectives,reviews,people,units,cycles,measures,policies"
CONFLICT = 412


@dataclass(frozen=True)
class Command:
    """A form gives this command: its path in the API, its shape, and the thing it is about, if there is
    one.
    """

    path: str
    route: Route
    word: str
    says: str
    kind: str
    subject: Mapping[str, Any] | None

    @property
    def leads_to(self) -> str:
        """The page of what it is about."""
        if self.subject is None or self.kind not in COLLECTIONS:
            return f"/{self.kind}" if self.kind in COLLECTIONS else "/"
        return f"/{self.kind}/{self.subject['id']}"

    @property
    def title(self) -> str:
        """The name of what it is about."""
        about = self.subject or {}
        return str(about.get("title") or about.get("name") or about.get("person_name") or "")


@console.get(f"/<any({KINDS}):kind>/<path:rest>")
def form(kind: str, rest: str) -> Response:
    """The form of a command, with what is so already in the fields of what it revises."""
    command = _command(kind, rest)
    values = {**_presets(command), **{name: value for name, value in request.args.items() if name != "seen"}}
    return _form(command, values, {}, version=_version(command), key=str(new_id()))


@console.post(f"/<any({KINDS}):kind>/<path:rest>")
def give(kind: str, rest: str) -> BaseResponse:
    """Gives the command, and leads to what it is about; or shows the form again, with what was wrong."""
    command = _command(kind, rest)
    values = {name: value for name, value in request.form.items() if name not in ("version", "key")}
    version, key = request.form.get("version") or None, request.form.get("key")
    try:
        body, places = body_of(command.route.shape, _resolved(command, values), _before(command))
    except Unclear as unclear:
        return _form(command, values, unclear.errors, version=version, key=key, status=422)
    said = asking.post(command.path, body, version=version, key=key)
    if not said.is_refused:
        position = said.headers.get("Throughline-Position", "")
        made = said.body.get("id") if command.route.creates else None
        leads_to = (
            f"/{command.route.creates}/{made}"
            if made and command.route.creates in COLLECTIONS
            else command.leads_to
        )
        return redirect(f"{leads_to}?seen={position}", 303)
    if said.status == CONFLICT:
        return _form(command, values, {}, version=_version(command), key=key, status=CONFLICT, since=version)
    errors = {
        places.get(each["pointer"], each["pointer"].strip("/")): each["detail"]
        for each in said.body.get("errors", ())
    }
    return _form(command, values, errors, version=version, key=key, status=said.status, problem=said.body)


def _command(kind: str, rest: str) -> Command:
    """The command at a path. Raises NotFound where there is none."""
    path = f"/{kind}" if rest == NEW else f"/{kind}/{rest}"
    try:
        endpoint, ids = current_app.url_map.bind("").match(BASE + path, method="POST")
    except HTTPException:
        abort(404)
    route = vars(current_app.view_functions[endpoint]).get("command")
    if not isinstance(route, Route):
        abort(404)
    subject = asking.get(f"/{kind}/{ids['id']}") if "id" in ids else None
    says = str(route.run.__doc__ or "").split("\n")[0]
    return Command(path, route, word_for(route.operation.partition(".")[2]), says, kind, subject)


def _version(command: Command) -> str | None:
    if command.subject is None or not command.route.changes:
        return None
    return str(command.subject["version"])


def _before(command: Command) -> dict[str, Any]:
    """The values of what is revised, by the names of the fields that revise them."""
    if command.subject is None or not command.path.endswith("/revision"):
        return {}
    of = command.subject
    parts = command.path.split("/")
    if "key-results" in parts:
        of = next(
            (each for each in of["key_results"] if each["id"] == parts[parts.index("key-results") + 1]), {}
        )
    return {name: of.get(name) for name in command.route.shape.fields if name in of}


def _presets(command: Command) -> dict[str, str]:
    """The fields that are filled in before anybody types."""
    found = {
        name: str(value)
        for name, value in _before(command).items()
        if value is not None and not isinstance(value, list | dict)
    }
    if (
        "readings" in command.route.shape.fields
        and command.subject is not None
        and command.kind == "objectives"
    ):
        for row, each in enumerate(command.subject["key_results"]):
            found[f"readings/{row}/key_result_id"] = each["id"]
            found[f"readings/{row}/value"] = ""
    if "on" in command.route.shape.fields:
        found["on"] = view().today.isoformat()
    return found


def _resolved(command: Command, values: Mapping[str, str]) -> dict[str, str]:
    """The values with ids where names were typed. Raises `Unclear`."""
    found, errors = dict(values), {}
    for field in fields_of(command.route.shape, values, {}):
        if field.kind == "thing" and field.value.strip():
            try:
                found[field.name] = id_of(_found_in(command, field), field.value.strip())
            except LookupError as unclear:
                errors[field.name] = str(unclear)
    if errors:
        raise Unclear(errors)
    return found


def _found_in(command: Command, field: Field) -> str | None:
    return "units" if command.kind == "units" and field.name == "hand_over_to" else field.found_in


def _form(
    command: Command,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    version: str | None,
    key: str | None,
    status: int = 200,
    since: str | None = None,
    problem: Mapping[str, Any] | None = None,
) -> Response:
    fields = [_told(command, each) for each in fields_of(command.route.shape, values, errors)]
    known = {each.name for each in fields}
    response = page(
        "form.html",
        command=command,
        fields=fields,
        version=version,
        key=key,
        errors=[each for each in fields if each.error],
        others={name: said for name, said in errors.items() if name not in known},
        problem=problem,
        since=since,
        meanwhile=_meanwhile(command, since),
        options={
            kind: _options(kind) for kind in {each.found_in for each in fields} if kind in ("units", "cycles")
        },
        summary=_summary(errors, problem),
    )
    response.status_code = status
    return response


def _told(command: Command, field: Field) -> Field:
    """The field as this command has it: a reading is called as its key result."""
    place = field.name.split("/")
    if place[0] != "readings" or command.subject is None or len(place) != 3:
        return field
    row = int(place[1])
    of = command.subject["key_results"]
    if place[2] == "key_result_id":
        return replace(field, kind="hidden")
    if row >= len(of):
        return field
    read = of[row]["reading"]
    last = f"last read {read['value']} on {read['on']}" if read else "not read yet"
    unit = f" ({of[row]['unit_of_measure']})" if of[row]["unit_of_measure"] else ""
    target = f"target {of[row]['target']}; " if of[row]["target"] else ""
    return replace(field, label=f"{of[row]['title']}{unit}", hint=f"{target}{last}", required=False)


def _meanwhile(command: Command, since: str | None) -> list[Any]:
    """The changes that were recorded after the version with which the form began."""
    if (
        since is None
        or command.subject is None
        or command.kind != "objectives"
        or not POSITION.fullmatch(since)
    ):
        return []
    said = asking.tried(f"/objectives/{command.subject['id']}/history", since_version=since)
    rows = [] if said.is_refused else said.body["items"]
    names = names_of(ids_in(rows), view())
    return [told(row, names) for row in rows]


def _options(kind: str) -> list[str]:
    return [each["name"] for each in asking.get(f"/{kind}", limit=500)["items"]]


def _summary(errors: Mapping[str, str], problem: Mapping[str, Any] | None) -> str:
    if not errors and problem is None:
        return ""
    many = len(errors)
    if not many:
        return "Nothing was recorded."
    return f"Nothing was recorded yet. {counted(many, 'thing needs', 'things need')} another look."
