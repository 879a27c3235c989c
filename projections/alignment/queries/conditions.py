"""SQL about an objective `o` at %(as_of)s and %(known_at)s."""

from domain.cycle import CADENCE_DAYS
from domain.health import fresh_days
from domain.objective.lifecycle import LIVE
from projections.alignment.queries.statements import SCHEMA
from projections.moment import holds


def live(alias: str) -> str:
    """Condition: the objective of this alias is live."""
    listed = ", ".join(f"'{status}'" for status in sorted(LIVE))
    return f"{alias}.status in ({listed})"


def cadence(cycle: str) -> str:
    """The cadence of a cycle that may not be there."""
    return f"coalesce({cycle}.cadence_days, {CADENCE_DAYS})"


LAST_SIGN = f"""greatest(o.last_reaffirmed_on, (
            select i.valid_from from {SCHEMA}.check_ins i where i.objective_id = o.id and {holds("i")}
            order by i.valid_from desc limit 1))"""

# As `domain.health.is_fresh`; null without any sign of life.
FRESH = f"""
    (%(as_of)s::date - {LAST_SIGN} < {fresh_days(0)} + coalesce(
        (select c.cadence_days from read_directory.cycles c where c.id = o.cycle_id and {holds("c")}),
        {CADENCE_DAYS}))"""
