"""The shapes of answers: nothing is dumped through them, they are what the OpenAPI document promises."""

from functools import cache
from typing import Any

from marshmallow import EXCLUDE, Schema, fields

from projections.catalogue.declaring import Field, Part
from projections.catalogue.events import CYCLE, PERSON, UNIT
from web.schemas.directory import KINDS as UNIT_KINDS
from web.schemas.directory import RatingScale


def of_type(*kinds: str, data_key: str | None = None, allow_none: bool = False, **form: Any) -> fields.Raw:
    """A field that is always there, of one of these types of JSON; `form` is the rest of its JSON Schema."""
    metadata = {"type": kinds[0] if len(kinds) == 1 else list(kinds), **form}
    return fields.Raw(required=True, allow_none=allow_none, data_key=data_key, metadata=metadata)


def at_times(field: fields.Raw) -> fields.Raw:
    """The field, which answers by the first policy do not have."""
    field.required = False
    return field


def text(**form: Any) -> fields.Raw:
    return of_type("string", **form)


def text_or_null(**form: Any) -> fields.Raw:
    return of_type("string", allow_none=True, **form)


def identity(**form: Any) -> fields.Raw:
    return text(format="uuid", **form)


def identity_or_null() -> fields.Raw:
    return text_or_null(format="uuid")


def day() -> fields.Raw:
    return text(format="date")


def day_or_null() -> fields.Raw:
    return text_or_null(format="date")


def decimal() -> fields.Raw:
    """A number in text, which keeps it exact."""
    return text(format="decimal")


def decimal_or_null() -> fields.Raw:
    return text_or_null(format="decimal")


def number_or_null() -> fields.Raw:
    return of_type("number", allow_none=True)


def whole() -> fields.Raw:
    return of_type("integer")


def one_of(*names: str) -> fields.Raw:
    return text(enum=list(names))


def one_of_or_null(*names: str, **form: Any) -> fields.Raw:
    return text_or_null(enum=[*names, None], **form)


def each(of: Schema) -> fields.List[Any]:
    return fields.List(fields.Nested(of), required=True)


class Shown(Schema):
    """An answer; clients take one that has more fields than these, and a test sees that it has none."""

    class Meta:
        unknown = EXCLUDE


class Circumstances(Shown):
    """The moment that an answer speaks of, and the position up to which it is complete."""

    as_of = day()
    known_at = text(format="date-time")
    position = whole()


def page_of(item: Schema) -> Schema:
    """A page of a list."""
    return _page_of(type(item))()


@cache
def _page_of(item: type[Schema]) -> type[Schema]:
    return Circumstances.from_dict({"items": each(item())}, name=f"PageOf{item.__name__}")


class FieldProblem(Shown):
    pointer = text()
    detail = text()


class ProblemAnswer(Shown):
    type = text()
    title = text()
    status = whole()
    detail = text()
    instance = text()
    errors = fields.List(fields.Nested(FieldProblem()))


class CommandAnswer(Shown):
    id = identity()
    version = whole()
    position = whole()
    recorded_at = text_or_null(format="date-time")
    events = fields.List(fields.String(), required=True)


def _kept(part: Part, **own: fields.Field[Any]) -> dict[str, fields.Field[Any]]:
    """Gives a field for each that the catalogue has read models keep of the part; `own` are those of which
    more is known than the type of the column.
    """
    kept = {name: own.get(name) or _of_column(each) for name, each in part.fields.items() if each.kept}
    return {"id": identity(), **kept, "version": whole(), "position": whole()}


def _of_column(field: Field) -> fields.Field[Any]:
    kind, form = COLUMNS[field.sql.partition(" ")[0]]
    return of_type(kind, allow_none=not field.needed, **form)


COLUMNS: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("string", {}),
    "uuid": ("string", {"format": "uuid"}),
    "date": ("string", {"format": "date"}),
    "integer": ("integer", {}),
}
"""SQL type of a column -> its JSON type, and the rest of its JSON Schema."""

UnitAnswer = Shown.from_dict(_kept(UNIT, kind=one_of(*UNIT_KINDS)), name="Unit")
PersonAnswer = Shown.from_dict(_kept(PERSON), name="Person")
CycleAnswer = Shown.from_dict(
    _kept(CYCLE, rating_scale=fields.Nested(RatingScale(), required=True, allow_none=True)), name="Cycle"
)


class Duplicate(Shown):
    """It has the address or the external id of another one of its kind, in some spelling; a review has the
    name of the person reviewed. Private objectives are told to whom they concern.
    """

    kind = one_of("unit", "person", "cycle", "objective", "review", "measure")
    id = identity()
    name = text()
    field = one_of("email", "external_id")
    other_id = identity()
    other_name = text()


class LeftWith(Shown):
    """It is still with a unit that is dissolved or a person who has left; a review has the name of the person
    reviewed.
    """

    kind = one_of("unit", "person", "objective", "review")
    id = identity()
    name = text_or_null()
    holder_kind = one_of("unit", "person")
    holder_id = identity()
    holder_name = text()


class SealedFigures(Shown):
    """The standing of an objective when its cycle was sealed; `score` is a decimal."""

    objective_id = identity()
    title = text_or_null()
    status = text()
    outcome = text_or_null()
    score = decimal_or_null()
    progress = number_or_null()


class SealOfCycle(Shown):
    """`position` is that of the closing, `sealed_position` that of the log then. `figures` were sealed;
    `differs`: whether the present ones are others. `digest` and the counts are null where a cycle was closed
    before there were seals.
    """

    position = whole()
    sealed_at = text(format="date-time")
    sealed_on = day()
    sealed_by = text()
    reason = text_or_null()
    sealed_position = of_type("integer", allow_none=True)
    digest = text_or_null()
    algorithm = text_or_null()
    objectives = of_type("integer", allow_none=True)
    reviews = of_type("integer", allow_none=True)
    reopened_at = text_or_null(format="date-time")
    reopened_on = day_or_null()
    reopened_by = text_or_null()
    reopen_reason = text_or_null()
    figures = each(SealedFigures())
    differs = of_type("boolean")


class SealedCycle(Shown):
    """Every seal of the cycle, the oldest first, and `now`: the figures at the moment asked about."""

    cycle_id = identity()
    status = text()
    items = each(SealOfCycle())
    now = each(SealedFigures())
    as_of = day()
    known_at = text(format="date-time")
    position = whole()
