"""Departures and dissolutions of a plan: recorded when all else that it says is there, for each looks at what
hangs on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from application import left_behind
from application.placing import check_person_is_placed, check_unit_is_placed
from application.plan.reading import Plan
from application.plan.rows import PersonRow, UnitRow
from application.plan.work import Work
from domain.person import Person
from domain.unit import Unit
from domain.window import Window, without

COLUMN = {"unit": "dissolves_on", "person": "departs_on"}
BACK = (
    "is empty, but was {said}: that is taken back by its own command, or in an export of the plan; leave the "
    "day as it is, or leave the column out"
)


@dataclass(frozen=True)
class Ended:
    """The row ended it, or took its end back; it was gone on the days `before`."""

    row: PersonRow | UnitRow
    it: Person | Unit
    before: Sequence[Window]

    def check(self, work: Work) -> None:
        """Raises a refusal if anything is left behind that was not, or if what is back has no place. Of what
        an export brings here that is as it was there.
        """
        session, gone = work.session, without(self.it.days_gone(), self.before)
        back = without(self.before, self.it.days_gone())
        brought = session.is_exported and session.is_new(self.it.id)
        if isinstance(self.it, Person):
            check_person_is_placed(session, self.it, back)
            left = left_behind.of_person(session, self.it, gone, work.today)
        else:
            check_unit_is_placed(session, self.it, back)
            left = left_behind.of_unit(session, self.it, gone, work.today)
        if not brought:
            left.refuse()


def decide_ends(work: Work, plan: Plan) -> None:
    """All of them first: who leaves with those who report to them leaves nobody behind."""
    ended: list[Ended] = []
    for row in (*plan.people, *plan.units):
        with work.blaming(row, COLUMN[str(row.OF)]):
            ended += _end(work, row)
    for each in ended:
        with work.blaming(each.row, COLUMN[str(each.row.OF)]):
            each.check(work)


def _end(work: Work, row: PersonRow | UnitRow) -> list[Ended]:
    id, day = work.ids.of(str(row.OF), row.id), row.ends_on
    find = work.session.find
    it: Person | Unit | None = find(Person, id) if isinstance(row, PersonRow) else find(Unit, id)
    if it is None or day is None:
        return []
    said = None if work.session.is_new(id) else work.session.said(id).fields.get("gone_on")
    if said == (day.isoformat() if day else None):
        return []
    before = it.days_gone()
    is_known = (day or date.fromisoformat(str(said))) in [gone.start for gone in before]
    if day and not is_known:
        by = work.by(day)
        it.depart(by=by) if isinstance(it, Person) else it.dissolve(by=by)
    elif not day and is_known and work.session.is_exported:
        by = work.by(date.fromisoformat(str(said)))
        it.withdraw_departure(by=by) if isinstance(it, Person) else it.withdraw_dissolution(by=by)
    elif not day and is_known:
        work.complain(row, COLUMN[str(row.OF)], BACK.format(said=said))
    return [Ended(row, it, before)]
