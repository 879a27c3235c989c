"""The status of the objectives of a plan, reached step by step, and the start of their cycles."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from application.plan.dates import end_day, forward_day
from application.plan.reading import Plan
from application.plan.rows import ObjectiveRow
from application.plan.work import IMPORTED, Work
from domain.cycle import Cycle
from domain.objective import Objective, Standing, Waiver
from domain.objective.lifecycle import Status
from domain.objective.links import Link
from domain.objective.smart import missing
from domain.objective.values import OUTCOMES
from domain.provenance import Provenance

WAY = ("draft", "submitted", "approved", "active")
COUNTING = ("approved", "active", "closed", *OUTCOMES)


class Steps:
    """Takes objectives forward before the readings are recorded, and to their end afterwards.

    Only those whose status cell has changed since the last import.
    """

    def __init__(self, work: Work, plan: Plan) -> None:
        self._work = work
        self._status = {work.ids.objective(row.id): row.status for row in plan.objectives}
        self._read = {plan.key_results.rows[row.key_result].objective
                      for row in plan.check_ins if row.key_result in plan.key_results.rows}  # fmt: skip
        self._successors = {row.carried_from: row.id for row in plan.objectives if row.carried_from}
        self._due = [
            (row, objective)
            for row in plan.objectives
            if (objective := work.shelf.get(Objective, work.ids.objective(row.id))) is not None
            and row.status != work.shelf.said(objective.id).status
        ]

    def forward(self) -> None:
        """Up to active at most: as far as the row says, or as its end and its readings need."""
        below = self._links_down()
        for row, objective in self._due:
            with self._work.changing(row, objective, "status"):
                self._forward(row, objective, below[objective.id])

    def to_the_end(self) -> None:
        """Postponed, cancelled or closed."""
        for row, objective in self._due:
            with self._work.changing(row, objective, "status"):
                by = self._work.by(end_day(self._work, row, objective))
                if row.status == "postponed":
                    objective.postpone(by=by)
                elif row.status == "cancelled":
                    objective.cancel(by=by)
                elif row.status == "carried_over":
                    self._carry_over(row, objective, by)
                elif row.status in OUTCOMES:
                    objective.close(by=by, outcome=row.status)
        self._check_origins()

    def _carry_over(self, row: ObjectiveRow, objective: Objective, by: Provenance) -> None:
        successor = self._successors.get(row.id)
        if successor is None:
            self._work.complain(row, "status", "no row has it as carried_from_id")
        else:
            objective.carry_over(by=by, successor_id=self._work.ids.objective(successor))

    def _check_origins(self) -> None:
        """What is carried over from something is what that was carried over into."""
        for row, objective in self._due:
            origin = self._work.shelf.get(Objective, objective.origin_id) if objective.origin_id else None
            if origin is not None and self._work.shelf.is_new(objective.id):
                if origin.successor_id != objective.id:
                    self._work.complain(row, "carried_from_id", "is not carried over into this one")
                elif origin.cycle_id == objective.cycle_id:
                    self._work.complain(row, "cycle_id", "is that of the objective carried over, too")

    def _goal(self, row: ObjectiveRow) -> str | None:
        """Where on the way to active the row wants it first; None for nowhere."""
        if row.status in WAY:
            return row.status
        return "active" if row.status != "cancelled" or row.id in self._read else None

    def _forward(self, row: ObjectiveRow, objective: Objective, below: list[tuple[UUID, Link]]) -> None:
        goal = self._goal(row)
        by = self._work.by(forward_day(self._work, row, objective))
        if goal is None:
            return
        if goal == "draft":
            if objective.status != Status.DRAFT:
                objective.return_(by=by)
            return
        if objective.status == Status.POSTPONED:
            objective.resume(by=by)
        standing = Standing(
            self._work.cycle_of(objective).period, self._is_contributed_to(below, by.effective_on)
        )
        passed = WAY[1 : WAY.index(goal) + 1]
        if objective.status not in passed:
            objective.submit(by=by, waivers=_waivers(objective, by, standing), standing=standing)
        if "approved" in passed and objective.status == Status.SUBMITTED:
            objective.approve(by=by)
        if "active" in passed and objective.status == Status.APPROVED:
            objective.activate(by=by, waivers=_waivers(objective, by, standing), standing=standing)

    def _links_down(self) -> dict[UUID, list[tuple[UUID, Link]]]:
        """Parent -> (child, link) of every contribution, for the objectives that are due."""
        due = {objective.id for _, objective in self._due}
        for _, objective in self._due:
            if not self._work.shelf.is_new(objective.id):
                self._work.shelf.mentioning(Objective, objective.id, "aligned_to")
        below: dict[UUID, list[tuple[UUID, Link]]] = defaultdict(list)
        for child in self._work.shelf.all(Objective):
            for link in child.links_up():
                if link.kind == "contributes" and link.parent_id in due:
                    below[link.parent_id].append((child.id, link))
        return below

    def _is_contributed_to(self, below: list[tuple[UUID, Link]], day: date) -> bool:
        """By an objective that will count, once the import is done."""
        for child_id, link in below:
            child = self._work.shelf.get(Objective, child_id)
            status = self._status.get(child_id, child.status if child else None)
            if link.holds_on(day) and status in COUNTING:
                return True
        return False


def _waivers(objective: Objective, by: Provenance, standing: Standing) -> list[Waiver]:
    """For what the objective fails and nobody has waived yet."""
    letters = missing(objective, by.effective_on, standing).keys() - objective.waived
    return [Waiver(letter, IMPORTED) for letter in sorted(letters)]


def activate_cycles(work: Work, plan: Plan) -> None:
    """Those in preparation whose first day has come and which have an active objective."""
    busy = {row.cycle for row in plan.objectives if row.status == "active"}
    for id in sorted(busy):
        cycle = work.shelf.get(Cycle, work.ids.cycle(id))
        if cycle is not None and cycle.status == "preparation" and cycle.period.starts_on <= work.today:
            cycle.activate(by=work.by(max(cycle.period.starts_on, cycle.first_day)))
