"""Links up from one objective to another."""

from datetime import date

from projections.alignment.folds.fold import Fold
from projections.alignment.tables import Rows
from projections.bitemporal import Key
from projections.events import Recorded


def _aligned(rows: Rows, event: Recorded) -> None:
    patch: dict[str, object] = {"present": True, "kind": event.data["kind"], "weight": event.data["weight"]}
    before = rows.links.at(_link(event), event.effective_on)
    if before and not before["present"] and before["removed_on"] == event.effective_on:
        patch["restarted_on"] = event.effective_on
    rows.links.set(_link(event), event.effective_on, event.recorded_at, patch)
    _date_links(rows, event)


def _alignment_weight_changed(rows: Rows, event: Recorded) -> None:
    rows.links.set(_link(event), event.effective_on, event.recorded_at, {"weight": event.data["weight"]})
    _date_links(rows, event)


def _alignment_removed(rows: Rows, event: Recorded) -> None:
    patch = {"present": False, "removed_on": event.effective_on}
    rows.links.set(_link(event), event.effective_on, event.recorded_at, patch)
    _date_links(rows, event)


def _date_links(rows: Rows, event: Recorded) -> None:
    """Bring `since` up to date: the first day of an unbroken stretch, or, later in it, the
    day on which the alignment was removed and made again.
    """
    key = _link(event)
    since: date | None = None
    for first_day, _, link in rows.links.spans(key):
        if not link["present"]:
            since = None
        elif since is None or link["restarted_on"] == first_day:
            since = first_day
        if (rows.links.at(key, first_day) or link)["since"] != since:
            rows.links.set(key, first_day, event.recorded_at, {"since": since})


def _link(event: Recorded) -> Key:
    return event.originator_id, event.data["parent_id"]


FOLDS: dict[str, Fold] = {
    "objective.aligned": _aligned,
    "objective.alignment_weight_changed": _alignment_weight_changed,
    "objective.alignment_removed": _alignment_removed,
}
