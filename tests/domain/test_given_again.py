"""A command never succeeds and leaves the world as it was, unless the world is as asked: what is given again
with another day, reason or content is recorded, or refused with what is recorded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from domain.objective import Objective, Owner, Revision, Waiver
from domain.objective.lifecycle import CHANGES, STEPS
from domain.refusals import AlreadyExists, ForbiddenTransition, OutOfTime, Refusal
from tests.domain.case import TODAY, by, given, id_of, recorded, refused
from tests.domain.stories import (
    CHECK,
    FIRST,
    KEY,
    REMARK,
    STANDING,
    YEAR,
    add_key_result,
    objective_in,
    parent,
)

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
WHY = "so decided"
GOAL = parent().id
Given = Callable[..., None]


def _waive(*letters: str, reason: str = "measured later") -> list[Waiver]:
    return [Waiver(letter, reason) for letter in letters]


def _close(
    objective: Objective, by: Any, outcome: str = "achieved", score: str | None = "0.7", **more: Any
) -> None:
    objective.close(by=by, outcome=outcome, score=None if score is None else Decimal(score), **more)


def _read(objective: Objective, by: Any, value: str = "40", on: date = APRIL, **more: Any) -> None:
    objective.check_in(by=by, check_in_id=CHECK, on=on, readings={KEY: Decimal(value)}, **more)


def _correct(objective: Objective, by: Any, value: str | None = "41", **more: Any) -> None:
    readings = {KEY: None if value is None else Decimal(value)}
    objective.correct_check_in(by=by, check_in_id=CHECK, readings=readings, **more)


@dataclass(frozen=True)
class Command:
    """`give` takes an objective of this status, the provenance, and what differs from the first time.

    - `before`: what else has to have happened.
    - `otherwise`: other content, each with the refusal or the event that it leads to.
    - `earlier`, `later`: what the same content leads to from another day on.
    - `reason`: what another reason leads to; facts keep the reason that they were recorded with.
    """

    status: str
    give: Given
    otherwise: tuple[tuple[dict[str, Any], type[Refusal] | str], ...] = ()
    earlier: type[Refusal] | str = ForbiddenTransition
    later: type[Refusal] | str | None = ForbiddenTransition
    reason: type[Refusal] | None = None
    before: Given | None = None


def _step(status: str, give: Given, *otherwise: dict[str, Any]) -> Command:
    """A step has one day, one reason and one content."""
    refused = tuple((fields, ForbiddenTransition) for fields in otherwise)
    return Command(status, give, refused, reason=ForbiddenTransition)


def _fact(give: Given, event: str, *otherwise: dict[str, Any]) -> Command:
    """A value holds from a day on: from an earlier day it is recorded, from a later one it does hold."""
    moved = tuple((fields, event) for fields in otherwise)
    return Command("active", give, moved, earlier=event, later=None)


def _removal(give: Given, event: str) -> Command:
    """It is gone from a day on: from an earlier day it is recorded, from a later one it is not as asked."""
    return Command("active", give, earlier=event, later=OutOfTime)


COMMANDS: dict[str, Command] = {
    "submit": _step(
        "draft",
        lambda o, by, waivers=("M",), **more: o.submit(
            by=by, waivers=_waive(*waivers, **more), standing=STANDING
        ),
        {"waivers": ()},
        {"waivers": ("M", "A")},
        {"reason": "another one"},
    ),
    "return": _step("submitted", lambda o, by: o.return_(by=by)),
    "approve": _step("submitted", lambda o, by: o.approve(by=by)),
    "activate": _step(
        "approved",
        lambda o, by, waivers=("R",), **more: o.activate(
            by=by, waivers=_waive(*waivers, **more), standing=STANDING
        ),
        {"waivers": ("T",)},
        {"reason": "another one"},
    ),
    "postpone": _step("active", lambda o, by: o.postpone(by=by)),
    "resume": _step("postponed", lambda o, by: o.resume(by=by)),
    "cancel": _step("active", lambda o, by: o.cancel(by=by)),
    "close": _step(
        "active",
        _close,
        {"outcome": "not_achieved"},
        {"score": "0.6"},
        {"score": None},
        {"note": "it was late"},
    ),
    "reopen": _step("closed", lambda o, by: o.reopen(by=by)),
    "reinstate": _step("cancelled", lambda o, by: o.reinstate(by=by)),
    "carry_over": _step(
        "active",
        lambda o, by, to="successor": o.carry_over(by=by, successor_id=id_of(to)),
        {"to": "another successor"},
    ),
    "reaffirm": Command(
        "active",
        lambda o, by: o.reaffirm(by=by),
        earlier="objective.reaffirmed",
        later="objective.reaffirmed",
    ),
    "withdraw_reaffirmation": Command(
        "active",
        lambda o, by, on=APRIL: o.withdraw_reaffirmation(by=by, on=on),
        (({"on": MARCH}, OutOfTime),),
        earlier=OutOfTime,
        later=OutOfTime,
        before=lambda o: o.reaffirm(by=by(APRIL)),
    ),
    "revise": _fact(
        lambda o, by, **after: o.revise(by=by, revision=Revision(**{"title": "Sooner"} | after), cycle=YEAR),
        "objective.revised",
        {"title": "Later"},
        {"description": None},
        {"visibility": "private"},
    ),
    "transfer": _fact(
        lambda o, by, to="support": o.transfer(by=by, owner=Owner(unit_id=id_of(to))),
        "objective.transferred",
        {"to": "sales"},
    ),
    "commit": _fact(
        lambda o, by, confidence=5: o.commit(by=by, confidence=confidence),
        "objective.committed",
        {"confidence": 6},
    ),
    "add_key_result": Command(
        "active",
        lambda o, by, **more: add_key_result(o, by=by, key_result_id=id_of("another"), **more),
        (({"title": "Other"}, AlreadyExists), ({"weight": Decimal(2)}, AlreadyExists)),
        earlier="objective.key_result_added",
        later=None,
    ),
    "revise_key_result": _fact(
        lambda o, by, **more: o.revise_key_result(
            by=by, key_result_id=KEY, **{"title": "Answered", "weight": Decimal(3)} | more
        ),
        "objective.key_result_revised",
        {"title": "Answered in time"},
        {"unit_of_measure": None},
        {"weight": Decimal(4)},
    ),
    "change_target": _fact(
        lambda o, by, target="90", **more: o.change_target(
            by=by, key_result_id=KEY, target=Decimal(target), **more
        ),
        "objective.target_changed",
        {"target": "91"},
        {"baseline": Decimal(1)},
    ),
    "remove_key_result": _removal(
        lambda o, by: o.remove_key_result(by=by, key_result_id=KEY), "objective.key_result_removed"
    ),
    "reinstate_key_result": Command(
        "active",
        lambda o, by: o.reinstate_key_result(by=by, key_result_id=KEY),
        earlier="objective.key_result_reinstated",
        later=OutOfTime,
        before=lambda o: o.remove_key_result(by=by(FIRST, WHY), key_result_id=KEY),
    ),
    "align": _fact(
        lambda o, by, **more: o.align(
            by=by,
            parent=parent("another goal"),
            **{"kind": "contributes", "weight": Decimal(1), "cycle": YEAR} | more,
        ),
        "objective.aligned",
        {"kind": "supports"},
        {"weight": Decimal(2)},
    ),
    "change_alignment_weight": _fact(
        lambda o, by, weight="3": o.change_alignment_weight(by=by, parent_id=GOAL, weight=Decimal(weight)),
        "objective.alignment_weight_changed",
        {"weight": "4"},
    ),
    "remove_alignment": _removal(
        lambda o, by: o.remove_alignment(by=by, parent_id=GOAL), "objective.alignment_removed"
    ),
    "check_in": Command(
        "active",
        _read,
        (
            ({"value": "41"}, AlreadyExists),
            ({"on": MAY}, OutOfTime),
            ({"confidence": 3}, AlreadyExists),
            ({"note": "late"}, AlreadyExists),
        ),
        earlier=OutOfTime,
        later=OutOfTime,
    ),
    "correct_check_in": Command(
        "active",
        _correct,
        tuple(
            (fields, "objective.check_in_corrected")
            for fields in ({"value": "42"}, {"value": None}, {"confidence": 3}, {"note": "late"})
        ),
        earlier=OutOfTime,
        later=OutOfTime,
        before=lambda o: _read(o, by(APRIL)),
    ),
    "withdraw_check_in": Command(
        "active",
        lambda o, by: o.withdraw_check_in(by=by, check_in_id=CHECK),
        earlier=OutOfTime,
        later=OutOfTime,
        before=lambda o: _read(o, by(APRIL)),
    ),
    "give_feedback": Command(
        "active",
        lambda o, by, **more: o.give_feedback(
            by=by, feedback_id=id_of("another"), **{"kind": "praise", "text": "Quick"} | more
        ),
        tuple(
            (fields, AlreadyExists)
            for fields in ({"kind": "concern"}, {"text": "Slow"}, {"visibility": "private"})
        ),
        earlier=AlreadyExists,
        later=AlreadyExists,
    ),
    "withdraw_feedback": Command(
        "active",
        lambda o, by: o.withdraw_feedback(by=by, feedback_id=REMARK),
        earlier=OutOfTime,
        later=OutOfTime,
    ),
}  # fmt: skip


def _after(action: str) -> tuple[Objective, Command]:
    """An objective to which the command was given, effective on 1 April."""
    command = COMMANDS[action]
    objective = objective_in(command.status)
    for before in [command.before] if command.before else []:
        before(objective)
    command.give(objective, by(APRIL, WHY))
    return given(objective), command


def _leads_to(objective: Objective, what: type[Refusal] | str | None, again: Callable[[], None]) -> None:
    if what is None or isinstance(what, str):
        again()
        assert recorded(objective) == ([what] if what else [])
    else:
        with refused(objective, what):
            again()


def test_the_table_has_every_command() -> None:
    assert COMMANDS.keys() == STEPS.keys() | CHANGES.keys()


@pytest.mark.parametrize("action", COMMANDS)
def test_what_is_given_again_as_it_is_recorded_records_nothing(action: str) -> None:
    objective, command = _after(action)
    command.give(objective, by(APRIL, WHY))
    command.give(objective, by(APRIL))
    assert recorded(objective) == []


@pytest.mark.parametrize("action", [each for each in COMMANDS if each not in ("reaffirm", "give_feedback")])
def test_what_holds_is_not_dated_by_a_repetition_that_gives_no_date(action: str) -> None:
    objective, command = _after(action)
    command.give(objective, by())
    assert recorded(objective) == []


@pytest.mark.parametrize(
    ("action", "fields", "leads_to"),
    [
        pytest.param(action, fields, leads_to, id=f"{action} {fields}")
        for action, command in COMMANDS.items()
        for fields, leads_to in command.otherwise
    ],
)
def test_another_content_is_recorded_or_refused(
    action: str, fields: dict[str, Any], leads_to: type[Refusal] | str
) -> None:
    objective, command = _after(action)
    _leads_to(objective, leads_to, lambda: command.give(objective, by(APRIL, WHY), **fields))


@pytest.mark.parametrize("action", COMMANDS)
@pytest.mark.parametrize("day", [MARCH, MAY, TODAY])
def test_another_day_is_recorded_or_refused_unless_it_holds_then(action: str, day: date) -> None:
    objective, command = _after(action)
    leads_to = command.earlier if day < APRIL else command.later
    _leads_to(objective, leads_to, lambda: command.give(objective, by(day, WHY)))


@pytest.mark.parametrize("action", [each for each in COMMANDS if COMMANDS[each].reason])
def test_another_reason_of_a_step_is_refused(action: str) -> None:
    objective, command = _after(action)
    with refused(objective, ForbiddenTransition) as refusal:
        command.give(objective, by(APRIL, "another reason"))
    told = refusal.value.members["recorded"]
    assert isinstance(told, dict)
    assert (told["effective_on"], told["reason"]) == ("2026-04-01", WHY)


def test_a_refusal_tells_what_is_recorded() -> None:
    objective, command = _after("close")
    with refused(objective, ForbiddenTransition) as refusal:
        command.give(objective, by(APRIL, WHY), outcome="not_achieved")
    assert refusal.value.members["recorded"] == {
        "effective_on": "2026-04-01", "reason": WHY, "outcome": "achieved", "score": "0.7", "note": None,
    }  # fmt: skip
    objective, command = _after("submit")
    with refused(objective, ForbiddenTransition) as refusal:
        command.give(objective, by(APRIL, WHY), waivers=("A",))
    told = refusal.value.members["recorded"]
    assert isinstance(told, dict)
    assert told["waivers"] == [{"criterion": "M", "reason": "measured later"}]


def test_the_order_of_waivers_does_not_matter() -> None:
    objective = objective_in("draft")
    objective.submit(by=by(APRIL), waivers=_waive("R", "M"), standing=STANDING)
    given(objective)
    objective.submit(by=by(APRIL), waivers=_waive("M", "R"), standing=STANDING)
    assert recorded(objective) == []


@pytest.mark.parametrize("action", ["remove_key_result", "remove_alignment"])
def test_a_removal_from_an_earlier_day_on_holds_from_then(action: str) -> None:
    objective, command = _after(action)
    command.give(objective, by(MARCH, WHY))
    gone = {"remove_key_result": objective.key_results.since(KEY, TODAY, present=False),
            "remove_alignment": objective.links.gone_since(GOAL, TODAY)}  # fmt: skip
    assert gone[action] == MARCH
    with refused(given(objective), OutOfTime) as refusal:
        command.give(objective, by(APRIL, WHY))
    assert refusal.value.members["recorded"] == {"effective_on": "2026-03-01"}


ENDS: dict[str, Callable[[Objective], None]] = {
    "cancel": lambda o: o.cancel(by=by(TODAY, WHY)),
    "carry_over": lambda o: o.carry_over(by=by(TODAY), successor_id=id_of("successor")),
    "close": lambda o: _close(o, by(TODAY)),
}
HOLD_AFTER_THE_END = {
    *("reaffirm", "withdraw_reaffirmation", "check_in", "correct_check_in", "withdraw_check_in"),
    *("give_feedback", "withdraw_feedback"),
}
"""They are about a day of their own, and not about what the objective is now."""


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("action", CHANGES)
def test_what_is_given_again_after_the_end_holds_or_is_refused(action: str, end: str) -> None:
    objective, command = _after(action)
    given(objective, ENDS[end])
    if action in HOLD_AFTER_THE_END:
        command.give(objective, by(APRIL, WHY))
        assert recorded(objective) == []
    else:
        with refused(objective, ForbiddenTransition):
            command.give(objective, by(APRIL, WHY))
    for fields, leads_to in command.otherwise:
        after = leads_to if action in HOLD_AFTER_THE_END else ForbiddenTransition
        _leads_to(given(objective), after, partial(command.give, objective, by(APRIL, WHY), **fields))


def test_a_check_in_is_given_again_also_when_its_key_result_is_gone() -> None:
    objective, command = _after("check_in")
    given(objective, lambda o: o.remove_key_result(by=by(MARCH, WHY), key_result_id=KEY))
    command.give(objective, by(APRIL, WHY))
    assert recorded(objective) == []
    with refused(objective, AlreadyExists):
        command.give(objective, by(APRIL, WHY), value="41")
