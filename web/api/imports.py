"""A plan is imported over HTTP: a workbook, or a zip of CSV files; and an empty one is downloaded."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Any

import orjson
from flask import Response, request
from werkzeug.datastructures import FileStorage

from application.plan import PlanInvalid, import_plan
from application.plan.handed_in import uploaded
from application.plan.notation import NotANotation, Notation
from application.plan.writing import template_workbook
from domain.refusals import FieldError, InvalidPlan, InvalidValue, UnsupportedMediaType
from projections.moment import instant
from web.access.guard import caller
from web.api import openapi
from web.api.commands import posted
from web.api.routes import Routes
from web.freshness import POSITION_HEADER
from web.ops.tracing import traceparent
from web.schemas.fields import Shape
from web.schemas.imports import PlanImported, PlanUpload
from web.schemas.queries import asked
from web.schemas.reading import load, refuse_what_is_no_text
from web.wiring import services

imports = Routes("imports", __name__, description="A whole plan at once, all or nothing.")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORM = "multipart/form-data"
SHAPE = PlanUpload()
MOST_SHOWN = 1_000  # complaints in one answer


@imports.post("/imports")
@imports.doc(**openapi.upload(SHAPE, PlanImported()))
def import_uploaded() -> Response:
    """Import a plan, or with `dry_run` say of each row what would become of it"""
    request.max_content_length = services().settings.max_import_bytes
    if request.mimetype != FORM:
        raise UnsupportedMediaType(f"the body must be {FORM}")
    form: dict[str, Any] = {**request.form.to_dict(), **request.files.to_dict()}
    refuse_what_is_no_text(form)
    given = load(SHAPE, posted("imports", {}, form).body)
    notation = _notation(given)
    file = given["file"]
    if not isinstance(file, FileStorage):
        raise InvalidValue("file: must be a file", [FieldError("/file", "must be a file")])
    try:
        with services().importing() as store:
            report = import_plan(
                store,
                uploaded(PurePath(file.filename or "plan").stem, file.stream),
                source=given["source"],
                notation=notation,
                today=services().today(),
                dry_run=given["dry_run"],
                actor=caller().actor,
                reason=given["reason"],
                effective_on=given["effective_on"],
                again=given["again"],
                traceparent=traceparent(),
            )
    except PlanInvalid as invalid:
        cells = [vars(error) for error in invalid.errors[:MOST_SHOWN]]
        detail = f"nothing was recorded: {len(invalid.errors)} cells are wrong"
        raise InvalidPlan(detail, cells=cells, count=len(invalid.errors)) from invalid
    body = {
        "source": report.source,
        "dry_run": report.dry_run,
        "position": report.position,
        "recorded_at": instant(report.recorded_at) if report.recorded_at else None,
        "events": report.events,
        "rows": [vars(row) for row in report.outcomes],
    }
    response = Response(orjson.dumps(body), mimetype="application/json")
    if report.position is not None:
        response.headers[POSITION_HEADER] = str(report.position)
    return response


def _impersonal(view: Callable[[], Response]) -> Callable[[], Response]:
    """Says of a GET that it reads nothing that is personal."""
    vars(view)["personal"] = False
    return view


@imports.get("/imports/template")
@imports.doc(**openapi.download("An empty plan: a sheet for each file, with its columns.", WORKBOOK))
@_impersonal
def get_import_template() -> Response:
    """An empty plan as a workbook, to be filled in"""
    asked(Shape())
    headers = {"Content-Disposition": 'attachment; filename="plan.xlsx"'}
    return Response(template_workbook(), mimetype=WORKBOOK, headers=headers)


def _notation(given: dict[str, Any]) -> Notation:
    try:
        return Notation(given["dates"], given["decimal_comma"], given["encoding"])
    except NotANotation as error:
        raise InvalidValue(str(error), [FieldError(f"/{error.option}", str(error))]) from error
