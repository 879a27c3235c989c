"""A search is asked for and answered in these shapes."""

from marshmallow import fields

from projections.audit.queries.conditions import EVENT
from projections.searching import MATCHES, TYPES
from web.schemas.answers import Circumstances, Shown, each, of_type, one_of, text, text_or_null, whole
from web.schemas.queries import Asked, Whole, search

MOST, USUAL = 50, 10


class AskedSearch(Asked):
    """`limit`: so many of each type."""

    q = search(required=True)
    limit = Whole(1, MOST, load_default=USUAL)


class FoundThing(Shown):
    """`detail`: the level of an objective, the job title of a person, the kind of a unit, the topic of an
    event. `place`: whose the objective is, the unit of a person, the unit above, who did it.
    """

    type = one_of(EVENT, *TYPES)
    id = text()
    title = text_or_null()
    status = text_or_null()
    detail = text_or_null()
    place = text_or_null()
    match = one_of(*MATCHES)
    position = of_type("integer", allow_none=True)


class CountedFound(Shown):
    event = whole()
    objective = whole()
    person = whole()
    unit = whole()
    cycle = whole()


class Found(Circumstances):
    """`found`: how many of each type there are, of which `items` are the first."""

    items = each(FoundThing())
    found = fields.Nested(CountedFound(), required=True)
