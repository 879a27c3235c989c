"""Key results and their targets."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from domain import checks
from domain.checks import NAME_LENGTH, number, one_of, optional_text, text
from domain.decimals import canonical
from domain.objective.events import measuring as events
from domain.objective.key_results import Aim, KeyResult, Label
from domain.objective.values import KEEP, TITLE_LENGTH, Keep
from domain.progress import DIRECTED, KINDS, OBSERVED
from domain.provenance import Provenance
from domain.refusals import AlreadyExists, InvalidValue, NotFound

if TYPE_CHECKING:
    from domain.objective.objective import Objective


def add_key_result(
    self: Objective,
    *,
    by: Provenance,
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
    label = Label(
        text(title, "/title", TITLE_LENGTH),
        optional_text(unit_of_measure, "/unit_of_measure", NAME_LENGTH),
        checks.weight(weight, "/weight"),
        optional_text(external_id, "/external_id", NAME_LENGTH),
    )
    aim = _aim(kind, baseline, target)
    there = self.key_results.find(key_result_id, by.effective_on)
    if there is not None:
        if (there.label, there.aim) != (label, aim):
            raise AlreadyExists(f"there is a key result {key_result_id} already, and it is another one")
        return
    self.amend(
        events.KeyResultAdded,
        by,
        key_result_id=str(key_result_id),
        title=label.title,
        unit_of_measure=label.unit_of_measure,
        weight=canonical(label.weight),
        external_id=label.external_id,
        **_aim_fields(aim),
    )


def change_target(
    self: Objective,
    *,
    by: Provenance,
    key_result_id: UUID,
    target: Decimal | None,
    baseline: Decimal | Keep | None = KEEP,
    kind: str | None = None,
) -> None:
    """Another target, and another baseline if one is given. `observe` takes its first target with the kind
    that it is to be from then on; a kind of `observe` takes the target away.
    """
    self.check_change("change_target", by)
    before = _find(self, key_result_id, by.effective_on).aim
    kept = before.baseline if isinstance(baseline, Keep) else baseline
    wanted = one_of(kind or before.kind, KINDS, "/kind")
    if wanted != before.kind and OBSERVED not in (wanted, before.kind):
        raise InvalidValue.at("/kind", f"is {before.kind} and changes only to {OBSERVED}")
    if before.kind == wanted == OBSERVED and target is not None:
        raise InvalidValue.at("/kind", f"is {OBSERVED}: with a first target, say how it is measured")
    aim = _aim(wanted, kept, target)
    if aim != before:
        fields_before = {f"{field}_before": value for field, value in _aim_fields(before).items()}
        self.amend(
            events.TargetChanged, by, key_result_id=str(key_result_id), **_aim_fields(aim), **fields_before
        )


def remove_key_result(self: Objective, *, by: Provenance, key_result_id: UUID) -> None:
    """From the effective date until a later fact about it, if one is known."""
    self.check_change("remove_key_result", by)
    if not self.key_results.removed_by(key_result_id, by.effective_on):
        _find(self, key_result_id, by.effective_on)
        self.amend(events.KeyResultRemoved, by, key_result_id=str(key_result_id))


def _aim(kind: str, baseline: Decimal | None, target: Decimal | None) -> Aim:
    """What can be measured: beside `observe` a target, and for a direction a baseline that differs."""
    one_of(kind, KINDS, "/kind")
    start = None if baseline is None else number(baseline, "/baseline")
    goal = None if target is None else number(target, "/target")
    if kind == OBSERVED and goal is not None:
        raise InvalidValue.at("/target", f"{OBSERVED} has no target")
    if kind != OBSERVED and goal is None:
        raise InvalidValue.at("/target", f"{kind} needs a target")
    if kind in DIRECTED and start is None:
        raise InvalidValue.at("/baseline", f"{kind} needs a baseline")
    if kind in DIRECTED and start == goal:
        raise InvalidValue.at("/target", "must differ from the baseline")
    return Aim(kind, start, goal)


def _aim_fields(aim: Aim) -> dict[str, str | None]:
    return {"kind": aim.kind, "baseline": _written(aim.baseline), "target": _written(aim.target)}


def _find(self: Objective, key_result_id: UUID, day: date) -> KeyResult:
    found = self.key_results.find(key_result_id, day)
    if found is None:
        raise NotFound(f"on {day} there is no key result {key_result_id}")
    return found


def _written(value: Decimal | None) -> str | None:
    return None if value is None else canonical(value)
