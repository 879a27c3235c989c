"""Commands on change plans. Each change is decided as the command of its own would be, by the same code: when
the plan is drafted on trial, and when it is carried out for good, all in one transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from application import alignment_checks as checks
from application import placing
from application.act import Act
from application.ids import new_id
from application.objectives import below
from application.session import ATTEMPTS, Session
from application.store import Answer, Store
from application.use_cases import UseCases, open_cycle, passed_on
from domain.aggregate import Aggregate
from domain.change_plan import APPLIED, MOVE_UNIT, UNMINDED, Change, ChangePlan
from domain.objective import Objective, Owner
from domain.person import Person
from domain.provenance import Provenance
from domain.refusals import FieldError, PlanOutdated, Refusal, UnknownReference
from domain.unit import Unit

MOST_TOLD = 50
_KINDS: Mapping[str, type[Aggregate]] = {
    "unit_id": Unit,
    "person_id": Person,
    "objective_id": Objective,
    "manager_id": Person,
    "owner_unit_id": Unit,
    "owner_person_id": Person,
}


class ChangePlans(UseCases[ChangePlan]):
    approve = passed_on(ChangePlan.approve)
    withdraw = passed_on(ChangePlan.withdraw)

    def __init__(self, store: Store) -> None:
        super().__init__(store, ChangePlan)

    def draft(
        self, act: Act, *, title: str, changes: Sequence[Mapping[str, Any]], id: UUID | None = None
    ) -> Answer:
        """Refused where the changes could not be carried out today, as their own commands would be."""

        def make(session: Session, new: UUID) -> ChangePlan:
            said = self._possible(session, act, changes)
            return ChangePlan.draft(by=act.by, id=new, title=title, changes=said, position=session.position())

        return self._create(act, id, make)

    def revise(self, act: Act, id: UUID, *, title: str, changes: Sequence[Mapping[str, Any]]) -> Answer:
        """As `draft`, all of it anew. It counts from now on what it names, and has to be approved again."""

        def change(session: Session, plan: ChangePlan) -> None:
            said = self._possible(session, act, changes)
            moved = bool(changed_since(session, plan))
            plan.revise(by=act.by, title=title, changes=said, position=session.position(), moved=moved)

        return self._change(act, id, change)

    def comment(self, act: Act, id: UUID, *, text: str, comment_id: UUID | None = None) -> Answer:
        chosen = comment_id or new_id()
        return self._change(act, id, lambda _, plan: plan.comment(by=act.by, comment_id=chosen, text=text))

    def apply(self, act: Act, id: UUID) -> Answer:
        """Records all changes and that they are, or nothing. `PlanOutdated` if what it names has changed
        since it was drafted or revised.
        """

        def change(session: Session, plan: ChangePlan) -> None:
            if plan.status == APPLIED:
                return
            plan.apply(by=act.by)
            changed = changed_since(session, plan)
            if changed:
                raise PlanOutdated(
                    f"{len(changed)} events have changed what it names since; look at them, and revise it",
                    changed=changed[:MOST_TOLD],
                    count=len(changed),
                )
            by = replace(act.by, reason=f"change plan {plan.id}: {plan.why}")
            for place, each in enumerate(plan.changes):
                with below(f"/changes/{place}"):
                    carry_out(session, by, each, act)

        return self._change(act, id, change)

    def _possible(self, session: Session, act: Act, changes: Sequence[Mapping[str, Any]]) -> list[Change]:
        """The changes, if what they name is there for the caller and they could be carried out today."""
        said = [Change.checked(each, f"/changes/{place}") for place, each in enumerate(changes)]
        for place, each in enumerate(said):
            for name, id in each.named.items():
                pointer = f"/changes/{place}/{name}"
                found = session.referred(_kind(name, each), id, pointer)
                if isinstance(found, Objective) and not act.judge.sees(session, found):
                    raise UnknownReference.at(pointer, f"there is no {Objective.TOPIC} {id}")
        self._rehearse(replace(act, effective_on=None), said)
        return said

    def _rehearse(self, act: Act, changes: Sequence[Change]) -> None:
        """Decides on them in a session of its own, of which nothing is recorded."""
        by = replace(act.by, reason=act.reason or "a rehearsal")
        for attempt in range(ATTEMPTS):
            trial = Session(self._store)
            try:
                for place, each in enumerate(changes):
                    with below(f"/changes/{place}"):
                        carry_out(trial, by, each, act)
            except Refusal:
                if attempt + 1 == ATTEMPTS or not trial.catch_up():
                    raise
            else:
                return


def carry_out(session: Session, by: Provenance, change: Change, act: Act) -> None:
    """Decides on one change, as its own command would. Pointers are to the fields of the change."""
    named = change.named
    match change.action:
        case "move_unit":
            unit = session.referred(Unit, named["unit_id"], "/unit_id")
            placing.move(session, by, unit, parent_id=change.parent_id)
        case "transfer_person":
            person = session.referred(Person, named["person_id"], "/person_id")
            placing.transfer(session, by, person, unit_id=named["unit_id"], manager_id=change.manager_id)
        case _:
            objective = session.referred(Objective, named["objective_id"], "/objective_id")
            open_cycle(session, objective.cycle_id)
            _change_objective(session, by, objective, change, act)


def _change_objective(
    session: Session, by: Provenance, objective: Objective, change: Change, act: Act
) -> None:
    match change.action:
        case "cancel_objective":
            objective.cancel(by=by)
        case "transfer_objective":
            owner = Owner(unit_id=change.owner_unit_id, person_id=change.owner_person_id)
            for name, kind in (("owner_unit_id", Unit), ("owner_person_id", Person)):
                if name in change.named:
                    session.existing(kind, change.named[name], by.effective_on, f"/{name}")
            objective.transfer(by=by, owner=owner)
        case "align_objective":
            with _of_parent():
                _align(session, by, objective, change, act)
        case "remove_alignment":
            objective.remove_alignment(by, change.named["parent_id"])


def _align(session: Session, by: Provenance, objective: Objective, change: Change, act: Act) -> None:
    parent_id, before = change.named["parent_id"], objective.version
    parent = session.existing(Objective, parent_id, by.effective_on, "/objective_id")
    if change.kind is None or change.weight is None:
        raise LookupError("an alignment without its kind or weight")
    if not act.judge.sees(session, parent):
        raise UnknownReference.at("/objective_id", f"there is no {Objective.TOPIC} {parent_id}")
    checks.link_up(session, by, objective, parent, change.kind, change.weight)
    if objective.version > before:
        checks.refuse_loops(session, objective, parent_id, by.effective_on)


@contextmanager
def _of_parent() -> Iterator[None]:
    """The command of its own names the parent as `objective_id`."""
    try:
        yield
    except Refusal as refusal:
        refusal.errors = tuple(
            FieldError(e.pointer.replace("/objective_id", "/parent_id"), e.detail) for e in refusal.errors
        )
        raise


def changed_since(session: Session, plan: ChangePlan) -> list[dict[str, Any]]:
    """Lists what happened to all that the plan names since its changes were last said, in the order of the
    log: {kind, id, action, position}; without what is reported and remarked.
    """
    named = plan.named
    found = {id: session.find(_kind(*said.split("/")), id) for id, said in named.items()}
    moved = {
        id: each
        for id, each in found.items()
        if each is not None and session.position_of(each) > plan.position
    }
    rows = session.stored(list(moved), session.position()) if moved else []
    changed = [
        {
            "kind": row["topic"].partition(".")[0],
            "id": str(row["originator_id"]),
            "action": row["topic"],
            "position": row["position"],
        }
        for row in rows
        if row["position"] > plan.position and row["topic"] not in UNMINDED
    ]
    return sorted(changed, key=lambda row: row["position"])


def _kind(name: str, of: Change | str) -> type[Aggregate]:
    action = of if isinstance(of, str) else of.action
    if name == "parent_id":
        return Unit if action == MOVE_UNIT else Objective
    return _KINDS[name]
