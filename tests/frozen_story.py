"""The story of which the frozen events are made: planning, from the first unit to the end of an objective."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.aggregate import Aggregate
from domain.change_plan import Change as PlannedChange
from domain.change_plan import ChangePlan
from domain.cycle import Cycle
from domain.objective import Objective, Owner, Parent, Revision, Standing, Waiver
from domain.period import Period
from domain.person import Person
from domain.policy import Policy, built_in
from domain.provenance import Provenance
from domain.rules import VERSION_1
from domain.sealing import Seal
from domain.timeline import Span
from domain.unit import Unit

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
SEAL = Seal(digest="6" * 64, algorithm="sha256", objectives=12, reviews=7, position=431)


def aggregates() -> Iterator[Aggregate]:
    """One of each kind that plans, with everything that can happen to it pending."""
    yield from (_unit(), _person(), _cycle(), _policy(), _objective(), _change_plan())


def id_of(name: str) -> UUID:
    """The id that something has in the story."""
    return uuid5(NAMESPACE_URL, f"urn:throughline:frozen:{name}")


def by_(day: date, reason: str | None = None, actor: str | None = None) -> Provenance:
    """Of a command effective on that day."""
    return Provenance(
        actor=actor or f"person:{id_of('actor')}",
        command_id=id_of(day.isoformat()),
        today=date(2026, 6, 30),
        effective_on=day,
        reason=reason,
    )


def _unit() -> Aggregate:
    unit = Unit.define(
        by=by_(date(2026, 1, 1)),
        id=id_of("unit"),
        name="Customer Care",
        kind="department",
        parent_id=id_of("division"),
        external_id="CC-1",
    )
    unit.correct_external_id(by=by_(date(2026, 1, 1), "that of another"), external_id="CC-2")
    unit.rename(by=by_(date(2026, 2, 1)), name="Customer Success")
    unit.move(by=by_(date(2026, 3, 1), "reorganisation"), parent_id=id_of("other division"))
    unit.name_lead(by=by_(date(2026, 3, 1)), person_id=id_of("person"))
    unit.name_account(by=by_(date(2026, 3, 1)), account_id="00g1")
    unit.dissolve(by=by_(date(2026, 6, 1)))
    unit.restore(by=by_(date(2026, 6, 8), "the merger is off"))
    unit.withdraw_dissolution(by=by_(date(2026, 6, 2), "another one was meant"))
    return unit


def _change_plan() -> Aggregate:
    changes = [
        PlannedChange("move_unit", unit_id=id_of("unit"), parent_id=id_of("division")),
        PlannedChange("transfer_person", person_id=id_of("person"), unit_id=id_of("unit")),
        PlannedChange("cancel_objective", objective_id=id_of("objective")),
        PlannedChange(
            "align_objective",
            objective_id=id_of("other objective"),
            parent_id=id_of("goal"),
            kind="contributes",
            weight=Decimal("2.5"),
        ),
    ]
    plan = ChangePlan.draft(
        by=by_(date(2026, 4, 1), "two teams do the same"),
        id=id_of("change plan"),
        title="One support team",
        changes=changes[:2],
        position=431,
    )
    plan.comment(
        by=by_(date(2026, 4, 2)), comment_id=id_of("comment"), text="The goal has just changed hands."
    )
    plan.withdraw(by=by_(date(2026, 4, 2), "not before the summer"))
    plan.revise(
        by=by_(date(2026, 4, 3), "two teams do the same, and one goal is left"),
        title="One support team",
        changes=changes,
        position=440,
        moved=False,
    )
    plan.approve(by=by_(date(2026, 4, 4), actor="person:" + str(id_of("approver"))))
    plan.apply(by=by_(date(2026, 4, 6)))
    return plan


def _person() -> Aggregate:
    person = Person.define(
        by=by_(date(2026, 1, 1)),
        id=id_of("person"),
        name="Ana Petrović",
        email="ana@example.org",
        job_title="Team lead",
        unit_id=id_of("unit"),
        manager_id=id_of("manager"),
        external_id="P-1",
    )
    person.correct_external_id(by=by_(date(2026, 1, 1), "that of another"), external_id="P-2")
    person.transfer(by=by_(date(2026, 2, 1)), unit_id=id_of("other unit"), manager_id=None)
    person.rename(by=by_(date(2026, 3, 1)), name="Ana Horvat")
    person.revise(by=by_(date(2026, 4, 1)), email="ana.horvat@example.org", job_title=None)
    person.revise(by=by_(date(2026, 5, 1)), user_name="ana", account_id="00u1")
    person.depart(by=by_(date(2026, 6, 1)))
    person.return_(by=by_(date(2026, 6, 8), "back after all"))
    person.withdraw_departure(by=by_(date(2026, 6, 2), "somebody else was meant"))
    return person


def _cycle() -> Aggregate:
    cycle = Cycle.define(
        by=by_(date(2026, 1, 1)),
        id=id_of("cycle"),
        name="2026",
        starts_on=YEAR.starts_on,
        ends_on=YEAR.ends_on,
        cadence_days=30,
        appeal_days=10,
        rating_scale={"lowest": 1, "highest": 3, "labels": ["below", "meets", "above"]},
        external_id="FY26",
    )
    cycle.correct_external_id(by=by_(date(2026, 1, 1), "that of another"), external_id="FY26-A")
    cycle.revise(by=by_(date(2026, 1, 1), "a slip"), name="FY 2026", ends_on=date(2027, 1, 31))
    cycle.activate(by=by_(date(2026, 1, 2)))
    cycle.close(by=by_(date(2026, 5, 1)), seal=SEAL)
    cycle.reopen(by=by_(date(2026, 5, 2), "a figure was wrong"))
    return cycle


def _policy() -> Aggregate:
    first = built_in(by=by_(date(1900, 1, 1)), rules=VERSION_1)
    return Policy.adopt(
        by=by_(date(2026, 4, 1), "decided by the board"),
        id=id_of("policy"),
        before=first,
        others=[first],
        name="2026-B",
        zones={"stretch": Decimal(1), "target": Decimal("0.8"), "commit": Decimal("0.4")},
        crossing="between_lines",
    )


def _objective() -> Aggregate:
    objective = Objective.define(
        by=by_(date(2026, 1, 5)),
        id=id_of("objective"),
        title="Answer customers faster",
        description="From the first message to the first useful answer.",
        level="team",
        cycle_id=id_of("cycle"),
        owner=Owner(unit_id=id_of("unit")),
        starts_on=date(2026, 1, 5),
        ends_on=date(2026, 9, 30),
        visibility="open",
        external_id="O-1",
    )
    _plan(objective)
    _approve(objective)
    _change(objective)
    _end(objective)
    return objective


def _plan(objective: Objective) -> None:
    first = by_(date(2026, 1, 5))
    revision = Revision(
        title="Answer customers within a day", level="department", cycle_id=id_of("right cycle")
    )
    objective.revise(by=first, cycle=YEAR, revision=revision)
    objective.correct_external_id(by=by_(date(2026, 1, 5), "that of another"), external_id="O-2")
    by = by_(date(2026, 1, 6))
    objective.add_key_result(
        by=by,
        key_result_id=id_of("key result"),
        title="Hours to the first answer",
        kind="decrease",
        unit_of_measure="hours",
        baseline=Decimal("30.5"),
        target=Decimal(24),
        weight=Decimal(1),
        external_id="KR-1",
    )
    objective.commit(by=by, confidence=7)
    spans = [Span(YEAR.starts_on, None, YEAR)]
    parent = Parent(id=id_of("parent"), level="strategic", periods=spans)
    objective.align(by=by, parent=parent, kind="contributes", weight=Decimal("0.5"), cycle=YEAR)


def _approve(objective: Objective) -> None:
    waivers = [Waiver(criterion="A", reason="the owner starts in February")]
    standing = Standing(cycle=YEAR, has_contributing_child=False)
    objective.submit(by=by_(date(2026, 1, 7)), waivers=waivers, standing=standing)
    objective.return_(by=by_(date(2026, 1, 8), "which customers?"))
    objective.submit(by=by_(date(2026, 1, 9)), waivers=[], standing=standing)
    objective.approve(by=by_(date(2026, 1, 10)))
    objective.activate(by=by_(date(2026, 1, 11)), waivers=[], standing=standing)
    objective.postpone(by=by_(date(2026, 1, 12), "budget"))
    objective.resume(by=by_(date(2026, 1, 20)))
    objective.reaffirm(by=by_(date(2026, 2, 1)))
    objective.reaffirm(by=by_(date(2026, 2, 20)))
    objective.withdraw_reaffirmation(by=by_(date(2026, 2, 20), "of another objective"), on=date(2026, 2, 20))


def _change(objective: Objective) -> None:
    by = by_(date(2026, 3, 1), "the service was widened")
    key_result, check_in = id_of("key result"), id_of("check-in")
    objective.transfer(by=by, owner=Owner(person_id=id_of("person")))
    objective.change_target(by=by, key_result_id=key_result, target=Decimal(20))
    objective.revise_key_result(
        by=by, key_result_id=key_result, title="Hours to an answer", weight=Decimal("2.5"), external_id="KR-2"
    )
    objective.change_alignment_weight(by=by, parent_id=id_of("parent"), weight=Decimal(1))
    objective.check_in(
        by=by_(date(2026, 4, 1)),
        check_in_id=check_in,
        on=date(2026, 4, 1),
        readings={key_result: Decimal("26.25")},
        confidence=6,
        note="slower over Easter",
    )
    objective.correct_check_in(
        by=by_(date(2026, 4, 1), "a day was missing"),
        check_in_id=check_in,
        readings={key_result: Decimal("25.75")},
    )
    objective.withdraw_check_in(by_(date(2026, 4, 1), "of another objective"), check_in_id=check_in)


def _end(objective: Objective) -> None:
    objective.close(
        by=by_(date(2026, 5, 1)),
        outcome="partly_achieved",
        score=Decimal("0.5"),
        suggested_score=Decimal("0.452381"),
        note="the last month counted twice",
    )
    objective.reopen(by=by_(date(2026, 5, 2), "closed too early"))
    by = by_(date(2026, 5, 3), "no longer pursued")
    objective.remove_alignment(by=by, parent_id=id_of("parent"))
    objective.remove_key_result(by=by, key_result_id=id_of("key result"))
    objective.cancel(by=by)
    objective.reinstate(by=by_(date(2026, 5, 4), "cancelled by mistake"))
    objective.reinstate_key_result(
        by=by_(date(2026, 5, 4), "removed by mistake"), key_result_id=id_of("key result")
    )
