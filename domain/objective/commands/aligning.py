"""Links up to other objectives. Loops are searched for by the caller, who has the ancestors
(`domain.cascade`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from domain import checks
from domain.checks import one_of
from domain.decimals import canonical
from domain.objective.events.aligning import Aligned, AlignmentRemoved, AlignmentWeightChanged
from domain.objective.links import Link
from domain.objective.values import LINK_KINDS, Parent
from domain.period import Period
from domain.provenance import Provenance
from domain.refusals import AlignmentToItself, NotFound, OutOfTime, PeriodsDoNotOverlap, StrategicOnly
from domain.timeline import Span
from domain.window import Window

if TYPE_CHECKING:
    from domain.objective.objective import Objective


def align(
    self: Objective, *, by: Provenance, parent: Parent, kind: str, weight: Decimal, cycle: Period
) -> None:
    """Links up to `parent`, or gives the link there is another kind or weight. `cycle` is the period of the
    objective's own cycle. The rules hold on every day of the link.
    """
    self.check_change("align", by)
    one_of(kind, LINK_KINDS, "/kind")
    heavy = checks.weight(weight, "/weight")
    if parent.id == self.id:
        raise AlignmentToItself.at("/objective_id", "an objective does not align to itself")
    if self.level == "strategic" and parent.level != "strategic":
        raise StrategicOnly.at("/objective_id", "a strategic objective aligns only to strategic ones")
    before = self.links.find(parent.id, by.effective_on)
    if before is not None and (before.kind, before.weight) == (kind, heavy):
        return
    window = self.links.window(parent.id, by.effective_on)
    _check_there(parent, by)
    check_overlap(self.periods(cycle), parent.periods, window)
    self.amend(
        Aligned,
        by,
        parent_id=str(parent.id),
        kind=kind,
        weight=canonical(heavy),
        kind_before=before.kind if before else None,
        weight_before=canonical(before.weight) if before else None,
    )


def change_alignment_weight(self: Objective, *, by: Provenance, parent_id: UUID, weight: Decimal) -> None:
    self.check_change("change_alignment_weight", by)
    heavy = checks.weight(weight, "/weight")
    link = _find(self, parent_id, by)
    if link.weight != heavy:
        self.amend(
            AlignmentWeightChanged,
            by,
            parent_id=str(parent_id),
            weight=canonical(heavy),
            weight_before=canonical(link.weight),
        )


def remove_alignment(self: Objective, *, by: Provenance, parent_id: UUID) -> None:
    """From the effective date until a later fact about the link, if one is known."""
    self.check_change("remove_alignment", by)
    if self.links.removed_by(parent_id, by.effective_on):
        return
    link = _find(self, parent_id, by)
    self.amend(
        AlignmentRemoved,
        by,
        parent_id=str(parent_id),
        kind_before=link.kind,
        weight_before=canonical(link.weight),
    )


def check_overlap(own: Iterable[Span[Period]], others: Sequence[Span[Period]], window: Window) -> None:
    """Raises PeriodsDoNotOverlap if on some day of the window the two periods of that day share no day."""
    for mine in own:
        for other in others:
            both = mine.window.shared(other.window)
            shared = both.shared(window) if both else None
            if shared is not None and not mine.value.overlaps(other.value):
                periods = [f"{p.starts_on} to {p.ends_on}" for p in (mine.value, other.value)]
                refusal = PeriodsDoNotOverlap(f"from {shared.start} on, {' and '.join(periods)} share no day")
                until = str(shared.end) if shared.end else None
                refusal.members.update({"from": str(shared.start), "to": until})
                raise refusal


def _check_there(parent: Parent, by: Provenance) -> None:
    first = min((span.start for span in parent.periods), default=by.effective_on)
    if by.effective_on < first:
        raise OutOfTime.at("/effective_on", f"the objective to align to is there only from {first} on")


def _find(self: Objective, parent_id: UUID, by: Provenance) -> Link:
    link = self.links.find(parent_id, by.effective_on)
    if link is None:
        raise NotFound(f"on {by.effective_on} there is no alignment to {parent_id}")
    return link
