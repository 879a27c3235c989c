"""Histories tell how an objective came to be what it is."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from domain.refusals import InvalidValue
from projections.audit.fields import is_field
from projections.audit.queries.history import HistoryQuestion
from projections.directory.queries import PRIVATE
from projections.moment import Moment
from projections.page import Page
from web.api.feedback import read_feedback
from web.api.names import with_names_of_actors
from web.api.routes import Routes
from web.freshness import ReadSnapshot
from web.schemas.history_answers import AskedHistory, ObjectiveHistory, ToldChange

histories = Routes("histories", __name__, description="How things came to be what they are.")
COMPARED = ("approval", "comparison")
TWO_STATES = ("from_as_of", "to_as_of", "from_known_at", "to_known_at")


@histories.listing(
    "/objectives/<uuid:id>/history", AskedHistory(), ToldChange(), ObjectiveHistory(), personal=True
)
def history(snapshot: ReadSnapshot, asked: dict[str, Any], id: UUID) -> Page | None:
    """Every change with before and after, what was approved against what is so, and two states compared"""
    field = asked["field"]
    if field is not None and not is_field("objective", field):
        raise InvalidValue.at("?field", "is not a field of an objective, nor a part of one")
    if str(id) in snapshot.alignment.hidden:
        return None
    told = snapshot.history.changes(
        "objective",
        id,
        HistoryQuestion(snapshot.moment.known_at, asked["as_of"], field, asked["since_version"] or 0),
        asked["limit"],
        asked["after"],
    )
    if told is None:
        return None
    approval = snapshot.history.approval(id, snapshot.moment)
    with_names_of_actors(snapshot, [*told.items, *([approval] if approval else [])])
    beside = {"objective_id": str(id), "approval": approval, "comparison": _comparison(snapshot, asked, id)}
    return _for_caller(snapshot, id, Page(told.items, told.next, beside))


def of_thing(snapshot: ReadSnapshot, kind: str, asked: dict[str, Any], id: UUID) -> Page | None:
    """Every change of a person or a unit, and two states compared; of a person without the address, unless
    that is the caller's to read.
    """
    field = asked["field"]
    if field is not None and not is_field(kind, field):
        raise InvalidValue.at("?field", f"is not a field of a {kind}, nor a part of one")
    asking = HistoryQuestion(snapshot.moment.known_at, asked["as_of"], field, asked["since_version"] or 0)
    told = snapshot.history.changes(kind, id, asking, asked["limit"], asked["after"])
    if told is None:
        return None
    with_names_of_actors(snapshot, told.items)
    items, comparison = told.items, _comparison(snapshot, asked, id)
    if kind == "person":
        items = [without_addresses(snapshot, id, item) for item in items]
        comparison = comparison and without_addresses(snapshot, id, comparison)
    return Page(items, told.next, {"comparison": comparison})


def without_addresses(snapshot: ReadSnapshot, id: UUID, told: dict[str, Any]) -> dict[str, Any]:
    """Gives what is told of a person, without addresses where these are not the caller's to read."""
    of = snapshot.sight.emails_of
    if of is None or str(id) in of:
        return told
    nothing = {"before": None, "after": None}
    changes = [{**each, **(nothing if each["field"] in PRIVATE else {})} for each in told["changes"]]
    return {**told, "changes": changes}


def _comparison(snapshot: ReadSnapshot, asked: dict[str, Any], id: UUID) -> dict[str, Any] | None:
    if all(asked[name] is None for name in TWO_STATES):
        return None
    as_of, known_at = snapshot.moment.as_of, snapshot.moment.known_at
    before = Moment(asked["from_as_of"] or as_of, asked["from_known_at"] or known_at)
    after = Moment(asked["to_as_of"] or as_of, asked["to_known_at"] or known_at)
    return snapshot.history.comparison(id, before, after)


def _for_caller(snapshot: ReadSnapshot, id: UUID, page: Page) -> Page:
    """Without the feedback that is not for the caller, nor personal text that is not, nor the names of
    private objectives to which a link leads.
    """
    if snapshot.sight.reads_all:
        return page
    answered = read_feedback(snapshot, id)
    seen = {one["id"] for one in answered["items"]} if answered else set()

    def shown(told: dict[str, Any]) -> dict[str, Any]:
        changes = (each for each in told["changes"] if not _is_of_feedback_beside(each["field"], seen))
        return {**told, "changes": [_shown(each, snapshot.alignment.hidden) for each in changes]}

    items = [after for item in page.items if (after := shown(item))["changes"] or not item["changes"]]
    beside = {name: told and shown(told) for name, told in page.beside.items() if name in COMPARED}
    return Page(items, page.next, {**page.beside, **beside})


def _shown(change: dict[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    kind, _, rest = change["field"].partition(".")
    if kind == "alignments" and rest.partition(".")[0] in hidden:
        change = {name: value for name, value in change.items() if name != "label"}
    return {**change, "before": None, "after": None} if "personal" in change else change


def _is_of_feedback_beside(field: str, seen: set[str]) -> bool:
    kind, _, rest = field.partition(".")
    return kind == "feedback" and rest.partition(".")[0] not in seen
