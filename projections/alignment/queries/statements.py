"""The SQL of the queries. Every statement takes %(as_of)s and %(known_at)s beside the parameters it names.

Those that take ids probe an index per id and read no more than what is above or below these: `offset 0` keeps
the planner from joining with the whole table instead, as it would for some hundreds of ids.
"""

from domain import health
from domain.cycle import CADENCE_DAYS
from domain.health import OVERDUE, PLANNED, fresh_days
from domain.objective.lifecycle import AFTER_APPROVAL, LIVE
from domain.objective.values import CONTRIBUTES
from domain.presence import ACTIVE
from domain.rules import FROM_PERIOD, WITHIN_PERIOD
from projections.moment import holds
from projections.versions import as_known

SCHEMA = "read_alignment"


def standing(alias: str) -> str:
    """Condition: the objective of this alias is approved or active, on whatever day."""
    listed = ", ".join(f"'{status}'" for status in sorted(LIVE))
    return f"{alias}.status in ({listed})"


def rule(name: str) -> str:
    """The choice that the rules in force make; null where none were recorded."""
    return f"""(select policy.{name} from read_directory.policies policy where {holds("policy")}
        order by policy.valid_from desc, policy.said_position desc limit 1)"""


def phase(alias: str) -> str:
    """As `domain.health.phase_of`."""
    return f"""case when not {standing(alias)} then null
        when {rule("live")} is distinct from '{WITHIN_PERIOD}' then '{health.LIVE}'
        when {alias}.starts_on > %(as_of)s then '{PLANNED}' when {alias}.ends_on < %(as_of)s then '{OVERDUE}'
        else '{health.LIVE}' end"""


def live(alias: str) -> str:
    """Condition: the objective of this alias is live."""
    return f"({standing(alias)} and {phase(alias)} = '{health.LIVE}')"


def cadence(cycle: str) -> str:
    """The cadence of a cycle that may not be there."""
    return f"coalesce({cycle}.cadence_days, {CADENCE_DAYS})"


# Of an objective `o`.
LAST_SIGN = f"""greatest(o.last_reaffirmed_on, (
            select i.valid_from from {SCHEMA}.check_ins i
            where i.objective_id = o.id and i.withdrawn is not true and {holds("i")}
            order by i.valid_from desc limit 1))"""

COUNTED_FROM = f"""greatest(
        {LAST_SIGN}, case when {rule("stale")} = '{FROM_PERIOD}' then o.starts_on end)"""
CADENCE = f"""coalesce(
        (select c.cadence_days from read_directory.cycles c where c.id = o.cycle_id and {holds("c")}),
        {CADENCE_DAYS})"""
# As `domain.health.is_fresh`; null without any sign of life.
FRESH = f"(%(as_of)s::date - {COUNTED_FROM} < {fresh_days(0)} + {CADENCE})"

NODE = f"o.id::text, o.title, o.level, o.status, {phase('o')} as phase"
_LINK = "child_id::text, parent_id::text, kind, weight, since"
_WANTED = "unnest(%(ids)s::uuid[]) as wanted(id)"


def _links(condition: str) -> str:
    """Links `l` that hold."""
    return f"""select l.child_id, l.parent_id, l.kind, l.weight, l.since from {SCHEMA}.links l
        where {condition} and l.present and {holds("l")} offset 0"""


# Of an objective `o`: it was changed since it was approved.
AMENDED = f"""(coalesce(o.amended_version, 0) > coalesce(o.approved_version, 0)
        and o.status in ({", ".join(f"'{status}'" for status in sorted(AFTER_APPROVAL))}))"""


def listed(condition: str, more: str = "") -> str:
    """The objectives `o` for which the condition holds, with what a list is sorted by."""
    columns = ", ".join(filter(None, [NODE, more]))
    return f"select {columns} from {SCHEMA}.told_objectives o where {holds('o')} and {condition}"


def objectives(condition: str) -> str:
    """The objectives `o` for which the condition holds."""
    return f"""
        select {NODE}, o.starts_on, o.ends_on, o.description, o.cycle_id::text, o.owner_unit_id::text,
            o.owner_person_id::text, o.visibility, o.external_id, o.last_reaffirmed_on, o.amended_version,
            o.approved_version, o.origin_id::text, o.successor_id::text, o.outcome, o.score,
            o.suggested_score, o.note, v.version, coalesce(o.owner_unit_id, p.unit_id)::text as unit_id,
            {cadence("c")} as cadence_days, last.valid_from as last_check_in_on,
            coalesce(last.confidence, (
                select i.confidence from {SCHEMA}.check_ins i
                where i.objective_id = o.id and i.confidence is not null and {holds("i")}
                order by i.valid_from desc, i.position desc limit 1), o.committed_confidence) as confidence
        from (
            select * from {SCHEMA}.told_objectives o where {holds("o")} and {condition} offset 0) o
        {as_known(f"{SCHEMA}.versions", "o")}
        left join read_directory.cycles c on c.id = o.cycle_id and {holds("c")}
        left join read_directory.people p on p.id = o.owner_person_id and {holds("p")}
        left join lateral (
            select i.valid_from, i.confidence from {SCHEMA}.check_ins i
            where i.objective_id = o.id and i.withdrawn is not true and {holds("i")}
            order by i.valid_from desc, i.position desc limit 1) last on true"""


