"""The forms: one for each command of the API that is about a thing, at the path of the command.

A form is made from the shape of the command, sends it as the API is sent it, and says what was wrong beside
the field. Nothing is recorded that the API refuses, and what was typed is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from flask import Response, abort, current_app, redirect, request
from werkzeug import Response as BaseResponse
from werkzeug.exceptions import HTTPException

from application.ids import new_id
from domain.change_plan import MOVE_UNIT
from web.api.blueprints import BASE
from web.api.commands import Posting, posting_of
from web.console import asking
from web.console.acting import word_for
from web.console.fields import BETWEEN, GIVEN, SINCE, Field, body_of, digest_of, fields_of, with_more
from web.console.frame import console, page, view, zone
from web.console.naming import Unclear, id_of, names_of
from web.console.places import LISTED, ONE_BY_ONE
from web.console.telling import ids_in, told
from web.console.viewing import POSITION
from web.console.wording import counted, number

NEW = "new"
KINDS = "objectives,reviews,people,units,cycles,measures,plans,policies,tokens,webhooks"
CORRECTION = "/correction"
CONFLICT = 412
PLANS = "plans"
NAMED_IN_PLANS = (
    ("unit_id", "unit_name"),
    ("person_id", "person_name"),
    ("objective_id", "objective_title"),
    ("parent_id", "parent_name"),
    ("manager_id", "manager_name"),
    ("owner_unit_id", "owner_name"),
    ("owner_person_id", "owner_name"),
)
"""The fields of a planned change that are ids, each with the one that has the name."""
BESIDE = ("version", "key", "more", "seen")
"""Fields of a form that are not of the command."""
SECRETS = ("token", "secret")
"""Fields of answers that are shown once."""
ENDS = ("webhooks.remove",)
"""After these there is no page of the thing any more."""
MOST_TOKENS, MOST_SHOWN = 500, 500
REFUSED = 400
TRIED = "dry_run"
"""A command that has such a field is tried first; the button that then stands there does what was seen."""


@dataclass(frozen=True)
class Command:
    """A form gives this command: its path in the API, its shape, and the thing it is about, if there is
    one.
    """

    path: str
    route: Posting
    word: str
    says: str
    kind: str
    subject: Mapping[str, Any] | None

    @property
    def leads_to(self) -> str:
        """The page of what it is about."""
        if self.subject is None or self.kind not in ONE_BY_ONE:
            return f"/{self.kind}" if self.kind in LISTED else "/"
        return f"/{self.kind}/{self.subject['id']}"

    @property
    def title(self) -> str:
        """The name of what it is about."""
        about = self.subject or {}
        names = ("title", "name", "person_name", "url")
        return str(next((about[each] for each in names if about.get(each)), ""))

    @property
    def is_fact(self) -> bool:
        """Returns whether it is recorded as an event, since a day and for a reason."""
        return SINCE in self.route.shape.fields

    @property
    def button(self) -> str:
        """The word on the button that gives it."""
        if TRIED in self.route.shape.fields:
            return "See what would be made"
        return "Record it" if self.is_fact else self.word


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
    values = _values()
    version, key = request.form.get("version") or None, request.form.get("key")
    if more := request.form.get("more"):
        lists = {each.more for each in fields_of(command.route.shape, values, {}) if each.more}
        return _form(
            command, with_more(values, more) if more in lists else values, {}, version=version, key=key
        )
    try:
        body, places = body_of(command.route.shape, _resolved(command, values), _before(command))
    except Unclear as unclear:
        return _form(command, values, unclear.errors, version=version, key=key, status=422)
    digest = digest_of(body)
    if TRIED in command.route.shape.fields and request.form.get("seen") != digest:
        body[TRIED] = True
    said = asking.post(command.path, body, version=version, key=key)
    if not said.is_refused and "outcomes" in said.body:
        return _many(command, said.body, values, key=key, digest=digest)
    if not said.is_refused:
        return _done(command, said)
    if said.status == CONFLICT and command.route.changes:
        return _form(command, values, {}, version=_version(command), key=key, status=CONFLICT, since=version)
    errors = _errors(said.body, places)
    return _form(command, values, errors, version=version, key=key, status=said.status, problem=said.body)


def _many(
    command: Command, body: Mapping[str, Any], values: Mapping[str, str], *, key: str | None, digest: str
) -> Response:
    """Tells one by one what was made; or above the form what would be, which its button then makes."""
    refused = [each for each in body["outcomes"] if each["status"] >= REFUSED]
    made = [each for each in body["outcomes"] if each["status"] < REFUSED]
    told = {
        "heading": heading_of_many(len(made), len(refused), tried=body["dry_run"]),
        "outcomes": [*refused, *made][:MOST_SHOWN],
        "more_outcomes": len(body["outcomes"]) - MOST_SHOWN,
        "tried": body["dry_run"],
    }
    if body["dry_run"]:
        return _form(command, values, {}, version=None, key=key, seen=digest if made else None, **told)
    return page("outcomes.html", command=command, **told)


def heading_of_many(made: int, refused: int, *, tried: bool) -> str:
    """The sentence that says how many drafts were made, or would be, and how many refused."""
    if not made and not refused:
        return "Nobody is below: there is no draft to make."
    done = "would be made" if tried else ("was made" if made == 1 else "were made")
    rest = f"; {number(refused)} {'would be' if tried else 'was' if refused == 1 else 'were'} refused"
    return f"{counted(made, 'draft')} {done}{rest if refused else ''}."


def _done(command: Command, said: asking.Said) -> BaseResponse:
    """Leads on to what was made or changed; a secret is shown first, this once."""
    secret = next((said.body[each] for each in SECRETS if each in said.body), None)
    made = said.body.get("id") if command.route.creates else None
    leads_to = command.leads_to
    if made and command.route.creates in ONE_BY_ONE:
        leads_to = f"/{command.route.creates}/{made}"
    if command.route.operation in ENDS:
        leads_to = f"/{command.kind}"
    if secret is not None:
        return page("secret.html", command=command, secret=secret, made=said.body, leads_to=leads_to)
    position = said.headers.get("Throughline-Position", "")
    return redirect(f"{leads_to}?seen={position}" if position else leads_to, 303)


def _values() -> dict[str, str]:
    """The fields as they were sent; several choices of one field as one value."""
    return {name: BETWEEN.join(given) for name, given in request.form.lists() if name not in BESIDE}


def _errors(problem: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, str]:
    """By field, what the API has found wrong."""
    found: dict[str, str] = {}
    for each in problem.get("errors", ()):
        found.setdefault(places.get(each["pointer"], each["pointer"].strip("/")), each["detail"])
    return found


def _command(kind: str, rest: str) -> Command:
    """The command at a path. Raises NotFound where there is none."""
    path = f"/{kind}" if rest == NEW else f"/{kind}/{rest}"
    try:
        endpoint, ids = current_app.url_map.bind("").match(BASE + path, method="POST")
    except HTTPException:
        abort(404)
    view_of = current_app.view_functions[endpoint]
    route = posting_of(view_of)
    if route is None:
        abort(404)
    subject = _subject(kind, str(ids["id"])) if "id" in ids else None
    says = str(view_of.__doc__ or "").split("\n")[0]
    return Command(path, route, word_for(route.operation.partition(".")[2]), says, kind, subject)


def _subject(kind: str, id: str) -> Mapping[str, Any]:
    """The thing that a command is about. Raises NotFound, or `NotAnswered`, where there is none."""
    if kind != "tokens":
        found: Mapping[str, Any] = asking.get(f"/{kind}/{id}")
        return found
    rows = asking.get("/tokens", ended="true", limit=MOST_TOKENS)
    named = next((each for each in rows["items"] if each["id"] == id), None)
    if named is None and rows["next"] is None:
        raise asking.NotAnswered({"status": 404, "detail": f"there is no token {id}"})
    return named or {"id": id}


def _version(command: Command) -> str | None:
    if command.subject is None or not command.route.changes:
        return None
    return str(command.subject["version"])


def _before(command: Command) -> dict[str, Any]:
    """The values of what is revised, by the names of the fields that revise them."""
    if command.subject is None or not command.path.endswith("/revision"):
        return {}
    if command.kind == PLANS:  # all of it is said anew
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
    if _reads_anew(command) and command.subject is not None:
        for row, each in enumerate(command.subject["key_results"]):
            found[f"readings/{row}/key_result_id"] = each["id"]
            found[f"readings/{row}/value"] = ""
    found |= _said_before(command)
    if command.kind == PLANS and command.path.endswith("/revision"):
        found |= _planned_before(command)
    if "on" in command.route.shape.fields:
        found["on"] = view().today.isoformat()
    return found


def _reads_anew(command: Command) -> bool:
    """Returns whether readings of an objective are given, and not those of a check-in put right."""
    return (
        command.kind == "objectives"
        and "readings" in command.route.shape.fields
        and not command.path.endswith(CORRECTION)
    )


def _said_before(command: Command) -> dict[str, str]:
    """The fields of a check-in that is put right, as it stands."""
    if command.subject is None or command.kind != "objectives" or not command.path.endswith(CORRECTION):
        return {}
    check_in = f"check_ins.{command.path.split('/')[-2]}"
    rows = asking.get(f"/objectives/{command.subject['id']}/history", field=check_in, limit=500)["items"]
    stands = {each["field"]: each["after"] for row in rows for each in row["changes"]}
    found = dict[str, str]()
    for row, each in enumerate(command.subject["key_results"]):
        value = stands.get(f"{check_in}.readings.{each['id']}")
        if value is not None:
            found |= {f"readings/{row}/{GIVEN}": each["id"], f"readings/{row}/value": str(value)}
    for name in ("confidence", "note"):
        value = stands.get(f"{check_in}.{name}")
        found |= {} if value is None else {name: str(value)}
    return found


def _planned_before(command: Command) -> dict[str, str]:
    """The fields of a change plan as it was said last."""
    plan = command.subject or {}
    shape: Any = command.route.shape.fields["changes"]
    rows = {
        f"changes/{row}/{name}": str(change[name])
        for row, change in enumerate(plan["changes"])
        for name in shape.inner.schema.fields
        if change[name] is not None
    }
    return {"title": plan["title"], "reason": plan["why"], **rows}


def _resolved(command: Command, values: Mapping[str, str]) -> dict[str, str]:
    """The values with ids where names were typed. Raises `Unclear`."""
    found, errors = dict(values), {}
    for field in fields_of(command.route.shape, values, {}):
        if field.kind == "thing" and field.value.strip():
            try:
                found[field.name] = id_of(_found_in(command, field, values), field.value.strip())
            except LookupError as unclear:
                errors[field.name] = str(unclear)
        elif field.kind == "instant" and field.value.strip():
            found[field.name] = _instant(field.value.strip())
    if errors:
        raise Unclear(errors)
    return found


def _instant(typed: str) -> str:
    """An instant that was typed as a day and a time of the reader's zone, as the API takes it."""
    try:
        found = datetime.fromisoformat(typed)
        if found.tzinfo is None:
            found = found.replace(tzinfo=zone() or UTC)
        return found.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        return typed


