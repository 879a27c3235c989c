"""The day of a step: a plan folder has one date and one status for an objective, and says no more."""

from datetime import date, timedelta

from application.plan.rows import ObjectiveRow
from application.plan.work import Work
from domain.objective import Objective
from domain.objective.lifecycle import Status
from domain.objective.values import OUTCOMES

GONE = (Status.POSTPONED, Status.CLOSED)


def forward_day(work: Work, row: ObjectiveRow, objective: Objective) -> date:
    """A new objective comes this far on its first day; another on its row's date if it can, else today.

    One that was postponed or closed does not come back on the day on which it went.
    """
    last = objective.lifecycle.steps[-1].day
    if work.shelf.is_new(objective.id):
        return last
    earliest = last + timedelta(days=objective.status in GONE)
    return row.effective_on if row.effective_on and row.effective_on >= earliest else work.today


def end_day(work: Work, row: ObjectiveRow, objective: Objective) -> date:
    """When it was postponed, cancelled or closed: on the row's date if that says more than when it began.

    Else a closed one, or one carried over, ended with its period, and another one, unless it is new, today.
    Never before its last reading.
    """
    last = objective.lifecycle.steps[-1].day
    read = max((check_in.on for check_in in objective.check_ins.all.values()), default=last)
    if row.effective_on and row.effective_on > last:
        day = row.effective_on
    elif row.status in (*OUTCOMES, "carried_over"):
        day = min(row.ends_on or work.cycle_of(objective).period.ends_on, work.today)
    else:
        day = last if work.shelf.is_new(objective.id) else work.today
    return max(day, last, read)
