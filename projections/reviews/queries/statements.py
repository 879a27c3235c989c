"""The SQL of the queries. Every statement takes %(as_of)s and %(known_at)s beside what it names."""

from projections.moment import holds
from projections.versions import as_known

REVIEWS = f"""
    select r.id::text, r.external_id, r.person_id::text, r.reviewer_id::text, r.cycle_id::text, r.status,
           r.rating, r.opened_on::text, r.shared_on::text,
           (r.shared_on + r.appeal_days)::text as appeal_until, v.version, v.position, r.scale, r.appeal_days
      from read_reviews.reviews r {as_known("read_reviews.versions", "r")}
     where {holds("r")}"""

STEPS = """
    select position, version, recorded_at, effective_on, topic, actor, reason, data from read_reviews.steps
     where review_id = %(id)s and recorded_at <= %(known_at)s and effective_on <= %(as_of)s
     order by effective_on, position"""

# Everything about these objectives and about all that was ever linked up to them, at any depth.
OBJECTIVE_EVENTS = """
    with recursive below as (
        select unnest(%(ids)s::uuid[]) as id
        union
        select e.objective_id from below
          join read_reviews.objective_events e on e.parent_id = below.id and e.topic = 'objective.aligned'
               and e.recorded_at <= %(known_at)s)
    select e.objective_id::text, e.position, e.version, e.recorded_at, e.effective_on, e.topic, e.actor,
           e.reason, e.data
      from below join read_reviews.objective_events e on e.objective_id = below.id
     where e.recorded_at <= %(known_at)s and e.effective_on <= %(as_of)s
     order by e.effective_on, e.position"""

RATINGS = f"""
    select r.person_id::text, r.reviewer_id::text as reviewer, p.unit_id::text as unit, u.kind as level,
           r.rating, r.assessed_rating, r.calibrated_rating, (r.scale->>'lowest')::int as lowest,
           (r.scale->>'highest')::int as highest
      from read_reviews.reviews r
      left join read_directory.people p on p.id = r.person_id and {holds("p")}
      left join read_directory.units u on u.id = p.unit_id and {holds("u")}
     where r.rating is not null and r.status <> 'withdrawn' and {holds("r")}
       and (%(cycle)s::uuid is null or r.cycle_id = %(cycle)s)"""
