"""Whether what the rows name is there: in the folder, or from an earlier import of the same source."""

from collections.abc import Callable, Iterator
from uuid import UUID

from application.plan.groups import ids_of_bad
from application.plan.ids import Identities, is_own
from application.plan.reading import Plan, R, Table
from application.plan.rows import Row
from application.plan.shelf import FEEDBACK, KEY_RESULT, Shelf
from application.plan.work import Work
from domain.aggregate import Aggregate
from domain.cycle import Cycle
from domain.measure import Measure
from domain.objective import Objective
from domain.person import Person
from domain.unit import Unit


def ids_in(plan: Plan, ids: Identities) -> Iterator[UUID]:
    """Every aggregate that a row is or names."""
    for unit in plan.units:
        yield from (ids.unit(id) for id in (unit.id, unit.parent) if id)
    for person in plan.people:
        yield ids.unit(person.unit)
        yield from (ids.person(id) for id in (person.id, person.manager) if id)
    yield from (ids.cycle(cycle.id) for cycle in plan.cycles)
    for objective in plan.objectives:
        yield from (ids.objective(objective.id), ids.cycle(objective.cycle))
        yield from (ids.unit(id) for id in (objective.owner_unit,) if id)
        yield from (ids.person(id) for id in (objective.owner_person,) if id)
        yield from (ids.objective(id) for id in (objective.carried_from,) if id)
    for link in plan.alignments:
        yield from (ids.objective(link.objective), ids.objective(link.aligned_to))
    yield from (ids.objective(key_result.objective) for key_result in plan.key_results)
    for review in plan.reviews:
        yield from (ids.review(review.id), ids.cycle(review.cycle), ids.objective(review.objective))
        yield from (ids.person(review.person), ids.person(review.reviewer))
    yield from (ids.objective(feedback.objective) for feedback in plan.feedback)
    for measure in plan.measures:
        yield from (ids.measure(measure.id), ids.objective(measure.objective))
    yield from (ids.measure(reading.measure) for reading in plan.readings)


def load_plan(plan: Plan, ids: Identities, shelf: Shelf) -> dict[UUID, UUID]:
    """Loads all that exists and matters; answers key result or feedback -> objective, of those recorded."""
    shelf.fetch(ids_in(plan, ids))
    described = {key_result.id for key_result in plan.key_results}
    named = {check_in.key_result for check_in in plan.check_ins} - described
    if shelf.all(Objective):
        named |= described
    objectives_of = shelf.objectives_of((ids.key_result(id) for id in named), KEY_RESULT)
    if shelf.all(Objective):
        given = (ids.feedback(row.id) for row in plan.feedback if not is_own(row.id))
        objectives_of |= shelf.objectives_of(given, FEEDBACK)
    shelf.fetch(objectives_of.values())
    _load_upward(shelf)
    return objectives_of


def _load_upward(shelf: Shelf) -> None:
    """Everything above what is here, since a loop may lead through it; and the cycles of all objectives."""
    seen: set[UUID] = set()
    while True:
        above = {link.parent_id for unit in shelf.all(Unit) for link in unit.parents()}
        above |= {link.parent_id for person in shelf.all(Person) for link in person.managers()}
        above |= {link.parent_id for objective in shelf.all(Objective) for link in objective.links_up()}
        above |= {objective.cycle_id for objective in shelf.all(Objective)}
        if above <= seen:
            return
        shelf.fetch(above - seen)
        seen |= above


