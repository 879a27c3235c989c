"""Objectives of a plan: defined when new, changed where a cell has changed, and taken to their
status step by step.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from application.alignment_checks import check_owner, neighbours_of, period_of_cycle, standing_of
from application.correcting_drafts import check_corrected
from application.plan.reading import Plan
from application.plan.rows import ObjectiveRow, ReaffirmationRow
from application.plan.work import IMPORTED, UNCHANGEABLE, Work
from application.use_cases import open_cycle
from domain.cycle import Cycle
from domain.objective import Objective, Owner, Revision, Standing, Waiver
from domain.objective.lifecycle import Status
from domain.objective.links import check_overlap
from domain.objective.smart import missing
from domain.objective.values import OUTCOMES, owner_fields
from domain.payload import written
from domain.provenance import Provenance

WAY = ("draft", "submitted", "approved", "active")
GONE = (Status.POSTPONED, Status.CLOSED, Status.CANCELLED)
CELLS = ("title", "description", "starts_on", "ends_on", "visibility")


def decide_objectives(work: Work, rows: Iterable[ObjectiveRow]) -> None:
    for row in rows:
        objective = work.session.find(Objective, work.ids.objective(row.id))
        if objective is None:
            with work.blaming(row):
                _define(work, row)
        else:
            with work.changing(row, objective):
                _change(work, row, objective)
    work.all_is_there()


def _define(work: Work, row: ObjectiveRow) -> None:
    """A row without a date holds from its first day, unless that is still to come."""
    cycle = open_cycle(work.session, work.ids.cycle(row.cycle), "/cycle_id")
    by = work.by(row.effective_on or min(row.starts_on or work.today, work.today))
    owner = _owner(work, row)
    objective = Objective.define(
        by=by,
        id=work.ids.objective(row.id),
        title=row.title,
        description=row.description,
        level=row.level,
        cycle_id=cycle.id,
        owner=owner,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        visibility=row.visibility or "open",
        external_id=row.id,
        origin_id=work.ids.objective(row.carried_from) if row.carried_from else None,
    )
    work.session.add(objective)
    work.when_all_is_there(row, lambda: check_owner(work.session, owner, by.effective_on))


def _change(work: Work, row: ObjectiveRow, objective: Objective) -> None:
    said, by = work.session.said(objective.id), work.by_change(row.effective_on, objective)
    work.must_be_as_said(row, said.fields)
    if row.carried_from and said.fields["origin_id"] != str(work.ids.objective(row.carried_from)):
        work.complain(row, "carried_from_id", UNCHANGEABLE)
    if row.status != said.status:
        if objective.status == Status.CLOSED:
            objective.reopen(by=work.by(_forward_day(work, row, objective)))
        elif objective.status == Status.CANCELLED and row.status != Status.CANCELLED:
            objective.reinstate(by=work.by(_forward_day(work, row, objective)))
    _correct(work, row, objective)
    cells = {name: getattr(row, name) for name in CELLS if name != "visibility" or row.visibility}
    _revise(work, row, objective, {k: v for k, v in cells.items() if written(v) != said.fields[k]})
    owner = _owner(work, row)
    if all(said.fields[name] == id for name, id in owner_fields(owner).items()):
        return
    if owner is None:
        work.complain(row, "owner_unit_id", "is empty: an owner can be replaced, but not taken away")
        return
    objective.transfer(by=by, owner=owner)
    work.when_all_is_there(row, lambda: check_owner(work.session, owner, by.effective_on))


def _correct(work: Work, row: ObjectiveRow, objective: Objective) -> None:
    """Another level or cycle, while it is a draft: from its first day on, whatever the date of the row."""
    cells: dict[str, Any] = {"level": row.level, "cycle_id": work.ids.cycle(row.cycle)}
    said = work.session.said(objective.id).fields
    changes = {name: cell for name, cell in cells.items() if written(cell) != said[name]}
    if not changes:
        return
    cycle = open_cycle(work.session, changes.get("cycle_id", objective.cycle_id), "/cycle_id")
    objective.revise(by=work.by(objective.first_day), revision=Revision(**changes), cycle=cycle.period)
    work.when_all_is_there(row, lambda: check_corrected(work.session, objective, changes))


def _revise(work: Work, row: ObjectiveRow, objective: Objective, changes: dict[str, Any]) -> None:
    if not changes:
        return
    by, cycle = work.by_change(row.effective_on, objective), period_of_cycle(work.session, objective)
    objective.revise(by=by, revision=Revision(**changes), cycle=cycle)
    if "starts_on" in changes or "ends_on" in changes:
        column = "ends_on" if "ends_on" in changes else "starts_on"
        work.when_all_is_there(row, lambda: _check_neighbours(work, row, objective, column))


def _check_neighbours(work: Work, row: ObjectiveRow, objective: Objective, column: str) -> None:
    """The changed period must go on overlapping those above and below, as they are after the import."""
    periods = objective.periods(period_of_cycle(work.session, objective))
    for neighbour in neighbours_of(work.session, objective):
        with work.blaming(row, column):
            check_overlap(periods, neighbour.periods, neighbour.window)


def _owner(work: Work, row: ObjectiveRow) -> Owner | None:
    if row.owner_unit:
        return Owner(unit_id=work.ids.unit(row.owner_unit))
    return Owner(person_id=work.ids.person(row.owner_person)) if row.owner_person else None


def _forward_day(work: Work, row: ObjectiveRow, objective: Objective) -> date:
    """A plan folder has one date and one status for an objective: a new one comes this far on its first day;
    another on the date given for it if it can, else today. One that was postponed or closed does not come
    back on the day on which it went.
    """
    last = objective.lifecycle.steps[-1].day
    if work.session.is_new(objective.id):
        return last
    earliest = last + timedelta(days=objective.status in GONE)
    given = work.given(row.effective_on, work.session.said(objective.id).days)
    return given if given and given >= earliest else work.today


def _end_day(work: Work, row: ObjectiveRow, objective: Objective) -> date:
    """Gives the day of its end: the date given for it, if that says more than when it began.

    Else a closed one, or one carried over, ended with its period, and another one, unless it is new, today.
    Never before its last reading or reaffirmation.
    """
    last = objective.lifecycle.steps[-1].day
    signs = [
        *(check_in.on for check_in in objective.check_ins.all.values() if not check_in.withdrawn),
        *objective.reaffirmed_on,
    ]
    given = work.given(row.effective_on, work.session.said(objective.id).days)
    if given and given > last:
        day = given
    elif row.status in (*OUTCOMES, "carried_over"):
        day = min(row.ends_on or period_of_cycle(work.session, objective).ends_on, work.today)
    else:
        day = last if work.session.is_new(objective.id) else work.today
    return max([day, last, *signs])


class PlannedSteps:
    """Takes objectives forward before the readings are recorded, and to their end afterwards.

    Only those whose status cell has changed since the last import.
    """

    def __init__(self, work: Work, plan: Plan) -> None:
        self._work = work
        self._status = {work.ids.objective(row.id): row.status for row in plan.objectives}
        self._ran = {plan.key_results.rows[row.key_result].objective
                     for row in plan.check_ins if row.key_result in plan.key_results.rows}  # fmt: skip
        self._ran.update(row.objective for row in plan.reaffirmations)
        self._bad = plan.objectives.bad_ids()
        self._may_have_successor = plan.objectives.doubted("carried_from_id")
        self._successors = {row.carried_from: row.id for row in plan.objectives if row.carried_from}
        self._due = [
            (row, objective)
            for row in plan.objectives
            if (objective := work.session.find(Objective, work.ids.objective(row.id))) is not None
            and row.status != work.session.said(objective.id).status
        ]

    def forward(self) -> None:
        """Up to active at most: as far as the row says, or as its end, readings and reaffirmations need."""
        for row, objective in self._due:
            with self._work.changing(row, objective, "status"):
                self._forward(row, objective)

    def to_the_end(self) -> None:
        """Postponed, cancelled or closed."""
        for row, objective in self._due:
            with self._work.changing(row, objective, "status"):
                by = self._work.by(_end_day(self._work, row, objective))
                if row.status == objective.status:
                    continue  # a folder says neither since when nor why
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
        if successor is not None:
            objective.carry_over(by=by, successor_id=self._work.ids.objective(successor))
        elif not self._may_have_successor(row.id):
            self._work.complain(row, "status", "no row has it as carried_from_id")

    def _check_origins(self) -> None:
        """Refuses an origin that was not carried over into the objective of the row."""
        session = self._work.session
        for row, objective in self._due:
            origin = session.find(Objective, objective.origin_id) if objective.origin_id else None
            if origin is not None and session.is_new(objective.id):
                if row.carried_from in self._bad:
                    continue
                if origin.successor_id != objective.id:
                    self._work.complain(row, "carried_from_id", "is not carried over into this one")
                elif origin.cycle_id == objective.cycle_id:
                    self._work.complain(row, "cycle_id", "is that of the objective carried over, too")

    def _forward(self, row: ObjectiveRow, objective: Objective) -> None:
        by = self._work.by(_forward_day(self._work, row, objective))
        if row.status == "draft":
            if objective.status != Status.DRAFT:
                objective.return_(by=by)
            return
        if row.status == "cancelled" and row.id not in self._ran:
            return
        if objective.status == Status.POSTPONED:
            objective.resume(by=by)
        standing = standing_of(self._work.session, objective, by.effective_on, self._will_be)
        passed = WAY[1 : WAY.index(row.status) + 1] if row.status in WAY else WAY[1:]
        if objective.status not in passed:
            objective.submit(by=by, waivers=_waivers(objective, by, standing), standing=standing)
        if "approved" in passed and objective.status == Status.SUBMITTED:
            objective.approve(by=by)
        if "active" in passed and objective.status == Status.APPROVED:
            objective.activate(by=by, waivers=_waivers(objective, by, standing), standing=standing)

    def _will_be(self, objective: Objective, _: date) -> str:
        """The status of any objective once the import is done, which is all that a plan folder says of it."""
        status = self._status.get(objective.id, objective.status)
        return Status.CLOSED if status in OUTCOMES else status


def decide_reaffirmations(work: Work, rows: Iterable[ReaffirmationRow]) -> None:
    for row in rows:
        objective = work.session.find(Objective, work.ids.objective(row.objective))
        if objective is not None and row.on.isoformat() not in work.session.said(objective.id).reaffirmed_on:
            with work.changing(row, objective):
                objective.reaffirm(by=work.by(row.on))


def _waivers(objective: Objective, by: Provenance, standing: Standing) -> list[Waiver]:
    """For what the objective fails and nobody has waived yet."""
    letters = missing(objective, by.effective_on, standing).keys() - objective.waived
    return [Waiver(letter, IMPORTED) for letter in sorted(letters)]


def activate_cycles(work: Work, plan: Plan) -> None:
    """Those in preparation whose first day has come and which have an active objective."""
    busy = {row.cycle for row in plan.objectives if row.status == "active"}
    for id in sorted(busy):
        cycle = work.session.find(Cycle, work.ids.cycle(id))
        if cycle is not None and cycle.status == "preparation" and cycle.period.starts_on <= work.today:
            cycle.activate(by=work.by(max(cycle.period.starts_on, cycle.first_day)))
