"""A query can be asked by these parameters, all refused when unknown, given twice or out of form."""

import re
from typing import Any, ClassVar

from flask import request
from marshmallow import Schema, ValidationError, fields
from typing_extensions import override

from domain.health import CLASSES
from domain.objective.lifecycle import Status
from domain.objective.values import LEVELS
from domain.refusals import FieldError, InvalidValue
from web.schemas.fields import Shape, choice, day, identity, instant, line
from web.schemas.reading import NOT_TEXT, pointers, sentence, shown

MOST_LISTED = 500
LISTED = 50
DEEPEST = 100
HIGHEST_POSITION = 2**63 - 1
STATUSES = tuple(str(status) for status in Status)


def nothing() -> None:
    """The default of a parameter that was left out, which cannot be given: there is no null in a query."""


class Whole(fields.Field[int]):
    """A whole number from `least` to `most`, in plain digits."""

    DIGITS = re.compile(r"[0-9]{1,19}", re.ASCII)

    def __init__(self, least: int, most: int, **options: Any) -> None:
        form = {"type": "integer", "minimum": least, "maximum": most, **options.pop("metadata", {})}
        super().__init__(metadata=form, **options)
        self.least = least
        self.most = most

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if self.DIGITS.fullmatch(value) and self.least <= int(value) <= self.most:
            return int(value)
        raise ValidationError(f"must be a whole number from {self.least} to {self.most}")


class Truth(fields.Field[bool]):
    """true or false, spelled out."""

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"type": "boolean"}, **options)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if value in ("true", "false"):
            return bool(value == "true")
        raise ValidationError("must be true or false")


class Asked(Shape):
    """The two times of every query, and how fresh the answer has to be."""

    as_of = day(load_default=nothing, metadata={"description": "The day asked about; today if left out."})
    known_at = instant(load_default=nothing)
    min_position = Whole(0, HIGHEST_POSITION, load_default=nothing)


class AskedList(Asked):
    """A page of a list; the link to the next one pins the two times in `PINNED`."""

    PINNED: ClassVar[tuple[str, ...]] = ("as_of", "known_at")
    limit = Whole(1, MOST_LISTED, load_default=LISTED)
    after = line(1_000, load_default=nothing)


class AskedPeople(AskedList):
    unit = identity(load_default=nothing)


class AskedObjectives(AskedList):
    unit = identity(load_default=nothing)
    owner = identity(load_default=nothing)
    cycle = identity(load_default=nothing)
    level = choice(*LEVELS, load_default=nothing)
    status = choice(*STATUSES, load_default=nothing)
    class_ = choice(*CLASSES, load_default=nothing, data_key="class")
    live = Truth(load_default=nothing)
    stale = Truth(load_default=nothing)
    q = line(200, load_default=nothing)


class AskedGraph(Asked):
    root = identity(load_default=nothing)
    unit = identity(load_default=nothing)
    cycle = identity(load_default=nothing)
    depth = Whole(0, DEEPEST, load_default=nothing)


def asked(schema: Schema) -> dict[str, Any]:
    """The parameters of the present request; raises `InvalidValue` naming every one that is wrong."""
    errors = [
        FieldError(f"?{shown(name)}", said)
        for name, values in request.args.lists()
        for said, wrong in (
            ("is given more than once", len(values) > 1),
            ("has control characters", bool(NOT_TEXT.search("".join([name, *values])))),
        )
        if wrong
    ]
    if not errors:
        try:
            loaded: dict[str, Any] = schema.load(request.args.to_dict())
        except ValidationError as error:
            errors = [FieldError(f"?{e.pointer[1:]}", e.detail) for e in pointers(error.messages, "")]
        else:
            return loaded
    raise InvalidValue(sentence(errors), errors)
