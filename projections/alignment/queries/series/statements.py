"""The SQL of a series: what holds on any of the days from %(first)s to %(last)s, as known at %(known_at)s.

`since` is the day from which a row holds, or the first asked about if that is later; `until` the day from
which it no longer does, or the one after the last. Days are numbers, as Python's ordinals count them.
"""

from domain.objective.values import STRATEGIC
from projections.alignment.queries.conditions import cadence, live
from projections.alignment.queries.statements import SCHEMA
from projections.moment import known

_BEFORE_THE_FIRST = "date '0001-01-01' - 1"


def _since(day: str) -> str:
    return f"greatest({day}, %(first)s) - ({_BEFORE_THE_FIRST}) as since"


def _until(day: str) -> str:
    return f"least({day}, %(last)s::date + 1) - ({_BEFORE_THE_FIRST}) as until"


def _holds(alias: str) -> str:
    return f"({alias}.valid_from <= %(last)s and {alias}.valid_to > %(first)s and {known(alias)})"


def _at_all_times(table: str, field: str) -> str:
    """The rows of a table, and for each key one without the field that holds until the first of them."""
    return f"""
        select t.id, t.valid_from, t.valid_to, t.{field} from read_directory.{table} t where {known("t")}
        union all
        select t.id, '-infinity', min(t.valid_from), null
        from read_directory.{table} t where {known("t")} group by t.id"""


UNITS = f"""
    select u.id::text, u.parent_id::text, {_since("u.valid_from")}, {_until("u.valid_to")}
    from read_directory.units u where {_holds("u")}"""

OBJECTIVES = f"""
    with people as ({_at_all_times("people", "unit_id")})
    select id::text, strategic, unit_id::text, {_since("lower(days)")}, {_until("upper(days)")}
    from (
        select o.id, o.level = '{STRATEGIC}' as strategic, coalesce(o.owner_unit_id, p.unit_id) as unit_id,
            unnest(range_agg(daterange(
                greatest(o.valid_from, p.valid_from), least(o.valid_to, p.valid_to)))) as days
        from {SCHEMA}.objectives o
        left join people p on p.id = o.owner_person_id and o.owner_unit_id is null
            and p.valid_from < o.valid_to and p.valid_to > o.valid_from
        where {live("o")} and {_holds("o")}
        group by 1, 2, 3)"""

LINKS = f"""
    select l.child_id::text, l.parent_id::text, {_since("l.valid_from")}, {_until("l.valid_to")}
    from {SCHEMA}.links l where l.present and {_holds("l")}"""

# For how many days a sign of life keeps an objective fresh.
CADENCES = f"""
    with cycles as ({_at_all_times("cycles", "cadence_days")})
    select o.id::text as objective_id, {cadence("c")} as days,
        {_since("coalesce(c.valid_from, '-infinity')")}, {_until("coalesce(c.valid_to, 'infinity')")}
    from (select distinct o.id, o.cycle_id from {SCHEMA}.objectives o where {_holds("o")}) o
    left join cycles c on c.id = o.cycle_id and c.valid_from <= %(last)s and c.valid_to > %(first)s"""

# Those of one objective together: all of them, for a check-in holds for ever.
CHECK_INS = f"""
    select i.objective_id::text, array_agg(i.valid_from - ({_BEFORE_THE_FIRST})) as days,
        {_until("i.valid_to")}
    from {SCHEMA}.check_ins i where {_holds("i")} group by i.objective_id, i.valid_to"""

REAFFIRMATIONS = f"""
    select o.id::text as objective_id, array_agg(o.last_reaffirmed_on - ({_BEFORE_THE_FIRST})) as days,
        {_until("o.valid_to")}
    from {SCHEMA}.objectives o where o.last_reaffirmed_on is not null and {_holds("o")}
    group by o.id, o.valid_to"""
