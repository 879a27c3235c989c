"""Reviews, feedback, measures, and cycles that close."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from domain.measure import Measure
from domain.objective.values import FEEDBACK_KINDS
from domain.provenance import Provenance
from domain.review import Evidence, KeyResultEvidence, Review, Share
from domain.review.lifecycle import allowed_in
from domain.review.values import REASON_CODES
from domain.sealing import Seal
from tests.histories.move import Move, Moves, objective_of
from tests.histories.telling import Telling
from tests.oracle import PerformanceOracle

VALUES = ("1", "4.5", "9", "-3", "20", "0.0000001", "2")


def _late(telling: Telling, move: Move) -> Provenance:
    return telling.on(move.day, latest=telling.today)


def _open_review(telling: Telling, move: Move) -> None:
    person, reviewer = (
        telling.people[number % len(telling.people)] for number in (move.who, move.who + 1 + move.other % 2)
    )
    reviewed = {each.id for each in (objective_of(telling, move.pick), objective_of(telling, move.other))}
    weights = [Decimal(100)] if len(reviewed) == 1 else [Decimal("33.5"), Decimal("66.5")]
    cycle = telling.cycles[move.other % 2]

    def command() -> Review:
        review = Review.open(
            by=_late(telling, move),
            id=telling.new_id(),
            person_id=person.id,
            reviewer_id=reviewer.id,
            cycle_id=cycle.id,
            shares=[Share(id, weight) for id, weight in zip(reviewed, weights, strict=True)],
            scale=cycle.rating_scale,
            appeal_days=cycle.appeal_days,
        )
        telling.reviews.append(review)
        return review

    telling.attempt(command)


def _evidence(telling: Telling, review: Review, by: Provenance) -> list[Evidence]:
    oracle = PerformanceOracle(telling.log, by.effective_on, telling.now)
    return [_evidence_of(telling, oracle, share.objective_id) for share in review.shares]


def _evidence_of(telling: Telling, oracle: PerformanceOracle, id: UUID) -> Evidence:
    stands = oracle.evidence_now(id) or {"title": "Not yet", "status": "draft", "key_results": []}
    last = [event for event in telling.log if event.originator_id == id][-1]
    return Evidence(
        objective_id=id,
        title=stands["title"],
        version=last.version,
        position=last.position,
        status=stands["status"],
        progress=_number(stands.get("progress")),
        score=_number(stands.get("score")),
        key_results=[
            KeyResultEvidence(
                UUID(one["key_result_id"]),
                *(_number(one[name]) for name in ("value", "attainment", "progress")),
            )
            for one in stands["key_results"]
        ],
    )


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _review_steps(telling: Telling, move: Move) -> None:
    """One step, or two or three of them in a row."""
    for further in range(1 + move.day % 3 if telling.reviews else 0):
        _review_step(telling, replace(move, pick=(move.pick + further) % 12))


def _review_step(telling: Telling, move: Move) -> None:
    review = telling.reviews[move.who % len(telling.reviews)]
    by = telling.by() if move.pick % 3 else _late(telling, move)
    code, rating = REASON_CODES[move.pick % 5], 1 + move.other % 5
    upheld = move.pick % 2 == 0
    graded = None if upheld else 1 + (review.rating or 0) % 5
    calibrator, judge = replace(by, actor=f"person:{telling.people[0].id}"), replace(by, actor="token:judge")
    steps: dict[str, Callable[[], None]] = {
        "reassign": lambda: review.reassign(by=by, reviewer_id=telling.people[move.other % 3].id),
        "self_assess": lambda: review.self_assess(by=by, text=f"Well done {move.pick}."),
        "assess": lambda: review.assess(
            by=by, rating=rating, text="So it was.", evidence=_evidence(telling, review, by)
        ),
        "calibrate": lambda: review.calibrate(by=calibrator, rating=rating, reason_code=code, comment="So."),
        "share": lambda: review.share(by=by),
        "acknowledge": lambda: review.acknowledge(by=by, agrees=upheld, comment=None if upheld else "No."),
        "appeal": lambda: review.appeal(by=by, grounds="Not so."),
        "decide_appeal": lambda: review.decide_appeal(
            by=judge, decision="upheld" if upheld else "amended", comment="Heard.", rating=graded
        ),
        "finalise": lambda: review.finalise(by=by),
        "withdraw": lambda: review.withdraw(by=by),
    }
    allowed = [step for step in allowed_in(review.status) if step != "withdraw" or move.pick == 11]
    if allowed:
        telling.attempt(steps[allowed[move.other % len(allowed)]], review)


def _give_feedback(telling: Telling, move: Move) -> None:
    objective = objective_of(telling, move.who)
    telling.attempt(
        lambda: objective.give_feedback(
            by=_late(telling, move),
            feedback_id=telling.new_id(),
            kind=FEEDBACK_KINDS[move.pick % 3],
            text=f"Remark {move.pick}",
            visibility="private" if move.other % 2 else "open",
        ),
        objective,
    )


def _withdraw_feedback(telling: Telling, move: Move) -> None:
    found = [(each, id) for each in telling.objectives for id in each.feedback]
    if found:
        objective, id = found[move.other % len(found)]
        telling.attempt(
            lambda: objective.withdraw_feedback(by=_late(telling, move), feedback_id=id), objective
        )


def _define_measure(telling: Telling, move: Move) -> None:
    goals = [each.id for each in telling.objectives if each.level == "strategic"]
    direction, target = (("increase", "9"), ("decrease", "-1"), ("maintain", "3"))[move.pick % 3]

    def command() -> Measure:
        measure = Measure.define(
            by=_late(telling, move),
            id=telling.new_id(),
            name=("Engagement", "Revenue", "Share")[move.other % 3],
            unit_of_measure=None if move.pick % 2 else "per cent",
            direction=direction,
            baseline=Decimal(2),
            target=Decimal(target),
            objective_ids=goals[:2],
            external_id="m-1" if move.pick % 2 else None,
        )
        telling.measures.append(measure)
        return measure

    if len(telling.measures) < 3:
        telling.attempt(command)


def _read_measure(telling: Telling, move: Move) -> None:
    if not telling.measures:
        return
    measure = telling.measures[move.who % len(telling.measures)]
    by, value = _late(telling, move), Decimal(VALUES[move.pick % len(VALUES)])
    ids = list(measure.readings)
    if ids and move.other % 2 == 0:
        id = ids[move.day % len(ids)]
        if move.pick % 4 == 3:
            telling.attempt(lambda: measure.withdraw_reading(telling.by(), reading_id=id), measure)
        else:
            telling.attempt(lambda: measure.correct_reading(by=by, reading_id=id, value=value), measure)
    else:
        source = "a survey" if move.other % 2 else None
        telling.attempt(
            lambda: measure.record_reading(
                by=by, reading_id=telling.new_id(), on=by.effective_on, value=value, source=source
            ),
            measure,
        )


def _revise_measure(telling: Telling, move: Move) -> None:
    if telling.measures:
        measure = telling.measures[move.who % len(telling.measures)]
        by, target = _late(telling, move), Decimal(VALUES[move.pick % len(VALUES)])
        name = ("Engagement", "Loyalty")[move.other % 2]
        telling.attempt(lambda: measure.revise(by=by, name=name, target=target), measure)


def _correct_external_id(telling: Telling, move: Move) -> None:
    named: list[Measure | Review] = [*telling.measures, *telling.reviews]
    if named:
        one, name = named[move.who % len(named)], ("x-1", "x-2", None)[move.other % 3]
        telling.attempt(lambda: one.correct_external_id(by=telling.by(), external_id=name), one)


def _cycle_step(telling: Telling, move: Move) -> None:
    cycle, by = telling.cycles[move.who % 2], telling.by() if move.pick % 2 else _late(telling, move)
    seal = Seal(f"{move.pick:064x}", "sha256", move.who, move.other, len(telling.log))
    steps: dict[str, Callable[[], None]] = {
        "preparation": lambda: cycle.activate(by=by),
        "active": lambda: cycle.close(by=by, seal=seal),
        "closed": lambda: cycle.reopen(by=by),
    }
    telling.attempt(steps[cycle.status], cycle)


MOVES: Moves = {
    "correct external id of": (1, _correct_external_id),
    "cycle step": (2, _cycle_step),
    "define measure": (1, _define_measure),
    "give feedback": (2, _give_feedback),
    "open review": (3, _open_review),
    "read measure": (6, _read_measure),
    "revise measure": (2, _revise_measure),
    "review steps": (12, _review_steps),
    "withdraw feedback": (1, _withdraw_feedback),
}
