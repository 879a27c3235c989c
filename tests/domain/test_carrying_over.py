"""What goes on in the next cycle, and where it is measured from."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.objective import Objective
from domain.objective.measuring import Aim
from domain.refusals import ForbiddenTransition
from tests.domain.case import TODAY, by, given, id_of, recorded, refused
from tests.domain.stories import ANA, FIRST, KEY, add_key_result, draft, objective_in

NEXT_YEAR = (date(2027, 1, 1), date(2027, 12, 31))


def successor_of(origin: Objective) -> Objective:
    return Objective.succeed(
        by=by(),
        id=id_of("successor"),
        origin=origin,
        cycle_id=id_of("next cycle"),
        starts_on=NEXT_YEAR[0],
        ends_on=NEXT_YEAR[1],
    )


def measured(kind: str, baseline: int | None, target: int | None, *readings: int) -> Objective:
    """An active objective with this key result as its second, and one reading a day from the first on."""
    other: dict[str, Any] = {
        "kind": kind,
        "target": target,
        "baseline": baseline,
        "key_result_id": id_of("2nd"),
    }
    objective = given(objective_in("active"), lambda o: add_key_result(o, **other))
    for place, value in enumerate(readings):
        on, id = date(2026, 1, 2 + place), id_of(f"reading {place}")
        objective.check_in(by=by(), check_in_id=id, on=on, readings={id_of("2nd"): Decimal(value)})
    return given(objective)


def test_a_successor_is_a_draft_that_says_the_same_and_names_its_origin() -> None:
    successor = successor_of(objective_in("active"))
    assert (successor.status, successor.origin_id) == ("draft", id_of("objective"))
    assert (successor.title.at(TODAY), successor.description.at(TODAY)) == (
        "Answer within a day",
        "Every letter of a customer",
    )
    assert (successor.level, successor.owner.at(TODAY), successor.cycle_id) == (
        "team",
        ANA,
        id_of("next cycle"),
    )
    assert (successor.starts_on.at(TODAY), successor.ends_on.at(TODAY)) == NEXT_YEAR


def test_alignments_check_ins_and_feedback_stay_behind() -> None:
    successor = successor_of(measured("increase", 0, 100, 30))
    assert successor.links_up() == []
    assert (successor.check_ins.all, successor.feedback) == ({}, {})


@pytest.mark.parametrize(
    ("origin", "aim"),
    [
        (measured("increase", 0, 100, 20, 30), Aim("increase", Decimal(30), Decimal(100))),
        (measured("decrease", 80, 20, 50), Aim("decrease", Decimal(50), Decimal(20))),
        (measured("milestone", 0, 4, 3), Aim("milestone", Decimal(3), Decimal(4))),
        (measured("increase", 10, 100, 5), Aim("increase", Decimal(5), Decimal(100))),
        (measured("increase", 0, 100), Aim("increase", Decimal(0), Decimal(100))),
        (measured("increase", 0, 100, 100), Aim("observe", Decimal(100), None)),
        (measured("decrease", 80, 20, 10), Aim("observe", Decimal(10), None)),
        (measured("maintain_at_least", None, 90, 95), Aim("maintain_at_least", None, Decimal(90))),
        (measured("observe", None, None, 7), Aim("observe", None, None)),
    ],
)
def test_a_key_result_goes_on_from_its_last_value_to_the_same_target(origin: Objective, aim: Aim) -> None:
    first, second = successor_of(origin).key_results_on(TODAY)
    assert second.aim == aim
    assert {first.id, second.id}.isdisjoint({KEY, id_of("2nd")})
    assert first.label.title == "Letters answered within a day"


def test_a_removed_key_result_stays_behind() -> None:
    origin = given(
        objective_in("active"), lambda o: o.remove_key_result(by=by(reason="done"), key_result_id=KEY)
    )
    assert successor_of(origin).key_results_on(TODAY) == []


def test_it_is_carried_over_once() -> None:
    objective = objective_in("carried_over")
    objective.carry_over(by=by(), successor_id=id_of("successor"))
    assert recorded(objective) == []
    with refused(objective, ForbiddenTransition) as refusal:
        objective.carry_over(by=by(), successor_id=id_of("another"))
    assert refusal.value.members["status"] == "carried_over"
    assert objective.successor_id == id_of("successor")


def test_a_definition_from_before_there_were_successors_has_no_origin() -> None:
    payload: dict[str, Any] = {}
    Objective.Defined.upcast_v1_v2(payload)
    assert payload == {"origin_id": None}
    assert draft(by=by(FIRST)).origin_id is None
