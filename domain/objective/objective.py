"""The aggregate: its commands, grouped by concern. They decide; `state` answers what they rest on, and
`events` are how it is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, Self
from uuid import UUID, uuid5

from domain import checks, external_id
from domain.aggregate import check_day, check_own_day
from domain.checks import EARLIEST, NAME_LENGTH, number, one_of, optional_text, ordered, text, whole
from domain.claims import level
from domain.decimals import canonical
from domain.keep import KEEP, Keep
from domain.objective import events, smart
from domain.objective.lifecycle import (
    AFTER_APPROVAL,
    NEEDS_REASON,
    Status,
    allowed_in,
    check_allowed,
    check_live_on,
)
from domain.objective.links import Link, check_overlap, merged, with_cycle
from domain.objective.measuring import Aim, CheckIn, KeyResult, Label, checked_readings, readings_payload
from domain.objective.state import ObjectiveState
from domain.objective.values import (
    CONFIDENCES,
    DESCRIPTION_LENGTH,
    FEEDBACK_KINDS,
    FEEDBACK_LENGTH,
    LEVELS,
    LINK_KINDS,
    NOTE_LENGTH,
    OF_A_DRAFT,
    OPEN,
    OUTCOMES,
    STRATEGIC,
    TITLE_LENGTH,
    VISIBILITIES,
    Commitment,
    Feedback,
    Neighbour,
    Owner,
    Parent,
    Revision,
    Said,
    Standing,
    Waiver,
    owner_fields,
    waivers_of,
)
from domain.payload import written
from domain.period import Period
from domain.progress import KINDS, OBSERVED
from domain.provenance import Provenance
from domain.refusals import (
    AlignmentToItself,
    AlreadyExists,
    FieldError,
    ForbiddenTransition,
    InvalidValue,
    NotFound,
    NotSmart,
    OutOfTime,
    ReasonRequired,
    StrategicOnly,
)
from domain.room import check_room
from domain.timeline import Span


class Objective(ObjectiveState):
    """A unit or a person sets out to achieve it in a period. A command whose effect already holds records
    nothing.
    """

    TOPIC = "objective"

    Event = events.ObjectiveEvent
    Defined = events.Defined
    Revised = events.Revised
    Transferred = events.Transferred
    ExternalIdCorrected: ClassVar[type[external_id.Corrected]] = events.ExternalIdCorrected
    Committed = events.Committed
    Submitted = events.Submitted
    Returned = events.Returned
    Approved = events.Approved
    Activated = events.Activated
    Postponed = events.Postponed
    Resumed = events.Resumed
    Reaffirmed = events.Reaffirmed
    ReaffirmationWithdrawn = events.ReaffirmationWithdrawn
    Cancelled = events.Cancelled
    Closed = events.Closed
    Reopened = events.Reopened
    CarriedOver = events.CarriedOver
    Reinstated = events.Reinstated
    KeyResultAdded = events.KeyResultAdded
    KeyResultRevised = events.KeyResultRevised
    TargetChanged = events.TargetChanged
    KeyResultRemoved = events.KeyResultRemoved
    KeyResultReinstated = events.KeyResultReinstated
    CheckedIn = events.CheckedIn
    CheckInCorrected = events.CheckInCorrected
    CheckInWithdrawn = events.CheckInWithdrawn
    Aligned = events.Aligned
    AlignmentWeightChanged = events.AlignmentWeightChanged
    AlignmentRemoved = events.AlignmentRemoved
    FeedbackGiven = events.FeedbackGiven
    FeedbackWithdrawn = events.FeedbackWithdrawn

    def __init__(self) -> None:
        super().__init__()  # written out, since the framework would make an empty one

    # Content: what it says and whose it is

    @classmethod
    def define(
        cls,
        *,
        by: Provenance,
        id: UUID,
        title: str,
        description: str | None,
        level: str,
        cycle_id: UUID,
        owner: Owner | None,
        starts_on: date | None,
        ends_on: date | None,
        visibility: str = OPEN,
        external_id: str | None = None,
        origin_id: UUID | None = None,
    ) -> Self:
        """A draft, today or late, never ahead. That cycle and owner exist is the caller's to check.
        `origin_id` is the objective that is carried over into this one.
        """
        check_day(by.effective_on, EARLIEST, by.today)
        checks.days(starts_on=starts_on, ends_on=ends_on)
        ordered(starts_on, ends_on)
        return cls.begin(
            cls.Defined,
            by,
            id,
            title=text(title, "/title", TITLE_LENGTH),
            description=optional_text(description, "/description", DESCRIPTION_LENGTH),
            level=one_of(level, LEVELS, "/level"),
            cycle_id=str(cycle_id),
            **owner_fields(owner),
            starts_on=written(starts_on),
            ends_on=written(ends_on),
            visibility=one_of(visibility, VISIBILITIES, "/visibility"),
            external_id=optional_text(external_id, "/external_id", NAME_LENGTH),
            origin_id=written(origin_id),
        )

    def revise(
        self,
        by: Provenance,
        *,
        revision: Revision,
        cycle: Period,
        neighbours: Sequence[Neighbour] = (),
    ) -> None:
        """Changes what it says. `cycle` is the period of its cycle; `neighbours` are the objectives it is
        linked to, up and down, whose periods it must go on overlapping. After approval the period stays
        inside the cycle's, unless T was waived.

        The level and the cycle of a draft are corrected from its first day on. That they fit with what it is
        linked to, and with what names it, is the caller's to check.
        """
        self.check_change("revise", by)
        wanted = revision.checked()
        now = {field: self._said(field, by.effective_on) for field in wanted}
        changed = {field: value for field, value in wanted.items() if value != now[field]}
        checks.days(**{field: day for field, day in changed.items() if isinstance(day, date)})
        self._check_draft(by, [field for field in OF_A_DRAFT if field in changed])
        if "starts_on" in changed or "ends_on" in changed:
            self._check_period(by, changed, cycle, neighbours)
        by_day: dict[date, list[str]] = {}
        for field in changed:
            day = self.first_day if field in OF_A_DRAFT else by.effective_on
            by_day.setdefault(day, []).append(field)
        for day, fields in sorted(by_day.items()):
            after, before = ({field: written(said[field]) for field in fields} for said in (changed, now))
            self.amend(self.Revised, replace(by, effective_on=day), after=after, before=before)

    def transfer(self, by: Provenance, *, owner: Owner) -> None:
        """To another owner. That it exists is the caller's to check."""
        self.check_change("transfer", by)
        before = self.owner.at(by.effective_on)
        if owner != before:
            fields_before = {f"{field}_before": id for field, id in owner_fields(before).items()}
            self.amend(self.Transferred, by, **owner_fields(owner), **fields_before)

    def commit(self, by: Provenance, *, confidence: int) -> None:
        """The owner takes it on, as sure of it as `confidence` (0..10) says. Never ahead."""
        self.check_change("commit", by)
        check_day(by.effective_on, self.first_day, by.today)
        whole(confidence, "/confidence", *CONFIDENCES)
        owner = self.owner.at(by.effective_on)
        if owner is None:
            raise InvalidValue.at("/confidence", "nobody can commit to an objective without an owner")
        if self.commitment.at(by.effective_on) != Commitment(owner, confidence):
            self.record(self.Committed, by, confidence=confidence, **owner_fields(owner))

    # Steps of its life; which may follow which is in `lifecycle`

    def submit(self, by: Provenance, *, waivers: Sequence[Waiver], standing: Standing) -> None:
        """Refused with what is missing unless it is SMART or the letter is waived."""
        payload = waivers_of(waivers)
        if not self._is_taken("submit", "submitted", by, self.status == Status.SUBMITTED, waivers=payload):
            smart.check(self, by.effective_on, standing, {waiver["criterion"] for waiver in payload})
            self.record(self.Submitted, by, waivers=payload)

    def return_(self, by: Provenance) -> None:
        """Back to draft. Needs a reason."""
        if not self._is_taken("return", "returned", by, self.lifecycle.ends_with("returned")):
            self.record(self.Returned, by)

    def approve(self, by: Provenance) -> None:
        """The first approval, or that of everything amended since, also of what is effective later."""
        approved = self.status in AFTER_APPROVAL and not self.amended
        if not self._is_taken("approve", "approved", by, approved):
            self.record(self.Approved, by)

    def activate(self, by: Provenance, *, waivers: Sequence[Waiver], standing: Standing) -> None:
        """Checks SMART once more; the waivers of the submission go on counting."""
        payload = waivers_of(waivers)
        if not self._is_taken("activate", "activated", by, self.status == Status.ACTIVE, waivers=payload):
            waived = self.waived | {waiver["criterion"] for waiver in payload}
            smart.check(self, by.effective_on, standing, waived)
            self.record(self.Activated, by, waivers=payload)

    def postpone(self, by: Provenance) -> None:
        if not self._is_taken("postpone", "postponed", by, self.status == Status.POSTPONED):
            self.record(self.Postponed, by)

    def resume(self, by: Provenance) -> None:
        """Back to the status before the postponement."""
        if not self._is_taken("resume", "resumed", by, self.lifecycle.ends_with("resumed")):
            self.record(self.Resumed, by)

    def reaffirm(self, by: Provenance) -> None:
        """Still relevant, on a day on which it was approved or active."""
        if self.last_reaffirmed.at(by.effective_on) == by.effective_on:
            return
        self.check_room()
        check_allowed("reaffirm", self.status)
        check_day(by.effective_on, self.first_day, by.today)
        check_live_on("reaffirm", self.lifecycle.on(by.effective_on))
        self.record(self.Reaffirmed, by)
        self._say_withdrawn_after(by, by.effective_on)

    def withdraw_reaffirmation(self, by: Provenance, *, on: date) -> None:
        """It was recorded by mistake: what was the last one before that day is so again from that day on.
        Needs a reason.
        """
        self.check_room()
        check_allowed("withdraw_reaffirmation", self.status)
        check_day(on, self.first_day, by.today, "/on")
        check_own_day(by, on)
        if self.last_reaffirmed.at(on) != on:
            if self.last_reaffirmed.speaks_of(on):
                return
            raise NotFound(f"it was not reaffirmed on {on}")
        if by.reason is None:
            raise ReasonRequired.at("/reason", "to withdraw a reaffirmation needs a reason")
        before = max((day for day in self.reaffirmed_on if day < on), default=None)
        self.record(self.ReaffirmationWithdrawn, by, on, last_reaffirmed_on=written(before))
        self._say_withdrawn_after(by, on)

    def cancel(self, by: Provenance) -> None:
        """Needs a reason."""
        if not self._is_taken("cancel", "cancelled", by, self.status == Status.CANCELLED):
            self.record(self.Cancelled, by)

    def close(
        self,
        by: Provenance,
        *,
        outcome: str,
        score: Decimal | None = None,
        suggested_score: Decimal | None = None,
        progress: Fraction | None = None,
        note: str | None = None,
    ) -> None:
        """`score` from 0 to 1; left out it is the suggested one, and another than that, or than the exact
        progress from which that is, needs a note.
        """
        one_of(outcome, OUTCOMES, "/outcome")
        suggested = _score(suggested_score, "/suggested_score")
        given = _score(score, "/score")
        score = suggested if given is None else given
        said = {
            "outcome": outcome,
            "score": written(score),
            "note": optional_text(note, "/note", NOTE_LENGTH),
        }
        if self._is_taken("close", "closed", by, self.status == Status.CLOSED, **said):
            return
        agrees = score == suggested or (score is not None and score == progress)
        if suggested is not None and not agrees and said["note"] is None:
            raise ReasonRequired.at("/note", f"a score other than the suggested {suggested} needs a note")
        self.record(self.Closed, by, suggested_score=written(suggested), **said)

    def reopen(self, by: Provenance) -> None:
        """Needs a reason."""
        if not self._is_taken("reopen", "reopened", by, self.lifecycle.ends_with("reopened")):
            self.record(self.Reopened, by)

    def reinstate(self, by: Provenance) -> None:
        """Back to the status before it was cancelled or carried over; as what it goes on, the caller checks.
        Needs a reason.
        """
        if not self._is_taken("reinstate", "reinstated", by, self.lifecycle.ends_with("reinstated")):
            self.record(self.Reinstated, by, status=str(self.lifecycle.before_end()))

    def carry_over(self, by: Provenance, *, successor_id: UUID) -> None:
        """Ends here, for it goes on as the successor."""
        taken, successor = self.status == Status.CARRIED_OVER, str(successor_id)
        if not self._is_taken("carry_over", "carried_over", by, taken, successor_id=successor):
            self.record(self.CarriedOver, by, successor_id=successor)

    @classmethod
    def succeed(
        cls,
        *,
        by: Provenance,
        id: UUID,
        origin: Objective,
        cycle_id: UUID,
        starts_on: date | None,
        ends_on: date | None,
        external_id: str | None = None,
    ) -> Self:
        """A draft that says what the origin says on the effective date and is measured from where that one
        got to. Its alignments are not taken along. Each key result has a new id, the same one whenever asked.
        """
        day = by.effective_on
        successor = cls.define(
            by=by,
            id=id,
            title=str(origin.title.at(day)),
            description=origin.description.at(day),
            level=origin.level,
            cycle_id=cycle_id,
            owner=origin.owner.at(day),
            starts_on=starts_on,
            ends_on=ends_on,
            visibility=str(origin.visibility.at(day)),
            origin_id=origin.id,
            external_id=external_id,
        )
        for measured in origin.measured_on(day):
            label, aim = measured.key_result.label, measured.aim_from_here()
            successor.add_key_result(
                by=by,
                key_result_id=uuid5(id, str(measured.key_result.id)),
                title=label.title,
                kind=aim.kind,
                unit_of_measure=label.unit_of_measure,
                baseline=aim.baseline,
                target=aim.target,
                weight=label.weight,
            )
        return successor

    # Key results and their targets

    def add_key_result(
        self,
        by: Provenance,
        *,
        key_result_id: UUID,
        title: str,
        kind: str,
        unit_of_measure: str | None,
        baseline: Decimal | None,
        target: Decimal | None,
        weight: Decimal = Decimal(1),
        external_id: str | None = None,
    ) -> None:
        """Adds it, or brings back one that was removed."""
        self.check_change("add_key_result", by)
        label = Label.checked(title, unit_of_measure, weight, external_id)
        aim = Aim.checked(kind, baseline, target)
        there = self.key_results.find(key_result_id, by.effective_on)
        if there is not None:
            if (there.label, there.aim) != (label, aim):
                raise AlreadyExists(f"there is a key result {key_result_id} already, and it is another one")
            return
        if key_result_id not in self.key_results.slots:
            check_room("key results of an objective", len(self.key_results.slots))
        self._check_own_name(by, key_result_id, label.external_id)
        said = label.payload() | aim.payload()
        self.amend(self.KeyResultAdded, by, key_result_id=str(key_result_id), **said)

    def revise_key_result(
        self,
        by: Provenance,
        key_result_id: UUID,
        *,
        title: str | Keep = KEEP,
        unit_of_measure: str | Keep | None = KEEP,
        weight: Decimal | Keep = KEEP,
        external_id: str | Keep | None = KEEP,
    ) -> None:
        """Another title, unit of measure, weight or id of another system; what is left out stays, and so do
        its readings. A later fact about one of these stays, too.
        """
        self.check_change("revise_key_result", by)
        label = self._key_result(key_result_id, by.effective_on).label
        wanted = Label.checked(
            label.title if isinstance(title, Keep) else title,
            label.unit_of_measure if isinstance(unit_of_measure, Keep) else unit_of_measure,
            label.weight if isinstance(weight, Keep) else weight,
            label.external_id if isinstance(external_id, Keep) else external_id,
        ).payload()
        now = label.payload()
        changed = [name for name, value in wanted.items() if value != now[name]]
        if changed:
            if "external_id" in changed:
                self._check_own_name(by, key_result_id, wanted["external_id"])
            after, before = ({name: said[name] for name in changed} for said in (wanted, now))
            self.amend(
                self.KeyResultRevised, by, key_result_id=str(key_result_id), after=after, before=before
            )

    def change_target(
        self,
        by: Provenance,
        key_result_id: UUID,
        *,
        target: Decimal | None,
        baseline: Decimal | Keep | None = KEEP,
        kind: str | None = None,
    ) -> None:
        """Another target, and another baseline if one is given. `observe` takes its first target with the
        kind that it is to be from then on; a kind of `observe` takes the target away. Another kind with a
        target comes with a baseline, if only to say that there is none.
        """
        self.check_change("change_target", by)
        before = self._key_result(key_result_id, by.effective_on).aim
        kept = before.baseline if isinstance(baseline, Keep) else baseline
        wanted = one_of(kind or before.kind, KINDS, "/kind")
        if wanted != before.kind and OBSERVED not in (wanted, before.kind) and isinstance(baseline, Keep):
            detail = (
                f"has to be said when the kind changes from {before.kind} to {wanted}, null if there is none"
            )
            raise InvalidValue.at("/baseline", detail)
        if before.kind == wanted == OBSERVED and target is not None:
            raise InvalidValue.at("/kind", f"is {OBSERVED}: with a first target, say how it is measured")
        aim = Aim.checked(wanted, kept, target)
        if aim != before:
            fields_before = {f"{field}_before": value for field, value in before.payload().items()}
            self.amend(
                self.TargetChanged, by, key_result_id=str(key_result_id), **aim.payload(), **fields_before
            )

    def remove_key_result(self, by: Provenance, key_result_id: UUID) -> None:
        """From the effective date until a later fact about it, if one is known."""
        self.check_change("remove_key_result", by)
        if not _is_so(self.key_results.since(key_result_id, by.effective_on, present=False), by, "gone"):
            self._key_result(key_result_id, by.effective_on)
            self.amend(self.KeyResultRemoved, by, key_result_id=str(key_result_id))

    def reinstate_key_result(self, by: Provenance, key_result_id: UUID) -> None:
        """Brings back one that was removed as it was, with its readings, until a later fact about it."""
        self.check_change("reinstate_key_result", by)
        if not _is_so(self.key_results.since(key_result_id, by.effective_on, present=True), by, "there"):
            if self.key_results.since(key_result_id, by.effective_on, present=False) is None:
                raise NotFound(f"on {by.effective_on} there was no key result {key_result_id}")
            self.amend(self.KeyResultReinstated, by, key_result_id=str(key_result_id))

    # Check-ins: readings of key results

    def check_in(
        self,
        by: Provenance,
        *,
        check_in_id: UUID,
        on: date,
        readings: Mapping[UUID, Decimal],
        confidence: int | None = None,
        note: str | None = None,
    ) -> None:
        """Readings, a confidence or a note, on a day on which the objective was approved or active; effective
        on that day. Without a reading, what was read stays what it was.
        """
        there = self.check_ins.all.get(check_in_id)
        if there is None:
            self.check_room()
            check_allowed("check_in", self.status)
        check_day(on, self.first_day, by.today, "/on")
        check_own_day(by, on)
        known = {key_result.id for key_result in self.key_results.on(on)}
        if there is None:
            check_live_on("check_in", self.lifecycle.on(on))
        else:
            known.update(there.readings)
        values = checked_readings(readings, known)
        given = CheckIn(on, values, _confidence(confidence), optional_text(note, "/note", NOTE_LENGTH))
        if not given.readings and given.confidence is None and given.note is None:
            raise InvalidValue.at("/readings", "a check-in says something: a reading, a confidence or a note")
        if there is not None:
            if there.withdrawn:
                detail = f"check-in {check_in_id} was given before, and withdrawn: give it another id"
                raise AlreadyExists(detail)
            if there != given:
                raise AlreadyExists(f"there is a check-in {check_in_id} already, and it is another one")
            return
        self.record(
            self.CheckedIn,
            by,
            on,
            check_in_id=str(check_in_id),
            readings=readings_payload(values),
            confidence=given.confidence,
            note=given.note,
        )

    def correct_check_in(
        self,
        by: Provenance,
        check_in_id: UUID,
        *,
        readings: Mapping[UUID, Decimal | None],
        confidence: int | None = None,
        note: str | None = None,
    ) -> None:
        """Puts right what the check-in said, on its own day, also after closing; needs a reason. A value of
        None withdraws a reading; a confidence or note left out stays.
        """
        self.check_room()
        check_allowed("correct_check_in", self.status)
        there = self._check_in(check_in_id)
        if there.withdrawn:
            raise NotFound(f"there is no check-in {check_in_id} any more: it was withdrawn")
        check_own_day(by, there.on)
        values = checked_readings(readings, there.readings)
        confidence, note = _confidence(confidence), optional_text(note, "/note", NOTE_LENGTH)
        if there.says(values, confidence, note):
            return
        if by.reason is None:
            raise ReasonRequired.at("/reason", "a correction needs a reason")
        was = {id: there.readings[id] for id in values}
        self.record(
            self.CheckInCorrected,
            by,
            there.on,
            check_in_id=str(check_in_id),
            readings=readings_payload(values),
            confidence=confidence,
            note=note,
            before={"readings": readings_payload(was), "confidence": there.confidence, "note": there.note},
        )

    def withdraw_check_in(self, by: Provenance, check_in_id: UUID) -> None:
        """It was recorded by mistake: it says nothing any more, from its own day on and also after closing.
        Needs a reason.
        """
        self.check_room()
        check_allowed("withdraw_check_in", self.status)
        there = self._check_in(check_in_id)
        check_own_day(by, there.on)
        if there.withdrawn:
            return
        if by.reason is None:
            raise ReasonRequired.at("/reason", "to withdraw a check-in needs a reason")
        said = {"confidence": there.confidence, "note": there.note}
        self.record(
            self.CheckInWithdrawn,
            by,
            there.on,
            check_in_id=str(check_in_id),
            readings=readings_payload(dict.fromkeys(there.readings)),
            before={"readings": readings_payload(there.readings), **said},
        )

    # Alignments: links up to other objectives; the caller, who has the ancestors, searches for loops

    def align(self, by: Provenance, *, parent: Parent, kind: str, weight: Decimal, cycle: Period) -> None:
        """Links up to `parent`, or gives the link there is another kind or weight. `cycle` is the period of
        the objective's own cycle. The rules hold on every day of the link.
        """
        self.check_change("align", by)
        one_of(kind, LINK_KINDS, "/kind")
        heavy = checks.weight(weight, "/weight")
        if parent.id == self.id:
            raise AlignmentToItself.at("/objective_id", "an objective does not align to itself")
        if self.level == STRATEGIC and parent.level != STRATEGIC:
            raise StrategicOnly.at("/objective_id", "a strategic objective aligns only to strategic ones")
        before = self.links.find(parent.id, by.effective_on)
        if before is not None and (before.kind, before.weight) == (kind, heavy):
            return
        if parent.id not in self.links.slots:
            check_room("links up from an objective", len(self.links.slots))
        window = self.links.window(parent.id, by.effective_on)
        _check_there(parent, by)
        check_overlap(self.periods(cycle), parent.periods, window)
        self.amend(
            self.Aligned,
            by,
            parent_id=str(parent.id),
            kind=kind,
            weight=canonical(heavy),
            kind_before=before.kind if before else None,
            weight_before=canonical(before.weight) if before else None,
        )

    def change_alignment_weight(self, by: Provenance, parent_id: UUID, *, weight: Decimal) -> None:
        self.check_change("change_alignment_weight", by)
        heavy = checks.weight(weight, "/weight")
        link = self._link(parent_id, by.effective_on)
        if link.weight != heavy:
            self.amend(
                self.AlignmentWeightChanged,
                by,
                parent_id=str(parent_id),
                weight=canonical(heavy),
                weight_before=canonical(link.weight),
            )

    def remove_alignment(self, by: Provenance, parent_id: UUID) -> None:
        """From the effective date until a later fact about the link, if one is known."""
        self.check_change("remove_alignment", by)
        if _is_so(self.links.gone_since(parent_id, by.effective_on), by, "gone"):
            return
        link = self._link(parent_id, by.effective_on)
        self.amend(
            self.AlignmentRemoved,
            by,
            parent_id=str(parent_id),
            kind_before=link.kind,
            weight_before=canonical(link.weight),
        )

    # Feedback: remarks at any time of its life, which change nothing about it

    def give_feedback(
        self, by: Provenance, *, feedback_id: UUID, kind: str, text: str, visibility: str = OPEN
    ) -> None:
        """Today or late, never ahead."""
        self.check_room()
        check_allowed("give_feedback", self.status)
        check_day(by.effective_on, self.first_day, by.today)
        given = Feedback(
            by.effective_on,
            by.actor,
            one_of(kind, FEEDBACK_KINDS, "/kind"),
            checks.text(text, "/text", FEEDBACK_LENGTH),
            one_of(visibility, VISIBILITIES, "/visibility"),
        )
        there = self.feedback.get(feedback_id)
        if there is not None:
            if there.withdrawn_on is not None:
                raise AlreadyExists(
                    f"feedback {feedback_id} was given before, and withdrawn: give it another id"
                )
            if there != given:
                raise AlreadyExists(f"there is feedback {feedback_id} already, and it is other feedback")
            return
        self.record(
            self.FeedbackGiven,
            by,
            feedback_id=str(feedback_id),
            kind=given.kind,
            text=given.text,
            visibility=given.visibility,
        )

    def withdraw_feedback(self, by: Provenance, feedback_id: UUID) -> None:
        """From the effective date on, which is not before the day on which it was given. Needs a reason."""
        check_allowed("withdraw_feedback", self.status)
        there = self.feedback.get(feedback_id)
        if there is None:
            raise NotFound(f"there is no feedback {feedback_id}")
        if _is_so(there.withdrawn_on, by, "withdrawn"):
            return
        check_day(by.effective_on, there.on, by.today)
        if by.reason is None:
            raise ReasonRequired.at("/reason", "to withdraw feedback needs a reason")
        self.record(self.FeedbackWithdrawn, by, feedback_id=str(feedback_id))

    # What the commands share

    def check_change(self, action: str, by: Provenance) -> None:
        """Refuses a change of facts unless the status allows it, and the date is one that facts may have."""
        check_allowed(action, self.status)
        self.check_fact_date(by)

    def amend(self, event: type[events.Amending], by: Provenance, **payload: object) -> None:
        """Records a change; after approval it is an amendment, which needs a reason."""
        amendment = self.status in AFTER_APPROVAL
        if amendment and by.reason is None:
            raise ReasonRequired.at("/reason", "a change after the approval needs a reason")
        self.record(event, by, amendment=amendment, **payload)

    def _is_taken(self, action: str, event: str, by: Provenance, taken: bool, **said: object) -> bool:
        """Returns whether the step was taken already, and just so. Refuses it if it was taken otherwise, and
        if it was not, unless the status, the date, and a reason where it needs one, allow it.
        """
        if taken:
            refusal = ForbiddenTransition.of("an objective", action, self.status, allowed_in(self.status))
            self.lifecycle.check_again(event, by, refusal, **said)
            return True
        check_allowed(action, self.status)
        self.lifecycle.check_date(by.effective_on, by.today)
        if action in NEEDS_REASON and by.reason is None:
            raise ReasonRequired.at("/reason", f"to {action} an objective needs a reason")
        return False

    def _say_withdrawn_after(self, by: Provenance, day: date) -> None:
        """On the later days on which a reaffirmation was withdrawn, up to one that stands, the last one is
        another now.
        """
        last = self.last_reaffirmed.at(day)
        following = self.last_reaffirmed.next_after(day)
        while following is not None and self.last_reaffirmed.at(following) != following:
            self.record(self.ReaffirmationWithdrawn, by, following, last_reaffirmed_on=written(last))
            following = self.last_reaffirmed.next_after(following)

    def _said(self, field: str, day: date) -> Said:
        value: Said = getattr(self, field) if field in OF_A_DRAFT else getattr(self, field).at(day)
        return value

    def _check_draft(self, by: Provenance, fields: Sequence[str]) -> None:
        """Refuses a change of level or cycle of what is more than a draft, or from another day on."""
        errors = [
            FieldError(f"/{field}", f"changes only while the objective is a draft, and it is {self.status}")
            for field in fields
        ]
        if errors and self.status != Status.DRAFT:
            refusal = ForbiddenTransition.of("an objective", "revise", self.status, allowed_in(self.status))
            refusal.errors = tuple(errors)
            refusal.detail = "; ".join(f"{error.pointer}: {error.detail}" for error in errors)
            raise refusal
        if fields and by.dated and by.effective_on != self.first_day:
            raise OutOfTime.at(
                "/effective_on",
                f"{' and '.join(fields)} of a draft change from its first day on, {self.first_day}",
            )

    def _check_period(
        self,
        by: Provenance,
        changed: dict[str, Said],
        cycle: Period,
        neighbours: Sequence[Neighbour],
    ) -> None:
        """At every date from the effective one on, not only then: later facts about the other day stay."""
        lines = {"starts_on": self.starts_on, "ends_on": self.ends_on}
        for field, line in lines.items():
            if field in changed:
                day = changed[field]
                lines[field] = line.preview(by.effective_on, day if isinstance(day, date) else None)
        spans = [span for span in merged(**lines) if span.end is None or span.end > by.effective_on]
        for span in spans:
            ordered(*span.value)
        if self.status in AFTER_APPROVAL and "T" not in self.waived:
            _check_inside(spans, cycle)
        for neighbour in neighbours:
            check_overlap(with_cycle(spans, cycle), neighbour.periods, neighbour.window)

    def _check_in(self, check_in_id: UUID) -> CheckIn:
        there = self.check_ins.all.get(check_in_id)
        if there is None:
            raise NotFound(f"there is no check-in {check_in_id}")
        return there

    def _check_own_name(self, by: Provenance, key_result_id: UUID, name: str | None) -> None:
        """Refuses an id of another system that another key result of the day has."""
        for other in self.key_results.on(by.effective_on):
            has = other.label.external_id
            if name and has and other.id != key_result_id and level(has) == level(name):
                raise AlreadyExists.at("/external_id", f"is that of the key result {other.id} already")

    def _key_result(self, key_result_id: UUID, day: date) -> KeyResult:
        found = self.key_results.find(key_result_id, day)
        if found is None:
            raise NotFound(f"on {day} there is no key result {key_result_id}")
        return found

    def _link(self, parent_id: UUID, day: date) -> Link:
        link = self.links.find(parent_id, day)
        if link is None:
            raise NotFound(f"on {day} there is no alignment to {parent_id}")
        return link


