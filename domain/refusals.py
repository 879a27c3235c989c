"""Refusals: everything a command or a query may be answered with instead of success. The catalogue is closed.

Refusal
|- InvalidValue, InvalidPlan, UnknownReference, ReasonRequired, OutOfTime   the command itself cannot stand
|- NotFound, AlreadyExists                                        what it names is not there, or is
|- ForbiddenTransition, NotSmart, StillInUse, LimitReached        the state does not allow it
|- PlanOutdated                                                   what it rests on has changed since
|- SamePerson, CycleNotReady, CycleSealed                          nor do the rules of reviews and cycles
|- AlignmentLoop, AlignmentToItself, PeriodsDoNotOverlap, StrategicOnly
|- StaleVersion, VersionRequired, CommandIdReused, CommandRunning  concurrency and repeats
|- TooManyEvents, AnswerTooLarge                                  a bound on what one may ask of all others
|- NotYetVisible, TooBusy, Internal                               the service cannot answer now
`- Unauthenticated, Forbidden, Malformed, TooLarge, UnsupportedMediaType, MethodNotAllowed
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Self
from uuid import UUID


@dataclass(frozen=True)
class FieldError:
    """`pointer` is a JSON pointer into the command's body, such as `/key_results/0/target`."""

    pointer: str
    detail: str


class Refusal(Exception):
    """`slug` names the kind for ever; `members` holds primitives that a client may act on."""

    slug: ClassVar[str]

    def __init__(self, detail: str, errors: Iterable[FieldError] = (), **members: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.members: dict[str, object] = members

    @classmethod
    def at(cls, pointer: str, detail: str) -> Self:
        """The refusal of one field."""
        return cls(f"{pointer}: {detail}", [FieldError(pointer, detail)])


class InvalidValue(Refusal):
    slug = "invalid-value"


class UnknownReference(Refusal):
    slug = "unknown-reference"


class ReasonRequired(Refusal):
    slug = "reason-required"


class OutOfTime(Refusal):
    """The effective date is one on which this cannot hold. Members: `earliest` and `latest` that could."""

    slug = "effective-date"

    @classmethod
    def between(cls, day: date, earliest: date, latest: date, pointer: str = "/effective_on") -> Self:
        """The refusal of `day`, which is not from `earliest` to `latest`."""
        if earliest > latest:
            detail = f"{day} is not possible: nothing before {earliest} is, nor after {latest}"
        else:
            detail = f"{day} is not from {earliest} to {latest}"
        return cls(detail, [FieldError(pointer, detail)], earliest=str(earliest), latest=str(latest))


class NotFound(Refusal):
    slug = "not-found"


class AlreadyExists(Refusal):
    slug = "already-exists"


class ForbiddenTransition(Refusal):
    """Members: `status` that blocks, `allowed` actions in it; `recorded`, what was recorded of a step that
    is given again with another day, reason or content.
    """

    slug = "forbidden-transition"

    @classmethod
    def of(cls, thing: str, action: str, status: str, allowed: Iterable[str]) -> Self:
        """`thing` with its article (`an objective`), `action` as an infinitive (`close`)."""
        detail = f"{thing} that is {status} does not allow '{action.replace('_', ' ')}'"
        return cls(detail, status=str(status), allowed=[str(a) for a in allowed])

    def recorded(self, day: date, reason: str | None, said: Mapping[str, object]) -> Self:
        """The refusal of what is recorded already, and otherwise."""
        self.detail += f": it is recorded of {day}, and otherwise than this"
        self.members["recorded"] = {"effective_on": str(day), "reason": reason, **said}
        return self


class InvalidPlan(Refusal):
    """Members: `cells`, the first bad cells of the plan, each with `file`, `line`, `column` and `detail`;
    `count` of all.
    """

    slug = "invalid-plan"


class NotSmart(Refusal):
    """Members: `missing`, the letters that fail; one error for each."""

    slug = "not-smart"


class StillInUse(Refusal):
    """Members: the first ids of the `units`, `people` and `objectives` that still belong to it."""

    slug = "still-in-use"


class LimitReached(Refusal):
    """There is no room for more. Members: `limit`, how much there is room for."""

    slug = "limit-reached"


class SamePerson(Refusal):
    """Somebody would act twice where different people must. Members: `role` that the actor has already."""

    slug = "same-person"

    @classmethod
    def as_the(cls, role: str, action: str) -> Self:
        """`role` is reviewer, calibrator or person_reviewed; `action` an infinitive."""
        return cls(f"to {action} takes somebody else than the {role.replace('_', ' ')}", role=role)


class CycleNotReady(Refusal):
    """Members: `open`, the first 50 ids of objectives and reviews that have not ended; `count` of all."""

    slug = "cycle-not-ready"

    @classmethod
    def because_of(cls, open: Sequence[UUID]) -> Self:
        """`open` are the ids, sorted, of everything that has not ended."""
        detail = f"{len(open)} objectives and reviews of the cycle have not ended"
        return cls(detail, open=[str(id) for id in open[:50]], count=len(open))


class CycleSealed(Refusal):
    """The cycle is closed. Members: `cycle_id`."""

    slug = "cycle-sealed"

    @classmethod
    def of(cls, cycle_id: UUID) -> Self:
        """The refusal of every command on the cycle and on what is in it, but for its reopening."""
        detail = f"the cycle {cycle_id} is closed and sealed; it would have to be reopened first"
        return cls(detail, cycle_id=str(cycle_id))


class AlignmentLoop(Refusal):
    """Members: `path` of ids from the one that would move up and back to it, `from` and `to` of the loop."""

    slug = "alignment-loop"

    @classmethod
    def along(cls, path: Sequence[UUID], start: date, end: date | None) -> Self:
        """The loop through `path`, closed from `start` until the day before `end` (None: open)."""
        until = f"until {end}" if end else "without end"
        detail = f"this would close a loop of {len(set(path))} from {start} {until}"
        refusal = cls(detail, path=[str(id) for id in path])
        refusal.members.update({"from": str(start), "to": str(end) if end else None})
        return refusal


class AlignmentToItself(Refusal):
    slug = "alignment-to-itself"


class PlanOutdated(Refusal):
    """Members: `changed`, the first 50 events since the change plan was drafted or revised, each with the
    `kind` and `id` of what it changed, `action` and `position`; `count` of all.
    """

    slug = "plan-outdated"


class PeriodsDoNotOverlap(Refusal):
    """Members: `from` and `to`, the dates on which the two periods share no day."""

    slug = "periods-do-not-overlap"


class StrategicOnly(Refusal):
    slug = "strategic-only"


class TooManyEvents(Refusal):
    """Members: `most` events of one command."""

    slug = "too-many-events"


class AnswerTooLarge(Refusal):
    slug = "answer-too-large"


class StaleVersion(Refusal):
    slug = "stale-version"


class VersionRequired(Refusal):
    slug = "version-required"


class CommandIdReused(Refusal):
    slug = "command-id-reused"


class CommandRunning(Refusal):
    slug = "command-running"


class NotYetVisible(Refusal):
    slug = "not-yet-visible"


class Unauthenticated(Refusal):
    slug = "unauthenticated"


class Forbidden(Refusal):
    slug = "forbidden"


class TooLarge(Refusal):
    slug = "too-large"


class Malformed(Refusal):
    slug = "malformed"


class UnsupportedMediaType(Refusal):
    slug = "unsupported-media-type"


class MethodNotAllowed(Refusal):
    slug = "method-not-allowed"


class TooBusy(Refusal):
    slug = "too-busy"


class Internal(Refusal):
    slug = "internal"
