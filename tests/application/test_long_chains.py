"""Objectives that contribute in a chain far longer than any call stack, or very many to the same one."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.session import Session, decide
from application.store.recorder import Recorder
from domain.objective import Objective, Owner, Parent, Standing
from domain.period import Period
from tests.application.cycles import JUNE, Season
from tests.application.organisation import START, TODAY, UNSMART, act

LENGTH = 1_200
AT_ONCE = 100


def contribute(season: Season, top: UUID, *, in_a_row: bool = True) -> UUID:
    """The last of so many active objectives: the first contributes to `top`, each other to the one before,
    or all of them to `top`.
    """
    by, cycle = act().by, Period(START, date(2026, 12, 31))
    standing = Standing(cycle, has_contributing_child=False)
    above, id = season.load(top), top
    for _ in range(LENGTH // AT_ONCE):
        chain = []
        for _ in range(AT_ONCE):
            objective = Objective.define(
                by=by,
                id=uuid4(),
                title="A link of the chain",
                description=None,
                level="team",
                cycle_id=season.cycle,
                owner=Owner(unit_id=season.unit),
                starts_on=cycle.starts_on,
                ends_on=cycle.ends_on,
            )
            parent = Parent(above.id, above.level, above.periods(cycle))
            objective.align(by=by, parent=parent, kind="contributes", weight=Decimal(1), cycle=cycle)
            objective.submit(by=by, waivers=UNSMART, standing=standing)
            objective.approve(by=by)
            objective.activate(by=by, waivers=[], standing=standing)
            chain.append(objective)
            above = objective if in_a_row else above

        def record(session: Session, chain: list[Objective] = chain) -> None:
            for objective in chain:
                session.add(objective)

        decide(season.store, act(), chain[0].id, record)
        id = chain[-1].id
    return id


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries of the store from now on."""
    questions: list[str] = []
    ask = Recorder.rows

    def noting(self: Recorder, query: str, parameters: Any) -> Any:
        questions.append(query)
        return ask(self, query, parameters)

    monkeypatch.setattr(Recorder, "rows", noting)
    return questions


@pytest.mark.parametrize(("in_a_row", "at_most"), [(True, 3 * LENGTH), (False, 60)])
def test_however_many_there_are_they_count_in_an_assessment_and_at_closing(
    season: Season, in_a_row: bool, at_most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one objective of Ana has a key result without a reading, and all of what comes from below. A level
    costs no more questions the more stand in it.
    """
    bottom = contribute(season, season.objective, in_a_row=in_a_row)
    season.objectives.add_key_result(
        act(), bottom, key_result_id=uuid4(), title="Done", kind="milestone", unit_of_measure=None,
        baseline=Decimal(0), target=Decimal(1), weight=Decimal(1),
    )  # fmt: skip
    season.read(1, JUNE, bottom)
    review = season.open_review()
    questions = counted(monkeypatch)

    season.store.forget()
    season.assess(review)
    assert len(questions) < at_most
    season.objectives.close(act(TODAY), season.objective, outcome="achieved")

    evidence = season.review(review).assessment
    assert evidence is not None
    assert evidence.evidence[0]["progress"] == "0.5"
    ending = season.load(season.objective).ending
    assert ending is not None
    assert ending.score == Decimal("0.5")
