"""The import of a plan folder: read, decide, record, all or nothing."""

import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from eventsourcing.utils import get_topic

from application.plan.alignments import decide_alignments
from application.plan.directory import decide_cycles, decide_people, decide_units
from application.plan.errors import Complaints, PlanInvalid
from application.plan.feedback import decide_feedback
from application.plan.ids import Identities
from application.plan.measures import decide_measures, decide_readings
from application.plan.measuring import decide_check_ins, decide_key_results
from application.plan.objectives import decide_objectives
from application.plan.order import parents_first
from application.plan.reading import Plan, read_plan
from application.plan.references import check_references, load_plan
from application.plan.reviews import decide_reviews
from application.plan.shelf import Shelf
from application.plan.steps import Steps, activate_cycles
from application.plan.work import Work
from application.store import Command, MovedOn, Store
from domain.aggregate import Aggregate
from domain.refusals import TooBusy

ATTEMPTS = 10
PAUSE_SECONDS = 0.2


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
        """Whether the folder says nothing that earlier imports of this source did not say."""
        return not self.events


def import_plan(
    store: Store,
    folder: Path,
    *,
    source: str | None = None,
    today: date,
    dry_run: bool = False,
    actor: str | None = None,
) -> ImportReport:
    """Records what the folder says beyond the earlier imports of the same source, in one save.

    `source` defaults to the folder's name and `actor`, who signs the events, to `import:<source>`. Raises
    `PlanInvalid` with every bad cell, and `TooBusy` if other commands overtook the decision again and
    again; in both cases nothing is recorded.
    """
    source = source or folder.resolve().name
    complaints = Complaints()
    plan = read_plan(folder, complaints)
    rows = {name: len(table) for name, table in vars(plan).items()}
    for attempt in range(ATTEMPTS):
        work = _decide(store, plan, complaints, source, today, actor or f"import:{source}")
        changed = parents_first(work.shelf.changed())
        events = _topics(changed)
        if dry_run:
            return ImportReport(source, rows, events, None, None, dry_run=True)
        command = Command(work.command_id, sha256(source.encode()).digest(), remember=False)
        try:
            answer = store.record(changed, command=command, subject=work.ids.source, reads=work.shelf.reads())
        except MovedOn:
            time.sleep(random.uniform(0, PAUSE_SECONDS * (attempt + 1)))  # noqa: S311 - spreads retries, no secret
        else:
            return ImportReport(source, rows, events, answer.position, answer.recorded_at, dry_run=False)
    raise TooBusy(f"{ATTEMPTS} attempts to import were overtaken by other commands")


def _decide(store: Store, plan: Plan, complaints: Complaints, source: str, today: date, actor: str) -> Work:
    """Everything that is to be recorded, pending in the aggregates. Raises `PlanInvalid`.

    With bad cells it decides on the other rows all the same, so that all that is wrong is known in one run.
    """
    ids = Identities(source)
    shelf = Shelf(store, actor)
    work = Work(ids, actor, uuid4(), today, plan.first_day(today), shelf, complaints)
    objectives_of = load_plan(plan, ids, shelf)
    check_references(work, plan, objectives_of)
    decide_units(work, plan.units)
    decide_people(work, plan.people)
    decide_cycles(work, plan.cycles)
    decide_objectives(work, plan.objectives)
    decide_key_results(work, plan, objectives_of)
    decide_alignments(work, plan.alignments)
    steps = Steps(work, plan)
    steps.forward()
    decide_check_ins(work, plan, objectives_of)
    steps.to_the_end()
    activate_cycles(work, plan)
    decide_feedback(work, plan.feedback, objectives_of)
    decide_reviews(work, plan.reviews)
    decide_measures(work, plan)
    decide_readings(work, plan.readings)
    if complaints:
        raise PlanInvalid(complaints.errors())
    return work


def _topics(changed: list[Aggregate]) -> dict[str, int]:
    topics = Counter(get_topic(type(event)) for aggregate in changed for event in aggregate.pending_events)
    return dict(sorted(topics.items()))
