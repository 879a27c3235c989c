"""The tables of the alignment read model.

The indexes serve probes by id, parent, owner or unit, newest day first; both times are inside the index where
a walk through the graph would otherwise visit rows that do not hold.
"""

from datetime import date

from domain.objective.values import PRIVATE
from projections.alignment.guards import guarded
from projections.bitemporal import Beliefs, Key
from projections.catalogue.events import ALIGNMENT, CHECK_IN, KEY_RESULT, OBJECTIVE, READING
from projections.events import Recorded
from projections.keeping import Keeper, Kept


def _date_links(links: Beliefs, key: Key, event: Recorded) -> None:
    """Bring `since` up to date: the first day of an unbroken stretch, or, later in it, the day on which the
    alignment was removed and made again.
    """
    since: date | None = None
    for first_day, _, link in links.spans(key):
        if not link["present"]:
            since = None
        elif since is None or link["restarted_on"] == first_day:
            since = first_day
        if links.value(key, first_day, "since") != since:
            links.set(key, first_day, event.recorded_at, {"since": since})


OBJECTIVES = Kept(
    "objectives",
    OBJECTIVE,
    key=("id",),
    indexes=(
        "(owner_unit_id, valid_from) where owner_unit_id is not null",
        "(owner_person_id, valid_from) where owner_person_id is not null",
        f"(id, valid_from) where visibility = '{PRIVATE}'",  # few, and asked for with each answer
    ),
)
KEY_RESULTS = Kept("key_results", KEY_RESULT, key=("objective_id", "id"))
KEEPER = Keeper(
    OBJECTIVES,
    Kept(
        "links",
        ALIGNMENT,
        key=("child_id", "parent_id"),
        own={"since": "date"},  # first day of the alignment that holds
        then=_date_links,
        indexes=(
            "(child_id, valid_from, valid_to, recorded_from, recorded_to) where present",
            "(parent_id, valid_from, valid_to, recorded_from, recorded_to) where present",
        ),
    ),
    KEY_RESULTS,
    Kept(
        "check_ins",
        CHECK_IN,
        key=("objective_id", "id"),
        indexes=("(objective_id, valid_from desc, position desc)",),
    ),
    Kept(
        "readings",
        READING,
        key=("objective_id", "key_result_id", "check_in_id"),
        indexes=("(objective_id, key_result_id, valid_from desc, position desc) where value is not null",),
    ),
    versions_of=("objective",),
)
GUARDS = guarded(OBJECTIVES, "id", ("title", "description", "external_id", "note")) + guarded(
    KEY_RESULTS, "objective_id", ("title", "unit_of_measure", "external_id")
)
