"""The import of a plan folder: read, decide, record, all or nothing."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

from eventsourcing.utils import get_topic

from application.act import Act
from application.plan.alignments import decide_alignments
from application.plan.directory import decide_cycles, decide_people, decide_units
from application.plan.errors import Complaints, PlanInvalid
from application.plan.handed_in import PlanFiles, handed_in
from application.plan.ids import Identities, is_own
from application.plan.measuring import decide_check_ins, decide_key_results, decide_measures, decide_readings
from application.plan.notation import Notation
from application.plan.objectives import PlannedSteps, activate_cycles, decide_objectives
from application.plan.reading import Plan, read_plan
from application.plan.reviews import decide_feedback, decide_reviews
from application.plan.rows import AGGREGATES
from application.plan.session import FEEDBACK, KEY_RESULT, PlanSession
from application.plan.work import Work
from application.session import decide_in
from application.store import Command, Store
from domain.aggregate import Aggregate
from domain.objective import Objective

AS_HERE = Notation()


@dataclass(frozen=True)
class ImportReport:
    """`rows` per file name without its ending, `events` per topic.

    `position` and `recorded_at` are those of the last event recorded, or of the last one in the store if
    nothing has changed; None after a dry run, which decides everything and records nothing.
    """

    source: str
    rows: dict[str, int]
    events: dict[str, int]
    position: int | None
    recorded_at: datetime | None
    dry_run: bool

    @property
    def unchanged(self) -> bool:
        """Says whether the folder holds nothing that earlier imports of this source did not say."""
        return not self.events


def import_plan(
    store: Store,
    plan: Path | PlanFiles,
    *,
    source: str | None = None,
    notation: Notation = AS_HERE,
    today: date,
    dry_run: bool = False,
    actor: str | None = None,
) -> ImportReport:
    """Records what the plan says beyond the earlier imports of the same source, in one save: a folder, a zip
    of CSV files or a workbook.

    `source` defaults to its name without an ending, and `actor`, who signs the events, to
    `import:<source>`. Raises `PlanInvalid` with every bad cell, and `TooBusy` if other commands overtook the
    decision again and again; in both cases nothing is recorded.
    """
    if isinstance(plan, Path):
        with handed_in(plan) as opened:
            return import_plan(
                store, opened, source=source, notation=notation, today=today, dry_run=dry_run, actor=actor
            )
    files, source = plan, source or plan.name
    act = Act(
        actor or f"import:{source}",
        Command(uuid4(), sha256(source.encode()).digest(), remember=False),
        today=today,
    )
    ids, rows, events = Identities(source), dict[str, int](), dict[str, int]()

    def begin() -> PlanSession:
        return PlanSession(store, act.actor)

    def decision(session: PlanSession) -> None:
        complaints = Complaints(files.shown)
        read = read_plan(files, notation, complaints)
        rows.update({table.kind.FILE.removesuffix(".csv"): len(table) for table in read.tables()})
        _decide(Work(ids, act, read.first_day(today), session, complaints), read)
        events.clear()
        events.update(_topics(session.changed))

    if dry_run:
        decision(begin())
        return ImportReport(source, rows, events, None, None, dry_run=True)
    answer = decide_in(begin, store, act, ids.source, decision)
    return ImportReport(source, rows, events, answer.position, answer.recorded_at, dry_run=False)


def _decide(work: Work, plan: Plan) -> None:
    """Leaves everything that is to be recorded pending in the aggregates. Raises `PlanInvalid`.

    With bad cells it decides on the other rows all the same, so that all that is wrong is known in one run.
    """
    objectives_of = _prefetch(work, plan)

    def is_recorded(kind: str, id: str) -> bool:
        if kind in AGGREGATES:
            return work.session.find(AGGREGATES[kind], work.ids.of(kind, id)) is not None
        return work.ids.of(kind, id) in objectives_of

    plan.check_references(is_recorded, work.complaints)
    decide_units(work, plan.units)
    decide_people(work, plan.people)
    decide_cycles(work, plan.cycles)
    decide_objectives(work, plan.objectives)
    decide_key_results(work, plan, objectives_of)
    decide_alignments(work, plan.alignments)
    steps = PlannedSteps(work, plan)
    steps.forward()
    decide_check_ins(work, plan, objectives_of)
    steps.to_the_end()
    activate_cycles(work, plan)
    decide_feedback(work, plan.feedback, objectives_of)
    decide_reviews(work, plan.reviews)
    decide_measures(work, plan)
    decide_readings(work, plan.readings)
    if work.complaints:
        raise PlanInvalid(work.complaints.errors())


def _prefetch(work: Work, plan: Plan) -> dict[UUID, UUID]:
    """Loads all that exists and matters; answers key result or feedback -> objective, of those recorded."""
    session, ids = work.session, work.ids
    session.prefetch({ids.of(kind, id) for kind, id in plan.named() if kind in AGGREGATES})
    described = plan.key_results.ids()
    named = {id for kind, id in plan.named() if kind == "key_result"} - described
    if session.all(Objective):
        named |= described
    objectives_of = session.objectives_of((ids.key_result(id) for id in named), KEY_RESULT)
    if session.all(Objective):
        given = (ids.feedback(row.id) for row in plan.feedback if not is_own(row.id))
        objectives_of |= session.objectives_of(given, FEEDBACK)
    session.prefetch(objectives_of.values())
    session.prefetch_upward()
    return objectives_of


def _topics(changed: list[Aggregate]) -> dict[str, int]:
    topics = Counter(get_topic(type(event)) for aggregate in changed for event in aggregate.pending_events)
    return dict(sorted(topics.items()))
