"""The state of an objective, and the questions that it answers about itself on any day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from domain.external_id import Named
from domain.objective.lifecycle import AFTER_APPROVAL, AT_REST, Lifecycle, Status
from domain.objective.links import Link, Links, merged, period_of, with_cycle
from domain.objective.measuring import CheckIns, KeyResult, KeyResults, Measured
from domain.objective.values import Commitment, Ending, Feedback, Owner
from domain.period import Period
from domain.timeline import Span, Timeline
from domain.window import Window


class ObjectiveState(Named):
    """An objective has become this by its events, which only assign here. Facts are timelines, so that a
    late one takes its place and displaces no later one; `status` is the status today, for steps are never
    ahead.
    """

    def __init__(self) -> None:
        super().__init__()
        self.level = ""
        self.cycle_id = UUID(int=0)
        self.origin_id: UUID | None = None
        self.successor_id: UUID | None = None
        self.title: Timeline[str] = Timeline()
        self.description: Timeline[str | None] = Timeline()
        self.owner: Timeline[Owner | None] = Timeline()
        self.starts_on: Timeline[date | None] = Timeline()
        self.ends_on: Timeline[date | None] = Timeline()
        self.visibility: Timeline[str] = Timeline()
        self.commitment: Timeline[Commitment] = Timeline()
        self.lifecycle = Lifecycle()
        self.waived: set[str] = set()
        self.amended_at = 0
        self.approved_at = 0
        self.awaiting: set[str] = set()  # actors whose submission or amendments await approval
        self.last_reaffirmed: Timeline[date | None] = Timeline()
        self.ending: Ending | None = None
        self.key_results = KeyResults()
        self.links = Links()
        self.check_ins = CheckIns()
        self.feedback: dict[UUID, Feedback] = {}

    @property
    def status(self) -> Status:
        """The status today."""
        return self.lifecycle.status

    @property
    def amended(self) -> bool:
        """Returns whether something was changed since the last approval, whenever it is effective."""
        return self.status in AFTER_APPROVAL and self.amended_at > self.approved_at

    @property
    def at_rest(self) -> bool:
        """Returns whether its cycle may close with it as it is."""
        return self.status in AT_REST

    @property
    def reaffirmed_on(self) -> list[date]:
        """The days on which it was said to be still relevant, but for those that were withdrawn."""
        return [span.start for span in self.last_reaffirmed.spans() if span.start == span.value]

    def owned_ever_by(self, owner: Owner) -> bool:
        """Returns whether it is the owner's on some day."""
        return any(span.value == owner for span in self.owner.spans())

    def score_on(self, day: date) -> Decimal | None:
        """The score at closing, while it is closed."""
        return self.ending.score if self.ending and self.status_on(day) == Status.CLOSED else None

    def status_on(self, day: date) -> Status | None:
        """The status on `day`; None before the first day."""
        return self.lifecycle.on(day)

    def period_on(self, day: date) -> Period | None:
        """The objective's own period; None if it has none."""
        return period_of((self.starts_on.at(day), self.ends_on.at(day)))

    def periods(self, cycle: Period) -> list[Span[Period]]:
        """Its periods through time, from the first day on without gaps; the cycle's where it has none."""
        return with_cycle(merged(self.starts_on, self.ends_on), cycle)

    def links_up(self) -> list[Link]:
        """The links of all times, each for the days on which it has one kind and weight."""
        return self.links.all()

    def links_on(self, day: date) -> list[Link]:
        """The links that hold on `day`."""
        return self.links.on(day)

    def alignment_window(self, parent_id: UUID, day: date) -> Window:
        """The days on which a link to `parent_id` made on `day` would hold: what a loop search has to look
        at.
        """
        return self.links.window(parent_id, day)

    def key_results_on(self, day: date) -> list[KeyResult]:
        """The key results that are there on `day`."""
        return self.key_results.on(day)

    def measured_on(self, day: date) -> list[Measured]:
        """The key results that are there on `day`, with their latest readings and what these amount to."""
        readings = self.check_ins.readings_on(day)
        return [Measured.by(each, readings.get(each.id)) for each in self.key_results_on(day)]

    def progress_items(self, day: date) -> list[tuple[Fraction, Fraction | None]]:
        """(weight, progress) of each key result on `day`, ready for `progress.weighed`; exact."""
        return [(Fraction(one.key_result.label.weight), one.progress) for one in self.measured_on(day)]