def check_references(work: Work, plan: Plan, objectives_of: dict[UUID, UUID]) -> None:
    """Complains about what is nowhere. Rows that lean on a bad row are taken out without a complaint."""
    ids = work.ids
    units = _Target("unit", plan.units, Unit, ids.unit)
    people = _Target("person", plan.people, Person, ids.person)
    cycles = _Target("cycle", plan.cycles, Cycle, ids.cycle)
    objectives = _Target("objective", plan.objectives, Objective, ids.objective)
    refer = _Referrer(work)
    refer.check(plan.units, "parent_unit_id", lambda row: row.parent, units, leans=False)
    refer.check(plan.people, "unit_id", lambda row: row.unit, units, leans=False)
    refer.check(plan.people, "manager_id", lambda row: row.manager, people, leans=False)
    refer.check(plan.objectives, "cycle_id", lambda row: row.cycle, cycles, leans=True)
    refer.check(plan.objectives, "owner_unit_id", lambda row: row.owner_unit, units, leans=False)
    refer.check(plan.objectives, "owner_person_id", lambda row: row.owner_person, people, leans=False)
    refer.check(plan.key_results, "objective_id", lambda row: row.objective, objectives, leans=True)
    refer.check(plan.alignments, "objective_id", lambda row: row.objective, objectives, leans=True)
    refer.check(plan.alignments, "aligned_to_id", lambda row: row.aligned_to, objectives, leans=True)
    refer.check(plan.objectives, "carried_from_id", lambda row: row.carried_from, objectives, leans=False)
    refer.check(plan.reviews, "person_id", lambda row: row.person, people, leans=True)
    refer.check(plan.reviews, "reviewer_id", lambda row: row.reviewer, people, leans=True)
    refer.check(plan.reviews, "cycle_id", lambda row: row.cycle, cycles, leans=True)
    refer.check(plan.reviews, "objective_id", lambda row: row.objective, objectives, leans=True)
    refer.check(plan.feedback, "objective_id", lambda row: row.objective, objectives, leans=True)
    refer.check(plan.measures, "objective_id", lambda row: row.objective, objectives, leans=True)
    _check_check_ins(work, plan, objectives_of)
    _check_readings(work, plan)


def _check_check_ins(work: Work, plan: Plan, objectives_of: dict[UUID, UUID]) -> None:
    for row in list(plan.check_ins):
        if row.key_result in plan.key_results.bad or not plan.key_results.complete:
            plan.check_ins.drop(row.key)
        elif (
            row.key_result not in plan.key_results.rows
            and work.ids.key_result(row.key_result) not in objectives_of
        ):
            work.complain(row, "key_result_id", f"there is no key result {row.key_result}")
            plan.check_ins.drop(row.key)


def _check_readings(work: Work, plan: Plan) -> None:
    good, bad = {row.id for row in plan.measures}, ids_of_bad(plan.measures)
    any_may_be_bad = not plan.measures.complete or "" in bad
    for row in list(plan.readings):
        there = row.measure in good or work.shelf.get(Measure, work.ids.measure(row.measure)) is not None
        if row.measure in bad or (any_may_be_bad and not there):
            plan.readings.drop(row.key)
        elif not there:
            work.complain(row, "measure_id", f"there is no measure {row.measure}")
            plan.readings.drop(row.key)


class _Target:
    """What a column may name."""

    def __init__(
        self, word: str, table: Table[R], kind: type[Aggregate], id_of: Callable[[str], UUID]
    ) -> None:
        self.word = word
        self.is_bad: Callable[[str], bool] = lambda id: (
            id in table.bad or (not table.complete and id not in table.rows)
        )
        self.is_good: Callable[[Shelf, str], bool] = lambda shelf, id: (
            id in table.rows or shelf.get(kind, id_of(id)) is not None
        )


class _Referrer:
    def __init__(self, work: Work) -> None:
        self._work = work

    def check(
        self, table: Table[R], column: str, named: Callable[[R], str | None], target: _Target, *, leans: bool
    ) -> None:
        for row in list(table):
            id = named(row)
            if id is None or target.is_good(self._work.shelf, id):
                continue
            if not target.is_bad(id):
                self._complain(row, column, target.word, id)
            if leans or not target.is_bad(id):
                table.drop(row.key)

    def _complain(self, row: Row, column: str, word: str, id: str) -> None:
        self._work.complain(row, column, f"there is no {word} {id}")
