"""Orders about objectives: what they say, their steps, their links."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from application.carrying_over import NewAlignment
from domain.objective import Owner, Revision, Waiver
from tests.stateful.orders import Make, Order, order
from tests.stateful.picks import WEIGHTS, Picks

TITLES = ("Grow", "Keep customers")
LEVELS = ("team", "individual", "strategic", "department")
DAYS = (date(2026, 1, 1), date(2026, 12, 31), date(2026, 6, 1), None, date(2027, 3, 31), date(2026, 2, 1))
ALL = tuple(Waiver(letter, "not yet") for letter in "SMART")
WAIVERS = (ALL, ALL, ALL, (), ALL[1:], ALL[:4])
KINDS = ("contributes", "supports")
# What mostly comes next.
NEXT = {
    "draft": ("submit", "submit", "cancel"),
    "submitted": ("approve", "approve", "return_"),
    "approved": ("activate", "activate", "postpone", "reaffirm", "carry_over", "approve"),
    "active": ("close", "postpone", "reaffirm", "carry_over", "approve"),
    "postponed": ("resume", "resume", "carry_over", "approve"),
    "closed": ("reopen", "close"),
    "cancelled": ("reinstate", "cancel"),
    "carried_over": ("reinstate", "carry_over"),
}
STEPS = (
    *("submit", "return_", "approve", "activate", "postpone", "resume", "reaffirm", "cancel", "close"),
    *("reopen", "carry_over", "reinstate"),
)


def owner(picks: Picks) -> Owner:
    if picks.rarely(3):
        return Owner(unit_id=picks.there("unit"))
    return Owner(person_id=picks.there("person"))


def define(picks: Picks) -> Order:
    id = picks.new("objective", 6)
    above = [] if picks.rarely(2) else [picks.there("objective")]
    alignments = [NewAlignment(o, picks.of(KINDS), picks.of(WEIGHTS[:3])) for o in above if o != id]
    return order(
        "objectives",
        "define",
        picks.act(),
        id=id,
        title=picks.of(TITLES),
        description=None if picks.rarely(6) else "All of them.",
        level=picks.of(LEVELS),
        cycle_id=picks.there("cycle"),
        owner=None if picks.rarely(8) else owner(picks),
        starts_on=picks.of(DAYS[:1] + DAYS[2:4]),
        ends_on=picks.of(DAYS[1:]),
        alignments=alignments,
    )


def revise(picks: Picks) -> Order:
    id = picks.there("objective")
    changes = picks.of((
        Revision(title=picks.of(TITLES)),
        Revision(starts_on=picks.of(DAYS)),
        Revision(ends_on=picks.of(DAYS)),
        Revision(description=None, ends_on=picks.of(DAYS)),
        Revision(level=picks.of(LEVELS), cycle_id=picks.there("cycle")),
    ))  # fmt: skip
    return order("objectives", "revise", picks.act(id), id, changes=changes)


def transfer(picks: Picks) -> Order:
    id = picks.there("objective")
    return order("objectives", "transfer", picks.act(id), id, owner=owner(picks))


def commit(picks: Picks) -> Order:
    id = picks.there("objective")
    return order("objectives", "commit", picks.act(id), id, confidence=picks.of((7, 3, 11)))


def step(picks: Picks) -> Order:
    """Mostly one that is allowed."""
    id = picks.there("objective")
    likely = NEXT.get(str(picks.model.facts.last(id, "status")), STEPS)
    name = picks.of(STEPS if picks.rarely(4) else likely)
    return order("objectives", name, picks.act(id, late=5), id, **_details(picks, name, id))


def withdraw_reaffirmation(picks: Picks) -> Order:
    id = picks.there("objective")
    days = sorted(picks.model.facts.days(id, ["reaffirmed"])) or [picks.today]
    on = picks.day() if picks.rarely(5) else picks.of(days)
    return order("objectives", "withdraw_reaffirmation", picks.act(id), id, on=on)


def _details(picks: Picks, name: str, id: UUID) -> dict[str, Any]:
    if name in ("submit", "activate"):
        return {"waivers": picks.of(WAIVERS)}
    if name == "close":
        score = picks.of((None, Decimal("0.5"), Decimal(1), Decimal(2)))
        return {"outcome": "achieved", "score": score, "note": picks.of(("so it was", None))}
    if name == "carry_over":
        cycles = picks.model.facts.ids("cycle")
        others = [each for each in cycles if each != picks.model.facts.last(id, "cycle_id")]
        cycle = picks.there("cycle") if picks.rarely(4) else picks.of(others or cycles)
        return {"cycle_id": cycle, "starts_on": picks.of(DAYS[3:5]), "ends_on": picks.of(DAYS[3:])}
    return {}


def align(picks: Picks) -> Order:
    id, other = picks.there("objective"), picks.there("objective")
    kind, weight = picks.of(KINDS), picks.of(WEIGHTS)
    return order("objectives", "align", picks.act(id), id, objective_id=other, kind=kind, weight=weight)


def change_weight(picks: Picks) -> Order:
    id, other = link(picks)
    return order("objectives", "change_alignment_weight", picks.act(id), id, other, weight=picks.of(WEIGHTS))


def remove_link(picks: Picks) -> Order:
    id, other = link(picks)
    return order("objectives", "remove_alignment", picks.act(id), id, other)


def link(picks: Picks) -> tuple[UUID, UUID]:
    """One that there was once, or two objectives."""
    found = [(fact.id, name[1]) for fact in picks.model.facts.all for name in fact.sets if name[0] == "link"]
    return picks.of(found) if found and not picks.rarely(8) else _two(picks)


def _two(picks: Picks) -> tuple[UUID, UUID]:
    return picks.there("objective"), picks.there("objective")


CONTENT: tuple[Make, ...] = (define, define, revise, revise, transfer, commit)
LIVING: tuple[Make, ...] = (step, step, step, step, step, withdraw_reaffirmation)
LINKS: tuple[Make, ...] = (align, align, change_weight, remove_link)
