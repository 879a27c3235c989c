"""The page of an import: a plan is tried, shown row by row, and imported as it was seen."""

import binascii
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response, request

from application.plan.errors import WHOLE_FILE
from application.plan.outcomes import CHANGE, CREATE, GONE, SKIP, TAKE_AWAY
from web.api.imports import SHAPE
from web.console import asking
from web.console.fields import Field, digest_of, fields_of
from web.console.frame import console, page, zone
from web.console.wording import counted, listed, number
from web.ops.bounds import MIB
from web.wiring import services

MOST_CARRIED = 2 * MIB
"""A larger file is not carried from page to page: it is chosen again, and has to be the same."""
MOST_FORM = 4 * MIB
MOST_SHOWN, LONGEST_NAME = 500, 200
WORDS = {
    CREATE: "created",
    CHANGE: "changed",
    TAKE_AWAY: "taken away",
    GONE: "gone from the plan",
    SKIP: "as is",
}
WOULD = (
    (CREATE, "create {}"),
    (CHANGE, "change {}"),
    (TAKE_AWAY, "take {} away"),
)


@console.get("/imports/new")
def new_import() -> Response:
    """Asks for a plan."""
    return _form({}, {})


@console.post("/imports/new")
def try_import() -> Response:
    """Says of each row of a plan what would become of it; or imports the plan that was seen."""
    request.max_content_length = services().settings.max_import_bytes
    request.max_form_memory_size = MOST_FORM
    values = {each.name: request.form.get(each.name, "") for each in _fields({}, {}) if each.kind != "file"}
    given = {name: value for name, value in values.items() if value}
    name, data = _file()
    if not data:
        return _form(values, {"file": "a file has to be chosen, and is not empty"}, status=422)
    seen, digest = request.form.get("seen"), digest_of(given, data)
    if seen is not None and seen != digest:
        another = "this is not what was tried: look at what would become of it first"
        return _form(values, {"file": another}, status=422)
    dry_run = seen is None
    said = asking.post_file("/imports", given | ({"dry_run": "true"} if dry_run else {}), name, data)
    if said.is_refused and "cells" not in said.body:
        errors = {each["pointer"].strip("/"): each["detail"] for each in said.body.get("errors", ())}
        return _form(values, errors, status=said.status, problem=said.body)
    whole = [cell for cell in said.body.get("cells", ()) if not cell["line"] and cell["column"] == WHOLE_FILE]
    if whole and len(whole) == said.body["count"]:
        why = "; ".join(f"“{cell['file']}” {cell['detail']}" for cell in whole)
        return _form(values, {"file": why}, status=422)
    return _shown(said, name, data, given, digest, dry_run=dry_run)


def heading(body: Mapping[str, Any]) -> str:
    """The sentence that says what an import would do, or has done."""
    if "cells" in body:
        return f"Nothing was recorded: {counted(body['count'], 'cell is', 'cells are')} wrong."
    counts = Counter(row["outcome"] for row in body["rows"])
    would = [
        words.format(counted(counts[outcome], "thing" if outcome != TAKE_AWAY else "link"))
        for outcome, words in WOULD
        if counts[outcome]
    ]
    if not would:
        return f"All {counted(counts[SKIP], 'row')} of “{body['source']}” are recorded as they are."
    if body["dry_run"]:
        return f"Importing “{body['source']}” would {listed(would)}."
    did = [f"{counted(counts[each], 'thing')} {WORDS[each]}" for each, _ in WOULD if counts[each]]
    return f"“{body['source']}” is imported: {listed(did)}."


def _file() -> tuple[str, bytes]:
    """(name, bytes) of the file that was chosen, or that is carried from the page before."""
    file = request.files.get("file")
    if file is not None and file.filename:
        return file.filename[-LONGEST_NAME:], file.stream.read()
    try:
        data = b64decode(request.form.get("carried", ""), validate=True)
    except (binascii.Error, ValueError):
        data = b""
    return request.form.get("name", "")[-LONGEST_NAME:] or "plan", data


def _fields(values: Mapping[str, str], errors: Mapping[str, str]) -> list[Field]:
    found = fields_of(SHAPE, values, errors)
    return [replace(each, label="Plan") if each.kind == "file" else each for each in found]


def _form(
    values: Mapping[str, str],
    errors: Mapping[str, str],
    *,
    status: int = 200,
    problem: Mapping[str, Any] | None = None,
) -> Response:
    fields = _fields(values, errors)
    known = {each.name for each in fields}
    response = page(
        "import.html",
        fields=fields,
        errors=[each for each in fields if each.error],
        others={name: said for name, said in errors.items() if name not in known},
        problem=problem,
        summary="Nothing was recorded." if errors or problem else "",
        options={},
        zone=zone(),
    )
    response.status_code = status
    return response


def _shown(
    said: asking.Said, name: str, data: bytes, given: Mapping[str, str], digest: str, *, dry_run: bool
) -> Response:
    body = said.body
    rows = [] if said.is_refused else body["rows"]
    told = [row for row in rows if row["outcome"] != SKIP]
    counts = Counter(row["outcome"] for row in rows)
    cells = body.get("cells", [])
    carried = b64encode(data).decode() if len(data) <= MOST_CARRIED else None
    response = page(
        "imported.html",
        heading=heading(body),
        body=body,
        wrong=cells[:MOST_SHOWN],
        more_wrong=max(body.get("count", 0) - MOST_SHOWN, 0),
        rows=told[:MOST_SHOWN],
        more=len(told) - MOST_SHOWN,
        counts=[(WORDS[each], counts[each]) for each in WORDS if counts[each]],
        words=WORDS,
        changes=bool(counts[CREATE] or counts[CHANGE] or counts[TAKE_AWAY]),
        dry_run=dry_run,
        name=name,
        digest=digest,
        carried=carried,
        given=given,
        size=f"{number(len(data))} bytes",
    )
    response.status_code = said.status if said.is_refused else 200
    return response
