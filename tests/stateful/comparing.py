"""What the aggregates and the read models say, beside what the model says."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from psycopg import Connection

from domain.aggregate import Aggregate
from domain.cycle import Cycle
from domain.measure import Measure
from domain.objective import Objective
from domain.person import Person
from domain.policy import Policy
from domain.review import Review
from domain.unit import Unit
from projections.alignment.queries import Alignment, ObjectiveFilters
from projections.directory.queries import Directory
from projections.events import Recorded
from projections.feedback.queries import Feedback
from projections.measures.queries import Measures
from projections.moment import Moment
from projections.reviews.queries import Reviews
from tests.oracle import PerformanceOracle
from tests.stateful.model import Model, progress
from tests.stateful.model.in_cycle import AFTER_APPROVAL, LIVE
from tests.stateful.system import System

ALL = 10_000


def assert_same_state(system: System, model: Model, id: UUID, today: date) -> None:
    """Of one aggregate: AssertionError where it is not what the model has, or not what its events make."""
    kind = model.facts.of(id)[0].topic.partition(".")[0]
    cls, of_aggregate, of_model = STATES[kind]
    aggregate = system.store.load(cls, id)
    assert aggregate == system.store.repository.get(id)
    assert aggregate.version == model.facts.version(id)
    assert of_aggregate(aggregate, today) == of_model(model, id, today), f"{kind} {id}"
    system.store.give_back([aggregate])


def _unit(unit: Any, today: date) -> Any:
    return unit.name.at(today), unit.parent_id.at(today), unit.status_on(today) == "active"


def _unit_of(model: Model, id: UUID, today: date) -> Any:
    at = model.facts.at
    return at(id, "name", today), at(id, "parent_id", today), model.facts.active(id, today)


def _person(person: Any, today: date) -> Any:
    place = person.place.at(today)
    return place and (place.unit_id, place.manager_id), person.status_on(today) == "active"


def _person_of(model: Model, id: UUID, today: date) -> Any:
    return model.facts.at(id, "place", today), model.facts.active(id, today)


def _cycle(cycle: Any, today: date) -> Any:
    seal = cycle.seal and (cycle.seal.objectives, cycle.seal.reviews)
    return cycle.status, seal


def _cycle_of(model: Model, id: UUID, today: date) -> Any:
    return model.facts.last(id, "status"), model.facts.last(id, "seal")


def _objective(objective: Any, today: date) -> Any:
    ending = objective.ending
    return {
        "status": objective.status,
        "amended": objective.amended,
        "title": objective.title.at(today),
        "owner": objective.owner.at(today),
        "days": (objective.starts_on.at(today), objective.ends_on.at(today)),
        "links": {link.parent_id: (link.kind, link.weight) for link in objective.links_on(today)},
        "key results": {
            each.key_result.id: (
                (each.key_result.label.title, each.key_result.label.weight),
                (each.key_result.aim.kind, each.key_result.aim.target, each.value),
            )
            for each in objective.measured_on(today)
        },
        "ending": ending and (ending.outcome, ending.score, ending.note),
        "successor": objective.successor_id,
        "feedback": {id: each.withdrawn_on is not None for id, each in objective.feedback.items()},
    }


def _objective_of(model: Model, id: UUID, today: date) -> Any:
    at, last, part = model.facts.at, model.facts.last, model.objectives
    given = [name[1] for fact in model.facts.of(id) for name in fact.sets if name[0] == "feedback"]
    status = last(id, "status")
    return {
        "status": status,
        "amended": status in AFTER_APPROVAL and part.amended(id),
        "title": at(id, "title", today),
        "owner": at(id, "owner", today),
        "days": (at(id, "starts_on", today), at(id, "ends_on", today)),
        "links": part.links(id, today),
        "key results": {
            each: (label, (aim[0], aim[2], progress.value(part, id, each, today)))
            for each, (label, aim) in part.key_results(id, today).items()
        },
        "ending": last(id, "ending"),
        "successor": last(id, "successor_id"),
        "feedback": {each: bool(last(id, ("withdrawn", each))) for each in given},
    }


def _review(review: Any, today: date) -> Any:
    return review.status, review.rating


def _review_of(model: Model, id: UUID, today: date) -> Any:
    return model.facts.last(id, "status"), model.facts.last(id, "rating")


def _measure(measure: Any, today: date) -> Any:
    return measure.value_on(today)


def _measure_of(model: Model, id: UUID, today: date) -> Any:
    return model.measures.value(id, today)


def _policy(policy: Any, today: date) -> Any:
    rules = policy.rules
    return {name: str(getattr(rules, name)) for name in ("live", "stale", "crossing", "rounding")}, rules.name


def _policy_of(model: Model, id: UUID, today: date) -> Any:
    return model.facts.last(id, "rules"), model.facts.last(id, "name")


Asked = Callable[[Any, date], Any]
STATES: dict[str, tuple[type[Aggregate], Asked, Callable[[Model, UUID, date], Any]]] = {
    "unit": (Unit, _unit, _unit_of),
    "person": (Person, _person, _person_of),
    "cycle": (Cycle, _cycle, _cycle_of),
    "objective": (Objective, _objective, _objective_of),
    "review": (Review, _review, _review_of),
    "measure": (Measure, _measure, _measure_of),
    "policy": (Policy, _policy, _policy_of),
}


def assert_same_answers(
    connection: Connection[Any], model: Model, log: list[Recorded], moment: Moment
) -> None:
    """Of the read models at a moment: AssertionError at the first that is not the model's or the oracle's."""
    known = max((e.position for e in log if e.recorded_at <= moment.known_at), default=0)
    oracle = PerformanceOracle(log, moment.as_of, moment.known_at)
    objectives = Alignment(connection).objectives(moment, ObjectiveFilters(), ALL).items
    assert objectives == oracle.objectives()
    assert _told(objectives, "status", "class") == _classes(model, moment.as_of, known)
    reviews = Reviews(connection).reviews(moment, limit=ALL).items
    assert reviews == oracle.reviews()
    wanted = {id: _at(model, id, moment.as_of, known) for id in _ids(model, "review", moment.as_of, known)}
    assert _told(reviews, "status", "rating") == wanted
    measures = Measures(connection).measures(moment, ALL).items
    assert measures == oracle.measures()
    assert {each["id"]: each["latest"] and each["latest"]["value"] for each in measures} == {
        str(id): None if (value := model.measures.value(id, moment.as_of, known)) is None else f"{value:f}"
        for id in _ids(model, "measure", moment.as_of, known)
    }
    for cycle in model.facts.ids("cycle"):
        seals = Directory(connection).seals(moment, cycle)
        assert seals == oracle.seals(cycle)
        assert [(each["objectives"], each["reviews"]) for each in seals] == _seals(
            model, cycle, moment.as_of, known
        )


def assert_same_details(connection: Connection[Any], log: list[Recorded], moment: Moment, id: UUID) -> None:
    """As above, everything about one objective, review or measure."""
    oracle = PerformanceOracle(log, moment.as_of, moment.known_at)
    answers = Alignment(connection)
    assert answers.health(moment) == oracle.health()
    assert answers.objective(moment, id) == oracle.objective(id)
    assert answers.paths(moment, id) == oracle.paths(id)
    assert Feedback(connection).for_objective(moment, id) == oracle.feedback(id)
    assert Reviews(connection).review(moment, id) == oracle.review(id)
    assert Measures(connection).measure(moment, id) == oracle.measure(id)


def _told(items: list[dict[str, Any]], *names: str) -> dict[UUID, Any]:
    return {UUID(item["id"]): tuple(item[name] for name in names) for item in items}


def _ids(model: Model, kind: str, day: date, known: int) -> list[UUID]:
    """Those that are there."""
    first = {id: model.facts.of(id)[0] for id in model.facts.ids(kind)}
    return [id for id, fact in first.items() if fact.on <= day and fact.position <= known]


def _at(model: Model, id: UUID, day: date, known: int) -> Any:
    return model.facts.at(id, "status", day, known), model.facts.at(id, "rating", day, known)


def _classes(model: Model, day: date, known: int) -> dict[UUID, Any]:
    """Status and class of every objective that is there."""
    at, there = model.facts.at, _ids(model, "objective", day, known)
    statuses = {id: at(id, "status", day, known) for id in there}
    up = {id: [p for p in model.facts.by_id if at(id, ("link", p), day, known)] for id in there}
    strategic = {id for id in there if at(id, "level", day, known) == "strategic"}

    by_days = model.policies.in_force(day, known)["live"] == "within_period"

    def is_live(id: UUID) -> bool:
        first, last = (at(id, name, day, known) for name in ("starts_on", "ends_on"))
        inside = (first is None or first <= day) and (last is None or day <= last)
        return statuses.get(id) in LIVE and (inside or not by_days)

    def leads_up(id: UUID) -> bool:
        return is_live(id) and (id in strategic or any(map(leads_up, up[id])))

    def class_of(id: UUID) -> str | None:
        if not is_live(id):
            return None
        if id in strategic:
            return "strategic"
        return "aligned" if leads_up(id) else "detached" if up[id] else "orphan"

    return {id: (statuses[id], class_of(id)) for id in there}


def _seals(model: Model, cycle: UUID, day: date, known: int) -> list[tuple[int, int]]:
    facts = [fact for fact in model.facts.of(cycle) if fact.on <= day and fact.position <= known]
    return [fact.sets["seal"] for fact in facts if "seal" in fact.sets]