NODES = f"""
    select {NODE} from {_WANTED}
    cross join lateral (
        select * from {SCHEMA}.told_objectives o where o.id = wanted.id and {holds("o")} offset 0) o"""

LINKS = f"select {_LINK} from {SCHEMA}.links l where l.present and {holds('l')}"

UP = f"""
    with recursive up as (
        select l.* from {_WANTED} cross join lateral ({_links("l.child_id = wanted.id")}) l
        union
        select l.* from up cross join lateral ({_links("l.child_id = up.parent_id")}) l)
    select {_LINK} from up"""

_COUNTED_IN_IT = f"l.parent_id = down.child_id and l.kind = '{CONTRIBUTES}'"
# Direct children of either kind; below them only what counts in progress.
DOWN = f"""
    with recursive down as (
        select l.* from {_WANTED} cross join lateral ({_links("l.parent_id = wanted.id")}) l
        union
        select l.* from down
        cross join lateral ({_links(_COUNTED_IN_IT)}) l
        where down.kind = '{CONTRIBUTES}')
    select {_LINK} from down"""

KEY_RESULTS = f"""
    select k.objective_id::text, k.id::text, k.title, k.kind, k.unit_of_measure, k.baseline, k.target,
        k.weight, k.external_id, r.valid_from as "on", r.value, r.check_in_id::text,
        r.said_position as position, r.said_version as version
    from {_WANTED}
    cross join lateral (
        select * from {SCHEMA}.told_key_results k
        where k.objective_id = wanted.id and k.present and {holds("k")} offset 0) k
    left join lateral (
        select r.valid_from, r.value, r.check_in_id, r.said_position, r.said_version from {SCHEMA}.readings r
        where r.objective_id = k.objective_id and r.key_result_id = k.id and r.value is not null
            and {holds("r")}
        order by r.valid_from desc, r.position desc limit 1) r on true"""

READINGS = f"""
    select r.key_result_id::text, r.valid_from as "on", r.value, r.check_in_id::text, i.confidence,
        r.said_position as position, r.said_version as version
    from {SCHEMA}.told_key_results k
    join {SCHEMA}.readings r on r.objective_id = k.objective_id and r.key_result_id = k.id
        and r.value is not null and {holds("r")}
    join {SCHEMA}.check_ins i on i.objective_id = r.objective_id and i.id = r.check_in_id and {holds("i")}
    where k.objective_id = %(id)s and k.present and {holds("k")}
    order by r.valid_from, r.position, r.key_result_id"""

UNITS_BELOW = f"""
    with recursive below as (
        select unnest(%(unit)s::uuid[]) as id
        union
        select u.id from below join read_directory.units u on u.parent_id = below.id and {holds("u")})
    select id::text from below"""

PEOPLE_OF = f"""
    select p.id::text from read_directory.people p
    where p.unit_id = any(%(units)s::uuid[]) and {holds("p")}"""

OWNERS_OF_LIVE = f"""
    select distinct o.owner_person_id::text from {SCHEMA}.told_objectives o
    where o.owner_person_id is not null and {live("o")} and {holds("o")}"""

PERSON = f"""
    select p.id::text, p.unit_id::text, p.manager_id::text, p.status,
        array(select r.id::text from read_directory.people r
              where r.manager_id = p.id and r.status = '{ACTIVE}' and {holds("r")} order by r.id) as reports
    from read_directory.people p where p.id = %(id)s and {holds("p")}"""

BELOW = f"""
    with recursive below as (
        select o.id from {SCHEMA}.told_objectives o where o.id = %(root)s and {holds("o")}
        union
        select l.child_id from below cross join lateral ({_links("l.parent_id = below.id")}) l)
    select id::text from below"""

BELOW_ANY = f"""
    with recursive below as (
        select o.id from {_WANTED} join {SCHEMA}.told_objectives o on o.id = wanted.id and {holds("o")}
        union
        select l.child_id from below cross join lateral ({_links("l.parent_id = below.id")}) l)
    select id::text from below"""

BELOW_TO_DEPTH = f"""
    with recursive below as (
        select o.id, 0 as depth from {SCHEMA}.told_objectives o where o.id = %(root)s and {holds("o")}
        union
        select l.child_id, below.depth + 1 from below
        cross join lateral ({_links("l.parent_id = below.id")}) l
        where below.depth < %(depth)s)
    select distinct id::text from below"""