def _check_inside(spans: list[Span[tuple[date | None, date | None]]], cycle: Period) -> None:
    for span in spans:
        starts_on, ends_on = span.value
        if starts_on is None or ends_on is None or not Period(starts_on, ends_on).within(cycle):
            detail = (
                f"the period must be inside {cycle.starts_on} to {cycle.ends_on}, from {span.start} on too"
            )
            raise NotSmart(f"T: {detail}", [FieldError("/starts_on", detail)], missing=["T"])


def _is_so(since: date | None, by: Provenance, so: str) -> bool:
    """Returns whether it is so already, which is since that day. Refuses it from another day on."""
    if since is not None and by.dated and by.effective_on != since:
        refusal = OutOfTime.at("/effective_on", f"it is recorded as {so} since {since}")
        refusal.members["recorded"] = {"effective_on": str(since)}
        raise refusal
    return since is not None


def _check_there(parent: Parent, by: Provenance) -> None:
    first = min((span.start for span in parent.periods), default=by.effective_on)
    if by.effective_on < first:
        raise OutOfTime.at("/effective_on", f"the objective to align to is there only from {first} on")


def _confidence(confidence: int | None) -> int | None:
    return None if confidence is None else whole(confidence, "/confidence", *CONFIDENCES)


def _score(value: Decimal | None, pointer: str) -> Decimal | None:
    if value is None:
        return None
    parsed = number(value, pointer)
    if not 0 <= parsed <= 1:
        raise InvalidValue.at(pointer, "must be from 0 to 1")
    return parsed
