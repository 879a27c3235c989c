"""Commands on objectives."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from application import alignment_checks as checks
from application.act import Act
from application.carrying_over import NewAlignment, Succession, carry_over, successor_of
from application.claims import check_claims
from application.correcting_drafts import check_corrected
from application.external_ids import NamedUseCases
from application.ids import new_id
from application.measuring import progress_on
from application.policies import rules_on
from application.session import Session, decide
from application.store import Answer, Store
from application.use_cases import InCycle, open_cycle, passed_on
from domain.objective import KEEP, Keep, Objective, Owner, Revision, Waiver
from domain.objective.lifecycle import Status
from domain.objective.values import OF_A_DRAFT
from domain.refusals import FieldError, Refusal, StillInUse, UnknownReference


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


class Objectives(InCycle[Objective], NamedUseCases[Objective]):
    commit = passed_on(Objective.commit)
    return_ = passed_on(Objective.return_)
    approve = passed_on(Objective.approve)
    postpone = passed_on(Objective.postpone)
    resume = passed_on(Objective.resume)
    reaffirm = passed_on(Objective.reaffirm)
    withdraw_reaffirmation = passed_on(Objective.withdraw_reaffirmation)
    cancel = passed_on(Objective.cancel)
    reopen = passed_on(Objective.reopen)
    change_alignment_weight = passed_on(Objective.change_alignment_weight)
    remove_alignment = passed_on(Objective.remove_alignment)
    withdraw_check_in = passed_on(Objective.withdraw_check_in)
    revise_key_result = passed_on(Objective.revise_key_result)
    change_target = passed_on(Objective.change_target)
    remove_key_result = passed_on(Objective.remove_key_result)
    reinstate_key_result = passed_on(Objective.reinstate_key_result)
    correct_check_in = passed_on(Objective.correct_check_in)
    withdraw_feedback = passed_on(Objective.withdraw_feedback)

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
                with below(f"/key_results/{place}"):
                    objective.add_key_result(by=act.by, **(vars(key_result) | {"key_result_id": chosen}))
            _align_all(session, objective, act, alignments)
            return objective

        return self._create(act, id, make)

    def revise(self, act: Act, id: UUID, *, changes: Revision) -> Answer:
        """The level and the cycle while it is a draft; a cycle that is not sealed."""

        def change(session: Session, objective: Objective) -> None:
            before = {field: getattr(objective, field) for field in OF_A_DRAFT}
            wanted = objective.cycle_id if isinstance(changes.cycle_id, Keep) else changes.cycle_id
            cycle = open_cycle(session, wanted, "/cycle_id").period
            moves = changes.starts_on is not KEEP or changes.ends_on is not KEEP
            neighbours = checks.neighbours_of(session, objective) if moves else []
            objective.revise(by=act.by, revision=changes, cycle=cycle, neighbours=neighbours)
            corrected = [field for field, value in before.items() if getattr(objective, field) != value]
            check_corrected(session, objective, corrected)

        return self._change(act, id, change)

    def transfer(self, act: Act, id: UUID, *, owner: Owner) -> Answer:
        def change(session: Session, objective: Objective) -> None:
            objective.transfer(by=act.by, owner=owner)
            if objective.pending_events:
                checks.check_owner(session, owner, act.by.effective_on, pointer="")

        return self._change(act, id, change)

    def submit(self, act: Act, id: UUID, *, waivers: Sequence[Waiver] = ()) -> Answer:
        def change(session: Session, objective: Objective) -> None:
            standing = checks.standing_of(session, objective, act.by.effective_on)
            objective.submit(by=act.by, waivers=waivers, standing=standing)

        return self._change(act, id, change)

    def activate(self, act: Act, id: UUID, *, waivers: Sequence[Waiver] = ()) -> Answer:
        def change(session: Session, objective: Objective) -> None:
            standing = checks.standing_of(session, objective, act.by.effective_on)
            objective.activate(by=act.by, waivers=waivers, standing=standing)

        return self._change(act, id, change)

    def close(
        self, act: Act, id: UUID, *, outcome: str, score: Decimal | None = None, note: str | None = None
    ) -> Answer:
        """The score is suggested from the progress on the effective date."""

        def change(session: Session, objective: Objective) -> None:
            day = act.by.effective_on
            progress = progress_on(session, [id], day)[id]
            suggested = None if progress is None else rules_on(session, day).shown(progress)
            objective.close(
                by=act.by,
                outcome=outcome,
                score=score,
                suggested_score=suggested,
                progress=progress,
                note=note,
            )

        return self._change(act, id, change)

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

    def add_key_result(
        self,
        act: Act,
        id: UUID,
        *,
        title: str,
        kind: str,
        unit_of_measure: str | None,
        baseline: Decimal | None,
        target: Decimal | None,
        weight: Decimal = Decimal(1),
        external_id: str | None = None,
        key_result_id: UUID | None = None,
    ) -> Answer:
        chosen = key_result_id or new_id()
        return self._change(
            act,
            id,
            lambda _, objective: objective.add_key_result(
                by=act.by,
                key_result_id=chosen,
                title=title,
                kind=kind,
                unit_of_measure=unit_of_measure,
                baseline=baseline,
                target=target,
                weight=weight,
                external_id=external_id,
            ),
        )

    def check_in(
        self,
        act: Act,
        id: UUID,
        *,
        on: date,
        readings: Mapping[UUID, Decimal],
        confidence: int | None = None,
        note: str | None = None,
        check_in_id: UUID | None = None,
    ) -> Answer:
        chosen = check_in_id or new_id()
        return self._change(
            act,
            id,
            lambda _, objective: objective.check_in(
                by=act.by, check_in_id=chosen, on=on, readings=readings, confidence=confidence, note=note
            ),
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

    def reinstate(self, act: Act, id: UUID) -> Answer:
        """One that was carried over only while what it goes on as is cancelled."""

        def change(session: Session, objective: Objective) -> None:
            goes_on_as = objective.successor_id
            objective.reinstate(by=act.by)
            if goes_on_as is not None and session.get(Objective, goes_on_as).status != Status.CANCELLED:
                raise StillInUse(
                    f"it goes on as {goes_on_as}: cancel that first", objectives=[str(goes_on_as)]
                )

        return self._change(act, id, change)

    def carry_over(
        self,
        act: Act,
        id: UUID,
        *,
        cycle_id: UUID,
        starts_on: date | None = None,
        ends_on: date | None = None,
        alignments: Sequence[NewAlignment] = (),
        external_id: str | None = None,
    ) -> Answer:
        """Ends it and begins its successor in another cycle, with links up of its own, in one go; the answer
        is about the successor.
        """
        asked = Succession(cycle_id, (starts_on, ends_on), alignments, external_id)

        def decision(session: Session) -> None:
            objective = session.subject(Objective, id, act)
            open_cycle(session, objective.cycle_id)
            successor = carry_over(session, act, objective, asked)
            if successor is not None:
                check_claims(session, successor)
                _align_all(session, successor, act, alignments)
                session.add(successor)

        return decide(self._store, act, successor_of(id, cycle_id), decision)


def _align_all(session: Session, objective: Objective, act: Act, alignments: Sequence[NewAlignment]) -> None:
    for place, alignment in enumerate(alignments):
        with below(f"/alignments/{place}"):
            _align(session, objective, act, **vars(alignment))


def _align(
    session: Session, objective: Objective, act: Act, *, objective_id: UUID, kind: str, weight: Decimal
) -> None:
    day = act.by.effective_on
    parent = session.existing(Objective, objective_id, day, "/objective_id")
    if not act.judge.sees(session, parent):
        raise UnknownReference.at("/objective_id", f"there is no {Objective.TOPIC} {objective_id}")
    before = len(objective.pending_events)
    checks.link_up(session, act.by, objective, parent, kind, weight)
    if len(objective.pending_events) > before:
        checks.refuse_loops(session, objective, objective_id, day)


@contextmanager
def below(pointer: str) -> Iterator[None]:
    """A refusal of a part of the body points to the field inside that part."""
    try:
        yield
    except Refusal as refusal:
        refusal.errors = tuple(FieldError(pointer + e.pointer, e.detail) for e in refusal.errors)
        raise
