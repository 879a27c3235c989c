"""Orders about reviews."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.objective import Owner
from domain.review import Share
from tests.stateful.orders import Make, Order, order
from tests.stateful.picks import Picks

TEXTS = ("So it was", "Not quite")
# What mostly comes next.
NEXT = {
    "opened": ("self_assess",),
    "self_assessed": ("assess", "assess", "self_assess"),
    "assessed": ("calibrate", "share"),
    "calibrated": ("share", "calibrate"),
    "shared": ("acknowledge", "appeal"),
    "acknowledged": ("finalise", "appeal"),
    "appealed": ("decide_appeal",),
    "upheld": ("finalise",),
    "amended": ("finalise", "decide_appeal"),
}
STEPS = (
    *("self_assess", "assess", "calibrate", "share", "acknowledge", "appeal", "decide_appeal"),
    *("finalise", "withdraw"),
)


def open_review(picks: Picks) -> Order:
    """Mostly of somebody, about what was once theirs."""
    facts = picks.model.facts
    owned = [
        (owner.person_id, fact.id)
        for fact in facts.all
        if isinstance(owner := fact.sets.get("owner"), Owner) and owner.person_id
    ]
    person, objective = picks.of(owned) if owned else (picks.there("person"), picks.there("objective"))
    if picks.rarely(6):
        objective = picks.there("objective")
    shares = [Share(objective, picks.of((Decimal(100), Decimal(100), Decimal("99.99"))))]
    if picks.rarely(3):
        shares = [Share(objective, Decimal(60)), Share(picks.there("objective"), Decimal(40))]
    return order(
        "reviews",
        "open",
        picks.act(),
        id=picks.new("review", 4),
        person_id=person,
        reviewer_id=picks.there("person"),
        cycle_id=picks.there("cycle") if picks.rarely(4) else facts.last(objective, "cycle_id") or objective,
        objectives=shares,
    )


def take_step(picks: Picks) -> Order:
    """Mostly one that is allowed, mostly by somebody who may."""
    id = picks.there("review")
    likely = NEXT.get(str(picks.model.facts.last(id, "status")), STEPS)
    name = picks.of(STEPS if picks.rarely(8) else likely)
    return order("reviews", name, picks.act(id, _actors(picks, id), late=5), id, **_details(picks, name))


def reassign(picks: Picks) -> Order:
    id = picks.there("review")
    return order("reviews", "reassign", picks.act(id, late=5), id, reviewer_id=picks.there("person"))


def _actors(picks: Picks, id: UUID) -> tuple[str, ...]:
    roles = [picks.model.facts.last(id, role) for role in ("person_id", "reviewer_id")]
    known = ("token:hr", "token:board", "token:two", "token:three", "token:four")
    return (*known, *(f"person:{role}" for role in roles if role))


def _details(picks: Picks, name: str) -> dict[str, Any]:
    text, rating = (
        ("" if picks.rarely(20) else picks.of(TEXTS)),
        (6 if picks.rarely(15) else picks.of((3, 4))),
    )
    on_behalf = {"on_behalf": not picks.rarely(3)}
    details: dict[str, dict[str, Any]] = {
        "self_assess": {"text": text, **on_behalf},
        "assess": {"rating": rating, "text": text, **on_behalf},
        "calibrate": {"rating": rating, "reason_code": "scope", "comment": text},
        "acknowledge": {"agrees": picks.of((True, False)), "comment": None},
        "appeal": {"grounds": text},
        "decide_appeal": {
            "decision": picks.of(("upheld", "amended")),
            "comment": text,
            "rating": picks.of((None, rating)),
        },
    }
    return details.get(name, {})


REVIEWS: tuple[Make, ...] = (open_review, reassign, take_step, take_step, take_step, take_step, take_step)
