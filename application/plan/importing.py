"""The import of a plan folder: read, decide, record, all or nothing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

from eventsourcing.utils import get_topic

from application.act import Act
from application.plan.alignments import decide_alignments
from application.plan.directory import (
    decide_cycles,
    decide_days_of_cycles,
    decide_leads,
    decide_people,
    decide_units,
)
from application.plan.duplicates import check_no_duplicates
from application.plan.ends import decide_ends
from application.plan.errors import Complaints, PlanInvalid
from application.plan.garbage import garbage_left
from application.plan.handed_in import PlanFiles, handed_in
from application.plan.ids import Identities
from application.plan.measuring import decide_check_ins, decide_key_results, decide_measures, decide_readings
from application.plan.notation import Notation
from application.plan.objectives import (
    PlannedSteps,
    activate_cycles,
    decide_objectives,
    decide_reaffirmations,
)  # fmt: skip
from application.plan.outcomes import RowOutcome, gone, outcomes_of
from application.plan.reading import Plan, read_plan
from application.plan.recognising import recognise
from application.plan.reviews import decide_feedback, decide_reviews
from application.plan.rows import AGGREGATES
from application.plan.session import PlanSession
from application.plan.work import Work
from application.session import decide_in
from application.store import Command, Store
from domain.aggregate import Aggregate
from domain.checks import optional_text
from domain.provenance import REASON_LENGTH

AS_HERE = Notation()


@dataclass(frozen=True)
class ImportReport:
    """`rows` per file name without its ending, `events` per topic. `outcomes`: what becomes of each row; of a
    dry run also what is gone from the plan.

    `position` and `recorded_at` are those of the last event recorded, or of the last one in the store if
    nothing has changed; None after a dry run, which decides everything and records nothing.
    """

    source: str
    rows: dict[str, int]
    events: dict[str, int]
    position: int | None
    recorded_at: datetime | None
    dry_run: bool
    outcomes: list[RowOutcome]

    @property
    def unchanged(self) -> bool:
        """Says whether the folder holds nothing that earlier imports of this source did not say."""
        return not self.events


@garbage_left()
def import_plan(
    store: Store,
    plan: Path | PlanFiles,
    *,
    source: str | None = None,
    notation: Notation = AS_HERE,
    today: date,
    dry_run: bool = False,
    actor: str | None = None,
    reason: str | None = None,
    effective_on: date | None = None,
    again: bool = False,
    traceparent: str | None = None,
) -> ImportReport:
    """Records what the plan says beyond the earlier imports of the same source, in one save: a folder, a zip
    of CSV files or a workbook.

    `source` defaults to its name without an ending, and `actor`, who signs the events, to
    `import:<source>`. `effective_on` is the date of changed cells whose row gives none. `again`: also what
    is known from another source is created. `traceparent` names the request, if it came by one. Raises
    `PlanInvalid` with every bad cell, and `TooBusy` if other commands overtook the decision again and again;
    in both cases nothing is recorded.
    """
    with handed_in(plan) as files:
        exported = files.exported
        if exported is not None and source is not None and Identities(source).source != exported.source:
            exported = None
        source = source or files.name
        source_id = exported.source if exported else Identities(source).source
        command = Command(uuid4(), sha256(source.encode()).digest(), remember=False)
        reason = optional_text(reason, "/reason", REASON_LENGTH)
        act = Act(
            actor or f"import:{source}", command,
            effective_on=effective_on, reason=reason, today=today, traceparent=traceparent,
        )  # fmt: skip
        report = ImportReport(source, {}, {}, None, None, dry_run, [])

        def begin() -> PlanSession:
            return PlanSession(store, source_id, exported)

        def decision(session: PlanSession) -> None:
            complaints = Complaints(files.shown)
            read = read_plan(files, notation, complaints)
            work = Work(Identities(source_id), act, read.first_day(today), session, complaints)
            _decide(work, read, recognise(work, read, files.name, again=again), again=again)
            for told in (report.rows, report.events, report.outcomes):
                told.clear()
            report.rows.update({table.kind.FILE.removesuffix(".csv"): len(table) for table in read.tables()})
            report.events.update(_topics(session.changed))
            report.outcomes.extend(outcomes_of(read, work.ids, session))
            if dry_run:
                report.outcomes.extend(gone(read, session))

        if dry_run:
            decision(begin())
            return report
        answer = decide_in(begin, store, act, source_id, decision)
        return replace(report, position=answer.position, recorded_at=answer.recorded_at)


def _decide(work: Work, plan: Plan, objectives_of: Mapping[UUID, UUID], *, again: bool) -> None:
    """Leaves everything that is to be recorded pending in the aggregates. Raises `PlanInvalid`. What is to be
    there `again` may be the duplicate of something.

    With bad cells it decides on the other rows all the same, so that all that is wrong is known in one run.
    """

    def is_recorded(kind: str, id: str) -> bool:
        if kind in AGGREGATES:
            return work.session.find(AGGREGATES[kind], work.ids.of(kind, id)) is not None
        return work.ids.of(kind, id) in objectives_of

    plan.check_references(is_recorded, work.complaints)
    decide_units(work, plan.units)
    decide_people(work, plan.people)
    decide_leads(work, plan.units)
    decide_cycles(work, plan.cycles)
    decide_objectives(work, plan.objectives)
    decide_key_results(work, plan, objectives_of)
    decide_alignments(work, plan.alignments)
    steps = PlannedSteps(work, plan)
    steps.forward()
    decide_check_ins(work, plan, objectives_of)
    decide_reaffirmations(work, plan.reaffirmations)
    steps.to_the_end()
    activate_cycles(work, plan)
    decide_feedback(work, plan.feedback, objectives_of)
    decide_reviews(work, plan.reviews)
    decide_measures(work, plan)
    decide_readings(work, plan.readings)
    work.session.note_changes()
    if not again:
        check_no_duplicates(work, plan)
    decide_ends(work, plan)
    decide_days_of_cycles(work, plan.cycles)
    if work.complaints:
        raise PlanInvalid(work.complaints.errors())


def _topics(changed: list[Aggregate]) -> dict[str, int]:
    topics = Counter(get_topic(type(event)) for aggregate in changed for event in aggregate.pending_events)
    return dict(sorted(topics.items()))
