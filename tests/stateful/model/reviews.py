"""Reviews: who may take which step, and when."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from application.act import Act
from domain.objective import Owner
from domain.review import Share
from tests.stateful.model.facts import refuse
from tests.stateful.model.in_cycle import InCycle

SCALE = range(1, 6)
ORIGINS = {
    "self_assessed": ("opened",),
    "assessed": ("self_assessed",),
    "calibrated": ("assessed", "calibrated"),
    "shared": ("assessed", "calibrated"),
    "acknowledged": ("shared",),
    "appealed": ("shared", "acknowledged"),
    "finalised": ("acknowledged", "upheld", "amended"),
}
WITH_REVIEWER = ("opened", "self_assessed", "assessed", "calibrated")
OPEN = (
    *("opened", "self_assessed", "assessed", "calibrated", "shared", "acknowledged", "appealed"),
    *("upheld", "amended"),
)


class Reviews(InCycle):
    kind = "review"

    def open(
        self,
        act: Act,
        *,
        id: UUID,
        person_id: UUID,
        reviewer_id: UUID,
        cycle_id: UUID,
        objectives: Sequence[Share],
    ) -> None:
        self.free(id)
        self.open_cycle(cycle_id)
        day = act.by.effective_on
        refuse("effective-date", day > act.today)
        refuse("same-person", person_id == reviewer_id)
        ids = [share.objective_id for share in objectives]
        refuse("invalid-value", len(set(ids)) < len(ids) or sum(s.weight for s in objectives) != Decimal(100))
        for person in (person_id, reviewer_id):
            refuse("unknown-reference", not self.facts.there("person", person, day))
        for each in ids:
            refuse("unknown-reference", not self.facts.exists("objective", each))
            refuse("invalid-value", self.facts.last(each, "cycle_id") != cycle_id)
            owners = [self.facts.at(each, "owner", on) for on in self.facts.days(each, ["owner"])]
            refuse("invalid-value", Owner(person_id=person_id) not in owners)
        for other in self.facts.ids("review"):
            same = [self.facts.last(other, name) for name in ("person_id", "cycle_id")]
            refuse("already-exists", same == [person_id, cycle_id] and self.status(other) != "withdrawn")
        rules = {"cycle_id": cycle_id, "appeal_days": self.facts.at(cycle_id, "appeal_days", date.max)}
        who = {"person_id": person_id, "reviewer_id": reviewer_id}
        self.step(act, id, "opened", "opened", {**who, **rules, "objectives": tuple(ids)})

    def reassign(self, act: Act, id: UUID, *, reviewer_id: UUID) -> None:
        self.subject(act, id)
        if self.facts.last(id, "reviewer_id") == reviewer_id:
            moved = [fact.on for fact in self.facts.of(id) if "moved" in fact.sets]
            refuse("effective-date", moved and act.by.effective_on < moved[-1])
            return
        self.check_step(act, id, WITH_REVIEWER)
        calibrators = {f.by for f in self.facts.of(id) if f.topic == "review.calibrated"}
        others = {*calibrators, self._actor(id, "person_id")}
        refuse("same-person", f"person:{reviewer_id}" in others)
        refuse("reason-required", act.by.reason is None)
        day = act.by.effective_on
        refuse("unknown-reference", not self.facts.there("person", reviewer_id, day))
        self.say(act, id, "reassigned", {"reviewer_id": reviewer_id, "moved": True})

    def check_step(self, act: Act, id: UUID, origins: Collection[str]) -> None:
        """Nor is anything taken before it went to the present reviewer."""
        super().check_step(act, id, origins)
        moved = [fact.on for fact in self.facts.of(id) if "moved" in fact.sets]
        refuse("effective-date", moved and act.by.effective_on < moved[-1])

    def self_assess(self, act: Act, id: UUID, *, text: str, on_behalf: bool) -> None:
        self.subject(act, id)
        self._is_reviewed(act, id, on_behalf)
        self._take(act, id, "self_assessed", (text,), invalid=not text)

    def assess(self, act: Act, id: UUID, *, rating: int, text: str, on_behalf: bool) -> None:
        self.subject(act, id)
        refuse("same-person", act.actor == self._actor(id, "person_id"))
        other = act.actor.startswith("person:") and act.actor != self._actor(id, "reviewer_id")
        refuse("forbidden", other and not on_behalf)
        invalid = rating not in SCALE or not text
        self._take(act, id, "assessed", (rating, text), rating=rating, invalid=invalid)

    def calibrate(self, act: Act, id: UUID, *, rating: int, reason_code: str, comment: str) -> None:
        self.subject(act, id)
        refuse("same-person", act.actor in self._reviewing(id))
        said = (act.actor, rating, reason_code, comment)
        invalid = rating not in SCALE or not comment
        self._take(act, id, "calibrated", said, rating=rating, invalid=invalid)

    def share(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        self._take(act, id, "shared", ())

    def acknowledge(self, act: Act, id: UUID, *, agrees: bool, comment: str | None) -> None:
        self.subject(act, id)
        self._is_reviewed(act, id, on_behalf=False)
        self._take(act, id, "acknowledged", (agrees, comment))

    def appeal(self, act: Act, id: UUID, *, grounds: str) -> None:
        self.subject(act, id)
        self._is_reviewed(act, id, on_behalf=False)
        self._take(act, id, "appealed", (grounds,), invalid=not grounds)
        shared = [fact.on for fact in self.facts.of(id) if fact.topic == "review.shared"]
        days = self.facts.last(id, "appeal_days")
        late = self.facts.of(id)[-1].on > shared[-1] + timedelta(days=days)
        refuse("effective-date", late)

    def decide_appeal(self, act: Act, id: UUID, *, decision: str, comment: str, rating: int | None) -> None:
        self.subject(act, id)
        calibrators = {f.by for f in self.facts.of(id) if f.topic == "review.calibrated"}
        refuse("same-person", act.actor in calibrators | self._reviewing(id))
        refuse("invalid-value", not comment or rating not in (None, *SCALE))
        if self.ends_with(id, "appeal_decided"):
            made = self.facts.last(id, "appeal_decided")
            wanted = (act.actor, decision, made[2] if rating is None else rating, comment)
            if wanted == made:
                self.again(act, id, "appeal_decided")
                return
        self.check_step(act, id, ["appealed"])
        now = self.facts.last(id, "rating")
        refuse("invalid-value", decision == "upheld" and rating not in (None, now))
        refuse("invalid-value", decision == "amended" and rating in (None, now))
        stands = now if rating is None else rating
        made = (act.actor, decision, stands, comment)
        self.step(act, id, "appeal_decided", decision, {"rating": stands, "appeal_decided": made})

    def finalise(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        self._take(act, id, "finalised", ())

    def withdraw(self, act: Act, id: UUID) -> None:
        self.subject(act, id)
        if self.status(id) == "withdrawn":
            self.again(act, id, "withdrawn")
        else:
            self.check_step(act, id, OPEN)
            refuse("reason-required", act.by.reason is None)
            self.step(act, id, "withdrawn", "withdrawn")

    def _take(
        self,
        act: Act,
        id: UUID,
        what: str,
        said: tuple[Any, ...],
        *,
        rating: int | None = None,
        invalid: bool = False,
    ) -> None:
        """Nothing if the last step was this one and said the same."""
        refuse("invalid-value", invalid)
        if self.ends_with(id, what) and self.facts.last(id, what) == said:
            self.again(act, id, what)
            return
        self.check_step(act, id, ORIGINS[what])
        self.step(act, id, what, what, {what: said} | ({} if rating is None else {"rating": rating}))

    def _actor(self, id: UUID, role: str) -> str:
        return f"person:{self.facts.last(id, role)}"

    def _reviewing(self, id: UUID) -> set[str]:
        assessors = {fact.by for fact in self.facts.of(id) if fact.topic == "review.assessed"}
        return {self._actor(id, "person_id"), self._actor(id, "reviewer_id"), *assessors}

    def _is_reviewed(self, act: Act, id: UUID, on_behalf: bool) -> None:
        other = act.actor.startswith("person:") and act.actor != self._actor(id, "person_id")
        refuse("forbidden", other and not on_behalf)
