"""Orders about key results, check-ins, feedback and measures."""

from decimal import Decimal
from uuid import UUID, uuid5

from tests.stateful.orders import Make, Order, order
from tests.stateful.picks import VALUES, WEIGHTS, Picks, id_of

KINDS = ("increase", "decrease", "maintain_at_least", "observe", "maintain_at_most", "milestone")
ACTORS = ("token:hr", "person:one", "person:two")
TARGETS = (*VALUES[1:], None)


def key_result_of(objective: UUID, number: int) -> UUID:
    return uuid5(objective, f"key result {number}")


def key_result(picks: Picks, objective: UUID) -> UUID:
    """One that there was once, or of an id that few share."""
    found = [name[1] for fact in picks.model.facts.of(objective) for name in fact.sets if name[0] == "aim"]
    return picks.of(found) if found and not picks.rarely(6) else key_result_of(objective, picks.of((0, 1)))


def add_key_result(picks: Picks) -> Order:
    id = picks.there("objective")
    return order(
        "objectives",
        "add_key_result",
        picks.act(id),
        id,
        key_result_id=key_result_of(id, picks.of((0, 1))),
        title=picks.of(("Calls", "Visits")),
        kind=picks.of(KINDS),
        unit_of_measure=None,
        baseline=picks.of(VALUES[:2]),
        target=picks.of(TARGETS),
        weight=picks.of(WEIGHTS[:3]),
    )


def change_target(picks: Picks) -> Order:
    id = picks.there("objective")
    which, kind = key_result(picks, id), picks.of((None, None, *KINDS))
    return order("objectives", "change_target", picks.act(id), id, which, target=picks.of(TARGETS), kind=kind)


def revise_key_result(picks: Picks) -> Order:
    id = picks.there("objective")
    which = key_result(picks, id)
    given = {"title": picks.of(("Calls", "Visits", "Letters")), "weight": picks.of(WEIGHTS)}
    left_out = picks.of((None, "title", "weight"))
    changes = {name: value for name, value in given.items() if name != left_out}
    return order("objectives", "revise_key_result", picks.act(id), id, which, **changes)


def remove_key_result(picks: Picks) -> Order:
    id = picks.there("objective")
    return order("objectives", "remove_key_result", picks.act(id), id, key_result(picks, id))


def reinstate_key_result(picks: Picks) -> Order:
    id = picks.there("objective")
    return order("objectives", "reinstate_key_result", picks.act(id), id, key_result(picks, id))


def check_in(picks: Picks) -> Order:
    id = picks.there("objective")
    readings = {key_result(picks, id): picks.of(VALUES)} if not picks.rarely(8) else {}
    return order(
        "objectives",
        "check_in",
        picks.act(id),
        id,
        on=picks.day() if picks.rarely(2) else picks.today,
        readings=readings,
        confidence=picks.of((None, 4)),
        check_in_id=uuid5(id, f"check-in {picks.of((0, 1, 2, 3))}"),
    )


def correct_check_in(picks: Picks) -> Order:
    id = picks.there("objective")
    check_in = uuid5(id, f"check-in {picks.of((0, 1, 2, 3))}")
    readings = {key_result(picks, id): picks.of((*VALUES, None))} if not picks.rarely(6) else {}
    return order(
        "objectives",
        "correct_check_in",
        picks.act(id),
        id,
        check_in,
        readings=readings,
        confidence=picks.of((None, 9)),
    )


def withdraw_check_in(picks: Picks) -> Order:
    id = picks.there("objective")
    check_in = uuid5(id, f"check-in {picks.of((0, 1, 2, 3))}")
    return order("objectives", "withdraw_check_in", picks.act(id), id, check_in)


def give_feedback(picks: Picks) -> Order:
    id = picks.there("objective")
    return order(
        "objectives",
        "give_feedback",
        picks.act(id, ACTORS),
        id,
        kind=picks.of(("praise", "concern")),
        text=picks.of(("Well done", "More of it", " ")),
        visibility=picks.of(("open", "private")),
        feedback_id=uuid5(id, f"feedback {picks.of((0, 1))}"),
    )


def withdraw_feedback(picks: Picks) -> Order:
    id = picks.there("objective")
    feedback = uuid5(id, f"feedback {picks.of((0, 1))}")
    return order("objectives", "withdraw_feedback", picks.act(id, ACTORS), id, feedback)


def define_measure(picks: Picks) -> Order:
    goal = id_of("objective", 0) if picks.rarely(2) else picks.there("objective")
    return order(
        "measures",
        "define",
        picks.act(),
        id=picks.new("measure", 3),
        name="Engagement",
        unit_of_measure=None,
        direction=picks.of(("increase", "maintain", "decrease")),
        baseline=Decimal(1),
        target=picks.of(VALUES),
        objective_ids=[goal, goal] if picks.rarely(8) else [goal],
    )


def revise_measure(picks: Picks) -> Order:
    id = picks.there("measure")
    given = {"direction": picks.of(("increase", "maintain", "decrease")), "target": picks.of(VALUES)}
    left_out = picks.of((None, "direction", "target"))
    changes = {name: value for name, value in given.items() if name != left_out}
    return order("measures", "revise", picks.act(id), id, **changes)


def record_reading(picks: Picks) -> Order:
    id = picks.there("measure")
    return order(
        "measures",
        "record_reading",
        picks.act(id),
        id,
        on=picks.day() if picks.rarely(2) else picks.today,
        value=picks.of(VALUES),
        source=picks.of((None, "a survey")),
        reading_id=uuid5(id, f"reading {picks.of((0, 1, 2, 3))}"),
    )


def correct_reading(picks: Picks) -> Order:
    id = picks.there("measure")
    reading, source = uuid5(id, f"reading {picks.of((0, 1, 2))}"), picks.of((None, "a count"))
    return order(
        "measures", "correct_reading", picks.act(id), id, reading, value=picks.of(VALUES), source=source
    )


def withdraw_reading(picks: Picks) -> Order:
    id = picks.there("measure")
    return order(
        "measures", "withdraw_reading", picks.act(id), id, uuid5(id, f"reading {picks.of((0, 1, 2))}")
    )


KEY_RESULTS: tuple[Make, ...] = (
    *(add_key_result, change_target, revise_key_result, remove_key_result, reinstate_key_result),
    *(check_in, check_in, check_in, correct_check_in, correct_check_in, withdraw_check_in),
)
FEEDBACK: tuple[Make, ...] = (give_feedback, give_feedback, withdraw_feedback)
MEASURES: tuple[Make, ...] = (
    *(define_measure, revise_measure, record_reading, record_reading, correct_reading, withdraw_reading),
)
