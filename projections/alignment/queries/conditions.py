"""SQL about an objective `o` at %(as_of)s and %(known_at)s."""

from projections.alignment.queries.statements import SCHEMA
from projections.moment import holds

LIVE = "o.status in ('approved', 'active')"
CADENCE = f"(select c.cadence_days from read_directory.cycles c where c.id = o.cycle_id and {holds('c')})"


def fresh(cadence: str) -> str:
    """Whether it was checked in or reaffirmed within the cadence of its cycle, 30 days if there is none; null
    if it never was.
    """
    return f"""(
        greatest(o.last_reaffirmed_on, (
            select i.valid_from from {SCHEMA}.check_ins i where i.objective_id = o.id and {holds("i")}
            order by i.valid_from desc limit 1)) >= %(as_of)s::date - coalesce({cadence}, 30))"""