def _found_in(command: Command, field: Field, values: Mapping[str, str]) -> str | None:
    *row, name = field.name.split("/")
    if command.kind == PLANS and name == "parent_id":
        moves = values.get("/".join([*row, "action"])) == MOVE_UNIT
        return "units" if moves else "objectives"
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
    **more: Any,
) -> Response:
    """The form, with what was typed and what is wrong with it, and `more` that its template shows."""
    errors = _at_fields(errors, fields_of(command.route.shape, values, {}))
    fields = [
        told_
        for each in fields_of(command.route.shape, values, errors)
        if (told_ := _told(command, each, values)) is not None
    ]
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
        lists=[each.more for each in fields if each.more],
        zone=zone(),
        **more,
    )
    response.status_code = status
    return response


def _at_fields(errors: Mapping[str, str], fields: list[Field]) -> dict[str, str]:
    """The errors by the fields that there are: that of a list stands at its first row, that of a choice at
    all of them.
    """
    names = [each.name for each in fields]

    def at(name: str) -> str:
        if name in names:
            return name
        inside = (each for each in names if each.startswith(f"{name}/") or name.startswith(f"{each}/"))
        return next(inside, name)

    return {at(name): said for name, said in errors.items()}


def _told(command: Command, field: Field, values: Mapping[str, str]) -> Field | None:
    """The field as this command has it: a reading is called as its key result, and there is none for what a
    check-in that is put right has not read.
    """
    place = field.name.split("/")
    if command.kind == PLANS and place[0] == "changes":
        return replace(field, hint=_name_of(command, field) or field.hint)
    if place[0] != "readings" or command.subject is None or len(place) != 3:
        return field
    row = int(place[1])
    of = command.subject["key_results"]
    if row >= len(of) or f"readings/{row}/{GIVEN}" not in values:
        return None
    if place[2] == GIVEN:
        return replace(field, kind="hidden", more="")
    read = of[row]["reading"]
    last = f"last read {read['value']} on {read['on']}" if read else "not read yet"
    unit = f" ({of[row]['unit_of_measure']})" if of[row]["unit_of_measure"] else ""
    target = f"target {of[row]['target']}; " if of[row]["target"] else ""
    return replace(field, label=f"{of[row]['title']}{unit}", hint=f"{target}{last}", required=False, more="")


def _name_of(command: Command, field: Field) -> str:
    """The name of what a field of a change plan has the id of, as far as the plan tells it."""
    told = {
        change[id]: change[name]
        for change in (command.subject or {}).get("changes", ())
        for id, name in NAMED_IN_PLANS
        if change[id] and change[name]
    }
    return f"It is “{told[field.value]}” now." if field.value in told else ""


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
