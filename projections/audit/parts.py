"""Which parts of which subjects an event is about, so that they can be loaded before it is told."""

from collections.abc import Sequence

from projections.audit.fields.said import ABOUT, LIFE
from projections.audit.timeline import Timeline
from projections.events import Recorded

_OF_OBJECTIVES = {
    "key_result_id": "key_results",
    "parent_id": "alignments",
    "check_in_id": "check_ins",
    "feedback_id": "feedback",
}
_OF_THEIR_OWN = ("committed", "reaffirmed")
_OTHERS = ("owner_person_id", "person_id", "cycle_id", "parent_id")
"""Fields that name somebody or something whose own words an entry rests on."""


def load(timeline: Timeline, events: Sequence[tuple[str, Recorded]]) -> None:
    """First what the events, each beside the id of its subject, may change and what their subjects are
    called; then what those refer to.
    """
    for id, event in events:
        for part in (ABOUT, *_changed(event)):
            timeline.want(id, part)
    timeline.load()
    for said in [*(event.data for _, event in events), *timeline.said(ABOUT)]:
        for name in _OTHERS:
            if (other := said.get(name)) is not None:
                timeline.want(other, ABOUT)
    timeline.load()


def _changed(event: Recorded) -> list[str]:
    aggregate, _, what = event.topic.partition(".")
    data = event.data
    if aggregate == "measure":
        return [f"readings.{data['reading_id']}"] if "reading_id" in data else []
    if aggregate != "objective":
        return [LIFE]
    parts = [f"{kind}.{data[name]}" for name, kind in _OF_OBJECTIVES.items() if name in data]
    parts += [f"key_results.{reading['key_result_id']}" for reading in data.get("readings", ())]
    return parts or [what if what in _OF_THEIR_OWN else LIFE]
