"""The one list of the read models, in stages: the queries of each may read what stands before it."""

from projections import alignment, audit, change_plans, directory, feedback, measures, reviews

READ_MODELS = (
    directory.READ_MODEL,
    audit.READ_MODEL,
    alignment.READ_MODEL,
    reviews.READ_MODEL,
    feedback.READ_MODEL,
    measures.READ_MODEL,
    change_plans.READ_MODEL,
)
