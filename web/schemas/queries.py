"""A query can be asked by these parameters, all refused when unknown, given twice or out of form."""

import re
from inspect import signature
from typing import Any, ClassVar, TypeVar

from flask import request
from marshmallow import Schema, ValidationError, fields, post_load
from typing_extensions import override

from domain.checks import NAME_LENGTH
from domain.cycle import Status as CycleStatus
from domain.health import CLASSES, PHASES
from domain.objective.lifecycle import Status
from domain.objective.values import LEVELS
from domain.person import DEPARTED
from domain.presence import ACTIVE
from domain.progress import KINDS
from domain.refusals import FieldError, InvalidValue
from domain.rules import PACES
from domain.unit import DISSOLVED
from domain.unit import KINDS as UNIT_KINDS
from projections.alignment.queries.key_results import SORTING as KEY_RESULTS
from projections.alignment.queries.listing import SORTING as OBJECTIVES
from projections.directory.queries import SORTINGS
from projections.measures.queries import SORTING as MEASURES
from projections.page import FALLING, Sorting
from projections.words import words_in
from web.schemas.fields import LINE_PATTERN, Shape, choice, day, identity, instant, line
from web.schemas.reading import NOT_TEXT, pointers, sentence, shown

F = TypeVar("F")
MOST_LISTED = 500
LISTED = 50
DEEPEST = 100
CHILDREN, MOST_CHILDREN = 12, 1_000
HIGHEST_POSITION = 2**63 - 1
MOST_VALUES = 100
LONGEST_CURSOR = 8_000
"""A cursor has in it what a list is sorted by."""
STEPS = ("day", "week", "month", "quarter")
STATUSES = tuple(str(status) for status in Status)
CYCLE_STATUSES = tuple(str(status) for status in CycleStatus)


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


class Several(fields.List[Any]):
    """One value or several: the parameter given several times, or values with commas between them."""

    def __init__(self, of: fields.Field[Any], **options: Any) -> None:
        super().__init__(of, load_default=nothing, **options)

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        each = dict.fromkeys(part for given in value for part in given.split(","))
        found: list[Any] = []
        for part in each:
            try:
                found.append(self.inner.deserialize(part))
            except ValidationError as error:
                raise ValidationError(error.messages) from error
        if len(found) > MOST_VALUES:
            raise ValidationError(f"must be at most {MOST_VALUES} values")
        return found


class Sort(Several):
    """Names of values in the order of their weight, each rising or, after a `-`, falling."""

    def __init__(self, sorting: Sorting) -> None:
        names = [sign + name for name in sorting.by for sign in ("", FALLING)]
        super().__init__(choice(*names))

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        found = super()._deserialize(value, attr, data, **kwargs)
        if len({name.removeprefix(FALLING) for name in found}) < len(found):
            raise ValidationError("names a value both rising and falling")
        return found


class Search(fields.String):
    """Words to be found."""

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        search: str = line(200).deserialize(value)
        if not words_in(search):
            raise ValidationError("has no letter and no digit to look for")
        return search


def ids() -> Several:
    return Several(identity())


def choices(*names: str, **options: Any) -> Several:
    return Several(choice(*names), **options)


def search(**options: Any) -> Search:
    """The words are left out unless they are `required`."""
    form = {"pattern": LINE_PATTERN, "minLength": 1, "maxLength": 200}
    return Search(**(options or {"load_default": nothing}), metadata=form)


class Asked(Shape):
    """The two times of every query, and how fresh the answer has to be."""

    as_of = day(load_default=nothing)
    known_at = instant(load_default=nothing)
    min_position = Whole(0, HIGHEST_POSITION, load_default=nothing)


class AskedList(Asked):
    """A page of a list; the link to the next one pins the two times in `PINNED`."""

    PINNED: ClassVar[tuple[str, ...]] = ("as_of", "known_at")
    limit = Whole(1, MOST_LISTED, load_default=LISTED)
    after = line(LONGEST_CURSOR, load_default=nothing)


class AskedUntil(Asked):
    """A span of days is asked about, the last of which is `as_of`."""

    class Meta(Shape.Meta):
        exclude = ("as_of",)

    to = day(load_default=nothing)

    @post_load
    def end(self, asked: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**asked, "as_of": asked["to"]}


class AskedChanges(AskedUntil):
    from_ = day(load_default=nothing, data_key="from")
    step = choice(*STEPS, load_default="month")


class AskedFor(AskedList):
    """A list in which things are found by words and by the ids that other systems gave them."""

    q = search()
    external_id = line(NAME_LENGTH, load_default=nothing)


class AskedUnits(AskedFor):
    parent = ids()
    kind = choices(*UNIT_KINDS)
    status = choices(ACTIVE, DISSOLVED)
    sort = Sort(SORTINGS["units"])


class AskedPeople(AskedFor):
    """`without_objective`: those who are there and own no live objective on the day; false: who own one."""

    unit = ids()
    manager = ids()
    status = choices(ACTIVE, DEPARTED)
    without_objective = Truth(load_default=nothing)
    sort = Sort(SORTINGS["people"])


class AskedCycles(AskedFor):
    status = choices(*CYCLE_STATUSES)
    sort = Sort(SORTINGS["cycles"])


class AskedMeasures(AskedFor):
    sort = Sort(MEASURES)


class OfObjectives(AskedFor):
    unit = ids()
    owner = ids()
    manager = ids()
    cycle = ids()
    level = choices(*LEVELS)
    status = choices(*STATUSES)
    live = Truth(load_default=nothing)
    phase = choices(*PHASES)
    stale = Truth(load_default=nothing)
    amended = Truth(load_default=nothing)
    class_ = choices(*CLASSES, data_key="class")
    pace = choices(*PACES)


class AskedObjectives(OfObjectives):
    goal = ids()
    sort = Sort(OBJECTIVES)


class AskedKeyResults(OfObjectives):
    """The filters of objectives are meant of the objective that is measured. `read`: whether there is a
    reading.
    """

    objective = ids()
    kind = choices(*KINDS)
    read = Truth(load_default=nothing)
    sort = Sort(KEY_RESULTS)


class AskedBranch(Asked):
    """`children`: at most so many of what is opened, the neediest."""

    open = ids()
    children = Whole(0, MOST_CHILDREN, load_default=CHILDREN)
    cycle = identity(load_default=nothing)


class AskedGraph(Asked):
    root = identity(load_default=nothing)
    unit = identity(load_default=nothing)
    cycle = identity(load_default=nothing)
    depth = Whole(0, DEEPEST, load_default=nothing)


def asked(schema: Schema) -> dict[str, Any]:
    """The parameters of the present request; raises `InvalidValue` naming every one that is wrong."""
    several = {field.data_key or name for name, field in schema.fields.items() if isinstance(field, Several)}
    errors = [
        FieldError(f"?{shown(name)}", said)
        for name, values in request.args.lists()
        for said, wrong in (
            ("is given more than once", len(values) > 1 and name not in several),
            ("has control characters", bool(NOT_TEXT.search("".join([name, *values])))),
        )
        if wrong
    ]
    if not errors:
        try:
            given = {name: values if name in several else values[0] for name, values in request.args.lists()}
            loaded: dict[str, Any] = schema.load(given)
        except ValidationError as error:
            errors = [FieldError(f"?{e.pointer[1:]}", e.detail) for e in pointers(error.messages, "")]
        else:
            return loaded
    raise InvalidValue(sentence(errors), errors)


def filters_of(kind: type[F], asked: dict[str, Any]) -> F:
    """Gives what was asked as the filters of a list."""
    return kind(**{name: asked[name] for name in signature(kind).parameters if name in asked})
