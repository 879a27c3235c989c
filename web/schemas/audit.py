"""The audit trail is asked by parameters, or by the same names in `q`."""

from datetime import UTC, date, datetime, time, timedelta
from operator import ge, gt
from typing import Any

from marshmallow import ValidationError, fields, post_load
from typing_extensions import override

from projections.audit.fields import NAMES, is_field
from projections.audit.queries.conditions import KINDS, BadSearch, Term, terms
from projections.audit.queries.trail import NEWEST, ORDERS
from projections.audit.words import OF_REASON
from web.access.journal import ANSWERED
from web.problems import CATALOGUE
from web.schemas.fields import DAY, DayField, InstantField, Shape, choice, day, identity, line
from web.schemas.queries import (
    HIGHEST_POSITION,
    LISTED,
    MOST_LISTED,
    Asked,
    Several,
    Truth,
    Whole,
    choices,
    nothing,
)

SUBJECTS = (*NAMES, "webhook", "token")
LONGEST_SEARCH = 500
LONGEST_NAME = 100
IN_SEARCH = ("reason", "field")
NOT_IN_SEARCH = ("min_position", "q", "order", "limit", "after", "count")
RANGES = (("from_", "to", ge), ("effective_from", "effective_to", gt))
LAST = datetime.max.replace(tzinfo=UTC)


class Time(fields.Field[datetime]):
    """A day or an instant, as the first instant meant; or, as an `end`, the first that is meant no more. The
    midnight of a day has no time zone: it is that of the organisation.
    """

    def __init__(self, *, end: bool, **options: Any) -> None:
        form = {"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}
        super().__init__(metadata=form, **options)
        self._end = end

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not DAY.fullmatch(value):
            return self._bound(InstantField().deserialize(value))
        return datetime.combine(DayField().deserialize(value), time()) + timedelta(days=self._end)

    def _bound(self, first: datetime) -> datetime:
        return first + timedelta(microseconds=1) if self._end and first < LAST else first


class Action(fields.String):
    """A name, or the beginning of one up to a dot, then `*`."""

    @override
    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        action: str = line(LONGEST_NAME).deserialize(value)
        if "*" in action.removesuffix(".*"):
            raise ValidationError("must be a name such as objective.closed, or end in .* such as objective.*")
        return action


class AskedTrail(Shape):
    """`from` and `to` are of the recording, a day being meant whole; `unit` includes the units below it,
    on the day on which each change is effective. `position`: one event. `actor`: as rows have it, or the
    name of a person or a token. `late`: recorded on a later day than since when it holds. `lowered`: a
    target made easier, by the kind of its key result; `raised`: made harder. `amendment`: a change of an
    objective that was approved; `approved_again`: and that was approved since, or was not. `outcome`: of
    what is no event. `q`: words, "quoted phrases" and key:value, where the keys are the other filters,
    `reason` and `field`.
    """

    min_position = Whole(0, HIGHEST_POSITION, load_default=nothing)
    kind = choices(*KINDS)
    position = Whole(1, HIGHEST_POSITION, load_default=nothing)
    actor = line(200, load_default=nothing)
    subject = identity(load_default=nothing)
    subject_type = choice(*SUBJECTS, load_default=nothing)
    action = Action(load_default=nothing)
    unit = identity(load_default=nothing)
    cycle = identity(load_default=nothing)
    from_ = Time(end=False, load_default=nothing, data_key="from")
    to = Time(end=True, load_default=nothing)
    effective_from = day(load_default=nothing)
    effective_to = day(load_default=nothing)
    late = Truth(load_default=nothing)
    lowered = Truth(load_default=nothing)
    raised = Truth(load_default=nothing)
    approved_again = Truth(load_default=nothing)
    outcome = choice(ANSWERED, *CATALOGUE, load_default=nothing)
    count = Truth(load_default=False)
    amendment = Truth(load_default=nothing)
    q = line(LONGEST_SEARCH, load_default=nothing)
    order = choice(*ORDERS, load_default=NEWEST)
    limit = Whole(1, MOST_LISTED, load_default=LISTED)
    after = line(1_000, load_default=nothing)

    @post_load
    def _with_search(self, asked: dict[str, Any], **_: Any) -> dict[str, Any]:
        """With the filters in `q` among the others; `words`, `reasons` and `fields` are the rest of it."""
        given = {**asked, "words": [], "reasons": [], "fields": []}
        in_search: set[str] = set()
        try:
            for term in terms(asked["q"] or ""):
                in_search |= self._add(given, term)
        except BadSearch as error:
            raise ValidationError({"q": [str(error)]}) from error
        for first, last, wrong in RANGES:
            ends = [_comparable(given[name]) for name in (first, last) if given[name] is not None]
            if len(ends) == len((first, last)) and wrong(*ends):
                name = "q" if first in in_search else first.rstrip("_")
                raise ValidationError({name: [f"must not be later than {last}"]})
        return given

    def _add(self, given: dict[str, Any], term: Term) -> set[str]:
        """Adds one part of a search; the name of the filter that it is, if it is one. Raises BadSearch."""
        if term.key is None:
            given["words"].append(term.tsquery())
            return set()
        if term.key == "reason":
            given["reasons"].append(term.tsquery(OF_REASON))
            return set()
        if term.key == "field":
            if not any(is_field(kind, term.value) for kind in NAMES):
                raise BadSearch(f'field: "{term.value}" is not the name of a field, nor a part of one')
            given["fields"].append(term.value)
            return set()
        name, field = self._filter(term.key)
        if given[name] is not None:
            raise BadSearch(f"{term.key} is given more than once")
        try:
            given[name] = field.deserialize([term.value] if isinstance(field, Several) else term.value)
        except ValidationError as error:
            raise BadSearch(f"{term.key}: {error.messages[0]}") from error
        return {name}

    def _filter(self, key: str) -> tuple[str, fields.Field[Any]]:
        known = {
            field.data_key or name: name for name, field in self.fields.items() if name not in NOT_IN_SEARCH
        }
        if key not in known:
            keys = ", ".join([*known, *IN_SEARCH])
            raise BadSearch(f'"{key}" is not a key, as {keys} are; words with a colon go in quotes')
        return known[key], self.fields[known[key]]


def _comparable(end: date) -> date:
    """A midnight as if it were one of UTC: two that are further apart than zones are in the same order."""
    return end.replace(tzinfo=UTC) if isinstance(end, datetime) and end.tzinfo is None else end


class AskedReaders(Asked):
    subject = identity(required=True)
