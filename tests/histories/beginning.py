"""The organisation that every history starts with: defined late, so that there is a past to change."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from domain.cycle import Cycle
from domain.objective import Objective, Parent, Waiver
from domain.person import Person
from domain.policy import built_in
from domain.provenance import Provenance
from domain.rules import VERSION_1, VERSION_2, Rules
from domain.unit import Unit
from tests.histories.telling import YEAR, Telling

LEVELS = ("team", "department", "team", "individual", "team", "strategic", "department")
TITLES = ("Keep customers", "A customer's day", "Grow by 50%", "grow", "Élan")
ALL_WAIVED = [Waiver(letter, "not yet") for letter in "SMART"]


def begin(telling: Telling, drawn: Sequence[int]) -> None:
    """Three units in a row, three people, two cycles, and for each three numbers an objective."""
    if drawn[0] % 3:
        adopt(telling, date(1900, 1, 1), VERSION_1)
        adopt(telling, date(1900, 1, 1) if drawn[0] % 3 == 1 else telling.today, VERSION_2)
    for number, name in enumerate(("Company", "Sales", "Support")):
        parent = telling.units[number - 1].id if number else None
        unit = Unit.define(by=telling.by(-19), id=telling.new_id(), name=name, kind="team", parent_id=parent)
        telling.units.append(unit)
        telling.record([unit])
    for number, unit in enumerate(telling.units):
        manager = telling.people[0].id if number else None
        telling.people.append(
            Person.define(
                by=telling.by(-19),
                id=telling.new_id(),
                name=f"Person {number}",
                email=None,
                job_title=None,
                unit_id=unit.id,
                manager_id=manager,
            )
        )
    telling.record(telling.people)
    for cadence_days in (7, 30):
        cycle = Cycle.define(
            by=telling.by(-19),
            id=telling.new_id(),
            name=f"2026, every {cadence_days} days",
            starts_on=YEAR.starts_on,
            ends_on=YEAR.ends_on,
            cadence_days=cadence_days,
        )
        telling.cycles.append(cycle)
    telling.record(telling.cycles)
    for place in range(0, len(drawn) - 2, 3):
        telling.wait(drawn[place])
        define_objective(telling, telling.by(-15 + drawn[place + 2]), drawn[place], drawn[place + 1])


def adopt(telling: Telling, day: date, rules: Rules) -> None:
    """Puts rules that came with the service in force from the day on."""
    by = Provenance("system:test", telling.new_id(), telling.today, day, "because")
    policy = built_in(by=by, rules=rules, before=telling.policies[0] if telling.policies else None)
    telling.policies.append(policy)
    telling.record([policy])


def define_objective(telling: Telling, by: Provenance, what: int, owner: int) -> None:
    """With a key result, aligned to one or two earlier ones, and mostly activated, all in one save."""
    period = (date(2026, 1, 1 + owner), date(2026, 3, 1 + what)) if what % 4 else (None, None)
    objective = Objective.define(
        by=by,
        id=telling.new_id(),
        title=TITLES[what % len(TITLES)],
        description="For customers, 50% of it." if owner % 2 else None,
        level=LEVELS[what % len(LEVELS)] if telling.objectives else "strategic",
        cycle_id=telling.cycles[owner % 2].id,
        owner=telling.owner(owner) if owner else None,
        starts_on=period[0],
        ends_on=period[1],
        external_id=f"o-{what}" if what % 3 else None,
    )
    objective.add_key_result(
        by=by,
        key_result_id=telling.new_id(),
        title="Calls",
        kind=("increase", "decrease", "maintain_at_least")[what % 3],
        unit_of_measure="calls",
        baseline=Decimal(2),
        target=Decimal(9 if what % 3 else -5),
        weight=Decimal("0.7"),
    )
    earlier, telling.objectives = telling.objectives, [*telling.objectives, objective]
    for parent in (
        {each.id: each for each in (earlier[owner % len(earlier)], earlier[-1])}.values() if earlier else ()
    ):
        _align(telling, objective, parent, by, what)
    if what != 11:
        objective.submit(by=by, waivers=ALL_WAIVED, standing=telling.standing(objective, by.effective_on))
        objective.approve(by=by)
    if what % 5:
        standing = telling.standing(objective, by.effective_on)
        telling.attempt(lambda: objective.activate(by=by, waivers=[], standing=standing))
    if what % 2:
        readings = {each.id: Decimal(owner) / 2 for each in objective.key_results_on(by.effective_on)}
        on, id = by.effective_on, telling.new_id()
        telling.attempt(lambda: objective.check_in(by=by, check_in_id=id, on=on, readings=readings))
    telling.record([objective])


def _align(telling: Telling, child: Objective, above: Objective, by: Provenance, what: int) -> None:
    parent = Parent(above.id, above.level, above.periods(YEAR))
    kind = "supports" if what % 6 == 5 else "contributes"
    telling.attempt(
        lambda: child.align(by=by, parent=parent, kind=kind, weight=Decimal(1 + what % 2), cycle=YEAR)
    )
