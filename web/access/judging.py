"""A command is judged by the access table: by the caller's roles, and by what they are to its subject."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from typing_extensions import override

from application.alignment_checks import check_gave
from application.judge import Judge
from application.session import Session
from application.standing import Standing, is_private
from domain.aggregate import Aggregate
from domain.change_plan import Change, ChangePlan
from domain.objective import Objective, Owner
from domain.person import Person
from domain.refusals import Forbidden, NotFound
from domain.review import Review
from domain.unit import Unit
from web.access.roles import AUDITOR, EMPLOYEE, HR
from web.access.table import (
    DRAFTER,
    LEAD,
    LEAD_ABOVE,
    MANAGER,
    OWNER,
    READER,
    REVIEWED,
    REVIEWER,
    TOUCHED,
    Row,
    has_role,
    in_scope,
)
from web.access.tokens import Caller

_TO_OWNER: Mapping[str, Callable[[Standing, Owner | None], bool]] = {
    OWNER: Standing.owns,
    LEAD: Standing.leads,
    LEAD_ABOVE: Standing.leads_above,
    MANAGER: Standing.manages,
}


class TableJudge(Judge):
    """Judges one command of one caller. `ids` are those in the path, `fields` those of the body."""

    def __init__(
        self,
        row: Row,
        operation: str,
        caller: Caller,
        ids: Mapping[str, UUID],
        fields: Mapping[str, Any],
        today: date,
    ) -> None:
        self._row, self._caller, self._ids, self._today = row, caller, ids, today
        self._scoped = in_scope(caller, operation)
        self._by_role = has_role(caller, row)
        self._new_owner, self._new_person = fields.get("owner"), fields.get("person_id")
        self._new_changes = fields.get("changes") or ()

    @override
    def allow(self, session: Session) -> None:
        standing = self._standing(session)
        match self._row.about:
            case "objective" | "feedback":
                self._allow_on(session, standing, session.get(Objective, self._ids["id"]))
            case "new objective":
                owner = None if self._new_owner is None else Owner(**self._new_owner)
                self._demand(self._is_any(standing, owner) or self._within(standing, owner) or self._scoped)
            case "review":
                self._allow_in(standing, session.get(Review, self._ids["id"]))
            case "new review":
                self._demand(self._within(standing, Owner(person_id=self._new_person)))
            case "new change plan":
                self._allow_changes(session, standing)
            case "change plan":
                self._allow_plan(session, standing, session.get(ChangePlan, self._ids["id"]))
            case "nothing":
                pass

    @override
    def sees(self, session: Session, objective: Objective) -> bool:
        if not is_private(objective, self._today):
            return True
        standing = self._standing(session)
        owner = standing.owner_of(objective)
        if self._caller.powers & {HR, AUDITOR} and self._in_units(standing, owner):
            return True
        return EMPLOYEE in self._caller.powers and standing.sees(objective)

    def exists(self, session: Session, subject: Aggregate) -> bool:
        """Returns whether the subject exists for the caller, whatever they may do to it."""
        if isinstance(subject, Objective):
            return self.sees(session, subject)
        if isinstance(subject, ChangePlan):
            return self._sees_all(session, subject)
        return not isinstance(subject, Review) or self._knows(self._standing(session), subject)

    def _standing(self, session: Session) -> Standing:
        return Standing(session, self._caller.person_id, self._today)

    def _allow_on(self, session: Session, standing: Standing, objective: Objective) -> None:
        if not self.sees(session, objective):
            raise NotFound(f"there is no {Objective.TOPIC} {objective.id}")
        owner = standing.owner_of(objective)
        if self._row.about == "feedback" and not self._within(standing, owner):
            check_gave(objective, self._ids["feedback"], self._caller.actor)
            return
        allowed = self._within(standing, owner) or self._scoped or self._is_any(standing, owner)
        self._demand(allowed or (READER in self._row.relations and EMPLOYEE in self._caller.powers))
        if self._row.four_eyes:
            self._demand_four_eyes(standing, objective, owner)

    def _demand_four_eyes(self, standing: Standing, objective: Objective, owner: Owner | None) -> None:
        if standing.owns(owner):
            raise Forbidden("this is never for the owner: it takes a second person")
        if self._caller.person_id is not None and self._caller.actor in objective.awaiting:
            raise Forbidden("this is never for whoever submitted or amended it: it takes a second person")

    def _allow_plan(self, session: Session, standing: Standing, plan: ChangePlan) -> None:
        if not self._sees_all(session, plan):
            raise NotFound(f"there is no {ChangePlan.TOPIC} {plan.id}")
        relations, touched = self._row.relations, [_changed_by(session, each) for each in plan.changes]
        drafted = DRAFTER in relations and self._caller.actor == plan.drafted_by
        read = READER in relations and EMPLOYEE in self._caller.powers
        self._demand(drafted or read or self._touches(standing, touched))
        if self._row.four_eyes and self._caller.person_id is not None and self._caller.actor in plan.awaiting:
            raise Forbidden("this is never for whoever drafted or revised it: it takes a second person")
        if self._new_changes:
            self._allow_changes(session, standing)

    def _allow_changes(self, session: Session, standing: Standing) -> None:
        """Judges those that exist for the caller; of the others the decision says that they do not."""
        said = [_changed_by(session, Change.of(each)) for each in self._new_changes]
        there = [each for each in said if not isinstance(each, Objective) or self.sees(session, each)]
        self._demand(self._touches(standing, there))

    def _touches(self, standing: Standing, changed: Sequence[Aggregate | None]) -> bool:
        """Returns whether a role or the lead of units is enough for all of these."""
        owners = [_place_of(standing, each) for each in changed if each is not None]
        if self._scoped or (self._by_role and all(self._in_units(standing, owner) for owner in owners)):
            return True
        led = TOUCHED in self._row.relations and EMPLOYEE in self._caller.powers
        return led and all(standing.leads_place(owner) for owner in owners)

    def _sees_all(self, session: Session, plan: ChangePlan) -> bool:
        found = (session.find(Objective, id) for id in plan.named)
        return all(self.sees(session, each) for each in found if each is not None)

    def _allow_in(self, standing: Standing, review: Review) -> None:
        reviewed, to_it = Owner(person_id=review.person_id), _to_it(standing, review)
        if self._within(standing, reviewed) or any(to_it[each] for each in self._row.relations):
            return
        if not self._knows(standing, review):
            raise NotFound(f"there is no {Review.TOPIC} {review.id}")
        self._demand(False)

    def _knows(self, standing: Standing, review: Review) -> bool:
        """Returns whether the review exists for the caller, though what they ask for is not theirs."""
        reads = self._caller.powers & {HR, AUDITOR} and self._in_units(
            standing, Owner(person_id=review.person_id)
        )
        related = any(_to_it(standing, review).values()) or standing.manages_person(review.person_id)
        return bool(reads) or related

    def _within(self, standing: Standing, owner: Owner | None) -> bool:
        """Returns whether a role is enough for what this owner's is."""
        return self._by_role and self._in_units(standing, owner)

    def _in_units(self, standing: Standing, owner: Owner | None) -> bool:
        return not self._caller.units or standing.is_within(owner, self._caller.units)

    def _is_any(self, standing: Standing, owner: Owner | None) -> bool:
        if EMPLOYEE not in self._caller.powers:
            return False
        return any(_TO_OWNER[each](standing, owner) for each in self._row.relations if each in _TO_OWNER)

    def _demand(self, allowed: bool) -> None:
        if not allowed:
            raise Forbidden(f"this is not yours to do; {self._row.who} may")


def _changed_by(session: Session, change: Change) -> Aggregate | None:
    """The aggregate that a change is to, if there is one."""
    id = change.named.get("objective_id") or change.named.get("person_id") or change.named.get("unit_id")
    kinds = (Objective, Person, Unit)
    return None if id is None else next((it for kind in kinds if (it := session.find(kind, id))), None)


def _place_of(standing: Standing, changed: Aggregate) -> Owner | None:
    """Gives whose it is, or who or which unit it is, as an owner."""
    if isinstance(changed, Objective):
        return standing.owner_of(changed)
    if isinstance(changed, Person):
        return Owner(person_id=changed.id)
    return Owner(unit_id=changed.id)


def _to_it(standing: Standing, review: Review) -> Mapping[str, bool]:
    return {
        REVIEWED: standing.is_person(review.person_id),
        REVIEWER: standing.is_person(review.reviewer_id),
    }
