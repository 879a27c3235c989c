"""Objectives to start a test from. All of them were defined on 1 January 2026 in a cycle of that year."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from domain.objective import Objective, Owner, Parent, Standing
from domain.period import Period
from domain.timeline import Span
from tests.domain.case import by, given, id_of

FIRST = date(2026, 1, 1)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
STANDING = Standing(cycle=YEAR, has_contributing_child=False)
ANA = Owner(person_id=id_of("ana"))
SALES = Owner(unit_id=id_of("sales"))
KEY = id_of("key result")
CHECK = id_of("check-in")
REMARK = id_of("feedback")


def parent(name: str = "goal", level: str = "strategic", period: Period = YEAR) -> Parent:
    """An objective to align to, there since the first day of the year with one period."""
    return Parent(id_of(name), level, [Span(FIRST, None, period)])


def draft(**fields: Any) -> Objective:
    """A draft of Ana's with a description and a period, and nothing else."""
    given_fields: dict[str, Any] = {
        "by": by(FIRST),
        "id": id_of("objective"),
        "title": "Answer within a day",
        "description": "Every letter of a customer",
        "level": "team",
        "cycle_id": id_of("cycle"),
        "owner": ANA,
        "starts_on": YEAR.starts_on,
        "ends_on": YEAR.ends_on,
    }
    return given(Objective.define(**given_fields | fields))


def add_key_result(objective: Objective, **fields: Any) -> None:
    """Adds a key result that increases from 0 to 100, effective on the first day."""
    key_result: dict[str, Any] = {
        "by": by(FIRST, "measured so"),
        "key_result_id": KEY,
        "title": "Letters answered within a day",
        "kind": "increase",
        "unit_of_measure": "%",
        "baseline": Decimal(0),
        "target": Decimal(100),
    }
    objective.add_key_result(**key_result | fields)


def align(objective: Objective, to: Parent | None = None, on: date = FIRST, **fields: Any) -> None:
    """Links it up to the goal, contributing with weight 1, effective on the first day."""
    link: dict[str, Any] = {"kind": "contributes", "weight": Decimal(1), "cycle": YEAR}
    objective.align(by=by(on, "belongs there"), parent=to or parent(), **link | fields)


def give_feedback(objective: Objective, **fields: Any) -> None:
    """Ana gives open praise, effective on the first day."""
    remark: dict[str, Any] = {"by": by(FIRST), "feedback_id": REMARK, "kind": "praise", "text": "Quick"}
    objective.give_feedback(**remark | fields)


def smart() -> Objective:
    """A draft that lacks nothing, with feedback."""
    return given(
        draft(),
        add_key_result,
        align,
        lambda objective: objective.commit(by=by(FIRST), confidence=7),
        give_feedback,
    )


def _step(action: str, **fields: Any) -> Callable[[Objective], None]:
    return lambda objective: getattr(objective, action)(by=by(FIRST, "so decided"), **fields)


_SUBMIT = _step("submit", waivers=[], standing=STANDING)
_ACTIVATE = _step("activate", waivers=[], standing=STANDING)
_APPROVE = _step("approve")
WAYS: Mapping[str, list[Callable[[Objective], None]]] = {
    "draft": [],
    "submitted": [_SUBMIT],
    "approved": [_SUBMIT, _APPROVE],
    "active": [_SUBMIT, _APPROVE, _ACTIVATE],
    "postponed": [_SUBMIT, _APPROVE, _ACTIVATE, _step("postpone")],
    "cancelled": [_SUBMIT, _APPROVE, _ACTIVATE, _step("cancel")],
    "closed": [_SUBMIT, _APPROVE, _ACTIVATE, _step("close", outcome="achieved")],
    "carried_over": [_SUBMIT, _APPROVE, _ACTIVATE, _step("carry_over", successor_id=id_of("successor"))],
}


def objective_in(status: str) -> Objective:
    """A SMART objective that reached this status on its first day."""
    objective = given(smart(), *WAYS[status])
    assert objective.status == status
    return objective
