"""Commands on objectives."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from application import alignment_checks as checks
from application.act import Act
from application.carrying_over import carry_over, successor_of
from application.ids import new_id
from application.key_results import Measuring
from application.measuring import progress_on
from application.session import Session, decide
from application.store import Answer, Store
from application.use_cases import open_cycle
from domain.objective import KEEP, Objective, Owner, Revision, Waiver
from domain.refusals import FieldError, Refusal


@dataclass(frozen=True)
class NewKeyResult:
    """A key result that comes with the definition of its objective."""

    title: str
    kind: str
    unit_of_measure: str | None
    baseline: Decimal | None
    target: Decimal | None
    weight: Decimal = Decimal(1)
    external_id: str | None = None
    key_result_id: UUID | None = None  # None: a new one


@dataclass(frozen=True)
class NewAlignment:
    """A link up that comes with the definition of its objective."""

    objective_id: UUID
    kind: str
    weight: Decimal = Decimal(1)


class Objectives(Measuring):
    def __init__(self, store: Store) -> None:
        super().__init__(store, Objective)

    def define(
        self,
        act: Act,
        *,
        title: str,
        description: str | None,
        level: str,
        cycle_id: UUID,
        owner: Owner | None,
        starts_on: date | None,
        ends_on: date | None,
        visibility: str = "open",
        key_results: Sequence[NewKeyResult] = (),
        alignments: Sequence[NewAlignment] = (),
        external_id: str | None = None,
        id: UUID | None = None,
    ) -> Answer:
        """With its key results and alignments, all or nothing."""
        key_result_ids = [each.key_result_id or new_id() for each in key_results]

        def make(session: Session, new: UUID) -> Objective:
            objective = Objective.define(
                by=act.by,
                id=new,
                title=title,
                description=description,
                level=level,
                cycle_id=cycle_id,
                owner=owner,
                starts_on=starts_on,
                ends_on=ends_on,
                visibility=visibility,
                external_id=external_id,
            )
            open_cycle(session, cycle_id, "/cycle_id")
            checks.check_owner(session, owner, act.by.effective_on)
            for place, (chosen, key_result) in enumerate(zip(key_result_ids, key_results, strict=True)):
                with _below(f"/key_results/{place}"):
                    objective.add_key_result(by=act.by, **(vars(key_result) | {"key_result_id": chosen}))
            for place, alignment in enumerate(alignments):
                with _below(f"/alignments/{place}"):
                    _align(session, objective, act, **vars(alignment))
            return objective

        return self._create(act, id, make)

    def revise(self, act: Act, id: UUID, *, changes: Revision) -> Answer:
        def change(session: Session, objective: Objective) -> None:
            cycle = checks.period_of_cycle(session, objective)
            moves = changes.starts_on is not KEEP or changes.ends_on is not KEEP
            neighbours = checks.neighbours_of(session, objective) if moves else []
            objective.revise(by=act.by, revision=changes, cycle=cycle, neighbours=neighbours)

        return self._change(act, id, change)

    def transfer(self, act: Act, id: UUID, *, owner: Owner) -> Answer:
        def change(session: Session, objective: Objective) -> None:
            objective.transfer(by=act.by, owner=owner)
            if objective.pending_events:
                checks.check_owner(session, owner, act.by.effective_on, pointer="")

        return self._change(act, id, change)

    def commit(self, act: Act, id: UUID, *, confidence: int) -> Answer:
        return self._change(act, id, lambda _, objective: objective.commit(by=act.by, confidence=confidence))

    def submit(self, act: Act, id: UUID, *, waivers: Sequence[Waiver] = ()) -> Answer:
        def change(session: Session, objective: Objective) -> None:
            standing = checks.standing_of(session, objective, act.by.effective_on)
            objective.submit(by=act.by, waivers=waivers, standing=standing)

        return self._change(act, id, change)

    def return_(self, act: Act, id: UUID) -> Answer:
        return self._change(act, id, lambda _, objective: objective.return_(by=act.by))

    def approve(self, act: Act, id: UUID) -> Answer:
        return self._change(act, id, lambda _, objective: objective.approve(by=act.by))

    def activate(self, act: Act, id: UUID, *, waivers: Sequence[Waiver] = ()) -> Answer:
        def change(session: Session, objective: Objective) -> None:
            standing = checks.standing_of(session, objective, act.by.effective_on)
            objective.activate(by=act.by, waivers=waivers, standing=standing)

        return self._change(act, id, change)

    def postpone(self, act: Act, id: UUID) -> Answer:
        return self._change(act, id, lambda _, objective: objective.postpone(by=act.by))

    def resume(self, act: Act, id: UUID) -> Answer:
        return self._change(act, id, lambda _, objective: objective.resume(by=act.by))

    def reaffirm(self, act: Act, id: UUID) -> Answer:
        return self._change(act, id, lambda _, objective: objective.reaffirm(by=act.by))

    def cancel(self, act: Act, id: UUID) -> Answer:
        return self._change(act, id, lambda _, objective: objective.cancel(by=act.by))

    def close(
        self, act: Act, id: UUID, *, outcome: str, score: Decimal | None = None, note: str | None = None
    ) -> Answer:
        """The score is suggested from the progress on the effective date."""

        def change(session: Session, objective: Objective) -> None:
            suggested = progress_on(session, objective, act.by.effective_on)
            objective.close(by=act.by, outcome=outcome, score=score, suggested_score=suggested, note=note)

        return self._change(act, id, change)

    def reopen(self, act: Act, id: UUID) -> Answer:
        return self._change(act, id, lambda _, objective: objective.reopen(by=act.by))

    def align(
        self, act: Act, id: UUID, *, objective_id: UUID, kind: str, weight: Decimal = Decimal(1)
    ) -> Answer:
        """Up to another objective; `AlignmentLoop` if that would close a loop on any day, past or future."""
        return self._change(
            act,
            id,
            lambda session, objective: _align(
                session, objective, act, objective_id=objective_id, kind=kind, weight=weight
            ),
        )

    def change_alignment_weight(self, act: Act, id: UUID, other: UUID, *, weight: Decimal) -> Answer:
        return self._change(
            act,
            id,
            lambda _, objective: objective.change_alignment_weight(by=act.by, parent_id=other, weight=weight),
        )

    def remove_alignment(self, act: Act, id: UUID, other: UUID) -> Answer:
        return self._change(
            act, id, lambda _, objective: objective.remove_alignment(by=act.by, parent_id=other)
        )

    def give_feedback(
        self,
        act: Act,
        id: UUID,
        *,
        kind: str,
        text: str,
        visibility: str = "open",
        feedback_id: UUID | None = None,
    ) -> Answer:
        chosen = feedback_id or new_id()
        return self._change(
            act,
            id,
            lambda _, objective: objective.give_feedback(
                by=act.by, feedback_id=chosen, kind=kind, text=text, visibility=visibility
            ),
        )

    def withdraw_feedback(self, act: Act, id: UUID, feedback_id: UUID, *, on_behalf: bool = True) -> Answer:
        """Unless it is `on_behalf` of whoever gave it, by them alone."""

        def change(_: Session, objective: Objective) -> None:
            if not on_behalf:
                checks.check_gave(objective, feedback_id, act.actor)
            objective.withdraw_feedback(by=act.by, feedback_id=feedback_id)

        return self._change(act, id, change)

    def carry_over(
        self,
        act: Act,
        id: UUID,
        *,
        cycle_id: UUID,
        starts_on: date | None = None,
        ends_on: date | None = None,
    ) -> Answer:
        """Ends it and begins its successor in another cycle, in one go; the answer is about the successor."""

        def decision(session: Session) -> None:
            objective = session.subject(Objective, id, act)
            open_cycle(session, objective.cycle_id)
            carry_over(session, act, objective, cycle_id, (starts_on, ends_on))

        return decide(self._store, act, successor_of(id, cycle_id), decision)


def _align(
    session: Session, objective: Objective, act: Act, *, objective_id: UUID, kind: str, weight: Decimal
) -> None:
    day = act.by.effective_on
    own_cycle = checks.period_of_cycle(session, objective)
    parent = checks.parent_of(session, objective_id, day, "/objective_id")
    open_cycle(session, session.get(Objective, objective_id).cycle_id)
    before = len(objective.pending_events)
    objective.align(by=act.by, parent=parent, kind=kind, weight=weight, cycle=own_cycle)
    if len(objective.pending_events) > before:
        checks.refuse_loops(session, objective, objective_id, day)


@contextmanager
def _below(pointer: str) -> Iterator[None]:
    """A refusal of a part of the body points to the field inside that part."""
    try:
        yield
    except Refusal as refusal:
        refusal.errors = tuple(FieldError(pointer + e.pointer, e.detail) for e in refusal.errors)
        raise
